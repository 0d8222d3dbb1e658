"""A bounded log in memory. Sequence numbers are absolute: trimming the oldest lines renumbers nobody."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from automock_tui.ui.widgets.log_pane.record import Level, LogRecord, kept

CAPACITY = 50_000
MAX_CHARACTERS = 32_000_000
"""The most text that a buffer holds, so that a log of very long lines stays bounded too."""
_LEVELS = {int(level): level for level in Level}


class LogBuffer:
    """The newest records of a log.

    They are held by column: a record object for each line would be 50,000 objects for the garbage collector
    to walk through, again and again, while the screen waits.

    Args:
        capacity: The most records that are held. Beyond it a tenth is dropped at once, oldest first, because
            dropping one at a time would move the whole list for each new line.
        max_characters: The most characters that are held in all.
    """

    def __init__(self, capacity: int = CAPACITY, max_characters: int = MAX_CHARACTERS) -> None:
        self.capacity = max(1, capacity)
        self.max_characters = max_characters
        self.first = 0
        """The sequence number of the oldest record that is held, which is also how many were dropped."""
        self._texts: list[str] = []
        self._times = array("d")
        self._levels = bytearray()
        self._sources: list[str] = []
        self._resources: list[str] = []
        self._characters = 0

    @property
    def end(self) -> int:
        """The sequence number that the next record will get: how many there have been in all."""
        return self.first + len(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, sequence: int) -> LogRecord:
        at = sequence - self.first
        if not 0 <= at < len(self._texts):
            raise IndexError(sequence)
        return LogRecord(
            self._texts[at], self._times[at], _LEVELS[self._levels[at]], self._sources[at], self._resources[at]
        )

    def __iter__(self) -> Iterator[LogRecord]:
        return iter(self.between(self.first, self.end))

    def between(self, start: int, stop: int) -> list[LogRecord]:
        """The held records with sequence numbers from `start` up to, not including, `stop`."""
        part = slice(max(0, start - self.first), max(0, stop - self.first))
        levels = map(_LEVELS.__getitem__, self._levels[part])
        columns = (self._texts[part], self._times[part], levels, self._sources[part], self._resources[part])
        return list(map(LogRecord, *columns))

    def texts(self, start: int) -> list[str]:
        """The held texts from a sequence number on."""
        return self._texts[max(0, start - self.first) :]

    def first_since(self, instant: float, start: int) -> int | None:
        """The first held record from a sequence number on whose time is this or later, None where none is."""
        first = max(start, self.first)
        times = enumerate(self._times[first - self.first :], first)
        return next((sequence for sequence, known in times if known >= instant), None)

    def time_near(self, sequence: int) -> float:
        """The time of a record or, where it has none, of the one before it; 0 where no record has a time."""
        at = sequence - self.first
        before = next((known for known in reversed(self._times[: at + 1]) if known), 0.0)
        return before or next((known for known in self._times if known), 0.0)

    def extend(self, records: Iterable[LogRecord]) -> int:
        """Append records.

        Returns:
            How many of the oldest were dropped to make room.
        """
        fresh = [kept(record) for record in records]
        if not fresh:
            return 0
        texts, times, levels, sources, resources = zip(*fresh, strict=True)
        self._texts += texts
        self._times.extend(times)
        self._levels.extend(levels)
        self._sources += sources
        self._resources += resources
        self._characters += sum(map(len, texts))
        return self._trim()

    def _trim(self) -> int:
        held = len(self._texts)
        if held <= self.capacity and self._characters <= self.max_characters:
            return 0
        dropped = 0 if held <= self.capacity else held - self.capacity + self.capacity // 10
        freed = sum(map(len, self._texts[:dropped]))
        if self._characters > self.max_characters:
            allowed = self.max_characters * 9 // 10
            while dropped < held - 1 and self._characters - freed > allowed:
                freed += len(self._texts[dropped])
                dropped += 1
        for column in (self._texts, self._times, self._levels, self._sources, self._resources):
            del column[:dropped]
        self.first += dropped
        self._characters -= freed
        return dropped
