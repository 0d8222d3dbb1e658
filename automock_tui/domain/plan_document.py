"""A reviewed plan as a document: what a job keeps of its plan, with every secret already masked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from automock_tui.domain.plan import Action, OutputChange, PlanSummary, ResourceChange
from automock_tui.domain.plan_values import AttributeChange
from automock_tui.domain.progress_parts import Counts


def plan_to_json(plan: PlanSummary) -> str:
    """The plan as JSON text; `plan_from_json` reads it back."""
    return json.dumps(asdict(plan) | {"counts": list(plan.counts)}, indent=2)


def plan_from_json(text: str | bytes) -> PlanSummary:
    """The plan that `plan_to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: it did not.
    """
    row = json.loads(text)
    return PlanSummary(
        changes=tuple(_change(part) for part in row["changes"]),
        outputs=tuple(
            OutputChange(part["name"], Action(part["action"]), part["before"], part["after"])
            for part in row["outputs"]
        ),
        drift=tuple(_change(part) for part in row["drift"]),
        counts=Counts(*row["counts"]),
        unchanged=row["unchanged"],
        terraform_version=row["terraform_version"],
    )


def _change(part: Mapping[str, Any]) -> ResourceChange:
    attributes = tuple(AttributeChange(**one) for one in part["attributes"])
    return ResourceChange(**{**part, "action": Action(part["action"]), "attributes": attributes})
