"""The built-in price table: US dollars, dated, with a source for every row.

It is what an estimate uses until somebody refreshes the prices from the AWS Price List. A region appears with
the rows that somebody could show a source for, and with no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache

from automock_tui.domain.prices import GLOBAL, Confidence, Item, Price, PriceBook

_LIST_READ = date(2026, 9, 29)
_THIRD_PARTY_READ = date(2026, 11, 22)

_BULK = "AWS bulk price list, as quoted in a public pricing model"
_PRICING_PAGE = "AWS pricing page"
_EMR = "AWS EMR Serverless price / 1.3, from PerfKitBenchmarker's price table"
_EMR_SAME = "same EMR Serverless price as us-east-1, in PerfKitBenchmarker's price table"
_IPV4 = "0.005 in every region that was looked at"
_NAT = "public table of NAT gateway prices"
_BILL = "line of an AWS bill, published by a customer"
_CATALOGUE = "public catalogue that quotes the AWS price list"

_LIST, _DERIVED, _UNVERIFIED = Confidence.LIST, Confidence.DERIVED, Confidence.UNVERIFIED

_US_EAST_1 = {
    Item.FARGATE_VCPU_HOUR: "0.04048",
    Item.FARGATE_GB_HOUR: "0.004445",
    Item.FARGATE_ARM_VCPU_HOUR: "0.03238",
    Item.FARGATE_ARM_GB_HOUR: "0.00356",
    Item.ALB_HOUR: "0.0225",
    Item.LCU_HOUR: "0.008",
    Item.PUBLIC_IPV4_HOUR: "0.005",
    Item.NAT_HOUR: "0.045",
    Item.NAT_GB: "0.045",
    Item.LOGS_INGESTED_GB: "0.50",
    Item.LOGS_STORED_GB_MONTH: "0.03",
    Item.ALARM_MONTH: "0.10",
    Item.S3_GB_MONTH: "0.023",
    Item.S3_THOUSAND_GETS: "0.0004",
    Item.DATA_OUT_GB: "0.09",
}

_FARGATE = {  # vCPU-hour, GB-hour, where from
    "us-east-2": ("0.04048", "0.004445", _EMR_SAME, _DERIVED),
    "us-west-2": ("0.04048", "0.004445", _EMR_SAME, _DERIVED),
    "eu-west-1": ("0.04048", "0.004445", _EMR_SAME, _DERIVED),
    "eu-central-1": ("0.04656", "0.00511", _BULK, _LIST),
    "eu-west-2": ("0.04656", "0.00511", _EMR, _DERIVED),
    "eu-west-3": ("0.0486", "0.0053", _EMR, _DERIVED),
    "eu-north-1": ("0.0445", "0.0049", _EMR, _DERIVED),
    "ca-central-1": ("0.04456", "0.004865", _EMR, _DERIVED),
    "ap-northeast-1": ("0.05056", "0.00553", _EMR, _DERIVED),
    "ap-northeast-2": ("0.04656", "0.00511", _EMR, _DERIVED),
    "ap-southeast-1": ("0.05056", "0.00553", _EMR, _DERIVED),
    "ap-southeast-2": ("0.04856", "0.00532", _BULK, _LIST),
    "ap-south-1": ("0.04256", "0.004655", _EMR, _DERIVED),
    "sa-east-1": ("0.0696", "0.0076", _BULK, _LIST),
}

_ELSEWHERE = (  # region, item, amount, source, confidence, read on
    ("sa-east-1", Item.FARGATE_ARM_VCPU_HOUR, "0.0557", _BULK, _LIST, _LIST_READ),
    ("sa-east-1", Item.FARGATE_ARM_GB_HOUR, "0.00612", _BULK, _LIST, _LIST_READ),
    ("eu-central-1", Item.ALB_HOUR, "0.027", _BULK, _LIST, _LIST_READ),
    ("ca-central-1", Item.ALB_HOUR, "0.02475", _BULK, _LIST, _LIST_READ),
    ("ca-central-1", Item.LCU_HOUR, "0.0088", _BULK, _LIST, _LIST_READ),
    ("eu-west-1", Item.ALB_HOUR, "0.0252", _BILL, _UNVERIFIED, _THIRD_PARTY_READ),
    ("eu-west-1", Item.LCU_HOUR, "0.008", _BILL, _UNVERIFIED, _THIRD_PARTY_READ),
    ("ap-northeast-2", Item.ALB_HOUR, "0.0225", _CATALOGUE, _UNVERIFIED, _THIRD_PARTY_READ),
    ("eu-west-1", Item.NAT_HOUR, "0.048", _NAT, _UNVERIFIED, _LIST_READ),
    ("eu-central-1", Item.NAT_HOUR, "0.052", _NAT, _UNVERIFIED, _LIST_READ),
    ("eu-north-1", Item.NAT_HOUR, "0.046", _CATALOGUE, _UNVERIFIED, _THIRD_PARTY_READ),
    ("ap-south-1", Item.NAT_HOUR, "0.056", _NAT, _UNVERIFIED, _LIST_READ),
    ("ap-southeast-1", Item.NAT_HOUR, "0.059", _NAT, _UNVERIFIED, _LIST_READ),
    ("ap-southeast-1", Item.NAT_GB, "0.059", _BILL, _UNVERIFIED, _THIRD_PARTY_READ),
    ("ap-northeast-1", Item.NAT_HOUR, "0.062", _NAT, _UNVERIFIED, _LIST_READ),
    ("sa-east-1", Item.NAT_HOUR, "0.093", _NAT, _UNVERIFIED, _LIST_READ),
    ("ap-south-1", Item.DATA_OUT_GB, "0.1093", _BILL, _UNVERIFIED, _THIRD_PARTY_READ),
    ("ap-northeast-1", Item.DATA_OUT_GB, "0.114", _BULK, _LIST, _LIST_READ),
    ("ap-southeast-2", Item.DATA_OUT_GB, "0.114", _BULK, _LIST, _LIST_READ),
    ("ap-northeast-2", Item.DATA_OUT_GB, "0.126", _BULK, _LIST, _LIST_READ),
    ("sa-east-1", Item.DATA_OUT_GB, "0.15", _BULK, _LIST, _LIST_READ),
    ("us-east-1", Item.METRIC_MONTH, "0.30", _PRICING_PAGE, _UNVERIFIED, _LIST_READ),
    (GLOBAL, Item.DASHBOARD_MONTH, "3.00", _BULK, _LIST, _LIST_READ),
    (GLOBAL, Item.DNS_MILLION_QUERIES, "0.40", _BULK, _LIST, _LIST_READ),
)


@cache
def built_in_prices() -> PriceBook:
    """The book of all rows of this page; the same object every time."""
    return PriceBook.of([*_us_east_1(), *_fargate(), *_public_ipv4(), *_elsewhere()])


def _us_east_1() -> Iterator[Price]:
    for item, amount in _US_EAST_1.items():
        yield Price(item, "us-east-1", Decimal(amount), _LIST_READ, _BULK, _LIST)


def _fargate() -> Iterator[Price]:
    for region, (vcpu, memory, source, confidence) in _FARGATE.items():
        yield Price(Item.FARGATE_VCPU_HOUR, region, Decimal(vcpu), _LIST_READ, source, confidence)
        yield Price(Item.FARGATE_GB_HOUR, region, Decimal(memory), _LIST_READ, source, confidence)


def _public_ipv4() -> Iterator[Price]:
    for region in _FARGATE:
        yield Price(Item.PUBLIC_IPV4_HOUR, region, Decimal("0.005"), _LIST_READ, _IPV4, _UNVERIFIED)


def _elsewhere() -> Iterator[Price]:
    for region, item, amount, source, confidence, read_on in _ELSEWHERE:
        yield Price(item, region, Decimal(amount), read_on, source, confidence)
