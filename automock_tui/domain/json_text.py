"""JSON as text that people own: read without losing a spelling, change one value, leave every other byte alone.

The text is the truth. Values are read from it by the C scanner of the standard library; positions are looked up
only when something must be shown or changed. Numbers whose spelling Python would not give back (`1.0`, `1e3`,
`-0`) are kept as `NumberLiteral`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, NamedTuple

from automock_tui.domain.json_errors import syntax_error

MAX_DEPTH = 200
"""Nested objects and arrays. MockServer's own limit is 1,000; no mock comes near, deeper ones are attacks."""
INDENT = "  "

Path = tuple[str | int, ...]

_space = re.compile(r"[ \t\n\r]*").match
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_LONGEST_INTEGER = 4000
"""Digits; Python refuses to read a decimal integer of more than 4,300."""


class NumberLiteral(float):
    """A number that keeps how it was spelled."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> NumberLiteral:
        """The number that this text spells."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __repr__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type[NumberLiteral], tuple[str]]:
        return NumberLiteral, (self.text,)


class Span(NamedTuple):
    """From one offset up to, not including, another."""

    start: int
    end: int


class Member(NamedTuple):
    """One part of an object or array; `start` is where its key begins, or its value in an array."""

    key: str | int
    start: int
    value: Span


def _integer(text: str) -> int | NumberLiteral:
    return NumberLiteral(text) if text == "-0" or len(text) > _LONGEST_INTEGER else int(text)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


class Reader:
    """Reads JSON values out of a text, one after another, and notes keys that an object has twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.repeated: list[str] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=NumberLiteral,
            parse_int=_integer,
            parse_constant=_no_constant,
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            self.repeated += sorted({key for key in keys if keys.count(key) > 1})
        return found

    def value(self, start: int) -> tuple[Any, int]:
        """The value that starts here, and where it ends.

        Raises:
            InvalidInput: no JSON here, or nested too deeply.
        """
        try:
            value, end = self._decoder.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            raise syntax_error(self._text, error.pos, error.msg) from None
        except ValueError as error:
            raise syntax_error(self._text, start, str(error)) from None
        except RecursionError:
            raise syntax_error(self._text, start, "too deep") from None
        if self._is_too_deep(value, start, end):
            raise syntax_error(self._text, start, "too deep")
        return value, end

    def _is_too_deep(self, value: Any, start: int, end: int) -> bool:
        text = self._text
        if text.count("{", start, end) + text.count("[", start, end) <= MAX_DEPTH:
            return False
        if self.repeated:  # the value has only the last of what is there twice
            return _is_deep_text(text[start:end])
        return isinstance(value, dict | list) and _is_deep(value)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True


def _is_deep_text(text: str) -> bool:
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def skip_space(text: str, start: int) -> int:
    """The offset of what comes after any white space."""
    found = _space(text, start)
    return found.end() if found else start


def parse(text: str) -> Any:
    """The value of a whole text.

    Raises:
        InvalidInput: not JSON; says where.
    """
    value, end = Reader(text).value(skip_space(text, 0))
    end = skip_space(text, end)
    if end < len(text):
        raise syntax_error(text, end, "Extra data")
    return value


_skip = json.JSONDecoder(object_pairs_hook=lambda _: None, parse_float=len, parse_int=len).raw_decode


def members(text: str, start: int) -> Iterator[Member]:
    """The parts of the object or array that starts here; the text must be valid JSON."""
    is_object = text[start] == "{"
    at, index = skip_space(text, start + 1), 0
    while text[at] not in "]}":
        key: str | int = index
        begin = at
        if is_object:
            key, at = _skip(text, at)
            at = skip_space(text, skip_space(text, at) + 1)
        _, end = _skip(text, at)
        yield Member(key, begin, Span(at, end))
        at, index = skip_space(text, end), index + 1
        if text[at] == ",":
            at = skip_space(text, at + 1)


def _member(text: str, start: int, key: str | int) -> Member | None:
    """The part with this key; of a key that is there twice the last one, which is what readers take."""
    if text[start] not in "[{" or isinstance(key, int) is not (text[start] == "["):
        return None
    return next((one for one in reversed([*members(text, start)]) if one.key == key), None)


def locate(text: str, path: Path) -> Span | None:
    """Where the value at this path is; None where there is none. The text must be valid JSON."""
    start = skip_space(text, 0)
    span = Span(start, _skip(text, start)[1])
    for key in path:
        found = _member(text, span.start, key)
        if found is None:
            return None
        span = found.value
    return span


def set_value(text: str, path: Path, value: Any) -> str:
    """The text with this value at this path; what is missing on the way is made.

    An index may be one past the end.

    Raises:
        KeyError: the path leads through something that is neither an object nor an array, or past an array.
    """
    span = locate(text, path)
    if span is not None:
        return text[: span.start] + dump(value, _indent_at(text, span)) + text[span.end :]
    depth = next(n for n in range(len(path) - 1, -1, -1) if locate(text, path[:n]) is not None)
    for key in reversed(path[depth + 1 :]):
        if isinstance(key, int):
            raise KeyError(f"no such index: {key}")
        value = {key: value}
    container = locate(text, path[:depth])
    assert container is not None
    return _insert(text, container, path[depth], value)


def _insert(text: str, container: Span, key: str | int, value: Any) -> str:
    opening = text[container.start]
    if opening not in "[{" or isinstance(key, int) is not (opening == "["):
        raise KeyError(f"cannot put {key!r} there")
    found = list(members(text, container.start))
    if isinstance(key, int) and key != len(found):
        raise KeyError(f"no such index: {key}")
    if not found:
        whole = [value] if isinstance(key, int) else {key: value}
        return text[: container.start] + dump(whole, _indent_at(text, container)) + text[container.end :]
    last = found[-1]
    indent = _own_line_indent(text, last.start)
    label = "" if isinstance(key, int) else f"{_string(key)}: "
    gap = ", " if indent is None else f",\n{indent}"
    return text[: last.value.end] + gap + label + dump(value, indent) + text[last.value.end :]


def put_first(text: str, key: str, value: Any) -> str:
    """The text of an object with one more member, before all others."""
    start = skip_space(text, 0) + 1
    first = skip_space(text, start)
    if text[first] == "}":
        return set_value(text, (key,), value)
    gap = text[start:first]
    return f"{text[:start]}{gap}{_string(key)}: {dump(value)},{gap or ' '}{text[first:]}"


def remove_value(text: str, path: Path) -> str:
    """The text without the value at this path, twice-given keys included; unchanged where there is none."""
    parent = locate(text, path[:-1])
    if parent is None or text[parent.start] not in "[{":
        return text
    found = list(members(text, parent.start))
    position = next((n for n in range(len(found)) if found[n].key == path[-1]), None)
    if position is None:
        return text
    start, end = _removable(found, position, parent)
    text = text[:start] + text[end:]
    return text if isinstance(path[-1], int) else remove_value(text, path)


def _removable(found: Sequence[Member], position: int, parent: Span) -> Span:
    if len(found) == 1:
        return Span(parent.start + 1, parent.end - 1)
    if position + 1 < len(found):
        return Span(found[position].start, found[position + 1].start)
    return Span(found[position - 1].value.end, found[position].value.end)


def _indent_at(text: str, span: Span) -> str | None:
    """The indentation of the line on which a value begins; None where the whole text is one line."""
    begin = text.rfind("\n", 0, span.start) + 1
    if begin == 0:
        begin = text.rfind("\n") + 1
    return text[begin : skip_space(text, begin)] if begin else None


def _own_line_indent(text: str, start: int) -> str | None:
    """The white space before something that is first on its line; None where it is not."""
    begin = text.rfind("\n", 0, start) + 1
    before = text[begin:start]
    return before if begin and not before.strip() else None


def dump(value: Any, indent: str | None = None) -> str:
    """JSON text of a value; over several lines, indented by two more than `indent`, unless that is None.

    Raises:
        TypeError: not a JSON value. ValueError: not a finite number.
    """
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        parts = [f"{_string(key)}: {dump(part, _deeper(indent))}" for key, part in value.items()]
        return _bracketed("{", parts, "}", indent)
    if isinstance(value, list | tuple):
        return _bracketed("[", [dump(part, _deeper(indent)) for part in value], "]", indent)
    if isinstance(value, NumberLiteral):
        return value.text
    return json.dumps(value, allow_nan=False)


def _deeper(indent: str | None) -> str | None:
    return None if indent is None else indent + INDENT


def _bracketed(opening: str, parts: list[str], closing: str, indent: str | None) -> str:
    if indent is None or not parts:
        return opening + ", ".join(parts) + closing
    inside = f",\n{indent}{INDENT}".join(parts)
    return f"{opening}\n{indent}{INDENT}{inside}\n{indent}{closing}"


def _string(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return encode_basestring_ascii(text)
    return encode_basestring(text)
