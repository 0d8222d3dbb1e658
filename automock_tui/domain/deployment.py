"""A deployment: its options, its metadata, and the transitions between its states.

`DeploymentMetadata` is the document `deployment-metadata.json`. Its field names and meanings come from the Go
tool automock, whose files load here and which loads ours; fields that we do not know survive a read and write.
Every change is a pure function from one metadata to the next and takes `now` from its caller, because the clock
that counts is the store's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from automock_tui.domain.errors import InvalidInput, LostRace, NotFound

SCHEMA_VERSION = 1
MAX_TTL_HOURS = 168
"""The longest time that a deployment may be given, from now: seven days."""
MAX_TASKS = 200
GO_ZERO_TIME = "0001-01-01T00:00:00Z"
"""What Go's encoding/json writes for a time.Time that was never set."""
REMEMBERED_WRITES = 128
"""How many write nonces a document keeps. A writer whose answer was lost finds its nonce unless more writers
than this came in between."""


def _parse_instant(value: object) -> object:
    if value is None or value == "" or (isinstance(value, str) and value.startswith("0001-01-01T00:00:00")):
        return None
    return value


def _as_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def format_instant(value: datetime | None) -> str:
    """RFC 3339 in UTC with a Z, as Go's time.Time reads and writes it; None is Go's zero time."""
    if value is None:
        return GO_ZERO_TIME
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[
    datetime | None,
    BeforeValidator(_parse_instant),
    PlainSerializer(format_instant, return_type=str),
]


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


class InstanceSize(StrEnum):
    """Fargate sizes of one task; `cpu_units` are 1/1024 vCPU, `memory_mib` is MiB."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    XLARGE = "xlarge"

    @property
    def cpu_units(self) -> int:
        """CPU units of one task (1,024 = one vCPU)."""
        return {"small": 512, "medium": 1024, "large": 2048, "xlarge": 4096}[self.value]

    @property
    def memory_mib(self) -> int:
        """Memory of one task in MiB."""
        return {"small": 1024, "medium": 2048, "large": 4096, "xlarge": 8192}[self.value]


class NetworkMode(StrEnum):
    """Where the tasks live: public subnets, private ones behind a NAT gateway, or the user's own VPC."""

    PUBLIC = "public"
    PRIVATE = "private"
    EXISTING = "existing"


class CpuArchitecture(StrEnum):
    """The processor of the tasks; ARM64 is about a fifth cheaper."""

    X86_64 = "X86_64"
    ARM64 = "ARM64"


class DeploymentOptions(BaseModel):
    """What the user chose for one deployment: exactly the option variables of `terraform/mock/variables.tf`.

    A test holds names, types and defaults of the two together. The rules that Terraform checks at plan time are
    checked here too, so that a form or a command line can say it at once. Unknown keys survive.
    """

    model_config = ConfigDict(extra="allow", validate_assignment=True, defer_build=True)

    instance_size: InstanceSize = InstanceSize.SMALL
    min_tasks: int = Field(default=1, ge=1, le=MAX_TASKS)
    max_tasks: int = Field(default=3, ge=1, le=MAX_TASKS)
    cpu_architecture: CpuArchitecture = CpuArchitecture.X86_64
    custom_domain: str = ""
    hosted_zone_id: str = ""
    notification_email: str = ""
    network_mode: NetworkMode = NetworkMode.PUBLIC
    vpc_cidr: str = "10.42.0.0/16"
    vpc_id: str = ""
    public_subnet_ids: list[str] = Field(default_factory=list)
    private_subnet_ids: list[str] = Field(default_factory=list)
    allowed_cidrs: list[str] = Field(default_factory=lambda: ["0.0.0.0/0"])
    control_plane_cidrs: list[str] = Field(default_factory=list)
    mockserver_image: str = "mockserver/mockserver:8.0.0"
    sync_image: str = "public.ecr.aws/lambda/python:3.13"
    log_level: str = "INFO"
    log_retention_days: int = 7
    container_insights: bool = False
    cpu_target_percent: int = Field(default=70, ge=10, le=95)
    memory_target_percent: int = Field(default=80, ge=10, le=95)
    requests_per_task_per_minute: int = Field(default=6000, ge=1)
    scale_out_cooldown_seconds: int = Field(default=30, ge=0, le=3600)
    scale_in_cooldown_seconds: int = Field(default=180, ge=0, le=3600)
    health_check_grace_seconds: int = Field(default=120, ge=0, le=7200)
    deregistration_delay_seconds: int = Field(default=10, ge=0, le=3600)
    alarms: bool = True
    dashboard: bool = True
    wait_for_steady_state: bool = True

    @model_validator(mode="after")
    def _fit_together(self) -> DeploymentOptions:
        if self.max_tasks < self.min_tasks:
            raise ValueError(f"max_tasks ({self.max_tasks}) must be at least min_tasks ({self.min_tasks})")
        if self.custom_domain and not self.hosted_zone_id:
            raise ValueError("custom_domain needs hosted_zone_id, the Route 53 zone that holds the domain")
        if self.network_mode is NetworkMode.EXISTING and not (self.vpc_id and self.public_subnet_ids):
            raise ValueError("network_mode existing needs vpc_id and public_subnet_ids")
        return self

    def warnings(self) -> list[str]:
        """What is allowed but likely to be regretted, one sentence each."""
        found = []
        if self.max_tasks < 3 * self.min_tasks:
            found.append(
                f"max_tasks {self.max_tasks} is below 3 x min_tasks ({3 * self.min_tasks}): "
                "little room to scale when traffic comes"
            )
        if self.control_plane_cidrs and "0.0.0.0/0" in self.control_plane_cidrs:
            found.append("control_plane_cidrs allows everyone to rewrite the mock's expectations")
        return found


class Infrastructure(BaseModel):
    """Addresses and names of what Terraform made; empty where nothing is."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    cluster_name: str = ""
    service_name: str = ""
    alb_dns: str = ""
    mockserver_url: str = ""
    dashboard_url: str = ""
    vpc_id: str = ""
    region: str = ""


class DeploymentMetadata(BaseModel):
    """The document `deployment-metadata.json`.

    `ttl_hours` is the whole life in hours from `deployed_at`, rounded up (the Go tool has an int here);
    `ttl_expiry` is the exact instant it ends, None for no TTL. `generation` grows by one with each deploy.
    """

    model_config = ConfigDict(extra="allow", defer_build=True)

    schema_version: int = SCHEMA_VERSION
    project_name: str = ""
    deployment_status: DeploymentStatus = DeploymentStatus.NONE
    deployed_at: Instant = None
    destroyed_at: Instant = None
    ttl_hours: int = 0
    ttl_expiry: Instant = None
    infrastructure: Infrastructure = Field(default_factory=Infrastructure)
    options: dict[str, Any] = Field(default_factory=dict)
    outputs: dict[str, Any] = Field(default_factory=dict)
    generation: int = 0
    expectations_version: str = ""
    job_id: str = ""
    updated_by: str = ""
    failure: str = ""
    notices: dict[str, Any] = Field(default_factory=dict)
    recent_writes: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _instants_in_utc(self) -> DeploymentMetadata:
        self.deployed_at = _as_utc(self.deployed_at)
        self.destroyed_at = _as_utc(self.destroyed_at)
        self.ttl_expiry = _as_utc(self.ttl_expiry)
        return self

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
        InvalidInput: outside 0 to 168, or not a number.
    """
    value = float(hours)
    if not math.isfinite(value) or not 0 <= value <= MAX_TTL_HOURS:
        raise InvalidInput(
            "TTL out of range",
            f"ttl-hours is {hours}; it can be 0 (no end) to {MAX_TTL_HOURS}, fractions such as 0.5 allowed.",
            f"Give a number of hours from 0 to {MAX_TTL_HOURS}.",
        )
    return timedelta(hours=value)


def whole_hours(life: timedelta) -> int:
    """A duration in whole hours, rounded up, as `ttl_hours` stores it."""
    return math.ceil(round(life.total_seconds(), 3) / 3600)


def begin_deploy(
    metadata: DeploymentMetadata,
    *,
    ttl: timedelta,
    options: Mapping[str, Any],
    job_id: str,
    by: str,
    now: datetime,
    expectations_version: str,
) -> DeploymentMetadata:
    """`deploying`, with the TTL counted from now: written before Terraform touches anything.

    Raises:
        LostRace: a deploy or destroy is under way.
    """
    _guard(metadata, _DEPLOY_FROM, "deploy", job_id)
    return metadata.model_copy(
        update={
            "schema_version": SCHEMA_VERSION,
            "deployment_status": DeploymentStatus.DEPLOYING,
            "destroyed_at": None,
            "ttl_hours": whole_hours(ttl),
            "ttl_expiry": now + ttl if ttl else None,
            "options": dict(options),
            "generation": metadata.generation + 1,
            "expectations_version": expectations_version,
            "job_id": job_id,
            "updated_by": by,
            "failure": "",
            "notices": {},
        }
    )


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
    return metadata.model_copy(
        update={
            "deployment_status": DeploymentStatus.DEPLOYED,
            "deployed_at": now,
            "ttl_hours": whole_hours(ttl),
            "ttl_expiry": now + ttl if ttl else None,
            "outputs": dict(outputs),
            "infrastructure": infrastructure,
            "updated_by": by,
            "failure": "",
        }
    )


def fail(metadata: DeploymentMetadata, *, reason: str, job_id: str, by: str) -> DeploymentMetadata:
    """`failed` with the reason; whatever exists is still there and still costs, so the TTL stays.

    Raises:
        LostRace: the deployment no longer belongs to this job.
    """
    under_way = {DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING}
    _guard(metadata, under_way, "record the failure", job_id, owned=True)
    return metadata.model_copy(
        update={"deployment_status": DeploymentStatus.FAILED, "failure": reason, "updated_by": by}
    )


def extend(metadata: DeploymentMetadata, *, hours: float, by: str, now: datetime) -> DeploymentMetadata:
    """The TTL `hours` later, counted from the current expiry, or from now where that is past.

    Raises:
        InvalidInput: hours not above 0, or the new end more than 168 h away.
        NotFound: nothing is deployed, or it has no TTL.
        LostRace: the deployment is being deployed or torn down; says by whom.
    """
    added = check_ttl_hours(hours)
    if not added:
        raise InvalidInput("Nothing to extend by", "hours is 0.", "Give the hours to add, such as 2 or 0.5.")
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
    return metadata.model_copy(update={"ttl_expiry": expiry, "ttl_hours": whole_hours(life), "updated_by": by})


def begin_destroy(
    metadata: DeploymentMetadata, *, job_id: str, by: str, takes_over: str = ""
) -> DeploymentMetadata:
    """`destroying`. `takes_over` names the job whose teardown died and that this one carries on.

    Raises:
        NotFound: there is nothing to destroy.
        LostRace: somebody else is tearing it down.
    """
    if metadata.status in (DeploymentStatus.NONE, DeploymentStatus.DESTROYED):
        raise NotFound(
            f"{metadata.project_name} is not deployed",
            f"Its status is {metadata.status.value}: there is nothing to destroy.",
            "See what there is with: automock-tui status",
        )
    resumes = metadata.status is DeploymentStatus.DESTROYING and metadata.job_id in {job_id, takes_over}
    if not resumes:
        _guard(metadata, _DESTROY_FROM, "destroy", job_id)
    return metadata.model_copy(
        update={
            "deployment_status": DeploymentStatus.DESTROYING,
            "job_id": job_id,
            "updated_by": by,
            "failure": "",
        }
    )


def finish_destroy(metadata: DeploymentMetadata, *, job_id: str, by: str, now: datetime) -> DeploymentMetadata:
    """`destroyed`: nothing is left.

    Raises:
        LostRace: the deployment no longer belongs to this job.
    """
    _guard(metadata, {DeploymentStatus.DESTROYING}, "finish the destroy", job_id, owned=True)
    return metadata.model_copy(
        update={
            "deployment_status": DeploymentStatus.DESTROYED,
            "destroyed_at": now,
            "ttl_expiry": None,
            "infrastructure": Infrastructure(),
            "outputs": {},
            "updated_by": by,
            "failure": "",
        }
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
    seconds = int(remaining.total_seconds())
    if seconds <= 0:
        return "expired"
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes:02d}m"
    return f"{minutes}m {seconds:02d}s"
