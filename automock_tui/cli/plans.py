"""A plan as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from automock_tui.cli.output import print_data

if TYPE_CHECKING:
    from automock_tui.domain.plan import PlanSummary

_SIGNS = {"delete": "-", "replace": "±", "update": "~", "create": "+", "forget": "×"}


def print_plan(plan: PlanSummary) -> None:
    """What Terraform intends, destroys first; `No changes.` for an empty plan."""
    if plan.is_empty:
        print_data("No changes. What runs is what these options ask for.")
        return
    for change in plan.changes:
        print_data(f"  {_SIGNS.get(change.action.value, '?')} {change.address}")
        for attribute in change.attributes if change.action.value != "create" else ():
            print_data(f"      {attribute.path}: {attribute.before} → {attribute.after}")
    counts = plan.counts
    print_data(f"Plan: {counts.add} to add, {counts.change} to change, {counts.remove} to destroy.")


def plan_json(plan: PlanSummary) -> dict[str, Any]:
    """The plan as `deploy --plan-only --json` prints it."""
    return {
        "changes": [asdict(change) for change in plan.changes],
        "add": plan.counts.add,
        "change": plan.counts.change,
        "remove": plan.counts.remove,
        "no_changes": plan.is_empty,
    }
