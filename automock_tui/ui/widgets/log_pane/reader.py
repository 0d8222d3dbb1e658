"""A reader's place in a log: which lines are on view, what is sought, and where the cursor is."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from automock_tui.ui.widgets.log_pane.buffer import CAPACITY, LogBuffer
from automock_tui.ui.widgets.log_pane.record import LogRecord
from automock_tui.ui.widgets.log_pane.search import Filter, Rows

SLICE_SECONDS = 0.008
"""The longest that one turn of searching may hold up the keyboard."""
SLICE_RECORDS = 500


class LogReader:
    """A log, a filter, a search, and a cursor that survives them all.

    Searching goes on in slices: call `scan` until it is no longer `searching`.

    Args:
        capacity: How many lines are kept in memory.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.buffer = LogBuffer(capacity)
        self.filter = Filter()
        self.find: re.Pattern[str] | None = None
        self.cursor = 0
        """The sequence number of the line that keys act on."""
        self.rows = Rows(self.buffer)
        self._matches: Rows | None = None
        self._jump_from: int | None = None

    @property
    def searching(self) -> bool:
        """Whether older lines are still being looked through."""
        return not self.rows.complete or (self._matches is not None and not self._matches.complete)

    @property
    def found(self) -> tuple[int, int] | None:
        """Which match the cursor is on (0 = none) and how many there are; None while nothing is sought."""
        if self._matches is None:
            return None
        at = self._matches.row_of(self.cursor) + 1 if self.cursor in self._matches else 0
        return at, len(self._matches)

    @property
    def last(self) -> int:
        """The sequence number of the last line on view; the cursor's own where there is none."""
        return self.rows.sequence(len(self.rows) - 1) if len(self.rows) else self.cursor

    def current(self) -> LogRecord | None:
        """The record that the cursor is on, None where no line is on view."""
        return self.buffer[self.cursor] if self.cursor in self.rows else None

    def records(self, start: int = 0, stop: int | None = None) -> list[LogRecord]:
        """The records on view, by row."""
        end = len(self.rows) if stop is None else min(stop, len(self.rows))
        return [self.buffer[self.rows.sequence(row)] for row in range(start, end)]

    def nearest(self, sequence: int) -> int:
        """The line on view that is this one or comes next, else the last."""
        row = self.rows.row_of(sequence)
        return self.rows.sequence(row) if row < len(self.rows) else self.last

    def moved(self, rows: int) -> int:
        """The sequence number that is this many rows from the cursor, stopping at the ends."""
        if not len(self.rows):
            return self.cursor
        row = max(0, min(self.rows.row_of(self.cursor) + rows, len(self.rows) - 1))
        return self.rows.sequence(row)

    def extend(self, records: Sequence[LogRecord]) -> int:
        """Append records; returns how many rows went to make room."""
        dropped = self.buffer.extend(records)
        if not dropped:
            return 0
        if self._matches is not None:
            self._matches.forget(dropped)
        gone = self.rows.forget(dropped)
        self.cursor = max(self.cursor, self.buffer.first)
        return gone

    def show_only(self, chosen: Filter) -> None:
        """Put on view the lines that pass a filter."""
        self.filter = chosen
        self.rows = Rows(self.buffer, chosen.predicate())
        self._start_finding()

    def look_for(self, pattern: re.Pattern[str] | None) -> None:
        """Seek a pattern among the lines on view; None stops. `scan` then tells the nearest match."""
        self.find = pattern
        self._jump_from = None if pattern is None else self.cursor
        self._start_finding()

    def _start_finding(self) -> None:
        self._matches = None
        if self.find is not None:
            search = self.find.search
            self._matches = Rows(self.buffer, lambda record: search(record.text), within=self.rows)

    def scan(self, seconds: float = SLICE_SECONDS) -> int | None:
        """Search for at most about this long.

        Returns:
            The match to go to, once it is known after `look_for`; None otherwise.
        """
        finish = time.perf_counter() + seconds
        while self.searching:
            self.rows.scan(SLICE_RECORDS)
            if self._matches is not None:
                self._matches.scan(SLICE_RECORDS)
            if time.perf_counter() > finish:
                break
        return self._first_match()

    def _first_match(self) -> int | None:
        if self._jump_from is None or self._matches is None:
            return None
        found = self._matches.after(self._jump_from - 1)
        if found is None and self._matches.complete:
            found = self._matches.before(self._jump_from)
        if found is not None or self._matches.complete:
            self._jump_from = None
        return found

    @property
    def time(self) -> float:
        """When the line under the cursor was said, or one near it; 0 where no line has a time."""
        return self.buffer.time_near(self.cursor)

    def at_time(self, instant: float) -> int | None:
        """The first line on view that was said then or later; None where none was."""
        later = instant > self.time
        found = self.buffer.first_since(instant, self.cursor + 1 if later else self.buffer.first)
        if found is None or not len(self.rows) or found > self.last:
            return None
        return self.nearest(found)

    def match(self, step: int) -> int | None:
        """The next (1) or previous (-1) match from the cursor, round the end; None where there is none."""
        if self._matches is None or not len(self._matches):
            return None
        found = self._matches.after(self.cursor) if step > 0 else self._matches.before(self.cursor)
        return self._matches.sequence(0 if step > 0 else len(self._matches) - 1) if found is None else found
