"""The resources of a run on one time axis: when each began, how long it took, and what everything waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from automock_tui.domain.apply_progress import Progress
from automock_tui.domain.progress_parts import ResourceState
from automock_tui.domain.run_timeline import Span, timeline
from automock_tui.ui.format import took
from automock_tui.ui.widgets.row_list import RowList
from automock_tui.ui.widgets.run_marks import RESOURCE_LOOKS, middle, short_address

_EIGHTHS = " ▏▎▍▌▋▊▉"
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600)
"""Seconds that may lie between two marks of the axis."""
_MARK_CELLS = 9
_LABEL_SHARE = 0.3
_ENDS = {ResourceState.RUNNING: "▶", ResourceState.DONE: ""}


def bar(start: float, end: float, scale: float, state: ResourceState) -> str:
    """A span as a bar: blanks up to its start, then full cells and an eighth of the last one.

    Args:
        start: Seconds on the axis.
        end: Seconds on the axis.
        scale: Cells per second.
        state: Decides how the bar ends: an arrow while it runs, a mark where it went wrong.
    """
    first = int(start * scale)
    cells = max(0.125, (end - start) * scale)
    full, part = int(cells), int(cells % 1 * 8)
    tail = _ENDS.get(state, RESOURCE_LOOKS[state].mark)
    body = "█" * full + (_EIGHTHS[part] if part and not tail else "")
    return " " * first + (body or ("" if tail else "▏")) + tail


def axis(seconds: float, cells: int) -> str:
    """The marks of a time axis that ends at `seconds` and is this many cells long."""
    if cells < 8 or seconds <= 0:
        return ""
    scale = cells / seconds
    step = next((step for step in _STEPS if step * scale >= _MARK_CELLS), ceil(_MARK_CELLS / scale))
    line = [" "] * cells
    for count in range(int(seconds / step) + 1):
        text, at = f"╷{took(count * step)}", int(count * step * scale)
        if at + len(text) <= cells:
            line[at : at + len(text)] = text
    return "".join(line).rstrip()


class Bars(RowList):
    """One bar a row."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: Sequence[Span] = ()
        self._follows = True

    def show(self, spans: Sequence[Span]) -> None:
        """Show these spans; the newest stays in sight unless the reader has scrolled away from it."""
        self._spans = spans
        self.rebuild()
        if self._follows and not self.has_focus:
            self.scroll_to(y=len(spans), animate=False, force=True, immediate=True)

    def on_mouse_scroll_up(self) -> None:
        """The reader looks at older bars: stay there."""
        self._follows = False

    def on_mouse_scroll_down(self) -> None:
        """At the end again, the newest bars stay in sight again."""
        self._follows = self.scroll_offset.y >= self.max_scroll_y - 3

    def rebuild(self) -> None:
        """Make the bars anew."""
        self.set_texts([self._text(span) for span in self._spans] or [self._nothing()])

    def on_resize(self) -> None:
        """Use the new width."""
        self.rebuild()

    @property
    def seconds(self) -> float:
        """Where the axis ends: the last end, with room for the seconds behind it."""
        return max((span.end for span in self._spans), default=0.0) or 1.0

    @property
    def label_cells(self) -> int:
        """The width of the names."""
        longest = max((len(short_address(span.address)) for span in self._spans), default=0)
        return min(longest, int(self.scrollable_content_region.width * _LABEL_SHARE))

    @property
    def bar_cells(self) -> int:
        """The width of the axis; behind it is room for the seconds of the longest bar."""
        return max(4, self.scrollable_content_region.width - self.label_cells - 9)

    def _nothing(self) -> Text:
        return Text(" Nothing has started yet", style=self.style_of("foreground-muted"), end="")

    def _text(self, span: Span) -> Text:
        look = RESOURCE_LOOKS[span.state]
        name = middle(short_address(span.address), self.label_cells).ljust(self.label_cells)
        text = Text(f"{name} ", style=self.style_of("foreground-muted"), end="")
        text.append(
            bar(span.start, span.end, self.bar_cells / self.seconds, span.state), self.style_of(look.style)
        )
        return text.append(f" {took(span.seconds)}", self.style_of("foreground-muted"))


class Timeline(Vertical):
    """The time axis of a run with one bar for each resource that has begun."""

    DEFAULT_CSS = Path(__file__).with_name("timeline.tcss").read_text("utf-8")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = "Time"
        self._latest = (Progress(), datetime.now(UTC))

    def compose(self) -> ComposeResult:
        """The axis above the bars."""
        yield Static("", classes="timeline--axis", markup=False)
        yield Bars()

    def show(self, progress: Progress, now: datetime) -> None:
        """Show a run as it is now."""
        self._latest = progress, now
        bars = self.query_one(Bars)
        bars.show(timeline(progress, now))
        marks = axis(bars.seconds, bars.bar_cells) if progress.steps_total else ""
        self.query_one(".timeline--axis", Static).update(" " * (bars.label_cells + 1) + marks, layout=False)

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self.show, *self._latest)
