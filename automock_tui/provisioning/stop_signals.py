"""What tells a job to stop, and the wait that it ends."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

FORCE_SIGNAL = signal.SIGUSR1
"""Asks a job for Terraform's second interrupt, which may lose state; SIGINT and SIGTERM ask for the first."""


class OnStop(Protocol):
    """Called in a signal handler, between two steps of the main thread."""

    def __call__(self, *, force: bool) -> None:
        """Pass the stop on."""


class StopSignals:
    """SIGINT and SIGTERM stop a job, once; SIGHUP (the terminal was closed) does nothing."""

    def __init__(self, on_stop: OnStop) -> None:
        self._on_stop = on_stop
        self._old: dict[signal.Signals, Callable[[int, FrameType | None], Any] | int | None] = {}
        self._wake, self._woken = -1, -1
        self.is_stopped = False

    def install(self) -> None:
        """Handle the signals from now on."""
        self._woken, self._wake = os.pipe()
        for number in (signal.SIGINT, signal.SIGTERM):
            self._old[number] = signal.signal(number, lambda *_: self.stop())
        self._old[FORCE_SIGNAL] = signal.signal(FORCE_SIGNAL, lambda *_: self.stop(force=True))
        self._old[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def restore(self) -> None:
        """Handle the signals as before."""
        for number, handler in self._old.items():
            signal.signal(number, handler)
        os.close(self._wake)
        os.close(self._woken)

    def stop(self, *, force: bool = False) -> None:
        """Stop, as a signal would."""
        self.is_stopped = True
        os.write(self._wake, b"x")
        self._on_stop(force=force)

    def wait(self, seconds: float) -> None:
        """Sleep until the time is over or a stop comes."""
        select.select([self._woken], [], [], seconds)
