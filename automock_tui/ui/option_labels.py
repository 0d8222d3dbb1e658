"""What the options of a deployment are called in the form, and which come first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from automock_tui.ui.option_values import TTL, text_of

if TYPE_CHECKING:
    from automock_tui.provisioning.stack import OptionVariable

FIRST = (
    "instance_size",
    "min_tasks",
    "max_tasks",
    TTL,
    "notification_email",
    "custom_domain",
    "hosted_zone_id",
    "network_mode",
    "allowed_cidrs",
    "control_plane_cidrs",
)
"""What most deploys look at, in the form's order; everything else is in groups below."""

_LABELS = {
    "instance_size": "Size",
    TTL: "Lives for",
    "notification_email": "Notify",
    "custom_domain": "Domain",
    "hosted_zone_id": "Hosted zone",
    "network_mode": "Network",
    "allowed_cidrs": "Who may call",
    "control_plane_cidrs": "Control plane",
    "cpu_architecture": "Processor",
    "vpc_cidr": "VPC range",
    "vpc_id": "VPC",
    "public_subnet_ids": "Public subnets",
    "private_subnet_ids": "Private subnets",
    "cpu_target_percent": "CPU target %",
    "memory_target_percent": "Memory target %",
    "requests_per_task_per_minute": "Requests/task/min",
    "scale_out_cooldown_seconds": "Scale out wait s",
    "scale_in_cooldown_seconds": "Scale in wait s",
    "mockserver_image": "MockServer image",
    "health_check_grace_seconds": "Health grace s",
    "deregistration_delay_seconds": "Drain s",
    "wait_for_steady_state": "Wait till steady",
    "log_retention_days": "Keep logs, days",
}
_EMPTY = {
    "notification_email": "nobody",
    "custom_domain": "none: the load balancer's address",
    "hosted_zone_id": "none",
    "control_plane_cidrs": "nobody",
}
_TYPES = {
    "string": "text",
    "number": "whole number",
    "bool": "yes or no",
    "list(string)": "list, commas between",
}

TTL_HELP = (
    "Hours that the mock lives after it is up, 0 to 168; fractions such as 0.5 count. At the end it is torn "
    "down by itself. 0 is for no end: it then costs until somebody destroys it."
)


def label_of(name: str) -> str:
    """An option's name in the form."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def placeholder_of(name: str) -> str:
    """What an empty field means."""
    return _EMPTY.get(name, "")


def groups_of(variables: Sequence[OptionVariable]) -> list[tuple[str, list[OptionVariable]]]:
    """The options that are not among the first, by group."""
    groups: dict[str, list[OptionVariable]] = {}
    for variable in variables:
        if variable.name not in FIRST:
            groups.setdefault(variable.group, []).append(variable)
    return [(name if name != "Size" else "Processor", members) for name, members in groups.items()]


def facts_of(variable: OptionVariable) -> str:
    """The kind of an option's values, their bounds, and the default."""
    kind = " | ".join(map(text_of, variable.allowed)) if variable.allowed else _TYPES[variable.type.value]
    default = text_of(variable.default)
    return f"{kind}{_bounds(variable)} · default {default or 'empty'}"


def _bounds(variable: OptionVariable) -> str:
    low, high = variable.minimum, variable.maximum
    if variable.type.value != "number" or variable.allowed or low is None:
        return ""
    return f" {low} to {high:,}" if high is not None else f" from {low}"
