"""The lines of a log on the screen. Only what is seen is rendered, whatever the log holds."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from automock_tui.ui.widgets.component_style import component_style, overlaid
from automock_tui.ui.widgets.log_pane import lines
from automock_tui.ui.widgets.log_pane.buffer import CAPACITY
from automock_tui.ui.widgets.log_pane.folds import Folds, cuts
from automock_tui.ui.widgets.log_pane.lines import TimeFormat
from automock_tui.ui.widgets.log_pane.reader import SLICE_RECORDS, SLICE_SECONDS, LogReader
from automock_tui.ui.widgets.log_pane.record import LogRecord
from automock_tui.ui.widgets.log_pane.search import Filter
from automock_tui.ui.widgets.steady_scroll import SteadyScroll

CACHED_STRIPS = 256
"""A few screenfuls. More would cost more than drawing again: each strip carries a dozen objects for the garbage
collector to walk through, and with thousands of them a full collection takes 75 ms."""
_STYLES = ("info", "debug", "warn", "error", "time", "address", "match", "cursor")


class LogView(SteadyScroll, can_focus=True):
    """A log that follows its end until the reader scrolls up, and then stays where the reader is.

    Args:
        capacity: How many lines are kept in memory.
    """

    DEFAULT_CSS = Path(__file__).with_name("log_view.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"log-view--{name}" for name in _STYLES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="log.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="log.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="log.page-up"),
        Binding("pagedown,space", "page(1)", "Page down", show=False, id="log.page-down"),
        Binding("home,g", "top", "First line", show=False, id="log.top"),
        Binding("end,G", "follow", "Last line", show=False, id="log.end"),
        Binding("left,h", "scroll_left", "Left", show=False, id="log.left"),
        Binding("right,l", "scroll_right", "Right", show=False, id="log.right"),
        Binding("enter", "detail", "Whole line", tooltip="Show all of this line, wrapped", id="log.detail"),
    ]

    following: reactive[bool] = reactive(True, init=False)
    """Whether the newest line is kept in sight."""
    time_format: reactive[TimeFormat] = reactive(TimeFormat.LOCAL, init=False)
    """How the time of each line is shown."""
    wrapped: reactive[bool] = reactive(False, init=False)
    """Whether long lines go on below instead of beyond the edge."""

    class Changed(Message):
        """Lines, place, or what is found have changed; only the newest of these matters."""

        def can_replace(self, message: Message) -> bool:
            """Whether this message makes an older one in the queue pointless."""
            return isinstance(message, LogView.Changed)

    class DetailRequested(Message):
        """The reader wants to see all of one line."""

        def __init__(self, record: LogRecord) -> None:
            super().__init__()
            self.record = record

    def __init__(
        self,
        capacity: int = CAPACITY,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.reader = LogReader(capacity)
        self._strips: LRUCache[int, list[Strip]] = LRUCache(CACHED_STRIPS)
        self._folds = Folds()
        self._line_styles: dict[str, Style] = {}
        self._widest = 0
        self._seen = 0
        self._own_scroll = False
        self._return_to: int | None = None
        self._slice_pending = False

    @property
    def allow_select(self) -> bool:
        """Lines can be selected with the mouse."""
        return True

    @property
    def line_count(self) -> int:
        """How many lines are on view: all, or those that pass the filter."""
        return len(self.reader.rows)

    @property
    def unseen(self) -> int:
        """How many lines have come since the reader left the end."""
        return 0 if self.following else max(0, self.line_count - self.reader.rows.row_of(self._seen))

    # -- lines ----------------------------------------------------------------------------------------------

    def extend(self, records: Sequence[LogRecord]) -> None:
        """Append records; where the reader has scrolled up, what is read stays where it is."""
        if not records:
            return
        buffer = self.reader.buffer
        first = buffer.first
        gone = self._folds.forget(self.reader.extend(records))
        fresh = buffer.texts(buffer.end - len(records))
        self._widest = max(self._widest, max(map(lines.width, fresh)))
        if buffer.first != first and self.text_selection is not None:
            self.screen.clear_selection()
        self._search(gone)

    def show_only(self, chosen: Filter) -> None:
        """Show the lines that pass a filter, staying near the line that is being read."""
        if self.text_selection is not None:
            self.screen.clear_selection()
        self._return_to = None if self.following else self.reader.cursor
        self.reader.show_only(chosen)
        self._folds = Folds(self._folds.cells)
        self._search()

    def look_for(self, pattern: re.Pattern[str] | None) -> None:
        """Mark every match of a pattern and go to the nearest one from here; None stops looking."""
        self._strips.clear()
        self.reader.look_for(pattern)
        self._search()

    def next_match(self, step: int) -> bool:
        """Go to the next (1) or previous (-1) match, round the end; whether there is one."""
        found = self.reader.match(step)
        if found is not None:
            self._show(found)
        return found is not None

    def _search(self, gone: int = 0) -> None:
        """Search for a few milliseconds, later turns do the rest; then bring the screen in line."""
        if gone and not self.following:
            self._scroll_own(self.scroll_offset.y - gone)
        match = self.reader.scan()
        self._measure()
        if (self.reader.searching or self._is_measuring) and not self._slice_pending:
            self._slice_pending = True
            self.set_timer(0.001, self._search_on)
        self._settle()
        if match is not None:
            self._show(match)

    def _search_on(self) -> None:
        self._slice_pending = False
        self._search()

    def _settle(self) -> None:
        self.resize_content(0 if self.wrapped else self._widest, self._height)
        if self.following:
            self._go_to_end()
        if self._return_to is not None and self.reader.rows.complete:
            self._place(self.reader.nearest(self._return_to), centred=True)
            self._return_to = None
        self.refresh()
        self.post_message(self.Changed())

    # -- wrapping -------------------------------------------------------------------------------------------

    @property
    def _height(self) -> int:
        return self._folds.line_of(self.line_count)

    @property
    def _is_measuring(self) -> bool:
        return self.wrapped and self._folds.measured < self.line_count

    def _measure(self) -> None:
        """Measure rows for a few milliseconds; what is read stays where it is."""
        if not self._is_measuring:
            return
        row, piece = self._folds.row_at(self.scroll_offset.y)
        finish = time.perf_counter() + SLICE_SECONDS
        while self._is_measuring and time.perf_counter() < finish:
            start = self._folds.measured
            fresh = self.reader.records(start, start + SLICE_RECORDS)
            self._folds.measure(lines.message(record.text) for record in fresh)
        if not self.following:
            self.resize_content(0, self._height)
            self._scroll_own(self._folds.line_of(row) + piece)

    def _fold(self) -> None:
        """Begin anew to measure, because the width for messages is another one."""
        row, _ = self._folds.row_at(self.scroll_offset.y)
        room = self.scrollable_content_region.width - len(lines.prefix(LogRecord(""), self.time_format))
        self._folds = Folds(room)
        self._strips.clear()
        self.resize_content(0 if self.wrapped else self._widest, self._height)
        if not self.following:
            self._scroll_own(row)
        self._search()

    def watch_wrapped(self) -> None:
        """Draw every line anew, the line on top first."""
        self.scroll_to(x=0, animate=False, force=True, immediate=True)
        self._fold()

    # -- moving ---------------------------------------------------------------------------------------------

    def _show(self, sequence: int) -> None:
        """Put the cursor on a line, in sight; leaves the end unless it is the last line."""
        self.following = sequence == self.reader.last
        self._place(sequence)
        self.post_message(self.Changed())

    def _place(self, sequence: int, *, centred: bool = False) -> None:
        self.reader.cursor = sequence
        height = max(1, self.scrollable_content_region.height)
        row, top = self.reader.rows.row_of(sequence), self.scroll_offset.y
        line, after = self._folds.line_of(row), self._folds.line_of(row + 1)
        if centred or not top - height <= line < top + 2 * height:
            self._scroll_own(line - height // 2)
        elif line < top:
            self._scroll_own(line)
        elif after > top + height:
            self._scroll_own(min(line, after - height))
        self.refresh()

    def _go_to_end(self) -> None:
        self.reader.cursor = self.reader.last
        self._seen = self.reader.buffer.end
        if not self.is_vertical_scrollbar_grabbed:
            self._scroll_own(self._height)

    def _scroll_own(self, row: int) -> None:
        self._own_scroll = True
        self.scroll_to(y=max(0, row), animate=False, force=True, immediate=True)
        self._own_scroll = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Leave the end when the reader scrolls up; take it up again when the reader comes back to it."""
        super().watch_scroll_y(old_value, new_value)
        if self._own_scroll:
            return
        if new_value < old_value and new_value < self.max_scroll_y:
            self.following = False
        elif new_value > old_value and new_value >= self.max_scroll_y:
            self.following = True

    def watch_following(self, following: bool) -> None:
        """Start counting what the reader has not seen, or go to the end."""
        self._seen = self.reader.buffer.end
        if following:
            self._go_to_end()
        self.refresh()
        self.post_message(self.Changed())

    def watch_time_format(self) -> None:
        """Draw every line anew."""
        self._fold()

    def on_resize(self) -> None:
        """Stay at the end, or at what is read."""
        if self.wrapped:
            self._fold()
        elif self.following:
            self._go_to_end()

    def action_move(self, step: int) -> None:
        """Move the cursor by lines."""
        self._show(self.reader.moved(step))

    def action_page(self, step: int) -> None:
        """Move the cursor by screenfuls; through a line that is longer than the screen, too."""
        page = step * max(1, self.scrollable_content_region.height - 1)
        row, top = self.reader.rows.row_of(self.reader.cursor), self.scroll_offset.y
        here = self._folds.line_of(row)
        if here < top < self._folds.line_of(row + 1):
            here = top
        target, _ = self._folds.row_at(max(0, min(here + page, self._height - 1)))
        if target != row or not self.wrapped:
            self.action_move(target - row)
            return
        self._scroll_own(here + page)
        self.following = self.reader.cursor == self.reader.last and self.is_vertical_scroll_end

    def go_to_time(self, instant: float) -> bool:
        """Go to the first line that was said then; to the last one where all are older, which is False."""
        found = self.reader.at_time(instant)
        self._show(self.reader.last if found is None else found)
        return found is not None

    def action_top(self) -> None:
        """Go to the oldest line."""
        self._show(self.reader.moved(-self.line_count))

    def action_follow(self) -> None:
        """Go to the newest line and stay at the end."""
        self.following = True
        self._go_to_end()

    def action_detail(self) -> None:
        """Ask for all of the line under the cursor."""
        record = self.reader.current()
        if record is not None:
            self.post_message(self.DetailRequested(record))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line that was clicked; a double click shows all of it."""
        offset = event.get_content_offset(self)
        line = -1 if offset is None else self.scroll_offset.y + offset.y
        if not 0 <= line < self._height:
            return
        row, _ = self._folds.row_at(line)
        self.reader.cursor = self.reader.rows.sequence(row)
        self.following = self.following and self.reader.cursor == self.reader.last
        self.refresh()
        if event.chain == 2:
            self.action_detail()

    # -- drawing --------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old style."""
        super().notify_style_update()
        self._strips.clear()
        self._line_styles.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        scroll_x, scroll_y = self.scroll_offset
        width, base = self.scrollable_content_region.width, self.base_style
        row, piece = self._folds.row_at(scroll_y + y)
        if row >= self.line_count:
            return Strip.blank(width, base)
        sequence = self.reader.rows.sequence(row)
        pieces = self._pieces(sequence, row)
        whole = pieces[min(piece, len(pieces) - 1)]
        strip = whole.crop_extend(scroll_x, scroll_x + width, base)
        if whole.cell_length > scroll_x + width:
            strip = Strip.join([strip.crop(0, width - 1), Strip([Segment("›", base + self._style("time"))])])
        if sequence == self.reader.cursor and self.has_focus:
            strip = overlaid(strip, self._style("cursor"))
        return strip.apply_offsets(scroll_x + self._column(sequence, piece), row)

    def _column(self, sequence: int, piece: int) -> int:
        """How far right a piece would stand if the line were not wrapped; a selection counts by that."""
        if not piece:
            return 0
        message = lines.message(self.reader.buffer[sequence].text)
        return cuts(message, self._folds.cells)[piece - 1]

    def _pieces(self, sequence: int, row: int) -> list[Strip]:
        selection = self.text_selection
        if selection is not None:
            return self._draw(sequence, selection.get_span(row))
        pieces = self._strips.get(sequence)
        if pieces is None:
            pieces = self._strips[sequence] = self._draw(sequence, None)
        return pieces

    def _draw(self, sequence: int, selected: tuple[int, int] | None) -> list[Strip]:
        styles = {name: self._style(name) for name in _STYLES}
        line = lines.styled(self.reader.buffer[sequence], self.time_format, styles, self.reader.find)
        text = Text(end="", no_wrap=True, style=self.base_style).append_text(line)
        if selected is not None:
            start, end = selected
            style = self.screen.get_component_rich_style("screen--selection")
            text.stylize(style, start, len(text) if end == -1 else end)
        cells = self._folds.cells if self.wrapped else None
        return [
            Strip(piece.render(self.app.console), piece.cell_len)
            for piece in lines.folded(text, self.time_format, cells)
        ]

    def _style(self, name: str) -> Style:
        style = self._line_styles.get(name)
        if style is None:
            style = self._line_styles[name] = component_style(self, f"log-view--{name}")
        return style

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, from the selected lines only."""
        first = 0 if selection.start is None else selection.start.y
        records = self.reader.records(first, None if selection.end is None else selection.end.y + 1)
        return (lines.selected(records, self.time_format, selection, first), "\n") if records else None

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()
