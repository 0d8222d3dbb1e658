"""Actions that are made by a template: responses, forwards, bodies from files, delays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.answer import Answer
from automock_tui.mocking.delays import compile_delay, seconds
from automock_tui.mocking.files import NoFile, read_file
from automock_tui.mocking.forwarding import addressed, or_bad_gateway, override_answer
from automock_tui.mocking.modifying import modify_answer
from automock_tui.mocking.request import Pairs, Request
from automock_tui.mocking.responses import build_answer, multi_pairs, plain, single_pairs
from automock_tui.mocking.services import Services
from automock_tui.mocking.templates.rendering import Render, compile_template, read_made, rendering
from automock_tui.mocking.templates.values import TemplateError

if TYPE_CHECKING:
    from automock_tui.mocking.responders import Responder

_FAILED = 404
"""The status where a template fails, as MockServer has it."""
HINT_HEADER = "x-mockserver-closest-match-hint"


def failed(error: Exception) -> Answer:
    """The answer where a template fails: 404, with the reason in the header of a miss."""
    return Answer(_FAILED, [(HINT_HEADER, " ".join(f"the template failed: {error}".split())[:1000])])


def matched_path(tree: dict[str, Any]) -> str:
    """The path that an expectation matches; for the groups of a regular expression."""
    request = tree.get("httpRequest")
    path = request.get("path") if isinstance(request, dict) else None
    return plain(path) if path is not None else ""


def compile_response(tree: dict[str, Any], services: Services) -> Responder:
    """An `httpResponseTemplate`; 404 where it fails."""
    spec = tree["httpResponseTemplate"]
    render = rendering(spec, services, matched_path(tree))
    delay = compile_delay(spec.get("delay"))

    def respond(request: Request, _matches: int) -> Answer:
        try:
            made = read_made(render(request, None), "httpResponse")
        except TemplateError as error:
            return failed(error)
        found = build_answer(made)
        found.delay = delay() + compile_delay(made.get("delay"))()
        return found

    return respond


def compile_forward_template(tree: dict[str, Any], services: Services) -> Responder:
    """An `httpForwardTemplate`: the request that it makes goes to its Host or its socket address."""
    spec = tree["httpForwardTemplate"]
    render = rendering(spec, services, matched_path(tree))
    delay = compile_delay(spec.get("delay"))
    override, modifier = spec.get("responseOverride"), spec.get("responseModifier")

    async def work(request: Request, made: dict[str, Any]) -> Answer:
        sent = made_request(made)
        found = await or_bad_gateway(addressed(sent, made), sent)
        if isinstance(override, dict):
            found = override_answer(found, override)
        return modify_answer(found, modifier, request) if isinstance(modifier, dict) else found

    def respond(request: Request, _matches: int) -> Answer:
        try:
            made = read_made(render(request, None), "httpRequest")
        except TemplateError as error:
            return replace(failed(error), status=502)
        return Answer(delay=delay(), later=lambda: work(request, made))

    return respond


def made_request(made: dict[str, Any]) -> Request:
    """A request definition as a request to send."""
    from urllib.parse import quote

    headers: Pairs = multi_pairs(made.get("headers"))
    if cookies := single_pairs(made.get("cookies")):
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    query = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in multi_pairs(made.get("queryStringParameters"))
    )
    answer = build_answer({"body": made["body"]}) if made.get("body") is not None else Answer()
    if answer.content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", answer.content_type))
    method = plain(made["method"]) if made.get("method") else "GET"
    path = plain(made["path"]) if made.get("path") else "/"
    return Request(method, path + (f"?{query}" if query else ""), headers, answer.body)


def compile_file(spec: dict[str, Any], body: dict[str, Any], services: Services, path: str) -> Responder:
    """A response whose body is a file, rendered where the body names a template type; 500 without the file."""
    base = build_answer({key: value for key, value in spec.items() if key != "body"})
    delay = compile_delay(spec.get("delay"))
    kind = str(body.get("templateType") or "")

    def content(request: Request) -> bytes:
        found = read_file(services.folder, str(body.get("filePath") or ""))
        if not kind:
            return found
        render = compile_template(kind, found.decode("utf-8", "replace"), services, path)
        return render(request, None).encode("utf-8", "replace")

    def respond(request: Request, _matches: int) -> Answer:
        try:
            made = content(request)
        except (NoFile, TemplateError):
            return Answer(500, body=b"Error reading file for response body")
        declared = str(body.get("contentType") or "")
        return replace(base, body=made, content_type=declared, delay=delay(), _wire={})

    return respond


def with_delay(spec: dict[str, Any], responder: Responder, services: Services, path: str) -> Responder:
    """A responder with the delay of its action, where that is a template; none where the template fails."""
    given = spec.get("delay")
    if not isinstance(given, dict) or not isinstance(given.get("template"), str):
        return responder
    render = rendering(given, services, path)
    unit = str(given.get("timeUnit") or "MILLISECONDS")

    def respond(request: Request, matches: int) -> Answer:
        found = responder(request, matches)
        return replace(found, delay=found.delay + _delay(render, request, unit), _wire={})

    return respond


def _delay(render: Render, request: Request, unit: str) -> float:
    try:
        return max(0.0, seconds(int(render(request, None).strip()), unit))
    except (TemplateError, ValueError):
        return 0.0
