"""What a collection takes from one answer for the requests after it: a variable, and where its value is."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple

from automock_tui.importing.exchange import Pairs, json_or_none

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Answer:
    """What a server said: its status, its headers in their order, and its body."""

    status: int
    headers: Pairs = field(default_factory=list)
    data: bytes = b""

    @property
    def text(self) -> str:
        """Its body as text."""
        return self.data.decode("utf-8", "replace")

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def cookie(self, name: str) -> str | None:
        """The value of a cookie that it sets."""
        for key, value in self.headers:
            if key.lower() == "set-cookie":
                found = _cookies(value).get(name)
                if found is not None:
                    return found
        return None


def _cookies(header: str) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return {}
    return {name: one.value for name, one in jar.items()}


class Capture(NamedTuple):
    """A variable of an answer.

    Attributes:
        name: The variable.
        part: `body` (as JSON), `text`, `header`, `cookie`, `status`, or `literal` for a value that is known.
        path: The way to the value in the body; the name of the header or cookie; the literal.
    """

    name: str
    part: str
    path: Path = ()

    def value(self, answer: Answer) -> str | None:
        """The value in this answer; None where it is not there."""
        if self.part == "literal":
            return str(self.path[0])
        if self.part == "header":
            return answer.header(str(self.path[0]))
        if self.part == "cookie":
            return answer.cookie(str(self.path[0]))
        if self.part in ("status", "text"):
            return str(answer.status) if self.part == "status" else answer.text
        return as_text(at_path(json_or_none(answer.text), self.path))


def at_path(value: Any, path: Path) -> Any:
    """The value at a path of names and places; None where there is none."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list) and _is_place(key) and -len(value) <= int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _is_place(key: str | int) -> bool:
    return isinstance(key, int) or (key.isascii() and key.isdigit() and len(key) < 10)


def as_text(value: Any) -> str | None:
    """A JSON value as the text that a variable holds; None for none."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


_STEP = re.compile(
    r"""\s*(?:\?\.|\.)?\[\s*(?P<place>-?\d{1,9})\s*\]"""
    r"""|\s*(?:\?\.|\.)?\[\s*(?P<quote>["'])(?P<key>(?:(?!(?P=quote)).){1,200})(?P=quote)\s*\]"""
    r"""|\s*(?:\?\.|\.)(?P<name>[A-Za-z_$][\w$-]*)"""
)


def path_of(text: str) -> Path | None:
    """The path that accessors such as `.data[0]['id']` walk; None where they do something else."""
    found: list[str | int] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            return None
        found.append(int(step["place"]) if step["place"] else step["key"] or step["name"])
        at = step.end()
    return tuple(found)


_TAG = re.compile(r"\{%-?\s*response\s+(.*?)\s*-?%\}", re.DOTALL)
_WORD = re.compile(r"'([^']*)'|\"([^\"]*)\"")


class ResponseTag(NamedTuple):
    """Insomnia's `{% response 'body', 'req_1', '$.id' %}`: a part of the answer to another request."""

    identity: str
    capture: Capture


def response_tag(text: str) -> ResponseTag | None:
    """What a template tag asks for; None where it is another tag, or a filter that is not a plain path."""
    tag = _TAG.fullmatch(text)
    words = [one[0] or one[1] for one in _WORD.findall(tag[1])] if tag else []
    if len(words) < 2:
        return None
    part, wanted = words[0], _decoded(words[2]) if len(words) > 2 else ""
    if part == "raw":
        return ResponseTag(words[1], Capture("", "text"))
    if part == "header":
        return ResponseTag(words[1], Capture("", "header", (wanted,)))
    path = path_of(wanted[1:]) if part == "body" and wanted.startswith("$") else None
    return None if path is None else ResponseTag(words[1], Capture("", "body", path))


def _decoded(text: str) -> str:
    """A text that Insomnia may have kept as `b64::...::46b`."""
    if not (text.startswith("b64::") and text.endswith("::46b")):
        return text.strip()
    try:
        return base64.b64decode(text[5:-5]).decode().strip()
    except ValueError:
        return ""
