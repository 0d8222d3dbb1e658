"""Projects in every state, written to a real store as a deploy would have left them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus, Infrastructure
from automock_tui.operations.create import create_project
from automock_tui.operations.workspace import Workspace

HOUR = timedelta(hours=1)


def deployed(
    workspace: Workspace,
    name: str,
    remaining: timedelta | None = 2 * HOUR,
    *,
    status: DeploymentStatus = DeploymentStatus.DEPLOYED,
    life: timedelta = 4 * HOUR,
    **changes: Any,
) -> None:
    """Make a project that is deployed (or in another state) and ends after `remaining`."""
    create_project(workspace, name, None)

    def change(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        expiry = None if remaining is None else now + remaining
        address = f"http://{name}-1f2e3d.{workspace.region or 'local'}.elb.amazonaws.com"
        fields: dict[str, Any] = {
            "project_name": name,
            "deployment_status": status,
            "deployed_at": (expiry or now) - life,
            "ttl_expiry": expiry,
            "ttl_hours": 4,
            "generation": 1,
            "expectations_version": "v1",
            "updated_by": "ana@laptop",
            "options": {"instance_size": "small", "min_tasks": 1, "max_tasks": 3},
            "infrastructure": Infrastructure(mockserver_url=address, region=workspace.region),
        }
        return replace(metadata, **(fields | changes))

    workspace.projects.update_deployment(name, change)


def whole_fleet(workspace: Workspace) -> None:
    """One project of each state."""
    deployed(workspace, "petstore", timedelta(hours=1, minutes=42))
    deployed(workspace, "checkout", timedelta(minutes=9, seconds=41))
    deployed(workspace, "inventory", timedelta(minutes=48))
    deployed(workspace, "search-api", None, status=DeploymentStatus.DEPLOYING, infrastructure=Infrastructure())
    deployed(workspace, "legacy", -timedelta(minutes=3), status=DeploymentStatus.DESTROYING)
    deployed(
        workspace,
        "billing",
        timedelta(hours=3, minutes=10),
        status=DeploymentStatus.FAILED,
        failure="apply: VpcLimitExceeded: the account has 5 VPCs already",
        infrastructure=Infrastructure(),
    )
    deployed(workspace, "payments-gateway-v2", None, life=HOUR)
    create_project(workspace, "drafts", None)
