"""How far a run is: a bar, and the counts in words."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content
from textual.widget import Widget

from automock_tui.domain.apply_progress import Progress
from automock_tui.domain.progress_parts import ResourceState


class ProgressLine(Widget):
    """`████████▌░░░░░  31 of 58  +58 ~0 −0   3 running · 1 failed`."""

    DEFAULT_CSS = Path(__file__).with_name("progress_line.tcss").read_text("utf-8")

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._progress = Progress()

    def show(self, progress: Progress) -> None:
        """Show how far a run is."""
        if progress is not self._progress:
            self._progress = progress
            self.refresh()

    def render(self) -> Content:
        """The bar, then the counts in words."""
        progress = self._progress
        if not progress.steps_total:
            return Content.styled("No changes are planned yet", "$foreground-muted")
        counts = f" {progress.steps_done} of {progress.steps_total}  {progress.planned}{self._states()}"
        cells = max(8, min(60, self.size.width - len(counts) - 1))
        failed = any(progress.in_state(state) for state in (ResourceState.FAILED, ResourceState.LOST))
        color = "$error" if failed else "$success" if progress.fraction >= 1 else "$primary"
        filled = "█" * int(progress.fraction * cells)
        rest = "░" * (cells - len(filled))
        return Content.assemble((filled, color), (rest, "$foreground-disabled"), (counts, "$foreground"))

    def _states(self) -> str:
        words = []
        for state in (ResourceState.RUNNING, ResourceState.FAILED, ResourceState.CANCELLED, ResourceState.LOST):
            count = len(self._progress.in_state(state))
            words += [f"{count} {'unknown' if state is ResourceState.LOST else state.value}"] if count else []
        return "   " + " · ".join(words) if words else ""
