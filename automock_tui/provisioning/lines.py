"""Bytes as they come, into whole lines."""

from __future__ import annotations

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; a longer line (Terraform writes none) comes in pieces, so that memory stays bounded."""


class LineSplitter:
    """Collects chunks and gives back the lines that are complete, in time that grows with their bytes."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that this chunk completes, without their line ends."""
        first, *others = chunk.split(b"\n")
        self._keep(first)
        if not others:
            return self.finish() if self._size > LONGEST_LINE else []
        lines = self._take(), *others[:-1]
        self._keep(others[-1])
        return [_text(line) for line in lines]

    def finish(self) -> list[str]:
        """What is left without a line end: nothing, or the last line."""
        rest = self._take()
        return [_text(rest)] if rest else []

    def _keep(self, part: bytes) -> None:
        if part:
            self._rest.append(part)
            self._size += len(part)

    def _take(self) -> bytes:
        rest, self._rest, self._size = b"".join(self._rest), [], 0
        return rest


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", errors="backslashreplace")
