"""Mending a problem without asking: only changes of which there is one, and which lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automock_tui.domain.expectation import ExpectationSet
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Problem

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


_FIXES: dict[str, Fix] = {"duplicate-id": _new_id}
