"""The expectations of a set, by path, one a line; thousands of them are drawn as they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message

from automock_tui.domain.problems import Severity
from automock_tui.ui.editing.rows import Facts, ListRows
from automock_tui.ui.editing.session import EditSession
from automock_tui.ui.format import shorten
from automock_tui.ui.row_filter import BadFilter
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.row_list import RowList
from automock_tui.ui.working import start

_MARKS = {
    Severity.ERROR: ("✕", "text-error"),
    Severity.WARNING: ("⚠", "text-warning"),
    Severity.INFO: ("ℹ", "foreground-muted"),
}
_OFF = "foreground-disabled"
_AT_ONCE = 50
"""Expectations that are changed while a key waits; more take longer than 50 ms."""
_METHOD = 6
"""Columns for the method; longer ones, such as regexes, are cut."""


class ExpectationList(RowList):
    """A list that can be filtered, and whose expectations can be selected, moved, copied, switched and deleted.

    It changes the session it shows and says so; whoever owns the session shows the rest.
    """

    DEFAULT_CSS = Path(__file__).with_name("expectation_list.tcss").read_text("utf-8")
    MARKS_CURSOR_ALWAYS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Edit", tooltip="Edit this expectation", id="expectations.open"),
        Binding("a,n", "add", "Add", key_display="a", tooltip="A new expectation", id="expectations.add"),
        Binding("c", "duplicate", "Copy", tooltip="A copy with an id of its own", id="expectations.duplicate"),
        Binding(
            "delete,x", "delete", "Delete", tooltip="Delete; undo brings it back", id="expectations.delete"
        ),
        Binding("o", "switch", "On/off", tooltip="Off: kept, and never answers", id="expectations.switch"),
        Binding("space", "select", "Select", show=False, tooltip="Select several", id="expectations.select"),
        Binding(
            "A",
            "select_all",
            "Select all",
            show=False,
            tooltip="Select all shown, or none",
            id="expectations.all",
        ),
        Binding(
            "alt+up",
            "shift(-1)",
            "Move up",
            show=False,
            tooltip="Earlier ones are asked first",
            id="expectations.move-up",
        ),
        Binding(
            "alt+down",
            "shift(1)",
            "Move down",
            show=False,
            tooltip="Later ones are asked last",
            id="expectations.move-down",
        ),
        Binding(
            "v", "group", "Grouping", show=False, tooltip="By path, or as in the file", id="expectations.group"
        ),
        Binding("u", "undo", "Undo", show=False, tooltip="Undo", id="expectations.undo"),
    ]

    class Looked(Message):
        """Another expectation is under the cursor."""

        def can_replace(self, message: Message) -> bool:
            """Only the last one counts."""
            return isinstance(message, ExpectationList.Looked)

    class Opened(Message):
        """The user wants to edit the one under the cursor."""

    class Selected(Message):
        """Others are selected than before."""

    class Edited(Message):
        """The session was changed from here.

        Args:
            told: What to tell the user, if anything.
        """

        def __init__(self, told: str = "") -> None:
            super().__init__()
            self.told = told

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session: EditSession | None = None
        self._rows = ListRows()
        self._severities: Sequence[Severity | None] = ()
        self._filter = ""
        self._is_grouped = True

    # -- what is shown --------------------------------------------------------------------------------------

    @property
    def shown(self) -> int:
        """How many expectations the filter lets through."""
        return self._rows.shown

    @property
    def wanted(self) -> str:
        """The filter."""
        return self._filter

    def show(self, session: EditSession, severities: Sequence[Severity | None] | None = None) -> None:
        """Show a session as it is now, with the worst problem of each of its expectations."""
        self._session = session
        if severities is not None:
            self._severities = severities
        self.rebuild()

    def filter(self, text: str) -> None:
        """Show only what a filter lets through.

        Raises:
            BadFilter: it cannot be read; what is shown stays.
        """
        before, self._filter = self._filter, text
        try:
            self.rebuild()
        except BadFilter:
            self._filter = before
            raise
        self._look_at_shown()

    def rebuild(self) -> None:
        """Make the rows anew."""
        if self._session is None:
            return
        self._rows.show(
            self._session.expectations, self._severities, wanted=self._filter, is_grouped=self._is_grouped
        )
        self.set_count(len(self._rows.rows))
        row = self._rows.row_of(self._session.index)
        if row is not None:
            self.cursor = row
        self._keep_in_sight()

    def on_resize(self) -> None:
        """Use the new width."""
        self.rebuild()

    def _keep_in_sight(self) -> None:
        above = 1 if self.cursor and self._at(self.cursor - 1) < 0 else 0  # the path with its first expectation
        region = Region(0, self.cursor - above, 1, 1 + above)
        self.scroll_to_region(region, animate=False, force=True)

    def _at(self, row: int) -> int:
        """The expectation of a row, below zero for a path."""
        return self._rows.rows[row] if 0 <= row < len(self._rows.rows) else -1

    # -- the cursor -----------------------------------------------------------------------------------------

    def validate_cursor(self, cursor: int) -> int:
        """The row, or the next one beyond it that is no path."""
        row = super().validate_cursor(cursor)
        ways = (range(row, len(self._rows.rows)), range(row, -1, -1))
        for way in ways if cursor >= self.cursor else reversed(ways):
            found = next((place for place in way if self._at(place) >= 0), None)
            if found is not None:
                return found
        return 0

    def watch_cursor(self) -> None:
        """Look at the expectation under the cursor."""
        self._keep_in_sight()
        self._look()

    def _look(self) -> None:
        index = self._at(self.cursor)
        if self._session is not None and index >= 0 and index != self._session.index:
            self._session.look_at(index)
            self.post_message(self.Looked())

    def _look_at_shown(self) -> None:
        """Look at what is under the cursor where a filter hides the other: keys act on what is seen."""
        if self._session is not None and self._rows.row_of(self._session.index) is None:
            self._look()

    def on_focus(self) -> None:
        """What was typed may have hidden what was looked at."""
        self._look_at_shown()

    def action_open(self) -> None:
        """Edit the one under the cursor."""
        if self._session is not None and self._session.current is not None:
            self.post_message(self.Opened())

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_open()

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        session = self._session
        if session is None:
            return "the project is not open yet"
        if action == "undo":
            return "" if session.history.can_undo else "nothing was done yet"
        if action in ("open", "duplicate", "delete", "switch", "select", "shift") and session.current is None:
            return "there is no expectation; a adds one"
        return session.why_no_switch() if action == "switch" else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's question; None greys the key out."""
        del parameters
        return None if self.why_not(action) else True

    def _do(self, act: Callable[[EditSession], object]) -> None:
        assert self._session is not None
        told = act(self._session)
        self.rebuild()
        self.post_message(self.Edited(told if isinstance(told, str) else ""))

    def _do_shown(self, act: Callable[[EditSession], object]) -> None:
        assert self._session is not None
        if len(self._session.targets) > _AT_ONCE:
            start(self, self._do_aside(self._session, act), group="many", exclusive=False)
        else:
            self._do(act)
            self._look_at_shown()

    async def _do_aside(self, session: EditSession, act: Callable[[EditSession], object]) -> None:
        """Do it to many on a thread; it counts if nothing else was done meanwhile."""
        before, aside = session.expectations, session.aside()
        told = await in_thread(act, aside)
        if session.expectations is before and self._session is session:
            session.adopt(aside)
            self._do(lambda _session: told)
            self._look_at_shown()
        else:
            self.notify("Something else was changed meanwhile; do it once more.", title="Not done")

    def action_add(self) -> None:
        """Put a new expectation behind this one, and edit it."""
        self._do(EditSession.add_here)
        self.action_open()

    def action_duplicate(self) -> None:
        """Copy the targets."""
        self._do_shown(EditSession.duplicate)

    def action_delete(self) -> None:
        """Delete the targets; undo brings them back."""
        self._do_shown(EditSession.delete)

    def action_switch(self) -> None:
        """Switch the targets off or on."""
        self._do_shown(EditSession.switch)

    def action_shift(self, step: int) -> None:
        """Move the targets among the others."""
        assert self._session is not None
        order = self._rows.moved(self._session.targets, step)
        self._do(lambda session: session.reorder(order))

    def action_undo(self) -> None:
        """Take the last step back."""
        self._do(lambda session: f"undone: {session.undo()}")
        self._look_at_shown()

    def action_select(self) -> None:
        """Select the one under the cursor, or no longer, and go on to the next."""
        assert self._session is not None
        self._session.select(self._session.index)
        self.redraw(self.cursor)
        self.action_move(1)
        self.post_message(self.Selected())

    def action_select_all(self) -> None:
        """Select all that are shown, or none where all are."""
        assert self._session is not None
        every = frozenset(at for at in self._rows.rows if at >= 0)
        self._session.selected = frozenset() if every <= self._session.selected else every
        self.set_count(len(self._rows.rows))
        self.post_message(self.Selected())

    def action_group(self) -> None:
        """Show them by path, or in the order of the file."""
        self._is_grouped = not self._is_grouped
        self.rebuild()

    # -- drawing --------------------------------------------------------------------------------------------

    def text_of(self, row: int) -> Text:
        """A path, or an expectation."""
        width = self.size.width - 1
        index = self._rows.rows[row]
        if index < 0:
            return Text(shorten(clean(self._rows.head(row)), width), self.style_of("group"))
        facts = self._rows.facts[index]
        style = self.style_of("text" if facts.is_on else _OFF)
        text = Text().append_text(self._mark(index, facts))
        text.append(shorten(clean(facts.method), _METHOD).ljust(_METHOD + 1), style)
        text.append(facts.answer.ljust(4), self._answer_style(facts))
        name = facts.name if self._is_grouped else f"{facts.group} {facts.name}"
        room = width - text.cell_len - len(facts.notes) - 1
        named = self.style_of("foreground-muted" if facts.is_on else _OFF)
        text.append(shorten(clean(name), room).ljust(max(0, room)) + " ", named)
        return text.append(facts.notes, self.style_of("text-primary"))

    def _mark(self, index: int, facts: Facts) -> Text:
        severity = self._severities[index] if index < len(self._severities) else None
        sign, style = _MARKS[severity] if severity else (" ", "text")
        if not facts.is_readable:
            sign, style = _MARKS[Severity.ERROR]
        assert self._session is not None
        chosen = "■" if index in self._session.selected else " "
        off = " " if facts.is_on else "○"
        text = Text(chosen, self.style_of("text-accent")).append(sign, self.style_of(style))
        return text.append(off, self.style_of("foreground-muted")).append(" ")

    def _answer_style(self, facts: Facts) -> Style:
        names = {"2": "text-success", "3": "text-primary", "4": "text-warning", "5": "text-error"}
        return self.style_of(names.get(facts.answer[:1], "text-primary") if facts.is_on else _OFF)
