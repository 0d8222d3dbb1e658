"""What surrounds it: alarms, dashboard, roles, logs, and the topic, last because it tells of the end."""

from __future__ import annotations

from collections.abc import Iterator

from automock_janitor.clients import Clients, pages, tags_of
from automock_janitor.target import Item, Kind, Target


def _find_alarms(clients: Clients, target: Target) -> Iterator[Item]:
    client = clients("cloudwatch")
    for alarm in pages(client, "describe_alarms", "MetricAlarms", AlarmNamePrefix=f"{target.bucket}-"):
        if target.owns(tags_of(client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"]))):
            yield Item(alarm["AlarmName"])
    # Autoscaling makes these without tags, and takes them away with the policy; their name holds the bucket's.
    prefix = f"TargetTracking-service/{target.bucket}/{target.bucket}-"
    for alarm in pages(client, "describe_alarms", "MetricAlarms", AlarmNamePrefix=prefix):
        yield Item(alarm["AlarmName"])


def _delete_alarm(clients: Clients, item: Item) -> None:
    clients("cloudwatch").delete_alarms(AlarmNames=[item.id])


def _find_dashboards(clients: Clients, target: Target) -> Iterator[Item]:
    listed = pages(
        clients("cloudwatch"), "list_dashboards", "DashboardEntries", DashboardNamePrefix=target.bucket
    )
    return (Item(entry["DashboardName"]) for entry in listed if entry["DashboardName"] == target.bucket)


def _delete_dashboard(clients: Clients, item: Item) -> None:
    clients("cloudwatch").delete_dashboards(DashboardNames=[item.id])


def _find_roles(clients: Clients, target: Target) -> Iterator[Item]:
    client = clients("iam")
    for role in pages(client, "list_roles", "Roles"):
        name = role["RoleName"]
        if not name.startswith(f"{target.bucket}-"):
            continue
        if target.owns(tags_of(client.list_role_tags(RoleName=name)), name):
            yield Item(name)


def _delete_role(clients: Clients, item: Item) -> None:
    client = clients("iam")
    for policy in list(pages(client, "list_role_policies", "PolicyNames", RoleName=item.id)):
        client.delete_role_policy(RoleName=item.id, PolicyName=policy)
    for policy in list(pages(client, "list_attached_role_policies", "AttachedPolicies", RoleName=item.id)):
        client.detach_role_policy(RoleName=item.id, PolicyArn=policy["PolicyArn"])
    client.delete_role(RoleName=item.id)


def _find_log_groups(clients: Clients, target: Target) -> Iterator[Item]:
    """By name, which holds the bucket's: a group that a dying task made anew has no tags."""
    for prefix in (f"/automock/{target.bucket}/", f"/aws/ecs/containerinsights/{target.bucket}/"):
        for group in pages(clients("logs"), "describe_log_groups", "logGroups", logGroupNamePrefix=prefix):
            yield Item(group["logGroupName"])


def _delete_log_group(clients: Clients, item: Item) -> None:
    clients("logs").delete_log_group(logGroupName=item.id)


def find_topics(clients: Clients, target: Target) -> Iterator[Item]:
    """The topic with the user's address, if one was given."""
    client = clients("sns")
    for topic in pages(client, "list_topics", "Topics"):
        arn = topic["TopicArn"]
        if arn.rpartition(":")[2] != target.bucket:
            continue
        if target.owns(tags_of(client.list_tags_for_resource(ResourceArn=arn))):
            yield Item(arn)


def _delete_topic(clients: Clients, item: Item) -> None:
    clients("sns").delete_topic(TopicArn=item.id)  # its subscriptions go with it


ALARM = Kind("alarm", ("aws_cloudwatch_metric_alarm",), _find_alarms, _delete_alarm, needs=("scaling policy",))
DASHBOARD = Kind("dashboard", ("aws_cloudwatch_dashboard",), _find_dashboards, _delete_dashboard)
ROLE = Kind(
    "role",
    ("aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"),
    _find_roles,
    _delete_role,
    needs=("ECS service", "task"),
)
LOG_GROUP = Kind(
    "log group",
    ("aws_cloudwatch_log_group",),
    _find_log_groups,
    _delete_log_group,
    needs=("ECS service", "task", "ECS cluster"),
)
TOPIC = Kind("topic", ("aws_sns_topic", "aws_sns_topic_subscription"), find_topics, _delete_topic)
