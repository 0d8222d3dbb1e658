"""The expectations of a set, by path, one a line; thousands of them are drawn as they come into sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from automock_tui.domain.problems import Severity
from automock_tui.ui.editing.rows import Facts, ListRows, Row
from automock_tui.ui.editing.session import EditSession
from automock_tui.ui.format import shorten
from automock_tui.ui.row_filter import BadFilter
from automock_tui.ui.widgets.component_style import component_style, overlaid
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.steady_scroll import SteadyScroll

_STYLES = (
    *("text", "muted", "off", "success", "warning", "error", "primary", "group", "selected", "cursor"),
    "here",
)
_MARKS = {Severity.ERROR: ("✕", "error"), Severity.WARNING: ("⚠", "warning"), Severity.INFO: ("ℹ", "muted")}
_METHOD = 6
"""Columns for the method; longer ones, such as regexes, are cut."""


class ExpectationList(SteadyScroll, can_focus=True):
    """A list that can be filtered, and whose expectations can be selected, moved, copied, switched and deleted.

    It changes the session it shows and says so; whoever owns the session shows the rest.
    """

    DEFAULT_CSS = Path(__file__).with_name("expectation_list.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"expectation-list--{name}" for name in _STYLES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "Up", show=False, id="expectations.up"),
        Binding("down,j", "step(1)", "Down", show=False, id="expectations.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="expectations.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="expectations.page-down"),
        Binding("home,g", "step(-1000000)", "First", show=False, id="expectations.first"),
        Binding("end,G", "step(1000000)", "Last", show=False, id="expectations.last"),
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
            "move(-1)",
            "Move up",
            show=False,
            tooltip="Earlier ones are asked first",
            id="expectations.move-up",
        ),
        Binding(
            "alt+down",
            "move(1)",
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
        self._row = 0
        self._row_styles: dict[str, Style] = {}

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
        self._rebuild()

    def filter(self, text: str) -> None:
        """Show only what a filter lets through.

        Raises:
            BadFilter: it cannot be read; what is shown stays.
        """
        before, self._filter = self._filter, text
        try:
            self._rebuild()
        except BadFilter:
            self._filter = before
            raise
        if self._session is not None and self._at(self._row) < 0:
            self._go(0, 1)

    def _rebuild(self) -> None:
        if self._session is None:
            return
        self._rows.show(
            self._session.expectations, self._severities, wanted=self._filter, is_grouped=self._is_grouped
        )
        self.resize_content(self.scrollable_content_region.width, len(self._rows.rows))
        row = self._rows.row_of(self._session.index)
        self._row = row if row is not None else min(self._row, max(0, len(self._rows.rows) - 1))
        self._keep_in_sight()
        self.refresh()

    def _keep_in_sight(self) -> None:
        above = 1 if self._row and self._at(self._row - 1) < 0 else 0  # the path with its first expectation
        region = Region(0, self._row - above, 1, 1 + above)
        self.scroll_to_region(region, animate=False, force=True)

    def _at(self, row: int) -> int:
        """The expectation of a row, -1 for a path."""
        return self._rows.rows[row].at if 0 <= row < len(self._rows.rows) else -1

    # -- the cursor -----------------------------------------------------------------------------------------

    def action_step(self, step: int) -> None:
        """Go some expectations up or down."""
        target = max(0, min(self._row + step, len(self._rows.rows) - 1))
        self._go(target, 1 if step > 0 else -1)

    def action_page(self, step: int) -> None:
        """Go a screenful up or down."""
        self.action_step(step * max(1, self.scrollable_content_region.height - 1))

    def _go(self, row: int, direction: int) -> None:
        """Look at the expectation of a row, or the next one beyond it; paths are passed over."""
        ways = (range(row, len(self._rows.rows)), range(row, -1, -1))
        for way in ways if direction > 0 else reversed(ways):
            found = next((place for place in way if self._at(place) >= 0), None)
            if found is not None:
                self._look(found)
                return

    def _look(self, row: int) -> None:
        assert self._session is not None
        self._row = row
        self._keep_in_sight()
        self.refresh()
        if self._session.index != self._at(row):
            self._session.look_at(self._at(row))
            self.post_message(self.Looked())

    def action_open(self) -> None:
        """Edit the one under the cursor."""
        if self._session is not None and self._session.current is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """Look at what was clicked; a second click edits it."""
        offset = event.get_content_offset(self)
        row = -1 if offset is None else self.scroll_offset.y + offset.y
        if self._at(row) >= 0:
            was = self._row
            self._look(row)
            if row == was or event.chain == 2:
                self.action_open()

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        session = self._session
        if session is None:
            return "the project is not open yet"
        if action == "undo":
            return "" if session.history.can_undo else "nothing was done yet"
        if action in ("open", "duplicate", "delete", "switch", "select", "move") and session.current is None:
            return "there is no expectation; a adds one"
        return session.why_no_switch() if action == "switch" else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's question; None greys the key out."""
        del parameters
        return None if self.why_not(action) else True

    def _do(self, act: Callable[[EditSession], object]) -> None:
        assert self._session is not None
        told = act(self._session)
        self._rebuild()
        self.post_message(self.Edited(told if isinstance(told, str) else ""))

    def action_add(self) -> None:
        """Put a new expectation behind this one, and edit it."""
        self._do(EditSession.add_here)
        self.action_open()

    def action_duplicate(self) -> None:
        """Copy the targets."""
        self._do(EditSession.duplicate)

    def action_delete(self) -> None:
        """Delete the targets; undo brings them back."""
        self._do(EditSession.delete)

    def action_switch(self) -> None:
        """Switch the targets off or on."""
        self._do(EditSession.switch)

    def action_move(self, step: int) -> None:
        """Move the one under the cursor."""
        session = self._session
        assert session is not None
        target = self._rows.neighbour(session.index, step)
        if target is not None:
            self._do(lambda one: one.move(target))

    def action_undo(self) -> None:
        """Take the last step back."""
        self._do(lambda session: f"undone: {session.undo()}")

    def action_select(self) -> None:
        """Select the one under the cursor, or no longer, and go on to the next."""
        assert self._session is not None
        self._session.select(self._session.index)
        self.action_step(1)
        self.refresh_bindings()

    def action_select_all(self) -> None:
        """Select all that are shown, or none where all are."""
        assert self._session is not None
        every = frozenset(row.at for row in self._rows.rows if row.at >= 0)
        self._session.selected = frozenset() if every <= self._session.selected else every
        self.refresh()

    def action_group(self) -> None:
        """Show them by path, or in the order of the file."""
        self._is_grouped = not self._is_grouped
        self._rebuild()

    # -- drawing --------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old style."""
        super().notify_style_update()
        self._row_styles.clear()

    def _style(self, name: str) -> Style:
        style = self._row_styles.get(name)
        if style is None:
            style = self._row_styles[name] = component_style(self, f"expectation-list--{name}")
        return style

    def on_focus(self) -> None:
        """The cursor looks different with the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different without the focus."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row on the screen."""
        row, width = self.scroll_offset.y + y, self.size.width
        if self._session is None or row >= len(self._rows.rows):
            return Strip.blank(width, self.base_style)
        text = Text(end="", no_wrap=True, style=self.base_style)
        text.append_text(self._text(self._rows.rows[row], width - 1))
        strip = Strip(text.render(self.app.console), text.cell_len).crop_extend(0, width, self.base_style)
        if row != self._row:
            return strip
        return overlaid(strip, self._style("cursor" if self.has_focus else "here"))

    def _text(self, row: Row, width: int) -> Text:
        if row.at < 0:
            return Text(shorten(clean(row.group), width), self._style("group"))
        assert self._session is not None
        facts = self._rows.facts[row.at]
        style = self._style("text" if facts.is_on else "off")
        text = Text().append_text(self._mark(row.at, facts))
        text.append(shorten(clean(facts.method), _METHOD).ljust(_METHOD + 1), style)
        text.append(facts.answer.ljust(4), self._answer_style(facts))
        name = facts.name if self._is_grouped else f"{facts.group} {facts.name}"
        room = width - text.cell_len - len(facts.notes) - 1
        text.append(
            shorten(clean(name), room).ljust(max(0, room)) + " ", self._style("muted" if facts.is_on else "off")
        )
        return text.append(facts.notes, self._style("primary"))

    def _mark(self, index: int, facts: Facts) -> Text:
        severity = self._severities[index] if index < len(self._severities) else None
        sign, style = _MARKS[severity] if severity else (" ", "text")
        if not facts.is_readable:
            sign, style = _MARKS[Severity.ERROR]
        assert self._session is not None
        chosen = "■" if index in self._session.selected else " "
        off = " " if facts.is_on else "○"
        text = Text(chosen, self._style("selected")).append(sign, self._style(style))
        return text.append(off, self._style("muted")).append(" ")

    def _answer_style(self, facts: Facts) -> Style:
        if not facts.is_on:
            return self._style("off")
        first = facts.answer[:1]
        names = {"2": "success", "3": "primary", "4": "warning", "5": "error"}
        return self._style(names.get(first, "primary"))
