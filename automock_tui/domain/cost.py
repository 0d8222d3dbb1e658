"""The estimate: what a deployment will cost, per part, per hour, until its TTL and per month.

Pure and instant: a form asks on every keystroke. All arithmetic is in Decimal, nothing is rounded before it is
shown. A part whose price nobody said is kept as a line without an amount, and the totals say "at least".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from automock_tui.domain.footprint import POLL_SECONDS, STORED_GIGABYTES, Footprint
from automock_tui.domain.prices import Item, Price, PriceBook
from automock_tui.domain.traffic import Traffic

if TYPE_CHECKING:
    from automock_tui.domain.options import DeploymentOptions

HOURS_PER_MONTH = Decimal(730)
"""AWS's month: 365 x 24 / 12 hours."""
_SHORTEST_TASK_HOURS = Decimal(1) / 60
"""Fargate bills by the second, one minute at least."""
_KILOBYTES_PER_GB = Decimal(1_000_000)

_FARGATE = {
    Item.FARGATE_VCPU_HOUR,
    Item.FARGATE_GB_HOUR,
    Item.FARGATE_ARM_VCPU_HOUR,
    Item.FARGATE_ARM_GB_HOUR,
}
_BY_STARTED_HOUR = {Item.ALB_HOUR, Item.LCU_HOUR, Item.NAT_HOUR, Item.PUBLIC_IPV4_HOUR}
_BY_MONTH = {Item.ALARM_MONTH, Item.METRIC_MONTH, Item.DASHBOARD_MONTH, Item.S3_GB_MONTH}


class Part(StrEnum):
    """What a line of the estimate is about; the value is its name on screen."""

    FARGATE_CPU = "Fargate vCPU"
    FARGATE_MEMORY = "Fargate memory"
    LOAD_BALANCER = "Load balancer"
    LOAD_BALANCER_UNITS = "Load balancer units"
    PUBLIC_IPV4 = "Public IPv4"
    NAT_GATEWAY = "NAT gateway"
    NAT_DATA = "NAT gateway data"
    LOGS_INGESTED = "Logs written"
    LOGS_STORED = "Logs kept"
    ALARMS = "Alarms"
    DASHBOARD = "Dashboard"
    INSIGHTS = "Container Insights"
    DNS = "Route 53 queries"
    S3_STORAGE = "S3 storage"
    S3_REQUESTS = "S3 requests"
    DATA_OUT = "Data out"


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars per hour, until the TTL ends (None without TTL), and per month of 730 hours."""

    per_hour: Decimal
    until_ttl: Decimal | None
    per_month: Decimal

    def __add__(self, other: Cost) -> Cost:
        return self._with(other, 1)

    def __sub__(self, other: Cost) -> Cost:
        return self._with(other, -1)

    def _with(self, other: Cost, sign: int) -> Cost:
        ends = self.until_ttl is not None and other.until_ttl is not None
        return Cost(
            self.per_hour + sign * other.per_hour,
            (self.until_ttl or Decimal(0)) + sign * (other.until_ttl or Decimal(0)) if ends else None,
            self.per_month + sign * other.per_month,
        )


@dataclass(frozen=True, slots=True)
class CostLine:
    """One part. Quantities are in units of the price's item per hour (per month for what is sold by the month)
    at min and at max tasks; costs are None where something is used that has no price in the region."""

    part: Part
    detail: str
    item: Item
    price: Price | None
    quantity_at_min: Decimal
    quantity_at_max: Decimal
    at_min: Cost | None
    at_max: Cost | None

    @property
    def priced(self) -> bool:
        """Whether we can say what this part costs; nothing used costs nothing, at any price."""
        return self.at_max is not None


@dataclass(frozen=True, slots=True)
class NoPrices:
    """Nothing is known about what things cost in a region; `hint` says what to do."""

    region: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a deployment will cost at min and at max tasks.

    The totals are None when the region has no prices at all (`no_prices` then says so), and "at least" when
    `is_complete` is false. `dated` is the day of the oldest price that was used.
    """

    region: str
    ttl: timedelta | None
    traffic: Traffic
    min_tasks: int
    max_tasks: int
    lines: tuple[CostLine, ...]
    at_min: Cost | None
    at_max: Cost | None
    no_prices: NoPrices | None
    notes: tuple[str, ...]
    not_included: tuple[str, ...]

    @property
    def missing(self) -> list[CostLine]:
        """The lines without a price, which the totals leave out."""
        return [line for line in self.lines if not line.priced]

    @property
    def is_complete(self) -> bool:
        """Whether every line has a price."""
        return not self.missing

    @property
    def dated(self) -> date | None:
        """The day of the oldest price used."""
        return min((line.price.as_of for line in self.lines if line.price), default=None)


@dataclass(frozen=True, slots=True)
class _Usage:
    part: Part
    item: Item
    detail: str
    quantity: Decimal


def estimate(
    options: DeploymentOptions, ttl: timedelta | None, region: str, traffic: Traffic, prices: PriceBook
) -> Estimate:
    """What a deployment with these options will cost.

    Args:
        options: What the user chose.
        ttl: How long it will live; None or zero for no end.
        region: The AWS region; only prices of this region are used.
        traffic: How much the mock is called.
        prices: The price table.
    """
    return estimate_footprint(Footprint.of(options.model_dump()), ttl, region, traffic, prices)


def estimate_footprint(
    footprint: Footprint, ttl: timedelta | None, region: str, traffic: Traffic, prices: PriceBook
) -> Estimate:
    """`estimate` for a footprint, such as that of stored options."""
    from automock_tui.domain import cost_notes

    ends = ttl or None
    lines = tuple(_lines(footprint, ends, region, traffic, prices))
    unknown = None if prices.in_region(region) else _no_prices(region, prices)
    return Estimate(
        region=region,
        ttl=ends,
        traffic=traffic,
        min_tasks=footprint.min_tasks,
        max_tasks=footprint.max_tasks,
        lines=lines,
        at_min=None if unknown else _sum((line.at_min for line in lines), ends),
        at_max=None if unknown else _sum((line.at_max for line in lines), ends),
        no_prices=unknown,
        notes=tuple(cost_notes.notes(footprint, ends, region, traffic, prices, lines)),
        not_included=cost_notes.not_included(footprint),
    )


def rate(footprint: Footprint, tasks: int, region: str, traffic: Traffic, prices: PriceBook) -> list[CostLine]:
    """The lines for a fixed number of running tasks, without an end."""
    usages = _usages(footprint, tasks, traffic, None)
    return [_line(usage, usage, None, region, prices) for usage in usages]


def charge(item: Item, amount: Decimal, quantity: Decimal, ttl: timedelta | None) -> Cost:
    """What a quantity costs at a price of `amount`, with the billing rule of its item.

    `quantity` is per hour, or at any time for what is sold by the month. Load balancer (LCUs too), NAT gateway
    and public addresses are billed by the started hour, Fargate by the second (at least a minute).
    """
    by_month = item in _BY_MONTH
    cost = amount * quantity
    until = None if ttl is None else cost * billed_hours(item, ttl) / (HOURS_PER_MONTH if by_month else 1)
    if by_month:
        return Cost(cost / HOURS_PER_MONTH, until, cost)
    return Cost(cost, until, cost * HOURS_PER_MONTH)


def billed_hours(item: Item, life: timedelta) -> Decimal:
    """The hours that AWS bills for something that lives for `life`."""
    hours = exact_hours(life)
    if item in _BY_STARTED_HOUR:
        return Decimal(math.ceil(hours))
    return max(hours, _SHORTEST_TASK_HOURS) if item in _FARGATE and hours else hours


def exact_hours(life: timedelta) -> Decimal:
    """A duration in hours, to the microsecond."""
    return Decimal(life // timedelta(microseconds=1)) / 3_600_000_000


def _lines(
    footprint: Footprint, ttl: timedelta | None, region: str, traffic: Traffic, prices: PriceBook
) -> Iterator[CostLine]:
    least = _usages(footprint, footprint.min_tasks, traffic, ttl)
    most = _usages(footprint, footprint.max_tasks, traffic, ttl)
    for low, high in zip(least, most, strict=True):
        yield _line(low, high, ttl, region, prices)


def _line(low: _Usage, high: _Usage, ttl: timedelta | None, region: str, prices: PriceBook) -> CostLine:
    price = prices.find(low.item, region)
    return CostLine(
        part=low.part,
        detail=low.detail if low.detail == high.detail else f"{low.detail} to {high.detail}",
        item=low.item,
        price=price,
        quantity_at_min=low.quantity,
        quantity_at_max=high.quantity,
        at_min=_cost(low, price, ttl),
        at_max=_cost(high, price, ttl),
    )


def _cost(usage: _Usage, price: Price | None, ttl: timedelta | None) -> Cost | None:
    if price is None and usage.quantity:
        return None
    return charge(usage.item, price.amount if price else Decimal(0), usage.quantity, ttl)


def _usages(footprint: Footprint, tasks: int, traffic: Traffic, ttl: timedelta | None) -> list[_Usage]:
    return [
        *_compute(footprint, tasks),
        *_network(footprint, tasks, traffic),
        *_logs(footprint, traffic, ttl),
        *_watching(footprint),
        *_storage(footprint, tasks, traffic),
    ]


def _compute(footprint: Footprint, tasks: int) -> Iterator[_Usage]:
    vcpu = Decimal(footprint.size.cpu_units) / 1024
    memory = Decimal(footprint.size.memory_mib) / 1024
    cpu_item = Item.FARGATE_ARM_VCPU_HOUR if footprint.arm else Item.FARGATE_VCPU_HOUR
    memory_item = Item.FARGATE_ARM_GB_HOUR if footprint.arm else Item.FARGATE_GB_HOUR
    yield _Usage(Part.FARGATE_CPU, cpu_item, f"{tasks} x {vcpu} vCPU", tasks * vcpu)
    yield _Usage(Part.FARGATE_MEMORY, memory_item, f"{tasks} x {memory} GB", tasks * memory)


def _network(footprint: Footprint, tasks: int, traffic: Traffic) -> Iterator[_Usage]:
    units = traffic.load_balancer_units(footprint.listener_rules)
    addresses = footprint.public_addresses(tasks)
    yield _Usage(Part.LOAD_BALANCER, Item.ALB_HOUR, "1 application load balancer", Decimal(1))
    yield _Usage(Part.LOAD_BALANCER_UNITS, Item.LCU_HOUR, f"{units:.2f} LCU at {traffic.label}", units)
    yield _Usage(Part.PUBLIC_IPV4, Item.PUBLIC_IPV4_HOUR, f"{addresses} addresses", Decimal(addresses))
    if footprint.nat_gateways:
        logs = _log_gigabytes(footprint, traffic)
        yield _Usage(Part.NAT_GATEWAY, Item.NAT_HOUR, "1 gateway", Decimal(footprint.nat_gateways))
        yield _Usage(Part.NAT_DATA, Item.NAT_GB, "logs on their way out", logs)
    sent = traffic.gigabytes_out_per_hour
    yield _Usage(Part.DATA_OUT, Item.DATA_OUT_GB, f"{traffic.response_kilobytes} kB a response", sent)


def _logs(footprint: Footprint, traffic: Traffic, ttl: timedelta | None) -> Iterator[_Usage]:
    written = _log_gigabytes(footprint, traffic)
    life = HOURS_PER_MONTH if ttl is None else exact_hours(ttl)  # the logs end with the deployment
    kept_months = min(Decimal(24 * footprint.log_retention_days), life) / HOURS_PER_MONTH
    each = footprint.log_kilobytes(traffic.response_kilobytes)
    kept = f"for {footprint.log_retention_days} days at most"
    yield _Usage(Part.LOGS_INGESTED, Item.LOGS_INGESTED_GB, f"{each} kB a request", written)
    yield _Usage(Part.LOGS_STORED, Item.LOGS_STORED_GB_MONTH, kept, written * kept_months)


def _watching(footprint: Footprint) -> Iterator[_Usage]:
    if footprint.alarms:
        alarms = footprint.alarms
        yield _Usage(Part.ALARMS, Item.ALARM_MONTH, f"{alarms} alarms, scaling's own included", Decimal(alarms))
    if footprint.dashboards:
        yield _Usage(Part.DASHBOARD, Item.DASHBOARD_MONTH, "1 dashboard", Decimal(1))
    if footprint.insights_metrics:
        metrics = footprint.insights_metrics
        yield _Usage(Part.INSIGHTS, Item.METRIC_MONTH, f"{metrics} metrics", Decimal(metrics))


def _storage(footprint: Footprint, tasks: int, traffic: Traffic) -> Iterator[_Usage]:
    if footprint.own_domain:
        millions = traffic.dns_queries_per_hour / 1_000_000
        yield _Usage(Part.DNS, Item.DNS_MILLION_QUERIES, "in a zone of your own", millions)
    yield _Usage(Part.S3_STORAGE, Item.S3_GB_MONTH, "state, expectations, versions", STORED_GIGABYTES)
    thousands = _polls(tasks) / 1000
    yield _Usage(Part.S3_REQUESTS, Item.S3_THOUSAND_GETS, f"a poll every {POLL_SECONDS} s a task", thousands)


def _polls(tasks: int) -> Decimal:
    return Decimal(3600 * tasks) / POLL_SECONDS


def _log_gigabytes(footprint: Footprint, traffic: Traffic) -> Decimal:
    each = footprint.log_kilobytes(traffic.response_kilobytes)
    return traffic.requests_per_hour * each / _KILOBYTES_PER_GB


def _sum(costs: Iterable[Cost | None], ttl: timedelta | None) -> Cost:
    total = Cost(Decimal(0), None if ttl is None else Decimal(0), Decimal(0))
    for cost in costs:
        total = total + cost if cost else total
    return total


def _no_prices(region: str, prices: PriceBook) -> NoPrices:
    return NoPrices(
        region,
        f"There is no price for {region}; known are {', '.join(prices.regions)}.",
        "Read the prices from AWS with: automock-tui estimate --refresh-prices",
    )
