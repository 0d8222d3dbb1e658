"""Status: one row per project, from its record in the store, its live state in AWS, and its jobs here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from automock_tui.domain.deployment import (
    DeploymentMetadata,
    DeploymentStatus,
    Urgency,
    urgency,
)
from automock_tui.domain.document import format_instant
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.workspace import WorkspaceKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.aws.live import LiveState
    from automock_tui.domain.spend import Spend
    from automock_tui.operations.half_done import Trouble
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job
    from automock_tui.storage.projects import Projects, ProjectSummary

UNKNOWN = "–"
_IN_AWS = {DeploymentStatus.DEPLOYED, DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING}


@dataclass(frozen=True)
class ProjectStatus:
    """What is known of one project. `tasks` is running/desired; `error` says why it cannot be read."""

    name: str
    bucket: str
    metadata: DeploymentMetadata | None = None
    region: str = ""
    tasks: str = UNKNOWN
    hourly: Spend | None = None
    cost_so_far: Spend | None = None
    version: str = ""
    job: Job | None = None
    note: str = ""
    error: str = ""
    trouble: Trouble | None = None
    is_warned: bool = False
    """Whether its end was warned of."""
    is_stopped: bool = False
    """A local mock whose process is not there, though nobody has destroyed it."""

    @property
    def is_up(self) -> bool:
        """Whether a running mock should answer."""
        return self.status is DeploymentStatus.DEPLOYED and not self.is_stopped

    @property
    def word(self) -> str:
        """The state in one word, as commands print it."""
        if self.is_stopped:
            return "stopped"
        return self.status.value if self.status else "unreadable"

    @property
    def status(self) -> DeploymentStatus | None:
        """The deployment's status, None where it cannot be read."""
        return self.metadata.status if self.metadata else None

    @property
    def expires_at(self) -> datetime | None:
        """The instant the TTL ends."""
        return self.metadata.ttl_expiry if self.metadata else None

    @property
    def address(self) -> str:
        """Where the mock answers, empty where nothing runs."""
        here = self.metadata is not None and not self.is_stopped
        return self.metadata.infrastructure.mockserver_url if self.metadata and here else ""

    @property
    def deployed_version(self) -> str:
        """The version that the running mock started from."""
        return self.metadata.expectations_version if self.metadata else ""

    @property
    def is_running(self) -> bool:
        """Whether something may exist in AWS, and cost, or on this machine."""
        return not self.is_stopped and (self.status in _IN_AWS or self.status is DeploymentStatus.FAILED)

    def remaining(self, now: datetime) -> timedelta | None:
        """Time until the TTL ends, by the store's clock."""
        return self.metadata.remaining(now) if self.metadata and not self.is_stopped else None

    def urgency(self, now: datetime) -> Urgency:
        """How close the end is."""
        return urgency(self.remaining(now))

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The row as `status --json` prints it."""
        remaining = self.remaining(now)
        metadata = self.metadata or DeploymentMetadata()
        return {
            "project": self.name,
            "bucket": self.bucket,
            "status": self.word,
            "ttl_expiry": format_instant(self.expires_at) if self.expires_at else None,
            "ttl_hours": metadata.ttl_hours,
            "ttl_remaining_seconds": int(remaining.total_seconds()) if remaining is not None else None,
            "deployed_at": format_instant(metadata.deployed_at) if metadata.deployed_at else None,
            "destroyed_at": format_instant(metadata.destroyed_at) if metadata.destroyed_at else None,
            "region": self.region,
            "tasks": None if self.tasks == UNKNOWN else self.tasks,
            "address": self.address or None,
            "version": self.version or None,
            "deployed_version": self.deployed_version or None,
            "generation": metadata.generation,
            "hourly_usd": str(self.hourly.amount) if self.hourly else None,
            "cost_so_far_usd": str(self.cost_so_far.amount) if self.cost_so_far else None,
            "job": self.job.id if self.job else None,
            "updated_by": metadata.updated_by or None,
            "failure": metadata.failure or None,
            "note": self.note or None,
            "error": self.error or None,
            "trouble": self.trouble.as_json() if self.trouble else None,
        }


@dataclass(frozen=True)
class StatusTable:
    """All rows, and the clock that counts.

    `asked_at` is the store's time; `clock_offset` is what to add to this machine's time to have the store's;
    `skew_seconds` is how far this machine is ahead; `pace` how many of the store's seconds pass in one of this
    machine's. In an emulated account costs are what AWS would charge.
    """

    rows: Sequence[ProjectStatus]
    asked_at: datetime
    clock_offset: timedelta
    skew_seconds: float
    is_emulated: bool = False
    pace: float = 1.0

    def now(self) -> datetime:
        """The store's time now, without asking it."""
        return self.store_time(datetime.now(UTC))

    def store_time(self, here: datetime) -> datetime:
        """The store's time when it is `here` by this machine's clock."""
        return self.asked_at + (here + self.clock_offset - self.asked_at) * self.pace

    def refresh_seconds(self, chosen: float) -> float:
        """How often to ask again: more often where time is hurried, for a mock's last hour may be a minute."""
        return chosen if self.pace <= 1 else min(chosen, max(2.0, chosen / self.pace))


def status(workspace: Workspace, names: Sequence[str] | None = None, *, live: bool = True) -> StatusTable:
    """The status of the named projects, or of all.

    Args:
        workspace: Where to look.
        names: Project names; None for all.
        live: Ask AWS for running tasks too.

    Raises:
        NotFound: a named project does not exist.
        AutomockError: the store cannot be asked.
    """
    if workspace.folders.unrecorded.is_dir():
        from automock_tui.operations.pending import record_pending

        record_pending(workspace)
    projects = workspace.projects
    summaries = projects.list_all() if names is None else [_summary(projects, name) for name in names]
    jobs = _jobs_by_project(workspace, summaries)
    now = projects.store.now()
    rows = [_row(workspace, summary, jobs.get(summary.name), now) for summary in summaries]
    if workspace.is_local:
        rows = _with_processes(workspace, rows, now)
    elif live and workspace.account:
        rows = _with_live_states(workspace, rows)
    skew, pace = projects.store.clock_skew(), projects.store.clock_pace()
    return StatusTable(rows, now, now - datetime.now(UTC), skew, workspace.is_emulated, pace)


def overview(table: StatusTable, now: datetime) -> str:
    """The headline of a table: `$0.14/h now · 3 running · 1 ends within 15 min`."""
    from automock_tui.domain.spend import total

    running = [row for row in table.rows if row.is_running]
    parts = [f"{len(running)} running"]
    if any(row.hourly for row in running):
        when = "if this were AWS" if table.is_emulated else "now"
        parts.insert(0, f"{total(row.hourly for row in running).hourly_text()} {when}")
    ending = sum(row.urgency(now) is Urgency.CRITICAL for row in running)
    if ending:
        parts.append(f"{ending} end{'s' if ending == 1 else ''} within 15 min")
    return " · ".join(parts)


def _summary(projects: Projects, name: str) -> ProjectSummary:
    from automock_tui.storage.projects import ProjectSummary

    found = projects.open(name)
    return ProjectSummary(found.name, found.bucket, found.record, found.deployment)


def _one_line(error: AutomockError | None) -> str:
    return " ".join(part for part in (error.title + ".", error.message, error.hint) if part) if error else ""


def _jobs_by_project(workspace: Workspace, summaries: Sequence[ProjectSummary]) -> dict[str, Job]:
    """The newest job of each project that is running, waits for a review, or died."""
    busy = {summary.name for summary in summaries if summary.deployment and summary.deployment.job_id}
    if not busy or not workspace.folders.jobs.is_dir():
        return {}
    found: dict[str, Job] = {}
    for job in workspace.jobs.all():
        same = job.workspace.identity == workspace.ref.identity
        if same and job.project in busy and job.project not in found:
            found[job.project] = job
    return found


def _row(workspace: Workspace, summary: ProjectSummary, job: Job | None, now: datetime) -> ProjectStatus:
    metadata = summary.deployment
    row = ProjectStatus(
        name=summary.name,
        bucket=summary.bucket,
        metadata=metadata,
        version=summary.record.current_version if summary.record else "",
        error=_one_line(summary.error),
    )
    if metadata is None:
        return row
    from automock_tui.operations.janitor_notes import warned_minutes

    region = metadata.infrastructure.region or workspace.region
    warned = metadata.is_deployed and warned_minutes(metadata) > 0
    row = replace(row, region=region, job=job, note=_note(workspace, metadata, job, now), is_warned=warned)
    if workspace.ref.kind is WorkspaceKind.SANDBOX and not row.note:
        row = replace(row, note=_where_it_answers(metadata))
    return _with_cost(workspace, row, now) if row.is_running else row


def _where_it_answers(metadata: DeploymentMetadata) -> str:
    """The address of this machine, where the sandbox shows a domain that nobody in the world has given it."""
    here = metadata.infrastructure.alb_dns
    shown = metadata.infrastructure.mockserver_url.rpartition("/")[2]
    elsewhere = metadata.is_deployed and here and here != shown
    return f"in the sandbox it answers at http://{here}" if elsewhere else ""


def _note(workspace: Workspace, metadata: DeploymentMetadata, job: Job | None, now: datetime) -> str:
    """What the user should know beyond the status word."""
    under_way = metadata.status in (DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING)
    if under_way and job and job.id == metadata.job_id and job.status.value == "lost":
        verb = "deploy" if metadata.status is DeploymentStatus.DEPLOYING else "destroy"
        return f"its {verb} died; {verb} again to carry on"
    if metadata.status is DeploymentStatus.FAILED:
        return metadata.failure or "failed; see its job's log"
    if workspace.is_local:
        return ""
    from automock_tui.operations.janitor_notes import note_of_the_end

    pace = workspace.projects.store.clock_pace()
    return note_of_the_end(metadata, now, pace=pace, here=workspace.region)


def _with_cost(workspace: Workspace, row: ProjectStatus, now: datetime) -> ProjectStatus:
    from automock_tui.domain.spend import Spend, accrued, hourly
    from automock_tui.operations.estimate import price_book

    assert row.metadata is not None
    if workspace.is_local:
        return replace(row, cost_so_far=Spend(Decimal(0), is_complete=True))
    prices = price_book(workspace.folders)
    return replace(
        row,
        hourly=hourly(row.metadata, prices, region=row.region),
        cost_so_far=accrued(row.metadata, now, prices, region=row.region),
    )


def _with_processes(workspace: Workspace, rows: list[ProjectStatus], now: datetime) -> list[ProjectStatus]:
    from automock_tui.operations.local_state import with_truth

    return [with_truth(workspace, row, now) for row in rows]


def _with_live_states(workspace: Workspace, rows: list[ProjectStatus]) -> list[ProjectStatus]:
    asked = [row for row in rows if row.is_running]
    if not asked:
        return rows
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=min(32, len(asked))) as pool:
        found = pool.map(lambda row: _with_trouble(workspace, _with_live(row, _live(workspace, row))), asked)
        seen = dict(zip((row.name for row in asked), found, strict=True))
    return [seen.get(row.name, row) for row in rows]


def _with_trouble(workspace: Workspace, row: ProjectStatus) -> ProjectStatus:
    assert row.metadata is not None
    if row.metadata.is_deployed:
        return row
    from automock_tui.operations.half_done import note_of, trouble_of

    trouble = trouble_of(workspace, row.metadata)
    note = note_of(row.metadata, trouble) if trouble else row.note
    return replace(row, trouble=trouble, note=note or row.note)


def _live(workspace: Workspace, row: ProjectStatus) -> LiveState | AutomockError | None:
    from automock_tui.aws.live import live_state

    assert row.metadata is not None
    try:
        return live_state(workspace.need_account(), row.metadata)
    except AutomockError as error:
        return error


def _with_live(row: ProjectStatus, live: LiveState | AutomockError | None) -> ProjectStatus:
    if live is None:
        return row
    if isinstance(live, AutomockError):
        return replace(row, note=row.note or f"tasks unknown: {live.title}")
    gone = live.missing and row.status is DeploymentStatus.DEPLOYED
    note = row.note or ("its service is gone from AWS; destroy it to clean up" if gone else "")
    return replace(row, tasks=live.tasks, note=note)
