"""The rows of the Project screen: facts, versions, activity and jobs as texts. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.ui.format import NOTHING, clock_time, took
from automock_tui.ui.option_values import text_of
from automock_tui.ui.status_cells import Cell, ends_in_cell, state_of

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.domain.project import HistoryEvent, Version
    from automock_tui.operations.project_facts import ProjectFacts
    from automock_tui.operations.status import ProjectStatus
    from automock_tui.provisioning.job import Job

_GONE = (DeploymentStatus.NONE, DeploymentStatus.DESTROYED)
_JOBS = {
    "succeeded": "good",
    "serving": "good",
    "failed": "bad",
    "lost": "bad",
    "cancelled": "bad",
    "discarded": "muted",
}
_EVENTS = {"failed": "bad", "expired": "soon", "deployed": "good", "unreadable": "bad"}


class Fact(NamedTuple):
    """One fact; a heading has no value. `copy` is what copying it gives."""

    label: str
    value: Cell | None = None
    copy: str = ""


class Line(NamedTuple):
    """A row of a list: a mark with its role, columns that line up, and a text that takes the rest."""

    mark: Cell
    columns: tuple[str, ...]
    text: str


def facts(found: ProjectFacts, now: datetime, *, utc: bool = False) -> Iterator[Fact]:
    """What is deployed, how, what Terraform gave back, and what the project is."""
    yield Fact("Deployment")
    yield from _deployment(found.status, now, utc=utc)
    if found.changed and found.status.status not in _GONE:
        yield Fact("Options that are not at their default")
        yield from (_plain(name, text_of(value)) for name, value in found.changed.items())
    metadata = found.status.metadata
    if metadata and metadata.outputs:
        yield Fact("Outputs")
        yield from (_plain(name, _output(value)) for name, value in sorted(metadata.outputs.items()))
    yield Fact("Project")
    yield from _project(found, now, utc=utc)


def versions(found: ProjectFacts, now: datetime, *, utc: bool = False) -> list[Line]:
    """The versions, the newest first; the one that runs is marked."""
    return [_version(version, found, now, utc=utc) for version in found.versions]


def activity(found: ProjectFacts, now: datetime, *, utc: bool = False) -> list[Line]:
    """What happened, the newest first."""
    return [_event(event, now, utc=utc) for event in found.history]


def jobs(found: ProjectFacts, now: datetime, *, utc: bool = False) -> list[Line]:
    """The jobs of this machine, the newest first."""
    return [_job(job, now, utc=utc) for job in found.jobs]


def headline(found: ProjectFacts, now: datetime) -> str:
    """The most important of all that."""
    status = found.status
    parts = [
        state_of(status).word,
        "" if status.expires_at is None else f"ends in {ends_in_cell(status, now).text}",
    ]
    parts.append(status.version)
    return " · ".join(filter(None, parts))


def _deployment(status: ProjectStatus, now: datetime, *, utc: bool) -> Iterator[Fact]:
    state = state_of(status)
    yield Fact("Status", Cell(f"{state.marker} {state.word}", state.role))
    if status.error or status.note:
        said, is_bad = status.error or status.note, state.role == "bad"
        yield Fact("Why" if is_bad else "Note", Cell(said, "bad" if is_bad else "soon"), said)
    yield from _trouble(status)
    metadata = status.metadata
    if metadata is None or metadata.status is DeploymentStatus.NONE:
        return
    if metadata.status is DeploymentStatus.DESTROYED:
        yield _plain("Destroyed", f"{clock_time(metadata.destroyed_at, now, utc=utc)} by {metadata.updated_by}")
        return
    yield _end(status, metadata, now, utc=utc)
    yield Fact("Address", Cell(status.address or NOTHING), status.address)
    yield _plain("Tasks", f"{status.tasks} running{_size(metadata)}")
    yield _plain("Cost", _cost(status))
    yield _plain("Serves", metadata.expectations_version or NOTHING)
    yield _plain("Deployed", clock_time(metadata.deployed_at, now, utc=utc))
    yield _plain("Region", status.region or NOTHING)
    yield _plain("Changed by", f"{metadata.updated_by or NOTHING} · deploy number {metadata.generation}")


def _trouble(status: ProjectStatus) -> Iterator[Fact]:
    """What exists of a run that did not end, who holds its state, and how to go on."""
    from automock_tui.operations.half_done import describe_lock

    if status.trouble is None:
        return
    if status.trouble.resources is not None:
        yield _plain("In AWS", f"{status.trouble.resources} resources with its tag")
    if status.trouble.lock is not None:
        lock = status.trouble.lock
        yield Fact("Lock", Cell(f"held by {lock.Who}"), describe_lock(lock))
    if status.trouble.carries_on:
        yield _plain("What now", "u carries it on, D cleans up")


def _end(status: ProjectStatus, metadata: DeploymentMetadata, now: datetime, *, utc: bool) -> Fact:
    if metadata.ttl_expiry is None:
        return Fact("Ends in", Cell("no end: it runs until somebody destroys it", "soon"))
    cell = ends_in_cell(status, now)
    return Fact("Ends in", Cell(f"{cell.text} · {clock_time(metadata.ttl_expiry, now, utc=utc)}", cell.role))


def _size(metadata: DeploymentMetadata) -> str:
    names = ("instance_size", "min_tasks", "max_tasks")
    size, least, most = (metadata.options.get(name, "?") for name in names)
    return "" if size == least == most == "?" else f" · {size}, {least} to {most}"


def _cost(status: ProjectStatus) -> str:
    total = status.cost_so_far.total_text() if status.cost_so_far else NOTHING
    return f"{total} so far · {status.hourly.hourly_text()} now" if status.hourly else f"{total} so far"


def _project(found: ProjectFacts, now: datetime, *, utc: bool) -> Iterator[Fact]:
    record = found.record
    if record is not None:
        if record.description:
            yield _plain("Description", record.description)
        yield _plain("Version", record.current_version or NOTHING)
        yield _plain("Made from", record.source or "nothing: it began blank")
        yield _plain("Created", clock_time(record.created_at, now, utc=utc))
        yield _plain("Updated", clock_time(record.updated_at, now, utc=utc))
    yield _plain("Bucket", found.status.bucket)


def _plain(label: str, value: str) -> Fact:
    return Fact(label, Cell(value), value)


def _output(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _version(version: Version, found: ProjectFacts, now: datetime, *, utc: bool) -> Line:
    serves = found.status.is_up and found.status.deployed_version == version.version
    mark = Cell("●", "good") if serves else Cell(" ")
    count = f"{version.expectation_count:,} exp."
    columns = (version.version, clock_time(version.saved_at, now, utc=utc), count, version.author)
    return Line(mark, columns, version.message)


def _event(event: HistoryEvent, now: datetime, *, utc: bool) -> Line:
    mark = Cell("·", _EVENTS.get(event.event, "muted"))
    return Line(mark, (clock_time(event.at, now, utc=utc), event.event, event.by), event.summary)


def _job(job: Job, now: datetime, *, utc: bool) -> Line:
    role = _JOBS.get(job.status.value, "busy")
    began = clock_time(job.started_at or job.created_at, now, utc=utc)
    kind = "plan" if job.plan_only else job.kind.value
    columns = (kind, job.status.value, began, took(job.elapsed_seconds(now)))
    return Line(
        Cell("▶" if role == "busy" else "·", role), columns, job.error.title if job.error else job.summary
    )
