"""A program in a terminal of its own, for benchmarks that measure what a user gets."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Terminal:
    """Runs a command on a pseudo-terminal of 120 x 40 and reads what it paints.

    Args:
        command: The program and its arguments.
        environment: Its environment.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
            os.execvpe(command[0], list(command), dict(environment))
        self.painted = 0
        """Bytes that came so far."""

    def seconds_until(self, text: bytes, limit: float = 30.0) -> float:
        """Seconds from the start of the program until it has painted a text."""
        seen = b""
        while time.perf_counter() - self.started < limit:
            seen = seen[-len(text) :] + self._read(0.01)
            if text in seen:
                return time.perf_counter() - self.started
        raise TimeoutError(f"{text!r} was not painted within {limit} s")

    def drain(self, seconds: float) -> None:
        """Read what it paints for some time."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._read(0.05)

    def _read(self, wait: float) -> bytes:
        ready, _, _ = select.select([self._master], [], [], wait)
        if not ready:
            return b""
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return b""
        self.painted += len(data)
        return data

    def cpu_seconds(self) -> float:
        """Processor time that the program has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mib(self) -> float:
        """Memory that the program holds (resident)."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE / 2**20

    def end(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)
