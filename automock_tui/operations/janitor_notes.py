"""What a deployment's record tells of the janitor's work, in one sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
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
NOBODY = "no janitor ends it: `automock-tui reap` does"
OVERDUE = timedelta(minutes=15)
"""So long after its end a mock is there only if nothing ends it: three passes of the janitor."""
_ALIVE = (DeploymentStatus.DEPLOYED, DeploymentStatus.DEPLOYING, DeploymentStatus.FAILED)


def note_of_the_end(metadata: DeploymentMetadata, now: datetime, *, pace: float = 1.0, here: str = "") -> str:
    """The warning, the teardown, the proof, or that nobody sees to the end; empty where there is none.

    Args:
        metadata: The deployment's record.
        now: The store's time.
        pace: How many of the store's seconds pass in one of the world's.
        here: The region that the workspace asks.
    """
    match metadata.status:
        case DeploymentStatus.DESTROYED:
            return _proof(metadata)
        case DeploymentStatus.DESTROYING if is_janitors(metadata):
            return "its time is over: the janitor takes it down"
        case DeploymentStatus.DEPLOYED if (late := overdue(metadata, now, pace)) is not None:
            command = f"automock-tui{_region_option(metadata, here)} reap"
            return f"its time was over {took(late)} ago, and nothing has ended it: run `{command}`"
        case DeploymentStatus.DEPLOYED | DeploymentStatus.DEPLOYING:
            return "; ".join(filter(None, (_warning(metadata), note_of_nobody(metadata))))
    return ""


def is_elsewhere(metadata: DeploymentMetadata, here: str) -> bool:
    """Whether it is deployed in another region than the one that is asked."""
    return metadata.infrastructure.region not in ("", here)


def _region_option(metadata: DeploymentMetadata, here: str) -> str:
    return f" --region {metadata.infrastructure.region}" if is_elsewhere(metadata, here) else ""


def note_of_nobody(metadata: DeploymentMetadata) -> str:
    """That no janitor ends it, where something runs, has an end, and the user chose so; else empty."""
    chosen = metadata.notices.get(ENFORCED_BY) == REAP
    return NOBODY if chosen and metadata.ttl_expiry and metadata.status in _ALIVE else ""


def overdue(metadata: DeploymentMetadata, now: datetime, pace: float = 1.0) -> timedelta | None:
    """Since when a mock should have been gone; None while its end may still be seen to."""
    left = metadata.remaining(now)
    if left is None or not metadata.is_deployed or -left <= OVERDUE * max(pace, 1.0):
        return None
    return -left


def is_janitors(metadata: DeploymentMetadata) -> bool:
    """Whether a janitor, or `reap`, tears it down, or was the last to try."""
    return metadata.job_id.startswith(JANITOR_PREFIX)


def took(age: timedelta) -> str:
    """An age in its largest unit."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{age.days} days"


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
