"""Plausible answers for requests that were saved without one, learned from the collection itself."""

from __future__ import annotations

import re
from typing import Any

from automock_tui.importing.exchange import Exchange, Response, json_or_none
from automock_tui.importing.grouping import Grouping
from automock_tui.importing.imported import Expectation, Options, Report

_STATUS = {"POST": 201, "DELETE": 204}
_JSON = [("Content-Type", "application/json")]
_LAST_PARAMETER = re.compile(r"/(?:\{[^/]*\}|\d+|[0-9a-fA-F-]{32,36})/?$")


def expectations_of(exchanges: list[Exchange], options: Options, report: Report) -> list[Expectation]:
    """The expectations of a collection's requests; those without a saved response get a plausible one."""
    fill_in(exchanges, report)
    return Grouping(options, report).expectations(exchanges)


def fill_in(exchanges: list[Exchange], report: Report) -> None:
    """Give each exchange without a response one, and say so."""
    bodies = _bodies(exchanges)
    for one in exchanges:
        if one.is_generated:
            one.response = _response(one, bodies)
            report.made_up += 1
            report.add(one.where, "no saved response", f"a plausible {one.response.status} was made up")


def _bodies(exchanges: list[Exchange]) -> dict[str, dict[str, Any]]:
    """What the requests of a collection send, by path: the fields of its resources."""
    found: dict[str, dict[str, Any]] = {}
    for one in exchanges:
        value = json_or_none(one.request.body)
        if isinstance(value, dict) and "query" not in value:
            found.setdefault(_resource(one.request.path), value)
    return found


def _resource(path: str) -> str:
    return _LAST_PARAMETER.sub("", path).rstrip("/")


def _response(one: Exchange, bodies: dict[str, dict[str, Any]]) -> Response:
    method = one.request.method
    value = json_or_none(one.request.body)
    if (
        isinstance(value, dict)
        and isinstance(value.get("query"), str)
        and "graphql" in one.request.path.lower()
    ):
        return Response(200, list(_JSON), {"data": {}})
    status = _STATUS.get(method, 200)
    if status == 204 or method == "HEAD":
        return Response(status)
    known = bodies.get(_resource(one.request.path), {})
    resource = {"id": 1} | {key: value for key, value in known.items() if key != "id"}
    if method in ("POST", "PUT", "PATCH") or _LAST_PARAMETER.search(one.request.path):
        return Response(status, list(_JSON), resource)
    return Response(status, list(_JSON), [resource] if known else {"status": "ok"})
