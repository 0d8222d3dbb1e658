"""Verification: whether a mock was asked something, and how often, in MockServer's terms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from automock_tui.domain.errors import InvalidInput

_COUNT = re.compile(r"(?P<exact>\d+)|(?P<least>\d+)\+|-(?P<most>\d+)|(?P<from>\d+)-(?P<to>\d+)")


class Count(NamedTuple):
    """How often a request must have come; -1 for no limit, as MockServer has it."""

    at_least: int = 1
    at_most: int = -1


def read_count(text: str) -> Count:
    """A count as a person types it: `2`, `2+`, `-2` or `1-3`; empty for at least once.

    Raises:
        InvalidInput: none of these, or a range that is empty.
    """
    if not text.strip():
        return Count()
    found = _COUNT.fullmatch(text.strip())
    if found is None:
        raise InvalidInput("Not a count", repr(text), "Give 2, 2+ (at least), -2 (at most) or 1-3.")
    if found["exact"]:
        return Count(int(found["exact"]), int(found["exact"]))
    if found["least"]:
        return Count(int(found["least"]), -1)
    if found["most"]:
        return Count(0, int(found["most"]))
    count = Count(int(found["from"]), int(found["to"]))
    if count.at_least > count.at_most:
        raise InvalidInput("Not a count", f"{text}: the first number is the larger one.", "Turn them around.")
    return count


def verification_of(request: Mapping[str, Any], count: Count) -> dict[str, Any]:
    """The body of MockServer's `PUT /mockserver/verify`."""
    return {"httpRequest": dict(request), "times": {"atLeast": count.at_least, "atMost": count.at_most}}


def matcher_of(text: str) -> dict[str, Any]:
    """A request matcher from a request: its method, path and query, and its body where it has one.

    Raises:
        InvalidInput: neither a request nor a JSON matcher.
    """
    from automock_tui.mocking.request_reading import read_request

    if (matcher := _json_matcher(text)) is not None:
        return matcher
    request = read_request(text)
    found: dict[str, Any] = {"method": request.method, "path": request.path}
    for name, value in request.query:
        found.setdefault("queryStringParameters", {}).setdefault(name, []).append(value)
    if request.body:
        found["body"] = request.body.decode("utf-8", "replace")
    return found


def _json_matcher(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_matcher = isinstance(found, dict) and not {"url", "request", "log"} & found.keys()
    return found if is_matcher else None


def in_short(failure: str) -> str:
    """MockServer's words for a failed verification without the list of all requests."""
    return failure.split(", expected:")[0].split(" expected:<")[0][:500] or "Not as expected"
