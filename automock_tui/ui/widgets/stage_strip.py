"""The stages of a job in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from textual.content import Content
from textual.widget import Widget

from automock_tui.domain.apply_progress import Progress
from automock_tui.domain.progress_parts import Stage, StageState
from automock_tui.ui.format import took
from automock_tui.ui.widgets.run_marks import SKIPPED, STAGE_LOOKS, Look

_CHANGING = ("apply", "destroy")


def stage_looks(progress: Progress, stages: Sequence[str]) -> list[tuple[Stage, Look]]:
    """Each stage and how it looks; one that was passed over is skipped, one that waits for the user says so."""
    found = [progress.stage(name) for name in _with_janitor(progress, stages)]
    begun = [index for index, stage in enumerate(found) if stage.state is not StageState.PENDING]
    last = max(begun, default=-1)
    looks = []
    for index, stage in enumerate(found):
        look = STAGE_LOOKS[stage.state]
        if stage.state is StageState.PENDING and index < last:
            look = SKIPPED
        if stage.name == "review" and progress.awaits_review:
            look = Look("▶", "waits for you", "text-warning")
        looks.append((stage, look))
    return looks


def _with_janitor(progress: Progress, stages: Sequence[str]) -> Sequence[str]:
    """Few deploys install the janitor: its stage is shown where it is one."""
    if "apply" not in stages or progress.stage("janitor").state is StageState.PENDING:
        return stages
    place = stages.index("apply")
    return (*stages[:place], "janitor", *stages[place:])


class StageStrip(Widget):
    """What a job goes through: `Init ✓ 3s  Plan ✓ 12s  ▶ Apply 31/58 41s  · Health`."""

    DEFAULT_CSS = Path(__file__).with_name("stage_strip.tcss").read_text("utf-8")

    def __init__(self, stages: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._stages = tuple(stages)
        self._progress = Progress()
        self._now = datetime.now(UTC)

    def show(self, progress: Progress, now: datetime) -> None:
        """Show a run as it is now."""
        self._progress, self._now = progress, now
        self.refresh()

    def render(self) -> Content:
        """The line; times are left out where it would not fit."""
        for detail in (2, 1, 0):
            line = Content("  ").join(
                self._stage(stage, look, detail) for stage, look in stage_looks(self._progress, self._stages)
            )
            if line.cell_length <= self.size.width:
                break
        return line

    def _stage(self, stage: Stage, look: Look, detail: int) -> Content:
        words = [look.mark, stage.name.capitalize()]
        running = stage.state is StageState.RUNNING
        if stage.name in _CHANGING and stage.state is not StageState.PENDING:
            words.append(f"{self._progress.steps_done}/{self._progress.steps_total}")
        if look.word and detail:
            words.append(look.word)
        seconds = stage.elapsed(self._now)
        if seconds >= 1 and (running or detail > 1):
            words.append(took(seconds))
        return Content.styled(
            " ".join(words), f"bold ${look.style}" if running or look.word else f"${look.style}"
        )
