"""The options of a deployment, as the user chooses them: the model behind the form and the flags."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from automock_tui.domain import option_rules as rules
from automock_tui.domain.task_sizes import TASK_SIZES

MAX_TASKS = 200
LOAD_BALANCER_SUBNETS = 2
"""A load balancer needs two availability zones."""


class InstanceSize(StrEnum):
    """Fargate sizes of one task; `cpu_units` are 1/1024 vCPU, `memory_mib` is MiB."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    XLARGE = "xlarge"

    @property
    def cpu_units(self) -> int:
        """CPU units of one task (1,024 = one vCPU)."""
        return TASK_SIZES[self.value].cpu_units

    @property
    def memory_mib(self) -> int:
        """Memory of one task in MiB."""
        return TASK_SIZES[self.value].memory_mib


class NetworkMode(StrEnum):
    """Where the tasks live: public subnets, private ones behind a NAT gateway, or the user's own VPC."""

    PUBLIC = "public"
    PRIVATE = "private"
    EXISTING = "existing"


class CpuArchitecture(StrEnum):
    """The processor of the tasks; ARM64 is about a fifth cheaper."""

    X86_64 = "X86_64"
    ARM64 = "ARM64"


class LogLevel(StrEnum):
    """How much MockServer logs; INFO writes every request and response."""

    TRACE = "TRACE"
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"
    OFF = "OFF"


Cidrs = Annotated[list[str], AfterValidator(rules.each(rules.cidr))]
Subnets = Annotated[list[str], AfterValidator(rules.each(rules.subnet))]
Image = Annotated[str, AfterValidator(rules.image)]
RetentionDays = Annotated[int, AfterValidator(rules.one_of(*rules.LOG_RETENTION_DAYS))]


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
    custom_domain: Annotated[str, AfterValidator(rules.optional(rules.domain))] = ""
    hosted_zone_id: Annotated[str, AfterValidator(rules.optional(rules.hosted_zone))] = ""
    notification_email: Annotated[str, AfterValidator(rules.optional(rules.email))] = ""
    network_mode: NetworkMode = NetworkMode.PUBLIC
    vpc_cidr: Annotated[str, AfterValidator(rules.vpc_cidr)] = "10.42.0.0/16"
    vpc_id: Annotated[str, AfterValidator(rules.optional(rules.vpc))] = ""
    public_subnet_ids: Subnets = Field(default_factory=list)
    private_subnet_ids: Subnets = Field(default_factory=list)
    allowed_cidrs: Cidrs = Field(
        default_factory=lambda: ["0.0.0.0/0"], min_length=1, max_length=rules.MAX_CIDRS
    )
    control_plane_cidrs: Cidrs = Field(default_factory=list, max_length=rules.MAX_CIDRS)
    mockserver_image: Image = "mockserver/mockserver:8.0.0"
    sync_image: Image = "public.ecr.aws/lambda/python:3.13"
    log_level: LogLevel = LogLevel.WARN
    log_retention_days: RetentionDays = 7
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
        if len({*self.allowed_cidrs, *self.control_plane_cidrs}) > rules.MAX_CIDRS:
            raise ValueError(
                f"allowed_cidrs and control_plane_cidrs together can hold {rules.MAX_CIDRS} ranges"
            )
        self._check_network()
        return self

    def _check_network(self) -> None:
        if self.network_mode is NetworkMode.EXISTING:
            if not self.vpc_id or len(self.public_subnet_ids) < LOAD_BALANCER_SUBNETS:
                raise ValueError(
                    "network_mode existing needs vpc_id and at least two public_subnet_ids, because a load "
                    "balancer spans two zones"
                )
            return
        room = rules.task_addresses(self.vpc_cidr)
        if 2 * self.max_tasks > room:
            raise ValueError(
                f"vpc_cidr {self.vpc_cidr} leaves {room} addresses for tasks, and max_tasks {self.max_tasks} "
                "needs twice as many while a new version rolls out; choose a larger range, such as a /16"
            )

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
