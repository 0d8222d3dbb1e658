"""From an expectation's action to what answers a request."""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automock_tui.domain.expectation_fields import ACTIONS
from automock_tui.mocking.answer import Answer
from automock_tui.mocking.bodies.building import UNSUPPORTED_TYPES, body_type
from automock_tui.mocking.delays import compile_delay
from automock_tui.mocking.events import EventStream
from automock_tui.mocking.forwarding import (
    UNSERVED_CHANGES,
    compile_fallback,
    compile_forward,
    compile_override,
)
from automock_tui.mocking.responses import FixedResponse

if TYPE_CHECKING:
    from automock_tui.mocking.request import Request

Responder = Callable[["Request", int], Answer]
"""Answers a request; the number is how often the expectation has matched, this time included."""
UNSUPPORTED_STATUS = 501
_RESPONSES = ("httpResponse", "httpResponses")


def compile_responder(tree: dict[str, Any], identity: str) -> Responder:
    """What answers for an expectation: its primary action, or that it cannot be done here."""
    name = chosen_action(tree)
    if not is_served(tree, name):
        return _refusal(name or "an expectation without an action", identity)
    if name in _RESPONSES:
        return _responses(tree)
    return _ACTIONS[name](tree[name])


def is_served(tree: dict[str, Any], name: str) -> bool:
    """Whether this engine can carry out the action of this name."""
    spec = tree.get(name)
    if name in _RESPONSES:
        found = spec if isinstance(spec, list) else [spec]
        return all(isinstance(one, dict) and not _needs_more(one) for one in found)
    return name in _ACTIONS and isinstance(spec, dict) and not any(one in spec for one in UNSERVED_CHANGES)


def _needs_more(response: dict[str, Any]) -> bool:
    """Whether a response has a body that this engine cannot make: from a schema or from a file."""
    return "generateFromSchema" in response or body_type(response.get("body")) in UNSUPPORTED_TYPES


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


def _responses(tree: dict[str, Any]) -> Responder:
    several = tree.get("httpResponses")
    if not several:
        return _one_response(tree["httpResponse"])
    found = [_one_response(one) for one in several]
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


def _one_response(spec: Any) -> Responder:
    spec = spec if isinstance(spec, dict) else {}
    fixed = FixedResponse(spec)
    recovery = spec.get("recoverAfter")
    if not isinstance(recovery, dict) or not recovery.get("failTimes"):
        return lambda _request, _matches: fixed()
    return _recovering(fixed, recovery)


_MAX_ATTEMPT_KEYS = 10_000
"""Idempotency keys whose attempts are remembered; the oldest is forgotten first."""


def _recovering(fixed: FixedResponse, spec: dict[str, Any]) -> Responder:
    """Fails so many times, for each value of the idempotency header where one is named."""
    failing = FixedResponse(spec.get("failResponse") or {"statusCode": 503})
    header = str(spec.get("idempotencyHeader") or "").lower()
    times = int(spec["failTimes"])
    attempts: dict[str, int] = {}

    def respond(request: Request, _matches: int) -> Answer:
        key = request.header(header) if header else ""
        attempts[key] = attempts.get(key, 0) + 1
        if len(attempts) > _MAX_ATTEMPT_KEYS:
            attempts.pop(next(iter(attempts)))
        return failing() if attempts[key] <= times else fixed()

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
    "httpOverrideForwardedRequest": compile_override,
}
