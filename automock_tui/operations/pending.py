"""Records that could not be written when a job ended, and are written by every later command until they land.

A deploy that is up stays a success even if S3 did not answer its last write. What should have been written
waits in the user's state folder, one small file per job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automock_tui.domain.deployment import (
    DeploymentMetadata,
    Infrastructure,
    fail,
    finish_deploy,
    finish_destroy,
)
from automock_tui.domain.document import (
    INSTANT,
    OBJECT,
    TEXT,
    CorruptDocument,
    Document,
    choice,
    nested,
    stored,
)
from automock_tui.domain.errors import AutomockError, LostRace, NotFound
from automock_tui.domain.project import EventKind
from automock_tui.domain.workspace import WorkspaceRef

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class JobOutcome(Document):
    """How a job ended, as its project's record should say: the event, and what it needs to be written."""

    job_id: str = stored(TEXT, "")
    project: str = stored(TEXT, "")
    workspace: WorkspaceRef = stored(nested(WorkspaceRef), factory=WorkspaceRef)
    event: EventKind = stored(choice(EventKind), EventKind.FAILED)
    at: datetime | None = stored(INSTANT)
    by: str = stored(TEXT, "")
    reason: str = stored(TEXT, "")
    details: dict[str, Any] = stored(OBJECT, factory=dict)

    def change(self, metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        """The project's record after this outcome.

        Raises:
            LostRace: the deployment belongs to another job by now.
        """
        when = self.at or now
        if self.event is EventKind.DEPLOYED:
            return finish_deploy(
                metadata,
                ttl=timedelta(seconds=float(self.details.get("ttl_seconds", 0))),
                outputs=self.details.get("outputs", {}),
                infrastructure=Infrastructure.from_dict(self.details.get("infrastructure", {})),
                job_id=self.job_id,
                by=self.by,
                now=when,
            )
        if self.event is EventKind.DESTROYED:
            return finish_destroy(metadata, job_id=self.job_id, by=self.by, now=when)
        return fail(metadata, reason=self.reason, job_id=self.job_id, by=self.by)


def record_outcome(workspace: Workspace, outcome: JobOutcome) -> DeploymentMetadata | None:
    """Write how a job ended; where the store does not take it, keep it for later and return None.

    Raises:
        LostRace: the deployment belongs to another job by now.
    """
    try:
        written = workspace.projects.update_deployment(outcome.project, outcome.change)
        details = _told(outcome.details) | _deployed_as(outcome, written)
        workspace.projects.add_history(outcome.project, outcome.event, outcome.reason, details)
    except (LostRace, NotFound):
        raise
    except AutomockError:
        _keep(_path(workspace, outcome), outcome)
        return None
    return written


def record_pending(workspace: Workspace) -> list[str]:
    """Write what earlier jobs of this workspace could not; returns the projects whose record is now true."""
    landed = []
    for path in sorted(workspace.folders.unrecorded.glob("*.json")):
        outcome = _read(path)
        if outcome is None or outcome.workspace.identity != workspace.ref.identity:
            continue
        try:
            if record_outcome(workspace, outcome) is None:
                continue
            landed.append(outcome.project)
        except (LostRace, NotFound):
            pass
        path.unlink(missing_ok=True)
    return landed


def _told(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if name not in ("outputs", "infrastructure")}


def _deployed_as(outcome: JobOutcome, written: DeploymentMetadata) -> dict[str, Any]:
    """How it was deployed, for a rollback of the infrastructure: the record has only the last time."""
    if outcome.event is not EventKind.DEPLOYED:
        return {}
    return {
        "options": written.options,
        "expectations_version": written.expectations_version,
        "generation": written.generation,
    }


def _path(workspace: Workspace, outcome: JobOutcome) -> Path:
    return workspace.folders.unrecorded / f"{outcome.job_id}.json"


def _read(path: Path) -> JobOutcome | None:
    try:
        return JobOutcome.from_json(path.read_bytes())
    except (OSError, CorruptDocument):
        return None


def _keep(path: Path, outcome: JobOutcome) -> None:
    from automock_tui.provisioning.files import make_private_folder, write_private

    make_private_folder(path.parent)
    write_private(path, outcome.to_json())
