"""Record how a job ended in its project's record, now or, where the store does not take it, later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError, LostRace, NotFound
from automock_tui.operations.pending import JobOutcome, record_outcome
from automock_tui.provisioning.runner import Cancelled
from automock_tui.provisioning.terraform_errors import Interrupted

if TYPE_CHECKING:
    from automock_tui.domain.project import EventKind
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun


def record(
    run: JobRun,
    workspace: Workspace,
    event: EventKind,
    *,
    reason: str,
    details: dict[str, Any] | None = None,
) -> bool:
    """Whether the store took it; where it did not, every later command tries again.

    Raises:
        LostRace: the deployment belongs to another job by now.
    """
    outcome = JobOutcome(
        job_id=run.job.id,
        project=run.job.project,
        workspace=workspace.ref,
        event=event,
        at=_store_time(workspace, run.job.project),
        by=run.job.by,
        reason=reason,
        details=details or {},
    )
    if record_outcome(workspace, outcome) is not None:
        return True
    run.log("The store did not take the record of this; every later command tries again", level="warn")
    return False


def record_failure(run: JobRun, workspace: Workspace, error: AutomockError) -> None:
    """Record that a job failed or was cancelled; what it failed for matters more than a record that is lost."""
    try:
        from automock_tui.domain.project import EventKind

        record(run, workspace, EventKind.FAILED, reason=_reason(error))
    except (LostRace, NotFound) as lost:
        run.log(f"Not recorded: {lost.title}. {lost.message}", level="warn")


def _reason(error: AutomockError) -> str:
    if isinstance(error, (Interrupted, Cancelled)):
        return "cancelled; what was made is still there: deploy again to carry on, or destroy"
    return f"{error.title}: {error.message}" if error.message else error.title


def _store_time(workspace: Workspace, project: str) -> datetime:
    store = workspace.projects.store
    try:
        if store.clock_pace() != 1:  # a hurried sandbox's time stood still while Terraform worked: ask anew
            workspace.projects.deployment(project)
        return store.now()
    except AutomockError:
        return datetime.now(UTC)
