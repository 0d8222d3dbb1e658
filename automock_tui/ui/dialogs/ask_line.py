"""A question whose answer is one line."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from automock_tui.ui.dialogs.dialog import Dialog


class AskLine(Dialog[str]):
    """Ask for a line; its answer may be empty.

    Args:
        title: The question.
        label: What the line is.
        text: More about it.
        yes: The name of going on.
        whole_number: Whether only digits can be typed.
    """

    AUTO_FOCUS = "Input"
    keys = "⏎ go on · esc leave"

    def __init__(
        self, title: str, label: str, *, text: str = "", yes: str = "OK", whole_number: bool = False
    ) -> None:
        super().__init__(title)
        self._label, self._text, self._yes = label, text, yes
        self._restrict = r"\d*" if whole_number else None

    def compose_body(self) -> ComposeResult:
        """The text and the line."""
        if self._text:
            yield Static(Content(self._text))
        with Horizontal(classes="field"):
            yield Label(self._label)
            yield Input(restrict=self._restrict)

    def compose_buttons(self) -> ComposeResult:
        """Go on, or leave."""
        yield Button(self._yes, id="yes", compact=True, variant="primary")
        yield Button("Leave", id="leave", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def _answered(self) -> None:
        self.dismiss(self.query_one(Input).value)
