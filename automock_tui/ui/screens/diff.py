"""What changed between two sets of expectations: which, and in each of them, side by side, what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.actions import Reasons
from automock_tui.ui.diff_rows import change_row, move_text, paired_lines
from automock_tui.ui.format import plural
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList
from automock_tui.ui.widgets.marked_list import MarkedList
from automock_tui.ui.widgets.side_by_side import SideBySide
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.domain.expectation_diff import ExpectationChange
    from automock_tui.operations.versions import Comparison


class DiffScreen(Reasons, Screen[None]):
    """The changes from one set to another.

    Args:
        project: Whose they are.
        load: Compares the two; may block.
    """

    CSS_PATH = "diff.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-normal")]
    AUTO_FOCUS = "#diff-list"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Back", id="diff.leave"),
        Binding("n", "change(1)", "Next change", tooltip="To the next change in it", id="diff.next"),
        Binding("N", "change(-1)", "Before", tooltip="To the change before in it", id="diff.previous"),
        Binding("f5", "retry", "Try again", show=False, tooltip="Compare again", id="diff.retry"),
    ]

    def __init__(self, project: str, load: Callable[[], Comparison]) -> None:
        super().__init__()
        self._project = project
        self._load = load
        self._found: Comparison | None = None
        self._failure: AutomockError | None = None
        self._shown: ExpectationChange | None = None

    def compose(self) -> ComposeResult:
        """The changes left, one of them right; or above and below."""
        yield TitleBar(f"{self._project} · Changes")
        yield StateCard()
        with Container(id="diff-body"):
            yield MarkedList("Changes", id="diff-list")
            yield SideBySide(id="diff-sides")
        yield DetailLines()
        yield KeyBar()

    def on_mount(self) -> None:
        """Compare."""
        self.action_retry()

    def action_retry(self) -> None:
        """Compare again."""
        self._failure = None
        self._show()
        start(self, self._compare(), group="diff", on_error=self._failed)

    async def _compare(self) -> None:
        self._found = await in_thread(self._load)
        rows = [change_row(change) for change in self._found.diff.changes]
        self.query_one(MarkedList).show(rows)
        self.query_one(SideBySide).name_sides(self._found.before.name, self._found.after.name)
        self._show()
        self.query_one(MarkedList).focus()
        self._show_change()

    def _failed(self, error: AutomockError) -> None:
        self._failure = error
        self._show()

    def _show(self) -> None:
        found, card = self._found, self.query_one(StateCard)
        card.stand_in(
            self.query_one("#diff-body"),
            self.query_one(DetailLines),
            failure=self._failure,
            keys="f5 try again    esc back",
            waiting="" if found and found.diff else "Comparing …",
        )
        if found is not None and not found.diff and self._failure is None:
            names = f"{found.before.name} and {found.after.name}"
            card.show(f"{names} say the same", found.diff.summary, "esc back")
        if found is not None:
            names = f"{found.before.name} → {found.after.name}"
            self.query_one(TitleBar).headline = f"{names} · {found.diff.summary}"
            self.query_one(MarkedList).border_title = plural(len(found.diff.changes), "change")
        self.refresh_bindings()

    # -- one change -----------------------------------------------------------------------------------------

    @on(ChoosingList.Moved)
    def _moved(self) -> None:
        if isinstance(self.focused, ChoosingList):
            self.query_one(DetailLines).lines = self.focused.whole
        if self.focused is self.query_one(MarkedList):
            self._show_change()

    def _show_change(self) -> None:
        change = self._current
        if change is not None and change is not self._shown:
            self._shown = change
            start(self, self._lay_out(change), group="lines")

    @property
    def _current(self) -> ExpectationChange | None:
        changes = self._found.diff.changes if self._found else ()
        cursor = self.query_one(MarkedList).cursor
        return changes[cursor] if cursor < len(changes) else None

    async def _lay_out(self, change: ExpectationChange) -> None:
        lines = await in_thread(partial(paired_lines, change.before, change.after))
        sides = self.query_one(SideBySide)
        sides.show(lines)
        sides.border_subtitle = move_text(change)

    @on(ChoosingList.Picked, "#diff-list")
    def _picked(self) -> None:
        self.query_one(SideBySide).focus()

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "change" and not (self._found and self._found.diff):
            return "there are no changes"
        if action == "retry":
            return "" if self._failure else "there is nothing to try again"
        return ""

    def action_change(self, step: int) -> None:
        """Go to the next change in the texts."""
        self.query_one(SideBySide).go_to_change(step)

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
