"""A card that says what went wrong."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.dialogs.dialog import Dialog


class ErrorDialog(Dialog[None]):
    """An error: what, why, and what to do.

    Args:
        error: What to show.
    """

    keys = "⏎ or esc close · y copy"
    AUTO_FOCUS = "Button"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy", tooltip="Copy the whole text", id="message.copy"),
    ]

    def __init__(self, error: AutomockError) -> None:
        super().__init__(f"✕ {error.title}", danger=True)
        self._error = error

    def compose_body(self) -> ComposeResult:
        if self._error.message:
            yield Static(Content(self._error.message))
        if self._error.hint:
            yield Static(Content.assemble(("→ ", "bold"), self._error.hint), classes="hint")

    def compose_buttons(self) -> ComposeResult:
        yield Button("Close", id="leave", compact=True)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(str(self._error))
        self.notify("Copied the error's text")
