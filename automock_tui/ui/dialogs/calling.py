"""Calls to a real API while they are made: how many are done, the latest, and the way to stop them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, ProgressBar, Static

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.call_texts import outcome_lines
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.importing.source import Source
    from automock_tui.operations.execute import Calls, Outcome
    from automock_tui.ui.dialogs.call_api import Agreed

_SHOWN = 8
_SHOW_EVERY = 0.1
"""Seconds; a fast server would otherwise have the screen drawn for each of its answers."""


class CallingDialog(Dialog["Calls"]):
    """Makes the calls; its answer is what was heard, also where they were stopped.

    Args:
        document: The collection.
        agreed: What may be called.
        before: What was answered already.
    """

    keys = "esc stop after this call"
    AUTO_FOCUS = "#stop"

    def __init__(self, document: Source, agreed: Agreed, before: Calls | None = None) -> None:
        super().__init__("Calling the real API")
        self._document, self._agreed, self._before = document, agreed, before
        self._outcomes: list[Outcome] = []
        self._stop = threading.Event()
        self._ended = False

    def compose_body(self) -> ComposeResult:
        """How far it is."""
        total = self._agreed.preview.methods.total() + len(self._agreed.preview.skipped)
        yield ProgressBar(total, show_eta=False)
        yield Static(id="called")
        yield Static(id="calling-said")

    def compose_buttons(self) -> ComposeResult:
        """The only thing that can be done."""
        yield Button("Stop", id="stop", compact=True)

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(_SHOW_EVERY, self._show)
        start(self, self._call(), group="call", on_error=self._failed)

    async def _call(self) -> None:
        from automock_tui.operations.execute import Execution
        from automock_tui.operations.importing import record

        execution = Execution(
            agrees=lambda preview: preview == self._agreed.preview,
            tells=self._outcomes.append,
            variables=self._agreed.variables,
            is_stopped=self._stop.is_set,
        )
        self.dismiss(await in_thread(record, self._document, "auto", execution, self._before))

    def _show(self) -> None:
        self.query_one(ProgressBar).update(progress=len(self._outcomes))
        self.query_one("#called", Static).update(outcome_lines(self._outcomes, _SHOWN))

    def _failed(self, error: AutomockError) -> None:
        self._ended = True
        self.query_one("#calling-said", Static).update("")
        self.query_one("#stop", Button).label = "Close"
        self.show_error(error)

    @on(Button.Pressed, "#stop")
    def action_leave(self) -> None:
        """Stop; the call under way is waited for, so that what it changed is known."""
        if self._ended:
            self.dismiss(None)
            return
        self._stop.set()
        self.query_one("#stop", Button).label = "Stopping …"
        said = "Stopping: the call under way is waited for, 10 s at most. What was recorded is kept."
        self.query_one("#calling-said", Static).update(Content(said))

    def on_unmount(self) -> None:
        """Make no more calls, however the dialog ended."""
        self._stop.set()
