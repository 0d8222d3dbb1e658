"""What Velocity's directives do when a template is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from automock_tui.mocking.templates.scope import Scope
from automock_tui.mocking.templates.values import Bean, TemplateError, spell
from automock_tui.mocking.templates.velocity_references import Expression, Reference

Condition = Callable[[Scope], bool]
Node = Callable[[Scope], str]
"""Renders a piece of a template."""
_MAX_CALLS = 20


class Leaving(Exception):
    """Something ends before its end; `made` is what it had made till then."""

    made = ""


class Break(Leaving):
    """`#break`: the innermost loop ends."""


class Stop(Leaving):
    """`#stop`: the template ends."""


@dataclass(frozen=True)
class Macro:
    """A macro: the names of its arguments, and what it renders."""

    names: list[str]
    body: Node


def joined(nodes: list[str | Node]) -> Node:
    """One node from several."""
    parts = [one for one in nodes if one != ""]
    if not parts:
        return lambda _: ""

    def node(scope: Scope) -> str:
        made: list[str] = []
        for part in parts:
            try:
                made.append(scope.make(part) if isinstance(part, str) else part(scope))
            except Leaving as leaving:
                leaving.made = "".join(made) + leaving.made
                raise
        return "".join(made)

    return node


def escaped(reference: Reference, size: int) -> Node:
    """A reference behind backslashes: undefined it stays as it is, defined they are halved."""

    def node(scope: Scope) -> str:
        if reference.evaluate(scope) is None:
            return "\\" * size + ("" if reference.quiet else reference.source)
        return "\\" * (size // 2) + (reference.source if size % 2 else reference.print(scope))

    return node


def choice(branches: list[tuple[Condition, Node]]) -> Node:
    """The first branch whose condition is true."""

    def node(scope: Scope) -> str:
        scope.step()
        return next((body(scope) for holds, body in branches if holds(scope)), "")

    return node


def assignment(target: Reference, value: Expression) -> Node:
    """`#set`."""

    def node(scope: Scope) -> str:
        scope.step()
        if not target.steps:
            scope.set(target.name, value(scope))
        else:
            _assign_member(target, value(scope), scope)
        return ""

    return node


def _assign_member(target: Reference, value: Any, scope: Scope) -> None:
    """`#set($map.key = ...)` and `#set($list[0] = ...)`; anything else does nothing, as there."""
    owner = Reference(target.name, target.steps[:-1], "").evaluate(scope)
    key = target.steps[-1].key(scope)
    if isinstance(owner, dict) and key is not None:
        owner[spell(key)] = value
    elif isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
        owner[key] = value


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | Bean) else []


def loop(scope: Scope, name: str, value: Any, body: Node, otherwise: Node) -> str:
    """`#foreach` over the items of a list or the values of a map."""
    items = _items(value)
    if not items:
        return otherwise(scope)
    restore = scope.keep(name, "foreach")
    parent = scope.get("foreach")
    made: list[str] = []
    try:
        for index, one in enumerate(items):
            scope.step()
            scope.set(name, one)
            scope.set("foreach", _state(index, len(items), parent))
            made.append(body(scope))
    except Break as leaving:
        made.append(leaving.made)
    except Stop as leaving:
        leaving.made = "".join(made) + leaving.made
        raise
    finally:
        restore()
    return "".join(made)


def _state(index: int, count: int, parent: Any) -> Bean:
    """What `$foreach` stands for in a loop."""
    return Bean(
        {
            "index": index,
            "count": index + 1,
            "hasNext": index + 1 < count,
            "first": index == 0,
            "last": index + 1 == count,
            "parent": parent,
        }
    )


def expand(scope: Scope, macro: Macro | None, given: list[Expression]) -> str:
    """A macro with its arguments."""
    if macro is None:
        return ""
    depth = scope.get("macro depth") or 0
    if depth >= _MAX_CALLS:
        raise TemplateError(f"macros call each other over {_MAX_CALLS} times")
    values = [one(scope) for one in given]
    restore = scope.keep(*macro.names, "macro depth")
    scope.set("macro depth", depth + 1)
    for index, name in enumerate(macro.names):
        scope.set(name, values[index] if index < len(values) else None)
    try:
        return macro.body(scope)
    finally:
        restore()
