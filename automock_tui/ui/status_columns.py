"""The columns of the status table: which fit in a width, and how they sort. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from automock_tui.ui.status_cells import BAR_CELLS, state_of

if TYPE_CHECKING:
    from automock_tui.operations.status import ProjectStatus

GAP = 2
"""Cells between two columns."""
NAME_WIDTHS = (12, 40)
ADDRESS_WIDTHS = (18, 72)
_FAR = float("inf")


@dataclass(frozen=True)
class Column:
    """A column: `width` in cells, 0 where it takes what its texts or the window need."""

    key: str
    title: str
    width: int = 0
    right: bool = False
    sort_key: Callable[[ProjectStatus], Any] | None = None


@dataclass(frozen=True)
class Placed:
    """A column at its place in the line."""

    column: Column
    x: int
    width: int


def _ends(project: ProjectStatus) -> float:
    return _FAR if project.expires_at is None else project.expires_at.timestamp()


def _version(project: ProjectStatus) -> int:
    digits = project.version.removeprefix("v")
    return int(digits) if digits.isdigit() else 0


COLUMNS = (
    Column("marker", "", 1),
    Column("name", "PROJECT", sort_key=lambda project: project.name),
    Column("status", "STATUS", 16, sort_key=lambda project: state_of(project).word),
    Column("ends", "ENDS IN", 8, right=True, sort_key=_ends),
    Column("life", "LIFE", BAR_CELLS, sort_key=_ends),
    Column("tasks", "TASKS", 6, right=True, sort_key=lambda project: project.tasks),
    Column(
        "cost",
        "COST",
        8,
        right=True,
        sort_key=lambda project: project.cost_so_far.amount if project.cost_so_far else Decimal(-1),
    ),
    Column("version", "VERSION", 14, sort_key=_version),
    Column("address", "ADDRESS", sort_key=lambda project: project.address),
    Column("region", "REGION", 14, sort_key=lambda project: project.region),
)
"""In their order on the screen; where the window is too narrow they drop from the right."""

SORT_KEYS = tuple(column.key for column in COLUMNS if column.sort_key and column.key != "life")


def column(key: str) -> Column:
    """The column of this key."""
    return next(known for known in COLUMNS if known.key == key)


def place(width: int, longest_name: int, longest_address: int) -> list[Placed]:
    """The columns that fit into `width` cells.

    Names get the room they need, then as many columns as fit from the left, then the address grows.
    """
    least, most = NAME_WIDTHS
    widths = {known.key: known.width for known in COLUMNS}
    widths["name"] = min(max(least, longest_name), most)
    widths["address"] = ADDRESS_WIDTHS[0]
    shown = _that_fit(width, widths)
    spare = width - _total(shown, widths)
    if spare < 0:
        widths["name"] = max(least, widths["name"] + spare)
    elif "address" in shown:
        room = min(max(longest_address, ADDRESS_WIDTHS[0]), ADDRESS_WIDTHS[1])
        widths["address"] += min(spare, room - ADDRESS_WIDTHS[0])
    return _put(shown, widths)


def _that_fit(width: int, widths: dict[str, int]) -> list[str]:
    shown = [known.key for known in COLUMNS]
    while len(shown) > 4 and _total(shown, widths) > width:
        shown.pop()
    return shown


def _total(shown: list[str], widths: dict[str, int]) -> int:
    # One cell between the marker and the name.
    return sum(widths[key] for key in shown) + GAP * (len(shown) - 1) - 1


def _put(shown: list[str], widths: dict[str, int]) -> list[Placed]:
    placed, x = [], 0
    for key in shown:
        placed.append(Placed(column(key), x, widths[key]))
        x += widths[key] + (1 if key == "marker" else GAP)
    return placed


def sorted_rows(rows: list[ProjectStatus], key: str, *, reverse: bool) -> list[ProjectStatus]:
    """The rows in the order of a column; equal ones by name, whichever way round."""
    by_name = sorted(rows, key=lambda project: project.name)
    order = column(key).sort_key
    return sorted(by_name, key=order, reverse=reverse) if order else by_name
