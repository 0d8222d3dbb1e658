"""Two people changed the same expectations: mine, theirs, or both, for each. Nothing is lost by leaving."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from automock_tui.domain.expectation_merge import Conflict, ConflictKind, Side
from automock_tui.ui.actions import Reasons
from automock_tui.ui.diff_rows import Row, paired_lines
from automock_tui.ui.format import plural
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList
from automock_tui.ui.widgets.marked_list import MarkedList
from automock_tui.ui.widgets.side_by_side import SideBySide
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.merging import MergeConflict

_OPEN = ("?", "text-warning")
_MARKS = {
    Side.MINE: ("◀", "text-success"),
    Side.THEIRS: ("▶", "text-success"),
    Side.BOTH: ("◆", "text-success"),
}
_NAMES = {Side.MINE: "mine", Side.THEIRS: "theirs", Side.BOTH: "both"}


class ConflictScreen(Reasons, Screen[str | None]):
    """Asks, for each expectation that both sides changed, which to keep.

    Its answer is the whole document with the choices in it, to be saved on their version; None if it was left.

    Args:
        project: Whose it is.
        conflict: What both did.
    """

    CSS_PATH = "diff.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-normal")]
    AUTO_FOCUS = "#conflict-list"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "choose('mine')", "Mine", tooltip="Keep mine, drop theirs", id="conflict.mine"),
        Binding("t", "choose('theirs')", "Theirs", tooltip="Keep theirs, drop mine", id="conflict.theirs"),
        Binding(
            "b",
            "choose('both')",
            "Both",
            tooltip="Keep theirs, and mine after it under another id",
            id="conflict.both",
        ),
        Binding("ctrl+s", "save", "Save", tooltip="Save what was chosen", id="conflict.save"),
        Binding("escape", "leave", "Back", tooltip="Back; yours stays a draft", id="conflict.leave"),
        Binding("n", "change(1)", "Next change", show=False, tooltip="To the next change", id="conflict.next"),
        Binding(
            "N", "change(-1)", "Before", show=False, tooltip="To the change before", id="conflict.previous"
        ),
        Binding(
            "M",
            "choose_open('mine')",
            "All mine",
            show=False,
            tooltip="Mine for all open ones",
            id="conflict.all-mine",
        ),
        Binding(
            "T",
            "choose_open('theirs')",
            "All theirs",
            show=False,
            tooltip="Theirs for all open ones",
            id="conflict.all-theirs",
        ),
        Binding(
            "B",
            "choose_open('both')",
            "All both",
            show=False,
            tooltip="Both for all open ones",
            id="conflict.all-both",
        ),
    ]

    def __init__(self, project: str, conflict: MergeConflict) -> None:
        super().__init__()
        self._project = project
        self._merged = conflict.merged
        self._theirs = conflict.theirs.version
        self._conflicts = conflict.merged.conflicts
        self._sides: dict[int, Side] = {}
        self._shown: Conflict | None = None

    def compose(self) -> ComposeResult:
        """The conflicts left, one of them right; or above and below."""
        yield TitleBar(f"{self._project} · Conflicts with {self._theirs.version}")
        with Container(id="diff-body"):
            yield MarkedList("Conflicts", id="conflict-list")
            yield SideBySide("mine", f"theirs ({self._theirs.version})", id="conflict-sides")
        yield DetailLines()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the first."""
        self._show()
        self._show_sides()

    def _show(self) -> None:
        self.query_one(MarkedList).show([self._row(one) for one in self._conflicts])
        left = self._left
        done = f"{left:,} to choose" if left else "all chosen: ctrl+s saves"
        who = self._theirs.author or "somebody"
        self.query_one(TitleBar).headline = f"{done} · {who} saved {self._theirs.version}"
        self.query_one(MarkedList).border_title = plural(len(self._conflicts), "conflict")
        self.refresh_bindings()

    @property
    def _left(self) -> int:
        return len(self._conflicts) - len(self._sides)

    def _row(self, conflict: Conflict) -> Row:
        side = self._sides.get(conflict.number)
        mark, style = _MARKS[side] if side else _OPEN
        chosen = f"keeps {_NAMES[side]}" if side else conflict.kind.value
        return Row(mark, style, conflict.title, " · ".join(filter(None, (chosen, conflict.id))))

    @property
    def _current(self) -> Conflict:
        return self._conflicts[min(self.query_one(MarkedList).cursor, len(self._conflicts) - 1)]

    @on(ChoosingList.Moved)
    def _moved(self) -> None:
        if isinstance(self.focused, SideBySide):
            self.query_one(DetailLines).lines = self.focused.whole
        else:
            self._show_sides()
        self.refresh_bindings()

    def _show_sides(self) -> None:
        conflict = self._current
        self.query_one(DetailLines).lines = (f"{conflict.title}  {conflict.id}".rstrip(), _explained(conflict))
        if conflict is not self._shown:
            self._shown = conflict
            start(self, self._lay_out(conflict), group="lines")

    async def _lay_out(self, conflict: Conflict) -> None:
        lines = await in_thread(partial(paired_lines, conflict.mine, conflict.theirs))
        sides = self.query_one(SideBySide)
        sides.show(lines)
        sides.border_subtitle = conflict.kind.value

    @on(ChoosingList.Picked, "#conflict-list")
    def _picked(self) -> None:
        self.query_one(SideBySide).focus()

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "save" and self._left:
            return f"{plural(self._left, 'conflict is', 'conflicts are')} still open: m, t or b for each"
        return ""

    def action_choose(self, side: str) -> None:
        """Keep this side of the conflict under the cursor, and go to the next open one."""
        self._sides[self._current.number] = Side(side)
        self._show()
        self._go_to_open()

    def action_choose_open(self, side: str) -> None:
        """Keep this side of all that are open."""
        self._sides = {one.number: Side(side) for one in self._conflicts} | self._sides
        self._show()

    def _go_to_open(self) -> None:
        table = self.query_one(MarkedList)
        count = len(self._conflicts)
        following = [(table.cursor + step) % count for step in range(1, count)]
        there = (index for index in following if self._conflicts[index].number not in self._sides)
        table.cursor = next(there, table.cursor)
        self._show_sides()

    def action_change(self, step: int) -> None:
        """Go to the next change in the texts."""
        self.query_one(SideBySide).go_to_change(step)

    def action_save(self) -> None:
        """Give the document back with the choices in it."""
        start(self, self._resolve(), group="resolve")

    async def _resolve(self) -> None:
        self.dismiss(await in_thread(lambda: self._merged.resolve_each(self._sides).expectations.save()))

    def action_leave(self) -> None:
        """Back; nothing is saved."""
        self.dismiss(None)


def _explained(conflict: Conflict) -> str:
    if conflict.kind is ConflictKind.MINE_DELETED:
        return "m deletes it · t keeps it as they changed it"
    if conflict.kind is ConflictKind.THEIRS_DELETED:
        return "m keeps it as you changed it · t deletes it"
    return "m keeps yours · t theirs · b theirs, then yours under another id"
