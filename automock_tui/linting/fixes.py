"""Mending a problem without asking: only changes of which there is one, and which lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automock_tui.domain.expectation import ExpectationSet
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Problem
from automock_tui.linting.paths import mended_path, path_variables
from automock_tui.linting.schema import mended_value
from automock_tui.linting.shadowing import shadowed
from automock_tui.linting.shape import Shape

Fix = Callable[[ExpectationSet, int, Path], ExpectationSet]


def apply_fix(expectations: ExpectationSet, problem: Problem) -> ExpectationSet:
    """The set with this problem mended; the same set where it cannot be, or is not there any more."""
    fix = _FIXES.get(problem.rule)
    index = problem.place.index
    if fix is None or not problem.can_fix or index >= len(expectations):
        return expectations
    return fix(expectations, index, _path(expectations, problem))


def _path(expectations: ExpectationSet, problem: Problem) -> Path:
    """The path within the expectation that a pointer means."""
    keys = problem.place.pointer.split("/")[1:]
    node: Any = expectations[problem.place.index].tree
    found: list[str | int] = []
    for key in keys[1:] if expectations.is_array else keys:
        plain = key.replace("~1", "/").replace("~0", "~")
        step: str | int = int(plain) if isinstance(node, list) and plain.isdigit() else plain
        node = _child(node, step)
        found.append(step)
    return tuple(found)


def _child(node: Any, key: str | int) -> Any:
    if isinstance(node, list) and isinstance(key, int):
        return node[key] if key < len(node) else None
    return node.get(key) if isinstance(node, dict) else None


def _new_id(expectations: ExpectationSet, index: int, path: Path) -> ExpectationSet:
    taken = {one.id for one in expectations}
    one = expectations[index]
    number = 2
    while f"{one.id}-{number}" in taken:
        number += 1
    return expectations.replaced(index, one.with_id(f"{one.id}-{number}"))


def _add_parameters(expectations: ExpectationSet, index: int, path: Path) -> ExpectationSet:
    """Any value for each `{name}` of the path."""
    one = expectations[index]
    found = one.value(path)
    names = path_variables(found.get("value", "") if isinstance(found, dict) else found)
    values = {name: [".*"] for name in names}
    return expectations.replaced(index, one.with_value((*path[:-1], "pathParameters"), values))


def _mend_path(expectations: ExpectationSet, index: int, path: Path) -> ExpectationSet:
    """A path that requests have: from its slash on, encoded, its query string where query strings belong."""
    one, text = expectations[index], expectations[index].value(path)
    matcher = path[: -2 if path[-1] == "value" else -1]
    query = one.value(matcher).get("queryStringParameters")
    found = mended_path(text, query) if isinstance(text, str) else None
    if found is None:
        return expectations
    changed = one.with_value(path, found[0])
    if found[1] and not query:
        changed = changed.with_value((*matcher, "queryStringParameters"), found[1])
    for name, values in found[1].items() if query else ():
        changed = changed.with_value((*matcher, "queryStringParameters", name), values)
    return expectations.replaced(index, changed)


def _unlimited(expectations: ExpectationSet, index: int, path: Path) -> ExpectationSet:
    return expectations.replaced(index, expectations[index].without(("times",)))


def _plain_value(expectations: ExpectationSet, index: int, path: Path) -> ExpectationSet:
    """A number or flag without its quotes, or a number in quotes where a text is wanted."""
    one = expectations[index]
    plain = mended_value(one.value(path))
    return expectations if plain is None else expectations.replaced(index, one.with_value(path, plain))


def _before_its_shadow(expectations: ExpectationSet, index: int, path: Path) -> ExpectationSet:
    """In the place before the first of those that take its requests; the others keep their order."""
    by = dict(shadowed(expectations, [Shape(one) for one in expectations])).get(index)
    return expectations if by is None or by > index else expectations.moved(index, by)


_FIXES: dict[str, Fix] = {
    "duplicate-id": _new_id,
    "impossible-path": _mend_path,
    "never-answers": _unlimited,
    "path-parameters": _add_parameters,
    "shadowed": _before_its_shadow,
    "wrong-type": _plain_value,
}
