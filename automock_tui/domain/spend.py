"""Money so far: what a running deployment has cost and costs now, for the status table.

Both are estimates at min tasks without traffic, from the stored options; the bill decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from automock_tui.domain.cost import CostLine, charge, rate
from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus
from automock_tui.domain.footprint import Footprint
from automock_tui.domain.money import at_least, hourly_money, money
from automock_tui.domain.prices import PriceBook
from automock_tui.domain.traffic import IDLE

_COSTING = frozenset({DeploymentStatus.DEPLOYED, DeploymentStatus.DESTROYING, DeploymentStatus.FAILED})
"""While these last, something exists that AWS bills."""


@dataclass(frozen=True, slots=True)
class Spend:
    """Dollars, always an estimate; `is_complete` is false when a part has no price."""

    amount: Decimal
    is_complete: bool

    def total_text(self) -> str:
        """The amount as a total: "$0.07", "at least $0.07"."""
        return at_least(money(self.amount), self.is_complete)

    def hourly_text(self) -> str:
        """The amount as a rate: "$0.0432/h"."""
        return at_least(hourly_money(self.amount), self.is_complete)


def accrued(
    metadata: DeploymentMetadata, now: datetime, prices: PriceBook, *, region: str = ""
) -> Spend | None:
    """What a deployment has cost since its stack was begun, until `now` or until it was destroyed.

    None when it was never up, is being deployed, or its options or region tell us nothing.

    Args:
        metadata: The deployment.
        now: The store's clock.
        prices: The price table.
        region: Where it is, for metadata that no longer says so (a destroyed deployment).
    """
    ended = metadata.destroyed_at if metadata.status is DeploymentStatus.DESTROYED else now
    if metadata.status not in {*_COSTING, DeploymentStatus.DESTROYED}:
        return None
    began = metadata.running_since or metadata.deployed_at
    if began is None or ended is None:
        return None
    life = max(ended, began) - began
    lines = _lines(metadata, prices, region, None)
    costs = [charge(x.item, x.price.amount, x.quantity_at_min, life).until_ttl for x in lines if x.price]
    return _spend((cost for cost in costs if cost is not None), lines)


def hourly(
    metadata: DeploymentMetadata, prices: PriceBook, *, tasks: int | None = None, region: str = ""
) -> Spend | None:
    """What a deployment costs per hour now; None when nothing of it is up or we cannot tell.

    Args:
        metadata: The deployment.
        prices: The price table.
        tasks: How many tasks run; its min_tasks when not known.
        region: Where it is, for metadata that does not say so yet.
    """
    if metadata.status not in _COSTING:
        return None
    lines = _lines(metadata, prices, region, tasks)
    return _spend((line.at_min.per_hour for line in lines if line.at_min), lines)


def total(spends: Iterable[Spend | None]) -> Spend:
    """The sum of those we can tell about (None is left out); complete when each of them is."""
    known = [spend for spend in spends if spend]
    return Spend(sum((x.amount for x in known), Decimal(0)), all(x.is_complete for x in known))


def _lines(metadata: DeploymentMetadata, prices: PriceBook, fallback: str, tasks: int | None) -> list[CostLine]:
    region = metadata.infrastructure.region or fallback
    if not prices.in_region(region):
        return []
    try:
        footprint = Footprint.of(metadata.options)
    except (ValueError, TypeError):
        return []
    return rate(footprint, footprint.min_tasks if tasks is None else tasks, region, IDLE, prices)


def _spend(amounts: Iterable[Decimal], lines: list[CostLine]) -> Spend | None:
    if not lines:
        return None
    return Spend(sum(amounts, Decimal(0)), all(line.priced for line in lines))
