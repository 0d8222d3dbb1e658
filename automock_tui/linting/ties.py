"""Two expectations of one priority, of which some requests match both and neither is the narrower one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from automock_tui.domain.expectation import ExpectationSet
from automock_tui.linting.coverage import covers, takes_path
from automock_tui.linting.finding import Finding
from automock_tui.linting.shape import PAIRS, Shape
from automock_tui.linting.words import ANY, LITERAL, PATTERN, Word, pattern_takes
from automock_tui.mocking.paths import is_variable

_MOST_NODES, _MOST_COMPARED = 100, 20
"""Limits of the search for one expectation; reached only in sets that repeat one path hundreds of times."""


class _Node:
    """A place in the tree of path segments; `*` is any segment."""

    __slots__ = ("children", "items")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.items: list[tuple[int, Shape]] = []


_ANY_SEGMENT = "*"
_FIELDS = ("path", *PAIRS, "body")


def ties(expectations: ExpectationSet, shapes: list[Shape]) -> Iterator[tuple[int, int]]:
    """Who shares requests with an earlier one, where neither is the narrower, and with whom: their indexes."""
    roots: dict[tuple[int, str], _Node] = defaultdict(_Node)
    for index, shape in enumerate(shapes):
        segments = _segments(shape)
        if segments is None or not shape.always_answers or shape.scenario[0]:
            continue
        root = roots[expectations[index].priority, shape.method.text.lower()]
        other = next((one for one, earlier in _meeting(root, segments) if _is_tie(earlier, shape)), None)
        if other is not None:
            yield index, other
        _place(root, segments).items.append((index, shape))


def _segments(shape: Shape) -> tuple[str, ...] | None:
    """The segments of a literal path or a template; None for any other."""
    if shape.method.kind is not LITERAL or not shape.path.is_plain:
        return None
    if shape.is_template:
        return tuple(_ANY_SEGMENT if is_variable(part) else part.lower() for part in shape.segments)
    return tuple(map(str.lower, shape.segments)) if shape.path.kind is LITERAL else None


def _place(node: _Node, segments: tuple[str, ...]) -> _Node:
    for segment in segments:
        node = node.children.setdefault(segment, _Node())
    return node


def _meeting(root: _Node, segments: tuple[str, ...]) -> Iterator[tuple[int, Shape]]:
    """The earlier ones with a path that both may match, the latest first."""
    nodes = [root]
    for segment in segments:
        if segment == _ANY_SEGMENT:
            nodes = [child for node in nodes for child in node.children.values()][:_MOST_NODES]
        else:
            nodes = [
                child
                for node in nodes
                for name in (segment, _ANY_SEGMENT)
                if (child := node.children.get(name)) is not None
            ]
    for node in nodes:
        yield from reversed(node.items[-_MOST_COMPARED:])


def _is_tie(earlier: Shape, later: Shape) -> bool:
    """Whether a request may match both, and nobody can tell which of them was meant.

    Two that ask for other values of one kind, such as `?page=2` and `?status=sold`, are how everybody writes
    variants of an answer; a request with both is no surprise worth a word.
    """
    differing = [field for field in _FIELDS if earlier.spec.get(field) != later.spec.get(field)]
    if len(differing) < 2 and "path" not in differing:
        return False
    return _may_meet(earlier, later) and not covers(earlier, later) and not covers(later, earlier)


def _may_meet(one: Shape, other: Shape) -> bool:
    """Whether there is surely a request that both match, their paths aside."""
    if one.namespace != other.namespace or one.others != other.others:
        return False
    if "body" in one.spec and "body" in other.spec and one.spec["body"] != other.spec["body"]:
        return False
    if not _paths_may_meet(one, other):
        return False
    return all(_pairs_may_meet(one, other, field) for field in PAIRS)


def _paths_may_meet(one: Shape, other: Shape) -> bool:
    """Whether the values of path parameters allow it, for paths whose segments do."""
    if one.is_template and other.is_template:
        return bool(one.parameters == other.parameters)
    for template, literal in ((one, other), (other, one)):
        if template.is_template and not takes_path(template, literal.path.text):
            return False
    return True


def _pairs_may_meet(one: Shape, other: Shape, field: str) -> bool:
    mine, theirs = one.entries(field), other.entries(field)
    if mine is None or theirs is None:
        return False
    by_name = {entry.name.text.lower(): entry.value for entry in theirs}
    return all(_may_be_equal(entry.value, by_name.get(entry.name.text.lower())) for entry in mine)


def _may_be_equal(one: Word, other: Word | None) -> bool:
    if other is None or other.raw == one.raw or ANY in (one.kind, other.kind):
        return True
    if (one.kind, other.kind) == (LITERAL, LITERAL):
        return one.text.lower() == other.text.lower()
    if one.kind is PATTERN and other.kind is LITERAL:
        return pattern_takes(one.text, other.text)
    return one.kind is LITERAL and other.kind is PATTERN and pattern_takes(other.text, one.text)


def differ(expectations: ExpectationSet, index: int, other: int) -> bool:
    """Whether they answer differently, so that it matters which of them does."""
    one, two = expectations[index], expectations[other]
    return any(one.tree.get(name) != two.tree.get(name) for name in (*one.actions, *two.actions))


def tie_finding(expectations: ExpectationSet, other: int) -> Finding:
    """The finding for one that shares requests with an earlier one."""
    found = expectations[other]
    name = f'"{found.id}"' if found.id else found.title
    words = f"Some requests match expectation {other + 1} ({name}) as well; the order alone decides."
    return Finding("equal-priority-tie", ("httpRequest",), words)
