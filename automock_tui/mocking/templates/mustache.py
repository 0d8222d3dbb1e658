"""Mustache templates, as jmustache renders them in the settings of MockServer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from automock_tui.mocking.templates.members import MISSING, call, get_method, get_property
from automock_tui.mocking.templates.scope import Bindings, Scope
from automock_tui.mocking.templates.values import Bean, TemplateError, spell

_ESCAPES = str.maketrans(
    {"&": "&amp;", "'": "&#39;", '"': "&quot;", "<": "&lt;", ">": "&gt;", "`": "&#x60;", "=": "&#x3D;"}
)
_STANDALONE = frozenset("#^/!=")
_MAX_NESTED = 100


@dataclass(frozen=True)
class Lambda:
    """A section whose inside is rendered and then given to a function."""

    run: Callable[[str, Scope], str]


@dataclass(frozen=True)
class _Loop:
    """Where a section is in its list."""

    index: int
    count: int


class _Frame:
    """What names are looked up in, innermost first."""

    __slots__ = ("loop", "outer", "value")

    def __init__(self, value: Any, outer: _Frame | None, loop: _Loop | None = None) -> None:
        self.value, self.outer, self.loop = value, outer, loop


Node = Callable[[Scope, _Frame], str]


def compile_mustache(text: str) -> Callable[[Bindings], str]:
    """A template from its text.

    Raises:
        TemplateError: it is no Mustache, or has partials.
    """
    nodes = _Parser(text).whole()

    def render(bindings: Bindings) -> str:
        try:
            return nodes(Scope(bindings), _Frame(None, None))
        except RecursionError:
            raise TemplateError("the template is nested too deeply") from None

    return render


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open, self._close = "{{", "}}"
        self._depth = 0

    def whole(self) -> Node:
        nodes = self._nodes(None)
        return _joined(nodes)

    def _nodes(self, section: str | None) -> list[Node]:
        """The nodes up to the end of a section, or of the text."""
        self._depth += 1
        if self._depth > _MAX_NESTED:
            raise TemplateError("sections are nested too deeply")
        nodes: list[Node] = []
        while (start := self._text.find(self._open, self._at)) >= 0:
            before, begin = self._text[self._at : start], start
            tag = self._tag(start)
            if tag is None:  # what is not closed is text
                break
            if tag[:1] in _STANDALONE and self._is_alone(begin):
                before = before.rstrip(" \t")
                self._skip_line()
            nodes.append(_fixed(before))
            if tag[:1] == "/":
                if tag[1:].strip() != section:
                    raise TemplateError(f"{{{{{tag}}}}} closes what is not open")
                self._depth -= 1
                return nodes
            nodes.append(self._node(tag))
        if section is not None:
            raise TemplateError(f"the section {section} is not closed")
        nodes.append(_fixed(self._text[self._at :]))
        return nodes

    def _tag(self, start: int) -> str | None:
        """The inside of the tag at a place, and goes past it; None where it is not closed."""
        inside = start + len(self._open)
        end = self._text.find(self._close, inside)
        if end < 0:
            return None
        self._at = end + len(self._close)
        tag = self._text[inside:end].strip()
        if tag[:1] == "{" and self._open == "{{":
            if not self._text.startswith("}", self._at):
                raise TemplateError(f"{self._text[start : self._at]} needs three brackets at its end")
            self._at += 1
        return tag

    def _is_alone(self, begin: int) -> bool:
        line_start = self._text.rfind("\n", 0, begin) + 1
        line_end = self._text.find("\n", self._at)
        rest = self._text[self._at : line_end if line_end >= 0 else None]
        return not self._text[line_start:begin].strip(" \t") and not rest.strip(" \t\r")

    def _skip_line(self) -> None:
        line_end = self._text.find("\n", self._at)
        self._at = line_end + 1 if line_end >= 0 else len(self._text)

    def _node(self, tag: str) -> Node:
        kind, name = tag[:1], tag[1:].strip()
        if not tag:
            raise TemplateError("a tag without a name")
        if kind == "#":
            return _section(name, _joined(self._nodes(name)))
        if kind == "^":
            return _inverted(name, _joined(self._nodes(name)))
        if kind == "!":
            return _fixed("")
        if kind == "=":
            return self._delimiters(tag)
        if kind == ">":
            raise TemplateError("templates here have no partials")
        if kind in ("&", "{"):
            return _variable(name, lambda text: text)
        return _variable(tag, lambda text: text.translate(_ESCAPES))

    def _delimiters(self, tag: str) -> Node:
        parts = tag.strip("=").split()
        if len(parts) != 2:
            raise TemplateError(f"no delimiters: {tag!r}")
        self._open, self._close = parts
        return _fixed("")


def _joined(nodes: list[Node]) -> Node:
    return lambda scope, frame: "".join(node(scope, frame) for node in nodes)


def _fixed(text: str) -> Node:
    return lambda scope, _: scope.make(text)


def _variable(name: str, escape: Callable[[str], str]) -> Node:
    def node(scope: Scope, frame: _Frame) -> str:
        value = _find(name, scope, frame)
        return "" if value is None else scope.make(escape(spell(value)))

    return node


def _section(name: str, inside: Node) -> Node:
    def node(scope: Scope, frame: _Frame) -> str:
        scope.step()
        value = _find(name, scope, frame)
        if isinstance(value, Lambda):
            return scope.make(value.run(inside(scope, frame), scope))
        if isinstance(value, list):
            loops = [_Frame(one, frame, _Loop(at, len(value))) for at, one in enumerate(value)]
            return "".join(inside(scope, one) for one in loops)
        return inside(scope, _Frame(value, frame, frame.loop)) if _is_some(value) else ""

    return node


def _inverted(name: str, inside: Node) -> Node:
    return lambda scope, frame: "" if _is_some(_find(name, scope, frame)) else inside(scope, frame)


def _is_some(value: Any) -> bool:
    """Whether a section is shown for a value: nothing, zero, empty texts and lists hide it, empty maps not."""
    return isinstance(value, Mapping | Bean | Lambda) or bool(value)


def _find(name: str, scope: Scope, frame: _Frame) -> Any:
    scope.step()
    if name in (".", "this"):
        return frame.value
    if name in ("-index", "-first", "-last"):
        return _of_loop(name, frame.loop)
    first, *rest = re.split(r"\.", name)
    value = _outermost(first, scope, frame)
    for part in rest:
        if value is None:
            return None
        value = _member(value, part)
    return value


def _of_loop(name: str, loop: _Loop | None) -> Any:
    if loop is None:
        return 0 if name == "-index" else None
    return {"-index": loop.index + 1, "-first": loop.index == 0, "-last": loop.index + 1 == loop.count}[name]


def _outermost(name: str, scope: Scope, frame: _Frame) -> Any:
    inner: _Frame | None = frame
    while inner is not None and inner.outer is not None:
        value = _member(inner.value, name)
        if value is not None:
            return value
        inner = inner.outer
    return scope.get(name)


def _member(value: Any, name: str) -> Any:
    if isinstance(value, list) and name.isdigit():
        return value[int(name)] if int(name) < len(value) else None
    if isinstance(value, Mapping) and name != "entrySet":
        found = get_property(value, name) if name in value or hasattr(value, "find") else None
        return None if found is MISSING else found
    if isinstance(value, Bean) and name in value.properties:
        return value.properties[name]
    method = get_method(value, name)
    found = call(method, []) if method is not None else get_property(value, name)
    return None if found is MISSING else found
