"""Three-way merge of two people's edits of one set of expectations. No byte changes that nobody changed.

The result is the newer document (`theirs`) with the changes made in `mine` brought into it. Expectations are
told by their id; two changes of one expectation go together where they are about different fields.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.domain.expectation_matching import match, moved_pairs, same_content
from automock_tui.domain.field_merge import merge_fields


class ConflictKind(StrEnum):
    """Why two changes of one expectation do not go together."""

    BOTH_CHANGED = "both changed it"
    BOTH_ADDED = "both added it"
    MINE_DELETED = "I deleted it, they changed it"
    THEIRS_DELETED = "they deleted it, I changed it"


class Side(StrEnum):
    """How to resolve a conflict. `both` keeps theirs, and mine after it under an id of its own."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Conflict:
    """One expectation that both sides changed. A side that deleted it is None."""

    kind: ConflictKind
    base: Expectation | None
    mine: Expectation | None
    theirs: Expectation | None
    number: int

    @property
    def id(self) -> str:
        """Its id; empty where it has none."""
        return self._shown.id

    @property
    def title(self) -> str:
        """What it is about: `GET /pets/{id}`."""
        return self._shown.title

    @property
    def _shown(self) -> Expectation:
        found = self.theirs or self.mine
        assert found is not None
        return found


@dataclass(frozen=True)
class _Slot:
    """One expectation in up to three states, and what the merge makes of it. `at` is its place in `theirs`."""

    base: Expectation | None
    mine: Expectation | None
    theirs: Expectation | None
    at: int | None
    kept: tuple[Expectation, ...] = ()
    conflict: Conflict | None = None


@dataclass(frozen=True)
class MergedSet:
    """A merge. Until a conflict is resolved, `expectations` has their side of it."""

    theirs: ExpectationSet
    slots: tuple[_Slot, ...]
    settled: ExpectationSet | None = None

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What is left to resolve, in the order of the set."""
        return tuple(slot.conflict for slot in self.slots if slot.conflict)

    @cached_property
    def expectations(self) -> ExpectationSet:
        """The merged document."""
        return self.settled if self.settled is not None else _document(self.theirs, self.slots)

    def resolve(self, conflict: Conflict, side: Side) -> MergedSet:
        """The merge with this conflict resolved."""
        return self.resolve_each({conflict.number: side})

    def resolve_all(self, side: Side) -> MergedSet:
        """The merge with every conflict resolved for one side."""
        return self.resolve_each({conflict.number: side for conflict in self.conflicts})

    def resolve_each(self, sides: Mapping[int, Side]) -> MergedSet:
        """The merge with these conflicts resolved, by their numbers.

        Mine gets another id where its own would be there twice: of two of one id MockServer drops one.
        """
        if not sides:
            return self
        slots = list(self.slots)
        used = Counter(one.id for slot in slots for one in slot.kept)
        taken = {one.id for slot in slots for one in _all(slot)}
        for number, side in sides.items():
            used.subtract(one.id for one in slots[number].kept)
            slots[number] = _resolved(slots[number], side, used, taken)
            used.update(one.id for one in slots[number].kept)
        return MergedSet(self.theirs, tuple(slots))


def merge_sets(
    base: ExpectationSet, mine: ExpectationSet, theirs: ExpectationSet, *, fields: bool = True
) -> MergedSet:
    """Bring what changed from `base` to `mine` into `theirs`.

    Args:
        base: The set that both started from.
        mine: What I made of it.
        theirs: What they made of it, saved already.
        fields: Whether changes of different fields of one expectation go together; if not they conflict.
    """
    whole = {one.save() for one in (base, mine, theirs)}
    if len(whole) < 3:
        return MergedSet(theirs, (), mine if theirs.save() == base.save() else theirs)
    slots = _Slots(base, mine, theirs).ordered()
    merged = [_merged(slot, number, fields=fields) for number, slot in enumerate(slots)]
    return MergedSet(theirs, tuple(_with_own_ids(merged)))


def _merged(slot: _Slot, number: int, *, fields: bool) -> _Slot:
    """What becomes of one expectation."""
    base, mine, theirs = slot.base, slot.mine, slot.theirs
    if _same(mine, theirs) or _same(mine, base):
        return replace(slot, kept=_those(theirs))
    if _same(theirs, base):
        return replace(slot, kept=_those(mine))
    both = merge_fields(base, mine, theirs) if fields and base and mine and theirs else None
    if both is not None:
        return replace(slot, kept=(both,))
    conflict = Conflict(_kind(slot), base, mine, theirs, number)
    return replace(slot, kept=_those(theirs), conflict=conflict)


def _kind(slot: _Slot) -> ConflictKind:
    if slot.mine is None:
        return ConflictKind.MINE_DELETED
    if slot.theirs is None:
        return ConflictKind.THEIRS_DELETED
    return ConflictKind.BOTH_CHANGED if slot.base else ConflictKind.BOTH_ADDED


def _same(one: Expectation | None, other: Expectation | None) -> bool:
    if one is None or other is None:
        return one is other
    return same_content(one, other)


def _those(*found: Expectation | None) -> tuple[Expectation, ...]:
    return tuple(one for one in found if one is not None)


def _all(slot: _Slot) -> tuple[Expectation, ...]:
    return (*slot.kept, *_those(slot.mine, slot.theirs))


# --- conflicts and ids


def _resolved(slot: _Slot, side: Side, used: Mapping[str, int], taken: set[str]) -> _Slot:
    mine = slot.mine if side is not Side.THEIRS else None
    theirs = slot.theirs if side is not Side.MINE else None
    if mine and mine.id and (used.get(mine.id, 0) > 0 or (theirs and theirs.id == mine.id)):
        mine = _with_free_id(mine, taken)
        taken.add(mine.id)
    return replace(slot, kept=_those(theirs, mine), conflict=None)


def _with_free_id(one: Expectation, taken: set[str]) -> Expectation:
    """The expectation under an id that nothing else has."""
    number = 2
    while (name := f"{one.id}-{number}") in taken:
        number += 1
    return one.with_id(name)


def _with_own_ids(slots: Sequence[_Slot]) -> Iterator[_Slot]:
    """An id that I gave, and they gave to another, becomes another: of two of one id MockServer drops one."""
    theirs = {one.id for slot in slots for one in slot.kept if one.id and not _id_is_mine(slot, one)}
    taken = {one.id for slot in slots for one in _all(slot)}
    for slot in slots:
        kept = []
        for one in slot.kept:
            is_taken = one.id in theirs and _id_is_mine(slot, one)
            kept.append(_with_free_id(one, taken) if is_taken else one)
            taken.add(kept[-1].id)
        yield replace(slot, kept=tuple(kept))


def _id_is_mine(slot: _Slot, one: Expectation) -> bool:
    return slot.theirs is None or slot.theirs.id != one.id


# --- which is which, and in what order


@dataclass(frozen=True)
class _Places:
    """Where one expectation is in each of the three sets."""

    base: int | None
    mine: int | None
    theirs: int | None
    is_moved_by_me: bool = False

    @property
    def is_placed_by_me(self) -> bool:
        return self.mine is not None and (self.theirs is None or self.is_moved_by_me)

    @property
    def is_added_by_them(self) -> bool:
        return self.base is None and self.mine is None


class _Slots:
    """The expectations of three sets, matched with each other."""

    def __init__(self, base: ExpectationSet, mine: ExpectationSet, theirs: ExpectationSet) -> None:
        self._base, self._mine, self._theirs = base, mine, theirs
        self._to_mine = match(base, mine)
        self._to_theirs = match(base, theirs)

    def ordered(self) -> Iterator[_Slot]:
        """All of them in their order."""
        for one in _ordered([*self._of_base(), *self._added()]):
            yield _Slot(
                None if one.base is None else self._base[one.base],
                None if one.mine is None else self._mine[one.mine],
                None if one.theirs is None else self._theirs[one.theirs],
                one.theirs,
            )

    def _of_base(self) -> Iterator[_Places]:
        mine, theirs = dict(self._to_mine.pairs), dict(self._to_theirs.pairs)
        moved = {before for before, _ in moved_pairs(self._to_mine.pairs)}
        for index in range(len(self._base)):
            yield _Places(index, mine.get(index), theirs.get(index), index in moved)

    def _added(self) -> Iterator[_Places]:
        mine, theirs = self._to_mine.only_after, self._to_theirs.only_after
        found = match([self._mine[n] for n in mine], [self._theirs[n] for n in theirs], by_title=False)
        for n, other in found.pairs:
            yield _Places(None, mine[n], theirs[other])
        for n in found.only_before:
            yield _Places(None, mine[n], None)
        for n in found.only_after:
            yield _Places(None, None, theirs[n])


def _ordered(found: Sequence[_Places]) -> Iterator[_Places]:
    """Their order; what I added or moved comes after what it follows in mine, and what they added there."""
    following: dict[_Places | None, list[_Places]] = defaultdict(list)
    anchor: _Places | None = None
    for one in sorted((one for one in found if one.mine is not None), key=lambda one: one.mine or 0):
        if one.is_placed_by_me:
            following[anchor].append(one)
        else:
            anchor = one
    waiting = following[None]
    stay = [one for one in found if one.theirs is not None and not one.is_placed_by_me]
    for one in sorted(stay, key=lambda one: one.theirs or 0):
        if not one.is_added_by_them:
            yield from waiting
            waiting = following[one]
        yield one
    yield from waiting


def _document(theirs: ExpectationSet, slots: Sequence[_Slot]) -> ExpectationSet:
    """The document that the slots make, laid out as theirs."""
    kept = [one for slot in slots for one in slot.kept]
    if not kept or not theirs:
        return ExpectationSet.of(kept)
    whole = theirs.as_array()
    usual = whole.inserted(1, whole[0]).gaps[1]
    before = [
        whole.gaps[slot.at] if slot.at and not n else usual for slot in slots for n in range(len(slot.kept))
    ]
    return ExpectationSet(tuple(kept), (whole.gaps[0], *before[1:], whole.gaps[-1]))
