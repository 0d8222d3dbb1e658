"""Reading a Java pattern character by character, with the flags that hold at a place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_SPACE = " \t\n\x0b\f\r"
_COMMENT = re.compile(r"#[^\n\r\x85\u2028\u2029]*")


class BadPattern(ValueError):
    """Java would refuse this pattern."""


@dataclass(frozen=True)
class Flags:
    """The flags that hold at a place of a pattern; by default those that MockServer gives."""

    ignore_case: bool = True
    dot_all: bool = True
    multi_line: bool = False
    unix_lines: bool = False
    spaced: bool = False
    unicode: bool = False

    def with_letter(self, letter: str, on: bool) -> Flags:
        """The same with the flag of a letter, as in `(?i)`, on or off."""
        name = _LETTERS.get(letter)
        return replace(self, **{name: on}) if name else self


_LETTERS = {
    "i": "ignore_case",
    "s": "dot_all",
    "m": "multi_line",
    "d": "unix_lines",
    "x": "spaced",
    "U": "unicode",
}
FLAG_LETTERS = frozenset("imsducxU")
"""The letters of flags; `u` and `c` change nothing that is told apart here."""


class Cursor:
    """A place in a pattern."""

    def __init__(self, pattern: str, flags: Flags) -> None:
        self._text = unquoted(pattern)
        self._at = 0
        self.flags = flags

    def raw(self) -> str:
        """The character at the place, a space too; empty at the end."""
        return self._text[self._at : self._at + 1]

    def peek(self) -> str:
        """The next character that counts: with the flag `x` on, spaces and comments do not."""
        while self.flags.spaced and (char := self.raw()) and char in _SPACE + "#":
            found = _COMMENT.match(self._text, self._at)
            self._at = found.end() if found else self._at + 1
        return self.raw()

    def take(self, char: str) -> bool:
        """Go past the next character that counts, if it is this one."""
        return self.peek() == char and self.skip(char)

    def skip(self, text: str) -> bool:
        """Go past this text, if it is at the very place."""
        is_there = self._text.startswith(text, self._at)
        self._at += len(text) * is_there
        return is_there

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go past what a pattern finds at the very place."""
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found

    def starts(self, text: str) -> bool:
        """Whether this text is at the very place."""
        return self._text.startswith(text, self._at)


def unquoted(pattern: str) -> str:
    r"""The pattern without `\Q...\E`: what is quoted has a backslash before each of its characters."""
    if "\\Q" not in pattern:
        return pattern
    return _QUOTED.sub(lambda found: found[1] or _escaped(found[2] or ""), pattern)


_QUOTED = re.compile(r"(\\[^Q])|\\Q(.*?)(?:\\E|\Z)", re.DOTALL)


def _escaped(text: str) -> str:
    return "".join(f"\\x{{{ord(one):x}}}" for one in text)
