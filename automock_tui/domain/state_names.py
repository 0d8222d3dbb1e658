"""What Terraform's state knows: the names by which AWS lists the same things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_NAMES = ("id", "arn", "name")


@dataclass(frozen=True)
class StateNames:
    """Every id, ARN and name of the managed resources; routes, which have none, by table and destination."""

    ids: frozenset[str] = frozenset()
    routes: frozenset[tuple[str, str]] = frozenset()


def names_in_state(state: Mapping[str, Any]) -> StateNames:
    """Read a state as `terraform state pull` prints it; an empty one knows nothing."""
    found = list(_attributes(state))
    return StateNames(
        frozenset(str(one[key]) for _, one in found for key in _NAMES if one.get(key)),
        frozenset(
            (str(one.get("route_table_id")), str(one.get("destination_cidr_block")))
            for kind, one in found
            if kind == "aws_route"
        ),
    )


def _attributes(state: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for resource in state.get("resources", []):
        if resource.get("mode") == "managed":
            for instance in resource.get("instances", []):
                yield resource["type"], instance.get("attributes") or {}
