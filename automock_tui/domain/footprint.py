"""The footprint of a deployment: what of `terraform/mock` it brings into being, as far as it costs money.

Standard library only, because the status table works the cost of every deployment out of its stored options.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from automock_tui.domain.task_sizes import TASK_SIZES, TaskSize

LOAD_BALANCER_ZONES = 2
"""Availability zones of our own network; a load balancer has a public address in each."""
OWN_ALARMS = 4
"""Alarms that `terraform/mock` makes when `alarms` is on."""
SCALING_POLICIES = 3
"""Target-tracking policies: CPU, memory, requests. AWS makes two alarms for each, and bills them."""
CLOSED_RULES = 4
"""Listener rules that keep everybody off MockServer's control plane."""
OPEN_RULES = 18
"""Listener rules that keep everybody off but the addresses of `control_plane_cidrs`, without those for them."""
_ADDRESSES_PER_RULE = 5
POLL_SECONDS = 5
"""How often each task asks S3 whether the expectations have changed."""
STORED_GIGABYTES = Decimal("0.01")
"""A project's bucket: expectations, versions, state; generous."""
INSIGHTS_METRICS = 25
"""Custom metrics of Container Insights for one cluster (8), one task family (6) and one service (11)."""

_DEFAULT_LOG_LEVEL = "WARN"
_CHATTY_LEVELS = frozenset({"INFO", "DEBUG", "TRACE"})
_LOG_KILOBYTES = Decimal("4.5")
"""Log of one answered request at INFO, without bodies: MockServer 8.0.0 measured, 2.0 kB in 111 lines, and
CloudWatch's 26 bytes for every line."""
_LOG_KILOBYTES_PER_BODY_KILOBYTE = Decimal("9.4")
"""More of it for each kilobyte of response, written twice, indented, a line per field; measured alike."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What there is to pay for. Counts are for the whole deployment, `size` is of one task."""

    size: TaskSize = TASK_SIZES["small"]
    arm: bool = False
    min_tasks: int = 1
    max_tasks: int = 3
    public_tasks: bool = True
    nat_gateways: int = 0
    load_balancer_zones: int = LOAD_BALANCER_ZONES
    listener_rules: int = CLOSED_RULES
    alarms: int = OWN_ALARMS + 2 * SCALING_POLICIES
    dashboards: int = 1
    insights_metrics: int = 0
    own_domain: bool = False
    own_network: bool = False
    chatty: bool = _DEFAULT_LOG_LEVEL in _CHATTY_LEVELS
    log_retention_days: int = 7
    requests_per_task_per_minute: int = 6000

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Footprint:
        """The footprint of the options of a deployment, as stored or dumped; what is missing has its default.

        Raises:
            ValueError: a value that is no option of ours, such as an unknown size.
        """
        network = _text(options, "network_mode", "public")
        subnets = options.get("public_subnet_ids") or ()
        size = TASK_SIZES.get(_text(options, "instance_size", "small"))
        if size is None:
            raise ValueError(f"unknown instance_size {options.get('instance_size')!r}")
        low = _count(options, "min_tasks", 1)
        return cls(
            size=size,
            arm=_text(options, "cpu_architecture", "X86_64") == "ARM64",
            min_tasks=low,
            max_tasks=max(low, _count(options, "max_tasks", 3)),
            public_tasks=network == "public"
            or (network == "existing" and not options.get("private_subnet_ids")),
            nat_gateways=1 if network == "private" else 0,
            load_balancer_zones=len(subnets) if network == "existing" and subnets else LOAD_BALANCER_ZONES,
            listener_rules=_rules(options.get("control_plane_cidrs") or ()),
            alarms=2 * SCALING_POLICIES + (OWN_ALARMS if options.get("alarms", True) else 0),
            dashboards=1 if options.get("dashboard", True) else 0,
            insights_metrics=INSIGHTS_METRICS if options.get("container_insights") else 0,
            own_network=network == "existing",
            own_domain=bool(options.get("custom_domain")),
            chatty=_text(options, "log_level", _DEFAULT_LOG_LEVEL).upper() in _CHATTY_LEVELS,
            log_retention_days=_count(options, "log_retention_days", 7),
            requests_per_task_per_minute=_count(options, "requests_per_task_per_minute", 6000),
        )

    def log_kilobytes(self, response_kilobytes: Decimal) -> Decimal:
        """What MockServer logs for one answered request, in kB; nothing above level INFO."""
        if not self.chatty:
            return Decimal(0)
        return _LOG_KILOBYTES + _LOG_KILOBYTES_PER_BODY_KILOBYTE * response_kilobytes

    def public_addresses(self, tasks: int) -> int:
        """Public IPv4 addresses with so many tasks running."""
        return self.load_balancer_zones + self.nat_gateways + (tasks if self.public_tasks else 0)


def _rules(allowed: Sequence[str]) -> int:
    return OPEN_RULES + math.ceil(len(allowed) / _ADDRESSES_PER_RULE) if allowed else CLOSED_RULES


def _text(options: Mapping[str, Any], key: str, default: str) -> str:
    return str(options.get(key) or default)


def _count(options: Mapping[str, Any], key: str, default: int) -> int:
    value = options.get(key)
    return default if value is None else int(value)
