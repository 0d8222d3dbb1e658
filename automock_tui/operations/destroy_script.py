"""What the job of a destroy does: plan the destruction, carry it out, and see that nothing is left.

What is whole goes by Terraform. What is half done goes by a sweep of everything with the project's tag, because
then Terraform's state cannot be trusted: it may lack things that hang on those it knows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import begin_destroy
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.project import EventKind
from automock_tui.operations.options import stored_options
from automock_tui.operations.outcomes import record, record_failure
from automock_tui.operations.recovery import holding_state, mends, put_states_aside
from automock_tui.operations.stack_run import (
    bind,
    keep_plan,
    make_way,
    plan,
    plan_summary,
    prepare,
    sweep_of,
)
from automock_tui.provisioning.job import Changes, JobPhase

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun
    from automock_tui.provisioning.terraform import Terraform


def run_destroy(run: JobRun, workspace: Workspace) -> None:
    """The whole job, or the half that its phase names.

    Raises:
        AutomockError: what failed, or what is left; the deployment's record says so too.
    """
    if run.job.phase is JobPhase.APPLY:
        _begin(run, workspace)
        _recording_failure(run, workspace, lambda: _destroy(run, workspace, bind(run, workspace)))
        return
    if run.job.auto_approve:
        before = _begin(run, workspace)
        work = _clean_up if mends(before) else _plan_and_destroy
        _recording_failure(run, workspace, lambda: work(run, workspace))
        return
    _plan(run, workspace)


def _begin(run: JobRun, workspace: Workspace) -> DeploymentMetadata:
    """Take the teardown; returns the record as it was before."""
    job = run.job
    takes_over = str(job.arguments.get("takes_over", ""))
    seen: list[DeploymentMetadata] = []

    def change(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        seen.append(metadata)
        return begin_destroy(metadata, job_id=job.id, by=job.by, takes_over=takes_over)

    workspace.projects.update_deployment(job.project, change)
    return seen[-1]


def _recording_failure(run: JobRun, workspace: Workspace, work: Callable[[], None]) -> None:
    try:
        work()
    except AutomockError as error:
        record_failure(run, workspace, error)
        raise
    with run.stage("record"):
        put_states_aside(workspace, run.job.project)
        count = run.job.changes.remove if run.job.changes else 0
        record(run, workspace, EventKind.DESTROYED, reason=f"{count} resources destroyed, 0 left")
    run.succeed(f"{run.job.project} is gone: {count} resources destroyed, 0 left")


def _clean_up(run: JobRun, workspace: Workspace) -> None:
    """Delete whatever carries the project's tag, and then the state that knew only some of it."""
    from automock_tui.shipped import load_janitor

    job = run.job
    with run.stage("destroy"):
        make_way(run, workspace)
        with holding_state(workspace, job.project):
            deleted = sweep_of(run, workspace).everything()
            load_janitor("store").remove_state(workspace.need_account().client("s3"), job.bucket)
        run.update(changes=Changes(remove=len(deleted)))


def _plan_and_destroy(run: JobRun, workspace: Workspace) -> None:
    _destroy(run, workspace, _plan(run, workspace))


def _plan(run: JobRun, workspace: Workspace) -> Terraform:
    job = run.job
    generation = workspace.projects.deployment(job.project).stack_generation
    options = stored_options(job.arguments["options"]).model_dump(mode="json")
    with run.stage("init"):
        terraform = prepare(run, workspace, options, generation)
    with run.stage("plan"):
        plan(run, terraform, destroy=True)
    if not job.auto_approve:
        run.planned(plan_summary(keep_plan(run, terraform)))
    return terraform


def _destroy(run: JobRun, workspace: Workspace, terraform: Terraform) -> None:
    with run.stage("destroy"):
        changes = terraform.apply().changes
        run.update(changes=changes)
        # Asked of AWS itself; what Terraform did not know of goes too.
        more = sweep_of(run, workspace).everything()
        run.update(changes=replace(changes, remove=changes.remove + len(more)))
