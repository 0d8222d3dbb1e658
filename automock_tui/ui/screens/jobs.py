"""Every job of this machine: what it did, how it ended, and what to do about those that did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from automock_tui.provisioning.job import JobKind, JobStatus
from automock_tui.ui.actions import Reasons
from automock_tui.ui.format import clock_time, plural, shorten, took
from automock_tui.ui.row_filter import BadFilter, compile_filter
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.filter_bar import FilterBar
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.row_list import RowList
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.provisioning.job import Job

REFRESH_SECONDS = 2.0
_LOOKS = {
    JobStatus.STARTING: ("◌", "starting", "text-warning"),
    JobStatus.RUNNING: ("▶", "running", "text-warning"),
    JobStatus.SERVING: ("●", "serving", "text-success"),
    JobStatus.PLANNED: ("▶", "needs review", "text-warning"),
    JobStatus.SUCCEEDED: ("✓", "succeeded", "text-success"),
    JobStatus.FAILED: ("✕", "failed", "text-error"),
    JobStatus.CANCELLED: ("◼", "cancelled", "text-error"),
    JobStatus.DISCARDED: ("–", "discarded", "foreground-muted"),
    JobStatus.LOST: ("?", "lost", "text-error"),
}
_COLUMNS = (
    ("KIND", 8),
    ("PROJECT", 20),
    ("STATUS", 14),
    ("STAGE", 8),
    ("STARTED", 20),
    ("TOOK", 7),
    ("BY", 16),
)
FIELDS = ("kind", "project", "status", "by")
_NO_JOBS = "No jobs yet. A deploy or destroy makes one; they are kept here with their whole log."
_NO_MATCH = "No job passes the filter. / changes it, esc there ends it."
_SUMMARY = 18
"""The least width that makes a summary worth showing."""


def columns_for(jobs: Sequence[Job], width: int, now: datetime, *, utc: bool = False) -> list[tuple[str, int]]:
    """The columns that fit, from the left, with room for a summary; names and times take what they need.

    The oldest job, which is the last, has the longest time: that with the date.
    """
    longest = {
        "STARTED": max((len(_started(job, now, utc=utc)) for job in jobs[-1:]), default=0),
        "PROJECT": max((len(job.project) for job in jobs), default=0),
        "BY": max((len(job.by) for job in jobs), default=0),
    }
    columns: list[tuple[str, int]] = []
    room = width - 3 - _SUMMARY
    for name, cells in _COLUMNS:
        needed = max(len(name), min(cells, longest.get(name, cells)))
        room -= needed + 1
        if room < 0 and len(columns) >= 3:
            break
        columns.append((name, needed))
    return columns


def cells_of(job: Job, now: datetime, *, utc: bool = False) -> list[str]:
    """The texts of a job's columns."""
    _, word, _ = _LOOKS[job.status]
    if job.status is JobStatus.PLANNED and job.plan_only:
        word = "planned"
    seconds = took(job.elapsed_seconds(now)) if job.started_at else "–"
    kind = "plan" if job.plan_only and job.kind is JobKind.DEPLOY else job.kind.value
    return [kind, job.project, word, job.stage, _started(job, now, utc=utc), seconds, job.by]


def _started(job: Job, now: datetime, *, utc: bool) -> str:
    return clock_time(job.started_at or job.created_at, now, utc=utc)


def summary_of(job: Job) -> str:
    """What came of a job, or what to do about it."""
    if job.status is JobStatus.PLANNED and not job.plan_only:
        return f"enter reviews it: {job.changes}" if job.changes else "enter reviews it"
    if job.status in (JobStatus.FAILED, JobStatus.LOST) and job.error:
        return f"{job.error.title}. {job.error.hint}" if job.error.hint else job.error.title
    return job.summary


class _Texts:
    """What the filter may look at in a job, in lower case."""

    def __init__(self, job: Job) -> None:
        self.id, self.project, self.by = job.id, job.project, job.by.lower()
        self.kind, self.status, self._summary = job.kind.value, _LOOKS[job.status][1], summary_of(job)

    @property
    def all(self) -> str:
        """Everything that a plain word may match."""
        words = (self.id, self.kind, self.project, self.status, self.by, self._summary.lower())
        return " ".join(words)


class JobTable(RowList):
    """The jobs, newest first; the cursor stays on its job."""

    class Opened(Message):
        """A job is to be opened."""

        def __init__(self, job: Job) -> None:
            super().__init__()
            self.job = job

    class Moved(Message):
        """The cursor is on another job, or the columns have another width."""

        def can_replace(self, message: Message) -> bool:
            """Only the newest counts."""
            return isinstance(message, JobTable.Moved)

    def __init__(self, clock: Callable[[], datetime], *, utc: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock, self._utc = clock, utc
        self._now = clock()
        self.jobs: list[Job] = []
        self._columns: list[tuple[str, int]] = []

    @property
    def current(self) -> Job | None:
        """The job under the cursor."""
        return self.jobs[self.cursor] if self.cursor < len(self.jobs) else None

    def show(self, jobs: Sequence[Job]) -> None:
        """Show these jobs."""
        current = self.current
        self.jobs = list(jobs)
        self.rebuild()
        ids = [job.id for job in self.jobs]
        if current is not None and current.id in ids:
            self.cursor = ids.index(current.id)
        self.post_message(self.Moved())

    def heading(self) -> str:
        """The names of the columns."""
        names = (name.rjust(cells) if name == "TOOK" else name.ljust(cells) for name, cells in self._columns)
        return "   " + " ".join(names) + " SUMMARY"

    @property
    def _cells(self) -> int:
        return self.scrollable_content_region.width

    def rebuild(self) -> None:
        """Make the rows anew, as they come into sight."""
        self._now = self._clock()
        self._columns = columns_for(self.jobs, self._cells, self._now, utc=self._utc)
        self.set_count(len(self.jobs))

    def on_resize(self) -> None:
        """Use the new width."""
        self.rebuild()
        self.post_message(self.Moved())

    def text_of(self, row: int) -> Text:
        """A job."""
        job, now = self.jobs[row], self._now
        mark, _, style = _LOOKS[job.status]
        text = Text(end="").append(f" {mark} ", self.style_of(style))
        for (name, cells), value in zip(self._columns, cells_of(job, now, utc=self._utc), strict=False):
            shown = shorten(clean(value), cells)
            aligned = shown.rjust(cells) if name == "TOOK" else shown.ljust(cells)
            text.append(f"{aligned} ", self.style_of(style if name == "STATUS" else "text"))
        room = self._cells - text.cell_len
        return text.append(
            shorten(clean(summary_of(job)).replace("\n", " "), room), self.style_of("foreground-muted")
        )

    def watch_cursor(self) -> None:
        """Tell that the cursor has moved."""
        super().watch_cursor()
        self.post_message(self.Moved())

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.current is not None:
            self.post_message(self.Opened(self.current))


class JobsScreen(Reasons, Screen[None]):
    """All jobs.

    Args:
        load: Reads the jobs, newest first; may block.
        open_job: Opens one.
        clock: The time.
        utc: Whether times are shown in UTC.
    """

    CSS_PATH = "jobs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "open", "Open", key_display="⏎", tooltip="Watch the job, or read its log", id="jobs.open"
        ),
        Binding("escape", "leave", "Back", tooltip="Back", id="jobs.leave"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only some", id="jobs.filter"),
        Binding("r", "refresh", "Refresh", tooltip="Look again now", id="jobs.refresh"),
        Binding("y", "copy", "Copy id", tooltip="Copy the job's id", id="jobs.copy"),
    ]

    def __init__(
        self,
        load: Callable[[], Sequence[Job]],
        open_job: Callable[[Job], None],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        utc: bool = False,
    ) -> None:
        super().__init__()
        self._utc = utc
        self._load = load
        self._open_job = open_job
        self._clock = clock
        self._loaded = False
        self._jobs: Sequence[Job] = ()
        self._filtered = ""
        self._match = compile_filter("", FIELDS)

    def compose(self) -> ComposeResult:
        """The table, and all of what is to say about the job under the cursor."""
        yield TitleBar("Jobs")
        yield Static("", id="jobs-heading", markup=False)
        yield JobTable(self._clock, utc=self._utc, id="jobs-table")
        yield Static("Looking…", id="jobs-empty", markup=False)
        yield FilterBar("words, !not, ~regex, " + ", ".join(f"{name}:…" for name in FIELDS))
        yield Static("", id="jobs-detail", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one(JobTable).display = False
        self._timer = self.set_interval(REFRESH_SECONDS, self.action_refresh)
        self.action_refresh()

    def on_screen_suspend(self) -> None:
        """Nobody looks."""
        self._timer.pause()

    def on_screen_resume(self) -> None:
        """Look again."""
        if hasattr(self, "_timer"):
            self._timer.resume()
            self.action_refresh()

    def action_refresh(self) -> None:
        """Look again."""
        start(self, self._refresh(), group="jobs", exclusive=True)

    async def _refresh(self) -> None:
        self._jobs = jobs = await in_thread(self._load)
        self._show()
        at_work = sum(job.is_active for job in jobs)
        lost = sum(job.status is JobStatus.LOST for job in jobs)
        parts = [
            plural(len(jobs), "job"),
            f"{at_work} running" if at_work else "",
            f"{lost} lost" if lost else "",
        ]
        self.query_one(TitleBar).headline = " · ".join(filter(None, parts))
        if not self._loaded and jobs:
            self.query_one(JobTable).focus()
        self._loaded = True
        self.refresh_bindings()

    def _show(self) -> None:
        """Show the jobs that pass the filter."""
        table, empty = self.query_one(JobTable), self.query_one("#jobs-empty", Static)
        found = [job for job in self._jobs if self._match(_Texts(job))] if self._filtered else self._jobs
        table.display, empty.display = bool(found), not found
        empty.update(_NO_MATCH if self._jobs else _NO_JOBS)
        table.show(found)
        self.query_one(FilterBar).say(f"{len(found):,} of {len(self._jobs):,}" if self._filtered else "")

    @on(JobTable.Moved)
    def _moved(self) -> None:
        table = self.query_one(JobTable)
        self.query_one("#jobs-heading", Static).update(table.heading() if table.jobs else "")
        job = table.current
        parts = [f"{job.id}  {job.workspace.label}", summary_of(job)] if job else []
        self.query_one("#jobs-detail", Static).update("\n".join(clean(part) for part in parts if part))

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        needs_job = action in ("open", "copy")
        return "there is no job" if needs_job and not self.query(JobTable).first().jobs else ""

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    @on(FilterBar.Changed)
    def _filter(self, event: FilterBar.Changed) -> None:
        try:
            self._match = compile_filter(event.text, FIELDS)
        except BadFilter as error:
            event.bar.say(str(error))
            return
        self._filtered = event.text.strip()
        self._show()

    @on(FilterBar.Closed)
    def _filter_closed(self) -> None:
        self.query_one(JobTable).focus()

    @on(JobTable.Opened)
    def _opened(self, event: JobTable.Opened) -> None:
        self._open_job(event.job)

    def action_open(self) -> None:
        """Open the job under the cursor."""
        job = self.query_one(JobTable).current
        if job is not None:
            self._open_job(job)

    def action_copy(self) -> None:
        """Copy the id of the job under the cursor."""
        job = self.query_one(JobTable).current
        if job is not None:
            self.app.copy_to_clipboard(job.id)
            self.notify(f"Copied {job.id}", title="Jobs")

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
