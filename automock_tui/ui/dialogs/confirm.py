"""A yes or no."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Static

from automock_tui.ui.dialogs.dialog import Dialog


class ConfirmDialog(Dialog[bool]):
    """Whether to do something; Esc is no.

    Args:
        title: The question.
        text: What it means.
        yes: The name of doing it.
        no: The name of not doing it.
        danger: Whether something may be lost; then "no" has the focus.
    """

    keys = "tab other answer · ⏎ take it · esc leave"

    def __init__(
        self, title: str, text: str, *, yes: str = "Yes", no: str = "No", danger: bool = False
    ) -> None:
        super().__init__(title, danger=danger)
        self._text, self._yes, self._no = text, yes, no
        self._danger = danger

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._text))

    def compose_buttons(self) -> ComposeResult:
        yield Button(self._no, id="no", compact=True)
        yield Button(self._yes, id="yes", compact=True, variant="error" if self._danger else "primary")

    def on_mount(self) -> None:
        self.query_one("#no" if self._danger else "#yes", Button).focus()

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")
