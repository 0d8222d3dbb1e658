"""The sandbox's time: as fast as its user likes, and at the pace of the world while Terraform works in it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from automock_tui.sandbox.info import MAX_SPEED

LONGEST_HOLD = 15 * 60.0
"""Seconds of a lock after which it is taken for one that a dead run left behind."""


class SandboxClock:
    """What the sandbox says it is: the `Date` of its answers, and the age of what is stored in it.

    A deploy takes as long as Terraform takes, whatever the speed: were time to run on at 60 times its pace, an
    hour's TTL would be over before the mock is up. So time runs at its own pace while a state is locked.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._locks: dict[str, float] = {}
        self._wanted = speed
        self._at = datetime.now(UTC)
        self._since = time.monotonic()
        self.is_artificial = speed != 1.0

    @property
    def speed(self) -> float:
        """Seconds that pass here in one of the world's, as its user wants it."""
        return self._wanted

    @property
    def pace(self) -> float:
        """Seconds that pass here in one of the world's, now."""
        with self._lock:
            self._forget_dead_locks()
            return self._pace()

    def now(self) -> datetime:
        """The sandbox's time, UTC; it never goes back."""
        with self._lock:
            self._forget_dead_locks()
            return self._now()

    def naive_now(self) -> datetime:
        """The same without its zone, as moto counts."""
        return self.now().replace(tzinfo=None)

    def run_at(self, speed: float) -> None:
        """Run at this speed from now on.

        Raises:
            ValueError: not 1 to MAX_SPEED.
        """
        if not 1 <= speed <= MAX_SPEED:
            raise ValueError(f"a speed is 1 to {MAX_SPEED:g}, not {speed:g}")
        with self._lock:
            self._turn()
            self._wanted = speed
            self.is_artificial = self.is_artificial or speed != 1.0

    def hold(self, lock: str) -> None:
        """Run at the world's pace until this lock is released."""
        with self._lock:
            self._turn()
            self._locks[lock] = time.monotonic()

    def release(self, lock: str) -> None:
        """Let go of a lock; one that nobody held is no error."""
        with self._lock:
            self._turn()
            self._locks.pop(lock, None)

    def _turn(self) -> None:
        """Begin a new stretch of time; called before its pace changes."""
        self._at, self._since = self._now(), time.monotonic()

    def _now(self) -> datetime:
        return self._at + timedelta(seconds=(time.monotonic() - self._since) * self._pace())

    def _pace(self) -> float:
        return 1.0 if self._locks else self._wanted

    def _forget_dead_locks(self) -> None:
        dead = [lock for lock, since in self._locks.items() if time.monotonic() - since > LONGEST_HOLD]
        if dead:
            self._turn()
        for lock in dead:
            del self._locks[lock]
