"""A job, live: what it does, how far it is, what it says, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import ContentSwitcher

from automock_tui.domain.apply_progress import Progress, abandon
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.event_types import Failure
from automock_tui.domain.progress_parts import ResourceState
from automock_tui.domain.run_timeline import PastRun, usual_work
from automock_tui.provisioning.job import Job, JobStatus
from automock_tui.ui.format import took
from automock_tui.ui.pauses import freeze_once
from automock_tui.ui.screens.job_cancel import CancelJob, ForceCancel
from automock_tui.ui.screens.job_feed import (
    LINES_PER_TICK,
    TICKS_PER_SECOND,
    JobFeed,
    JobReview,
    JobStream,
    is_mock,
    stages_of,
)
from automock_tui.ui.screens.job_recovery import ENDED_BADLY, NEXT_STEPS, JobRecovery
from automock_tui.ui.screens.plan_review import PlanDecision, PlanReviewScreen
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.log_pane import LogPane, LogRecord, StreamState
from automock_tui.ui.widgets.log_pane.buffer import CAPACITY
from automock_tui.ui.widgets.panel_bar import Panel, PanelBar
from automock_tui.ui.widgets.progress_line import ProgressLine
from automock_tui.ui.widgets.resource_tree import ResourceTree
from automock_tui.ui.widgets.run_banner import RunBanner, Verdict, verdict
from automock_tui.ui.widgets.run_errors import RunErrors, cards_of
from automock_tui.ui.widgets.run_outputs import RunOutputs
from automock_tui.ui.widgets.stage_strip import StageStrip
from automock_tui.ui.widgets.timeline import Timeline
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.half_done import WayOn

_PAINTS_PER_SECOND = 4
_SHARED = ("time", "errors", "outputs")
"""The panels that share one place where the window is wide enough for the tree and the log beside them."""


class JobScreen(JobRecovery):
    """Watches a job from its first line on; leaving the screen harms nothing, the job goes on.

    Args:
        feed: The job.
        review: What can be done about its plan; without it the screen only watches.
        past: Reads earlier runs of the same stack, for what it usually takes; may block.
        find_way_on: Asks what could be carried on once the job has ended badly; may block.
        clock: The time.
        log_lines: How many lines of the log are kept in memory.
        utc: Whether the log's times are UTC at first.
    """

    CSS_PATH = "job.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (180, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Back; the job goes on by itself", id="job.leave"),
        Binding("r", "review", "Review", tooltip="Review the plan, then apply or discard it", id="job.review"),
        Binding("ctrl+c", "cancel", "Cancel", tooltip="Ask the job to stop", id="job.cancel"),
        Binding(
            "f", "log('follow')", "Follow", tooltip="Stay at the newest line, or stop there", id="job.follow"
        ),
        Binding("slash", "log('find')", "Find", key_display="/", tooltip="Find text in the log", id="job.find"),
        Binding(
            "1", "panel('resources')", "Resources", show=False, tooltip="The resources", id="job.resources"
        ),
        Binding("2", "panel('log')", "Log", show=False, tooltip="The log", id="job.log"),
        Binding("3", "panel('time')", "Time", show=False, tooltip="The time axis", id="job.time"),
        Binding(
            "4,e", "panel('errors')", "Errors", key_display="e", tooltip="What went wrong", id="job.errors"
        ),
        Binding("5,o", "panel('outputs')", "Outputs", key_display="o", tooltip="Addresses", id="job.outputs"),
        Binding("w", "log('wrap')", "Wrap", show=False, tooltip="Wrap long log lines", id="job.wrap"),
        Binding("s", "log('save')", "Save log", show=False, tooltip="Save the log to a file", id="job.save"),
    ]

    def __init__(
        self,
        feed: JobFeed,
        review: JobReview | None = None,
        *,
        past: Callable[[], Sequence[PastRun]] | None = None,
        find_way_on: Callable[[], WayOn | None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        log_lines: int = CAPACITY,
        utc: bool = False,
    ) -> None:
        super().__init__(find_way_on)
        self._log_lines, self._utc = log_lines, utc
        self._feed = feed
        self._review = review
        self._read_past = past
        self._past: Sequence[PastRun] = ()
        self._clock = clock
        self._stream = JobStream()
        self._job = feed.job()
        self._ended = False
        self._painted: tuple[Progress | None, float] = (None, 0.0)
        self._ticks = 0
        self._panel = "resources"
        self._panel_chosen = False
        self._cancelling = False

    # -- what others ask ------------------------------------------------------------------------------------

    @property
    def job(self) -> Job:
        """The job as it was last seen."""
        return self._job

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return abandon(self._stream.progress) if self._is_lost else self._stream.progress

    @property
    def has_ended(self) -> bool:
        """Whether everything that the job said has been shown, and nothing more will come."""
        return self._ended

    @property
    def _is_lost(self) -> bool:
        return self._ended and self._job.status is JobStatus.LOST

    def compose(self) -> ComposeResult:
        """Title, stages, progress, verdict; then the panels."""
        yield TitleBar(f"{self._job.kind.value.capitalize()} {self._job.project}")
        yield StageStrip(stages_of(self._job), id="job-stages")
        yield ProgressLine(id="job-progress")
        yield RunBanner(id="job-banner")
        with Container(id="job-body"):
            yield ResourceTree(id="resources")
            yield PanelBar(id="job-panels")
            with ContentSwitcher(initial="time", id="job-shared"):
                yield Timeline(id="time")
                yield RunErrors(id="errors")
                yield RunOutputs(id="outputs")
            yield LogPane(
                f"Log of {self._job.id}",
                file_name=f"{self._job.project}-{self._job.kind.value}",
                capacity=self._log_lines,
                utc=self._utc,
                id="log",
            )
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to watch."""
        freeze_once()
        self.query_one(ResourceTree).focus()
        self._show_panel("log" if is_mock(self._job) else "resources")
        self.query_one(ProgressLine).display = not is_mock(self._job)
        self._pump = self.set_interval(1 / TICKS_PER_SECOND, self._tick)
        self._tick()
        if self._read_past is not None:
            start(self, self._learn(self._read_past), group="job-past")

    async def _learn(self, read_past: Callable[[], Sequence[PastRun]]) -> None:
        self._past = await in_thread(read_past)
        self._painted = (None, 0.0)

    def on_screen_suspend(self) -> None:
        """Nobody looks: rest. The job's lines wait on disk."""
        self._pump.pause()

    def on_screen_resume(self) -> None:
        """Catch up."""
        if not self._ended and hasattr(self, "_pump"):
            self._pump.resume()

    # -- reading --------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._ticks += 1
        try:
            records = self._read()
        except AutomockError as error:
            self._pump.pause()
            self._log.set_state(StreamState.LOST, error.title)
            self.notify(f"{error.message} {error.hint}", title=error.title, severity="error", markup=False)
            return
        self._log.extend(records)
        caught_up = not self._stream.backlog and not records
        self._show_stream(caught_up)
        due = self._ticks % (TICKS_PER_SECOND // _PAINTS_PER_SECOND) == 0
        if self._ended or due or self._ticks == 1:
            self._paint()

    def _read(self) -> list[LogRecord]:
        job_is_due = self._ticks % TICKS_PER_SECOND == 1 or self._stream.progress.result is not None
        # The record before the lines: whatever a job that is over has said is then in the lines.
        job = self._feed.job() if job_is_due else self._job
        if self._stream.backlog < LINES_PER_TICK:
            fresh = self._feed.lines(LINES_PER_TICK)
            self._stream.put(fresh)
        records = self._stream.read()
        self._take(job, idle=not records and not self._stream.backlog)
        return records

    def _take(self, job: Job, *, idle: bool) -> None:
        self._job = job
        over = job.is_final or (job.status is JobStatus.PLANNED and job.plan_only)
        if over and idle and not self._ended:
            self._ended = True
            self._pump.pause()
            self.call_after_refresh(self._show_end)

    def _show_stream(self, caught_up: bool) -> None:
        if self._is_lost:
            self._log.set_state(StreamState.LOST, "the job's process is gone")
        elif self._ended:
            self._log.set_state(StreamState.ENDED, self._job.status.value)
        elif caught_up or self._stream.progress.started_at is not None:
            self._log.set_state(StreamState.LIVE)

    # -- showing --------------------------------------------------------------------------------------------

    @property
    def _log(self) -> LogPane:
        return self.query_one(LogPane)

    def _paint(self) -> None:
        """Bring every part in line with the run; skipped while nothing has changed and no clock moved."""
        progress, second = self.progress, float(int(self._clock().timestamp()))
        if progress is self._painted[0] and second == self._painted[1] and not self._ended:
            return
        self._painted = (progress, second)
        now = self._clock() if not self._ended else (progress.last_at or self._clock())
        self.query_one(StageStrip).show(progress, now)
        self.query_one(ProgressLine).show(progress)
        self.query_one(ResourceTree).show(progress, now, self._past)
        self.query_one(Timeline).show(progress, now)
        self.query_one(RunOutputs).show(progress.outputs)
        self.query_one(RunBanner).show(self._verdict())
        self.query_one(TitleBar).headline = self._headline(now)
        self.call_later(self.query_one(RunErrors).show, cards_of(progress, self._failure()))
        self._show_tabs()
        self.refresh_bindings()

    def _verdict(self) -> Verdict | None:
        waits = self._job.status is JobStatus.PLANNED and self._stream.progress.awaits_review
        found = verdict(self._job) if self._ended or waits else None
        return found._replace(next_steps=NEXT_STEPS) if found and self.way_on else found

    def show_way_on(self) -> None:
        """What can be done is known."""
        self._painted = (None, 0.0)
        self._paint()

    def _failure(self) -> Failure | None:
        error = self._job.error
        return Failure(error.title, error.message, error.hint) if error else None

    def _headline(self, now: datetime) -> str:
        parts = [took(self._job.elapsed_seconds(now))]
        usual = None if self._ended else usual_work(self._past, after_review=self._job.is_after_review)
        if usual is not None:
            parts.append(f"usually {took(usual)}")
        if self._cancelling and not self._ended:
            parts.insert(0, "cancelling: Terraform finishes what it is doing")
        elif not self._ended:
            parts.append("you may leave: the job goes on")
        return " · ".join(parts)

    async def _show_end(self) -> None:
        """Open the panel that matters now, unless the user has chosen one."""
        self._paint()
        if self._job.status in ENDED_BADLY:
            self.look_for_way_on()
        if self._panel_chosen or not isinstance(self.focused, ResourceTree | None):
            return
        if self._job.status in (JobStatus.FAILED, JobStatus.LOST):
            self.action_panel("errors")
        elif self._job.status is JobStatus.SUCCEEDED and self.progress.outputs:
            self.action_panel("outputs")

    # -- panels ---------------------------------------------------------------------------------------------

    @property
    def _is_narrow(self) -> bool:
        return self.has_class("-narrow")

    def _show_panel(self, name: str) -> None:
        self._panel = name
        body = self.query_one("#job-body")
        for each in ("resources", "log", *_SHARED):
            body.set_class(each == name, f"-show-{each}")
        if name in _SHARED:
            self.query_one("#job-shared", ContentSwitcher).current = name
        self._show_tabs()

    def _show_tabs(self) -> None:
        errors = len([card for card in self.query_one(RunErrors).cards if card.is_error])
        panels = (
            Panel("resources", "1", "Resources"),
            Panel("log", "2", "Log"),
            Panel("time", "3", "Time"),
            Panel("errors", "4", "Errors", errors),
            Panel("outputs", "5", "Outputs", len(self.progress.outputs)),
        )
        shared = self.query_one("#job-shared", ContentSwitcher).current or ""
        if self._is_narrow:
            self.query_one(PanelBar).show(panels, self._panel)
        else:
            self.query_one(PanelBar).show(panels[2:], shared)

    @on(PanelBar.Chosen)
    def _panel_clicked(self, event: PanelBar.Chosen) -> None:
        self.action_panel(event.panel)

    def on_resize(self) -> None:
        """The tabs depend on the width."""
        self.call_after_refresh(self._show_tabs)

    def action_panel(self, name: str) -> None:
        """Show a panel and let the keys act on it."""
        self._panel_chosen = True
        self._show_panel(name)
        target = f"#{name} Bars" if name == "time" else f"#{name} LogView" if name == "log" else f"#{name}"
        self.call_after_refresh(self.set_focus, self.query_one(target))

    @on(ResourceTree.Selected)
    def _resource_selected(self, event: ResourceTree.Selected) -> None:
        same = self._log.view.reader.filter.resources == event.addresses
        self._log.show_resources(() if same else event.addresses, event.label)
        if self._is_narrow and not same:
            self.action_panel("log")

    async def action_log(self, action: str) -> None:
        """Run an action of the log from anywhere on the screen."""
        if self._is_narrow and action != "save":
            self._show_panel("log")
        await self._log.run_action(action)

    # -- leaving, reviewing, cancelling ---------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "review":
            return self._why_no_review()
        if action == "cancel" and not self._job.is_active:
            return "the job is not running"
        return super().why_not(action)

    def _why_no_review(self) -> str:
        if self._review is None or self._job.plan_only:
            return "this plan is not for applying"
        if self._job.status is not JobStatus.PLANNED:
            return "no plan waits for a review"
        return ""

    def action_leave(self) -> None:
        """Back; the job goes on."""
        self.dismiss(None)

    def action_review(self) -> None:
        """Review the plan."""
        start(self, self._ask_about_plan(), group="job-review")

    async def _ask_about_plan(self) -> None:
        review = self._review
        if review is None or self._why_no_review():
            return
        plan = await in_thread(review.plan)
        facts = await in_thread(review.facts) if review.facts else None
        decision = await self.app.push_screen_wait(PlanReviewScreen(self._job, plan, facts))
        if decision in (PlanDecision.CONFIRM, PlanDecision.CONFIRM_WITHOUT):
            if review.choose and facts and facts.janitor and facts.janitor.is_open:
                await in_thread(review.choose, decision is PlanDecision.CONFIRM)
            await in_thread(review.confirm)
        elif decision is PlanDecision.DISCARD:
            await in_thread(review.discard)
        self._job = self._feed.job()
        self._paint()

    def action_cancel(self) -> None:
        """Copy what is selected; else ask the job to stop."""
        selected = self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
            return
        start(self, self._ask_to_cancel(), group="job-cancel")

    async def _ask_to_cancel(self) -> None:
        force = self._cancelling
        running = len(self.progress.in_state(ResourceState.RUNNING))
        dialog = ForceCancel(self._job) if force else CancelJob(self._job, running)
        if not await self.app.push_screen_wait(dialog):
            return
        self._job = self._feed.job()
        if not self._job.is_active:
            self.notify("The job ended before", title="Not cancelled", severity="warning")
            return
        await in_thread(self._feed.cancel, force=force)
        self._cancelling = True
        self._painted = (None, 0.0)
