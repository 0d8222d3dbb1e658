"""Templates: JavaScript, which the image cannot run, and what Velocity and Mustache cannot read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.walking import Found, objects_with
from automock_tui.mocking.templates.mustache import compile_mustache
from automock_tui.mocking.templates.values import TemplateError
from automock_tui.mocking.templates.velocity import compile_velocity

_SIMPLE = re.compile(r"(?:[^#$\\{]|\{(?!\{)|\$!?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?![\w.(\[-]))*")
"""Text without directives and tags, with plain references at most: nothing in it can be wrong."""


def check_templates(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """What keeps the templates of an expectation from being filled in."""
    if "templateType" not in expectation.text:
        return
    for one in objects_with(expectation.tree, "templateType"):
        if one.path and not _is_data(one):
            yield from _template(one)


def _is_data(one: Found) -> bool:
    """Whether it lies in a body, where all names are free; only a FILE body is filled in."""
    inside = "body" in one.path[:-1] or "json" in one.path
    return inside or (one.path[-1] == "body" and one.value.get("type") != "FILE")


def _template(one: Found) -> Iterator[Finding]:
    kind = one.value["templateType"]
    if kind == "JAVASCRIPT":
        yield Finding("javascript-template", (*one.path, "templateType"), "The template is in JavaScript.")
        return
    for key, text in _texts(one.value) if kind in _COMPILERS else ():
        if words := _fault(kind, text):
            yield Finding("invalid-template", (*one.path, *key), f"{kind.title()}: {words}.")


def _texts(spec: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key in ("template", "json"):
        if isinstance(spec.get(key), str):
            yield (key,), spec[key]
    events = spec.get("events")
    for index, one in enumerate(events if isinstance(events, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("data"), str):
            yield ("events", index, "data"), one["data"]


def _fault(kind: str, text: str) -> str:
    """What is wrong with the syntax of a template; empty where nothing is."""
    return "" if _SIMPLE.fullmatch(text) else _read_fault(kind, text)


@lru_cache(maxsize=1024)
def _read_fault(kind: str, text: str) -> str:
    try:
        _COMPILERS[kind](text)
    except TemplateError as error:
        return str(error)
    return ""


_COMPILERS: dict[str, Callable[[str], object]] = {"VELOCITY": compile_velocity, "MUSTACHE": compile_mustache}
