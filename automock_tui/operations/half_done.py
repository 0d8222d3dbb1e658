"""What is half done: a deploy or a destroy that died or failed, how to go on, and who holds its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.errors import AutomockError, NotFound
from automock_tui.operations.janitor_notes import is_janitors, note_of_nobody, took

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job, JobKind
    from automock_tui.storage.deployments import LockInfo

UNDER_WAY = (DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING)
_ENDED = ("failed", "cancelled", "lost")


@dataclass(frozen=True)
class WayOn:
    """What one action would carry on: a deploy or a destroy, with the TTL that was asked for then."""

    project: str
    kind: JobKind
    why: str
    ttl_hours: float = 0.0


@dataclass(frozen=True)
class Trouble:
    """What is to be known of a deployment that is not whole.

    `carries_on` is `deploy` or `destroy` where one action goes on with it, empty where it is at work or another
    machine's; `resources` counts what AWS lists of it, None where it was not asked.
    """

    carries_on: str = ""
    lock: LockInfo | None = None
    resources: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The trouble as `status --json` prints it."""
        from automock_tui.domain.document import format_instant

        lock = self.lock
        held = lock and {
            "who": lock.Who,
            "operation": lock.Operation,
            "since": format_instant(lock.Created) if lock.Created else None,
            "id": lock.ID,
        }
        return {"carries_on": self.carries_on or None, "lock": held, "resources": self.resources}


def way_on(workspace: Workspace, metadata: DeploymentMetadata) -> WayOn | None:
    """How to go on with a deployment that is half done; None where it is whole, or a job is at work on it."""
    from automock_tui.provisioning.job import JobKind

    if metadata.status is not DeploymentStatus.FAILED and metadata.status not in UNDER_WAY:
        return None
    job = _job_of(workspace, metadata)
    if metadata.status is DeploymentStatus.FAILED:
        kind = _kind_of_failed(metadata, job)
    elif job is not None and job.status.value in _ENDED:
        kind = JobKind.DEPLOY if metadata.status is DeploymentStatus.DEPLOYING else JobKind.DESTROY
    else:
        return None
    reason = metadata.failure or (job.error.title if job and job.error else "it did not end")
    return WayOn(metadata.project_name, kind, reason, _ttl_hours(metadata, job))


def trouble_of(workspace: Workspace, metadata: DeploymentMetadata) -> Trouble | None:
    """What is to be known of a deployment that is under way or failed; None of any other, or where it is local.

    What cannot be asked is left out: the record itself has been read.
    """
    failed = metadata.status is DeploymentStatus.FAILED
    if workspace.account is None or not (failed or metadata.status in UNDER_WAY):
        return None
    found = way_on(workspace, metadata)
    lock, resources = None, None
    try:
        lock = workspace.projects.lock_info(metadata.project_name)
        resources = _count(workspace, metadata.project_name) if found else None
    except AutomockError:
        pass
    return Trouble(found.kind.value if found else "", lock, resources)


def note_of(metadata: DeploymentMetadata, trouble: Trouble) -> str:
    """What the user should know beyond the status word, in one line."""
    parts = [metadata.failure.partition("\n")[0].rstrip(".") or "failed; see its job's log"]
    if metadata.status in UNDER_WAY:
        verb = "deploy" if metadata.status is DeploymentStatus.DEPLOYING else "destroy"
        parts = [f"its {verb} died"] if trouble.carries_on else []
    if trouble.resources is not None:
        parts.append(f"{trouble.resources or 'no'} resource{'s' * (trouble.resources != 1)} in AWS")
    if trouble.carries_on:
        parts.append(_what_now(metadata, trouble.carries_on))
    parts.append(note_of_nobody(metadata))
    if trouble.lock is not None and not trouble.carries_on:
        parts.append(describe_lock(trouble.lock))
    return "; ".join(filter(None, parts))


def _what_now(metadata: DeploymentMetadata, verb: str) -> str:
    if verb == "deploy":
        return "deploy again to carry on, or destroy to clean up"
    if not is_janitors(metadata):
        return "destroy again"
    again = "" if note_of_nobody(metadata) else "it is tried again; "
    return f"{again}destroy does it with your rights"


def _kind_of_failed(metadata: DeploymentMetadata, job: Job | None) -> JobKind:
    from automock_tui.provisioning.job import JobKind

    if is_janitors(metadata):
        return JobKind.DESTROY
    return job.kind if job is not None and job.is_final else JobKind.DEPLOY


def describe_lock(lock: LockInfo, age: timedelta | None = None) -> str:
    """Who holds a lock, for what, and since when; its age where it is known, else by this machine's clock."""
    what = lock.Operation.removeprefix("OperationType").lower() or "a run"
    text = f"{lock.Who or 'somebody'} holds its state for {what}"
    if lock.Created is None:
        return text
    known = datetime.now(UTC) - lock.Created if age is None else age
    return f"{text} since {lock.Created.astimezone():%Y-%m-%d %H:%M} ({took(max(timedelta(0), known))})"


def _count(workspace: Workspace, project: str) -> int:
    from automock_tui.aws.leftovers import tagged_resources

    return len(tagged_resources(workspace.need_account(), project))


def _job_of(workspace: Workspace, metadata: DeploymentMetadata) -> Job | None:
    try:
        return workspace.jobs.load(metadata.job_id) if metadata.job_id else None
    except NotFound:
        return None


def _ttl_hours(metadata: DeploymentMetadata, job: Job | None) -> float:
    seconds = job.arguments.get("ttl_seconds") if job is not None else None
    return float(seconds) / 3600 if seconds is not None else float(metadata.ttl_hours)
