"""Expectations that are never reached, because an earlier one takes every request.

Who takes all of another's requests asks for less: everything it asks for, the other asks for too. So each is
filed under the rarest thing that it asks for, and each is compared only with those that are filed under things
that it asks for itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.linting.coverage import covers
from automock_tui.linting.finding import Finding
from automock_tui.linting.shape import Atom, Shape
from automock_tui.linting.ties import differ, tie_finding, ties

_NOTHING: Atom = ()
"""Where those are filed that ask for nothing."""
_FEW = 50
"""Changes that are looked at one by one before the whole set is compared anew."""
ANSWERS = ("httpResponse", "httpResponses", "httpResponseTemplate")
_MOST_COMPARED = 200
"""Comparisons for one expectation; only sets that are made to be slow need more."""

_Ranked = tuple[tuple[int, int], Shape]


class Matching:
    """What is wrong with how the expectations of a set match together.

    It keeps what it knows of each, and who meets whom; an edit of an answer changes nothing of that.
    """

    def __init__(self) -> None:
        self._shapes: dict[str, Shape] = {}
        self._before: tuple[Expectation, ...] = ()
        self._hidden: dict[int, int] = {}
        self._movable: frozenset[int] = frozenset()
        self._ties: dict[int, int] = {}

    def __call__(self, expectations: ExpectationSet) -> Iterator[tuple[int, Finding]]:
        """A finding for each expectation that is never reached, or shares its requests with another."""
        if not _match_alike(self._before, expectations.expectations):
            self._compare(expectations)
        self._before = expectations.expectations
        for index, by in self._hidden.items():
            yield index, _finding(expectations, index, by, is_movable=index in self._movable)
        for index, other in self._ties.items():
            if index not in self._hidden and differ(expectations, index, other):
                yield index, tie_finding(expectations, other)

    def _compare(self, expectations: ExpectationSet) -> None:
        shapes = [self._shape(one) for one in expectations]
        self._shapes = {one.text: shape for one, shape in zip(expectations, shapes, strict=True)}
        self._hidden = dict(shadowed(expectations, shapes))
        pairs = self._hidden.items()
        self._movable = frozenset(one for one, other in pairs if not covers(shapes[one], shapes[other]))
        self._ties = dict(ties(expectations, shapes))

    def _shape(self, expectation: Expectation) -> Shape:
        known = self._shapes.get(expectation.text)
        return Shape(expectation) if known is None else known


def _match_alike(before: tuple[Expectation, ...], after: tuple[Expectation, ...]) -> bool:
    """Whether two sets match the same requests, place by place."""
    if len(before) != len(after):
        return False
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one is not other]
    return len(changed) < _FEW and all(_beside_answers(one) == _beside_answers(other) for one, other in changed)


def _beside_answers(expectation: Expectation) -> dict[str, object]:
    return {name: value for name, value in expectation.tree.items() if name not in ANSWERS}


def shadowed(expectations: ExpectationSet, shapes: list[Shape]) -> Iterator[tuple[int, int]]:
    """The indexes of each expectation that is never reached, and of one that takes all its requests."""
    ranked = [((-one.priority, index), shapes[index]) for index, one in enumerate(expectations)]
    filed = _filed(ranked)
    for rank, shape in ranked:
        by = _shadow(rank, shape, filed) if shape.is_comparable and not shape.is_off else None
        if by is not None:
            yield rank[1], by


def _filed(ranked: list[_Ranked]) -> dict[Atom, list[_Ranked]]:
    """Those that always answer, each under the rarest thing that it asks for, in the order of matching."""
    shadows = sorted((one for one in ranked if one[1].always_answers), key=lambda one: one[0])
    counts = Counter(atom for _, shape in shadows for atom in shape.atoms)
    filed: dict[Atom, list[_Ranked]] = defaultdict(list)
    for one in shadows:
        filed[min(one[1].atoms, key=counts.__getitem__, default=_NOTHING)].append(one)
    return dict(filed)


def _shadow(rank: tuple[int, int], shape: Shape, filed: dict[Atom, list[_Ranked]]) -> int | None:
    compared = 0
    for atom in chain((_NOTHING,), shape.atoms, shape.cuts()):
        for other, broad in filed.get(atom, ()):
            if other >= rank or compared >= _MOST_COMPARED:
                break
            compared += 1
            if covers(broad, shape):
                return other[1]
    return None


def _finding(expectations: ExpectationSet, index: int, by: int, *, is_movable: bool) -> Finding:
    one, other = expectations[index], expectations[by]
    name = f'"{other.id}"' if other.id else other.title
    where = "with a higher priority" if other.priority > one.priority else "before it"
    message = f"It is never reached: expectation {by + 1} ({name}) {where} takes every request."
    can_fix = is_movable and other.priority == one.priority
    return Finding("shadowed", ("httpRequest",), message, can_fix=can_fix)
