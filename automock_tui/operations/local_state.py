"""Whether the mock of a project in the local workspace really runs: the kernel says so, not its record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus, begin_destroy, finish_destroy
from automock_tui.domain.errors import AutomockError, LostRace, NotFound
from automock_tui.domain.project import EventKind
from automock_tui.provisioning.files import readable_errors

if TYPE_CHECKING:
    from pathlib import Path

    from automock_tui.operations.status import ProjectStatus
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job

_WITH_PROCESS = (DeploymentStatus.DEPLOYING, DeploymentStatus.DEPLOYED, DeploymentStatus.DESTROYING)
TTL_KEEPER = "its TTL"
"""Who ended a mock whose time was over, as its record says it."""


def job_of(workspace: Workspace, metadata: DeploymentMetadata) -> Job | None:
    """The job whose process serves (or served) a mock; None where this machine has none."""
    if not metadata.job_id:
        return None
    try:
        return workspace.jobs.load(metadata.job_id)
    except AutomockError:
        return None


def certificate_file(workspace: Workspace, job_id: str) -> Path:
    """Where the process of a mock that answers over https keeps what it shows, as PEM."""
    return workspace.jobs.folder(job_id) / "certificate.pem"


def certificate_of(workspace: Workspace, name: str) -> str:
    """The certificate by which a project's mock on this machine is known, as PEM; empty where it has none.

    Raises:
        NotFound: no such project.
        AutomockError: it is there and cannot be read.
    """
    job = job_of(workspace, workspace.projects.deployment(name)) if workspace.is_local else None
    if job is None:
        return ""
    path = certificate_file(workspace, job.id)
    with readable_errors(path):
        return path.read_text("ascii") if path.exists() else ""


def is_alive(job: Job | None) -> bool:
    """Whether the process of a mock is there."""
    return job is not None and job.is_live


def why_stopped(job: Job | None) -> str:
    """Why the process of a mock that should run is not there, and what to do."""
    if job is None:
        return "its process is not known on this machine: deploy it again"
    word = job.status.value
    if word == "cancelled":
        return "its process was told to stop: deploy it again"
    if word == "lost":
        return "its process was killed, or this machine was restarted: deploy it again"
    return f"its process ended ({job.error.title if job.error else job.summary}): deploy it again"


def check_running(workspace: Workspace, name: str) -> None:
    """Refuse what only a running mock can have done.

    Raises:
        NotFound: its record says that it is deployed, but its process is not there.
    """
    metadata = workspace.projects.deployment(name)
    if metadata.is_deployed and not is_alive(job := job_of(workspace, metadata)):
        raise NotFound(
            f"{name} has stopped",
            why_stopped(job).partition(":")[0] + ".",
            f"Start it again with: automock-tui --workspace local deploy --project {name}",
        )


def with_truth(workspace: Workspace, row: ProjectStatus, now: datetime) -> ProjectStatus:
    """A row of the status table as it really is: a mock whose process is not there has stopped."""
    metadata = row.metadata
    if metadata is None or metadata.status not in _WITH_PROCESS:
        return row
    job = job_of(workspace, metadata)
    if is_alive(job):
        return replace(row, tasks="1/1" if metadata.is_deployed else "0/1")
    if metadata.is_deployed and metadata.ttl_expiry is not None and metadata.ttl_expiry <= now:
        return replace(row, metadata=settle(workspace, row.name) or metadata)
    return replace(row, tasks="0/1", is_stopped=True, note=why_stopped(job))


def settle(workspace: Workspace, name: str) -> DeploymentMetadata | None:
    """Write down the end of a mock whose process and whose time are both over; None where others came first."""

    def ended(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        if not metadata.is_deployed or metadata.ttl_expiry is None or metadata.ttl_expiry > now:
            raise LostRace(f"{name} has changed")
        begun = begin_destroy(metadata, job_id=metadata.job_id, by=TTL_KEEPER)
        return finish_destroy(begun, job_id=metadata.job_id, by=TTL_KEEPER, now=now)

    try:
        after = workspace.projects.update_deployment(name, ended)
        workspace.projects.add_history(name, EventKind.EXPIRED, "Its process had ended before its TTL did")
    except AutomockError:
        return None  # the next look tries again; until then the row says that it has stopped
    return after


def clear_stopped(workspace: Workspace, name: str) -> None:
    """Write that nothing is left of a mock that has stopped, so that its project can be deleted.

    Raises:
        NotFound: no such project.
    """
    metadata = workspace.projects.deployment(name)
    if metadata.status not in _WITH_PROCESS or is_alive(job_of(workspace, metadata)):
        return

    def ended(found: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        if (found.job_id, found.status) != (metadata.job_id, metadata.status):
            raise LostRace(f"{name} has changed", "", "Look at it, then try again.")
        begun = begin_destroy(found, job_id=found.job_id, by=workspace.by)
        return finish_destroy(begun, job_id=found.job_id, by=workspace.by, now=now)

    workspace.projects.update_deployment(name, ended)
