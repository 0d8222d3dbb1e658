"""From an expectation's action to what answers a request."""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automock_tui.domain.expectation_fields import ACTIONS
from automock_tui.mocking.answer import Answer
from automock_tui.mocking.bodies.building import body_type
from automock_tui.mocking.delays import compile_delay
from automock_tui.mocking.events import EventStream
from automock_tui.mocking.forwarding import compile_fallback, compile_forward, compile_override
from automock_tui.mocking.openapi.samples import generated_body
from automock_tui.mocking.responses import FixedResponse
from automock_tui.mocking.services import Services
from automock_tui.mocking.templated import (
    compile_file,
    compile_forward_template,
    compile_response,
    matched_path,
    with_delay,
)
from automock_tui.mocking.templates.rendering import SERVED_TYPES

if TYPE_CHECKING:
    from automock_tui.mocking.request import Request

Responder = Callable[["Request", int], Answer]
"""Answers a request; the number is how often the expectation has matched, this time included."""
UNSUPPORTED_STATUS = 501
_RESPONSES = ("httpResponse", "httpResponses")


def compile_responder(tree: dict[str, Any], identity: str, services: Services) -> Responder:
    """What answers for an expectation: its primary action, or that it cannot be done here."""
    name = chosen_action(tree)
    if name == "steps" and is_served(tree, name):
        return compile_responder(
            responder_step(tree) | {"httpRequest": tree.get("httpRequest")}, identity, services
        )
    if not is_served(tree, name):
        return _refusal(name or "an expectation without an action", identity)
    if name in _RESPONSES:
        return _responses(tree, services)
    spec, path = tree[name], matched_path(tree)
    if name in _TEMPLATES:
        return with_delay(spec, _TEMPLATES[name](tree, services), services, path)
    if name == "httpOverrideForwardedRequest":
        return with_delay(spec, compile_override(spec, services, path), services, path)
    return with_delay(spec, _ACTIONS[name](spec), services, path)


def responder_step(tree: dict[str, Any]) -> dict[str, Any]:
    """The one of an expectation's steps that answers; empty where there is none."""
    steps = tree.get("steps")
    found = [one for one in (steps if isinstance(steps, list) else []) if isinstance(one, dict)]
    step = next((one for one in found if one.get("responder") is True), {})
    return {key: value for key, value in step.items() if key in ACTIONS and key != "steps"}


def is_served(tree: dict[str, Any], name: str) -> bool:
    """Whether this engine can carry out the action of this name."""
    spec = tree.get(name)
    if name == "steps":
        step = responder_step(tree)
        return bool(step) and is_served(step, chosen_action(step))
    if name in _RESPONSES:
        found = spec if isinstance(spec, list) else [spec]
        return all(isinstance(one, dict) and body_type(one.get("body")) != "WASM" for one in found)
    if name in _TEMPLATES and (not isinstance(spec, dict) or spec.get("templateType") not in SERVED_TYPES):
        return False
    return isinstance(spec, dict) and (
        name in _ACTIONS or name in _TEMPLATES or name == "httpOverrideForwardedRequest"
    )


def chosen_action(tree: dict[str, Any]) -> str:
    """The name of the action that answers; empty where there is none."""
    if tree.get("httpResponses"):
        return "httpResponses"
    found = [name for name in ACTIONS if name in tree]
    primary = (name for name in found if isinstance(tree[name], dict) and tree[name].get("primary") is True)
    return next(primary, found[0] if found else "")


def _refusal(name: str, identity: str) -> Responder:
    words = f"This engine cannot do {name} (expectation {identity}); the real MockServer can."
    answer = Answer(UNSUPPORTED_STATUS, [("content-type", "text/plain; charset=utf-8")], words.encode())
    return lambda _request, _matches: answer


def _responses(tree: dict[str, Any], services: Services) -> Responder:
    several, path = tree.get("httpResponses"), matched_path(tree)
    if not several:
        return _one_response(tree["httpResponse"], services, path)
    found = [_one_response(one, services, path) for one in several]
    choose = _chooser(tree, len(found))
    return lambda request, matches: found[choose(matches)](request, matches)


def _chooser(tree: dict[str, Any], count: int) -> Callable[[int], int]:
    """Which of several responses a match gets, by its number."""
    mode = tree.get("responseMode") or "SEQUENTIAL"
    if mode == "RANDOM":
        return lambda _: random.randrange(count)
    if mode == "WEIGHTED":
        given = tree.get("responseWeights") or []
        weights = [given[n] if n < len(given) and given[n] > 0 else 1 for n in range(count)]
        return lambda _: random.choices(range(count), weights)[0]
    if mode == "SWITCH":
        block = max(1, int(tree.get("switchAfter") or 1))
        return lambda matches: min((matches - 1) // block, count - 1)
    return lambda matches: (matches - 1) % count


def _one_response(spec: Any, services: Services, path: str) -> Responder:
    spec = spec if isinstance(spec, dict) else {}
    usual = with_delay(spec, _usual(spec, services, path), services, path)
    recovery = spec.get("recoverAfter")
    if not isinstance(recovery, dict) or not recovery.get("failTimes"):
        return usual
    return _recovering(usual, recovery)


def _usual(spec: dict[str, Any], services: Services, path: str) -> Responder:
    """A response from a file, from a schema, or as it stands."""
    body = spec.get("body")
    if isinstance(body, dict) and body_type(body) == "FILE":
        return compile_file(spec, body, services, path)
    if body is None and isinstance(spec.get("generateFromSchema"), str):
        spec = spec | {"body": generated_body(spec["generateFromSchema"])}
    fixed = FixedResponse(spec)
    return lambda _request, _matches: fixed()


_MAX_ATTEMPT_KEYS = 10_000
"""Idempotency keys whose attempts are remembered; the oldest is forgotten first."""


def _recovering(usual: Responder, spec: dict[str, Any]) -> Responder:
    """Fails so many times, for each value of the idempotency header where one is named."""
    failing = FixedResponse(spec.get("failResponse") or {"statusCode": 503})
    header = str(spec.get("idempotencyHeader") or "").lower()
    times = int(spec["failTimes"])
    attempts: dict[str, int] = {}

    def respond(request: Request, matches: int) -> Answer:
        key = request.header(header) if header else ""
        attempts[key] = attempts.get(key, 0) + 1
        if len(attempts) > _MAX_ATTEMPT_KEYS:
            attempts.pop(next(iter(attempts)))
        return failing() if attempts[key] <= times else usual(request, matches)

    return respond


def _error(spec: dict[str, Any]) -> Responder:
    try:
        raw = base64.b64decode(str(spec.get("responseBytes") or ""))
    except (binascii.Error, ValueError):
        raw = b""
    delay = compile_delay(spec.get("delay"))
    drop = spec.get("dropConnection") is True or spec.get("streamError") is not None
    return lambda _request, _matches: Answer(raw=raw, drop=drop, delay=delay())


def _events(spec: dict[str, Any]) -> Responder:
    stream = EventStream(spec)
    return lambda _request, _matches: stream()


_ACTIONS: dict[str, Callable[[dict[str, Any]], Responder]] = {
    "httpError": _error,
    "httpSseResponse": _events,
    "httpForward": compile_forward,
    "httpForwardWithFallback": compile_fallback,
}
_TEMPLATES: dict[str, Callable[[dict[str, Any], Services], Responder]] = {
    "httpResponseTemplate": compile_response,
    "httpForwardTemplate": compile_forward_template,
}
