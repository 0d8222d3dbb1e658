"""Views of a run's progress: resources by purpose, their spans on one time axis, and how long it should take.

What a run usually takes comes from earlier runs of the same stack: `past_run` turns a finished progress into
plain numbers that a caller keeps, `usually` and `usual_work` read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from automock_tui.domain.apply_progress import Progress, ResourceProgress, ResourceState


class Purpose(StrEnum):
    """What a resource is there for; the groups of the resource tree, in their order."""

    NETWORK = "network"
    LOAD_BALANCER = "load balancer"
    SERVICE = "service"
    SCALING = "scaling"
    OBSERVABILITY = "observability"
    DOMAIN = "domain"
    OTHER = "other"


_PREFIXES = (
    ("aws_route53", Purpose.DOMAIN),
    ("aws_acm", Purpose.DOMAIN),
    ("aws_vpc", Purpose.NETWORK),
    ("aws_subnet", Purpose.NETWORK),
    ("aws_internet_gateway", Purpose.NETWORK),
    ("aws_egress_only", Purpose.NETWORK),
    ("aws_nat_gateway", Purpose.NETWORK),
    ("aws_eip", Purpose.NETWORK),
    ("aws_route", Purpose.NETWORK),
    ("aws_main_route", Purpose.NETWORK),
    ("aws_security_group", Purpose.NETWORK),
    ("aws_network", Purpose.NETWORK),
    ("aws_default_", Purpose.NETWORK),
    ("aws_lb", Purpose.LOAD_BALANCER),
    ("aws_alb", Purpose.LOAD_BALANCER),
    ("aws_wafv2", Purpose.LOAD_BALANCER),
    ("aws_ecs", Purpose.SERVICE),
    ("aws_ecr", Purpose.SERVICE),
    ("aws_iam", Purpose.SERVICE),
    ("aws_s3", Purpose.SERVICE),
    ("aws_appautoscaling", Purpose.SCALING),
    ("aws_autoscaling", Purpose.SCALING),
    ("aws_cloudwatch_event", Purpose.OTHER),
    ("aws_cloudwatch", Purpose.OBSERVABILITY),
    ("aws_sns", Purpose.OBSERVABILITY),
)


def purpose_of(resource_type: str) -> Purpose:
    """The purpose of a resource by its Terraform type."""
    return next((purpose for prefix, purpose in _PREFIXES if resource_type.startswith(prefix)), Purpose.OTHER)


def by_purpose(progress: Progress) -> dict[Purpose, tuple[ResourceProgress, ...]]:
    """The resources in groups; groups in the order of `Purpose`, empty ones left out."""
    groups: dict[Purpose, list[ResourceProgress]] = {purpose: [] for purpose in Purpose}
    for one in progress.resources.values():
        groups[purpose_of(one.resource.type)].append(one)
    return {purpose: tuple(found) for purpose, found in groups.items() if found}


class Span(NamedTuple):
    """One resource on the run's time axis; seconds since the first change began."""

    address: str
    start: float
    end: float
    state: ResourceState

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


def timeline(progress: Progress, now: datetime) -> tuple[Span, ...]:
    """The span of each resource that has started, by start; those under way reach to now."""
    begun = [(one, one.started_at) for one in progress.resources.values() if one.started_at is not None]
    zero = min((at for _, at in begun), default=now)
    spans = []
    for one, at in begun:
        start = (at - zero).total_seconds()
        spans.append(Span(one.address, start, start + one.elapsed(now), one.state))
    return tuple(sorted(spans, key=lambda span: (span.start, span.address)))


def slowest(progress: Progress, count: int = 5) -> tuple[ResourceProgress, ...]:
    """The finished resources that took longest, longest first."""
    finished = [
        one for one in progress.resources.values() if one.state is ResourceState.DONE and one.finished_at
    ]
    return tuple(sorted(finished, key=_seconds, reverse=True)[:count])


def _seconds(one: ResourceProgress) -> float:
    return 0.0 if one.finished_at is None else one.elapsed(one.finished_at)


class PastRun(NamedTuple):
    """What a later run can learn from an earlier one, in seconds."""

    stages: Mapping[str, float]
    """How long each of its stages took."""
    resources: Mapping[str, float] = MappingProxyType({})
    """How long each change took, by the resource's address."""


def past_run(progress: Progress) -> PastRun:
    """The times of a run that went well; a change that was not done is left out."""
    done = {
        one.address: _seconds(one) for one in progress.resources.values() if one.state is ResourceState.DONE
    }
    took = {stage.name: stage.elapsed_seconds for stage in progress.stages.values() if stage.elapsed_seconds}
    return PastRun(took, done)


def usually(address: str, past: Sequence[PastRun]) -> float | None:
    """The median seconds that a change of this resource took in past runs; None where it never ran."""
    seen = [run.resources[address] for run in past if address in run.resources]
    return median(seen) if seen else None


def usual_work(past: Sequence[PastRun], *, after_review: bool | None) -> float | None:
    """The median seconds that past runs worked, a review's wait not counted; None where no past run tells.

    Args:
        past: Earlier runs of the same kind for the same project.
        after_review: Only the work after the review (True), only that before it (False), or both (None).
    """
    found = [
        sum(seconds for name, seconds in run.stages.items() if _counts(name, after_review)) for run in past
    ]
    worked = [seconds for seconds in found if seconds]
    return median(worked) if worked else None


def _counts(stage: str, after_review: bool | None) -> bool:
    return stage != "review" and after_review in (None, stage not in _BEFORE_REVIEW)


_BEFORE_REVIEW = ("init", "plan")
