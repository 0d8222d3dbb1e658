"""What the job of a deploy does: plan; then, approved, apply that very plan and record it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from automock_tui.domain.deployment import (
    DeploymentMetadata,
    begin_deploy,
    stack_generation_of_next,
    whole_hours,
)
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.project import EventKind
from automock_tui.operations.janitor_stage import ensure_janitor
from automock_tui.operations.outcomes import record, record_failure
from automock_tui.operations.recovery import mends
from automock_tui.operations.stack_run import (
    bind,
    keep_plan,
    keeping_plan,
    plan,
    plan_summary,
    prepare,
    sweep_of,
)
from automock_tui.provisioning.job import JobPhase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun
    from automock_tui.provisioning.terraform import Terraform

HEALTH_SECONDS = 120
"""How long the load balancer may take to find the first task healthy after Terraform is done."""
_POLL_SECONDS = 2.0


def run_deploy(run: JobRun, workspace: Workspace) -> None:
    """The whole job, or the half that its phase names.

    Raises:
        AutomockError: what failed; the deployment's record says so too.
    """
    if run.job.phase is JobPhase.APPLY:
        _apply(run, workspace, bind(run, workspace))
        return
    applies = run.job.auto_approve and not run.job.plan_only
    terraform, summary = _plan(run, workspace, for_review=not applies)
    if applies:
        with keeping_plan(run, terraform):
            _apply(run, workspace, terraform)
    elif run.job.plan_only:
        run.succeed(summary)
    else:
        run.planned(summary)


def _plan(run: JobRun, workspace: Workspace, *, for_review: bool) -> tuple[Terraform, str]:
    """Terraform with its plan made, and the plan in a few words where it is for somebody to read."""
    job = run.job
    metadata = workspace.projects.deployment(job.project)
    with run.stage("init"):
        generation = stack_generation_of_next(metadata)
        terraform = prepare(run, workspace, job.arguments["options"], generation)
    with run.stage("plan"):
        plan(run, terraform)
        summary = plan_summary(keep_plan(run, terraform)) if for_review else ""
    return terraform, summary


def _apply(run: JobRun, workspace: Workspace, terraform: Terraform) -> None:
    run.check_cancelled()
    before = _begin(run, workspace, ensure_janitor(run, workspace))
    try:
        with run.stage("apply"):
            if mends(before):
                _sweep_unknown(run, workspace, terraform)
            done = terraform.apply()
            run.update(changes=done.changes)
        with run.stage("health"):
            _wait_until_healthy(run, workspace, done.outputs)
    except AutomockError as error:
        record_failure(run, workspace, error)
        raise
    with run.stage("record"):
        _record_deployed(run, workspace, done.outputs)


def _sweep_unknown(run: JobRun, workspace: Workspace, terraform: Terraform) -> None:
    """What an earlier run made and could not note down would be in the way of making it again."""
    from automock_tui.domain.state_names import names_in_state

    known = names_in_state(terraform.state_pull())
    gone = sweep_of(run, workspace).unknown(known)
    if gone:
        run.log(f"{len(gone)} resources of an earlier run were in no state: deleted, to be made again")


def _begin(run: JobRun, workspace: Workspace, notices: dict[str, str]) -> DeploymentMetadata:
    """Write `deploying` with its TTL before Terraform touches anything: whatever happens now, it will end.

    Returns the record as it was before.
    """
    job = run.job
    version = workspace.projects.open(job.project).record.current_version
    seen: list[DeploymentMetadata] = []

    def change(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        seen.append(metadata)
        begun = begin_deploy(
            metadata,
            ttl=_ttl(job.arguments),
            options=job.arguments["options"],
            job_id=job.id,
            by=job.by,
            now=now,
            expectations_version=version,
            takes_over=str(job.arguments.get("takes_over", "")),
        )
        region = replace(begun.infrastructure, region=workspace.region)
        return replace(begun, infrastructure=region, notices={**begun.notices, **notices})

    workspace.projects.update_deployment(job.project, change)
    return seen[-1]


def _ttl(arguments: dict[str, Any]) -> timedelta:
    return timedelta(seconds=float(arguments.get("ttl_seconds", 0)))


def _wait_until_healthy(run: JobRun, workspace: Workspace, outputs: Mapping[str, Any]) -> None:
    from automock_tui.aws.live import healthy_targets

    target_group = str(outputs.get("target_group_arn", ""))
    end = time.monotonic() + HEALTH_SECONDS
    while target_group:
        if healthy := healthy_targets(workspace.need_account(), target_group):
            run.log(f"{healthy} healthy behind the load balancer")
            return
        if time.monotonic() > end:
            run.log(
                f"The load balancer finds no healthy task after {HEALTH_SECONDS} s; look at the mock's logs",
                level="warn",
            )
            return
        run.wait(_POLL_SECONDS)


def _record_deployed(run: JobRun, workspace: Workspace, outputs: Mapping[str, Any]) -> None:
    ttl = _ttl(run.job.arguments)
    names = {name: str(outputs.get(name) or "") for name in _INFRASTRUCTURE}
    life = f"for {whole_hours(ttl)} h" if ttl else "for ever"
    record(
        run,
        workspace,
        EventKind.DEPLOYED,
        reason=f"Deployed {life}",
        details={
            "ttl_seconds": ttl.total_seconds(),
            "outputs": dict(outputs),
            "infrastructure": names | {"region": workspace.region},
        },
    )
    address = names["mockserver_url"]
    run.succeed(f"{run.job.project} answers at {address}", outputs=outputs)


_INFRASTRUCTURE = (
    "cluster_name",
    "service_name",
    "alb_dns",
    "mockserver_url",
    "dashboard_url",
    "vpc_id",
)
