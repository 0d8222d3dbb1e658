"""What Terraform intends: the answer of `terraform show -json PLANFILE`, ready for a review."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.plan_values import (
    MASK,
    UNKNOWN,
    AttributeChange,
    Secrets,
    attribute_changes,
    shown,
    sides,
)
from automock_tui.domain.progress_parts import NO_CHANGES, Counts, plus

__all__ = [
    "MASK",
    "UNKNOWN",
    "Action",
    "AttributeChange",
    "OutputChange",
    "PlanSummary",
    "ResourceChange",
    "parse_plan",
]

_SUPPORTED_FORMAT = "1"


class Action(StrEnum):
    """What a plan does to one resource, in the order of a review: what is lost comes first."""

    DELETE = "delete"
    REPLACE = "replace"
    UPDATE = "update"
    CREATE = "create"
    FORGET = "forget"
    READ = "read"
    NO_OP = "no-op"


_ORDER = list(Action)
_CHANGES_NOTHING = {Action.READ, Action.NO_OP}


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What happens to one resource; `reason` is Terraform's word for why it is deleted or replaced."""

    address: str
    type: str
    name: str
    module: str
    action: Action
    reason: str = ""
    attributes: tuple[AttributeChange, ...] = ()

    @property
    def is_destructive(self) -> bool:
        """Whether something that exists goes away."""
        return self.action in (Action.DELETE, Action.REPLACE)


@dataclass(frozen=True, slots=True)
class OutputChange:
    """What happens to one output."""

    name: str
    action: Action
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A plan to review. `changes` are in the order of `Action`, without reads and unchanged resources."""

    changes: tuple[ResourceChange, ...] = ()
    outputs: tuple[OutputChange, ...] = ()
    drift: tuple[ResourceChange, ...] = ()
    counts: Counts = NO_CHANGES
    unchanged: int = 0
    terraform_version: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing: "No changes" in Terraform's words."""
        return not self.changes and not self.outputs

    @property
    def is_destructive(self) -> bool:
        """Whether something that exists goes away."""
        return any(change.is_destructive for change in self.changes)

    def of(self, action: Action) -> tuple[ResourceChange, ...]:
        """The resources with this action."""
        return tuple(change for change in self.changes if change.action is action)


def parse_plan(text: str | bytes) -> PlanSummary:
    """The plan that `terraform show -json` printed.

    Raises:
        AutomockError: it is not a plan, or one of a format that came after this version.
    """
    try:
        row = json.loads(text)
        version = row["format_version"].split(".")[0]
        if version == _SUPPORTED_FORMAT:
            return _plan(row)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AutomockError(
            "Terraform's plan cannot be read",
            f"`terraform show -json` printed something that is no plan ({type(error).__name__}: {error}).",
            "Plan again; if it happens again, look at terraform.log of the job.",
        ) from error
    raise AutomockError(
        "Terraform's plan cannot be read",
        f"Its format is {row['format_version']}; this version of automock-tui reads format 1.",
        "Upgrade automock-tui, or use an older Terraform.",
    )


def _plan(row: Mapping[str, Any]) -> PlanSummary:
    parts, outputs = row.get("resource_changes") or (), row.get("output_changes") or {}
    secrets = Secrets.of(part["change"] for part in (*parts, *({"change": one} for one in outputs.values())))
    every = [_resource_change(part, secrets) for part in parts]
    changes = [change for change in every if change.action not in _CHANGES_NOTHING]
    counts = NO_CHANGES
    for change in changes:
        counts = plus(counts, change.action.value)
    return PlanSummary(
        changes=tuple(sorted(changes, key=lambda change: (_ORDER.index(change.action), change.address))),
        outputs=tuple(_output_changes(outputs, secrets)),
        drift=tuple(_resource_change(part, secrets) for part in row.get("resource_drift") or ()),
        counts=counts,
        unchanged=sum(change.action is Action.NO_OP for change in every),
        terraform_version=row.get("terraform_version", ""),
    )


def _action(actions: Sequence[str]) -> Action:
    if len(actions) == 2 and set(actions) == {"delete", "create"}:
        return Action.REPLACE
    if actions == ["create", "forget"]:
        return Action.CREATE
    return Action(actions[0])


def _resource_change(part: Mapping[str, Any], secrets: Secrets) -> ResourceChange:
    change = part["change"]
    action = _action(change["actions"])
    reads = action is Action.READ or part.get("mode") == "data"
    return ResourceChange(
        address=part["address"],
        type=part["type"],
        name=part["name"],
        module=part.get("module_address", ""),
        action=Action.READ if reads else action,
        reason=part.get("action_reason", ""),
        attributes=() if reads else tuple(attribute_changes(change, secrets)),
    )


def _output_changes(parts: Mapping[str, Any], secrets: Secrets) -> Iterator[OutputChange]:
    for name, change in sorted(parts.items()):
        action = _action(change["actions"])
        if action is not Action.NO_OP:
            before, after = sides(change, secrets)
            yield OutputChange(name, action, shown(before), shown(after))
