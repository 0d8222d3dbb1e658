"""Java's regular expressions, with a bound on the time that one may take.

MockServer matches whole texts with `DOTALL | CASE_INSENSITIVE | UNICODE_CASE`. What Java refuses is refused
here too, so that both take such a text literally.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from automock_tui.mocking.java_reading import BadPattern, Flags
from automock_tui.mocking.java_syntax import Translation
from automock_tui.mocking.plain_regex import MAX_TEXT, compile_plain

MAX_LENGTH = 8192
"""Characters of a pattern; MockServer takes longer ones for no match."""
TIMEOUT_SECONDS = 0.1
"""The longest one match may take. MockServer's limit is 5 s; one thread serves everybody here."""
SLOW_TIMEOUT_SECONDS = 0.005
"""The same for a pattern that has once taken too long."""


class Pattern:
    """A compiled pattern; `matches` and `finds` never take longer than the bound."""

    __slots__ = ("_ignores_case", "_pattern", "_plain", "_timeout", "_whole")

    def __init__(self, pattern: str, *, ignore_case: bool = True) -> None:
        """Compile it.

        Raises:
            BadPattern: Java would refuse it, or it is longer than MockServer allows.
        """
        if len(pattern) > MAX_LENGTH:
            raise BadPattern("too long")
        self._pattern, self._ignores_case = pattern, ignore_case
        self._timeout = TIMEOUT_SECONDS
        self._plain = compile_plain(pattern, ignore_case=ignore_case)
        self._whole: Any = None if self._plain is not None else self._compile()

    def _compile(self) -> Any:
        import regex

        try:
            translated = Translation(self._pattern, Flags(ignore_case=self._ignores_case))
            flags = regex.DOTALL | (regex.IGNORECASE if self._ignores_case else 0)
            flags |= regex.VERSION1 if translated.needs_sets else regex.VERSION0
            return regex.compile(translated.text, flags)
        except (regex.error, OverflowError, RecursionError) as error:
            raise BadPattern(str(error)) from None

    @property
    def _compiled(self) -> Any:
        """For the texts that Python's own `re` may not match; few ever ask for it."""
        if self._whole is None:
            self._whole = self._compile()
        return self._whole

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
