"""Terraform and the model refuse the same values and take the same values.

Terraform says it at plan time, after seconds; the model says it while the user types. Neither may know better.
"""

from __future__ import annotations

from itertools import zip_longest

import pytest
from pydantic import ValidationError

from automock_tui.domain.options import DeploymentOptions
from automock_tui.provisioning.stack import option_variables
from tests.terraform.plans import Plan, check_plans

SUBNETS = ["subnet-0123456789abcdef0", "subnet-0000000a"]
EXISTING = {"network_mode": "existing", "vpc_id": "vpc-0000000a", "public_subnet_ids": SUBNETS}
MANY = [f"10.0.{n}.0/24" for n in range(26)]
BAD_CIDRS = [["10.0.0.1/8"], ["10.0.0.0"], ["::/0"], ["10.0.0.0/33"], ["everyone"], ["256.0.0.0/8"], MANY]
BAD_NUMBERS = [1.5, -1]

BAD = {
    "instance_size": ["huge", "", "Small"],
    "min_tasks": [0, 201, *BAD_NUMBERS],
    "max_tasks": [0, 201, *BAD_NUMBERS],
    "cpu_architecture": ["x86_64", "RISCV"],
    "custom_domain": [
        "localhost",
        "Mock.Example.com",
        "-a.example.com",
        "a" * 60 + ".io.de",
        "a b.example.com",
    ],
    "hosted_zone_id": ["z123", "/hostedzone/Z123", "Z" * 33],
    "notification_email": ["me", "me@example", "a b@example.com", "me@@example.com"],
    "network_mode": ["nat", ""],
    "vpc_cidr": ["10.0.0.0/8", "10.0.0.0/25", "10.0.0.1/16", "10.0.0.0", "fd00::/16", "10.0.0.0/016"],
    "vpc_id": ["vpc-1", "subnet-0000000a", "vpc-0123456789ABCDEF0"],
    "public_subnet_ids": [["subnet-1"], ["", ""]],
    "private_subnet_ids": [["subnet-1"], ["vpc-0000000a"]],
    "allowed_cidrs": [[], *BAD_CIDRS],
    "control_plane_cidrs": BAD_CIDRS,
    "mockserver_image": ["mockserver/mockserver", "mockserver/mockserver:latest", "", "a image:1"],
    "sync_image": ["python", "python:latest", "", "python@sha256:abc"],
    "log_level": ["info", "FATAL", ""],
    "log_retention_days": [0, 2, 10_000],
    "cpu_target_percent": [9, 96, *BAD_NUMBERS],
    "memory_target_percent": [9, 96, *BAD_NUMBERS],
    "requests_per_task_per_minute": [0, *BAD_NUMBERS],
    "scale_out_cooldown_seconds": [3601, *BAD_NUMBERS],
    "scale_in_cooldown_seconds": [3601, *BAD_NUMBERS],
    "health_check_grace_seconds": [7201, *BAD_NUMBERS],
    "deregistration_delay_seconds": [3601, *BAD_NUMBERS],
}
FREE = {"container_insights", "alarms", "dashboard", "wait_for_steady_state"}
"""Either is right for them."""

BAD_TOGETHER = {
    "fewer_at_most_than_at_least": {"min_tasks": 5, "max_tasks": 4},
    "a_domain_without_its_zone": {"custom_domain": "mock.example.com"},
    "an_existing_network_without_a_name": {**EXISTING, "vpc_id": ""},
    "an_existing_network_with_one_subnet": {**EXISTING, "public_subnet_ids": SUBNETS[:1]},
    "too_many_ranges_together": {"allowed_cidrs": MANY[:13], "control_plane_cidrs": MANY[13:]},
    "a_network_too_small": {"vpc_cidr": "10.0.0.0/24", "max_tasks": 20},
}
GOOD = {
    "smallest": {"min_tasks": 1, "max_tasks": 1, "scale_out_cooldown_seconds": 0, "cpu_target_percent": 10},
    "largest": {"min_tasks": 200, "max_tasks": 200, "cpu_target_percent": 95, "log_retention_days": 3653},
    "own_domain": {"custom_domain": "a.b-c.example.com", "hosted_zone_id": "Z0123456789ABCDEFGHIJ"},
    "existing": {**EXISTING, "private_subnet_ids": SUBNETS},
    "clients": {"allowed_cidrs": MANY[:25], "control_plane_cidrs": MANY[:3]},
    "one_client": {"allowed_cidrs": ["203.0.113.7/32"], "control_plane_cidrs": ["0.0.0.0/0"]},
    "images": {"mockserver_image": "r.example:5000/m/s@sha256:" + "0" * 64, "sync_image": "python:3.13-slim"},
    "small_network": {"vpc_cidr": "10.0.0.0/24", "max_tasks": 19},
    "mail": {"notification_email": "first.last+mock@mail.example.com"},
}


def test_every_option_is_tried():
    assert {option.name for option in option_variables()} == set(BAD) | FREE


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values], ids=str
)
def test_the_model_refuses(name, value):
    with pytest.raises(ValidationError) as refused:
        DeploymentOptions(**{name: value})
    assert {problem["loc"][0] for problem in refused.value.errors()} == {name}


@pytest.mark.parametrize("chosen", BAD_TOGETHER.values(), ids=BAD_TOGETHER)
def test_the_model_refuses_together(chosen):
    with pytest.raises(ValidationError):
        DeploymentOptions(**chosen)


@pytest.mark.parametrize("chosen", GOOD.values(), ids=GOOD)
def test_the_model_takes(chosen):
    given = DeploymentOptions(**chosen).model_dump(mode="json")
    assert {name: given[name] for name in chosen} == chosen


@pytest.mark.part("aws-provider")
def test_terraform_refuses_and_takes_the_same(tmp_path):
    """One plan takes one bad value of every option at once: each has to be refused by its own variable."""
    columns = zip_longest(*BAD.values(), fillvalue=None)
    bad = []
    for number, column in enumerate(columns):
        values = {name: value for name, value in zip(BAD, column, strict=True) if value is not None}
        bad.append(Plan(f"bad_{number}", values, refused_by=[f"var.{name}" for name in values]))
    together = [
        Plan(name, values, refused_by=["data.aws_region.current"]) for name, values in BAD_TOGETHER.items()
    ]
    good = [Plan(f"good_{name}", values) for name, values in GOOD.items()]
    check_plans(tmp_path, [*bad, *together, *good])
