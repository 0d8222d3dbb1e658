"""Prices: what AWS asks for one unit of something, where, since when, and who says so.

A price belongs to one region. A region without a row has no price: nothing is ever borrowed from another.
Amounts are US dollars before tax, on demand, in the first paid tier.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

GLOBAL = "global"
"""The region of what costs the same everywhere."""


class Item(StrEnum):
    """Everything that has a price; the value is also its name in JSON."""

    FARGATE_VCPU_HOUR = "fargate-vcpu-hour"
    FARGATE_GB_HOUR = "fargate-gb-hour"
    FARGATE_ARM_VCPU_HOUR = "fargate-arm-vcpu-hour"
    FARGATE_ARM_GB_HOUR = "fargate-arm-gb-hour"
    ALB_HOUR = "alb-hour"
    LCU_HOUR = "lcu-hour"
    PUBLIC_IPV4_HOUR = "public-ipv4-hour"
    NAT_HOUR = "nat-hour"
    NAT_GB = "nat-gb"
    LOGS_INGESTED_GB = "logs-ingested-gb"
    LOGS_STORED_GB_MONTH = "logs-stored-gb-month"
    ALARM_MONTH = "alarm-month"
    METRIC_MONTH = "metric-month"
    DASHBOARD_MONTH = "dashboard-month"
    DNS_MILLION_QUERIES = "dns-million-queries"
    S3_GB_MONTH = "s3-gb-month"
    S3_THOUSAND_GETS = "s3-thousand-gets"
    DATA_OUT_GB = "data-out-gb"

    @property
    def unit(self) -> str:
        """What the price is for, as it is written after "per"."""
        return _UNITS[self]


_UNITS = {
    Item.FARGATE_VCPU_HOUR: "vCPU-hour",
    Item.FARGATE_GB_HOUR: "GB-hour",
    Item.FARGATE_ARM_VCPU_HOUR: "vCPU-hour",
    Item.FARGATE_ARM_GB_HOUR: "GB-hour",
    Item.ALB_HOUR: "hour",
    Item.LCU_HOUR: "LCU-hour",
    Item.PUBLIC_IPV4_HOUR: "address-hour",
    Item.NAT_HOUR: "hour",
    Item.NAT_GB: "GB",
    Item.LOGS_INGESTED_GB: "GB",
    Item.LOGS_STORED_GB_MONTH: "GB-month",
    Item.ALARM_MONTH: "alarm-month",
    Item.METRIC_MONTH: "metric-month",
    Item.DASHBOARD_MONTH: "dashboard-month",
    Item.DNS_MILLION_QUERIES: "million queries",
    Item.S3_GB_MONTH: "GB-month",
    Item.S3_THOUSAND_GETS: "thousand requests",
    Item.DATA_OUT_GB: "GB",
}

GLOBAL_ITEMS = frozenset({Item.DASHBOARD_MONTH, Item.DNS_MILLION_QUERIES})
"""What AWS sells at one price in all its commercial regions."""


class Confidence(StrEnum):
    """How far a price can be trusted."""

    LIST = "list"
    """AWS's own price list says so."""
    DERIVED = "derived"
    """Computed from another price; may be off in the last digit."""
    UNVERIFIED = "unverified"
    """A third party says so."""


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit of `item` in `region`, in US dollars, on the day `as_of`."""

    item: Item
    region: str
    amount: Decimal
    as_of: date
    source: str
    confidence: Confidence
    note: str = ""
    """What a refresh could not settle about this row; empty for nothing."""


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Prices by item and region. `remarks` are sentences about the book as a whole, for whoever reads it."""

    rows: Mapping[tuple[Item, str], Price]
    remarks: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, prices: Iterable[Price], remarks: Iterable[str] = ()) -> PriceBook:
        """A book of these prices; a later price replaces an earlier one of the same item and region."""
        return cls({(price.item, price.region): price for price in prices}, tuple(remarks))

    def find(self, item: Item, region: str) -> Price | None:
        """The price of `item` in `region`, None where nobody said."""
        return self.rows.get((item, GLOBAL if item in GLOBAL_ITEMS else region))

    def in_region(self, region: str) -> list[Price]:
        """The rows of one region, without what is global."""
        return [price for (_, at), price in self.rows.items() if at == region]

    @property
    def regions(self) -> list[str]:
        """Every region with at least one row, sorted."""
        return sorted({region for _, region in self.rows} - {GLOBAL})

    def updated(self, newer: PriceBook) -> PriceBook:
        """This book with the rows of a newer one over it."""
        return PriceBook({**self.rows, **newer.rows}, (*self.remarks, *newer.remarks))

    def to_json(self) -> str:
        """The book as text that `from_json` reads; amounts are strings, so that no digit is lost."""
        return json.dumps(
            {"format": 1, "currency": "USD", "prices": [_row(p) for p in self.rows.values()]}, indent=1
        )

    @classmethod
    def from_json(cls, text: str) -> PriceBook:
        """The book that `to_json` wrote.

        Raises:
            ValueError: not such a text; says what is wrong.
        """
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != 1:
            raise ValueError("not a price book of format 1")
        try:
            return cls.of(_price(row) for row in document["prices"])
        except (KeyError, TypeError, InvalidOperation) as error:
            raise ValueError(f"bad price row: {error!r}") from error


def _row(price: Price) -> dict[str, str]:
    return {
        "item": price.item.value,
        "region": price.region,
        "amount": str(price.amount),
        "as_of": price.as_of.isoformat(),
        "source": price.source,
        "confidence": price.confidence.value,
        "note": price.note,
    }


def _price(row: Mapping[str, Any]) -> Price:
    amount = Decimal(row["amount"])
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"bad amount {row['amount']!r}")
    return Price(
        item=Item(row["item"]),
        region=str(row["region"]),
        amount=amount,
        as_of=date.fromisoformat(row["as_of"]),
        source=str(row["source"]),
        confidence=Confidence(row["confidence"]),
        note=str(row.get("note", "")),
    )
