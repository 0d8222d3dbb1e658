"""Expectations as a HAR 1.2 recording."""

from __future__ import annotations

import base64
import json
from typing import Any

from automock_tui import __version__
from automock_tui.importing.exchange import Pairs
from automock_tui.importing.exporters.answers import Answered, answered
from automock_tui.importing.imported import Expectation, Report

_TIME = "1970-01-01T00:00:00.000Z"
"""A mock has no time of recording; the same expectations give the same file."""
_NO_TIMINGS = {"send": 0, "wait": 0, "receive": 0}


def export(expectations: list[Expectation], report: Report) -> str:
    """One entry per fixed answer."""
    entries = [_entry(one) for one in answered(expectations, report)]
    creator = {"name": "automock-tui", "version": __version__}
    return json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}}, indent=2) + "\n"


def _entry(one: Answered) -> dict[str, Any]:
    return {
        "startedDateTime": _TIME,
        "time": 0,
        "request": _request(one),
        "response": _response(one),
        "cache": {},
        "timings": _NO_TIMINGS,
        "comment": one.where,
    }


def _request(one: Answered) -> dict[str, Any]:
    request = one.request
    found = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(request.headers),
        "queryString": _named(request.query),
        "headersSize": -1,
        "bodySize": len(request.body.encode()),
    }
    if request.body:
        found["postData"] = {"mimeType": _kind(request.headers), "text": request.body}
    return found


def _response(one: Answered) -> dict[str, Any]:
    content: dict[str, Any] = {"size": len(one.body), "mimeType": _kind(one.headers)}
    if isinstance(one.body, bytes):
        content |= {"text": base64.b64encode(one.body).decode(), "encoding": "base64"}
    elif one.body:
        content["text"] = one.body
    return {
        "status": one.status,
        "statusText": one.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(one.headers),
        "content": content,
        "redirectURL": next((value for name, value in one.headers if name.lower() == "location"), ""),
        "headersSize": -1,
        "bodySize": len(one.body),
    }


def _named(pairs: Pairs) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _kind(headers: Pairs) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")
