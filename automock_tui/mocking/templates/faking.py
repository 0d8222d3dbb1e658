"""`faker`: the groups and methods of Java's Datafaker that templates use most, on the Python package Faker."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Any

from automock_tui.mocking.templates.values import Bean, Method

_GROUPS: dict[str, dict[str, str]] = {
    "name": {
        "firstName": "first_name", "lastName": "last_name", "fullName": "name", "name": "name",
        "prefix": "prefix", "suffix": "suffix", "username": "user_name",
    },
    "internet": {
        "emailAddress": "email", "safeEmailAddress": "safe_email", "url": "url", "domainName": "domain_name",
        "ipV4Address": "ipv4", "ipV6Address": "ipv6", "macAddress": "mac_address", "uuid": "uuid4",
        "slug": "slug", "password": "password", "username": "user_name", "userAgent": "user_agent",
    },
    "address": {
        "city": "city", "country": "country", "countryCode": "country_code", "fullAddress": "address",
        "streetAddress": "street_address", "streetName": "street_name", "buildingNumber": "building_number",
        "zipCode": "postcode", "postcode": "postcode", "state": "state", "stateAbbr": "state_abbr",
        "latitude": "latitude", "longitude": "longitude",
    },
    "phoneNumber": {"phoneNumber": "phone_number", "cellPhone": "phone_number"},
    "company": {"name": "company", "catchPhrase": "catch_phrase", "bs": "bs", "suffix": "company_suffix"},
    "lorem": {"word": "word", "sentence": "sentence", "paragraph": "paragraph"},
    "color": {"name": "color_name", "hex": "hex_color"},
    "job": {"title": "job"},
    "commerce": {"productName": "catch_phrase"},
    "finance": {"iban": "iban", "creditCard": "credit_card_number", "bic": "swift"},
    "currency": {"code": "currency_code", "name": "currency_name"},
    "code": {"isbn10": "isbn10", "isbn13": "isbn13", "ean8": "ean8", "ean13": "ean13"},
    "file": {"fileName": "file_name", "extension": "file_extension", "mimeType": "mime_type"},
}  # fmt: skip


@cache
def _faker() -> Any:
    from faker import Faker

    return Faker("en_US")


def _made(method: str) -> Method:
    return lambda: str(getattr(_faker(), method)()).replace("\n", ", ")


def _digits(count: int = 1) -> str:
    if not 0 <= count <= 1000:
        raise ValueError("too many digits")
    return "".join(random.choices("0123456789", k=count))


_NUMBERS: dict[str, Callable[..., Any]] = {
    "numberBetween": lambda low, high: low if low == high else random.randrange(low, high),
    "digit": _digits,
    "digits": _digits,
    "randomDigit": lambda: random.randrange(10),
    "randomDigitNotZero": lambda: random.randrange(1, 10),
    "randomNumber": lambda: random.randrange(2**31),
}
_OWN: dict[str, dict[str, Callable[..., Any]]] = {
    "number": _NUMBERS,
    "bool": {"bool": lambda: random.random() < 0.5},
}


def _group(methods: dict[str, Method]) -> Method:
    bean = Bean({}, methods, lambda: "Faker")
    return lambda: bean


FAKER = Bean(
    {},
    {
        **{
            name: _group({own: _made(method) for own, method in group.items()})
            for name, group in _GROUPS.items()
        },
        **{name: _group(methods) for name, methods in _OWN.items()},
    },
    lambda: "Faker",
)
KNOWN = {name: frozenset(group) for name, group in (_GROUPS | _OWN).items()}
"""The methods of each group, to name what is missing when a set is loaded."""
