"""The estimate as text: one row per part, the totals, and what to know about them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from automock_tui.domain.cost import Cost, CostLine, Estimate
from automock_tui.domain.money import at_least, money
from automock_tui.ui.format import NOTHING, plural, shorten

COLUMN = 11
"""Characters of a column of money."""
_DETAIL_FROM = 76
"""Characters of the panel from which there is room for what each part consists of."""
NO_PRICE = "no price"


@dataclass(frozen=True)
class Row:
    """A line of the table: its name and its three amounts; `is_known` is false where there is no price."""

    name: str
    amounts: tuple[str, str, str]
    is_known: bool = True

    def text(self, width: int) -> str:
        """The line, in `width` characters; the amounts stand at the right."""
        amounts = "".join(amount.rjust(COLUMN) for amount in self.amounts)
        room = width - len(amounts)
        return shorten(self.name, room).ljust(room) + amounts


def heading(found: Estimate) -> Row:
    """What the columns are."""
    return Row("", ("per hour", "until TTL" if found.ttl else "no TTL", "a month"))


def rows(found: Estimate, width: int, *, at_max: bool) -> Iterator[Row]:
    """The parts, at the least or at the most tasks."""
    for line in found.lines:
        cost = line.at_max if at_max else line.at_min
        yield Row(_name(line, width), _amounts(cost), cost is not None)


def totals(found: Estimate) -> list[Row]:
    """The totals at the least and at the most tasks, one row if that is the same."""
    counts = {found.min_tasks: found.at_min, found.max_tasks: found.at_max}
    return [
        Row(at_least(f"at {plural(count, 'task')}", found.is_complete), _amounts(cost), cost is not None)
        for count, cost in counts.items()
    ]


def headline(found: Estimate) -> str:
    """The totals in one line, for where there is no room for the table."""
    if found.no_prices:
        return f"no prices for {found.region}"
    parts = []
    for count, cost in {found.min_tasks: found.at_min, found.max_tasks: found.at_max}.items():
        hour, until, month = _amounts(cost)
        parts.append(f"{plural(count, 'task')} {hour}/h, {until if found.ttl else month + ' a month'}")
    text = "  ·  ".join(parts) + (" until TTL" if found.ttl else "")
    return at_least(text, found.is_complete)


def title(found: Estimate) -> str:
    """Where and when the prices are from."""
    return f"{found.region} · prices of {found.dated}" if found.dated else found.region


def remarks(found: Estimate, *, is_free: bool) -> Iterator[str]:
    """What to know about the estimate, the most important first."""
    if is_free:
        yield "Costs nothing here: the sandbox is emulated. On AWS it would be this."
    if found.no_prices:
        yield f"{found.no_prices.message} {found.no_prices.hint}"
    yield from found.notes
    yield "Not included: " + "; ".join(found.not_included) + "."


def _name(line: CostLine, width: int) -> str:
    name = line.part.value
    return f"{name}  {line.detail}" if width >= _DETAIL_FROM else name


def _amounts(cost: Cost | None) -> tuple[str, str, str]:
    if cost is None:
        return "", "", NO_PRICE
    return money(cost.per_hour, 4), _until(cost.until_ttl), money(cost.per_month)


def _until(amount: Decimal | None) -> str:
    return NOTHING if amount is None else money(amount, 3)
