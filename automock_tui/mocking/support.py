"""What this engine cannot do of what an expectation asks, named when the set is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import ExpectationSet
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Problem, Severity
from automock_tui.mocking.bodies.building import UNSUPPORTED_TYPES, body_type
from automock_tui.mocking.matcher import UNSUPPORTED_REQUESTS
from automock_tui.mocking.responders import chosen_action, is_served

_LEFT_OUT = ("beforeActions", "afterActions", "capture", "crossProtocolScenarios")
"""Things beside the answer; the answer is given all the same."""
_RESPONSES = ("httpResponse", "httpResponses")

Finding = tuple[Path, str, str]
"""Where, what, and what happens instead."""


def unsupported(expectations: ExpectationSet) -> tuple[Problem, ...]:
    """A warning (rule `not-served`) for each thing that the engine will not do as MockServer would."""
    return tuple(
        Problem(
            "not-served",
            Severity.WARNING,
            expectations.place(index, path),
            words,
            why,
            "Use the real MockServer for it.",
        )
        for index, one in enumerate(expectations)
        for path, words, why in _findings(one.tree)
    )


def _findings(tree: dict[str, Any]) -> Iterator[Finding]:
    if "specUrlOrPayload" in tree:
        yield (
            ("specUrlOrPayload",),
            "An OpenAPI description is not turned into expectations here.",
            "It is left out.",
        )
        return
    yield from _request_findings(tree.get("httpRequest"), ("httpRequest",))
    name = chosen_action(tree)
    if name and not is_served(tree, name):
        yield (
            (name,),
            f"This engine cannot do {name}.",
            "A request that matches gets status 501 and these words.",
        )
    elif name in _RESPONSES:
        yield from _response_findings(tree[name], (name,))
    for field in _LEFT_OUT:
        if field in tree:
            yield (field,), f"This engine does not carry out {field}.", "The answer is given without it."


def _request_findings(request: Any, path: Path) -> Iterator[Finding]:
    if not isinstance(request, dict):
        return
    for name in ("if", "then", "else"):
        yield from _request_findings(request.get(name), (*path, name))
    for name in UNSUPPORTED_REQUESTS:
        if name in request:
            yield (*path, name), f"This engine cannot match {name}.", "The expectation matches no request."
    kind = body_type(request.get("body"))
    if kind in UNSUPPORTED_TYPES:
        yield (*path, "body"), f"This engine cannot match a body of type {kind}.", "Any body matches."


def _response_findings(spec: Any, path: Path) -> Iterator[Finding]:
    if isinstance(spec, list):
        for index, one in enumerate(spec):
            yield from _response_findings(one, (*path, index))
    elif isinstance(spec, dict) and isinstance(spec.get("delay"), dict) and "template" in spec["delay"]:
        yield (*path, "delay", "template"), "This engine has no templates for delays.", "There is no delay."
