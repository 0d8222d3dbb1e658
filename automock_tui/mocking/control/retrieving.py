"""`retrieve`: what was asked, answered and recorded, and what is active, in the formats that are built."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automock_tui.domain.expectation_fields import MOCKSERVER_VERSION
from automock_tui.mocking.control.failures import Refused
from automock_tui.mocking.control.showing import (
    show_answer,
    show_exchange,
    show_recorded,
    show_request,
    show_time,
)
from automock_tui.mocking.jackson import pretty
from automock_tui.mocking.request import Pairs, Request

if TYPE_CHECKING:
    from automock_tui.mocking.answer import Answer
    from automock_tui.mocking.request_log import Exchange

TYPES = ("logs", "requests", "request_responses", "recorded_expectations", "active_expectations", "metrics")
FORMATS = (
    "java", "javascript", "python", "go", "csharp", "ruby", "rust", "php", "json", "log_entries", "har",
    "openapi", "postman", "bruno", "curl",
)  # fmt: skip
"""The formats that MockServer knows."""
SERVED_FORMATS = ("json", "log_entries", "har", "curl")
_JSON = "application/json; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_LINE = "\n------------------------------------\n"

Retrieved = tuple[str, str]
"""Content type and content."""


def show_log(kind: str, form: str, exchanges: list[Exchange]) -> Retrieved:
    """Exchanges of the log in a format.

    Args:
        kind: One of `TYPES` that is about the log.
        form: One of `FORMATS`.
        exchanges: Those that were asked for.

    Raises:
        Refused: the format is not built.
    """
    check_format(form)
    if kind == "logs":
        return _logs(form, exchanges)
    chosen = [one for one in exchanges if _KINDS[kind](one)]
    if form == "json":
        return _JSON, pretty([_SHOWN[kind](one) for one in chosen])
    if form == "log_entries":
        return _JSON, pretty([_entry(kind, one) for one in chosen])
    if form == "har":
        return _JSON, pretty(show_har(chosen, answered=kind != "requests"))
    if kind == "recorded_expectations":
        return _TEXT, "CURL not supported for RECORDED_EXPECTATIONS"
    return _TEXT, "".join(f"{show_curl(one.request)}\n\n" for one in chosen)


def check_format(form: str) -> None:
    """Refuse a format that is MockServer's and not built here.

    Raises:
        Refused: it is one.
    """
    if form not in SERVED_FORMATS:
        built = ", ".join(SERVED_FORMATS)
        raise Refused(f"this engine does not make {form.upper()}; it makes {built}, and export makes more")


_KINDS: dict[str, Callable[[Exchange], bool]] = {
    "requests": lambda _: True,
    "request_responses": lambda one: bool(one.expectation_id),
    "recorded_expectations": lambda one: one.answer.was_fetched,
}
_SHOWN: dict[str, Callable[[Exchange], dict[str, Any]]] = {
    "requests": lambda one: show_request(one.request),
    "request_responses": show_exchange,
    "recorded_expectations": show_recorded,
}


def _logs(form: str, exchanges: list[Exchange]) -> Retrieved:
    if form == "log_entries":
        found = [_entry(kind, one) for one in exchanges for kind in ("requests", "request_responses")]
        return _JSON, pretty(found)
    return _TEXT, _LINE.join(text for one in exchanges for text in _log_texts(one))


def _log_texts(one: Exchange) -> tuple[str, str]:
    request, at = _indented(show_request(one.request)), show_time(one.at)
    if one.expectation_id:
        told = f"returning response:\n\n{_indented(show_answer(one.answer))}\n for request:\n\n{request}"
        told += f"\n from expectation:\n\n  {one.expectation_id}\n"
    else:
        told = (
            f"no expectation for:\n\n{request}\n returning response:\n\n{_indented(show_answer(one.answer))}\n"
        )
    return f"{at} - received request:\n\n{request}\n", f"{at} - {told}"


def _indented(tree: dict[str, Any]) -> str:
    return "".join(f"  {line}\n" for line in pretty(tree).splitlines())


def _entry(kind: str, one: Exchange) -> dict[str, Any]:
    found: dict[str, Any] = {
        "logLevel": "INFO",
        "epochTime": int(one.at * 1000),
        "timestamp": show_time(one.at),
        "type": "RECEIVED_REQUEST",
        "correlationId": str(one.number),
        "httpRequest": show_request(one.request),
    }
    if kind == "requests":
        return found
    found["type"] = "EXPECTATION_RESPONSE" if one.expectation_id else "NO_MATCH_RESPONSE"
    if one.answer.was_fetched:
        found["type"] = "FORWARDED_REQUEST"
    found["httpResponse"] = show_answer(one.answer)
    if one.expectation_id:
        found["expectationId"] = one.expectation_id
    return found


# --- HAR and curl


def show_har(exchanges: list[Exchange], *, answered: bool) -> dict[str, Any]:
    """Exchanges as an HTTP archive, version 1.2."""
    creator = {"name": "MockServer", "version": MOCKSERVER_VERSION}
    entries = [_har_entry(one, answered) for one in exchanges]
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _har_entry(one: Exchange, answered: bool) -> dict[str, Any]:
    waited = round((one.took or 0) * 1000, 3)
    return {
        "startedDateTime": f"{show_time(one.at).replace(' ', 'T')}Z",
        "time": waited,
        "request": _har_request(one.request),
        "response": _har_response(one.answer) if answered else _NO_RESPONSE,
        "cache": {},
        "timings": {"send": 0, "wait": waited, "receive": 0},
    }


def _named(pairs: Pairs) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def url_of(request: Request) -> str:
    """The address that was asked."""
    if "://" in request.target.partition("?")[0]:
        return request.target
    host = request.header("host") or request.addresses[0] or "localhost"
    return f"{'https' if request.secure else 'http'}://{host}{request.target}"


def _har_request(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {
        "method": request.method,
        "url": url_of(request),
        "httpVersion": "HTTP/1.1",
        "cookies": _named(request.cookies),
        "headers": _named(request.headers),
        "queryString": _named(request.query),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        found["postData"] = {"mimeType": request.header("content-type"), "text": request.text or ""}
    return found


_NO_RESPONSE: dict[str, Any] = {
    "status": 0, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
    "content": {"size": 0, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": -1,
}  # fmt: skip


def _har_response(answer: Answer) -> dict[str, Any]:
    shown = Request("GET", "/", list(answer.headers), answer.body)
    kind = shown.header("content-type") or answer.content_type
    content: dict[str, Any] = {"size": len(answer.body), "mimeType": kind}
    if answer.body and shown.media_type.is_text:
        content["text"] = shown.text or ""
    elif answer.body:
        content |= {"text": base64.b64encode(answer.body).decode(), "encoding": "base64"}
    return _NO_RESPONSE | {
        "status": answer.status,
        "statusText": answer.reason,
        "cookies": _named(answer.cookies),
        "headers": _named(answer.headers),
        "content": content,
        "bodySize": len(answer.body),
    }


def show_curl(request: Request) -> str:
    """A request as a curl command."""
    parts = ["curl", "-v", shlex.quote(url_of(request))]
    if request.method != "GET":
        parts += ["-X", request.method]
    for name, value in request.headers:
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    if request.body:
        parts += ["--data-binary", shlex.quote(request.body.decode("utf-8", "replace"))]
    return " ".join(parts)
