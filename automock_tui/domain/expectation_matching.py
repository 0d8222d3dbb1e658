"""Which expectation of one set is which of another: by id, and where one has none, by what it holds."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import NumberLiteral, dump

_Key = Callable[[Expectation], Hashable]


@dataclass(frozen=True)
class Matching:
    """Pairs of indexes, sorted by the first; and the indexes that are in one set only."""

    pairs: tuple[tuple[int, int], ...]
    only_before: tuple[int, ...]
    only_after: tuple[int, ...]


def match(before: Sequence[Expectation], after: Sequence[Expectation], *, by_title: bool = True) -> Matching:
    """Which of `after` is which of `before`.

    The same id is the same expectation. Of those without an id on either side, the same text, then the same
    content but for the id, then (if `by_title`) the same method and path; where several qualify, the first is
    the first.
    """
    pairing = _Pairing(before, after)
    pairing.pair(range(len(before)), range(len(after)), lambda one: one.id or None)
    for key in (_text, _content, _title) if by_title else (_text, _content):
        pairing.pair_nameless(key)
    return pairing.matching()


class _Pairing:
    def __init__(self, before: Sequence[Expectation], after: Sequence[Expectation]) -> None:
        self._before, self._after = before, after
        self._pairs: dict[int, int] = {}
        self._taken: set[int] = set()

    def pair(self, left: Iterable[int], right: Iterable[int], key: _Key) -> None:
        """Pair by a key, the first with the first; None as a key pairs with nothing."""
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for index in right:
            waiting[key(self._after[index])].append(index)
        for index in left:
            found = key(self._before[index])
            if found is not None and waiting.get(found):
                self._pairs[index] = waiting[found].popleft()
                self._taken.add(self._pairs[index])

    def pair_nameless(self, key: _Key) -> None:
        """Pair what is left where at least one of the two has no id; first where neither has."""
        for left_named, right_named in ((False, False), (False, True), (True, False)):
            left = [index for index in self._left() if bool(self._before[index].id) is left_named]
            right = [index for index in self._right() if bool(self._after[index].id) is right_named]
            if left and right:
                self.pair(left, right, key)

    def _left(self) -> list[int]:
        return [index for index in range(len(self._before)) if index not in self._pairs]

    def _right(self) -> list[int]:
        return [index for index in range(len(self._after)) if index not in self._taken]

    def matching(self) -> Matching:
        """What was found."""
        return Matching(tuple(sorted(self._pairs.items())), tuple(self._left()), tuple(self._right()))


def _text(one: Expectation) -> Hashable:
    return one.text


def _content(one: Expectation) -> Hashable:
    return canonical({key: value for key, value in one.tree.items() if key != "id"})


def _title(one: Expectation) -> Hashable:
    return one.title


def canonical(value: Any) -> str:
    """A text that is the same for the same JSON value, whatever the order of keys and the layout."""
    return dump(_sorted(value))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(part) for part in value] if isinstance(value, list) else value


def same_value(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same: key order does not count, a number's spelling (`1`, `1.0`) does."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_value(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, NumberLiteral):
        return one.text == str(other.text)
    return bool(one == other)


def same_content(one: Expectation, other: Expectation) -> bool:
    """Whether two expectations say the same; only the layout may differ."""
    if one.text == other.text:
        return True
    if one.has_repeated_keys or other.has_repeated_keys:
        return False  # what the tree does not show may differ
    return same_value(one.tree, other.tree)


def moved_pairs(pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The fewest pairs whose moving explains the new order of all."""
    tails: list[int] = []
    at: list[int] = []
    for _, after in pairs:
        length = bisect_left(tails, after)
        tails[length : length + 1] = [after]
        at.append(length)
    want, stayed = len(tails) - 1, set()
    for position in range(len(pairs) - 1, -1, -1):
        if at[position] == want:
            stayed.add(pairs[position])
            want -= 1
    return set(pairs) - stayed
