"""From the bytes of a document to the texts of its expectations, or a clear word on why not."""

from __future__ import annotations

import codecs
from typing import Any, NamedTuple

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.json_errors import excerpt, half_character, line_and_column, syntax_error
from automock_tui.domain.json_text import Reader, skip_space

MAX_BYTES = 32 * 1024 * 1024
"""The largest document; ten times 5,000 full expectations."""


class Part(NamedTuple):
    """One expectation of a document: where it is, what it says, and whether an object has a key twice."""

    start: int
    end: int
    tree: dict[str, Any]
    has_repeated_keys: bool


class Document(NamedTuple):
    """A document in parts, with the text before, between and after them."""

    parts: tuple[Part, ...]
    gaps: tuple[str, ...]
    is_array: bool


_OTHER_ENCODINGS = (
    (codecs.BOM_UTF8, "It starts with a byte order mark, which MockServer does not read."),
    (codecs.BOM_UTF16_LE, "It is UTF-16."),
    (codecs.BOM_UTF16_BE, "It is UTF-16."),
)


def decode(source: str | bytes) -> str:
    """The text of a document.

    Raises:
        InvalidInput: not plain UTF-8, or over 32 MiB.
    """
    if len(source) > MAX_BYTES:
        raise InvalidInput(
            "Document too large",
            f"It has {len(source) / 1024 / 1024:.0f} MiB; the limit is {MAX_BYTES // 1024 // 1024} MiB.",
            "Split it into several projects.",
        )
    text = source if isinstance(source, str) else _from_bytes(source)
    if text.startswith("\ufeff"):
        raise _encoding_error(_OTHER_ENCODINGS[0][1])
    half = half_character(text)
    if half is not None:
        line, column = line_and_column(text, half)
        raise InvalidInput(
            f"Half a character: line {line}, column {column}",
            f"Half a surrogate pair; MockServer would turn it into a question mark.\n{excerpt(text, half)}",
            "Write the character itself, or both halves of its escape.",
        )
    return text


def _from_bytes(source: bytes) -> str:
    for mark, words in _OTHER_ENCODINGS:
        if source.startswith(mark):
            raise _encoding_error(words)
    try:
        return source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        column = error.start - source.rfind(b"\n", 0, error.start)
        byte = source[error.start]
        raise _encoding_error(f"Line {line}, byte {column}: 0x{byte:02x} is no UTF-8.") from None


def _encoding_error(words: str) -> InvalidInput:
    return InvalidInput("Not plain UTF-8 text", words, "Save it as UTF-8 without a byte order mark.")


def split(text: str) -> Document:
    """The expectations of a text: the items of an array, or the text itself where it is one object.

    Raises:
        InvalidInput: not JSON (says line and column), or something else than expectations.
    """
    start = skip_space(text, 0)
    reader = Reader(text)
    if text[start : start + 1] == "[":
        parts, end = _items(text, start, reader)
    else:
        parts, end = [_part(text, start, reader)], 0
        end = parts[0].end
    if skip_space(text, end) < len(text):
        raise syntax_error(text, skip_space(text, end), "Extra data")
    edges = [0, *(edge for part in parts for edge in (part.start, part.end)), len(text)]
    gaps = tuple(text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2))
    return Document(tuple(parts), gaps, is_array=text[start] == "[")


def _items(text: str, start: int, reader: Reader) -> tuple[list[Part], int]:
    parts: list[Part] = []
    at = skip_space(text, start + 1)
    if text[at : at + 1] == "]":
        return parts, at + 1
    while True:
        parts.append(_part(text, at, reader))
        at = skip_space(text, parts[-1].end)
        if text[at : at + 1] == "]":
            return parts, at + 1
        if text[at : at + 1] != ",":
            raise syntax_error(text, at, "Expecting ',' delimiter")
        at = skip_space(text, at + 1)


def _part(text: str, start: int, reader: Reader) -> Part:
    before = len(reader.repeated)
    tree, end = reader.value(start)
    if not isinstance(tree, dict):
        raise _not_an_expectation(text, start)
    return Part(start, end, tree, len(reader.repeated) > before)


def _not_an_expectation(text: str, start: int) -> InvalidInput:
    line, column = line_and_column(text, start)
    return InvalidInput(
        f"Not an expectation: line {line}, column {column}",
        f"An expectation is a JSON object, and this is not.\n{excerpt(text, start)}",
        'Write objects such as {"httpRequest": {"path": "/pets"}, "httpResponse": {"statusCode": 200}}.',
    )
