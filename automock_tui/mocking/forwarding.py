"""Forwards: the answer comes from another server, as it is or changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from automock_tui.mocking.answer import Answer
from automock_tui.mocking.delays import compile_delay
from automock_tui.mocking.modifying import modify_answer, modify_request
from automock_tui.mocking.request import Pairs, Request
from automock_tui.mocking.responses import FixedResponse, build_answer, multi_pairs, plain, single_pairs
from automock_tui.mocking.services import Services
from automock_tui.mocking.templates.rendering import Render, read_made, rendering
from automock_tui.mocking.templates.values import TemplateError
from automock_tui.mocking.upstream import Upstream, UpstreamError, fetch

if TYPE_CHECKING:
    from automock_tui.mocking.responders import Responder

_BAD_GATEWAY = Answer(502)


def _later(spec: dict[str, Any], work: Callable[[Request], Any]) -> Responder:
    delay = compile_delay(spec.get("delay"))
    return lambda request, _matches: Answer(delay=delay(), later=lambda: work(request))


def compile_forward(spec: dict[str, Any]) -> Responder:
    """An `httpForward`: the other server's answer; 502 where there is none."""
    upstream = _upstream(spec)
    return _later(spec, lambda request: or_bad_gateway(upstream, request))


def recorder(upstream: Upstream, base_path: str) -> Callable[[Request], Answer]:
    """What answers misses from a real API; `base_path` goes before the path of each request."""
    base = base_path.rstrip("/")

    def record(request: Request) -> Answer:
        sent = Request(request.method, base + request.target, request.headers, request.body)
        return Answer(later=lambda: or_bad_gateway(upstream, sent))

    return record


async def or_bad_gateway(upstream: Upstream | None, request: Request) -> Answer:
    """The answer of another server; 502 where there is none."""
    try:
        return await fetch(upstream, request) if upstream is not None else _BAD_GATEWAY
    except UpstreamError:
        return _BAD_GATEWAY


def compile_fallback(spec: dict[str, Any]) -> Responder:
    """An `httpForwardWithFallback`: a fixed answer where the other server fails, or by its status."""
    forward = spec.get("httpForward")
    upstream = _upstream(forward if isinstance(forward, dict) else {})
    fallback = FixedResponse(spec.get("fallbackResponse") or {})
    statuses = spec.get("fallbackOnStatusCodes")

    async def work(request: Request) -> Answer:
        try:
            found = await fetch(upstream, request) if upstream is not None else None
        except UpstreamError:
            found = None
        failed = found is None or (found.status in statuses if statuses else found.status >= 500)
        return fallback() if failed or found is None else found

    return _later(spec, work)


def compile_override(spec: dict[str, Any], services: Services, path: str) -> Responder:
    """An `httpOverrideForwardedRequest`: request and answer with some of their parts replaced or changed."""
    changes = spec.get("requestOverride") or spec.get("httpRequest") or {}
    modifier = spec.get("requestModifier")
    change = _answer_changes(spec, services, path)

    async def work(request: Request) -> Answer:
        sent = override_request(request, changes)
        if isinstance(modifier, dict):
            sent = modify_request(sent, modifier)
        return change(await or_bad_gateway(addressed(sent, changes), sent), request)

    return _later(spec, work)


def _answer_changes(spec: dict[str, Any], services: Services, path: str) -> Callable[[Answer, Request], Answer]:
    """What an override does to the answer: replace parts, modify it, make it anew by a template."""
    override = spec.get("responseOverride") or spec.get("httpResponse")
    modifier, template = spec.get("responseModifier"), spec.get("responseTemplate")
    render = rendering(template, services, path) if isinstance(template, dict) else None

    def change(answer: Answer, request: Request) -> Answer:
        if isinstance(override, dict):
            answer = override_answer(answer, override)
        if isinstance(modifier, dict):
            answer = modify_answer(answer, modifier, request)
        return answer if render is None else _templated(render, request, answer)

    return change


def _templated(render: Render, request: Request, answer: Answer) -> Answer:
    try:
        return build_answer(read_made(render(request, answer), "httpResponse"))
    except TemplateError:
        return answer


def _upstream(spec: dict[str, Any]) -> Upstream | None:
    """Where a forward leads; None where it names no host."""
    host, tls = str(spec.get("host") or ""), spec.get("scheme") == "HTTPS"
    return Upstream(host, int(spec.get("port") or (443 if tls else 80)), tls) if host else None


def addressed(request: Request, changes: dict[str, Any]) -> Upstream | None:
    """Where an overridden request goes: to its socket address, else to its Host header."""
    socket = changes.get("socketAddress")
    if isinstance(socket, dict) and socket.get("host"):
        return _upstream(socket)
    host, _, port = request.header("host").partition(":")
    tls = changes.get("secure") is True
    found = int(port) if port.isdigit() else None
    return _upstream({"host": host, "port": found, "scheme": "HTTPS" if tls else "HTTP"})


def override_request(request: Request, changes: dict[str, Any]) -> Request:
    """A request with the fields that an override gives in place of its own; names replace names."""
    path = plain(changes["path"]) if changes.get("path") else request.path
    query = _with(request.query, multi_pairs(changes.get("queryStringParameters")))
    raw = request.target.partition("?")[2]
    if changes.get("queryStringParameters"):
        raw = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    headers = _with(request.headers, multi_pairs(changes.get("headers")))
    if cookies := single_pairs(changes.get("cookies")):
        all_cookies = "; ".join(f"{name}={value}" for name, value in _with(request.cookies, cookies))
        headers = _with(headers, [("Cookie", all_cookies)])
    body = request.body
    if changes.get("body") is not None:
        body = build_answer({"body": changes["body"]}).body
    method = plain(changes["method"]) if changes.get("method") else request.method
    return Request(method, path + (f"?{raw}" if raw else ""), headers, body)


def override_answer(answer: Answer, changes: dict[str, Any]) -> Answer:
    """An answer with the parts that an override gives in place of its own."""
    given = build_answer(changes)
    return replace(
        answer,
        status=given.status if "statusCode" in changes else answer.status,
        reason=given.reason or answer.reason,
        headers=_with(answer.headers, given.headers),
        cookies=[*answer.cookies, *given.cookies],
        body=given.body if changes.get("body") is not None else answer.body,
        options=given.options,
        _wire={},
    )


def _with(pairs: Pairs, given: Pairs) -> Pairs:
    """The pairs with those of the same name replaced, case aside."""
    names = {name.lower() for name, _ in given}
    return [*[one for one in pairs if one[0].lower() not in names], *given]
