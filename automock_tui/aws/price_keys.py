"""Where AWS's price list keeps the price of each item: service, usage type, and what else tells it apart.

Usage types carry a prefix for the region, which is matched exactly together with the rest: a search by pattern
would also find Outposts, reserved capacity and regional NAT gateways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from automock_tui.domain.prices import GLOBAL_ITEMS, Item

REGION_PREFIXES: Mapping[str, tuple[str, ...]] = {
    "us-east-1": ("USE1-", ""),
    "us-east-2": ("USE2-",),
    "us-west-1": ("USW1-",),
    "us-west-2": ("USW2-",),
    "ca-central-1": ("CAN1-",),
    "eu-west-1": ("EU-", "EUW1-"),
    "eu-west-2": ("EUW2-",),
    "eu-west-3": ("EUW3-",),
    "eu-central-1": ("EUC1-",),
    "eu-north-1": ("EUN1-",),
    "eu-south-1": ("EUS1-",),
    "ap-northeast-1": ("APN1-",),
    "ap-northeast-2": ("APN2-",),
    "ap-northeast-3": ("APN3-",),
    "ap-southeast-1": ("APS1-",),
    "ap-southeast-2": ("APS2-",),
    "ap-south-1": ("APS3-",),
    "ap-east-1": ("APE1-",),
    "me-south-1": ("MES1-",),
    "af-south-1": ("AFS1-",),
    "sa-east-1": ("SAE1-",),
}
"""What AWS writes before a usage type, by region; us-east-1 has none in its older services."""


@dataclass(frozen=True, slots=True)
class PriceKey:
    """How to find one item. `per` is how many of the list's units our unit has."""

    service: str
    usage_type: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    per: Decimal = Decimal(1)

    def usage_types(self, item: Item, region: str) -> list[str]:
        """The exact usage types under which the item may be listed in a region; none for an unknown region."""
        if item in GLOBAL_ITEMS:
            return [self.usage_type]
        return [prefix + self.usage_type for prefix in REGION_PREFIXES.get(region, ())]


_APPLICATION = {"operation": "LoadBalancing:Application"}
_NAT = {"operation": "NatGateway"}

PRICE_KEYS: Mapping[Item, PriceKey] = {
    Item.FARGATE_VCPU_HOUR: PriceKey("AmazonECS", "Fargate-vCPU-Hours:perCPU"),
    Item.FARGATE_GB_HOUR: PriceKey("AmazonECS", "Fargate-GB-Hours"),
    Item.FARGATE_ARM_VCPU_HOUR: PriceKey("AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU"),
    Item.FARGATE_ARM_GB_HOUR: PriceKey("AmazonECS", "Fargate-ARM-GB-Hours"),
    Item.ALB_HOUR: PriceKey("AWSELB", "LoadBalancerUsage", _APPLICATION),
    Item.LCU_HOUR: PriceKey("AWSELB", "LCUUsage", _APPLICATION),
    Item.PUBLIC_IPV4_HOUR: PriceKey("AmazonVPC", "PublicIPv4:InUseAddress"),
    Item.NAT_HOUR: PriceKey("AmazonEC2", "NatGateway-Hours", _NAT),
    Item.NAT_GB: PriceKey("AmazonEC2", "NatGateway-Bytes", _NAT),
    Item.LOGS_INGESTED_GB: PriceKey("AmazonCloudWatch", "DataProcessing-Bytes", {"operation": "PutLogEvents"}),
    Item.LOGS_STORED_GB_MONTH: PriceKey("AmazonCloudWatch", "TimedStorage-ByteHrs"),
    Item.ALARM_MONTH: PriceKey("AmazonCloudWatch", "CW:AlarmMonitorUsage"),
    Item.METRIC_MONTH: PriceKey("AmazonCloudWatch", "CW:MetricMonitorUsage"),
    Item.DASHBOARD_MONTH: PriceKey("AmazonCloudWatch", "DashboardsUsageHour"),
    Item.DNS_MILLION_QUERIES: PriceKey(
        "AmazonRoute53", "DNS-Queries", {"routingType": "Standard"}, Decimal(1_000_000)
    ),
    Item.S3_GB_MONTH: PriceKey("AmazonS3", "TimedStorage-ByteHrs", {"volumeType": "Standard"}),
    Item.S3_THOUSAND_GETS: PriceKey("AmazonS3", "Requests-Tier2", {}, Decimal(1000)),
    Item.DATA_OUT_GB: PriceKey("AWSDataTransfer", "DataTransfer-Out-Bytes", {"transferType": "AWS Outbound"}),
}
