"""What this engine cannot do of what an expectation asks, named when the set is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import ExpectationSet
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Problem, Severity
from automock_tui.mocking.bodies.building import UNSUPPORTED_TYPES, body_type
from automock_tui.mocking.files import NoFile, read_file
from automock_tui.mocking.matcher import UNSUPPORTED_REQUESTS
from automock_tui.mocking.openapi.description import BadDescription, load_description
from automock_tui.mocking.responders import chosen_action, is_served
from automock_tui.mocking.services import Services
from automock_tui.mocking.templates.faking import KNOWN
from automock_tui.mocking.templates.rendering import SERVED_TYPES, compile_action, used_names
from automock_tui.mocking.templates.tools import UNSERVED
from automock_tui.mocking.templates.values import TemplateError

_LEFT_OUT = ("beforeActions", "afterActions", "capture", "crossProtocolScenarios")
"""Things beside the answer; the answer is given all the same."""
_RESPONSES = ("httpResponse", "httpResponses")
_TEMPLATES = ("httpResponseTemplate", "httpForwardTemplate")
_NOT_FOUND = "A request that matches gets status 404."
_UNSERVED = "A request that matches gets status 501 and these words."
_NOTHING = "The expectation matches no request."
_WITHOUT = "The answer is given without it."
_FAKED = re.compile(r"\bfaker\.(\w+)(?:\(\))?\.(\w+)")

Finding = tuple[Path, str, str]
"""Where, what, and what happens instead."""


def unsupported(expectations: ExpectationSet, services: Services | None = None) -> tuple[Problem, ...]:
    """A warning (rule `not-served`) for each thing that the engine will not do as MockServer would."""
    shared = services if services is not None else Services()
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
        for path, words, why in _findings(one.tree, shared)
    )


def _findings(tree: dict[str, Any], services: Services) -> Iterator[Finding]:
    if "specUrlOrPayload" in tree:
        yield from _description_findings(tree, (), services, "It is left out.")
        return
    yield from _request_findings(tree.get("httpRequest"), ("httpRequest",), services)
    yield from _action_findings(tree, services)
    steps = tree.get("steps")
    if isinstance(steps, list) and len(steps) > 1:
        yield ("steps",), "Steps beside the one that answers are not carried out.", _WITHOUT
    for field in _LEFT_OUT:
        if field in tree:
            yield (field,), f"This engine does not carry out {field}.", _WITHOUT


def _description_findings(tree: dict[str, Any], path: Path, services: Services, why: str) -> Iterator[Finding]:
    try:
        load_description(tree["specUrlOrPayload"], services)
    except BadDescription as error:
        yield (*path, "specUrlOrPayload"), f"{error}.", why


def _action_findings(tree: dict[str, Any], services: Services) -> Iterator[Finding]:
    name = chosen_action(tree)
    if name and not is_served(tree, name):
        what = f"{tree[name].get('templateType')} templates" if name in _TEMPLATES else name
        yield (name,), f"This engine cannot do {what}.", _UNSERVED
    elif name in _RESPONSES:
        yield from _response_findings(tree[name], (name,), services)
    elif name in _TEMPLATES:
        yield from _template_findings(tree[name], (name,), services)
    elif name == "httpOverrideForwardedRequest" and isinstance(tree[name].get("responseTemplate"), dict):
        yield from _template_findings(tree[name]["responseTemplate"], (name, "responseTemplate"), services)


def _template_findings(spec: dict[str, Any], path: Path, services: Services) -> Iterator[Finding]:
    if spec.get("templateType") not in SERVED_TYPES:
        yield (
            (*path, "templateType"),
            f"This engine cannot run {spec.get('templateType')} templates.",
            _NOT_FOUND,
        )
        return
    try:
        compile_action(spec, services, "")
    except TemplateError as error:
        yield path, f"The template cannot be read: {error}.", _NOT_FOUND
    text = str(spec.get("template") or "")
    for name in sorted(used_names(text) & set(UNSERVED)):
        yield (*path, "template"), f"Templates here do not have {name}.", "It is taken for nothing."
    for group, method in _FAKED.findall(text):
        if method not in KNOWN.get(group, ()):
            yield (*path, "template"), f"faker has no {group}.{method} here.", "It is taken for nothing."


def _request_findings(request: Any, path: Path, services: Services) -> Iterator[Finding]:
    if not isinstance(request, dict):
        return
    for name in ("if", "then", "else"):
        yield from _request_findings(request.get(name), (*path, name), services)
    if "specUrlOrPayload" in request:
        yield from _description_findings(request, path, services, _NOTHING)
    for name in UNSUPPORTED_REQUESTS:
        if name in request:
            yield (*path, name), f"This engine cannot match {name}.", _NOTHING
    kind = body_type(request.get("body"))
    if kind == "FILE":
        yield from _file_findings(request["body"], (*path, "body"), services, "Any body matches.")
    elif kind in UNSUPPORTED_TYPES:
        yield (*path, "body"), f"This engine cannot match a body of type {kind}.", "Any body matches."


def _file_findings(body: dict[str, Any], path: Path, services: Services, why: str) -> Iterator[Finding]:
    try:
        read_file(services.folder, str(body.get("filePath") or ""))
    except NoFile as error:
        yield (*path, "filePath"), f"The file cannot be read: {error}.", why


def _response_findings(spec: Any, path: Path, services: Services) -> Iterator[Finding]:
    if isinstance(spec, list):
        for index, one in enumerate(spec):
            yield from _response_findings(one, (*path, index), services)
    elif isinstance(spec, dict) and body_type(spec.get("body")) == "FILE":
        why = "A request that matches gets status 500."
        yield from _file_findings(spec["body"], (*path, "body"), services, why)
