"""The resources of a run, grouped by what they are for, with the state of each and a clock that ticks here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from automock_tui.domain.apply_progress import Progress
from automock_tui.domain.progress_parts import ResourceProgress, ResourceState
from automock_tui.domain.run_timeline import PastRun, Purpose, by_purpose, usually
from automock_tui.ui.format import took
from automock_tui.ui.widgets.row_list import RowList
from automock_tui.ui.widgets.run_marks import RESOURCE_LOOKS, doing, middle, short_address, sign

_WORST_FIRST = (
    ResourceState.FAILED,
    ResourceState.LOST,
    ResourceState.CANCELLED,
    ResourceState.RUNNING,
)


class TreeRow(NamedTuple):
    """A row: a group, or one resource in it."""

    purpose: Purpose
    members: tuple[ResourceProgress, ...]
    resource: ResourceProgress | None = None


def group_state(members: Sequence[ResourceProgress], *, ended: bool = False) -> ResourceState:
    """The state of a group: the worst of its members; done when all are, running while some are.

    Args:
        members: The group.
        ended: Whether the run is over, so that what was not done waits for another one.
    """
    states = {one.state for one in members}
    worst = next((state for state in _WORST_FIRST if state in states), None)
    if worst is not None:
        return worst
    if states == {ResourceState.DONE}:
        return ResourceState.DONE
    under_way = ResourceState.DONE in states and not ended
    return ResourceState.RUNNING if under_way else ResourceState.PLANNED


def is_open(members: Sequence[ResourceProgress], chosen: bool | None) -> bool:
    """Whether a group shows its members: as the user chose, else while it is busy or broken."""
    if chosen is not None:
        return chosen
    return group_state(members) in _WORST_FIRST


def tree_rows(progress: Progress, chosen: dict[Purpose, bool]) -> list[TreeRow]:
    """The rows on view, for the groups that the user opened (True) or closed (False)."""
    rows = []
    for purpose, members in by_purpose(progress).items():
        rows.append(TreeRow(purpose, members))
        if is_open(members, chosen.get(purpose)):
            rows += [TreeRow(purpose, members, one) for one in members]
    return rows


class ResourceTree(RowList):
    """The resources of a run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Its log", tooltip="Show only log lines about this", id="tree.choose"),
        Binding("space", "fold", "Open/close", show=False, tooltip="Open or close the group", id="tree.fold"),
        Binding("right,l", "open(True)", "Open", show=False, id="tree.open"),
        Binding("left,h", "open(False)", "Close", show=False, id="tree.close"),
        Binding("x", "open_all", "All", show=False, tooltip="Open or close every group", id="tree.all"),
    ]

    class Selected(Message):
        """The user wants the log of these Terraform addresses."""

        def __init__(self, addresses: frozenset[str], label: str) -> None:
            super().__init__()
            self.addresses = addresses
            self.label = label

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = "Resources"
        self._progress = Progress()
        self._now = datetime.now(UTC)
        self._past: Sequence[PastRun] = ()
        self._rows: list[TreeRow] = []
        self._chosen: dict[Purpose, bool] = {}

    def show(self, progress: Progress, now: datetime, past: Sequence[PastRun] = ()) -> None:
        """Show a run as it is now, beside what earlier runs took; the cursor stays on its row."""
        self._progress, self._now, self._past = progress, now, past
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows anew."""
        before = self._rows[self.cursor] if self.cursor < len(self._rows) else None
        self._rows = tree_rows(self._progress, self._chosen)
        self.set_texts([self._text(row) for row in self._rows] or [self._nothing()])
        if before is not None:
            self.cursor = self._find(before)

    def on_resize(self) -> None:
        """Use the new width."""
        self.rebuild()

    def _find(self, wanted: TreeRow) -> int:
        def key(row: TreeRow) -> tuple[Purpose, str]:
            return row.purpose, row.resource.address if row.resource else ""

        keys = [key(row) for row in self._rows]
        fallback = (wanted.purpose, "")
        found = key(wanted) if key(wanted) in keys else fallback
        return keys.index(found) if found in keys else self.cursor

    def _nothing(self) -> Text:
        return Text(" Nothing is planned yet", style=self.style_of("foreground-muted"), end="")

    def _text(self, row: TreeRow) -> Text:
        return self._group_text(row) if row.resource is None else self._resource_text(row.resource)

    def _group_text(self, row: TreeRow) -> Text:
        look = RESOURCE_LOOKS[group_state(row.members, ended=self._progress.is_finished)]
        arrow = "▾" if is_open(row.members, self._chosen.get(row.purpose)) else "▸"
        done = sum(one.state is ResourceState.DONE for one in row.members)
        text = Text(f"{arrow} ", style=self.style_of("foreground-muted"), end="")
        text.append(f"{look.mark} ", self.style_of(look.style))
        text.append(row.purpose.value, self.style_of("group"))
        return text.append(f"  {done}/{len(row.members)}", self.style_of("foreground-muted"))

    def _resource_text(self, one: ResourceProgress) -> Text:
        look, right = RESOURCE_LOOKS[one.state], self._right(one)
        left = f"{sign(one.action)} " if one.action != "create" else ""
        room = max(8, self.scrollable_content_region.width - 4 - len(left) - len(right) - 2)
        name = middle(short_address(one.address), room)
        text = Text("  ", end="").append(f"{look.mark} ", self.style_of(look.style)).append(left)
        text.append(name.ljust(room), self.style_of("foreground-muted" if look.word == "waiting" else "text"))
        return text.append(f" {right}", self.style_of(look.style))

    def _right(self, one: ResourceProgress) -> str:
        seconds = took(one.elapsed(self._now))
        if one.state is ResourceState.PLANNED:
            return ""
        if one.state is ResourceState.DONE:
            return seconds
        if one.state is not ResourceState.RUNNING:
            return f"{RESOURCE_LOOKS[one.state].word} {seconds}"
        usual = usually(one.address, self._past)
        return f"{doing(one.action)} {seconds}" + (f" of {took(usual)}" if usual and usual >= 1 else "")

    def _row(self) -> TreeRow | None:
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        row = self._row()
        if row is not None and row.resource is None:
            self.action_fold()
        else:
            self.action_choose()

    def action_choose(self) -> None:
        """Ask for the log of the row."""
        row = self._row()
        if row is None:
            return
        if row.resource is not None:
            self.post_message(
                self.Selected(frozenset({row.resource.address}), short_address(row.resource.address))
            )
        else:
            self.post_message(self.Selected(frozenset(one.address for one in row.members), row.purpose.value))

    def action_fold(self) -> None:
        """Open or close the group of the row."""
        row = self._row()
        if row is not None:
            self.action_open(not is_open(row.members, self._chosen.get(row.purpose)))

    def action_open(self, opened: bool) -> None:
        """Open or close the group of the row."""
        row = self._row()
        if row is not None:
            self._chosen[row.purpose] = opened
            self.rebuild()

    def action_open_all(self) -> None:
        """Open every group; close them when all are open."""
        groups = by_purpose(self._progress)
        opened = not all(is_open(members, self._chosen.get(purpose)) for purpose, members in groups.items())
        self._chosen = dict.fromkeys(groups, opened)
        self.rebuild()
