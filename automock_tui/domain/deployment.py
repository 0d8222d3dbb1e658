"""A deployment: its options, its metadata, and the transitions between its states.

`DeploymentMetadata` is the document `deployment-metadata.json`. Its field names and meanings come from the Go
tool automock, whose files load here and which loads ours; fields that we do not know survive a read and write.
Every change is a pure function from one metadata to the next and takes `now` from its caller, because the clock
that counts is the store's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from automock_tui.domain.document import ARRAY, INSTANT, INTEGER, OBJECT, TEXT, Document, choice, nested, stored
from automock_tui.domain.errors import InvalidInput, LostRace, NotFound

SCHEMA_VERSION = 1
MAX_TTL_HOURS = 168
"""The longest time that a deployment may be given, from now: seven days."""
REMEMBERED_WRITES = 128
"""How many write nonces a document keeps. A writer whose answer was lost finds its nonce unless more writers
than this came in between."""


class DeploymentStatus(StrEnum):
    """Where a deployment is in its life."""

    NONE = "none"
    DEPLOYING = "deploying"
    DEPLOYED = "deployed"
    DESTROYING = "destroying"
    FAILED = "failed"
    DESTROYED = "destroyed"


_DEPLOY_FROM = {
    DeploymentStatus.NONE,
    DeploymentStatus.DEPLOYED,
    DeploymentStatus.FAILED,
    DeploymentStatus.DESTROYED,
}
_DESTROY_FROM = {DeploymentStatus.DEPLOYED, DeploymentStatus.DEPLOYING, DeploymentStatus.FAILED}


@dataclass(frozen=True, kw_only=True)
class Infrastructure(Document):
    """Addresses and names of what Terraform made; empty where nothing is."""

    cluster_name: str = stored(TEXT, "")
    service_name: str = stored(TEXT, "")
    alb_dns: str = stored(TEXT, "")
    mockserver_url: str = stored(TEXT, "")
    dashboard_url: str = stored(TEXT, "")
    vpc_id: str = stored(TEXT, "")
    region: str = stored(TEXT, "")


@dataclass(frozen=True, kw_only=True)
class DeploymentMetadata(Document):
    """The document `deployment-metadata.json`.

    `ttl_hours` is the whole life in hours from `deployed_at`, rounded up (the Go tool has an int here);
    `ttl_expiry` is the exact instant it ends, None for no TTL. `generation` grows by one with each deploy;
    `stack_generation` is the one that created what runs now, and what its resources are tagged with, so that a
    deploy over a running mock does not touch every tag. `running_since` is when its cost began.
    """

    schema_version: int = stored(INTEGER, SCHEMA_VERSION)
    project_name: str = stored(TEXT, "")
    deployment_status: DeploymentStatus = stored(choice(DeploymentStatus), DeploymentStatus.NONE)
    deployed_at: datetime | None = stored(INSTANT)
    destroyed_at: datetime | None = stored(INSTANT)
    running_since: datetime | None = stored(INSTANT)
    ttl_hours: int = stored(INTEGER, 0)
    ttl_expiry: datetime | None = stored(INSTANT)
    infrastructure: Infrastructure = stored(nested(Infrastructure), factory=Infrastructure)
    options: dict[str, Any] = stored(OBJECT, factory=dict)
    outputs: dict[str, Any] = stored(OBJECT, factory=dict)
    generation: int = stored(INTEGER, 0)
    stack_generation: int = stored(INTEGER, 0)
    expectations_version: str = stored(TEXT, "")
    job_id: str = stored(TEXT, "")
    updated_by: str = stored(TEXT, "")
    failure: str = stored(TEXT, "")
    notices: dict[str, Any] = stored(OBJECT, factory=dict)
    recent_writes: list[str] = stored(ARRAY, factory=list)

    @property
    def status(self) -> DeploymentStatus:
        """The deployment's status, by a shorter name."""
        return self.deployment_status

    @property
    def is_deployed(self) -> bool:
        """Whether a running mock should exist."""
        return self.deployment_status is DeploymentStatus.DEPLOYED

    def remaining(self, now: datetime) -> timedelta | None:
        """Time until the TTL ends, negative when it is over; None when there is no TTL."""
        return None if self.ttl_expiry is None else self.ttl_expiry - now


def check_ttl_hours(hours: Decimal | float | int) -> timedelta:
    """A TTL in hours (0 = none, fractions allowed) as a duration.

    Raises:
        InvalidInput: outside 0 to 168, not a number, or so little that it would count as 0, which is no end.
    """
    try:
        value = float(hours)
    except (OverflowError, ValueError):
        value = math.nan
    life = timedelta(hours=value) if 0 <= value <= MAX_TTL_HOURS else None
    if life is None or (value and not life):
        raise InvalidInput(
            "TTL out of range",
            f"ttl-hours is {hours}; it can be 0 (no end) to {MAX_TTL_HOURS}, fractions such as 0.5 allowed.",
            f"Give a number of hours from 0 to {MAX_TTL_HOURS}.",
        )
    return life


def whole_hours(life: timedelta) -> int:
    """A duration in whole hours, rounded up, as `ttl_hours` stores it; 0 only for none, as it means no end."""
    return max(math.ceil(round(life.total_seconds(), 3) / 3600), 1 if life > timedelta(0) else 0)


def begin_deploy(
    metadata: DeploymentMetadata,
    *,
    ttl: timedelta,
    options: Mapping[str, Any],
    job_id: str,
    by: str,
    now: datetime,
    expectations_version: str,
    takes_over: str = "",
) -> DeploymentMetadata:
    """`deploying`, with the TTL counted from now: written before Terraform touches anything.

    `takes_over` names the job whose deploy died and that this one carries on.

    Raises:
        LostRace: a deploy or destroy is under way.
    """
    resumes = metadata.status is DeploymentStatus.DEPLOYING and metadata.job_id in {job_id, takes_over}
    if not resumes:
        _guard(metadata, _DEPLOY_FROM, "deploy", job_id)
    generation = metadata.generation + 1
    return replace(
        metadata,
        schema_version=SCHEMA_VERSION,
        deployment_status=DeploymentStatus.DEPLOYING,
        destroyed_at=None,
        ttl_hours=whole_hours(ttl),
        ttl_expiry=now + ttl if ttl else None,
        options=dict(options),
        generation=generation,
        stack_generation=stack_generation_of_next(metadata),
        running_since=now if _is_gone(metadata) else metadata.running_since or metadata.deployed_at,
        deployed_at=None if _is_gone(metadata) else metadata.deployed_at,
        expectations_version=expectations_version,
        job_id=job_id,
        updated_by=by,
        failure="",
        notices={},
    )


def _is_gone(metadata: DeploymentMetadata) -> bool:
    return metadata.status in (DeploymentStatus.NONE, DeploymentStatus.DESTROYED)


def stack_generation_of_next(metadata: DeploymentMetadata) -> int:
    """The generation that the next deploy tags its resources with: a running stack keeps its own."""
    if _is_gone(metadata) or not metadata.stack_generation:
        return metadata.generation + 1
    return metadata.stack_generation


def finish_deploy(
    metadata: DeploymentMetadata,
    *,
    ttl: timedelta,
    outputs: Mapping[str, Any],
    infrastructure: Infrastructure,
    job_id: str,
    by: str,
    now: datetime,
) -> DeploymentMetadata:
    """`deployed`; the TTL starts when the mock is up, so its user gets all of it.

    Raises:
        LostRace: the deployment no longer belongs to this job.
    """
    _guard(metadata, {DeploymentStatus.DEPLOYING}, "finish the deploy", job_id, owned=True)
    return replace(
        metadata,
        deployment_status=DeploymentStatus.DEPLOYED,
        deployed_at=now,
        ttl_hours=whole_hours(ttl),
        ttl_expiry=now + ttl if ttl else None,
        outputs=dict(outputs),
        infrastructure=infrastructure,
        updated_by=by,
        failure="",
    )


def fail(metadata: DeploymentMetadata, *, reason: str, job_id: str, by: str) -> DeploymentMetadata:
    """`failed` with the reason; whatever exists is still there and still costs, so the TTL stays.

    Raises:
        LostRace: the deployment no longer belongs to this job.
    """
    under_way = {DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING}
    _guard(metadata, under_way, "record the failure", job_id, owned=True)
    return replace(metadata, deployment_status=DeploymentStatus.FAILED, failure=reason, updated_by=by)


def _hours_to_add(hours: float) -> timedelta:
    try:
        added = check_ttl_hours(hours)
    except InvalidInput:
        added = timedelta(0)
    if not added:
        raise InvalidInput(
            "Nothing to extend by" if hours == 0 else "Cannot extend by that",
            f"The hours to add are {hours:g}; they can be more than 0, up to {MAX_TTL_HOURS}.",
            "Give the hours to add, such as 2 or 0.5.",
        )
    return added


def extend(metadata: DeploymentMetadata, *, hours: float, by: str, now: datetime) -> DeploymentMetadata:
    """The TTL `hours` later, counted from the current expiry, or from now where that is past.

    Raises:
        InvalidInput: hours not above 0, or the new end more than 168 h away.
        NotFound: nothing is deployed, or it has no TTL.
        LostRace: the deployment is being deployed or torn down; says by whom.
    """
    added = _hours_to_add(hours)
    if metadata.status in (DeploymentStatus.NONE, DeploymentStatus.DESTROYED):
        raise NotFound(
            f"{metadata.project_name} is not deployed", "Only a running mock has a TTL.", "Deploy it first."
        )
    _guard(metadata, {DeploymentStatus.DEPLOYED}, "extend", job_id="")
    if metadata.ttl_expiry is None:
        raise NotFound(
            f"{metadata.project_name} has no TTL",
            "It was deployed with --ttl-hours 0.",
            "Destroy it by hand.",
        )
    expiry = max(metadata.ttl_expiry, now) + added
    if expiry - now > timedelta(hours=MAX_TTL_HOURS):
        raise InvalidInput(
            "TTL out of range",
            f"That would end {whole_hours(expiry - now)} h from now; the limit is {MAX_TTL_HOURS} h.",
            "Extend by less, and again later.",
        )
    life = expiry - (metadata.deployed_at or now)
    return replace(metadata, ttl_expiry=expiry, ttl_hours=whole_hours(life), updated_by=by)


def begin_destroy(
    metadata: DeploymentMetadata, *, job_id: str, by: str, takes_over: str = ""
) -> DeploymentMetadata:
    """`destroying`. `takes_over` names the job whose teardown or deploy died, and whose place this one takes.

    Raises:
        NotFound: there is nothing to destroy.
        LostRace: somebody else is tearing it down.
    """
    if metadata.status in (DeploymentStatus.NONE, DeploymentStatus.DESTROYED):
        raise NotFound(
            f"{metadata.project_name} is not deployed",
            "There is nothing to destroy.",
            "See what there is with: automock-tui status",
        )
    resumes = metadata.status is DeploymentStatus.DESTROYING and metadata.job_id in {job_id, takes_over}
    if not resumes:
        overtaken = metadata.status is DeploymentStatus.DEPLOYING and takes_over not in ("", metadata.job_id)
        _guard(metadata, _DESTROY_FROM, "destroy", takes_over if overtaken else job_id, owned=overtaken)
    return replace(
        metadata,
        deployment_status=DeploymentStatus.DESTROYING,
        job_id=job_id,
        updated_by=by,
        failure="",
    )


def finish_destroy(metadata: DeploymentMetadata, *, job_id: str, by: str, now: datetime) -> DeploymentMetadata:
    """`destroyed`: nothing is left.

    Raises:
        LostRace: the deployment no longer belongs to this job.
    """
    _guard(metadata, {DeploymentStatus.DESTROYING}, "finish the destroy", job_id, owned=True)
    return replace(
        metadata,
        deployment_status=DeploymentStatus.DESTROYED,
        destroyed_at=now,
        ttl_expiry=None,
        infrastructure=Infrastructure(),
        outputs={},
        updated_by=by,
        failure="",
    )


def _guard(
    metadata: DeploymentMetadata,
    allowed: set[DeploymentStatus],
    verb: str,
    job_id: str,
    *,
    owned: bool = False,
) -> None:
    mine = metadata.job_id == job_id
    if metadata.status in allowed and (mine or not owned):
        return
    holder = metadata.updated_by or "somebody"
    raise LostRace(
        f"Cannot {verb} {metadata.project_name}: it is {metadata.status.value}",
        f"{holder} came first (job {metadata.job_id or 'unknown'}, generation {metadata.generation}).",
        "Look at it with: automock-tui status --project " + (metadata.project_name or "NAME"),
    )


class Urgency(StrEnum):
    """How close a TTL is to its end; colours and words follow from it."""

    NONE = "none"
    CALM = "calm"
    SOON = "soon"
    CRITICAL = "critical"
    EXPIRED = "expired"


def urgency(remaining: timedelta | None) -> Urgency:
    """The band of a remaining time: over 1 h, under 1 h, under 15 min, over."""
    if remaining is None:
        return Urgency.NONE
    if remaining <= timedelta(0):
        return Urgency.EXPIRED
    if remaining < timedelta(minutes=15):
        return Urgency.CRITICAL
    if remaining < timedelta(hours=1):
        return Urgency.SOON
    return Urgency.CALM


def format_remaining(remaining: timedelta | None) -> str:
    """A countdown for people: `3d 4h`, `1h 42m`, `9m 41s`, `expired`, or an en dash for no TTL."""
    if remaining is None:
        return "–"
    if remaining <= timedelta(0):
        return "expired"
    seconds = int(remaining.total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes:02d}m"
    return f"{minutes}m {seconds:02d}s"
