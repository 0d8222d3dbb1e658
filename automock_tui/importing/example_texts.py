"""Generated texts: by format, by pattern, by the name of the field; the same seed gives the same text."""

from __future__ import annotations

import base64
import random
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from automock_tui.importing.patterns import is_match, make_match

_START = datetime(2024, 1, 1, tzinfo=UTC)
_TRIES = 20


@cache
def _faker() -> Any:
    from faker import Faker

    return Faker("en_US")


def _at(dice: random.Random) -> datetime:
    return _START + timedelta(seconds=dice.randrange(366 * 86400))


_FORMATS: dict[str, Callable[[random.Random], str]] = {
    "date": lambda dice: _at(dice).date().isoformat(),
    "date-time": lambda dice: _at(dice).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "time": lambda dice: _at(dice).strftime("%H:%M:%SZ"),
    "duration": lambda dice: f"PT{dice.randrange(1, 60)}M",
    "uuid": lambda dice: str(uuid.UUID(int=dice.getrandbits(128), version=4)),
    "email": lambda dice: f"user{dice.randrange(1, 1000)}@example.com",
    "iri-reference": lambda dice: f"/items/{dice.randrange(1, 1000)}",
    "uri-template": lambda dice: "/items/{id}",
    "idn-hostname": lambda dice: f"host{dice.randrange(1, 100)}.example.com",
    "relative-json-pointer": lambda dice: f"{dice.randrange(1, 9)}/items",
    "idn-email": lambda dice: f"user{dice.randrange(1, 1000)}@example.com",
    "uri": lambda dice: f"https://example.com/{dice.randrange(1, 1000)}",
    "url": lambda dice: f"https://example.com/{dice.randrange(1, 1000)}",
    "uri-reference": lambda dice: f"/items/{dice.randrange(1, 1000)}",
    "iri": lambda dice: f"https://example.com/{dice.randrange(1, 1000)}",
    "hostname": lambda dice: f"host{dice.randrange(1, 100)}.example.com",
    "ipv4": lambda dice: f"192.0.2.{dice.randrange(1, 255)}",
    "ipv6": lambda dice: f"2001:db8::{dice.randrange(1, 65535):x}",
    "byte": lambda dice: base64.b64encode(dice.randbytes(9)).decode(),
    "binary": lambda dice: "binary",
    "password": lambda dice: "example-password",
    "json-pointer": lambda dice: f"/items/{dice.randrange(10)}",
    "regex": lambda dice: "^[a-z]+$",
}
_NAMES = (
    (re.compile(r"e-?mail$", re.I), "safe_email"),
    (re.compile(r"first_?name$", re.I), "first_name"),
    (re.compile(r"(?:last|sur)_?name$", re.I), "last_name"),
    (re.compile(r"(?:full|display|user)_?name$|^owner$|^author$", re.I), "name"),
    (re.compile(r"phone|mobile", re.I), "phone_number"),
    (re.compile(r"city$", re.I), "city"),
    (re.compile(r"country$", re.I), "country"),
    (re.compile(r"street|address$", re.I), "street_address"),
    (re.compile(r"(?:zip|postal|post_?code)", re.I), "postcode"),
    (re.compile(r"company|organi[sz]ation$", re.I), "company"),
    (re.compile(r"(?:url|uri|link|href|website|^location)$", re.I), "url"),
    (re.compile(r"description|message|comment|summary|text|detail", re.I), "sentence"),
    (re.compile(r"(?:currency)$", re.I), "currency_code"),
    (re.compile(r"name$|title$", re.I), "catch_phrase"),
)


def make_text(schema: dict[str, Any], name: str, dice: random.Random) -> str:
    """A text for a schema: of its format, of its pattern, or a word that fits the field's name."""
    least, most = _length(schema.get("minLength"), 0), _length(schema.get("maxLength"), 10_000)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        return _of_pattern(pattern, least, most)
    is_encoded = str(schema.get("contentEncoding")).lower().startswith("base64")
    made = _FORMATS.get("byte" if is_encoded else str(schema.get("format")))
    text = made(dice) if made else _of_name(name, dice)
    if len(text) < least:
        text += "x" * (min(least, 10_000) - len(text))
    return text[:most]


def _length(value: Any, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def _of_name(name: str, dice: random.Random) -> str:
    method = next((method for pattern, method in _NAMES if pattern.search(name)), "word")
    faker = _faker()
    faker.seed_instance(dice.getrandbits(32))
    return str(getattr(faker, method)()).replace("\n", ", ")


@lru_cache(maxsize=1_000)
def _of_pattern(pattern: str, least: int, most: int) -> str:
    """A text that matches a pattern, always the same; of several tries the first that has the right length."""
    text, dice = "", random.Random(pattern)
    for _ in range(_TRIES):
        try:
            text = make_match(pattern, dice)
            if least <= len(text) <= most and is_match(pattern, text):
                break
        except ValueError:
            return "text"
    return text
