"""Rows of styled text with a cursor; the base of every list that is not a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from automock_tui.ui.widgets.component_style import component_style, overlaid
from automock_tui.ui.widgets.steady_scroll import SteadyScroll

_STYLES = (
    "text",
    "foreground-muted",
    "foreground-disabled",
    "text-success",
    "text-warning",
    "text-error",
    "text-primary",
    "text-accent",
    "group",
    "cursor",
    "here",
)

_LATER = Text()
"""Stands for a row that is not made yet."""


class RowList(SteadyScroll, can_focus=True):
    """A list that is drawn row by row; whoever owns it gives it new rows whenever something has changed."""

    DEFAULT_CSS = Path(__file__).with_name("row_list.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"row-list--{name}" for name in _STYLES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="rows.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="rows.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="rows.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="rows.page-down"),
        Binding("home,g", "move(-1000000)", "First", show=False, id="rows.first"),
        Binding("end,G", "move(1000000)", "Last", show=False, id="rows.last"),
    ]

    MARKS_CURSOR_ALWAYS: ClassVar[bool] = False
    """Whether the row with the cursor stays marked, more faintly, while another widget has the focus."""

    cursor: reactive[int] = reactive(0, init=False, repaint=False)
    """The row that keys act on."""

    class Chosen(Message):
        """A row was clicked twice."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._texts: list[Text] = []
        self._strips: dict[int, Strip] = {}
        self._row_styles: dict[str, Style] = {}

    def set_texts(self, texts: Sequence[Text]) -> None:
        """Show these rows."""
        if list(texts) == self._texts:
            return
        self._texts = list(texts)
        self._rows_changed()

    def set_count(self, count: int) -> None:
        """Show so many rows, each made by `text_of` when it is first seen."""
        self._texts = [_LATER] * count
        self._rows_changed()

    def text_of(self, row: int) -> Text:
        """The text of a row."""
        return self._texts[row]

    def _rows_changed(self) -> None:
        self._strips.clear()
        self.resize_content(self.scrollable_content_region.width, len(self._texts))
        self.cursor = self.validate_cursor(self.cursor)
        self.refresh()

    def style_of(self, name: str) -> Style:
        """A style by name, in the colours of the theme."""
        style = self._row_styles.get(name)
        if style is None:
            style = self._row_styles[name] = component_style(self, f"row-list--{name}")
        return style

    def validate_cursor(self, cursor: int) -> int:
        """The cursor within the rows."""
        return max(0, min(cursor, len(self._texts) - 1))

    def redraw(self, *rows: int) -> None:
        """Make some rows anew."""
        for row in rows:
            self._strips.pop(row, None)
            self.refresh_lines(row)

    def _watch_cursor(self, before: int, now: int) -> None:
        self.refresh_lines(before)
        self.refresh_lines(now)

    def watch_cursor(self) -> None:
        """Keep the cursor in sight."""
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def action_move(self, step: int) -> None:
        """Move by rows."""
        self.cursor += step

    def action_page(self, step: int) -> None:
        """Move by screenfuls."""
        self.cursor += step * max(1, self.scrollable_content_region.height - 1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on a row; a second click chooses it."""
        offset = event.get_content_offset(self)
        row = -1 if offset is None else self.scroll_offset.y + offset.y
        if 0 <= row < len(self._texts):
            was = self.cursor
            self.cursor = row
            if row == was or event.chain == 2:
                self.post_message(self.Chosen())

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old style."""
        super().notify_style_update()
        self._row_styles.clear()
        self._strips.clear()
        if self.is_mounted:
            self.call_later(self.rebuild)  # not now: the new styles are being put in place

    def on_mount(self) -> None:
        """Make the first rows."""
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows anew; called when the theme has changed."""

    def render_line(self, y: int) -> Strip:
        """One row on the screen."""
        row, width = self.scroll_offset.y + y, self.size.width
        if row >= len(self._texts):
            return Strip.blank(width, self.base_style)
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._draw(row)
        room = self.scrollable_content_region.width  # the scroll bar has a column of its own
        strip = _fitted(strip, room).crop_extend(0, width, self.base_style)
        if row != self.cursor or not (self.has_focus or self.MARKS_CURSOR_ALWAYS):
            return strip
        return overlaid(strip, self.style_of("cursor" if self.has_focus else "here"))

    def _draw(self, row: int) -> Strip:
        text = Text(end="", no_wrap=True, style=self.base_style).append_text(self.text_of(row))
        return Strip(text.render(self.app.console), text.cell_len)


def _fitted(strip: Strip, width: int) -> Strip:
    """A row that ends with `…` where some of its text does not fit."""
    if width < 1 or cell_len(strip.text.rstrip()) <= width:
        return strip
    kept = strip.crop(0, width - 1)
    style = next((segment.style for segment in reversed(list(kept))), None)
    return Strip([*kept, Segment("…", style)])
