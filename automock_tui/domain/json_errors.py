"""What is wrong with a text that should be JSON: in words, with its line, its column and an excerpt."""

from __future__ import annotations

import re

from automock_tui.domain.errors import InvalidInput

_EXCERPT = 60
"""Characters of the line that are shown on each side of the fault."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<constant>-?\b(?:NaN|Infinity)\b)', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|.)", re.DOTALL)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The place of an offset, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def excerpt(text: str, offset: int) -> str:
    """The line of an offset with a caret under it; a long line is cut on both sides."""
    line, _ = line_and_column(text, offset)
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    shown = text[max(begin, offset - _EXCERPT) : min(len(text) if end < 0 else end, offset + _EXCERPT)]
    caret = offset - max(begin, offset - _EXCERPT)
    clean = "".join(char if char.isprintable() else " " for char in shown)
    return f"{line} | {clean.rstrip()}\n{' ' * len(str(line))} | {' ' * caret}^"


def syntax_error(text: str, offset: int, reason: str, source: str = "the document") -> InvalidInput:
    """The error for a text that the JSON scanner gave up at this offset, for this reason of its own."""
    offset, what, hint = _explain(text, offset, reason)
    line, column = line_and_column(text, offset)
    return InvalidInput(
        f"Not valid JSON: line {line}, column {column}", f"{what}\n{excerpt(text, offset)}", hint
    )


def _explain(text: str, offset: int, reason: str) -> tuple[int, str, str]:
    """Where the fault really is, what it is, and what to do."""
    if reason == "too deep":
        return offset, "Objects and arrays are nested more than 200 deep.", "Make the document flatter."
    constant = next((one for one in _TOKEN.finditer(text, offset) if one["constant"]), None)
    if reason in ("NaN", "Infinity", "-Infinity") and constant:
        return constant.start(), f"{reason} is no JSON number.", "Write a number, a text or null."
    comma = _trailing_comma(text, offset)
    if comma is not None:
        return (
            comma,
            "A comma with nothing after it. MockServer tolerates this, JSON and most other tools do not.",
            "Remove the comma.",
        )
    return offset, *_explain_here(text, offset, reason)


def _trailing_comma(text: str, offset: int) -> int | None:
    if text[offset : offset + 1] == ",":
        rest = text[offset + 1 :].lstrip(" \t\r\n")
        return offset if rest[:1] in ("]", "}") else None
    before = text[:offset].rstrip(" \t\r\n")
    closes = text[offset : offset + 1] in ("]", "}") or text[offset:].lstrip(" \t\r\n")[:1] in ("]", "}")
    return len(before) - 1 if before.endswith(",") and closes else None


_HERE = (
    (
        ("//", "/*"),
        "A comment. MockServer tolerates comments, JSON and most other tools do not.",
        "Remove the comment; say it in the project's description, or in an expectation's id.",
    ),
    (("#",), "A comment as in YAML; JSON has none.", "Remove the comment, or convert the document from YAML."),
    (("'",), "A text in single quotes.", 'Use double quotes: "text".'),
    (
        ("True", "False", "None", "undefined"),
        "This word is not JSON.",
        "Write true, false or null, in small letters.",
    ),
)


def _explain_here(text: str, offset: int, reason: str) -> tuple[str, str]:
    here = text[offset : offset + 10]
    for starts, what, hint in _HERE:
        if here.startswith(starts):
            return what, hint
    if "Unterminated string" in reason:
        return "This text is never closed.", 'Close it with a double quote: ".'
    if not text.strip():
        return "There is nothing here.", "Write at least an empty list: []"
    if offset >= len(text.rstrip()):
        return "The document ends too early; something is not closed.", "Add what is missing at the end."
    return _explain_reason(reason)


def _explain_reason(reason: str) -> tuple[str, str]:
    words = {
        "Extra data": ("Something follows after the end of the document.", "Remove it."),
        "Expecting ',' delimiter": ("A comma, or the end of the object or array, is missing.", "Put a comma."),
        "Expecting ':' delimiter": ("A colon is missing after a name.", 'Write "name": value.'),
        "Expecting property name": ("A name in double quotes is missing.", 'Write "name": value.'),
        "Expecting value": (
            "A value is missing, or is not JSON.",
            "Put a text, number, object, array or null.",
        ),
        "Invalid control character": ("A line break or tab inside a text.", r"Write it as \n or \t."),
        "Invalid \\": ("A backslash with something that is no escape.", r"Write a backslash twice: \\"),
    }
    found = next((said for start, said in words.items() if reason.startswith(start)), None)
    return found or (f"{reason}.", "Correct it here.")


def half_character(text: str) -> int | None:
    r"""The offset of half a surrogate pair (`\ud83d` alone), which no UTF-8 can hold; None if there is none."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return _half_escape(text) if "\\ud" in text or "\\uD" in text else None


def _half_escape(text: str) -> int | None:
    high: re.Match[str] | None = None
    for escape in _ESCAPE.finditer(text):
        code = int(escape["code"] or "0", 16)
        is_low = 0xDC00 <= code <= 0xDFFF
        if high and not (is_low and escape.start() == high.end()):
            return high.start()
        if is_low and not high:
            return escape.start()
        high = escape if 0xD800 <= code <= 0xDBFF else None
    return high.start() if high else None
