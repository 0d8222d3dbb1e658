"""What a deployment's record says is to be done, and the changes of it that the janitor may make.

The same rules as the product's own (automock_tui/domain/deployment.py), which cannot be imported here: the
tests hold both together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

Record = dict[str, Any]

GO_ZERO_TIME = "0001-01-01T00:00:00Z"
OWNER_PREFIX = "janitor-"
"""How the job id of a teardown by a janitor begins: any other janitor may carry it on."""
ENFORCED_BY = "ttl_enforced_by"
"""The notice that says who ends a mock, where that is not the janitor."""
DELETING_PREFIX = "delete-"
"""How the job id of somebody who deletes the whole project begins."""
LOCK_LIFE = timedelta(hours=1)
"""A lock of Terraform's younger than this is taken for that of a run that lives; no apply takes as long."""
START_GRACE = timedelta(minutes=10)
"""How long a deploy may take from its first word to its lock: it may have to download the provider."""
WARNINGS = (60, 15)
"""Minutes before the end at which a mail goes out."""
REMEMBERED_WRITES = 128
_STATES = ("none", "deploying", "deployed", "destroying", "failed", "destroyed")
_INFRASTRUCTURE = (
    "cluster_name",
    "service_name",
    "alb_dns",
    "mockserver_url",
    "dashboard_url",
    "vpc_id",
    "region",
)


class Action(Enum):
    """What a pass does with a deployment."""

    NOTHING = "nothing"
    WARN = "warn"
    WAIT = "wait"
    SWEEP = "sweep"
    RECORD = "record"


def parse_instant(value: Any) -> datetime | None:
    """An RFC 3339 instant; Go's zero time and an empty text are None.

    Raises:
        ValueError: neither.
    """
    if value in (None, "") or str(value).startswith("0001-01-01T00:00:00"):
        return None
    at = datetime.fromisoformat(str(value))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def format_instant(at: datetime) -> str:
    """RFC 3339 in UTC with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def status(record: Record) -> str:
    """The deployment's status."""
    return str(record.get("deployment_status") or "none")


def is_of_region(record: Record, region: str) -> bool:
    """Whether its deployment is in this region, as far as its record tells.

    Not every S3 server says where a bucket is, and in the wrong region nothing is found, which proves nothing.
    """
    infrastructure = record.get("infrastructure")
    named = infrastructure.get("region") if isinstance(infrastructure, dict) else ""
    return named in (None, "", region)


def memory(record: Record) -> dict[str, Any]:
    """What the janitor noted about this deployment; a copy.

    What somebody else wrote there in another shape is left out: it must not keep a mock from its end.
    """
    notices = record.get("notices")
    found = notices.get("janitor") if isinstance(notices, dict) else None
    notes = found if isinstance(found, dict) else {}
    return {name: notes[name] for name, fits in _SHAPES.items() if fits(notes.get(name))}


def _is_instant(value: Any) -> bool:
    try:
        return parse_instant(value) is not None
    except ValueError:
        return False


def _is_count(value: Any) -> bool:
    """Whether it says in how many passes something was refused, when last, and why."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("passes"), int)
        and isinstance(value.get("why"), str)
        and _is_instant(value.get("at"))
    )


def _holds(kind: type, fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Of a list or an object all of whose values fit."""

    def holds(value: Any) -> bool:
        if not isinstance(value, kind):
            return False
        return all(map(fits, value.values() if isinstance(value, dict) else value))

    return holds


_SHAPES: dict[str, Callable[[Any], bool]] = {
    "warned": _holds(dict, _holds(list, lambda minutes: isinstance(minutes, int))),
    "failures": _holds(dict, _is_count),
    "deleted": _holds(list, lambda name: isinstance(name, str)),
    "owed": _holds(list, lambda what: isinstance(what, str)),
    "proof": lambda value: isinstance(value, dict),
    "began_at": _is_instant,
}


def remember(record: Record, notes: Mapping[str, Any]) -> Record:
    """The record with these notes of the janitor's."""
    notices = record.get("notices")
    kept = dict(notices) if isinstance(notices, dict) else {}
    return {**record, "notices": {**kept, "janitor": dict(notes)}}


def is_left_to_others(record: Record) -> bool:
    """Whether its record says, to all who look, that no janitor ends it."""
    notices = record.get("notices")
    return status(record) in ("deployed", "failed") and isinstance(notices, dict) and ENFORCED_BY in notices


def claimed(record: Record) -> Record:
    """The record that does not say so any more."""
    kept = {name: value for name, value in record["notices"].items() if name != ENFORCED_BY}
    return {**record, "notices": kept}


def decide(record: Record, now: datetime, *, locked_at: datetime | None, written_at: datetime) -> Action:
    """What to do, by the store's clock.

    Args:
        record: The deployment's record.
        now: The store's time.
        locked_at: Since when Terraform's state is locked, None where it is not.
        written_at: When the record was last written.

    Raises:
        ValueError: an instant in the record is none, or its status unknown.
    """
    state, expiry = status(record), parse_instant(record.get("ttl_expiry"))
    if state not in _STATES:
        raise ValueError(f"deployment_status is {state!r}")
    if state == "destroyed":
        return Action.RECORD if memory(record).get("owed") else Action.NOTHING
    if state == "none" or (expiry is None and not is_ours(record)):
        return Action.NOTHING
    if state == "destroying":
        return _decide_teardown(record, expiry, now, locked_at, written_at)
    if expiry is None or now < expiry:
        return Action.WARN if due_warnings(record, now) else Action.NOTHING
    if state == "deploying" and (_is_young(locked_at, now, LOCK_LIFE) or now - written_at < START_GRACE):
        return Action.WAIT
    return Action.SWEEP


def _decide_teardown(
    record: Record, expiry: datetime | None, now: datetime, locked_at: datetime | None, written_at: datetime
) -> Action:
    if is_ours(record):
        return Action.SWEEP
    if str(record.get("job_id") or "").startswith(DELETING_PREFIX) or expiry is None or now < expiry:
        return Action.NOTHING
    alive = _is_young(locked_at, now, LOCK_LIFE) or now - written_at < LOCK_LIFE
    return Action.WAIT if alive else Action.SWEEP


def is_ours(record: Record) -> bool:
    """Whether a janitor tears it down: this one or another, which may carry it on."""
    return status(record) == "destroying" and str(record.get("job_id") or "").startswith(OWNER_PREFIX)


def _is_young(at: datetime | None, now: datetime, life: timedelta) -> bool:
    return at is not None and now - at < life


def due_warnings(record: Record, now: datetime) -> list[int]:
    """The warnings, in minutes, whose time has come and that were not sent for this very expiry.

    A warning that was due before the deployment was up is none: its user has just chosen that end.
    """
    expiry = parse_instant(record.get("ttl_expiry"))
    if status(record) != "deployed" or expiry is None or now >= expiry:
        return []
    began = parse_instant(record.get("deployed_at"))
    life = expiry - began if began else timedelta.max
    sent = memory(record).get("warned", {}).get(format_instant(expiry), [])
    return [
        minutes
        for minutes in WARNINGS
        if expiry - now <= timedelta(minutes=minutes) < life and minutes not in sent
    ]


def warned(record: Record, minutes: list[int]) -> Record:
    """The record that remembers these warnings, and forgets those of an earlier expiry."""
    expiry = parse_instant(record.get("ttl_expiry"))
    if expiry is None:
        return record
    notes = memory(record)
    key = format_instant(expiry)
    sent = sorted({*notes.get("warned", {}).get(key, []), *minutes}, reverse=True)
    return remember(record, {**notes, "warned": {key: sent}})


def begin(record: Record, *, job_id: str, by: str, now: datetime) -> Record:
    """`destroying` in the janitor's name; a teardown of a janitor's that is under way keeps its job."""
    if is_ours(record):
        return record
    notes = {name: value for name, value in memory(record).items() if name in ("warned", "failures", "deleted")}
    notes |= {"began_at": memory(record).get("began_at") or format_instant(now)}
    return remember(
        {**record, "deployment_status": "destroying", "job_id": job_id, "updated_by": by, "failure": ""}, notes
    )


def finish(record: Record, *, by: str, now: datetime, proof: Mapping[str, Any]) -> Record:
    """`destroyed`, with its proof; the entry in the history is owed from then on."""
    notes = {"began_at": memory(record).get("began_at"), "proof": dict(proof), "owed": ["history"]}
    return remember(
        {
            **record,
            "deployment_status": "destroyed",
            "destroyed_at": format_instant(now),
            "ttl_expiry": GO_ZERO_TIME,
            "infrastructure": dict.fromkeys(_INFRASTRUCTURE, ""),
            "outputs": {},
            "updated_by": by,
            "failure": "",
        },
        notes,
    )


def give_up_for_now(record: Record, *, reason: str, by: str) -> Record:
    """`failed` with the reason: a user may destroy or deploy now, and the next pass tries again."""
    return {**record, "deployment_status": "failed", "failure": reason, "updated_by": by}


def settled(record: Record) -> Record:
    """The record with nothing owed."""
    notes = memory(record)
    notes.pop("owed", None)
    return remember(record, notes)
