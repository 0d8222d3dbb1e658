"""Saving from the editor: asked what it is about, refused where MockServer would, settled with others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui import editor_questions as questions
from automock_tui.ui.editor_check import Checked
from automock_tui.ui.editor_questions import ConflictAnswer
from automock_tui.ui.external_editor import write_aside
from automock_tui.ui.format import plural
from automock_tui.ui.problem_rows import Findings, ProblemRow
from automock_tui.ui.screens.editor_problems import EditorProblems
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.merging import MergeConflict
    from automock_tui.operations.save import Saved
    from automock_tui.storage.versions import SaveConflict


class EditorSaving(EditorProblems):
    """The editor's views, and how what is in them becomes a version."""

    def action_save(self) -> None:
        """Save what is edited as a new version."""
        self._saving = True
        start(self, self._save(), group="save", on_error=self._not_saved)

    async def _save(self) -> None:
        try:
            checked = await in_thread(self._find, self._edited_set(), self._snapshot())
            refused = [row for row in checked.findings.rows if row.problem is None or row.problem.is_refused]
            if refused:
                self._refuse(checked, refused)
                return
            told = _told(checked.findings)
            ask = questions.ask_message(self._version, told, is_running=self._is_running)
            message = await self.app.push_screen_wait(ask)
            if message is not None:
                await self._save_on(self._version, message)
        finally:
            self._saving = False
            self.refresh_bindings()

    def _refuse(self, checked: Checked, refused: Sequence[ProblemRow]) -> None:
        """Nothing that MockServer would refuse becomes a version; say what to mend first."""
        self._checked = checked
        self._show_checked(checked)
        text = f"{plural(len(refused), 'error')} to mend first; the draft is kept."
        self.notify(text, title="Not saved", severity="error")
        self._go_to(refused[0])

    async def _save_on(self, base: str, message: str) -> None:
        """Save on a version. A conflict that nobody but the user can settle goes to `_settle`."""
        from automock_tui.operations.save import save_expectations
        from automock_tui.storage.versions import SaveConflict

        number, make = self._number, self._snapshot()
        text = await in_thread(make)
        try:
            saved = await in_thread(
                save_expectations, self._workspace, self._project, text, base_version=base, message=message
            )
        except SaveConflict as conflict:
            await self._settle(conflict, message)
            return
        await self._saved(saved, text, number)

    async def _saved(self, saved: Saved, text: str, number: int) -> None:
        kept = saved.text or text
        if kept != text and number != self._number:
            # Typed on while somebody's changes were merged in: the next save merges them once more.
            self._keep_soon()
            return
        self._version = self._base_version = saved.version
        self._base = kept
        if number == self._number:
            await self._clean(kept, text, number)
        else:
            # Typed on meanwhile, or what was put there is told only now: then it is found to be as saved.
            self._keep_soon()
            self._check_soon()
        self._told = f"saved as {saved.version}"
        self._show_title()
        self._show_lines()
        self.notify(f"{self._project} {saved.version}{_merged(saved)}", title="Saved")

    async def _clean(self, kept: str, text: str, number: int) -> None:
        self._clean_number = self._kept_number = number
        await in_thread(self._keeper.drop, number)
        if kept != text:
            self._take(kept, "what others saved")
            self._clean_number = self._kept_number = self._number

    async def _settle(self, conflict: SaveConflict, message: str) -> None:
        """Ask what to do about a newer version; each answer keeps what it does not choose."""
        from automock_tui.operations.merging import MergeConflict

        if isinstance(conflict, MergeConflict):
            await self._merge(conflict, message)
            return
        theirs, folder = conflict.theirs, self._workspace.folders.drafts
        asked = questions.ask_conflict(
            theirs.version, conflict.base_version, self.ours.clock(), f"a file in {folder}"
        )
        answer = await self.app.push_screen_wait(asked)
        if answer is ConflictAnswer.MINE:
            await self._save_on(theirs.version.version, message)
        elif answer is ConflictAnswer.THEIRS:
            await self._load_theirs(conflict)

    async def _merge(self, conflict: MergeConflict, message: str) -> None:
        """Take the merge with the user's choices as an edit of the newest version, and save that."""
        from automock_tui.ui.save_conflicts import resolve

        resolved = await resolve(self.ours, self._project, conflict)
        if resolved is None:
            self.notify("Nothing was saved; what you edited is a draft.", title="Not saved")
            return
        self._version = self._base_version = resolved.base_version
        self._base = conflict.theirs.body.decode("utf-8", "replace")
        self._take(resolved.text, "merging")
        if resolved.problem:
            self.notify(resolved.problem, title="Merged, not saved: mend it first", severity="warning")
        else:
            await self._save_on(resolved.base_version, message)

    async def _load_theirs(self, conflict: SaveConflict) -> None:
        mine = self.text
        path = await in_thread(write_aside, self._workspace.folders.drafts, f"{self._project}-mine", mine)
        self._version = self._base_version = conflict.theirs.version.version
        self._base = conflict.theirs.body.decode("utf-8", "replace")
        self._take(self._base, "loading theirs")
        self._base = self.text
        self.notify(f"{path}\nUndo (ctrl+z) brings it back too.", title="Yours is put aside", timeout=15)

    def _not_saved(self, error: AutomockError) -> None:
        self._saving = False
        if isinstance(error, InvalidInput):
            self._check_soon()
        self.ours.show_error(error)


def _merged(saved: Saved) -> str:
    return f"\nMerged with {saved.merged_with.told}" if saved.merged_with else ""


def _told(findings: Findings) -> str:
    errors = f"{plural(findings.errors, 'error')} will stop a deploy." if findings.errors else ""
    others = f"{plural(findings.others, 'warning')} will stay." if findings.others else ""
    return " ".join(filter(None, (errors, others)))
