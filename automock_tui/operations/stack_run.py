"""What the scripts of deploy and destroy share: the stack in the job's folder, Terraform bound to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from automock_tui.domain.plan import PlanSummary, parse_plan
from automock_tui.domain.plan_document import plan_to_json
from automock_tui.domain.project import STATE_KEY
from automock_tui.operations.deploy import PLAN_FILE
from automock_tui.operations.options import changed_options
from automock_tui.operations.recovery import push_unsaved_state, release_dead_lock, settle
from automock_tui.operations.sweeping import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun
    from automock_tui.provisioning.terraform import Terraform


def prepare(run: JobRun, workspace: Workspace, options: Mapping[str, Any], generation: int) -> Terraform:
    """Lay the stack out in the job's folder and initialise it; what dead jobs left half done is settled first.

    Raises:
        AutomockError: no Terraform, no provider, or no access to the state.
    """
    from automock_tui.provisioning.stack import copy_stack, tfvars

    job = run.job
    make_way(run, workspace)
    chosen = changed_options(None, options)
    variables = tfvars(chosen, project=job.project, bucket=job.bucket, generation=generation)
    copy_stack(run.files.work, variables)
    terraform = bind(run, workspace)
    terraform.init(_backend(workspace, job.bucket))
    push_unsaved_state(workspace, job.project, terraform, run.log)
    return terraform


def make_way(run: JobRun, workspace: Workspace) -> None:
    """Wait for what dead jobs of this machine left at work, and remove the lock that one of them left.

    Raises:
        AutomockError: something goes on, or the state cannot be asked.
    """
    settle(workspace, run.job.project, run.log, run.wait)
    release_dead_lock(workspace, run.job.project, run.log)


def bind(run: JobRun, workspace: Workspace) -> Terraform:
    """Terraform in the job's folder, with the workspace's account.

    Raises:
        AutomockError: no Terraform, or not the one that made the plan.
    """
    return run.terraform(
        environment=workspace.need_account().terraform_environment(),
        setting=workspace.settings.terraform,
        cache=workspace.folders.cache,
    )


def plan(run: JobRun, terraform: Terraform, *, destroy: bool = False) -> None:
    """Plan, and note the counts.

    Raises:
        AutomockError: the plan fails, or somebody else holds the state.
    """
    run.update(changes=terraform.plan(destroy=destroy).changes)


def sweep_of(run: JobRun, workspace: Workspace) -> Sweep:
    """The sweep of the job's deployment, which deletes only while the deployment is the job's."""
    job = run.job

    def is_ours() -> bool:
        return workspace.projects.deployment(job.project).job_id == job.id

    return Sweep(
        account=workspace.need_account(),
        project=job.project,
        bucket=job.bucket,
        options=job.arguments.get("options", {}),
        is_ours=is_ours,
        log=run.log,
        wait=run.wait,
    )


def keep_plan(run: JobRun, terraform: Terraform) -> PlanSummary:
    """Read the plan and keep it for the review, with its secrets masked.

    Raises:
        AutomockError: it cannot be read.
    """
    import json

    from automock_tui.provisioning.files import write_private

    found = parse_plan(json.dumps(terraform.show_plan()))
    write_private(run.files.path / PLAN_FILE, plan_to_json(found).encode())
    return found


@contextmanager
def keeping_plan(run: JobRun, terraform: Terraform) -> Iterator[None]:
    """Keep the plan while it is being applied: reading it takes seconds, and nobody waits for the review."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(keep_plan, run, terraform.aside())
        yield
    if error := kept.exception():
        run.log(f"The plan could not be kept: {error}", level="warn")


def plan_summary(plan: PlanSummary) -> str:
    """A plan in a few words."""
    counts = plan.counts
    return (
        "No changes"
        if plan.is_empty
        else f"{counts.add} to add, {counts.change} to change, {counts.remove} to destroy"
    )


def _backend(workspace: Workspace, bucket: str) -> dict[str, str]:
    return {"bucket": bucket, "key": STATE_KEY, "region": workspace.region, "use_lockfile": "true"}
