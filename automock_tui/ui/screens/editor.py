"""The editor of a project's expectations, as JSON. What is typed is on disk within a second."""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import TextArea

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui import editor_questions as questions
from automock_tui.ui.actions import Reasons
from automock_tui.ui.draft_keeper import DraftKeeper
from automock_tui.ui.editor_questions import ConflictAnswer, DraftAnswer
from automock_tui.ui.external_editor import edit_outside, editor_command, write_aside
from automock_tui.ui.format import ago, plural
from automock_tui.ui.json_layout import laid_out
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
    from automock_tui.operations.drafts import Draft
    from automock_tui.operations.save import OpenedSet
    from automock_tui.operations.workspace import Workspace
    from automock_tui.storage.versions import SaveConflict
    from automock_tui.ui.app import AutomockApp

_CHECK_AFTER = 0.3
"""Seconds without a keystroke after which the text is checked."""
_DRAFT_AFTER = 0.5
"""Seconds from a keystroke until it is on its way to the disk."""


class EditorScreen(Reasons, Screen[None]):
    """One project's expectations in a code editor, with the problems in them below.

    Args:
        workspace: Where the project is.
        name: The project.
    """

    CSS_PATH = "editor.tcss"
    AUTO_FOCUS = "JsonEditor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", tooltip="Save as a new version", id="editor.save", priority=True),
        Binding(
            "escape",
            "leave",
            "Back",
            tooltip="Back; what is not saved stays a draft",
            id="editor.leave",
            priority=True,
        ),
        Binding(
            "f8", "next_problem", "Next problem", tooltip="Go to the next problem", id="editor.next-problem"
        ),
        Binding(
            "ctrl+t",
            "lay_out",
            "Format",
            tooltip="Indent the JSON anew; nothing else changes",
            id="editor.format",
        ),
        Binding("ctrl+g", "go_to_line", "Go to line", tooltip="Go to a line", id="editor.line"),
        Binding(
            "ctrl+e",
            "outside",
            "$EDITOR",
            tooltip="Edit in your own editor",
            id="editor.outside",
            priority=True,
        ),
        Binding("ctrl+z", "undo", "Undo", show=False, tooltip="Undo", id="editor.undo"),
        Binding("ctrl+y", "redo", "Redo", show=False, tooltip="Redo", id="editor.redo"),
        Binding(
            "f6",
            "other_pane",
            "Problems",
            show=False,
            tooltip="To the problems and back",
            id="editor.pane",
            priority=True,
        ),
        Binding("f5", "retry", "Try again", show=False, tooltip="Read the project again", id="editor.retry"),
    ]

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

    def on_mount(self) -> None:
        """Read the project and the draft."""
        self.set_interval(1.0, self._show_lines)
        self.query_one(DetailLines).display = False
        self._show_state()
        start(self, self._open(), group="editor-open", on_error=self._not_opened)

    def on_unmount(self) -> None:
        """Whatever ends the screen, the last keystrokes are on disk."""
        if self._opened and self._kept_number < self._number:
            self._keep(self._number, self.editor.text)

    # -- opening --------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        opened, self._is_running = await in_thread(_read, self._workspace, self._project)
        self._begin(opened)
        draft = await self._read_draft()
        if draft is None or draft.text == self._base:
            return
        answer = await self.app.push_screen_wait(questions.ask_draft(draft, opened.version, self.ours.clock()))
        if answer is DraftAnswer.DISCARD:
            await in_thread(self._keeper.drop, self._number)
            self._told = "draft discarded"
        else:
            self._continue(draft)

    async def _read_draft(self) -> Draft | None:
        try:
            return await in_thread(self._keeper.read)
        except AutomockError as error:
            self._draft_failure = error
            return None

    def _begin(self, opened: OpenedSet) -> None:
        self._version = self._base_version = opened.version
        self.editor.begin(opened.text)
        # As the editor has it: line ends of two kinds in one file are one kind here.
        self._base = self.editor.text
        self._opened = True
        self._show_state()
        self.editor.focus()
        self._check_soon()

    def _continue(self, draft: Draft) -> None:
        self._version = draft.base_version or self._version
        self._kept_at = draft.written_at
        self.editor.put(draft.text)

    def _not_opened(self, error: AutomockError) -> None:
        self._failure = error
        self._show_state()

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

    # -- actions --------------------------------------------------------------------------------------------

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        if action == "retry":
            return "" if self._failure else "there is nothing to try again"
        if action == "leave":
            return ""
        if not self._opened:
            return "the project is not open yet"
        if action == "save":
            return self._why_no_save()
        if action in ("next_problem", "other_pane") and not self.problems.display:
            return "no problem is found"
        if action == "outside" and not editor_command(os.environ):
            return "set the environment variable EDITOR to an editor that is installed"
        return ""

    def _why_no_save(self) -> str:
        if self._saving:
            return "a save is under way"
        return "" if self.is_changed else f"nothing has changed since {self._version}"

    def action_retry(self) -> None:
        """Read the project again."""
        self._failure = None
        self._show_state()
        start(self, self._open(), group="editor-open", on_error=self._not_opened)

    def action_leave(self) -> None:
        """Back; what was not saved stays a draft."""
        if self.is_changed and self.editor.text != self._base:
            self.notify("What you typed is kept as a draft; the editor offers it next time.", title="Not saved")
        self.dismiss(None)

    def action_next_problem(self) -> None:
        """Go to the next problem, after the last to the first."""
        row, column = self.editor.cursor_location
        problem = self.problems.after(row + 1, column + 1)
        if problem is not None:
            self._go_to(problem)

    def action_other_pane(self) -> None:
        """Go to the problems, or back to the text."""
        self.set_focus(self.editor if self.problems.has_focus else self.problems)

    def action_undo(self) -> None:
        """Undo."""
        self.editor.undo()

    def action_redo(self) -> None:
        """Redo."""
        self.editor.redo()

    def action_lay_out(self) -> None:
        """Indent the JSON anew."""
        start(self, self._lay_out(), group="format")

    async def _lay_out(self) -> None:
        before = self.editor.text
        try:
            text = await in_thread(laid_out, before)
        except ValueError as error:
            self.notify(f"{error}", title="Not formatted: this is no JSON", severity="warning")
            return
        if text != before and self.editor.text == before:
            self.editor.put(text)

    def action_go_to_line(self) -> None:
        """Ask for a line and go there."""
        start(self, self._ask_line(), group="ask")

    async def _ask_line(self) -> None:
        answer = await self.app.push_screen_wait(questions.ask_line_number(self.editor.document.line_count))
        if answer:
            self.editor.go_to(int(answer[:9]), 1)

    def action_outside(self) -> None:
        """Edit in the user's own editor; the app waits."""
        before = self.editor.text
        try:
            with self.app.suspend():
                edit = partial(edit_outside, editor_command(os.environ), before, self._workspace.folders.drafts)
                after = edit(self._project)
        except SuspendNotSupported:
            self.notify("This terminal cannot be handed over.", title="No editor", severity="warning")
            return
        except AutomockError as error:
            self.ours.show_error(error)
            return
        if after != before:
            self.editor.put(after)

    # -- saving ---------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Save what is typed as a new version."""
        self._saving = True
        start(self, self._save(), group="save", on_error=self._not_saved)

    async def _save(self) -> None:
        try:
            findings = await in_thread(check_text, self.editor.text)
            if findings.errors:
                self._refuse(findings)
                return
            ask = questions.ask_message(self._version, _told(findings), is_running=self._is_running)
            message = await self.app.push_screen_wait(ask)
            if message is not None:
                await self._save_on(self._version, message)
        finally:
            self._saving = False
            self.refresh_bindings()

    def _refuse(self, findings: Findings) -> None:
        """Nothing that MockServer would refuse becomes a version; say what to mend first."""
        self._findings = findings
        self.problems.show(findings.rows)
        text = f"{plural(findings.errors, 'error')} to mend first; the draft is kept."
        self.notify(text, title="Not saved", severity="error")
        self._go_to(findings.rows[0])

    async def _save_on(self, base: str, message: str) -> None:
        from automock_tui.operations.save import save_expectations
        from automock_tui.storage.versions import SaveConflict

        text, number = self.editor.text, self._number
        try:
            saved = await in_thread(
                save_expectations, self._workspace, self._project, text, base_version=base, message=message
            )
        except SaveConflict as conflict:
            await self._settle(conflict, message)
            return
        await self._saved(saved.version, text, number)

    async def _saved(self, version: str, text: str, number: int) -> None:
        self._version = self._base_version = version
        self._base = text
        self._told = f"saved as {version}"
        if number == self._number:
            self._clean_number = self._kept_number = number
            await in_thread(self._keeper.drop, number)
        else:
            self._keep_soon()  # typed on meanwhile: the draft is of the new version now
        self._show_title()
        self._show_lines()
        self.notify(f"{self._project} {version}", title="Saved")

    async def _settle(self, conflict: SaveConflict, message: str) -> None:
        theirs, folder = conflict.theirs, self._workspace.folders.drafts
        asked = questions.ask_conflict(
            theirs.version, conflict.base_version, self.ours.clock(), f"a file in {folder}"
        )
        answer = await self.app.push_screen_wait(asked)
        if answer is ConflictAnswer.MINE:
            await self._save_on(theirs.version.version, message)
        elif answer is ConflictAnswer.THEIRS:
            await self._load_theirs(conflict)

    async def _load_theirs(self, conflict: SaveConflict) -> None:
        mine = self.editor.text
        path = await in_thread(write_aside, self._workspace.folders.drafts, f"{self._project}-mine", mine)
        self._version = self._base_version = conflict.theirs.version.version
        self._base = conflict.theirs.body.decode("utf-8", "replace")
        self.editor.put(self._base)
        self._base = self.editor.text
        self.notify(f"{path}\nUndo (ctrl+z) brings it back too.", title="Yours is put aside", timeout=15)

    def _not_saved(self, error: AutomockError) -> None:
        self._saving = False
        if isinstance(error, InvalidInput):
            self._check_soon()
        self.ours.show_error(error)


def _read(workspace: Workspace, name: str) -> tuple[OpenedSet, bool]:
    """The expectations, and whether a mock runs that a save would change."""
    from automock_tui.operations.save import open_expectations

    opened = open_expectations(workspace, name)
    try:
        is_running = workspace.projects.is_deployed(name)
    except AutomockError:
        is_running = False  # a damaged deployment document is the Project screen's to show, the text is fine
    return opened, is_running


def _told(findings: Findings) -> str:
    return f"{plural(findings.others, 'warning')} will stay." if findings.others else ""
