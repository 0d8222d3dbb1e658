"""Templates: JavaScript, which the image cannot run, and blocks that are not closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.patterns import shortened
from automock_tui.linting.walking import Found, objects_with

_COMMENTS = re.compile(r"##[^\n]*|#\*.*?\*#|#\[\[.*?\]\]#", re.DOTALL)
_DIRECTIVE = re.compile(
    r"(?<!\\)#\{?(?P<name>foreach|elseif|macro|define|set|if|else|end)\b\}?(?P<bracket>\s*\()?"
)
_OPENING = ("if", "foreach", "macro", "define")
_NEEDS_BRACKET = (*_OPENING, "elseif")
_OPEN_REFERENCE = re.compile(r"(?<!\\)\$!?\{[A-Za-z_][\w.]*(?=[\s\"',;<]|\Z)")
_TAG = re.compile(r"\{\{(\{?)\s*([#^/!&>]|)\s*([^{}]*?)\s*\}\}(\}?)", re.DOTALL)


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
    fault = _FAULTS.get(kind)
    for key, text in _texts(one.value):
        if fault and (words := fault(text)):
            yield Finding("invalid-template", (*one.path, *key), f"{kind.title()}: {words}")


def _texts(spec: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key in ("template", "json"):
        if isinstance(spec.get(key), str):
            yield (key,), spec[key]
    events = spec.get("events")
    for index, one in enumerate(events if isinstance(events, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("data"), str):
            yield ("events", index, "data"), one["data"]


def velocity_fault(template: str) -> str:
    """What is wrong with the syntax of a Velocity template; empty where nothing is."""
    text = _COMMENTS.sub("", template)
    for mark, words in (("#*", "the comment #* is not closed."), ("#[[", "the text after #[[ is not closed.")):
        if mark in text:
            return words
    if "#@" in text:
        return ""  # a macro with a body: its name decides whether an #end belongs to it
    if found := _OPEN_REFERENCE.search(text):
        return f"{found[0]} is not closed."
    return _blocks_fault(text)


def _blocks_fault(text: str) -> str:
    opened: list[str] = []
    for found in _DIRECTIVE.finditer(text):
        name = found["name"]
        if name in _NEEDS_BRACKET and not found["bracket"]:
            return f"#{name} needs a condition in brackets."
        if found["bracket"] and name not in ("else", "end") and not _closes(text, found.end()):
            return f"#{name}( is not closed."
        if name in _OPENING:
            opened.append(name)
        elif name in ("end", "else", "elseif") and not opened:
            return f"#{name} without a block that it belongs to."
        elif name == "end":
            opened.pop()
    return f"#{opened[-1]} has no #end." if opened else ""


def _closes(text: str, start: int) -> bool:
    """Whether the bracket that was opened before `start` is closed; quoted ones do not count."""
    depth, quote = 1, ""
    for char in text[start:]:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return True
    return False


def mustache_fault(template: str) -> str:
    """What is wrong with the syntax of a Mustache template; empty where nothing is."""
    if "{{=" in template:
        return ""  # other delimiters from here on
    sections: list[str] = []
    for third, mark, name, closing in _TAG.findall(template):
        if mark in ("#", "^") and mark:
            sections.append(name)
        elif mark == "/" and (sections.pop() if sections else None) != name:
            return f"{{{{/{shortened(name)}}}}} ends a section that is not open."
        elif fault := _tag_fault(third, mark, name, closing):
            return fault
    return f"the section {{{{#{shortened(sections[-1])}}}}} is not closed." if sections else ""


def _tag_fault(third: str, mark: str, name: str, closing: str) -> str:
    if third and not closing:
        return f"{{{{{{{shortened(name)}}}}} is not closed; it needs three brackets."
    if mark == ">":
        return f"{{{{>{shortened(name)}}}}} includes another template; there are none."
    return "a tag without a name: {{}}." if not name and mark != "!" else ""


_FAULTS = {"VELOCITY": velocity_fault, "MUSTACHE": mustache_fault}
