"""The status table: one line per project, a countdown that ticks, a cursor that stays on its project.

Only the lines on view are ever rendered, so ten thousand projects cost what fifty do; a tick repaints only the
cells whose text changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from automock_tui.ui.row_filter import Match, compile_filter, matching
from automock_tui.ui.status_cells import Cell, JobSteps, cells_of, texts_of
from automock_tui.ui.status_columns import SORT_KEYS, Placed, place, sorted_rows
from automock_tui.ui.widgets.component_style import component_style

if TYPE_CHECKING:
    from automock_tui.operations.status import ProjectStatus

_UNCOLOURED = {"plain": Style(), "name": Style(bold=True)}
"""Roles that take the colour of their line."""
_EDGE = 1
"""Empty cells left and right of a line."""


def _fitted(text: str, placed: Placed) -> str:
    """A text in exactly the cells of its column; characters may take two."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    missing = placed.width - cell_len(text)
    if missing < 0:
        return set_cell_size(text, placed.width - 1) + "…"
    return " " * missing + text if placed.column.right else text + " " * missing


class StatusTable(ScrollView, can_focus=True):
    """The projects and their state.

    Args:
        now: The clock that counts, the store's.
    """

    DEFAULT_CSS = Path(__file__).with_name("status_table.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"status-table--{part}"
        for part in (
            *("header", "cursor", "cursor-blurred", "hover"),
            *("muted", "good", "busy", "soon", "critical", "bad"),
        )
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, tooltip="Go to the next project", id="table.down"),
        Binding("up,k", "move(-1)", "Up", show=False, tooltip="Go to the previous project", id="table.up"),
        Binding("g,home", "top", "Top", show=False, tooltip="Go to the first project", id="table.top"),
        Binding("G,end", "bottom", "Bottom", show=False, tooltip="Go to the last project", id="table.bottom"),
        Binding(
            "pagedown,ctrl+d", "page(1)", "Page down", show=False, tooltip="A page on", id="table.page-down"
        ),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, tooltip="A page back", id="table.page-up"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line under the cursor, counted among the rows on view."""
    hover: reactive[int] = reactive(-1, repaint=False)
    """The line under the mouse, or -1."""

    class Moved(Message):
        """The cursor is on another project (or on none)."""

        def __init__(self, project: ProjectStatus | None) -> None:
            super().__init__()
            self.project = project

        def can_replace(self, message: Message) -> bool:
            """A newer position makes an older one worthless."""
            return isinstance(message, StatusTable.Moved)

    class Chosen(Message):
        """A project was clicked while it was under the cursor."""

        def __init__(self, project: ProjectStatus) -> None:
            super().__init__()
            self.project = project

    class Sorted(Message):
        """The order changed."""

        def __init__(self, key: str, reverse: bool) -> None:
            super().__init__()
            self.key = key
            self.reverse = reverse

    def __init__(
        self, now: Callable[[], datetime], *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._now = now
        self._all: list[ProjectStatus] = []
        self._rows: list[ProjectStatus] = []
        self._match: Match = compile_filter("")
        self._steps: Mapping[str, JobSteps] = {}
        self._placed: list[Placed] = []
        self._painted: dict[int, dict[str, Cell]] = {}
        self._styles: dict[str, Style] = {}
        self.sort_key = "name"
        self.sort_reversed = False

    # --- What it shows

    @property
    def current(self) -> ProjectStatus | None:
        """The project under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def shown(self) -> int:
        """How many rows pass the filter."""
        return len(self._rows)

    def show_rows(self, rows: Sequence[ProjectStatus]) -> None:
        """Show these projects; the cursor stays on its project, or near it where that is gone."""
        self._all = list(rows)
        self._arrange()

    def show_steps(self, steps: Mapping[str, JobSteps]) -> None:
        """Show how far running jobs are, by project."""
        self._steps = steps
        self.tick()

    def filter(self, text: str) -> None:
        """Show only what matches.

        Raises:
            BadFilter: the filter cannot be read; what is shown stays.
        """
        self._match = compile_filter(text)
        self._arrange()

    def sort(self, key: str, *, reverse: bool = False) -> None:
        """Order by a column."""
        self.sort_key, self.sort_reversed = key, reverse
        self._arrange()
        self.post_message(self.Sorted(key, reverse))

    def sort_next(self) -> None:
        """Order by the column after the present one."""
        following = SORT_KEYS.index(self.sort_key) + 1
        self.sort(SORT_KEYS[following % len(SORT_KEYS)])

    def go_to(self, name: str) -> bool:
        """Put the cursor on a project; False where it is not shown."""
        at = next((index for index, row in enumerate(self._rows) if row.name == name), None)
        if at is None:
            return False
        self.cursor = at
        return True

    def tick(self) -> None:
        """Repaint the cells on view whose text is not what was painted."""
        now = self._now()
        for index, before in list(self._painted.items()):
            if index >= len(self._rows):
                continue
            after = self._cells(index, now)
            if after != before:
                self._repaint(index, before, after)

    # --- Order and places

    def _arrange(self) -> None:
        kept = self.current
        texts = [texts_of(row) for row in self._all]
        found = [self._all[index] for index in matching(texts, self._match)]
        self._rows = sorted_rows(found, self.sort_key, reverse=self.sort_reversed)
        self._place()
        if kept is None or not self.go_to(kept.name):
            self.cursor = max(0, min(self.cursor, len(self._rows) - 1))
        self._tell_moved()

    def _place(self) -> None:
        # Widths follow from every project, not from the filtered ones: columns do not jump while typing.
        names = max((len(row.name) for row in self._all), default=0)
        addresses = max((len(row.address) for row in self._all), default=0)
        width = self.scrollable_content_region.width
        self._placed = place(width - 2 * _EDGE, names, addresses)
        self.virtual_size = Size(width, len(self._rows) + 1)
        self._painted.clear()
        self.refresh()

    def on_resize(self) -> None:
        self._place()
        self.call_after_refresh(self._keep_in_view)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    # --- Painting

    def render_line(self, y: int) -> Strip:
        """The header stays at the top; below it the rows scroll."""
        width = self.scrollable_content_region.width
        if y == 0:
            return self._header(width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._rows):
            self._painted.pop(index, None)
            return Strip.blank(width, self.rich_style)
        cells = self._painted[index] = self._cells(index, self._now())
        return self._line(cells, self._line_style(index), width)

    def _cells(self, index: int, now: datetime) -> dict[str, Cell]:
        row = self._rows[index]
        return cells_of(row, now, self._steps.get(row.name))

    def _header(self, width: int) -> Strip:
        arrow = "▼" if self.sort_reversed else "▲"
        cells = {
            placed.column.key: Cell(
                placed.column.title + (arrow if placed.column.key == self.sort_key else ""), "header"
            )
            for placed in self._placed
        }
        return self._line(cells, self._style("header"), width)

    def _line(self, cells: Mapping[str, Cell], over: Style, width: int) -> Strip:
        segments, x = [], -_EDGE
        for placed in self._placed:
            cell = cells[placed.column.key]
            text = _fitted(cell.text, placed)
            segments.append(Segment(" " * (placed.x - x), over))
            segments.append(Segment(text, over + self._style(cell.role)))
            x = placed.x + placed.width
        segments.append(Segment(" " * max(0, width - x - _EDGE), over))
        return Strip(segments).adjust_cell_length(width, over)

    def _line_style(self, index: int) -> Style:
        if index == self.cursor:
            return self._style("cursor" if self.has_focus else "cursor-blurred")
        return self._style("hover") if index == self.hover else self.rich_style

    def _style(self, role: str) -> Style:
        if role in _UNCOLOURED:
            return _UNCOLOURED[role]
        if role not in self._styles:
            self._styles[role] = component_style(self, f"status-table--{role}")
        return self._styles[role]

    def _repaint(self, index: int, before: Mapping[str, Cell], after: Mapping[str, Cell]) -> None:
        y = index + 1 - self.scroll_offset.y
        if y < 1 or y >= self.size.height:
            self._painted.pop(index, None)
            return
        self._painted[index] = dict(after)
        changed = [placed for placed in self._placed if before[placed.column.key] != after[placed.column.key]]
        if changed:
            start, last = changed[0].x + _EDGE, changed[-1]
            self.refresh(Region(start, y, last.x + _EDGE + last.width - start, 1))

    def _repaint_line(self, index: int) -> None:
        y = index + 1 - self.scroll_offset.y
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # --- Moving

    def watch_cursor(self, before: int, after: int) -> None:
        self._repaint_line(before)
        self._repaint_line(after)
        self._keep_in_view()
        self._tell_moved()

    def watch_hover(self, before: int, after: int) -> None:
        self._repaint_line(before)
        self._repaint_line(after)

    def watch_has_focus(self, _value: bool) -> None:
        super().watch_has_focus(_value)
        self._repaint_line(self.cursor)

    def _keep_in_view(self) -> None:
        page = self._page
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False)

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    def _tell_moved(self) -> None:
        self.post_message(self.Moved(self.current))

    def action_move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self._rows) - 1))

    def action_page(self, pages: int) -> None:
        self.action_move(pages * self._page)

    def action_top(self) -> None:
        self.cursor = 0

    def action_bottom(self) -> None:
        self.cursor = max(0, len(self._rows) - 1)

    # --- Mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._row_at(event.y)

    def on_leave(self) -> None:
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        index = self._row_at(event.y)
        if event.y == 0:
            self._sort_by_click(event.x)
        elif index == self.cursor and (project := self.current) is not None:
            self.post_message(self.Chosen(project))
        elif index >= 0:
            self.cursor = index

    def _row_at(self, y: int) -> int:
        index = y - 1 + self.scroll_offset.y
        return index if y > 0 and index < len(self._rows) else -1

    def _sort_by_click(self, x: int) -> None:
        for placed in self._placed:
            if placed.x <= x - _EDGE < placed.x + placed.width and placed.column.key in SORT_KEYS:
                same = placed.column.key == self.sort_key
                self.sort(placed.column.key, reverse=same and not self.sort_reversed)
