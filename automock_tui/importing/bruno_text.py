"""The .bru language: blocks of `key: value` lines, of text, and of lists."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any, NamedTuple

_HEADER = re.compile(r"^([a-z][\w:-]*?):?\s*([{\[])\s*$")
_TEXTS = re.compile(r"^(?:body(?::(?:json|text|xml|sparql|graphql(?::vars)?))?|script:.*|tests|docs)$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:(.*)$')
_FENCE = "'''"


class Block(NamedTuple):
    """One block: its name, its lines without their indent, and whether it is a list."""

    name: str
    lines: list[str]
    is_list: bool = False

    @property
    def text(self) -> str:
        """Its text."""
        return "\n".join(self.lines).strip("\n")

    def entries(self) -> list[dict[str, Any]]:
        """Its `key: value` lines as rows of name, value and enabled; annotations are left out."""
        return _entries(self.lines)

    def values(self) -> dict[str, str]:
        """Its enabled values by name."""
        return {one["name"]: one["value"] for one in self.entries() if one["enabled"]}

    def blocks(self) -> list[Block]:
        """The blocks within it."""
        return read_blocks("\n".join(self.lines))


def looks_like_bru(text: str) -> bool:
    """Whether a text begins with a block, such as `meta {`."""
    found = re.search(r"\S.*", text)
    first = found[0] if found else ""
    return (
        re.match(r"^(?:meta|get|post|put|patch|delete|options|head|http|vars|headers|auth)\s*\{\s*$", first)
        is not None
    )


def read_blocks(text: str) -> list[Block]:
    """The blocks of a text, in order; lines outside of any block are left out."""
    lines = text.splitlines()
    found: list[Block] = []
    at = 0
    while at < len(lines):
        header = _HEADER.match(lines[at])
        if header is None:
            at += 1
            continue
        name, closing = header[1], "}" if header[2] == "{" else "]"
        end = _end_of(lines, at + 1, closing, fenced=not _TEXTS.match(name))
        inner = dedent("\n".join(lines[at + 1 : end])).split("\n")
        found.append(Block(name, inner, closing == "]"))
        at = end + 1
    return found


def _end_of(lines: list[str], at: int, closing: str, *, fenced: bool) -> int:
    """The line that closes a block: the bracket at its beginning, but not within a fence."""
    in_fence = False
    while at < len(lines):
        if not in_fence and lines[at].rstrip() == closing:
            return at
        if fenced and lines[at].count(_FENCE) % 2:
            in_fence = not in_fence
        at += 1
    return at


def _entries(lines: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        name, colon, rest = _entry(line)
        value, at = _value(lines, at, rest if colon else line)
        if colon and not name.startswith("@"):
            found.append(
                {"name": name.lstrip("~").strip(), "value": value, "enabled": not name.startswith("~")}
            )
    return found


def _entry(line: str) -> tuple[str, str, str]:
    """A line at the colon after its name; a name in quotes may hold one."""
    text = line.strip()
    quoted = _QUOTED.match(text.removeprefix("~"))
    if quoted:
        return ("~" if text.startswith("~") else "") + quoted[1], ":", quoted[2]
    name, colon, rest = text.partition(":")
    return name.strip(), colon, rest


def _value(lines: list[str], at: int, first: str) -> tuple[str, int]:
    """A value and the line after it; one between fences may span lines."""
    if first.count(_FENCE) % 2 == 0:
        text = first.strip()
        return text.strip("'") if text.startswith(_FENCE) else text, at + 1
    end = at + 1
    while end < len(lines) and lines[end].count(_FENCE) % 2 == 0:
        end += 1
    return dedent("\n".join(lines[at + 1 : end])).strip("\n"), end + 1
