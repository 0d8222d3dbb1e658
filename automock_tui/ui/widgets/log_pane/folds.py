"""Where each line of a log stands on the screen when long lines are wrapped."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable

from rich.cells import chop_cells

MIN_CELLS = 10
"""The narrowest that a message is wrapped to, however narrow the window."""


def cuts(text: str, cells: int) -> list[int]:
    """Where a message is cut so that each piece fits into so many cells: after a space, or in a long word."""
    found: list[int] = []
    at, ascii_only = 0, text.isascii()
    while True:
        end = at + (cells if ascii_only else _fitting(text, at, cells))
        if end >= len(text):
            return found
        space = text.rfind(" ", at + (end - at) // 2, end)
        at = end if space < 0 else space + 1
        found.append(at)


def _fitting(text: str, at: int, cells: int) -> int:
    """How many characters fit into so many cells; some take two, some none."""
    part = text[at : at + 4 * cells]
    pieces = chop_cells(part, cells)
    return len(pieces[0]) if len(pieces) > 1 else len(part)


class Folds:
    """The screen lines that each row takes. A row that was not measured yet counts as one.

    Measuring goes on from the first row, a piece at a time, so that no keystroke waits for a large log. Where
    nothing is measured, because nothing is wrapped, a row is a screen line.
    """

    def __init__(self, cells: int = 0) -> None:
        self.cells = max(MIN_CELLS, cells)
        """The cells that a piece of a message may take."""
        self._ends = array("Q")
        self._gone = 0

    @property
    def measured(self) -> int:
        """How many rows were measured."""
        return len(self._ends)

    def measure(self, messages: Iterable[str]) -> None:
        """Take the messages of the next rows."""
        end = self._ends[-1] if self._ends else self._gone
        for text in messages:
            end += 1 + len(cuts(text, self.cells))
            self._ends.append(end)

    def forget(self, rows: int) -> int:
        """Let go of the first rows.

        Returns:
            How many screen lines went.
        """
        lines = self.line_of(rows)
        del self._ends[:rows]
        self._gone = self._gone + lines if self._ends else 0
        return lines

    def line_of(self, row: int) -> int:
        """The screen line on which a row begins; of the row after the last, how many lines there are."""
        known = min(row, len(self._ends))
        return (self._ends[known - 1] - self._gone if known else 0) + row - known

    def row_at(self, line: int) -> tuple[int, int]:
        """The row that a screen line belongs to, and which of its pieces it is."""
        row = bisect_right(self._ends, line + self._gone)
        if row == len(self._ends):
            row += line - self.line_of(row)
        return row, line - self.line_of(row)
