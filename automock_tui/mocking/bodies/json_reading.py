"""A request's body as JSON: read as leniently as MockServer's Jackson, forms and XML converted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automock_tui.mocking.request import Request


class _NotJson:
    def __repr__(self) -> str:
        return "not JSON"


NOT_JSON = _NotJson()
"""In place of a value where a body is no JSON."""
MAX_DEPTH = 1000
"""Nested objects and arrays; Jackson's own limit."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|//[^\n]*|/\*.*?\*/|\#[^\n]*)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |'(?P<single>(?:[^'\\]|\\.)*)'
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_$][\w$]*)
    |(?P<mark>[\[\]{},:])""",
    re.VERBOSE | re.DOTALL,
)
_NAME_END = re.compile(r"\s*:")
_decoder = json.JSONDecoder()
_lenient = json.JSONDecoder(strict=False)
_ESCAPE = re.compile(r"(\\[\\\"/bfnrtu])|\\(.)", re.DOTALL)


def body_as_json(request: Request) -> Any:
    """The body as a JSON value; `NOT_JSON` where it is none."""
    text = request.text
    if text is None:
        return NOT_JSON
    name = request.media_type.name
    if name in ("application/xml", "text/xml"):
        from automock_tui.mocking.bodies.xml_reading import xml_as_json

        converted = xml_as_json(text)
        return parse_json(text) if converted is NOT_JSON else converted
    if name == "application/x-www-form-urlencoded":
        return _form_as_json(text)
    return parse_json(text)


def parse_json(text: str) -> Any:
    """The first JSON value of a text; what follows it does not matter. `NOT_JSON` where there is none."""
    try:
        return _decoder.raw_decode(text.lstrip(" \t\r\n"))[0]
    except (ValueError, RecursionError):
        pass
    try:
        return _decoder.raw_decode(_strict(text))[0]
    except (ValueError, RecursionError):
        return NOT_JSON


def parse_generated(text: str) -> Any:
    """As `parse_json` for what a template made: line breaks and unknown escapes are taken in texts too."""
    found = parse_json(text)
    if found is not NOT_JSON:
        return found
    try:
        return _lenient.raw_decode(_strict(_ESCAPE.sub(lambda one: one[1] or one[2], text)))[0]
    except (ValueError, RecursionError):
        return NOT_JSON


def _strict(text: str) -> str:
    """The text without comments and trailing commas, names and single-quoted texts in double quotes."""
    out: list[str] = []
    at = 0
    while found := _TOKEN.match(text, at):
        at = found.end()
        kind = found.lastgroup
        if kind == "space":
            continue
        if found[0] in ("]", "}") and out and out[-1] == ",":
            out.pop()
        out.append(_spelled(kind, found))
    return "".join(out)


def _spelled(kind: str | None, found: re.Match[str]) -> str:
    if kind == "single":
        return json.dumps(found["single"].replace("\\'", "'"))
    if kind == "word" and _NAME_END.match(found.string, found.end()):
        return json.dumps(found[0])
    return found[0]


def _form_as_json(text: str) -> Any:
    from automock_tui.mocking.request import parse_parameters

    grouped: dict[str, list[Any]] = {}
    for name, value in parse_parameters(text, semicolons=True):
        grouped.setdefault(name, []).append(guessed(value))
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}


def guessed(text: str) -> Any:
    """A text as the JSON value that it looks like."""
    text = text.strip()
    word = text.lower()
    if word in ("null", "true", "false"):
        return {"null": None, "true": True, "false": False}[word]
    for kind in (int, float):
        try:
            return kind(text) if not any(char in "_" for char in text) else text
        except ValueError:
            continue
    return text
