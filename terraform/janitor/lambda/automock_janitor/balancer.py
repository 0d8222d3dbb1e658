"""How clients reach it: DNS records, the load balancer, its target groups and its certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from automock_janitor.clients import Clients, batches, pages, tags_of
from automock_janitor.target import Item, Kind, Target

_IN_THE_SANDBOX = re.compile(r"127\.0\.0\.1:\d+")
"""The address of a load balancer there; no alias in AWS can have it."""


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
    ours, others = _addresses(clients, target)
    records = pages(
        clients("route53"), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=target.zone
    )
    for record in records:
        if _points_at_us(record, target, ours, others) or _key(record) in proofs:
            label = f"{record['Type']} {_plain(record['Name'])}"
            yield Item(label, details={"zone": target.zone, "record": record})


def _validation_records(clients: Clients, target: Target) -> set[tuple[str, str]]:
    """The records that prove the domain to ACM; the certificate, which goes after them, says which.

    One domain has one proof: a certificate of somebody else's for our domain needs the same.
    """
    ours = set(_certificates(clients, target))
    listed = pages(clients("acm"), "list_certificates", "CertificateSummaryList")
    same = {
        one["CertificateArn"] for one in listed if _plain(one.get("DomainName", "")) == _plain(target.domain)
    }
    return _proofs(clients, ours) - _proofs(clients, same - ours)


def _proofs(clients: Clients, certificates: set[str]) -> set[tuple[str, str]]:
    found = set()
    for arn in certificates:
        described = clients("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        for option in described.get("DomainValidationOptions", []):
            if proof := option.get("ResourceRecord"):
                found.add(_key(proof))
    return found


def _key(record: dict[str, Any]) -> tuple[str, str]:
    return _plain(record["Name"]), record["Type"]


def _addresses(clients: Clients, target: Target) -> tuple[set[str], set[str]]:
    """Of the load balancers that are there: ours, and those of others."""
    there = list(pages(clients("elbv2"), "describe_load_balancers", "LoadBalancers"))
    arns = {item.id for item in _find_balancers(clients, target)}
    ours = {_plain(one["DNSName"]) for one in there if one["LoadBalancerArn"] in arns}
    return ours, {_plain(one["DNSName"]) for one in there} - ours


def _points_at_us(record: dict[str, Any], target: Target, ours: set[str], others: set[str]) -> bool:
    """DNS records have no tags: ours is the alias at our domain to a load balancer of ours.

    The load balancer may be gone by now. Then its name tells, and not what the deployment's record says of its
    address: whoever can write that record could have any alias of the zone deleted.
    """
    if "AliasTarget" not in record or _plain(record["Name"]) != _plain(target.domain):
        return False
    address = _plain(record["AliasTarget"]["DNSName"]).removeprefix("dualstack.")
    stem = f"auto-mock-{target.project}"[:25].removesuffix("-")
    region = re.escape(target.region)
    named = rf"{re.escape(stem)}-[0-9a-f]{{6}}-[0-9a-z]+\.({region}\.elb|elb\.{region})\."
    was_ours = re.match(named, address) or _IN_THE_SANDBOX.fullmatch(address)
    return address in ours or (was_ours is not None and address not in others)


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
