"""What the Job screen lives on: the raw lines of a job, turned into one picture and a readable log."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from automock_tui.domain.apply_progress import DEPLOY_STAGES, DESTROY_STAGES, Progress, advance
from automock_tui.domain.event_types import AutomockLog, DiagnosticEvent, Event, ResultEvent, StageEvent
from automock_tui.domain.terraform_events import parse_line
from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.provisioning.job import JobKind
from automock_tui.ui.widgets.log_pane import Level, LogRecord

if TYPE_CHECKING:
    from automock_tui.domain.plan import PlanSummary
    from automock_tui.provisioning.job import Job
    from automock_tui.ui.screens.plan_review import ReviewFacts

TICKS_PER_SECOND = 20
LINES_PER_TICK = 5_000
TICK_SECONDS = 0.008
"""How long one tick may read: at 20 ticks a second, a sixth of the time at most."""
_CHUNK = 100
_LEVELS = {"trace": Level.DEBUG, "debug": Level.DEBUG, "warn": Level.WARN, "error": Level.ERROR}
_OURS = (StageEvent, AutomockLog, ResultEvent)


class JobFeed(Protocol):
    """A job to watch. `lines` and `job` read small local files; `cancel` may block."""

    def lines(self, limit: int) -> list[str]:
        """Up to `limit` raw lines that came since the last call, from the job's very first on."""

    def job(self) -> Job:
        """The job's record as it is now."""

    def cancel(self, *, force: bool = False) -> None:
        """Ask the job to stop; `force` sends Terraform its second interrupt, which may lose state."""


@dataclass(frozen=True)
class JobReview:
    """What can be done about a plan that waits for its review. All three may block and raise AutomockError."""

    plan: Callable[[], PlanSummary]
    confirm: Callable[[], object]
    discard: Callable[[], object]
    facts: Callable[[], ReviewFacts] | None = None
    """What the reviewer should know besides the plan: cost, TTL and janitor."""
    choose: Callable[[bool], object] | None = None
    """Keeps whether the user wants the janitor."""


def is_mock(job: Job) -> bool:
    """Whether a job is a mock of this machine: no plan, no resources, and it lives as long as the mock."""
    return job.workspace.kind is WorkspaceKind.LOCAL


def stages_of(job: Job) -> tuple[str, ...]:
    """The stages that a job goes through."""
    if is_mock(job):
        return ("serve",)
    stages = DESTROY_STAGES if job.kind is JobKind.DESTROY else DEPLOY_STAGES
    if job.plan_only:
        return tuple(stages[: stages.index("review")])
    return tuple(stage for stage in stages if stage != "record" and (stage != "review" or not job.auto_approve))


def record_of(event: Event) -> LogRecord:
    """An event as a line of the log."""
    text, about = event.message, getattr(event, "resource", None)
    address = about.address if about is not None else ""
    if isinstance(event, DiagnosticEvent):
        text, address = _diagnostic_text(event), event.diagnostic.address
    level = _LEVELS.get(event.level, Level.INFO)
    source = "automock" if isinstance(event, _OURS) else "terraform"
    return LogRecord(text, event.at.timestamp() if event.at else 0.0, level, source, address)


def _diagnostic_text(event: DiagnosticEvent) -> str:
    place = f" ({event.diagnostic.range})" if event.diagnostic.range else ""
    detail = f"\n{event.diagnostic.detail}" if event.diagnostic.detail else ""
    return f"{event.message or event.diagnostic.summary}{place}{detail}"


class JobStream:
    """Turns raw lines into progress and log records, a few milliseconds at a time."""

    def __init__(self) -> None:
        self.progress = Progress()
        self._waiting: deque[str] = deque()

    @property
    def backlog(self) -> int:
        """How many lines wait to be read."""
        return len(self._waiting)

    def put(self, lines: Iterable[str]) -> None:
        """Add lines to what waits."""
        self._waiting.extend(lines)

    def read(self, seconds: float = TICK_SECONDS) -> list[LogRecord]:
        """Read what waits for at most about this long; `progress` is up to the last line read."""
        finish = time.perf_counter() + seconds
        events: list[Event] = []
        records: list[LogRecord] = []
        while self._waiting and len(records) < LINES_PER_TICK:
            chunk = [self._waiting.popleft() for _ in range(min(_CHUNK, len(self._waiting)))]
            fresh = [parse_line(line) for line in chunk]
            events += fresh
            records += map(record_of, fresh)
            if time.perf_counter() > finish:
                break
        if events:
            self.progress = advance(self.progress, events)
        return records
