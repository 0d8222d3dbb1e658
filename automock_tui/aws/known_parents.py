"""Parts without an owner's tag of their own, in things that Terraform's state knows, and that it does not know.

A route in a route table, a listener of a load balancer: should the state have lost them, the next apply would
make them again and be refused. They are found through the thing that they are part of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automock_tui.aws.session import AwsAccount
    from automock_tui.domain.state_names import StateNames

_EVERYWHERE = "0.0.0.0/0"
"""The one destination that terraform/mock makes routes to; a VPC endpoint makes others by itself."""


@dataclass(frozen=True)
class LostPart:
    """One such part, and how to delete it."""

    name: str
    delete: Callable[[], Any]


def lost_parts(
    account: AwsAccount, known: StateNames, tables: list[Mapping[str, Any]], balancers: list[str]
) -> Iterator[LostPart]:
    """What the state lacks of the parts of known route tables (as EC2 tells them) and load balancers (ARNs)."""
    for table in tables:
        if table["RouteTableId"] in known.ids:
            yield from _of_table(account, known, table)
    for balancer in balancers:
        if balancer in known.ids:
            yield from _of_balancer(account, known, balancer)


def _of_table(account: AwsAccount, known: StateNames, table: Mapping[str, Any]) -> Iterator[LostPart]:
    ec2, table_id = account.client("ec2"), table["RouteTableId"]
    for route in table.get("Routes", []):
        to = route.get("DestinationCidrBlock")
        if to == _EVERYWHERE and (table_id, to) not in known.routes:
            name = f"route {to} of {table_id}"
            yield LostPart(name, partial(ec2.delete_route, RouteTableId=table_id, DestinationCidrBlock=to))
    for link in table.get("Associations", []):
        link_id = link["RouteTableAssociationId"]
        if not link.get("Main") and link_id not in known.ids:
            yield LostPart(
                f"route table association {link_id}",
                partial(ec2.disassociate_route_table, AssociationId=link_id),
            )


def _of_balancer(account: AwsAccount, known: StateNames, balancer: str) -> Iterator[LostPart]:
    client = account.client("elbv2")
    pages = client.get_paginator("describe_listeners").paginate(LoadBalancerArn=balancer)
    for listener in (one["ListenerArn"] for page in pages for one in page["Listeners"]):
        if listener not in known.ids:
            yield LostPart(f"listener {listener}", partial(client.delete_listener, ListenerArn=listener))
            continue
        rules = client.get_paginator("describe_rules").paginate(ListenerArn=listener)
        for rule in (one for page in rules for one in page["Rules"]):
            arn = rule["RuleArn"]
            if not rule["IsDefault"] and arn not in known.ids:
                yield LostPart(f"listener rule {arn}", partial(client.delete_rule, RuleArn=arn))
