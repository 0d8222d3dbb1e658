"""Views of a run's progress: resources by purpose, their spans on one time axis, and how long it should take.

What a run is expected to take comes from earlier runs of the same stack: `past_run` turns a finished progress
into plain numbers that a caller keeps, `usually` and `expected_seconds` read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from statistics import median
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


PastRun = Mapping[str, tuple[float, float]]
"""When each resource began and ended in an earlier run, in seconds since its first change began."""


def past_run(progress: Progress) -> dict[str, tuple[float, float]]:
    """What a later run can learn from this one: the spans of the resources that were done."""
    if progress.last_at is None:
        return {}
    spans = timeline(progress, progress.last_at)
    return {span.address: (span.start, span.end) for span in spans if span.state is ResourceState.DONE}


def usually(address: str, past: Sequence[PastRun]) -> float | None:
    """The median seconds that this resource took in past runs; None where it never ran."""
    seen = [run[address][1] - run[address][0] for run in past if address in run]
    return median(seen) if seen else None


def expected_seconds(progress: Progress, past: Sequence[PastRun], now: datetime) -> float | None:
    """Seconds that are left if this run goes as the past ones did, each late start and overrun included.

    None where the past says nothing about what is left.
    """
    spans = timeline(progress, now)
    starts, ends = _usual_offsets(past)
    left = [end for address, end in ends.items() if _is_open(progress, address)]
    if not left:
        return None
    clock = max((span.end for span in spans), default=0.0)
    late = median([span.start - starts[span.address] for span in spans if span.address in starts] or [0.0])
    overrun = max((span.end - ends[span.address] for span in _open(progress, spans, ends)), default=late)
    return max(0.0, max(left) + max(late, overrun) - clock)


def _usual_offsets(past: Sequence[PastRun]) -> tuple[dict[str, float], dict[str, float]]:
    addresses = {address for run in past for address in run}
    starts = {name: median([run[name][0] for run in past if name in run]) for name in addresses}
    ends = {name: median([run[name][1] for run in past if name in run]) for name in addresses}
    return starts, ends


def _is_open(progress: Progress, address: str) -> bool:
    found = progress.resources.get(address)
    return found is not None and not found.is_settled


def _open(progress: Progress, spans: Sequence[Span], ends: Mapping[str, float]) -> list[Span]:
    return [span for span in spans if span.address in ends and _is_open(progress, span.address)]
