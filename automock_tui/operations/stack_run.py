"""What the scripts of deploy and destroy share: the stack laid out in the job's folder, Terraform bound to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automock_tui.domain.plan import PlanSummary, parse_plan
from automock_tui.domain.plan_document import plan_to_json
from automock_tui.domain.project import STATE_KEY
from automock_tui.operations.deploy import PLAN_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun
    from automock_tui.provisioning.terraform import Terraform


def backend_config(workspace: Workspace, bucket: str) -> dict[str, str]:
    """Where Terraform keeps the state: in the project's bucket, locked by a lock file beside it."""
    return {"bucket": bucket, "key": STATE_KEY, "region": workspace.region, "use_lockfile": "true"}


def lay_out(run: JobRun, workspace: Workspace, options: Mapping[str, Any], generation: int) -> Terraform:
    """Copy the stack into the job's folder and initialise it there."""
    from automock_tui.provisioning.stack import copy_stack, tfvars

    job = run.job
    variables = tfvars(options, project=job.project, bucket=job.bucket, generation=generation)
    copy_stack(run.files.work, variables)
    return bind(run, workspace)


def bind(run: JobRun, workspace: Workspace) -> Terraform:
    """Terraform in the job's folder, with the workspace's account."""
    return run.terraform(
        environment=workspace.need_account().terraform_environment(),
        setting=workspace.settings.terraform,
        cache=workspace.folders.cache,
    )


def keep_plan(run: JobRun, terraform: Terraform) -> PlanSummary:
    """Read the plan that was just made and keep it for the review, secrets masked."""
    from automock_tui.provisioning.files import write_private

    plan = parse_plan(terraform.show_plan())
    write_private(run.files.path / PLAN_FILE, plan_to_json(plan).encode())
    return plan
