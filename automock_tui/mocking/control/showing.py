"""Requests and answers that were seen, as MockServer shows them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.media import MediaType
from automock_tui.mocking.request import Pairs, Request

if TYPE_CHECKING:
    from automock_tui.mocking.answer import Answer
    from automock_tui.mocking.request_log import Exchange


def show_request(request: Request) -> dict[str, Any]:
    """A request as a request definition that matches it."""
    found: dict[str, Any] = {"method": request.method, "path": request.path}
    if request.query:
        found["queryStringParameters"] = grouped(request.query)
    found["headers"] = grouped(request.headers)
    if request.cookies:
        found["cookies"] = dict(request.cookies)
    found |= {"keepAlive": request.keep_alive, "secure": request.secure, "protocol": "HTTP_1_1"}
    if request.body:
        found["body"] = show_body(request.body, request.header("content-type"))
    return found


def grouped(pairs: Pairs) -> dict[str, list[str]]:
    """Names with all their values; names that differ in case only are one."""
    found: dict[str, list[str]] = {}
    spelled: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(spelled.setdefault(name.lower(), name), []).append(value)
    return found


def show_body(body: bytes, content_type: str) -> Any:
    """A body as MockServer's body type for it."""
    kind = MediaType.parse(content_type)
    if not kind.is_text:
        return {"type": "BINARY", "base64Bytes": base64.b64encode(body).decode(), "contentType": content_type}
    text = body.decode(kind.charset, "replace")
    if not content_type:
        return text
    if kind.is_json and (value := parse_json(text)) is not NOT_JSON:
        return {"contentType": content_type, "type": "JSON", "json": value}
    name = "XML" if kind.is_xml else "STRING"
    raw = base64.b64encode(body).decode()
    return {"type": name, name.lower(): text, "rawBytes": raw, "contentType": content_type}


def show_answer(answer: Answer) -> dict[str, Any]:
    """An answer as an `httpResponse`."""
    if answer.raw is not None:
        return {"dropConnection": answer.drop, "responseBytes": base64.b64encode(answer.raw).decode()}
    found: dict[str, Any] = {"statusCode": answer.status}
    headers = list(answer.headers)
    if answer.content_type and not answer.has_header("content-type"):
        headers.append(("content-type", answer.content_type))
    if headers:
        found["headers"] = grouped(headers)
    if answer.cookies:
        found["cookies"] = dict(answer.cookies)
    if answer.body:
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        found["body"] = show_body(answer.body, kind)
    return found


def show_exchange(exchange: Exchange) -> dict[str, Any]:
    """A request with its answer."""
    local, remote = exchange.request.addresses
    addresses = {"localAddress": local, "remoteAddress": remote} if remote else {}
    return {
        "httpRequest": show_request(exchange.request) | addresses,
        "httpResponse": show_answer(exchange.answer),
        "timestamp": show_time(exchange.at),
    }


def show_recorded(exchange: Exchange) -> dict[str, Any]:
    """A forwarded request with the other server's answer, as an expectation."""
    return {"httpRequest": show_request(exchange.request), "httpResponse": show_answer(exchange.answer)}


def show_time(at: float) -> str:
    """An instant, UTC, to the millisecond."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3]
