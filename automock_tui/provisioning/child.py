"""A program in a session of its own, its output read line by line, stopped by one SIGINT.

Should this process be killed, the program must not die half-way with it: on Linux the kernel then sends it the
SIGINT that we could not. For that to work it also keeps the reading ends of its own pipes open, because a
program that writes into a pipe which nobody can read is killed by SIGPIPE before it has cleaned up.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from automock_tui.provisioning.lines import LineSplitter

_PIPE_BYTES = 1024 * 1024
"""Room for what the program says after we are gone; Terraform's whole log of a stopped apply is a tenth."""
_CHUNK = 256 * 1024
_DRAIN_SECONDS = 2.0
"""How long to read on after the end: a grandchild may keep a pipe open for ever."""
_BETWEEN_INTERRUPTS = 0.2
"""Seconds: the kernel makes one signal of two that come before the first is taken."""
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

LineSink = Callable[[str], None]


class Child:
    """One run of one program."""

    def __init__(self, command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        self._command = list(command)
        self._folder = folder
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._interrupts_wanted = 0
        self._interrupts_sent = 0

    def run(self, on_line: LineSink, on_stderr: LineSink) -> int:
        """Run to the end; both sinks are called on this thread. Returns the exit code (negative: the signal).

        Raises:
            OSError: the program cannot be started.
        """
        (out, out_end), (err, err_end) = _pipe(), _pipe()
        try:
            try:
                self._process = self._start(out_end, err_end, keep_open=(out, err))
            finally:
                os.close(out_end)
                os.close(err_end)
            self._send_pending()
            self._read({out: on_line, err: on_stderr})
        finally:
            os.close(out)
            os.close(err)
        return self._process.wait()

    def interrupt(self, times: int) -> None:
        """See to it that the program gets this many SIGINT in all, now or once it runs; for signal handlers."""
        self._interrupts_wanted = max(self._interrupts_wanted, times)
        self._send_pending()

    def _send_pending(self) -> None:
        while self._process is not None and self._interrupts_sent < self._interrupts_wanted:
            if self._interrupts_sent:
                time.sleep(_BETWEEN_INTERRUPTS)
            self._interrupts_sent += 1
            self._process.send_signal(signal.SIGINT)

    def _start(self, out: int, err: int, *, keep_open: tuple[int, int]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=keep_open,
            start_new_session=True,
            preexec_fn=_interrupt_when_parent_dies,
        )

    def _read(self, sinks: Mapping[int, LineSink]) -> None:
        assert self._process is not None
        splitters = {reading: LineSplitter() for reading in sinks}
        give_up = float("inf")
        with selectors.DefaultSelector() as selector:
            for reading in sinks:
                selector.register(reading, selectors.EVENT_READ)
            while selector.get_map() and time.monotonic() < give_up:
                for key, _ in selector.select(timeout=0.5):
                    self._read_some(key.fd, selector, splitters[key.fd], sinks[key.fd])
                if give_up == float("inf") and self._process.poll() is not None:
                    give_up = time.monotonic() + _DRAIN_SECONDS
        for reading, splitter in splitters.items():
            _each(sinks[reading], splitter.finish())

    def _read_some(
        self, reading: int, selector: selectors.BaseSelector, splitter: LineSplitter, sink: LineSink
    ) -> None:
        chunk = os.read(reading, _CHUNK)
        if not chunk:
            selector.unregister(reading)
        _each(sink, splitter.feed(chunk))


def _pipe() -> tuple[int, int]:
    reading, writing = os.pipe()
    with contextlib.suppress(OSError, AttributeError):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return reading, writing


def _each(sink: LineSink, lines: list[str]) -> None:
    for line in lines:
        sink(line)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _interrupt_when_parent_dies() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
