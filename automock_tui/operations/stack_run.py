"""What the scripts of deploy and destroy share: the stack in the job's folder, Terraform bound to it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from automock_tui.domain.plan import PlanSummary, parse_plan
from automock_tui.domain.plan_document import plan_to_json
from automock_tui.domain.project import STATE_KEY
from automock_tui.operations.deploy import PLAN_FILE
from automock_tui.operations.options import changed_options
from automock_tui.provisioning.terraform_errors import StateLocked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun
    from automock_tui.provisioning.terraform import Terraform


def prepare(
    run: JobRun, workspace: Workspace, options: Mapping[str, Any], generation: int, takes_over: str
) -> Terraform:
    """Lay the stack out in the job's folder and initialise it; a state that a dead job left is saved first.

    Raises:
        AutomockError: no Terraform, no provider, or no access to the state.
    """
    from automock_tui.provisioning.stack import copy_stack, tfvars

    job = run.job
    chosen = changed_options(None, options)
    variables = tfvars(chosen, project=job.project, bucket=job.bucket, generation=generation)
    copy_stack(run.files.work, variables)
    terraform = bind(run, workspace)
    terraform.init(_backend(workspace, job.bucket))
    _save_states(run, workspace, terraform, takes_over)
    return terraform


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


def plan(
    run: JobRun, workspace: Workspace, terraform: Terraform, takes_over: str, *, destroy: bool = False
) -> None:
    """Plan, and note the counts.

    Raises:
        AutomockError: the plan fails, or somebody else holds the state.
    """

    def work() -> None:
        run.update(changes=terraform.plan(destroy=destroy).changes)

    _unlocking(run, workspace, terraform, takes_over, work)


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


def _save_states(run: JobRun, workspace: Workspace, terraform: Terraform, dead_job: str) -> None:
    """Push the state that an earlier job could not save: without it, what it made would be lost track of."""
    for errored in workspace.jobs.unsaved_states(workspace.ref, run.job.project)[:1]:
        run.log(f"Saving the state that an earlier job could not save ({errored})")
        push = partial(terraform.push_errored_state, errored)
        _unlocking(run, workspace, terraform, dead_job, push)


def _unlocking(
    run: JobRun, workspace: Workspace, terraform: Terraform, dead_job: str, work: Callable[[], object]
) -> None:
    """Do something that needs the state; a lock that our own dead job left behind is removed first."""
    try:
        work()
    except StateLocked as locked:
        if not (dead_job and _was_taken_by(workspace, dead_job, locked)):
            raise
        run.log(f"Removing the lock that job {dead_job} left behind ({locked.lock.id})", level="warn")
        terraform.force_unlock(locked.lock.id)
        work()


def _was_taken_by(workspace: Workspace, job_id: str, locked: StateLocked) -> bool:
    """Whether a lock dates from the life of a job of this machine, and so died with it."""
    from automock_tui.provisioning.terraform_errors import lock_created

    job = workspace.jobs.load(job_id)
    created = lock_created(locked.lock)
    if created is None or job.started_at is None or job.finished_at is None:
        return False
    return locked.lock.who == _terraform_user() and created >= job.started_at


def _terraform_user() -> str:
    """`user@host`, as Terraform writes it into its locks."""
    import getpass
    import socket

    return f"{getpass.getuser()}@{socket.gethostname()}"
