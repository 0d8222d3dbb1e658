"""What of a project is still in AWS, asked of the tagging API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.aws.errors import explained

if TYPE_CHECKING:
    from automock_tui.aws.session import AwsAccount

PROJECT_TAG = "automock:project"
_COSTLY = ("elasticloadbalancing:loadbalancer", "ec2:natgateway", "ec2:elastic-ip", "ecs:service")


def tagged_resources(account: AwsAccount, project: str) -> list[str]:
    """ARNs of what carries the project's tag and is alive, sorted; the project's bucket is not counted.

    The tagging API goes on naming some resources after their end (deleted NAT gateways, inactive clusters, task
    definitions), so those are asked of their own service.

    Raises:
        AutomockError: AWS cannot be asked.
    """
    client = account.client("resourcegroupstaggingapi")
    with explained("tag", "GetResources"):
        pages = client.get_paginator("get_resources").paginate(
            TagFilters=[{"Key": PROJECT_TAG, "Values": [project]}]
        )
        found = [entry["ResourceARN"] for page in pages for entry in page["ResourceTagMappingList"]]
    return sorted(arn for arn in found if ":s3:::" not in arn and _is_alive(account, arn))


def tagged_names(account: AwsAccount, project: str = "", *, costly: bool = False) -> dict[str, list[str]]:
    """What the tagging API knows of each project, or of one: ARNs and Name tags; buckets are not counted.

    Args:
        account: Where.
        project: Only this one, empty for all.
        costly: Only what costs money by the hour: a few things of each project, not some forty.

    Raises:
        AutomockError: AWS cannot be asked.
    """
    client = account.client("resourcegroupstaggingapi")
    wanted = {"Key": PROJECT_TAG, "Values": [project]} if project else {"Key": PROJECT_TAG}
    types = {"ResourceTypeFilters": list(_COSTLY)} if costly else {}
    found: dict[str, list[str]] = {}
    with explained("tag", "GetResources"):
        for page in client.get_paginator("get_resources").paginate(TagFilters=[wanted], **types):
            for entry in page["ResourceTagMappingList"]:
                tags = {tag["Key"]: tag["Value"] for tag in entry["Tags"]}
                if ":s3:::" not in entry["ResourceARN"] and PROJECT_TAG in tags:
                    found.setdefault(tags[PROJECT_TAG], []).extend([entry["ResourceARN"], tags.get("Name", "")])
    return found


def _is_alive(account: AwsAccount, arn: str) -> bool:
    _, _, service, _, _, resource = arn.split(":", 5)
    kind, _, name = resource.partition("/")
    if service == "ecs":
        return _ecs_is_alive(account, kind, name)
    if service == "ec2" and kind == "natgateway":
        with explained("ec2", "DescribeNatGateways", arn, may_be_missing=True):
            answer = account.client("ec2").describe_nat_gateways(NatGatewayIds=[name])
            return any(gateway["State"] not in ("deleted", "deleting") for gateway in answer["NatGateways"])
        return False
    return True


def _ecs_is_alive(account: AwsAccount, kind: str, name: str) -> bool:
    ecs = account.client("ecs")
    with explained("ecs", "Describe", name, may_be_missing=True):
        if kind == "cluster":
            found = ecs.describe_clusters(clusters=[name])["clusters"]
        elif kind == "service":
            cluster, _, service = name.rpartition("/")
            found = ecs.describe_services(cluster=cluster, services=[service])["services"]
        else:
            return kind != "task-definition"
        return any(one["status"] != "INACTIVE" for one in found)
    return False
