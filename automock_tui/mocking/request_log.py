"""What was asked and answered, up to a bound in number and in bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from automock_tui.mocking.answer import Answer
    from automock_tui.mocking.request import Request

MAX_ENTRIES = 10_000
MAX_BYTES = 64 * 1024 * 1024
_OVERHEAD = 2048
"""Bytes that an entry takes besides its bodies; measured on requests of eight headers."""


@dataclass(slots=True)  # a frozen one takes four times as long to make
class Exchange:
    """One request with its answer; not to be changed.

    `at` is seconds since the epoch; `took` is seconds, None until the answer is out.
    """

    number: int
    at: float
    took: float | None
    request: Request
    answer: Answer
    expectation_id: str = ""
    """The expectation that answered; empty for a miss."""
    size: int = 0
    """About the bytes that it takes in memory. Answers of mocks take none, they are shared."""


def _size(request: Request, answer: Answer) -> int:
    size = _OVERHEAD + len(request.body) + len(request.target)
    return size + len(answer.body) if answer.was_fetched else size


class RequestLog:
    """The latest exchanges, and a word to whoever watches them."""

    def __init__(self, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._entries: deque[Exchange] = deque()
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._bytes = 0
        self.run = uuid4().hex
        """Another one after each start and reset: numbers of one run say nothing of those of another."""
        self.total = 0
        """Requests since the start or the last reset."""
        self.dropped = 0
        """Those of them that had to be forgotten."""
        self.watchers: list[Callable[[Exchange], None]] = []

    def add(self, at: float, took: float | None, request: Request, answer: Answer, expectation_id: str) -> None:
        """Keep an exchange; the oldest go where there are too many."""
        self.total += 1
        size = _size(request, answer)
        entry = Exchange(self.total, at, took, request, answer, expectation_id, size)
        self._entries.append(entry)
        self._bytes += size
        if len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            self._trim()
        for watcher in self.watchers:
            watcher(entry)

    def finished(self, number: int, took: float) -> None:
        """Note that an answer that took its time is out; one from another server has its body only now."""
        at = number - self.total + len(self._entries) - 1
        if not 0 <= at < len(self._entries) or self._entries[at].number != number:
            at = next((at for at, one in enumerate(self._entries) if one.number == number), -1)
        if at < 0:
            return
        entry = self._entries[at]
        self._entries[at] = replace(entry, took=took, size=_size(entry.request, entry.answer))
        self._bytes += self._entries[at].size - entry.size
        self._trim()

    def since(self, number: int, limit: int) -> list[Exchange]:
        """The oldest exchanges that came after one, at most so many."""
        found: deque[Exchange] = deque(maxlen=limit)
        for entry in reversed(self._entries):
            if entry.number <= number:
                break
            found.appendleft(entry)
        return list(found)

    def find(self, number: int) -> Exchange | None:
        """The exchange of a number; None where it is forgotten."""
        return next((one for one in reversed(self._entries) if one.number == number), None)

    def restart(self) -> None:
        """Forget everything, the count too."""
        self.clear()
        self.total = self.dropped = 0
        self.run = uuid4().hex

    def _trim(self) -> None:
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            self._bytes -= self._entries.popleft().size
            self.dropped += 1

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self, matches: Callable[[Request], bool] | None = None) -> None:
        """Forget the exchanges whose requests match, or all."""
        kept = [] if matches is None else [one for one in self._entries if not matches(one.request)]
        self._entries = deque(kept)
        self._bytes = sum(one.size for one in kept)
