"""The editor of a project's expectations, as JSON. What is typed is on disk within a second."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui import editor_questions as questions
from automock_tui.ui.editor_questions import ConflictAnswer, DraftAnswer
from automock_tui.ui.external_editor import edit_outside, editor_command, write_aside
from automock_tui.ui.format import plural
from automock_tui.ui.json_layout import laid_out
from automock_tui.ui.problem_rows import Findings, check_text
from automock_tui.ui.screens.editor_text import SafeText
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.drafts import Draft
    from automock_tui.operations.save import OpenedSet
    from automock_tui.operations.workspace import Workspace
    from automock_tui.storage.versions import SaveConflict


class EditorScreen(SafeText):
    """One project's expectations in a code editor, with the problems in them below.

    Args:
        workspace: Where the project is.
        name: The project.
    """

    CSS_PATH = "editor.tcss"
    AUTO_FOCUS = "JsonEditor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", tooltip="Save as a new version", id="editor.save"),
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

    def on_mount(self) -> None:
        """Read the project and the draft."""
        self.set_interval(1.0, self._show_lines)
        self.query_one(DetailLines).display = False
        self._show_state()
        start(self, self._open(), group="editor-open", on_error=self._not_opened)

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
