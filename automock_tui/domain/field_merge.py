"""Two changes of one expectation brought together, where they are about different fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.expectation_diff import ABSENT, FieldChange
from automock_tui.domain.expectation_matching import same_value
from automock_tui.domain.json_text import Path

_ONE_THING = frozenset({"times", "timeToLive", "delay"})
"""Objects whose fields only mean something together: an amount and its unit."""


def merge_fields(base: Expectation, mine: Expectation, theirs: Expectation) -> Expectation | None:
    """Theirs with my changes of fields; None where they do not go together.

    Lists, bodies whose type changed, and amounts with their units are one thing, changed by one side only. So
    is the choice of the action: of two people who each choose another one, one must give way.
    """
    if any(one.has_repeated_keys for one in (base, mine, theirs)):
        return None
    ours = [*_changes(base.tree, mine.tree, theirs.tree, ())]
    others = [*_changes(base.tree, theirs.tree, mine.tree, ())]
    left = [change for change in ours if not any(_same(change, other) for other in others)]
    if any(_overlap(one.path, other.path) for one in left for other in others):
        return None
    if _chose_action(base, mine) and _chose_action(base, theirs) and mine.actions != theirs.actions:
        return None
    merged = theirs
    for change in left:
        is_gone = change.after is ABSENT
        merged = merged.without(change.path) if is_gone else merged.with_value(change.path, change.after)
    return merged


def _chose_action(base: Expectation, changed: Expectation) -> bool:
    return set(base.actions) != set(changed.actions)


def _same(one: FieldChange, other: FieldChange) -> bool:
    return one.path == other.path and same_value(one.after, other.after)


def _overlap(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _changes(before: Any, after: Any, other: Any, path: Path) -> Iterator[FieldChange]:
    """What one side changed, in the largest pieces that the other side (`other`) did not look into."""
    if same_value(before, after):
        return
    if not _is_open(before, after, other, path):
        yield FieldChange(path, before, after)
        return
    for key in [*before, *(key for key in after if key not in before)]:
        was, now, there = (one.get(key, ABSENT) for one in (before, after, other))
        yield from _changes(was, now, there, (*path, key))


def _is_open(before: Any, after: Any, other: Any, path: Path) -> bool:
    """Whether the fields of an object can be changed each for itself."""
    states = (before, after, other)
    if not all(isinstance(one, dict) for one in states) or (path and path[-1] in _ONE_THING):
        return False
    return all(same_value(one.get("type", ABSENT), before.get("type", ABSENT)) for one in states)
