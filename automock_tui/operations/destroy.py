"""Destroy: what would go, and the job that takes it down. What the job does is in `destroy_script`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.errors import LostRace, NotFound
from automock_tui.operations.deploy import dead_job
from automock_tui.operations.janitor_notes import is_janitors
from automock_tui.operations.recovery import refuse_while_deploying
from automock_tui.provisioning.job import JobKind

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.domain.spend import Spend
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job

_NOTHING = (DeploymentStatus.NONE, DeploymentStatus.DESTROYED)


@dataclass(frozen=True)
class DestroyPreview:
    """What a destroy takes down, what it leaves, and the hourly cost that ends."""

    name: str
    address: str
    goes: tuple[str, ...]
    stays: tuple[str, ...]
    hourly: Spend | None


def preview(workspace: Workspace, name: str) -> DestroyPreview:
    """What a destroy would do.

    Raises:
        NotFound: no such project, or nothing of it is deployed.
    """
    from automock_tui.domain.spend import hourly
    from automock_tui.operations.estimate import price_book

    found = workspace.projects.open(name)
    metadata = found.deployment
    if metadata.status in _NOTHING:
        raise NotFound(
            f"{name} is not deployed",
            "There is nothing to destroy.",
            "See what there is with: automock-tui status",
        )
    here = workspace.is_local
    return DestroyPreview(
        name=name,
        address=metadata.infrastructure.mockserver_url,
        goes=tuple(_goes_here(metadata) if here else _goes(metadata)),
        stays=(
            f"project {name}",
            f"its versions up to {found.record.current_version or 'none'}",
            "its history",
        ),
        hourly=None if here else hourly(metadata, price_book(workspace.folders), region=workspace.region),
    )


def _goes_here(metadata: DeploymentMetadata) -> list[str]:
    address = metadata.infrastructure.mockserver_url
    known = [f"address {address}"] if address else []
    return [*known, "the process of the mock, with its counts and the requests that it remembers"]


def _goes(metadata: DeploymentMetadata) -> list[str]:
    names = metadata.infrastructure
    parts = [
        ("address", names.mockserver_url),
        ("service", names.service_name),
        ("cluster", names.cluster_name),
        ("load balancer", names.alb_dns),
        ("VPC", names.vpc_id if metadata.options.get("network_mode") != "existing" else ""),
    ]
    known = [f"{label} {value}" for label, value in parts if value]
    return [*known, "logs, alarms, dashboard and roles of this deployment"]


def start_destroy(workspace: Workspace, name: str, *, auto_approve: bool = True) -> Job:
    """Start the job of a destroy.

    Raises:
        InvalidInput: this workspace cannot deploy.
        NotFound: no such project, or nothing of it is deployed.
        LostRace: somebody else is at work on it.
    """
    workspace.need_account()
    preview(workspace, name)
    metadata = workspace.projects.deployment(name)
    takes_over = dead_job(workspace, metadata)
    if metadata.status is DeploymentStatus.DESTROYING and not takes_over:
        raise LostRace(
            f"{name} is already being torn down",
            f"{metadata.updated_by or 'Somebody'} started that (job {metadata.job_id}).",
            f"Watch it with: automock-tui status --project {name} --watch" + _from_here(metadata),
        )
    if metadata.status is DeploymentStatus.DEPLOYING and not takes_over:
        refuse_while_deploying(workspace, metadata)
        takes_over = metadata.job_id
    job = workspace.jobs.create(
        kind=JobKind.DESTROY,
        project=name,
        workspace=workspace.ref,
        bucket=workspace.projects.find(name),
        arguments={"options": metadata.options, "takes_over": takes_over},
        auto_approve=auto_approve,
        by=workspace.by,
    )
    return workspace.jobs.start(job)


def _from_here(metadata: DeploymentMetadata) -> str:
    """A janitor's teardown can be carried on by anybody."""
    if not is_janitors(metadata):
        return ""
    return f". Should it not go on: automock-tui reap --project {metadata.project_name}"
