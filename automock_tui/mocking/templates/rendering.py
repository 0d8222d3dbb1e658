"""From an `httpResponseTemplate` or `httpForwardTemplate` to the response or request that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automock_tui.domain.problems import Severity
from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_generated
from automock_tui.mocking.files import NoFile
from automock_tui.mocking.services import Services
from automock_tui.mocking.templates.bindings import Names, for_mustache, for_velocity
from automock_tui.mocking.templates.mustache import compile_mustache
from automock_tui.mocking.templates.values import TemplateError
from automock_tui.mocking.templates.velocity import compile_velocity

if TYPE_CHECKING:
    from automock_tui.mocking.answer import Answer
    from automock_tui.mocking.request import Request

SERVED_TYPES = ("VELOCITY", "MUSTACHE")

Render = Callable[["Request", "Answer | None"], str]
"""Renders a template for a request, and the answer of another server where there is one."""


def compile_template(kind: str, text: str, services: Services, path: str = "") -> Render:
    """A template that renders itself.

    Args:
        kind: VELOCITY or MUSTACHE.
        text: The template.
        services: What templates share.
        path: The path that the expectation matches.

    Raises:
        TemplateError: it cannot be read.
    """
    if kind == "VELOCITY":
        template = compile_velocity(text)
        return lambda request, answer: template.render(for_velocity(Names(request, services, path, answer)))
    if kind != "MUSTACHE":
        raise TemplateError(f"templates of type {kind} cannot be run")
    render = compile_mustache(text)
    return lambda request, answer: render(for_mustache(Names(request, services, path, answer)))


def compile_action(spec: dict[str, Any], services: Services, path: str) -> Render:
    """The template of an action, its text or its file.

    Raises:
        TemplateError: it cannot be read.
    """
    text = spec.get("template")
    if not isinstance(text, str):
        try:
            text = services.read(str(spec.get("templateFile") or "")).decode("utf-8", "replace")
        except NoFile as error:
            raise TemplateError(str(error)) from None
    return compile_template(str(spec.get("templateType") or ""), text, services, path)


def rendering(spec: dict[str, Any], services: Services, path: str) -> Render:
    """As `compile_action`; a template that cannot be read fails each time it is asked."""
    try:
        return compile_action(spec, services, path)
    except TemplateError as error:
        reason = error

        def fail(_request: Request, _answer: Answer | None) -> str:
            raise reason

        return fail


def read_made(text: str, name: str) -> dict[str, Any]:
    """The response or the request that a template made, checked as MockServer would.

    Args:
        text: What the template made.
        name: `httpResponse` or `httpRequest`.

    Raises:
        TemplateError: it is none.
    """
    from automock_tui.domain.expectation_schema import check_fields

    tree = parse_generated(text)
    if tree is NOT_JSON or not isinstance(tree, dict):
        raise TemplateError(f"the template makes no {name}: {text[:200]!r}")
    wrong: list[str] = []

    def report(rule: str, _severity: Severity, _path: Any, message: str, _why: str, _fix: str) -> None:
        wrong.append(message)

    check_fields({name: tree}, (), report)
    if wrong:
        raise TemplateError(f"the template makes no {name}: {wrong[0]}")
    return tree


_NAMES = re.compile(r"\$!?\{?!?([A-Za-z_]\w*)|\{\{[#^&{]*\s*([A-Za-z_]\w*)")


def used_names(text: str) -> frozenset[str]:
    """The names that a template's references begin with."""
    return frozenset(one[0] or one[1] for one in _NAMES.findall(text))
