"""What runs: the ECS service with its scaling, its tasks, its cluster and its task definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automock_janitor.clients import Clients, batches, pages, says_gone, tags_of
from automock_janitor.target import Item, Kind, Target

_DIMENSION = "ecs:service:DesiredCount"


def _scaling(clients: Clients, target: Target, operation: str, key: str) -> Iterator[dict[str, Any]]:
    # Its name holds the bucket's, which nobody else's can.
    resource = f"service/{target.bucket}/{target.bucket}"
    client = clients("application-autoscaling")
    for entry in pages(client, operation, key, ServiceNamespace="ecs"):
        if entry["ResourceId"] == resource:
            yield entry


def _find_policies(clients: Clients, target: Target) -> Iterator[Item]:
    for policy in _scaling(clients, target, "describe_scaling_policies", "ScalingPolicies"):
        yield Item(policy["PolicyName"], details={"resource": policy["ResourceId"]})


def _delete_policy(clients: Clients, item: Item) -> None:
    clients("application-autoscaling").delete_scaling_policy(
        PolicyName=item.id,
        ServiceNamespace="ecs",
        ResourceId=item.details["resource"],
        ScalableDimension=_DIMENSION,
    )


def _find_targets(clients: Clients, target: Target) -> Iterator[Item]:
    for entry in _scaling(clients, target, "describe_scalable_targets", "ScalableTargets"):
        yield Item(entry["ResourceId"])


def _delete_target(clients: Clients, item: Item) -> None:
    clients("application-autoscaling").deregister_scalable_target(
        ServiceNamespace="ecs", ResourceId=item.id, ScalableDimension=_DIMENSION
    )


def _clusters(clients: Clients, target: Target) -> Iterator[dict[str, Any]]:
    client = clients("ecs")
    for arns in batches(list(pages(client, "list_clusters", "clusterArns")), 100):
        for cluster in client.describe_clusters(clusters=arns, include=["TAGS"])["clusters"]:
            if cluster["status"] != "INACTIVE" and target.owns(tags_of(cluster), cluster["clusterName"]):
                yield cluster


def _find_clusters(clients: Clients, target: Target) -> Iterator[Item]:
    for cluster in _clusters(clients, target):
        yield Item(cluster["clusterArn"], leaving=cluster["status"] == "DEPROVISIONING")


def _delete_cluster(clients: Clients, item: Item) -> None:
    clients("ecs").delete_cluster(cluster=item.id)


def _find_services(clients: Clients, target: Target) -> Iterator[Item]:
    client = clients("ecs")
    for cluster in _clusters(clients, target):
        arns = list(pages(client, "list_services", "serviceArns", cluster=cluster["clusterArn"]))
        for some in batches(arns, 10):
            described = client.describe_services(cluster=cluster["clusterArn"], services=some, include=["TAGS"])
            for service in described["services"]:
                if service["status"] != "INACTIVE" and target.owns(tags_of(service)):
                    yield Item(
                        service["serviceArn"],
                        leaving=service["status"] == "DRAINING",
                        details={"cluster": cluster["clusterArn"]},
                    )


def _delete_service(clients: Clients, item: Item) -> None:
    # Tasks cost the most: they are told to stop even where the service cannot be deleted.
    where = {"cluster": item.details["cluster"], "service": item.id}
    clients("ecs").update_service(**where, desiredCount=0)
    clients("ecs").delete_service(**where, force=True)


def _find_tasks(clients: Clients, target: Target) -> Iterator[Item]:
    client = clients("ecs")
    for cluster in _clusters(clients, target):
        for arns in batches(list(pages(client, "list_tasks", "taskArns", cluster=cluster["clusterArn"])), 100):
            described = client.describe_tasks(cluster=cluster["clusterArn"], tasks=arns, include=["TAGS"])
            for task in described["tasks"]:
                if task["lastStatus"] != "STOPPED" and target.owns(tags_of(task)):
                    yield Item(
                        task["taskArn"],
                        leaving=task.get("desiredStatus") == "STOPPED",
                        details={"cluster": cluster["clusterArn"]},
                    )


def _stop_task(clients: Clients, item: Item) -> None:
    clients("ecs").stop_task(cluster=item.details["cluster"], task=item.id, reason="its TTL is over")


def _find_definitions(clients: Clients, target: Target) -> Iterator[Item]:
    client = clients("ecs")
    for status in ("ACTIVE", "INACTIVE"):
        listed = pages(
            client, "list_task_definitions", "taskDefinitionArns", familyPrefix=target.bucket, status=status
        )
        for arn in listed:
            if target.owns(_definition_tags(client, arn), arn):
                yield Item(arn, details={"status": status})


def _definition_tags(client: Any, arn: str) -> dict[str, str]:
    from botocore.exceptions import ClientError

    try:
        return tags_of(client.describe_task_definition(taskDefinition=arn, include=["TAGS"]))
    except ClientError as error:
        if says_gone(error):
            return {}
        raise


def _delete_definition(clients: Clients, item: Item) -> None:
    if item.details["status"] == "ACTIVE":
        clients("ecs").deregister_task_definition(taskDefinition=item.id)
    clients("ecs").delete_task_definitions(taskDefinitions=[item.id])


SCALING_POLICY = Kind("scaling policy", ("aws_appautoscaling_policy",), _find_policies, _delete_policy)
SCALING_TARGET = Kind("scaling target", ("aws_appautoscaling_target",), _find_targets, _delete_target)
SERVICE = Kind("ECS service", ("aws_ecs_service",), _find_services, _delete_service, arns=("ecs:service",))
TASK = Kind("task", (), _find_tasks, _stop_task, needs=("ECS service",), price="task", arns=("ecs:task",))
CLUSTER = Kind(
    "ECS cluster",
    ("aws_ecs_cluster",),
    _find_clusters,
    _delete_cluster,
    needs=("ECS service", "task"),
    arns=("ecs:cluster",),
)
TASK_DEFINITION = Kind(
    "task definition",
    ("aws_ecs_task_definition",),
    _find_definitions,
    _delete_definition,
    needs=("ECS service", "task"),
    arns=("ecs:task-definition",),
)
