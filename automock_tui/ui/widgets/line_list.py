"""Lists of the Project screen: rows in columns, and facts with their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from automock_tui.ui.project_rows import Fact, Line
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.row_list import RowList

_ROLES = {
    "good": "text-success",
    "busy": "text-warning",
    "soon": "text-warning",
    "bad": "text-error",
    "critical": "text-error",
    "muted": "foreground-muted",
}
_LABELS = range(11, 24)
"""Characters that the names of facts may take."""
_WIDEST = 24
"""Characters of a column; a longer text is cut, the text at the end of the row is not."""


class ChoosingList(RowList):
    """A list whose rows can be chosen with Enter or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", show=False, id="list.choose"),
    ]

    class Picked(Message):
        """A row was chosen."""

        def __init__(self, picked_from: ChoosingList, row: int) -> None:
            super().__init__()
            self.list = picked_from
            self.row = row

        @property
        def control(self) -> ChoosingList:
            """The list."""
            return self.list

    class Moved(Message):
        """The cursor is on another row, or the list has the focus."""

    def watch_cursor(self) -> None:
        """Tell that another row is under the cursor."""
        super().watch_cursor()
        self.post_message(self.Moved())

    def on_focus(self) -> None:
        """Tell that its row counts now."""
        self.post_message(self.Moved())

    @property
    def whole(self) -> tuple[str, str]:
        """The row under the cursor as two lines, nothing cut."""
        return "", ""

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        self.post_message(self.Picked(self, self.cursor))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """A click does the same."""
        event.stop()
        self.action_choose()


class LineList(ChoosingList):
    """Rows in columns.

    Args:
        title: On its border.
        nothing: What to say where there are no rows.
    """

    def __init__(self, title: str, nothing: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title, self._nothing = title, nothing
        self._lines: list[Line] = []
        self.border_title = title

    def show(self, lines: Sequence[Line]) -> None:
        """Show these."""
        self._lines = list(lines)
        self.border_title = f"{self._title} {len(lines)}" if lines else self._title
        self.rebuild()

    @property
    def whole(self) -> tuple[str, str]:
        """The row under the cursor: its columns, and its text."""
        if self.cursor >= len(self._lines):
            return "", ""
        line = self._lines[self.cursor]
        return "  ".join(line.columns), line.text

    def rebuild(self) -> None:
        """Make the rows anew."""
        columns = list(zip(*(line.columns for line in self._lines), strict=True))
        widths = [min(_WIDEST, max(map(len, column))) for column in columns]
        rows = [self._text(line, widths) for line in self._lines]
        self.set_texts(rows or [Text().append(self._nothing, self.style_of("foreground-muted"))])

    def _text(self, line: Line, widths: Sequence[int]) -> Text:
        text = Text().append(f"{line.mark.text} ", self.style_of(_ROLES.get(line.mark.role, "text")))
        for column, width in zip(line.columns, widths, strict=True):
            cut = column if len(column) <= width else column[: width - 1] + "…"
            text.append(clean(cut).ljust(width) + "  ")
        return text.append(clean(line.text).replace("\n", " "), self.style_of("foreground-muted"))


class FactList(ChoosingList):
    """Names and values under headings; a long value is cut at the edge, and copied whole."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._facts: list[Fact] = []

    def show(self, facts: Sequence[Fact]) -> None:
        """Show these."""
        self._facts = list(facts)
        self.rebuild()

    @property
    def whole(self) -> tuple[str, str]:
        """The fact under the cursor."""
        fact = self.fact(self.cursor)
        return (fact.label, fact.copy or fact.value.text) if fact and fact.value else ("", "")

    def fact(self, row: int) -> Fact | None:
        """The fact of a row."""
        return self._facts[row] if row < len(self._facts) else None

    def rebuild(self) -> None:
        """Make the rows anew."""
        longest = max((len(fact.label) for fact in self._facts if fact.value), default=0)
        room = min(max(longest, _LABELS.start), _LABELS.stop)
        self.set_texts([self._text(fact, room) for fact in self._facts])

    def _text(self, fact: Fact, room: int) -> Text:
        if fact.value is None:
            return Text().append(fact.label, self.style_of("group"))
        label = f"  {fact.label.ljust(room)} "
        text = Text().append(label, self.style_of("foreground-muted"))
        value = clean(fact.value.text).replace("\n", " ")
        return text.append(value, self.style_of(_ROLES.get(fact.value.role, "text")))
