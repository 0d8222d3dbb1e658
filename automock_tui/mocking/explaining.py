"""Why a request got the answer it got: the expectation that answers, or the near misses, field by field."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from automock_tui.mocking.bodies.similarity import jaro_winkler
from automock_tui.mocking.engine import Engine
from automock_tui.mocking.matcher import Difference, HttpMatcher
from automock_tui.mocking.mock import Mock
from automock_tui.mocking.request import Request

_WEIGHTS = {"path": 12.0, "method": 2.0}
"""How far a field takes an expectation away from a request; the others count 1."""


@dataclass(frozen=True)
class NearMiss:
    """An expectation that does not answer, and why."""

    expectation_id: str
    title: str
    differences: tuple[Difference, ...] = ()
    hindrance: str = ""
    """Why it does not answer although it matches."""
    distance: float = 0.0


@dataclass(frozen=True)
class Explanation:
    """What becomes of a request: who answers, who would if that one did not, and who nearly would."""

    winner: str = ""
    winner_title: str = ""
    also_match: tuple[str, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    """The nearest first. Where somebody answers: those before it that match but may not answer."""

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self)


def explain(engine: Engine, request: Request, limit: int = 5) -> Explanation:
    """Why a request is answered, or is not. Changes nothing: no times are counted, no scenario moves.

    Args:
        engine: The expectations and the states of their scenarios.
        request: The request.
        limit: The near misses to name at most.
    """
    mocks = engine.mocks
    matching = [mock for mock in mocks if mock.matcher.matches(request)]
    able = [mock for mock in matching if not engine.hindrance(mock)]
    held = [_held(engine, mock) for mock in matching if engine.hindrance(mock)]
    if able:
        first = able[0]
        before = tuple(one for one in held if _comes_before(engine, one, first))
        return Explanation(first.id, title(first), tuple(mock.id for mock in able[1:]), before)
    missed = sorted(
        (_miss(mock, request) for mock in mocks if mock not in matching), key=lambda one: one.distance
    )
    return Explanation(near_misses=tuple([*held, *missed][:limit]))


def _comes_before(engine: Engine, one: NearMiss, winner: Mock) -> bool:
    mock = engine.find(one.expectation_id)
    return mock is not None and mock.rank < winner.rank


def _held(engine: Engine, mock: Mock) -> NearMiss:
    return NearMiss(mock.id, title(mock), (), engine.hindrance(mock))


def _miss(mock: Mock, request: Request) -> NearMiss:
    differences = tuple(mock.matcher.differences(request))
    return NearMiss(mock.id, title(mock), differences, "", round(sum(map(_weight, differences)), 4))


def _weight(difference: Difference) -> float:
    weight = _WEIGHTS.get(difference.field, 1.0)
    if difference.field != "path":
        return weight
    return weight * (1.25 - jaro_winkler(difference.expected, difference.actual))


def title(mock: Mock) -> str:
    """What an expectation matches, on one line."""
    matcher = mock.matcher
    if not isinstance(matcher, HttpMatcher):
        return "a request definition"
    return f"{matcher.method if not matcher.method.is_blank else 'ANY'} {matcher.path.given or 'any path'}"
