"""How a job ended, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.widgets import Static

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.provisioning.job import JobKind, JobStatus
from automock_tui.ui.format import took
from automock_tui.ui.widgets.log_pane.record import clean

if TYPE_CHECKING:
    from automock_tui.provisioning.job import Job

_STILL_COSTS = "What was made so far is still there and costs money until it is destroyed or its TTL ends."


class Verdict(NamedTuple):
    """The end of a job: its mark, what happened, and the next steps; `style` is a class of the banner."""

    mark: str
    title: str
    next_steps: str
    style: str


def verdict(job: Job) -> Verdict | None:
    """What to say about a job that does not run; None while it does."""
    maker = _VERDICTS.get(job.status)
    return maker(job) if maker else None


def _length(job: Job) -> str:
    if job.started_at is None or job.finished_at is None:
        return ""
    return f" in {took(job.elapsed_seconds(job.finished_at))}"


def _planned(job: Job) -> Verdict:
    changes = str(job.changes) if job.changes else job.summary or "ready"
    if job.plan_only:
        return Verdict("✓", f"Planned: {changes}", "This was a plan only; nothing was changed.", "-success")
    steps = "Press r to review it. Nothing was changed yet; it also waits if you leave."
    return Verdict("▶", f"The plan waits for you: {changes}", steps, "-waiting")


def _succeeded(job: Job) -> Verdict:
    if job.workspace.kind is WorkspaceKind.LOCAL:
        return Verdict("✓", job.summary, "The project with its versions and history is kept.", "-success")
    if job.kind is JobKind.DESTROY:
        kept = f"The project {job.project} with its versions and history is kept."
        return Verdict("✓", f"{job.project} is destroyed{_length(job)}", kept, "-success")
    if job.plan_only:
        return Verdict("✓", job.summary or "Planned", "This was a plan only; nothing was changed.", "-success")
    address = str(job.outputs.get("mockserver_url") or "")
    steps = f"{address}  o shows the outputs, y copies one." if address else "o shows the outputs."
    return Verdict("✓", f"{job.project} is deployed{_length(job)}", steps, "-success")


def _failed(job: Job) -> Verdict:
    title = job.error.title if job.error else job.summary or "The job failed"
    hint = job.error.hint if job.error and job.error.hint else "e shows what went wrong."
    return Verdict("✕", f"Failed{_length(job)}: {title}", hint, "-failed")


def _cancelled(job: Job) -> Verdict:
    if job.workspace.kind is WorkspaceKind.LOCAL:
        hint = job.error.hint if job.error else ""
        return Verdict("◼", "The mock was stopped", hint, "-failed")
    again = "Destroying it again goes on." if job.kind is JobKind.DESTROY else "Deploying it again goes on."
    return Verdict("◼", f"Cancelled{_length(job)}", f"{_STILL_COSTS} {again}", "-failed")


def _discarded(job: Job) -> Verdict:
    return Verdict("–", "The plan was discarded", "Nothing was changed.", "-waiting")


def _lost(job: Job) -> Verdict:
    title = job.error.title if job.error else "The job's process ended without a result"
    hint = job.error.hint if job.error else ""
    return Verdict("?", f"Lost: {title}", hint or _STILL_COSTS, "-failed")


_VERDICTS = {
    JobStatus.PLANNED: _planned,
    JobStatus.SUCCEEDED: _succeeded,
    JobStatus.FAILED: _failed,
    JobStatus.CANCELLED: _cancelled,
    JobStatus.DISCARDED: _discarded,
    JobStatus.LOST: _lost,
}


class RunBanner(Static):
    """Hidden while a job runs."""

    DEFAULT_CSS = Path(__file__).with_name("run_banner.tcss").read_text("utf-8")

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="-hidden")
        self._shown: Verdict | None = None

    def show(self, found: Verdict | None) -> None:
        """Show how a job ended."""
        if found == self._shown:
            return
        self._shown = found
        self.set_classes(found.style if found else "-hidden")
        if found is not None:
            title = Content.styled(f"{found.mark} {clean(found.title)}", "bold")
            self.update(Content("\n").join([title, Content(clean(found.next_steps))]))
