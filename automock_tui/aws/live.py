"""What a deployment looks like in AWS right now: its tasks and whether the load balancer finds them healthy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.aws.errors import explained

if TYPE_CHECKING:
    from automock_tui.aws.session import AwsAccount
    from automock_tui.domain.deployment import DeploymentMetadata


@dataclass(frozen=True)
class LiveState:
    """Tasks of one ECS service. `healthy` counts targets, None where it was not asked."""

    running: int
    desired: int
    pending: int = 0
    healthy: int | None = None
    missing: bool = False

    @property
    def tasks(self) -> str:
        """Running of desired, such as `2/2`."""
        return "gone" if self.missing else f"{self.running}/{self.desired}"


def live_state(account: AwsAccount, metadata: DeploymentMetadata) -> LiveState | None:
    """The live state of a deployment, or None where its record names no service.

    Raises:
        AutomockError: AWS cannot be asked (credentials, permission, network).
    """
    names = metadata.infrastructure
    if not (names.cluster_name and names.service_name):
        return None
    ecs = account.client("ecs")
    with explained("ecs", "DescribeServices", names.service_name, may_be_missing=True):
        answer = ecs.describe_services(cluster=names.cluster_name, services=[names.service_name])
        services = [found for found in answer["services"] if found["status"] != "INACTIVE"]
        if services:
            counts = services[0]
            return LiveState(counts["runningCount"], counts["desiredCount"], counts["pendingCount"])
    return LiveState(0, 0, missing=True)


def healthy_targets(account: AwsAccount, target_group_arn: str) -> int:
    """How many tasks the load balancer sends requests to.

    Raises:
        AutomockError: AWS cannot be asked.
    """
    client = account.client("elbv2")
    with explained("elasticloadbalancing", "DescribeTargetHealth", target_group_arn):
        answer = client.describe_target_health(TargetGroupArn=target_group_arn)
    return sum(target["TargetHealth"]["State"] == "healthy" for target in answer["TargetHealthDescriptions"])
