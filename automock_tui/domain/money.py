"""Dollars as text: fixed decimals, and never a cost that reads as nothing."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_CENTS_ENOUGH = Decimal("0.10")
"""From here on an hour is written in whole cents; a small mock costs less and needs more decimals."""


def money(amount: Decimal, places: int = 2) -> str:
    """An amount such as "$0.07" or "$1,234.50"; less than the last decimal is "< $0.01", nothing is "$0.00"."""
    smallest = Decimal(1).scaleb(-places)
    if 0 < amount < smallest:
        return f"< ${smallest}"
    rounded = amount.quantize(smallest, rounding=ROUND_HALF_UP)
    return f"-${-rounded:,}" if rounded < 0 else f"${abs(rounded):,}"


def hourly_money(amount: Decimal) -> str:
    """What an hour costs, such as "$0.14/h" or "$0.0432/h"."""
    return f"{money(amount, 4 if 0 < amount < _CENTS_ENOUGH else 2)}/h"


def at_least(text: str, is_complete: bool) -> str:
    """The text of a total, with "at least" before it when something in it has no price."""
    return text if is_complete else f"at least {text}"
