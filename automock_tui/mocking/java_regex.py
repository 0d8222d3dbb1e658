"""Java's regular expressions, with a bound on the time that one may take.

MockServer matches whole texts with `DOTALL | CASE_INSENSITIVE | UNICODE_CASE`. What Java refuses is refused
here too, so that both take such a text literally.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from automock_tui.mocking.plain_regex import MAX_TEXT, compile_plain

MAX_LENGTH = 8192
"""Characters of a pattern; MockServer takes longer ones for no match."""
TIMEOUT_SECONDS = 0.1
"""The longest one match may take. MockServer's limit is 5 s; one thread serves everybody here."""
SLOW_TIMEOUT_SECONDS = 0.005
"""The same for a pattern that has once taken too long."""

_CLASSES = {
    "d": "0-9",
    "w": "a-zA-Z_0-9",
    "s": " \\t\\n\\x0b\\f\\r",
    "h": " \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000",
}
_POSIX = {
    "Lower": "a-z", "Upper": "A-Z", "ASCII": "\\x00-\\x7f", "Alpha": "a-zA-Z", "Digit": "0-9",
    "Alnum": "a-zA-Z0-9", "Punct": "!-/:-@\\[-`{-~", "Graph": "!-~", "Print": " -~", "Blank": " \\t",
    "Cntrl": "\\x00-\\x1f\\x7f", "XDigit": "0-9a-fA-F", "Space": " \\t\\n\\x0b\\f\\r",
}  # fmt: skip
_SAME_ESCAPES = frozenset("tnrfaeux0123456789bBAGSDWkK")
_QUANTIFIER_DIGITS = frozenset("0123456789,")


class BadPattern(ValueError):
    """Java would refuse this pattern."""


class Pattern:
    """A compiled pattern; `matches` and `finds` never take longer than the bound."""

    __slots__ = ("_compiled", "_plain", "_timeout")

    def __init__(self, pattern: str, *, ignore_case: bool = True) -> None:
        """Compile it.

        Raises:
            BadPattern: Java would refuse it, or it is longer than MockServer allows.
        """
        import regex

        if len(pattern) > MAX_LENGTH:
            raise BadPattern("too long")
        flags = regex.DOTALL | (regex.IGNORECASE if ignore_case else 0)
        flags |= regex.VERSION1 if "&&" in pattern else regex.VERSION0
        try:
            self._compiled: Any = regex.compile(_Translation(pattern).text, flags)
        except (regex.error, OverflowError, RecursionError) as error:
            raise BadPattern(str(error)) from None
        self._plain = compile_plain(pattern, ignore_case=ignore_case)
        self._timeout = TIMEOUT_SECONDS

    def matches(self, text: str) -> bool:
        """Whether the whole text matches; no if that cannot be said in time."""
        if self._plain is not None and len(text) <= MAX_TEXT and text.isascii():
            return self._plain.fullmatch(text) is not None
        return self._bounded(self._compiled.fullmatch, text)

    def finds(self, text: str) -> bool:
        """Whether a part of the text matches; no if that cannot be said in time."""
        return self._bounded(self._compiled.search, text)

    def begins(self, text: str) -> bool:
        """Whether the beginning of the text matches; no if that cannot be said in time."""
        return self._bounded(self._compiled.match, text)

    def search(self, text: str) -> Any:
        """The first match in a text, as the `regex` package gives it; None where there is none.

        Raises:
            ValueError: that cannot be said in time.
        """
        return self._in_time(self._compiled.search, text)

    def split(self, text: str, times: int = 0) -> list[str]:
        """The pieces between matches, at most so many times parted; raises as `search`."""
        return [text[start:end] for start, end in self._gaps(text, times)]

    def _gaps(self, text: str, times: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        start = 0
        for one in self._in_time(
            lambda given, timeout: list(self._compiled.finditer(given, timeout=timeout)), text
        ):
            if one.end() == 0 or (times and len(found) >= times):
                continue
            found.append((start, one.start()))
            start = one.end()
        return [*found, (start, len(text))]

    def replace(self, text: str, by: str, count: int = 0) -> str:
        """The text with matches replaced, 0 for all of them; `$1` and `${name}` stand for groups.

        Raises:
            ValueError: as `search`, or there is no such group.
        """

        def expand(found: Any) -> str:
            return _GROUP.sub(lambda one: one[1] or found[_key(one[2] or one[3])] or "", by)

        try:
            return str(
                self._in_time(
                    lambda given, timeout: self._compiled.sub(expand, given, count, timeout=timeout), text
                )
            )
        except IndexError:
            raise ValueError(f"{by} names a group that is not there") from None

    def _in_time(self, work: Any, text: str) -> Any:
        try:
            return work(text, timeout=self._timeout)
        except TimeoutError:
            self._timeout = SLOW_TIMEOUT_SECONDS
            raise ValueError("the regular expression takes too long") from None

    def _bounded(self, match: Any, text: str) -> bool:
        try:
            return match(text, timeout=self._timeout) is not None
        except TimeoutError:
            self._timeout = SLOW_TIMEOUT_SECONDS
            return False


_GROUP = re.compile(r"\\(.)|\$(\d+)|\$\{(\w+)\}")


def _key(name: str) -> int | str:
    return int(name) if name.isdigit() else name


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str, ignore_case: bool = True) -> Pattern | None:
    """The compiled pattern; None where Java would refuse it."""
    try:
        return Pattern(pattern, ignore_case=ignore_case)
    except BadPattern:
        return None


class _Translation:
    """One pass over a Java pattern that spells it for the `regex` package."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0
        self._out: list[str] = []
        while self._at < len(pattern):
            self._step(pattern[self._at])
        if self._depth:
            raise BadPattern("unclosed character class")

    @property
    def text(self) -> str:
        """The translated pattern."""
        return "".join(self._out)

    def _step(self, char: str) -> None:
        if char == "\\":
            self._escape()
        elif char == "[":
            self._open_class()
        elif self._depth:
            self._in_class(char)
        elif char == "{":
            self._quantifier()
        elif self._pattern.startswith("(?P", self._at) or self._pattern.startswith("(?#", self._at):
            raise BadPattern("not in Java")
        else:
            self._take("\\}" if char == "}" else "\\]" if char == "]" else char)

    def _take(self, text: str, size: int = 1) -> None:
        self._out.append(text)
        self._at += size

    def _open_class(self) -> None:
        nested = self._depth > 0
        self._depth += 1
        if nested and "&&" not in self._pattern:
            raise BadPattern("nested class")
        self._take("[")
        if self._pattern.startswith("^", self._at):
            self._take("^")
        if self._pattern.startswith("]", self._at):
            self._take("\\]")

    def _in_class(self, char: str) -> None:
        if char == "]":
            self._depth -= 1
        self._take(char)

    def _quantifier(self) -> None:
        end = self._pattern.find("}", self._at)
        inside = self._pattern[self._at + 1 : end]
        if (
            end < 0
            or not inside[:1].isdigit()
            or not set(inside) <= _QUANTIFIER_DIGITS
            or inside.count(",") > 1
        ):
            raise BadPattern("illegal repetition")
        if not self._out:
            raise BadPattern("dangling repetition")
        self._take(self._pattern[self._at : end + 1], end + 1 - self._at)

    def _escape(self) -> None:
        following = self._pattern[self._at + 1 : self._at + 2]
        if not following:
            raise BadPattern("ends in a backslash")
        if following == "Q":
            self._quoted()
        elif following in "pP":
            self._property()
        elif following.lower() in _CLASSES and (following.islower() or not self._depth):
            self._predefined(following)
        elif following in "zZ":
            self._take("\\Z" if following == "z" else "(?=\\n?\\Z)", 2)
        elif following == "R":
            self._take("(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])", 2)
        elif following.isascii() and following.isalnum() and following not in _SAME_ESCAPES:
            raise BadPattern(f"\\{following}")
        else:
            self._take("\\x1b" if following == "e" else "\\" + following, 2)

    def _quoted(self) -> None:
        import regex

        end = self._pattern.find("\\E", self._at + 2)
        inside = self._pattern[self._at + 2 : end if end >= 0 else None]
        self._take(regex.escape(inside, special_only=False), len(inside) + (4 if end >= 0 else 2))

    def _predefined(self, letter: str) -> None:
        inside = _CLASSES[letter.lower()]
        negated = "^" if letter.isupper() else ""
        self._take(inside if self._depth else f"[{negated}{inside}]", 2)

    def _property(self) -> None:
        end = self._pattern.find("}", self._at) if self._pattern.startswith("{", self._at + 2) else self._at + 2
        if end < 0:
            raise BadPattern("unclosed property")
        whole = self._pattern[self._at : end + 1]
        name = whole[3:-1] if whole[2:3] == "{" else whole[2:]
        if name in _POSIX and (whole[1] == "p" or not self._depth):
            inside = _POSIX[name]
            self._take(inside if self._depth else f"[{'^' if whole[1] == 'P' else ''}{inside}]", len(whole))
            return
        name = name.removeprefix("Is").replace("javaLowerCase", "Ll").replace("javaUpperCase", "Lu")
        self._take(f"\\{whole[1]}{{{name}}}", len(whole))
