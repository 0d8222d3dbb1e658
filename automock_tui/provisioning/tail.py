"""Read a log that somebody else is writing."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import BinaryIO

from automock_tui.provisioning.lines import LineSplitter

_CHUNK = 1024 * 1024


class EventTail:
    """The lines of a growing file, from the first on, in portions; a poll that finds nothing costs one read.

    Args:
        path: The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._splitter = LineSplitter()
        self._ready: deque[str] = deque()

    def read(self, limit: int = 5_000) -> list[str]:
        """The next whole lines, at most `limit`; empty when there is nothing new."""
        while len(self._ready) < limit and (chunk := self._chunk()):
            self._ready.extend(self._splitter.feed(chunk))
        return [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]

    def rest(self) -> list[str]:
        """What is left without a line end: the last words of a process that was killed while it wrote."""
        return self._splitter.finish()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _chunk(self) -> bytes:
        if self._file is None:
            try:
                self._file = self._path.open("rb", buffering=0)
            except FileNotFoundError:
                return b""
        return self._file.read(_CHUNK)
