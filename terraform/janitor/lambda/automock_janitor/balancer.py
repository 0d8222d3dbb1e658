"""How clients reach it: DNS records, the load balancer, its target groups and its certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from automock_janitor.clients import Clients, batches, pages, tags_of
from automock_janitor.target import Item, Kind, Target


def _owned(clients: Clients, target: Target, operation: str, key: str, name: str) -> Iterator[dict[str, Any]]:
    """The load balancers, or target groups, with the project's tag."""
    client = clients("elbv2")
    entries = {entry[name]: entry for entry in pages(client, operation, key)}
    for arns in batches(list(entries), 20):
        for described in client.describe_tags(ResourceArns=arns)["TagDescriptions"]:
            if target.owns(tags_of(described)):
                yield entries[described["ResourceArn"]]


def _find_balancers(clients: Clients, target: Target) -> Iterator[Item]:
    for balancer in _owned(clients, target, "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"):
        yield Item(balancer["LoadBalancerArn"])


def _delete_balancer(clients: Clients, item: Item) -> None:
    clients("elbv2").delete_load_balancer(LoadBalancerArn=item.id)  # its listeners and their rules go with it


def _find_groups(clients: Clients, target: Target) -> Iterator[Item]:
    for group in _owned(clients, target, "describe_target_groups", "TargetGroups", "TargetGroupArn"):
        yield Item(group["TargetGroupArn"])


def _delete_group(clients: Clients, item: Item) -> None:
    clients("elbv2").delete_target_group(TargetGroupArn=item.id)


def _certificates(clients: Clients, target: Target) -> Iterator[str]:
    client = clients("acm")
    for entry in pages(client, "list_certificates", "CertificateSummaryList"):
        arn = entry["CertificateArn"]
        if target.owns(tags_of(client.list_tags_for_certificate(CertificateArn=arn))):
            yield arn


def _find_certificates(clients: Clients, target: Target) -> Iterator[Item]:
    return (Item(arn) for arn in _certificates(clients, target))


def _delete_certificate(clients: Clients, item: Item) -> None:
    clients("acm").delete_certificate(CertificateArn=item.id)


def _find_records(clients: Clients, target: Target) -> Iterator[Item]:
    if not (target.domain and target.zone):
        return
    proofs = _validation_records(clients, target)
    addresses = _addresses(clients, target)
    records = pages(
        clients("route53"), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=target.zone
    )
    for record in records:
        if _points_at_us(record, target, addresses) or (_plain(record["Name"]), record["Type"]) in proofs:
            label = f"{record['Type']} {_plain(record['Name'])}"
            yield Item(label, details={"zone": target.zone, "record": record})


def _validation_records(clients: Clients, target: Target) -> set[tuple[str, str]]:
    """The records that prove the domain to ACM; the certificate, which goes after them, says which."""
    found = set()
    for arn in _certificates(clients, target):
        described = clients("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        for option in described.get("DomainValidationOptions", []):
            if proof := option.get("ResourceRecord"):
                found.add((_plain(proof["Name"]), proof["Type"]))
    return found


def _addresses(clients: Clients, target: Target) -> set[str]:
    """Of the deployment's load balancer: as it is, and as the record tells where it is gone by now."""
    there = _owned(clients, target, "describe_load_balancers", "LoadBalancers", "LoadBalancerArn")
    return {_plain(balancer["DNSName"]) for balancer in there} | ({_plain(target.address)} - {""})


def _points_at_us(record: dict[str, Any], target: Target, addresses: set[str]) -> bool:
    """DNS records have no tags: ours is the alias at our domain to a load balancer of our project here.

    Where neither it nor its address is known any more, its name tells: half a deploy leaves such a record.
    """
    address = _plain(record.get("AliasTarget", {}).get("DNSName", "")).removeprefix("dualstack.")
    stem = f"auto-mock-{target.project}"[:25].removesuffix("-")
    region = re.escape(target.region)
    ours = rf"{re.escape(stem)}-[0-9a-f]{{6}}-[0-9a-z]+\.({region}\.elb|elb\.{region})\."
    known = address in addresses or re.match(ours, address) is not None
    return _plain(record["Name"]) == _plain(target.domain) and known


def _plain(name: str) -> str:
    return name.rstrip(".").lower()


def _delete_record(clients: Clients, item: Item) -> None:
    change = {"Action": "DELETE", "ResourceRecordSet": item.details["record"]}
    clients("route53").change_resource_record_sets(
        HostedZoneId=item.details["zone"], ChangeBatch={"Changes": [change]}
    )


RECORD = Kind("DNS record", ("aws_route53_record",), _find_records, _delete_record)
BALANCER = Kind(
    "load balancer",
    ("aws_lb", "aws_lb_listener", "aws_lb_listener_rule"),
    _find_balancers,
    _delete_balancer,
    price="load balancer",
    arns=(
        "elasticloadbalancing:loadbalancer",
        "elasticloadbalancing:listener",
        "elasticloadbalancing:listener-rule",
    ),
)
TARGET_GROUP = Kind(
    "target group",
    ("aws_lb_target_group",),
    _find_groups,
    _delete_group,
    needs=("load balancer",),
    arns=("elasticloadbalancing:targetgroup",),
)
CERTIFICATE = Kind(
    "certificate",
    ("aws_acm_certificate", "aws_acm_certificate_validation"),
    _find_certificates,
    _delete_certificate,
    needs=("DNS record", "load balancer"),
    arns=("acm:certificate",),
)
