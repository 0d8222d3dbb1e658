"""Finding and filtering: what to look for, and an index of where it is that is built a piece at a time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput
from automock_tui.ui.widgets.log_pane.record import Level, LogRecord

if TYPE_CHECKING:
    from automock_tui.ui.widgets.log_pane.buffer import LogBuffer

Predicate = Callable[[LogRecord], object]
"""Whether a record is wanted; any true value counts."""

_REPEAT_IN_REPEAT = re.compile(r"\((?:[^()\\]|\\.)*(?<!\\)[+*](?:[^()\\]|\\.)*\)(?:[+*]|\{\d*,\d*\})")


def compile_pattern(text: str, *, regex: bool = False) -> re.Pattern[str]:
    """What the user typed as a pattern: small letters match both cases, a capital makes case count.

    Raises:
        InvalidInput: not a regular expression, or one whose matching could take for ever.
    """
    literal = re.sub(r"\\.", "", text) if regex else text
    flags = re.NOFLAG if literal != literal.lower() else re.IGNORECASE
    if not regex:
        return re.compile(re.escape(text), flags)
    if _REPEAT_IN_REPEAT.search(text):
        raise InvalidInput(
            "Not used: a repeat inside a repeat",
            f"Matching {text!r} could take for ever on some lines.",
            "Write it without a + or * inside a group that is itself repeated.",
        )
    try:
        return re.compile(text, flags)
    except re.error as error:
        place = "" if error.pos is None else f" at character {error.pos + 1}"
        hint = "Correct it, or press ctrl+r to look for the text itself."
        raise InvalidInput("Not a regular expression", f"{error.msg}{place}", hint) from error


@dataclass(frozen=True)
class Filter:
    """Which lines to show.

    `pattern` must be found in the line, or must not where `inverse`; the level is the least that is shown;
    with `resources`, only lines about one of those Terraform addresses.
    """

    pattern: re.Pattern[str] | None = None
    inverse: bool = False
    level: Level = Level.DEBUG
    resources: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, *, regex: bool = False) -> Filter:
        """A filter from typed text; a leading `!` shows the lines that do not match.

        Raises:
            InvalidInput: not a regular expression.
        """
        inverse = text.startswith("!")
        wanted = text[1:] if inverse else text
        return cls(compile_pattern(wanted, regex=regex), inverse) if wanted else cls()

    def with_text_of(self, other: Filter) -> Filter:
        """This filter with the other's pattern, keeping its own level and resources."""
        return replace(self, pattern=other.pattern, inverse=other.inverse)

    def predicate(self) -> Predicate | None:
        """The test of one record, or None where every record is shown."""
        tests = [test for test in (self._text_test(), self._level_test(), self._resource_test()) if test]
        if len(tests) < 2:
            return tests[0] if tests else None
        return lambda record: all(test(record) for test in tests)

    def _text_test(self) -> Predicate | None:
        if self.pattern is None:
            return None
        search = self.pattern.search
        if self.inverse:
            return lambda record: search(record.text) is None
        return lambda record: search(record.text)

    def _level_test(self) -> Predicate | None:
        least = self.level
        return None if least <= Level.DEBUG else lambda record: record.level >= least

    def _resource_test(self) -> Predicate | None:
        wanted = self.resources
        return (lambda record: record.resource in wanted) if wanted else None


class Rows:
    """The sequence numbers that are on view, in order: all that a buffer holds, or those that pass a test.

    A test is applied by `scan`, a bounded number of records at a time, so that no keystroke waits for a large
    buffer; until `complete`, the rows are those found so far.

    Args:
        buffer: Where the records are.
        predicate: The test; None shows all.
        within: Look only among these rows (finding within a filtered view).
    """

    def __init__(
        self, buffer: LogBuffer, predicate: Predicate | None = None, within: Rows | None = None
    ) -> None:
        self._buffer = buffer
        self._predicate = predicate
        self._within = within
        self._found: list[int] = []
        self._scanned = buffer.first

    @property
    def complete(self) -> bool:
        """Whether every record has been looked at."""
        return self._predicate is None or self._scanned >= self._buffer.end

    def __len__(self) -> int:
        return len(self._buffer) if self._predicate is None else len(self._found)

    def sequence(self, row: int) -> int:
        """The sequence number on a row."""
        return self._buffer.first + row if self._predicate is None else self._found[row]

    def row_of(self, sequence: int) -> int:
        """The row of a sequence number, or of the first later one where it is not on view."""
        if self._predicate is None:
            return max(0, min(sequence, self._buffer.end) - self._buffer.first)
        return bisect_left(self._found, sequence)

    def __contains__(self, sequence: int) -> bool:
        row = self.row_of(sequence)
        return row < len(self) and self.sequence(row) == sequence

    def after(self, sequence: int) -> int | None:
        """The first sequence number after this one, or None."""
        row = self.row_of(sequence + 1)
        return self.sequence(row) if row < len(self) else None

    def before(self, sequence: int) -> int | None:
        """The last sequence number before this one, or None."""
        row = self.row_of(sequence)
        return self.sequence(row - 1) if row else None

    def scan(self, limit: int) -> None:
        """Look at up to `limit` records that were not looked at yet."""
        if self._predicate is None:
            return
        start = max(self._scanned, self._buffer.first)
        stop = min(start + limit, self._buffer.end)
        if self._within is not None and not self._within.complete:
            stop = min(stop, self._within._scanned)
        self._found += self._matching(self._predicate, start, stop)
        self._scanned = max(start, stop)

    def _matching(self, test: Predicate, start: int, stop: int) -> list[int]:
        if self._within is None or self._within._predicate is None:
            records = self._buffer.between(start, stop)
            return [sequence for sequence, record in enumerate(records, start) if test(record)]
        candidates = self._within._found
        chosen = candidates[bisect_left(candidates, start) : bisect_left(candidates, stop)]
        return [sequence for sequence in chosen if test(self._buffer[sequence])]

    def forget(self, dropped: int) -> int:
        """Let go of what the buffer has dropped.

        Args:
            dropped: How many records the buffer dropped just now.

        Returns:
            How many rows went.
        """
        if self._predicate is None:
            return dropped
        gone = bisect_right(self._found, self._buffer.first - 1)
        del self._found[:gone]
        return gone
