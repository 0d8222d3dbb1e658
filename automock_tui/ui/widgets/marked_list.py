"""A list of rows that each have a mark, a title and a note."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from automock_tui.ui.diff_rows import Row
from automock_tui.ui.widgets.line_list import ChoosingList
from automock_tui.ui.widgets.log_pane.record import clean


class MarkedList(ChoosingList):
    """Rows with marks; the cursor stays where it is when they change.

    Args:
        title: On its border.
    """

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Row] = []
        self.border_title = title

    def show(self, rows: Sequence[Row]) -> None:
        """Show these."""
        self._rows = list(rows)
        self.rebuild()

    @property
    def whole(self) -> tuple[str, str]:
        """The row under the cursor."""
        if self.cursor >= len(self._rows):
            return "", ""
        row = self._rows[self.cursor]
        return clean(row.title), clean(row.note)

    def rebuild(self) -> None:
        """Make the rows anew."""
        self.set_count(len(self._rows))

    def text_of(self, row: int) -> Text:
        """A row, when it is seen."""
        return self._text(self._rows[row])

    def _text(self, row: Row) -> Text:
        text = Text().append(f"{row.mark} ", self.style_of(row.style))
        text.append(f"{clean(row.title)}  ".replace("\n", " "), self.style_of("text"))
        return text.append(clean(row.note).replace("\n", " "), self.style_of("foreground-muted"))
