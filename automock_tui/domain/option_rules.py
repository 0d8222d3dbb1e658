"""What the value of a deployment option must look like.

The same rules as the `validation` blocks of `terraform/mock/variables.tf`, where Terraform checks them late; a
test gives both the same values. Each returns its argument or raises ValueError with a sentence for the user.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TypeVar

MAX_CIDRS = 25
"""Address ranges of clients, all together: a security group has room for 60 rules, and HTTPS takes two each."""
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400),
    *(545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The periods that CloudWatch Logs knows."""

_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_COMMON_NAME_LENGTH = 64
_ZONE = re.compile(r"[A-Z0-9]{1,32}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_IMAGE = re.compile(r"[a-z0-9][a-zA-Z0-9._/:-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})")
_VPC = re.compile(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})")
_SUBNET = re.compile(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})")
_VPC_PREFIXES = range(16, 25)

Value = TypeVar("Value")


def optional(rule: Callable[[str], str]) -> Callable[[str], str]:
    """The rule for an option that may be empty."""
    return lambda value: rule(value) if value else value


def each(rule: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    """The rule for every entry of a list."""
    return lambda values: [rule(value) for value in values]


def one_of(*allowed: Value) -> Callable[[Value], Value]:
    """A choice."""

    def rule(value: Value) -> Value:
        if value in allowed:
            return value
        raise ValueError(f"{value} is none of {', '.join(map(str, allowed))}")

    return rule


def domain(value: str) -> str:
    """A domain name that a certificate can be for."""
    if _DOMAIN.fullmatch(value) and len(value) <= _COMMON_NAME_LENGTH:
        return value
    raise ValueError(
        f"{value!r} is not a domain name in small letters of at most 64 characters, such as mock.example.com"
    )


def hosted_zone(value: str) -> str:
    """The id of a Route 53 zone."""
    return _like(_ZONE, value, "the id of a Route 53 zone, such as Z0123456789ABCDEFGHIJ")


def email(value: str) -> str:
    """An address that mail can be sent to."""
    return _like(_EMAIL, value, "an e-mail address, such as team@example.com")


def vpc(value: str) -> str:
    """The id of a network."""
    return _like(_VPC, value, "the id of a VPC, such as vpc-0123456789abcdef0")


def subnet(value: str) -> str:
    """The id of a subnet."""
    return _like(_SUBNET, value, "the id of a subnet, such as subnet-0123456789abcdef0")


def image(value: str) -> str:
    """A container image of one version: what is tested and what runs are the same."""
    if value.endswith(":latest"):
        raise ValueError(f"{value!r} is not one version; name one, such as mockserver/mockserver:8.0.0")
    return _like(_IMAGE, value, "an image with a version or digest, such as mockserver/mockserver:8.0.0")


def cidr(value: str) -> str:
    """A range of IPv4 addresses."""
    _network(value)
    return value


def vpc_cidr(value: str) -> str:
    """A range for a network of our own."""
    if _network(value).prefixlen in _VPC_PREFIXES:
        return value
    raise ValueError(f"{value} is not a range from /16 to /24, such as 10.42.0.0/16")


def task_addresses(network: str) -> int:
    """How many tasks find an address in two subnets of an eighth each.

    AWS keeps 5 addresses of a subnet, and a load balancer wants 8 free.
    """
    return 2 * (_network(network).num_addresses // 8 - 13)


def _like(pattern: re.Pattern[str], value: str, wanted: str) -> str:
    if pattern.fullmatch(value):
        return value
    raise ValueError(f"{value!r} is not {wanted}")


def _network(value: str) -> ipaddress.IPv4Network:
    if not re.fullmatch(r"[\d.]+/\d{1,2}", value):
        raise ValueError(
            f"{value!r} is not an IPv4 range, such as 203.0.113.0/24, or 203.0.113.7/32 for one address"
        )
    try:
        return ipaddress.IPv4Network(value)
    except ValueError as error:
        nearest = _start_of(value)
        told = f"; did you mean {nearest}?" if nearest else ""
        raise ValueError(f"{value!r} is not an IPv4 range that starts at its network address{told}") from error


def _start_of(value: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        return None
