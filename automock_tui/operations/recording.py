"""Expectations from traffic: one from a request that nothing matched, many from what a real API answered."""

from __future__ import annotations

import base64
import contextlib
import json
import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from automock_tui.domain.errors import InvalidInput, NotFound
from automock_tui.domain.exchange import body_of, pairs_of
from automock_tui.importing.har import exact
from automock_tui.importing.imported import Options, Report
from automock_tui.importing.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from automock_tui.operations.traffic import Feed

SKELETON: Mapping[str, Any] = {
    "statusCode": 200,
    "body": {"type": "JSON", "json": {}, "contentType": "application/json"},
}
"""What a new expectation answers until its author says more."""
_ORIGIN = "http://mock"
_DROPPED = frozenset({"host", "connection", "content-length", "user-agent", "accept-encoding", "postman-token"})
"""Headers of every client that say nothing of the request."""


def expectation_for(exchange: Mapping[str, Any], options: Options | None = None) -> dict[str, Any]:
    """An expectation that matches this request; its answer is the one it had, or a skeleton after a miss.

    Secrets are masked by default: any value is accepted in their place.

    Raises:
        InvalidInput: the request cannot be made into one.
    """
    missed = exchange.get("expectation") == "" and not exchange.get("is_recorded")
    request = {**(exchange.get("httpRequest") or {}), "headers": {}}
    seen = {"httpRequest": request, "httpResponse": SKELETON if missed else exchange.get("httpResponse")}
    report = Report()
    made = exact(document_of([seen], "a request"), options or Options(), report)
    if not made:
        raise InvalidInput(
            "No expectation can be made of this request",
            "\n".join(map(str, report.findings)),
            "Write it by hand.",
        )
    return made[0]


def recorded_numbers(feed: Feed) -> list[int]:
    """Which exchanges came from the real API, of all that are remembered.

    Raises:
        NotFound: none did.
    """
    found: list[int] = []
    while batch := feed.poll().new:
        found += [one.number for one in batch if one.is_recorded]
    if not found:
        raise NotFound("Nothing was recorded", feed.url, "Begin with --from URL, and send requests.")
    return found


def recorded_document(feed: Feed, numbers: Iterable[int], source: str) -> Source:
    """Some exchanges as an HTTP archive, which the importer of those turns into expectations."""
    return document_of((feed.exchange(number) for number in numbers), f"recorded from {source}")


def document_of(exchanges: Iterable[Mapping[str, Any]], name: str) -> Source:
    """Exchanges, as MockServer shows them, as an HTTP archive (HAR 1.2)."""
    entries = [_entry(one) for one in exchanges]
    return Source(name, json.dumps({"log": {"version": "1.2", "entries": entries}}).encode())


def _entry(exchange: Mapping[str, Any]) -> dict[str, Any]:
    request, response = exchange.get("httpRequest") or {}, exchange.get("httpResponse") or {}
    query = pairs_of(request.get("queryStringParameters"))
    url = f"{_ORIGIN}{request.get('path') or '/'}" + (f"?{urlencode(query)}" if query else "")
    headers = [one for one in _named(request.get("headers")) if one["name"].lower() not in _DROPPED]
    asked: dict[str, Any] = {"method": request.get("method") or "GET", "url": url, "headers": headers}
    data, kind = body_of(request.get("body"), request.get("headers"))
    if data:
        asked["postData"] = {"mimeType": kind, "text": data.decode("utf-8", "replace")}
    return {"request": asked, "response": _response(response)}


def _response(response: Mapping[str, Any]) -> dict[str, Any]:
    data, kind = body_of(response.get("body"), response.get("headers"))
    content = {"mimeType": kind, "text": base64.b64encode(data).decode(), "encoding": "base64"}
    with contextlib.suppress(UnicodeDecodeError):
        content = {"mimeType": kind, "text": data.decode("utf-8")}
    headers = _named(response.get("headers"))
    return {"status": response.get("statusCode") or 200, "headers": headers, "content": content}


def _named(found: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs_of(found)]


def curl_of(exchange: Mapping[str, Any], url: str) -> str:
    """A request as a curl command against an address; with its secrets, for it is to be sent again."""
    request = exchange.get("httpRequest") or {}
    asked = _entry(exchange)["request"]
    words = ["curl", "-i", "-X", str(asked["method"]), url.rstrip("/") + asked["url"].removeprefix(_ORIGIN)]
    for one in asked["headers"]:
        words += ["-H", f"{one['name']}: {one['value']}"]
    data, _ = body_of(request.get("body"), request.get("headers"))
    if data:
        words += ["--data-binary", data.decode("utf-8", "replace")]
    return shlex.join(words)
