"""The store's clock, worked out from the Date headers of its answers."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ticks() -> float:
    """Seconds of a clock that nobody sets and that, where the system can, goes on while it sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class ServerClock:
    """Estimates another machine's clock from `Date` headers, which are cut to whole seconds.

    An answer dated D that was asked for at tick s and came at tick r says that the server's clock was at least
    D at r, and less than D + 1 at s. Each answer narrows that interval; one that contradicts it (the machine
    slept, the server's clock was set) starts it anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._low = 0.0
        self._high = 0.0
        self._anchor = 0.0
        self.pace = 1.0
        self.known = False

    def observe(self, date: datetime, sent: float, received: float, *, pace: float = 1.0) -> None:
        """Take in one answer: its Date, and the ticks when it was asked for and when it came.

        `pace` is how many seconds pass there in one of the world's: only a sandbox has another than 1.
        """
        stamp = (date - _EPOCH).total_seconds()
        low, high = stamp - received, stamp + 1 - sent
        with self._lock:
            steady = self.known and pace == self.pace == 1
            if steady and low <= self._high and high >= self._low:
                low, high = max(low, self._low), min(high, self._high)
            self._low, self._high, self.known = low, high, True
            self._anchor, self.pace = received, pace

    def now(self) -> datetime:
        """The server's time, UTC. Meaningless before the first `observe`."""
        with self._lock:
            at = self._anchor + (self._low + self._high) / 2
            return _EPOCH + timedelta(seconds=at + (ticks() - self._anchor) * self.pace)
