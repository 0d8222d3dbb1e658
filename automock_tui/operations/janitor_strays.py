"""What exists of the janitor and no state knows: of an installation that died, or whose state was not saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from automock_tui.operations.janitor_status import function_name

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace

TAKEN_OVER = ("aws_cloudwatch_metric_alarm.janitor", "aws_sqs_queue.failed_runs", "aws_sns_topic.alarms")
"""What is no hindrance to another installation: AWS makes it over what is there."""


def remove_strays(workspace: Workspace, known: Collection[str], on_line: Callable[[str], None]) -> list[str]:
    """Delete what bears the janitor's own names here; returns what was there.

    Args:
        workspace: Where.
        known: What Terraform's state knows, as `type.name`; it stays.
        on_line: Gets a line of each thing that is deleted, as Terraform's own are.

    Raises:
        AutomockError: no permission, or AWS cannot be asked.
    """
    from automock_tui.aws.errors import explained

    name, clients = function_name(workspace.region), workspace.need_account().client
    removed = []
    for address, (service, delete) in _STRAYS.items():
        if address in known:
            continue
        with explained(service, "Delete", name, may_be_missing=True):
            if delete(clients(service), name):
                said = f"{address}: deleted, for no state knew it"
                on_line(json.dumps({"type": "apply_complete", "@message": said}))  # as Terraform tells it
                removed.append(address)
    return removed


def _delete_rule(events: Any, name: str) -> bool:
    targets = [one["Id"] for one in events.list_targets_by_rule(Rule=name)["Targets"]]
    if targets:
        events.remove_targets(Rule=name, Ids=targets)
    events.describe_rule(Name=name)  # deleting one that is not there is no error
    events.delete_rule(Name=name)
    return True


def _delete_function(client: Any, name: str) -> bool:
    client.delete_function(FunctionName=name)
    return True


def _delete_role(iam: Any, name: str) -> bool:
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)
    return True


def _delete_log_group(logs: Any, name: str) -> bool:
    logs.delete_log_group(logGroupName=f"/aws/lambda/{name}")
    return True


def _delete_queue(sqs: Any, name: str) -> bool:
    found: list[str] = sqs.list_queues(QueueNamePrefix=f"{name}-failed-runs").get("QueueUrls", [])
    for url in found:
        sqs.delete_queue(QueueUrl=url)
    return bool(found)


def _delete_topic(sns: Any, name: str) -> bool:
    pages = sns.get_paginator("list_topics").paginate()
    found = [one["TopicArn"] for page in pages for one in page["Topics"]]
    ours = [arn for arn in found if arn.endswith(f":{name}")]
    for arn in ours:
        sns.delete_topic(TopicArn=arn)
    return bool(ours)


def _delete_alarms(cloudwatch: Any, name: str) -> bool:
    found = cloudwatch.describe_alarms(AlarmNamePrefix=f"{name}-")["MetricAlarms"]
    if found:
        cloudwatch.delete_alarms(AlarmNames=[one["AlarmName"] for one in found])
    return bool(found)


_STRAYS: dict[str, tuple[str, Callable[[Any, str], bool]]] = {
    "aws_cloudwatch_event_rule.schedule": ("events", _delete_rule),
    "aws_lambda_function.janitor": ("lambda", _delete_function),
    "aws_cloudwatch_metric_alarm.janitor": ("cloudwatch", _delete_alarms),
    "aws_iam_role.janitor": ("iam", _delete_role),
    "aws_cloudwatch_log_group.janitor": ("logs", _delete_log_group),
    "aws_sqs_queue.failed_runs": ("sqs", _delete_queue),
    "aws_sns_topic.alarms": ("sns", _delete_topic),
}
"""By their address in `terraform/janitor`: what deletes one, and tells whether it was there."""
