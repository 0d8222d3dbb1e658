"""Expectations served on this machine while the dialog is open; nothing is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from automock_tui.domain.errors import AutomockError
from automock_tui.ui import navigation
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.operations.local_run import LocalRun


class RunLocalDialog(Dialog[bool]):
    """Says where the expectations answer; closing it ends them.

    Args:
        text: The expectations.
        name: What they are called.
    """

    AUTO_FOCUS = "Button"
    keys = "y copy address · t traffic · esc stop it"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy address", tooltip="Copy where it answers", id="run-local.copy"),
        Binding("t", "traffic", "Traffic", tooltip="Watch its requests live", id="run-local.traffic"),
    ]

    def __init__(self, text: str, name: str) -> None:
        super().__init__(f"{name} on this machine")
        self._text, self._name = text, name
        self._run: LocalRun | None = None

    def compose_body(self) -> ComposeResult:
        """Where it answers."""
        yield Static("Starting …", id="run-local-said")

    def compose_buttons(self) -> ComposeResult:
        """Stop it."""
        yield Button("Stop", id="leave", compact=True)

    def on_mount(self) -> None:
        """Start it."""
        start(self, self._start(), group="run-local", on_error=self._failed)

    async def _start(self) -> None:
        from automock_tui.operations.local_run import LocalRun

        run = await in_thread(LocalRun.start, self._text)
        if not self.is_attached:
            await in_thread(run.stop)
            return
        self._run = run
        said = f"{run.url}\n\nIt answers until this is closed. Nothing is saved, and only this machine sees it."
        self.query_one("#run-local-said", Static).update(Content(said))

    def _failed(self, error: AutomockError) -> None:
        self.query_one("#run-local-said", Static).update(Content("It does not run."))
        self.show_error(error)

    def action_copy(self) -> None:
        """Copy where it answers."""
        from automock_tui.ui.copying import copy

        if self._run is not None:
            start(self, copy(app_of(self), self._run.url, "the address"), group="copy")

    def action_traffic(self) -> None:
        """Watch its requests; it goes on meanwhile."""
        if self._run is not None:
            navigation.open_traffic(app_of(self), self._name or "mock", url=self._run.url)

    async def on_unmount(self) -> None:
        """End it, however the dialog was closed."""
        if self._run is not None:
            await in_thread(self._run.stop)
