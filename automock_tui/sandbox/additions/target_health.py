"""Targets of a target group: one healthy address for each running task of the services behind it.

ECS registers the addresses of its tasks; moto does not, so that a mock that runs would look as if it had none.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import islice
from typing import Any

from automock_tui.sandbox.additions.patching import replace_method

_FIRST_HOST = 10
"""AWS keeps the first addresses of a subnet for itself, and load balancers take the next."""


def install() -> None:
    """Complete DescribeTargetHealth for groups that nobody filled by hand."""
    from moto.elbv2.models import ELBv2Backend as Backend

    def describe_with_tasks(self: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> list[Any]:
        found: list[Any] = describe(self, target_group_arn, targets)
        return found if found or targets else list(_task_targets(self, target_group_arn))

    describe = replace_method(Backend, "describe_target_health", describe_with_tasks)


def _task_targets(backend: Any, arn: str) -> Iterator[Any]:
    from moto.ecs.models import ecs_backends

    group = backend.target_groups[arn]
    for service in ecs_backends[backend.account_id][backend.region_name].services.values():
        for balancer in service.load_balancers:
            if balancer.get("targetGroupArn") == arn and service.status == "ACTIVE":
                yield from _targets(backend, group, service, balancer["containerPort"])


def _targets(backend: Any, group: Any, service: Any, port: int) -> Iterator[Any]:
    from moto.elbv2.models import FakeHealthStatus

    network = service.network_configuration.get("awsvpcConfiguration", {})
    addresses = _addresses(backend, network.get("subnets", []))
    for address in islice(addresses, service.running_count):
        yield FakeHealthStatus(address, str(port), group.health_check_port, "healthy")


def _addresses(backend: Any, subnet_ids: list[str]) -> Iterator[str]:
    """Addresses in these subnets, one of each in turn, as ECS spreads tasks over them."""
    subnets = backend.ec2_backend.describe_subnets(subnet_ids=subnet_ids) if subnet_ids else []
    hosts = [islice(ipaddress.ip_network(subnet.cidr_block).hosts(), _FIRST_HOST, None) for subnet in subnets]
    for row in zip(*hosts, strict=False):
        yield from map(str, row)
