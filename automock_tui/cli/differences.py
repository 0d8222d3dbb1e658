"""The difference of two sets of expectations, as text and as JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from automock_tui.cli.output import clean
from automock_tui.domain.expectation_diff import ABSENT, ChangeKind
from automock_tui.domain.json_text import dump

if TYPE_CHECKING:
    from automock_tui.domain.expectation_diff import ExpectationChange, FieldChange
    from automock_tui.operations.versions import Comparison

_MARKS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~", ChangeKind.MOVED: ">"}
_COLOURS = {
    ChangeKind.ADDED: "green",
    ChangeKind.REMOVED: "red",
    ChangeKind.CHANGED: "yellow",
    ChangeKind.MOVED: "cyan",
}
_LONGEST = 100
"""Characters of a value that are shown; `--json` has it whole."""


def difference_lines(found: Comparison) -> Iterator[str]:
    """What changed, a line for each expectation and for each of its fields."""
    yield f"{found.before.name} → {found.after.name}: {found.diff.summary}"
    for change in found.diff.changes:
        name = clean(f"{change.title}  {change.id}".rstrip())
        yield _styled(f"{_MARKS[change.kind]} {name}{_moved(change)}", _COLOURS[change.kind])
        for field in change.fields:
            yield from _field_lines(field)


def _moved(change: ExpectationChange) -> str:
    if not change.is_moved or change.position_before is None or change.position_after is None:
        return ""
    return f"  moved from {change.position_before + 1} to {change.position_after + 1}"


def _field_lines(field: FieldChange) -> Iterator[str]:
    where = clean(field.pointer or "/")
    if field.before is ABSENT:
        yield _styled(f"    + {where}: {_value(field.after)}", "green")
    elif field.after is ABSENT:
        yield _styled(f"    - {where}: {_value(field.before)}", "red")
    else:
        yield _styled(f"    {where}: {_value(field.before)} → {_value(field.after)}", "yellow")


def _value(value: Any) -> str:
    text = clean(dump(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _styled(text: str, colour: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return text if plain else click.style(text, fg=colour)


def difference_json(found: Comparison) -> str:
    """What changed, as JSON; numbers as they are spelled. A field that a side does not have is left out."""
    counts = found.diff.counts
    return dump(
        {
            "before": found.before.name,
            "after": found.after.name,
            **{kind.value: counts[kind] for kind in ChangeKind},
            "layout_only": found.diff.is_layout_only,
            "changes": [_change_json(change) for change in found.diff.changes],
        },
        "",
    )


def _change_json(change: ExpectationChange) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "id": change.id,
        "title": change.title,
        "moved": change.is_moved,
        "position_before": change.position_before,
        "position_after": change.position_after,
        "fields": [_field_json(field) for field in change.fields],
        **_sides(change.before.tree if change.before else None, change.after.tree if change.after else None),
    }


def _sides(before: Any, after: Any) -> dict[str, Any]:
    return {name: value for name, value in (("before", before), ("after", after)) if value is not None}


def _field_json(field: FieldChange) -> dict[str, Any]:
    sides = (("before", field.before), ("after", field.after))
    return {"pointer": field.pointer, **{name: value for name, value in sides if value is not ABSENT}}
