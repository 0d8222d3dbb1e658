"""A plan as text and as JSON."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.output import print_data, say
from automock_tui.domain.errors import AutomockError

if TYPE_CHECKING:
    from collections.abc import Callable

    from automock_tui.domain.plan import PlanSummary
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job

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


def apply_reviewed(workspace: Workspace, job: Job, *, agreed: Callable[[], bool] = lambda: True) -> Job:
    """Show the plan of a job that waits for its review, ask, and follow it to its end.

    Args:
        workspace: Where it runs.
        job: The job; one that does not wait is over already.
        agreed: What else has to be agreed on, asked before the plan.

    Raises:
        AutomockError: the plan was not confirmed; nothing was changed.
    """
    from automock_tui.cli.follow import follow_job
    from automock_tui.operations.deploy import confirm, discard, plan_of

    if job.status.value != "planned":
        return job
    print_plan(plan_of(workspace, job.id))
    if not (agreed() and _agreed("Apply this plan?")):
        discard(workspace, job.id)
        raise AutomockError("Not deployed", "The plan was not confirmed; nothing was changed.")
    return follow_job(workspace, confirm(workspace, job.id))


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        say("Add --yes to apply the plan without being asked.")
        return False
    return click.confirm(question, err=True)
