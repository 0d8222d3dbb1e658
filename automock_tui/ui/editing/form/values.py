"""One value of an expectation as a text in a field, and back. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import NumberLiteral, Path, Span, dump, locate, set_value
from automock_tui.ui.editing.unreadable import Unreadable

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,18})")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_ODD = re.compile(r"[^\n\t -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that a field cannot show or would turn into line ends; such texts are shown as JSON."""
_SPACE = " \t\r\n"
_LONG = 60
"""Characters of JSON up to which it stays on one line."""
_DELAYS = ("delay", "latency", "chunkDelay", "closeSocketDelay", "slowResponseChunkDelay", "distribution")
_NAMED = ("headers", "cookies", "trailers", "queryStringParameters", "pathParameters")
_GROUPS = (
    "chaos",
    "rateLimit",
    "connectionOptions",
    "times",
    "timeToLive",
    "recoverAfter",
    "httpRequest",
    "socketAddress",
    "requestOverride",
    "responseOverride",
)
_PRUNED = frozenset((*_DELAYS, *_NAMED, *_GROUPS))
"""Objects that mean nothing when they are empty: they go with their last field."""


class Kind(StrEnum):
    """How a value is shown and edited."""

    TEXT = "text"
    LINES = "lines"
    NUMBER = "number"
    CHOICE = "choice"
    JSON = "json"
    JSON_LINE = "json-line"
    BUTTON = "button"


def value_at(expectation: Expectation, path: Path) -> Any:
    """The value at a path, None where there is none (or null)."""
    try:
        return expectation.value(path)
    except KeyError:
        return None


def has(expectation: Expectation, path: Path) -> bool:
    """Whether there is a value."""
    try:
        expectation.value(path)
    except KeyError:
        return False
    return True


def part(expectation: Expectation, path: Path) -> dict[str, Any]:
    """The object at a path, an empty one where there is none."""
    found = value_at(expectation, path)
    return found if isinstance(found, dict) else {}


def kind_for(expectation: Expectation, path: Path, wanted: Kind) -> Kind:
    """How a value can be shown: as wanted, or else as JSON, so that nothing in it is lost."""
    if not has(expectation, path):
        return wanted
    value = value_at(expectation, path)
    if wanted in (Kind.JSON, Kind.JSON_LINE):
        return _json_kind(expectation, path, wanted)
    if isinstance(value, str):
        if _ODD.search(value):
            return Kind.JSON_LINE
        return Kind.LINES if "\n" in value and wanted is Kind.TEXT else wanted
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if (is_number and wanted is Kind.NUMBER) or (isinstance(value, bool) and wanted is Kind.CHOICE):
        return wanted
    return _json_kind(expectation, path, Kind.JSON_LINE)


def _json_kind(expectation: Expectation, path: Path, wanted: Kind) -> Kind:
    raw = raw_at(expectation, path)
    return Kind.JSON if "\n" in raw or len(raw) > _LONG else wanted


def shown(expectation: Expectation, path: Path, kind: Kind) -> str:
    """The text that stands in a field."""
    if isinstance(expectation, Unreadable) and expectation.held == path:
        return expectation.raw
    if not has(expectation, path):
        return ""
    if kind in (Kind.JSON, Kind.JSON_LINE):
        return raw_at(expectation, path)
    value = value_at(expectation, path)
    if isinstance(value, str):
        return value
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else dump(value)


@lru_cache(maxsize=256)
def _span(text: str, path: Path) -> Span | None:
    """Where a value is. Kept, because each key asks for the same few places, and a long text takes long."""
    return locate(text, path)


def raw_at(expectation: Expectation, path: Path) -> str:
    """The JSON of a value as it is spelled, without the indentation of the place where it is."""
    return _raw(expectation.text, path)


@lru_cache(maxsize=64)
def _raw(text: str, path: Path) -> str:
    span = _span(text, path)
    return dedented(text[span.start : span.end], _indent(text, span.start)) if span else ""


def dedented(text: str, indent: str) -> str:
    """A text whose lines but the first are that much to the left, if all of them can be."""
    first, *rest = text.split("\n")
    if indent and all(line.startswith(indent) for line in rest if line):
        rest = [line.removeprefix(indent) for line in rest]
    return "\n".join([first, *rest])


def indented(text: str, indent: str) -> str:
    """A text whose lines but the first are that much to the right."""
    return text.replace("\n", f"\n{indent}")


def own_indent(text: str) -> str:
    """How far the lines of an expectation are to the right: as far as its last one."""
    return _indent(text, 0)


def with_raw(expectation: Expectation, path: Path, raw: str) -> Expectation:
    """The same with this JSON at this path; what is no JSON is kept all the same, as an `Unreadable`."""
    text = expectation.text
    if _span(text, path) is None:
        text = set_value(text, path, None)
    span = _span(text, path)
    assert span is not None
    put = indented(raw, _indent(text, span.start))
    text = text[: span.start] + put + text[span.end :]
    try:
        found = Expectation.parse(text)
    except InvalidInput:
        return Unreadable(text, expectation.tree, base=expectation, held=path, raw=raw)
    first = span.start + len(put) - len(put.lstrip(_SPACE))
    if _span(text, path) != (first, first + len(put.strip(_SPACE))):
        # It is JSON only with what is around it, as `1, "x": 2` is.
        return Unreadable(text, expectation.tree, base=expectation, held=path, raw=raw)
    return found


def _indent(text: str, start: int) -> str:
    line = text[text.rfind("\n", 0, start) + 1 :]
    if "\n" not in text[:start]:
        # The first line of an expectation is indented by the text before it, which it does not know; the
        # last one shows how far.
        line = text[text.rfind("\n") + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def write(expectation: Expectation, path: Path, kind: Kind, text: str) -> Expectation:
    """The same with what was typed into a field; an empty field takes its value out."""
    if not text.strip() if kind in (Kind.JSON, Kind.JSON_LINE) else not text:
        return without(expectation, path)
    if kind in (Kind.JSON, Kind.JSON_LINE):
        return with_raw(expectation, path, text)
    return expectation.with_value(path, _value(kind, text))


def _value(kind: Kind, text: str) -> Any:
    if kind is Kind.CHOICE and text in ("yes", "no"):
        return text == "yes"
    if kind is Kind.NUMBER and _WHOLE.fullmatch(text):
        return int(text)
    if kind is Kind.NUMBER and _NUMBER.fullmatch(text):
        return NumberLiteral(text)
    return text


def without(expectation: Expectation, path: Path) -> Expectation:
    """The same without a value, and without the objects around it that mean nothing when they are empty."""
    found = expectation.without(path)
    for length in range(len(path) - 1, 0, -1):
        if path[length - 1] not in _PRUNED or value_at(found, path[:length]) not in ({}, []):
            break
        found = found.without(path[:length])
    return found
