"""A difference of two sets as rows and lines of a screen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

from rich.cells import cell_len, chop_cells

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.expectation_diff import ChangeKind, ExpectationChange
from automock_tui.domain.json_text import dump
from automock_tui.ui.format import plural
from automock_tui.ui.json_layout import laid_out

LOOKS = {
    ChangeKind.ADDED: ("+", "text-success"),
    ChangeKind.REMOVED: ("−", "text-error"),
    ChangeKind.CHANGED: ("~", "text-warning"),
    ChangeKind.MOVED: ("↕", "text-primary"),
}
"""The mark of each kind of change, and the name of its style."""
_ALIGNED_UP_TO = 4000
"""Lines up to which the sides are aligned; of longer ones line stands beside line: aligning takes seconds."""


class Row(NamedTuple):
    """A row of a list: a mark, the name of its style, a title, and what else is to say of it."""

    mark: str
    style: str
    title: str
    note: str = ""


class PairedLine(NamedTuple):
    """A line of two texts side by side. A side that has nothing there is None.

    `beside` is what stood on the other side, where the lines are one under the other.
    """

    before: str | None
    after: str | None
    beside: str | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the sides differ."""
        return self.before != self.after

    @property
    def sides(self) -> tuple[str | None, str | None]:
        """Both sides, also where they are one under the other."""
        return (self.before, self.beside) if self.after is None else (self.before or self.beside, self.after)


def change_row(change: ExpectationChange) -> Row:
    """An expectation that changed: what it is, its id, where it went, and how many of its fields changed."""
    mark, style = LOOKS[change.kind]
    return Row(
        mark, style, change.title, " · ".join(filter(None, (change.id, move_text(change), _fields(change))))
    )


def move_text(change: ExpectationChange) -> str:
    """`moved from 5 to 1`, empty where it did not move."""
    if not change.is_moved or change.position_before is None or change.position_after is None:
        return ""
    return f"moved from {change.position_before + 1} to {change.position_after + 1}"


def _fields(change: ExpectationChange) -> str:
    return plural(len(change.fields), "field") if change.fields else ""


def paired_lines(before: Expectation | None, after: Expectation | None) -> list[PairedLine]:
    """Two states of an expectation, laid out alike, line beside line; what is the same stands level."""
    old = _lines(before, None)
    new = _lines(after, before)
    if not old or not new:
        return [PairedLine(line, None) for line in old] + [PairedLine(None, line) for line in new]
    if max(len(old), len(new)) > _ALIGNED_UP_TO:
        return [PairedLine(*pair) for pair in zip_longest(old, new)]
    return [*_aligned(old, new)]


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[PairedLine]:
    # A comma that comes because another line follows is no change of the line.
    bare, new_bare = ([line.removesuffix(",") for line in lines] for lines in (old, new))
    matcher = SequenceMatcher(None, bare, new_bare, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        for one, other in zip_longest(old[start:end], new[new_start:new_end]):
            same = one is not None and other is not None and one.removesuffix(",") == other.removesuffix(",")
            yield PairedLine(other, other) if same else PairedLine(one, other)


def _lines(one: Expectation | None, like: Expectation | None) -> list[str]:
    if one is None:
        return []
    if one.has_repeated_keys:
        return laid_out(one.text).splitlines()
    tree = _ordered_like(one.tree, like.tree if like else None)
    return laid_out(dump(tree)).rstrip("\n").split("\n")


def _ordered_like(value: Any, other: Any) -> Any:
    """The value with its keys in the order of another one, because their order is no difference."""
    if isinstance(value, dict):
        order = other if isinstance(other, dict) else {}
        keys = [*(key for key in order if key in value), *(key for key in value if key not in order)]
        return {key: _ordered_like(value[key], order.get(key)) for key in keys}
    if isinstance(value, list):
        others = other if isinstance(other, list) else []
        return [_ordered_like(part, like) for part, like in zip_longest(value, others[: len(value)])]
    return value


def stacked(lines: Sequence[PairedLine]) -> list[PairedLine]:
    """The lines one under the other: of each run of changes what was there first, then what came."""
    found: list[PairedLine] = []
    came: list[PairedLine] = []
    for line in lines:
        if not line.is_changed:
            found += [*came, line]
            came = []
            continue
        found += [PairedLine(line.before, None, line.after)] if line.before is not None else []
        came += [PairedLine(None, line.after, line.before)] if line.after is not None else []
    return found + came


def differing(one: str, other: str) -> tuple[int, int, int]:
    """Where two lines begin to differ, and where that ends in each; whole words and numbers."""
    start = _same(one, other)
    tail = min(min(len(one), len(other)) - start, _same(one[::-1], other[::-1]))
    while start and one[start - 1].isalnum():
        start -= 1
    while tail and one[-tail].isalnum():
        tail -= 1
    return start, len(one) - tail, len(other) - tail


def left_out(one: str, other: str, room: int) -> int:
    """How many characters to leave out before both lines, so that where they differ is within so many cells."""
    start = _same(one, other)
    if max(cell_len(one), cell_len(other)) <= room or cell_len(one[:start]) <= room * 2 // 3:
        return 0
    return start - len(chop_cells(one[:start][::-1], max(1, room // 3))[0])


def _same(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
