"""The footprint against the Terraform files it speaks of: what they make is what is priced."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import hcl2
import pytest

from automock_tui.domain.footprint import (
    CLOSED_RULES,
    LOAD_BALANCER_ZONES,
    OPEN_RULES,
    OWN_ALARMS,
    POLL_SECONDS,
    SCALING_POLICIES,
)
from automock_tui.domain.task_sizes import TASK_SIZES

STACK = Path(__file__).parents[2] / "terraform" / "mock"

FREE = {
    "aws_acm_certificate",
    "aws_acm_certificate_validation",
    "aws_appautoscaling_policy",  # its alarms are priced
    "aws_appautoscaling_target",
    "aws_cloudwatch_log_group",  # what is written to it is priced
    "aws_ecs_cluster",
    "aws_ecs_task_definition",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_internet_gateway",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_lb_target_group",
    "aws_route",
    "aws_route53_record",
    "aws_route_table",
    "aws_route_table_association",
    "aws_security_group",
    "aws_sns_topic",  # a few e-mails: said to be left out
    "aws_sns_topic_subscription",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",  # a gateway endpoint is free; the test below holds it to that
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
}
PRICED = {
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_metric_alarm",
    "aws_ecs_service",
    "aws_eip",
    "aws_lb",
    "aws_nat_gateway",
}


def bare(value: Any) -> Any:
    """A parsed value without the quotes that python-hcl2 leaves."""
    if isinstance(value, str):
        return value.strip('"')
    if isinstance(value, list):
        return [bare(entry) for entry in value]
    if isinstance(value, dict):
        return {bare(name): bare(entry) for name, entry in value.items()}
    return value


@pytest.fixture(scope="module")
def files() -> list[dict[str, Any]]:
    return [bare(hcl2.loads(path.read_text())) for path in sorted(STACK.glob("*.tf"))]


@pytest.fixture(scope="module")
def resources(files: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (kind, name, body)
        for file in files
        for block in file.get("resource", [])
        for kind, named in block.items()
        for name, body in named.items()
        if isinstance(named, dict) and not name.startswith("__")
    ]


@pytest.fixture(scope="module")
def local_values(files: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for file in files for block in file.get("locals", []) for name, value in block.items()}


def of_kind(resources: list[tuple[str, str, dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    return [body for found, _, body in resources if found == kind]


def named(values: Any) -> list[str]:
    """The names of an object, without what python-hcl2 adds."""
    return [name for name in values if not name.startswith("__")]


def test_every_resource_is_known_to_cost_or_to_be_free(
    resources: list[tuple[str, str, dict[str, Any]]],
) -> None:
    kinds = {kind for kind, _, _ in resources}
    assert kinds - FREE == PRICED


def test_the_only_endpoint_is_a_free_one(resources: list[tuple[str, str, dict[str, Any]]]) -> None:
    assert {body["vpc_endpoint_type"] for body in of_kind(resources, "aws_vpc_endpoint")} == {"Gateway"}


def test_the_number_of_alarms(
    resources: list[tuple[str, str, dict[str, Any]]], local_values: dict[str, Any]
) -> None:
    (alarm,) = of_kind(resources, "aws_cloudwatch_metric_alarm")
    assert "var.alarms ? local.alarm_rules" in alarm["for_each"]
    assert alarm["period"] == 60, "shorter periods are high-resolution alarms, at three times the price"
    assert len(named(local_values["alarm_rules"])) == OWN_ALARMS


def test_the_number_of_scaling_policies(
    resources: list[tuple[str, str, dict[str, Any]]], local_values: dict[str, Any]
) -> None:
    (policy,) = of_kind(resources, "aws_appautoscaling_policy")
    assert "local.scaling_metrics" in policy["for_each"] and policy["policy_type"] == "TargetTrackingScaling"
    assert len(named(local_values["scaling_metrics"])) == SCALING_POLICIES


def test_one_of_each_that_is_paid_by_the_hour(resources: list[tuple[str, str, dict[str, Any]]]) -> None:
    assert "count" not in of_kind(resources, "aws_lb")[0] and len(of_kind(resources, "aws_lb")) == 1
    (gateway,), (address,) = of_kind(resources, "aws_nat_gateway"), of_kind(resources, "aws_eip")
    for body in (gateway, address):
        assert re.search(r"local\.behind_nat \? 1 : 0", body["count"])
    assert re.search(r"var\.dashboard \? 1 : 0", of_kind(resources, "aws_cloudwatch_dashboard")[0]["count"])
    public = next(body for kind, name, body in resources if (kind, name) == ("aws_subnet", "public"))
    assert re.search(rf"local\.own_network \? {LOAD_BALANCER_ZONES} : 0", public["count"])


def test_the_number_of_listener_rules(local_values: dict[str, Any]) -> None:
    def rules(name: str, paths_per_rule: int) -> int:
        return math.ceil(len(local_values[name]) / paths_per_rule)

    text = (STACK / "control_plane.tf").read_text()
    chunks = re.findall(r"chunklist\(local\.(\w+), (\d)\)", text)
    assert chunks[0][0] == "classic_puts"
    prefix = 1
    assert prefix + rules(chunks[0][0], int(chunks[0][1])) == CLOSED_RULES
    assert prefix + sum(rules(name, int(size)) for name, size in chunks) == OPEN_RULES
    assert "chunklist(var.control_plane_cidrs, 5)" in text


def test_how_often_a_task_asks_for_its_expectations(local_values: dict[str, Any]) -> None:
    assert int(local_values["sync_environment"]["AUTOMOCK_POLL_SECONDS"]) == POLL_SECONDS


def test_the_sizes_of_tasks(local_values: dict[str, Any]) -> None:
    sizes = local_values["sizes"]
    assert {name: (sizes[name]["cpu"], sizes[name]["memory"]) for name in named(sizes)} == TASK_SIZES


def test_every_line_of_the_log_is_an_event() -> None:
    """The measured log of a request counts CloudWatch's overhead for each line: no pattern may join them."""
    text = (STACK / "service.tf").read_text()
    assert "awslogs" in text and not re.search(r"awslogs-(multiline-pattern|datetime-format)", text)
