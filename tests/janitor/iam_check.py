"""What parliament, which knows every action and condition of IAM, has against a policy."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

READS = (
    "acm:DescribeCertificate",
    "acm:ListTagsForCertificate",
    "cloudwatch:DescribeAlarms",
    "ecs:DescribeClusters",
    "ecs:DescribeServices",
    "ecs:DescribeTasks",
    "ecs:ListTasks",
)
EXCEPTIONS = {
    **{
        ("RESOURCE_STAR", action): "reads only: what is left is proven by listing everything"
        for action in READS
    },
    **{
        ("RESOURCE_STAR", f"ecr:{name}"): "pulls images only; the user may name one of any repository"
        for name in ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
    },
}
"""What is accepted, by finding and action, with the reason."""


def findings(policy: dict[str, Any]) -> set[tuple[str, str]]:
    """Every finding with each action (or place) that it is about."""
    from parliament import analyze_policy_string

    found = analyze_policy_string(json.dumps(policy)).findings
    return {(one.issue, place) for one in found for place in _places(one.detail)}


def _places(detail: Any) -> list[str]:
    return [str(one) for one in detail] if isinstance(detail, list) else [str(detail)]


def unlimited_deletes(policy: dict[str, Any]) -> set[str]:
    """Actions that change something, allowed on anything, with nothing to limit them."""
    return {
        action
        for statement in policy["Statement"]
        if "*" in _listed(statement["Resource"]) and "Condition" not in statement
        for action in _listed(statement["Action"])
        if not action.partition(":")[2].startswith(("Describe", "List", "Get", "Batch"))
    }


def widened(policy: dict[str, Any]) -> dict[str, Any]:
    """The same with no limit: what a check must refuse."""
    return {**policy, "Statement": [{**one, "Resource": "*"} for one in policy["Statement"]]}


def inline_policies(iam: Any, prefix: str) -> dict[str, dict[str, Any]]:
    """The inline policies of the roles whose name begins so, as they are in the account."""
    roles = [one["RoleName"] for one in iam.list_roles()["Roles"] if one["RoleName"].startswith(prefix)]
    return {
        f"{role}/{name}": _document(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
        for role in roles
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }


def _document(raw: Any) -> dict[str, Any]:
    found: dict[str, Any] = raw if isinstance(raw, dict) else json.loads(unquote(raw))
    return found


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
