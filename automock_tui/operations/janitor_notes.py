"""What a deployment's record tells of the janitor's work, in one sentence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.document import format_instant, parse_instant

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata

ENFORCED_BY = "ttl_enforced_by"
"""The notice in a deployment's record that says who ends it, where that is not the janitor."""
REAP = "reap"
JANITOR_PREFIX = "janitor-"
"""How the job id of a teardown by a janitor begins."""


def note_of_the_end(metadata: DeploymentMetadata) -> str:
    """The warning, the teardown, the proof, or that nobody sees to the end; empty where there is none."""
    match metadata.status:
        case DeploymentStatus.DESTROYED:
            return _proof(metadata)
        case DeploymentStatus.DESTROYING if metadata.job_id.startswith(JANITOR_PREFIX):
            return "its time is over: the janitor takes it down"
        case DeploymentStatus.DEPLOYED | DeploymentStatus.DEPLOYING if metadata.ttl_expiry:
            return _warning(metadata) or _alone(metadata)
    return ""


def warned_minutes(metadata: DeploymentMetadata) -> int:
    """The last warning before the end that it has now, in minutes; 0 for none."""
    if metadata.ttl_expiry is None:
        return 0
    sent = _object(_memory(metadata).get("warned")).get(format_instant(metadata.ttl_expiry))
    minutes = [one for one in sent if isinstance(one, int)] if isinstance(sent, list) else []
    return min(minutes, default=0)


def _warning(metadata: DeploymentMetadata) -> str:
    minutes = warned_minutes(metadata)
    return f"warned {minutes} minutes before its end; extend it to keep it" if minutes else ""


def _alone(metadata: DeploymentMetadata) -> str:
    if metadata.notices.get(ENFORCED_BY) != REAP:
        return ""
    return "no janitor ends it: run `automock-tui reap` when its time is over"


def _proof(metadata: DeploymentMetadata) -> str:
    proof = _object(_memory(metadata).get("proof"))
    checked = _instant(proof.get("checked_at"))
    if checked is None:
        return ""
    by = metadata.updated_by or "the janitor"
    deleted, left = proof.get("deleted_count", 0), proof.get("left", 0)
    return f"destroyed by {by}: {deleted} deleted, {left} left, checked at {checked:%Y-%m-%d %H:%M:%S} UTC"


def _memory(metadata: DeploymentMetadata) -> dict[str, Any]:
    return _object(metadata.notices.get("janitor"))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _instant(value: Any) -> datetime | None:
    try:
        return parse_instant(value)
    except (TypeError, ValueError):
        return None  # written by somebody else; the status is true all the same
