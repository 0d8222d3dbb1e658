"""A bounded log in memory. Sequence numbers are absolute: trimming the oldest lines renumbers nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automock_tui.ui.widgets.log_pane.record import LogRecord, kept

CAPACITY = 50_000
MAX_CHARACTERS = 32_000_000
"""The most text that a buffer holds, so that a log of very long lines stays bounded too."""


class LogBuffer:
    """The newest records of a log.

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
        self._records: list[LogRecord] = []
        self._characters = 0

    @property
    def end(self) -> int:
        """The sequence number that the next record will get: how many there have been in all."""
        return self.first + len(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, sequence: int) -> LogRecord:
        if not self.first <= sequence < self.end:
            raise IndexError(sequence)
        return self._records[sequence - self.first]

    def between(self, start: int, stop: int) -> list[LogRecord]:
        """The held records with sequence numbers from `start` up to, not including, `stop`."""
        return self._records[max(0, start - self.first) : max(0, stop - self.first)]

    def extend(self, records: Iterable[LogRecord]) -> int:
        """Append records.

        Returns:
            How many of the oldest were dropped to make room.
        """
        fresh = [kept(record) for record in records]
        self._records += fresh
        self._characters += sum(len(record.text) for record in fresh)
        return self._trim()

    def _trim(self) -> int:
        held = len(self._records)
        if held <= self.capacity and self._characters <= self.max_characters:
            return 0
        dropped = 0 if held <= self.capacity else held - self.capacity + self.capacity // 10
        freed = sum(len(record.text) for record in self._records[:dropped])
        allowed = self.max_characters * 9 // 10
        if self._characters > self.max_characters:
            while dropped < held - 1 and self._characters - freed > allowed:
                freed += len(self._records[dropped].text)
                dropped += 1
        del self._records[:dropped]
        self.first += dropped
        self._characters -= freed
        return dropped

    def __iter__(self) -> Iterator[LogRecord]:
        return iter(self._records)
