"""What changed from one set of expectations to another, expectation by expectation and field by field."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.domain.expectation_matching import (
    Matching,
    match,
    moved_pairs,
    same_content,
    same_value,
)
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import to_pointer


class Absent(Enum):
    """Stands where a field is not there at all, which is something else than null."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


class ChangeKind(StrEnum):
    """What happened to an expectation. One that was changed may have been moved too."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class FieldChange:
    """One field that differs. A side that does not have it is `ABSENT`."""

    path: Path
    before: Any
    after: Any

    @property
    def pointer(self) -> str:
        """Where it is, as a JSON pointer into the expectation; empty for the whole."""
        return to_pointer(self.path)


@dataclass(frozen=True)
class ExpectationChange:
    """What happened to one expectation. Positions count from 0; None where the set does not have it."""

    kind: ChangeKind
    before: Expectation | None
    after: Expectation | None
    fields: tuple[FieldChange, ...] = ()
    position_before: int | None = None
    position_after: int | None = None
    is_moved: bool = False

    @property
    def shown(self) -> Expectation:
        """The expectation as it is now, or as it was when it was removed."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def id(self) -> str:
        """Its id; empty where it has none."""
        return self.shown.id

    @property
    def title(self) -> str:
        """What it is about: `GET /pets/{id}`."""
        return self.shown.title


@dataclass(frozen=True)
class SetDiff:
    """The changes in the order of the newer set, removed ones where they were.

    `is_layout_only` tells that the texts differ, but say the same.
    """

    changes: tuple[ExpectationChange, ...] = ()
    is_layout_only: bool = False

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def counts(self) -> Counter[ChangeKind]:
        """How many of each kind."""
        return Counter(change.kind for change in self.changes)

    @property
    def summary(self) -> str:
        """`1 added, 2 changed`, or that nothing changed."""
        counts = self.counts
        told = ", ".join(f"{counts[kind]:,} {kind.value}" for kind in ChangeKind if counts[kind])
        return told or ("only the layout changed" if self.is_layout_only else "no changes")


def diff_sets(before: ExpectationSet, after: ExpectationSet) -> SetDiff:
    """What changed, by expectation id; the order of keys and the layout count for nothing."""
    found = match(before.expectations, after.expectations)
    changes = [*_paired(before, after, found), *_added(after, found), *_removed(before, found)]
    if not changes:
        return SetDiff((), before.save() != after.save())
    places = _Places(found.pairs)
    return SetDiff(tuple(sorted(changes, key=places.of)))


class _Places:
    """Where a change is shown; a removed expectation after the one it followed."""

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        self._old = [old for old, _ in pairs]
        self._new = [new for _, new in pairs]

    def of(self, change: ExpectationChange) -> tuple[int, int]:
        """What changes are sorted by."""
        if change.position_after is not None:
            return change.position_after, -1
        was = change.position_before or 0
        before = bisect_left(self._old, was)
        return self._new[before - 1] if before else -1, was


def _paired(before: ExpectationSet, after: ExpectationSet, found: Matching) -> Iterator[ExpectationChange]:
    moved = moved_pairs(found.pairs)
    for pair in found.pairs:
        old, new = before[pair[0]], after[pair[1]]
        fields = () if same_content(old, new) else diff_fields(old, new)
        if fields or pair in moved:
            kind = ChangeKind.CHANGED if fields else ChangeKind.MOVED
            yield ExpectationChange(kind, old, new, fields, *pair, is_moved=pair in moved)


def _added(after: ExpectationSet, found: Matching) -> Iterator[ExpectationChange]:
    for index in found.only_after:
        yield ExpectationChange(ChangeKind.ADDED, None, after[index], position_after=index)


def _removed(before: ExpectationSet, found: Matching) -> Iterator[ExpectationChange]:
    for index in found.only_before:
        yield ExpectationChange(ChangeKind.REMOVED, before[index], None, position_before=index)


def diff_fields(before: Expectation, after: Expectation) -> tuple[FieldChange, ...]:
    """The fields that differ between two states of an expectation, the innermost that can be named."""
    if before.has_repeated_keys or after.has_repeated_keys:
        same = before.text == after.text
        return () if same else (FieldChange((), before.tree, after.tree),)
    return tuple(_fields(before.tree, after.tree, ()))


def _fields(before: Any, after: Any, path: Path) -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _fields(before.get(key, ABSENT), after.get(key, ABSENT), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, path)
    elif not same_value(before, after):
        yield FieldChange(path, before, after)


def _items(before: list[Any], after: list[Any], path: Path) -> Iterator[FieldChange]:
    """Items that differ: what is the same at both ends is set aside, so that one more item is one change."""
    start = _same_ends(zip(before, after, strict=False))
    room = min(len(before), len(after)) - start
    end = min(room, _same_ends(zip(reversed(before), reversed(after), strict=False)))
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    for offset in range(max(len(old), len(new))):
        was = old[offset] if offset < len(old) else ABSENT
        now = new[offset] if offset < len(new) else ABSENT
        yield from _fields(was, now, (*path, start + offset))


def _same_ends(pairs: Iterable[tuple[Any, Any]]) -> int:
    count = 0
    for one, other in pairs:
        if not same_value(one, other):
            break
        count += 1
    return count
