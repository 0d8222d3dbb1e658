"""JSON laid out for reading: only its white space changes. Pure."""

from __future__ import annotations

import json
import re
from itertools import accumulate

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_INDENT = "  "
_WIDTH = 100
"""Characters of a line up to which an object or array stays on it."""
_ALWAYS_OPEN = 2
"""Levels that are always on lines of their own: the array, and each expectation in it."""
_SPACED = {",": ", ", ":": ": ", "{": "{ ", "}": " }"}
_CLOSING = {"{": "}", "[": "]"}


def laid_out(text: str) -> str:
    """The same JSON with two spaces a level; short objects and arrays on one line.

    Raises:
        ValueError: it is not JSON, or nested too deeply.
    """
    try:
        json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return _Layout(_TOKEN.findall(text)).text() + "\n"


class _Layout:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._ends = _matching(tokens)
        self._widths = [0, *accumulate(len(_SPACED.get(token, token)) for token in tokens)]
        self._lines: list[str] = []
        self._line = ""
        self._depth = 0

    def text(self) -> str:
        index = 0
        while index < len(self._tokens):
            index = self._put(index)
        return "\n".join([*self._lines, self._line])

    def _put(self, index: int) -> int:
        """Write the token, or all of a short object or array; returns where to go on."""
        token = self._tokens[index]
        if token in _CLOSING and self._stays_on_line(index):
            end = self._ends[index]
            self._line += self._compact(index, end)
            return end + 1
        if token in _CLOSING:
            self._line += token
            self._depth += 1
            self._break()
        elif token in "]}":
            self._depth -= 1
            self._break()
            self._line += token
        elif token == ",":
            self._line += token
            self._break()
        else:
            self._line += ": " if token == ":" else token
        return index + 1

    def _stays_on_line(self, index: int) -> bool:
        end = self._ends[index]
        if end == index + 1:
            return True
        return self._depth >= _ALWAYS_OPEN and len(self._line) + self._width(index, end) <= _WIDTH

    def _width(self, start: int, end: int) -> int:
        return self._widths[end + 1] - self._widths[start]

    def _compact(self, start: int, end: int) -> str:
        parts = []
        for index in range(start, end + 1):
            token = self._tokens[index]
            is_empty = self._ends.get(index) == index + 1 or self._ends.get(index - 1) == index
            parts.append(token if is_empty else _SPACED.get(token, token))
        return "".join(parts)

    def _break(self) -> None:
        self._lines.append(self._line.rstrip())
        self._line = _INDENT * self._depth


def _matching(tokens: list[str]) -> dict[int, int]:
    """Where each bracket that opens is closed."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token in _CLOSING:
            opened.append(index)
        elif token in ("]", "}"):
            found[opened.pop()] = index
    return found
