"""The text under the editor's hands: checked as it changes, and on disk within a second."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import TextArea

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.actions import Reasons
from automock_tui.ui.draft_keeper import DraftKeeper
from automock_tui.ui.format import ago, plural
from automock_tui.ui.problem_rows import Findings, ProblemRow, check_text
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.json_editor import HIGHLIGHT_UP_TO, JsonEditor
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.problem_list import ProblemList
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.status_line import StatusLine
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp

_CHECK_AFTER = 0.3
"""Seconds without a keystroke after which the text is checked."""
_DRAFT_AFTER = 0.5
"""Seconds from a keystroke until it is on its way to the disk."""


class SafeText(Reasons, Screen[None]):
    """A text that is being edited: its draft, its problems, and what is said of both.

    Args:
        workspace: Where the project is.
        name: The project.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._project = name
        self._keeper = DraftKeeper(workspace, name)
        self._editor = JsonEditor(id="editor-text")
        self._version = ""
        self._base, self._base_version = "", ""
        self._is_running = False
        self._number = 0
        self._kept_number = self._clean_number = 0
        self._kept_at: datetime | None = None
        self._told = ""
        self._failure: AutomockError | None = None
        self._draft_failure: AutomockError | None = None
        self._findings: Findings | None = None
        self._check_timer: Timer | None = None
        self._draft_timer: Timer | None = None
        self._opened = False
        self._saving = False

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    @property
    def editor(self) -> JsonEditor:
        """The text."""
        return self._editor

    @property
    def problems(self) -> ProblemList:
        """What is wrong in it."""
        return self.query_one(ProblemList)

    def compose(self) -> ComposeResult:
        """The text, what is wrong in it, and whether it is safe."""
        yield TitleBar(f"Edit {self._project}")
        yield StateCard()
        yield self._editor
        yield ProblemList(id="editor-problems")
        yield DetailLines(id="editor-detail")
        yield StatusLine()
        yield KeyBar()

    def on_unmount(self) -> None:
        """Whatever ends the screen, the last keystrokes are on disk."""
        if self._opened and self._kept_number < self._number:
            self._keep(self._number, self.editor.text)

    def _show_state(self) -> None:
        card = self.query_one(StateCard)
        card.display, self.editor.display = not self._opened, self._opened
        if self._failure is not None:
            text = "\n".join(filter(None, (self._failure.message, self._failure.hint)))
            card.show(f"✕ {self._failure.title}", text, "f5 try again    esc back")
        else:
            card.show(f"Opening {self._project} …")
        self.refresh_bindings()

    # -- the text changes: a draft, a check -----------------------------------------------------------------

    @property
    def is_changed(self) -> bool:
        """Whether something was typed that no version has, as far as is known without comparing all of it."""
        return self._number != self._clean_number

    @on(TextArea.Changed)
    def _text_changed(self) -> None:
        if not self._opened or (not self.is_changed and self.editor.text == self._base):
            return
        was_changed = self.is_changed
        self._number += 1
        self._told = ""
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(_DRAFT_AFTER, self._keep_soon)
        self._check_soon()
        if not was_changed:
            self._show_title()
            self.refresh_bindings()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        self._show_lines()

    def _keep_soon(self) -> None:
        self._draft_timer = None
        text, number = self.editor.text, self._number
        start(self, self._keep_in_thread(number, text), group="draft", exclusive=False, on_error=self._not_kept)

    async def _keep_in_thread(self, number: int, text: str) -> None:
        await in_thread(self._keep, number, text)
        self._draft_failure = None
        self._show_lines()

    def _keep(self, number: int, text: str) -> None:
        """Write the draft, or drop it where nothing is left to keep."""
        if text == self._base:
            self._keeper.drop(number)
        else:
            self._keeper.write(number, text, self._version)
        self._kept_number, self._kept_at = max(number, self._kept_number), self.ours.clock()

    def _not_kept(self, error: AutomockError) -> None:
        self._draft_failure = error
        self._draft_timer = self._draft_timer or self.set_timer(5, self._keep_soon)
        self._show_lines()

    def _check_soon(self) -> None:
        if self._check_timer is not None:
            self._check_timer.stop()
        self._check_timer = self.set_timer(_CHECK_AFTER, self._start_check)

    def _start_check(self) -> None:
        if any(worker.group == "check" and worker.is_running for worker in self.workers):
            self._check_soon()  # one at a time: a long text takes longer to check than to type on
            return
        start(self, self._check(self.editor.text, self._number), group="check")

    async def _check(self, text: str, number: int) -> None:
        self._findings = await in_thread(check_text, text)
        if text == self._base and number == self._number:
            self._clean_number, self._version = number, self._base_version
        self.editor.fit_colours(len(text))
        self.problems.show(self._findings.rows)
        self._show_title()
        self._show_lines()
        self.refresh_bindings()

    # -- showing --------------------------------------------------------------------------------------------

    def _show_title(self) -> None:
        parts = ["● not saved" if self.is_changed else "", self._version]
        if self._findings is not None:
            count = self._findings.count
            parts.append("cannot be read" if count is None else plural(count, "expectation"))
            parts += [plural(self._findings.errors, "error")] if self._findings.errors else []
            parts += [plural(self._findings.others, "warning")] if self._findings.others else []
        self.query_one(TitleBar).headline = " · ".join(filter(None, parts))

    def _show_lines(self) -> None:
        if not self._opened:
            return
        line = self.query_one(StatusLine)
        line.left, line.stale = self._safety()
        row, column = self.editor.cursor_location
        coloured = "" if self.editor.is_coloured else f"colours off above {HIGHLIGHT_UP_TO // 1024} KiB · "
        line.right = f"{coloured}line {row + 1} of {self.editor.document.line_count}, column {column + 1}"
        self._show_detail(row + 1)

    def _safety(self) -> tuple[str, bool]:
        if self._draft_failure is not None:
            return f"! {self._draft_failure.title}: {self._draft_failure.message}", True
        if self._told:
            return self._told, False
        if not self.is_changed:
            return f"{self._version} as saved", False
        if self._kept_at is None:
            return "not saved", False
        return f"draft saved {ago(self.ours.clock() - self._kept_at)}", False

    def _show_detail(self, line: int) -> None:
        problem = self.problems.current if self.problems.has_focus else self.problems.at_line(line)
        detail = self.query_one(DetailLines)
        detail.display = problem is not None
        if problem is not None:
            detail.lines = (problem.text, problem.more)

    @on(ProblemList.Moved)
    def _problem_moved(self) -> None:
        self._show_lines()

    @on(ProblemList.GoTo)
    def _go_to_problem(self, event: ProblemList.GoTo) -> None:
        self._go_to(event.row)

    def _go_to(self, problem: ProblemRow) -> None:
        if problem.line:
            self.editor.go_to(problem.line, problem.column)
        self.set_focus(self.editor)
