"""An estimate as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automock_tui.cli.output import print_data, print_table, say, warn
from automock_tui.domain.money import at_least, hourly_money, money

if TYPE_CHECKING:
    from decimal import Decimal

    from automock_tui.domain.cost import Cost, Estimate


def print_estimate(found: Estimate) -> None:
    """Every part, then the totals, then what is not in them."""
    dated = f", prices of {found.dated}" if found.dated else ""
    say(f"Estimate for {found.region} at {found.traffic.label}{dated}; free tier not deducted.")
    if found.no_prices:
        warn(f"{found.no_prices.message} {found.no_prices.hint}")
    rows = [(line.part.value, line.detail, *_cells(line.at_min, found)) for line in found.lines]
    for tasks, total in ((found.min_tasks, found.at_min), (found.max_tasks, found.at_max)):
        unit = "task" if tasks == 1 else "tasks"
        rows.append((f"Total at {tasks} {unit}", "", *_cells(total, found, total=True)))
    print_table(("PART", "", "AN HOUR", "UNTIL TTL", "A MONTH"), rows, right=(2, 3, 4))
    for note in found.notes:
        print_data(f"note: {note}")
    print_data("not included: " + "; ".join(found.not_included))


def print_totals(found: Estimate, *, emulated: bool) -> None:
    """One line of words: what the deployment will cost."""
    if found.at_min is None or found.at_max is None:
        if found.no_prices:
            say(f"Cost: {found.no_prices.message}")
        return
    low, high = (at_least(money(cost.per_hour), found.is_complete) for cost in (found.at_min, found.at_max))
    text = f"Cost: {low} to {high} an hour"
    if found.at_min.until_ttl is not None and found.at_max.until_ttl is not None:
        text += f", {money(found.at_min.until_ttl)} to {money(found.at_max.until_ttl)} until the TTL ends"
    say(text + (" on AWS; nothing in the sandbox." if emulated else "."))


def estimate_json(found: Estimate) -> dict[str, Any]:
    """The estimate as `estimate --json` prints it; amounts are decimal texts in USD."""
    return {
        "region": found.region,
        "traffic_requests_per_second": str(found.traffic.requests_per_second),
        "ttl_hours": found.ttl.total_seconds() / 3600 if found.ttl else None,
        "complete": found.is_complete and found.no_prices is None,
        "at_min": {"tasks": found.min_tasks, **_costs(found.at_min)},
        "at_max": {"tasks": found.max_tasks, **_costs(found.at_max)},
        "lines": [
            {
                "part": line.part.value,
                "detail": line.detail,
                "unit_price": str(line.price.amount) if line.price else None,
                "price_source": line.price.source if line.price else None,
                "price_date": line.price.as_of.isoformat() if line.price else None,
                "at_min": _costs(line.at_min),
                "at_max": _costs(line.at_max),
            }
            for line in found.lines
        ],
        "notes": list(found.notes),
        "not_included": list(found.not_included),
    }


def _costs(cost: Cost | None) -> dict[str, str | None]:
    return {
        "per_hour": str(cost.per_hour) if cost else None,
        "until_ttl": str(cost.until_ttl) if cost and cost.until_ttl is not None else None,
        "per_month": str(cost.per_month) if cost else None,
    }


def _cells(cost: Cost | None, found: Estimate, *, total: bool = False) -> tuple[str, str, str]:
    if cost is None:
        return "no price", "no price", "no price"
    complete = found.is_complete or not total
    return (
        at_least(hourly_money(cost.per_hour).removesuffix("/h"), complete),
        _or_dash(cost.until_ttl, complete),
        at_least(money(cost.per_month), complete),
    )


def _or_dash(amount: Decimal | None, complete: bool) -> str:
    return "–" if amount is None else at_least(money(amount), complete)
