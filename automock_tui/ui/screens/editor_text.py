"""What is under the editor's hands is safe: on disk within a second, and checked as it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.signal import Signal
from textual.timer import Timer

from automock_tui.domain.errors import AutomockError
from automock_tui.ui import pauses
from automock_tui.ui.actions import Reasons
from automock_tui.ui.draft_keeper import DraftKeeper
from automock_tui.ui.editor_check import Checked, Checker
from automock_tui.ui.format import ago
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.domain.expectation import ExpectationSet
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp

_CHECK_AFTER = 0.3
"""Seconds without a keystroke after which the text is checked."""
_DRAFT_AFTER = 0.5
"""Seconds from a keystroke until it is on its way to the disk."""


class SafeText(Reasons, Screen[None]):
    """Something that is edited and has a text: its draft, its problems, and what is said of both.

    Args:
        workspace: Where the project is.
        name: The project.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._project = name
        self._keeper = DraftKeeper(workspace, name)
        self._checker = Checker()
        self._version = ""
        self._base, self._base_version = "", ""
        self._is_running = False
        self._number = 0
        self._kept_number = self._clean_number = 0
        self._kept_at: datetime | None = None
        self._told = ""
        self._failure: AutomockError | None = None
        self._draft_failure: AutomockError | None = None
        self._checked: Checked | None = None
        self._check_timer: Timer | None = None
        self._draft_timer: Timer | None = None
        self._opened = False
        self._saving = False
        self.text_changed: Signal[SafeText] = Signal(self, "text-changed")
        """Published after each change; `text` has what it is then."""

    @property
    def ours(self) -> AutomockApp:
        """The app."""
        return app_of(self)

    @property
    def text(self) -> str:
        """All of what is edited, as text, unsaved changes included; empty until it was opened."""
        return self._snapshot()() if self._opened else ""

    @property
    def is_changed(self) -> bool:
        """Whether something was changed that no version has, as far as is known without comparing all of it."""
        return self._number != self._clean_number

    def _snapshot(self) -> Callable[[], str]:
        """Something that makes the text of this moment, on whichever thread, whenever it is called."""
        raise NotImplementedError

    def _edited_set(self) -> ExpectationSet | None:
        """The expectations of this moment, None where only their text is known."""
        raise NotImplementedError

    def _show_checked(self, checked: Checked) -> None:
        """Show what a check of the present state found."""
        raise NotImplementedError

    def _show_title(self) -> None:
        """Show the version and how many there are."""
        raise NotImplementedError

    def _show_lines(self) -> None:
        """Show how safe the text is, and what is under the cursor."""
        raise NotImplementedError

    def on_unmount(self) -> None:
        """Whatever ends the screen, the last keystrokes are on disk."""
        pauses.let_go()
        if self._opened and self._kept_number < self._number:
            self._keep(self._number, self._snapshot())

    # -- it changes: a draft, a check -----------------------------------------------------------------------

    def _changed(self) -> None:
        """Tell everybody that something was changed."""
        was_changed = self.is_changed
        self._number += 1
        self._told = ""
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(_DRAFT_AFTER, self._keep_soon)
        self._check_soon()
        if not was_changed:
            self._show_title()
            self.refresh_bindings()
        self.text_changed.publish(self)

    def _keep_soon(self) -> None:
        self._draft_timer = None
        work = self._keep_in_thread(self._number, self._snapshot())
        start(self, work, group="draft", exclusive=False, on_error=self._not_kept)

    async def _keep_in_thread(self, number: int, text: Callable[[], str]) -> None:
        await in_thread(self._keep, number, text)
        self._draft_failure = None
        self._show_lines()

    def _keep(self, number: int, make: Callable[[], str]) -> None:
        """Write the draft, or drop it where nothing is left to keep."""
        text = make()
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
            self._check_soon()  # one at a time: many take longer to check than one is typed
            return
        start(self, self._check(self._number), group="check")

    async def _check(self, number: int) -> None:
        checked = await in_thread(self._find, self._edited_set(), self._snapshot())
        if number != self._number:
            return  # another check is on its way; this one is about what is gone
        self._checked = checked
        if checked.text == self._base:
            self._clean_number, self._version = number, self._base_version
        self._show_checked(checked)
        self._show_title()
        self._show_lines()
        self.refresh_bindings()

    def _find(self, expectations: ExpectationSet | None, text: Callable[[], str]) -> Checked:
        return self._checker.check(expectations, text())

    def _safety(self) -> tuple[str, bool]:
        """How safe the text is, and whether that is a warning."""
        if self._draft_failure is not None:
            return f"! {self._draft_failure.title}: {self._draft_failure.message}", True
        if self._told:
            return self._told, False
        if not self.is_changed:
            return f"{self._version} as saved", False
        if self._kept_at is None:
            return "not saved", False
        return f"draft saved {ago(self.ours.clock() - self._kept_at)}", False
