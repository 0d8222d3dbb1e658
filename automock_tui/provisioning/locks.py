"""Locks that end with the process that holds them, however it ends.

The kernel ties an flock to an open file, and a child that inherits the open file holds the lock too. So the
app takes the locks of a job, hands them to the job's process, and lets go: there is no moment in which a second
job could slip in, and whoever asks later learns from the kernel, not from a number in a file, whether it runs.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from automock_tui.provisioning.files import open_private

_PROBES_PASS = 0.5
"""Seconds to try for a lock: somebody who only looks holds it for microseconds."""


class FileLock:
    """An exclusive lock on a file, held from `acquire` until `release` or the end of its last holder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    @classmethod
    def adopt(cls, path: Path, descriptor: int) -> FileLock:
        """The lock that the parent process took and handed over."""
        lock = cls(path)
        os.set_inheritable(descriptor, False)
        _lock(descriptor)  # ours already; only a network file system, which forgets, needs to hear it again
        lock._descriptor = descriptor
        return lock

    @property
    def descriptor(self) -> int:
        """The open file to hand to a child."""
        return self._descriptor

    def acquire(self) -> bool:
        """Take the lock; False if somebody else holds it."""
        descriptor = open_private(self.path, os.O_RDWR)
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go of this process's hold; a child that inherited the lock keeps it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock at path."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock(descriptor: int) -> bool:
    give_up = time.monotonic() + _PROBES_PASS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > give_up:
                return False
            time.sleep(0.01)


@contextmanager
def hold(path: Path, check: Callable[[], None]) -> Iterator[None]:
    """Wait for a lock and hold it during the block; `check` is called while waiting and may raise."""
    lock = FileLock(path)
    while not lock.acquire():
        check()
    try:
        yield
    finally:
        lock.release()
