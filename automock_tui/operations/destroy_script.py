"""What the job of a destroy does: plan the destruction, carry it out, and see that nothing is left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import begin_destroy
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.project import EventKind
from automock_tui.operations.options import stored_options
from automock_tui.operations.outcomes import record, record_failure
from automock_tui.operations.stack_run import bind, keep_plan, plan, plan_summary, prepare
from automock_tui.provisioning.job import JobPhase

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun
    from automock_tui.provisioning.terraform import Terraform

VERIFY_SECONDS = 90
"""How long AWS may take to stop listing what was destroyed; its tagging API lags behind."""
_POLL_SECONDS = 3.0


def run_destroy(run: JobRun, workspace: Workspace) -> None:
    """The whole job, or the half that its phase names.

    Raises:
        AutomockError: what failed, or what is left; the deployment's record says so too.
    """
    if run.job.phase is JobPhase.APPLY:
        _begin(run, workspace)
        _recording_failure(run, workspace, bind(run, workspace))
        return
    if run.job.auto_approve:
        _begin(run, workspace)
        _recording_failure(run, workspace, None)
        return
    _plan(run, workspace)


def _begin(run: JobRun, workspace: Workspace) -> None:
    job = run.job
    takes_over = str(job.arguments.get("takes_over", ""))
    workspace.projects.update_deployment(
        job.project,
        lambda metadata, now: begin_destroy(metadata, job_id=job.id, by=job.by, takes_over=takes_over),
    )


def _recording_failure(run: JobRun, workspace: Workspace, planned: Terraform | None) -> None:
    try:
        _destroy(run, workspace, planned or _plan(run, workspace))
    except AutomockError as error:
        record_failure(run, workspace, error)
        raise
    with run.stage("record"):
        count = run.job.changes.remove if run.job.changes else 0
        record(run, workspace, EventKind.DESTROYED, reason=f"{count} resources destroyed, 0 left")
    run.succeed(f"{run.job.project} is gone: {count} resources destroyed, 0 left")


def _plan(run: JobRun, workspace: Workspace) -> Terraform:
    job = run.job
    takes_over = str(job.arguments.get("takes_over", ""))
    generation = workspace.projects.deployment(job.project).stack_generation
    options = stored_options(job.arguments["options"]).model_dump(mode="json")
    with run.stage("init"):
        terraform = prepare(run, workspace, options, generation, takes_over)
    with run.stage("plan"):
        plan(run, workspace, terraform, takes_over, destroy=True)
    if not job.auto_approve:
        run.planned(plan_summary(keep_plan(run, terraform)))
    return terraform


def _destroy(run: JobRun, workspace: Workspace, terraform: Terraform) -> None:
    with run.stage("destroy"):
        run.update(changes=terraform.apply().changes)
        left = _left_in_aws(run, workspace)
    if left:
        raise AutomockError(
            f"{len(left)} resources of {run.job.project} are left",
            "\n".join(left),
            "Destroy again; what stays after that, delete in the AWS console. It may cost money.",
        )


def _left_in_aws(run: JobRun, workspace: Workspace) -> list[str]:
    """What AWS still lists with the project's tag, after giving it time to forget."""
    from automock_tui.aws.leftovers import tagged_resources

    end = time.monotonic() + VERIFY_SECONDS
    while True:
        left = tagged_resources(workspace.need_account(), run.job.project)
        if not left or time.monotonic() > end:
            return left
        run.log(f"AWS still lists {len(left)}: {', '.join(left[:3])}")
        time.sleep(_POLL_SECONDS)
