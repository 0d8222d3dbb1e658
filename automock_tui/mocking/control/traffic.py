"""The engine's own addresses beside MockServer's: what was asked lately, why it was answered so, recording.

| | |
|---|---|
| `GET /mockserver/automock/traffic?after=N&again=N,N` | exchanges after one, and unanswered ones again |
| `GET /mockserver/automock/traffic/N` | one of them, with its headers and bodies |
| `GET /mockserver/automock/traffic/N/why` | which expectation answers that request now, or why none does |
| `GET`, `PUT`, `DELETE /mockserver/automock/recording` | where misses are forwarded to |
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from automock_tui.mocking.answer import Answer
from automock_tui.mocking.control.showing import show_exchange
from automock_tui.mocking.engine import Engine
from automock_tui.mocking.explaining import explain
from automock_tui.mocking.request import Request
from automock_tui.mocking.request_log import Exchange
from automock_tui.mocking.upstream import Upstream

PREFIX = "/mockserver/automock/"
MAX_ENTRIES = 2_000
"""Exchanges in one answer; the next request gets the others."""
_ONE = re.compile(r"traffic/(\d{1,15})(/why)?")


class TrafficPlane:
    """Tells what an engine was asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._recorded_from = ""

    def answer(self, request: Request) -> Answer | None:
        """The answer to a request that is about traffic; None for any other."""
        if not request.path.startswith(PREFIX):
            return None
        name = request.path.removeprefix(PREFIX)
        if name == "recording":
            return self._recording(request)
        if request.method != "GET":
            return None
        if name == "traffic":
            return self._feed(parse_qs(request.target.partition("?")[2]))
        found = _ONE.fullmatch(name)
        return self._one(int(found[1]), bool(found[2])) if found else None

    def _feed(self, query: dict[str, list[str]]) -> Answer:
        log = self._engine.log
        try:
            after = int(query.get("after", ["0"])[0])
            again = [int(one) for one in query.get("again", [""])[0].split(",") if one]
        except ValueError:
            return _json(400, {"error": "after and again are numbers of requests"})
        pending = (log.find(number) for number in again[:MAX_ENTRIES])
        return _json(
            200,
            {
                "run": log.run,
                "total": log.total,
                "dropped": log.dropped,
                "recording": self._recorded_from,
                "expectations": len(self._engine),
                "again": [_line(one) for one in pending if one is not None],
                "new": [_line(one) for one in log.since(after, MAX_ENTRIES)],
            },
        )

    def _one(self, number: int, why: bool) -> Answer:
        entry = self._engine.log.find(number)
        if entry is None:
            return _json(404, {"error": f"request {number} is forgotten"})
        if why:
            return _json(200, explain(self._engine, entry.request, 10).to_dict())
        return _json(200, _line(entry) | show_exchange(entry))

    def _recording(self, request: Request) -> Answer:
        if request.method == "PUT":
            return self._record(request)
        if request.method == "DELETE":
            self._recorded_from, self._engine.recorder = "", None
        return _json(200, {"url": self._recorded_from})

    def _record(self, request: Request) -> Answer:
        try:
            url = str(json.loads(request.body)["url"])
            upstream = read_base(url)
        except (ValueError, KeyError, TypeError) as error:
            return _json(400, {"error": f"no base address to record from: {error}"})
        from automock_tui.mocking.forwarding import recorder

        self._recorded_from, self._engine.recorder = url, recorder(upstream, urlsplit(url).path)
        return _json(200, {"url": url})


def read_base(url: str) -> Upstream:
    """The server that a base address names.

    Raises:
        ValueError: it is not http or https, or names no host.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not like https://api.example.com")
    tls = parts.scheme == "https"
    return Upstream(parts.hostname, parts.port or (443 if tls else 80), tls)


def _line(entry: Exchange) -> dict[str, Any]:
    """What a list shows of an exchange. `status` is null where no response went out, or not yet."""
    answer = entry.answer
    is_out = entry.took is not None and answer.later is None
    return {
        "number": entry.number,
        "at": entry.at,
        "took": entry.took,
        "method": entry.request.method,
        "target": entry.request.target,
        "status": answer.status if is_out and answer.raw is None and not answer.drop else None,
        "expectation": entry.expectation_id,
        "is_recorded": answer.was_fetched and not entry.expectation_id,
        "is_dropped": answer.drop,
    }


def _json(status: int, value: Any) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(status, [("content-type", "application/json; charset=utf-8")], body)
