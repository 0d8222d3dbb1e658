"""What to say beside an estimate: what is left out, and what would be cheaper."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from automock_tui.domain.footprint import Footprint
from automock_tui.domain.money import hourly_money, money
from automock_tui.domain.prices import Confidence, Item, PriceBook
from automock_tui.domain.traffic import Traffic

if TYPE_CHECKING:
    from automock_tui.domain.cost import CostLine

_STARTED_HOUR = {Item.ALB_HOUR, Item.LCU_HOUR, Item.NAT_HOUR, Item.PUBLIC_IPV4_HOUR}
_WORTH_SAYING = Decimal("0.25")
"""Share of the hourly total from which the cost of logs is worth a sentence."""

_ALWAYS_LEFT_OUT = (
    "tax",
    "free tier: nothing is deducted for it",
    "discounts: Savings Plans, private prices, credits",
    "the janitor and its runs (one per account and region)",
    "e-mail notices, reading logs and metrics, Terraform's own requests",
    "data between zones, and data out beyond 10 TB a month",
)


def not_included(footprint: Footprint) -> tuple[str, ...]:
    """What the estimate leaves out, one phrase each."""
    found = [*_ALWAYS_LEFT_OUT]
    if footprint.own_domain:
        found.append("the hosted zone itself, which is yours already")
    if footprint.nat_gateways:
        found.append("images pulled through the NAT gateway, once for each task that starts")
    if footprint.own_network:
        found.append("what your own VPC costs, its NAT gateways included")
    if footprint.insights_metrics:
        found.append("performance logs of Container Insights")
    return tuple(found)


def notes(
    footprint: Footprint,
    ttl: timedelta | None,
    region: str,
    traffic: Traffic,
    prices: PriceBook,
    lines: Sequence[CostLine],
) -> Iterator[str]:
    """What a user should know about this estimate, the most important first."""
    yield from _end(ttl, lines)
    yield from _missing(region, lines)
    yield from _capacity(footprint, traffic)
    yield from _logs(lines)
    yield from _network(footprint, region, prices)
    yield from _processor(footprint, region, prices)
    yield from _trust(lines)
    yield from prices.remarks


def _end(ttl: timedelta | None, lines: Sequence[CostLine]) -> Iterator[str]:
    if ttl is None:
        yield "No TTL: it runs, and costs, until somebody destroys it."
        return
    started = sum((x.at_min.per_hour for x in lines if x.at_min and x.item in _STARTED_HOUR), Decimal(0))
    if started:
        yield (
            "Setting up and tearing down take some minutes outside the TTL; they can begin one more "
            f"hour of what is billed by the started hour ({money(started)})."
        )


def _missing(region: str, lines: Sequence[CostLine]) -> Iterator[str]:
    parts = [line.part.value for line in lines if not line.priced]
    if parts:
        yield f"No price for {region}: {', '.join(parts)}. The totals leave them out."


def _capacity(footprint: Footprint, traffic: Traffic) -> Iterator[str]:
    per_minute = footprint.requests_per_task_per_minute
    needed = max(1, math.ceil(traffic.requests_per_second * 60 / per_minute))
    if needed > footprint.max_tasks:
        yield (
            f"{traffic.label} asks for {needed} tasks at {per_minute:,} requests per task and minute; "
            f"max_tasks is {footprint.max_tasks}."
        )
    elif needed > footprint.min_tasks:
        yield f"At {traffic.label} scaling would run about {needed} tasks."


def _logs(lines: Sequence[CostLine]) -> Iterator[str]:
    total = sum((line.at_min.per_hour for line in lines if line.at_min), Decimal(0))
    logs = sum((x.at_min.per_hour for x in lines if x.at_min and x.item is Item.LOGS_INGESTED_GB), Decimal(0))
    if logs > total * _WORTH_SAYING:
        yield (
            f"{hourly_money(logs)} of this is MockServer's log of every request; "
            "with log_level WARN it writes none."
        )


def _network(footprint: Footprint, region: str, prices: PriceBook) -> Iterator[str]:
    address = prices.find(Item.PUBLIC_IPV4_HOUR, region)
    gateway = prices.find(Item.NAT_HOUR, region)
    if not (address and gateway and address.amount):
        return
    tasks = (gateway.amount + address.amount) / address.amount
    if footprint.nat_gateways and footprint.max_tasks < tasks:
        yield f"Public subnets would be cheaper: a NAT gateway pays off above {tasks:.0f} tasks."
    if footprint.public_tasks and footprint.max_tasks > tasks:
        yield f"Private subnets with a NAT gateway would be cheaper above {tasks:.0f} tasks."


def _processor(footprint: Footprint, region: str, prices: PriceBook) -> Iterator[str]:
    pairs = (
        (footprint.size.cpu_units, Item.FARGATE_VCPU_HOUR, Item.FARGATE_ARM_VCPU_HOUR),
        (footprint.size.memory_mib, Item.FARGATE_GB_HOUR, Item.FARGATE_ARM_GB_HOUR),
    )
    saved = Decimal(0)
    for quantity, x86, arm in pairs:
        dear, cheap = prices.find(x86, region), prices.find(arm, region)
        if footprint.arm or dear is None or cheap is None:
            return
        saved += quantity * (dear.amount - cheap.amount) / 1024
    if saved > 0:
        yield f"ARM64 would save {hourly_money(saved)} a task, if the images run on it."


def _trust(lines: Sequence[CostLine]) -> Iterator[str]:
    soft = [x.part.value for x in lines if x.price and x.price.confidence is not Confidence.LIST]
    if soft:
        yield f"Not from AWS's own list: {', '.join(soft)}. Check with: automock-tui estimate --refresh-prices"
    for line in lines:
        if line.price and line.price.note:
            yield f"{line.part.value}: {line.price.note}"
