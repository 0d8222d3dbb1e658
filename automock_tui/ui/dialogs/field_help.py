"""All there is to say about one field of a form."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from automock_tui.ui.dialogs.dialog import Dialog


class FieldHelp(Dialog[None]):
    """A text, until Esc.

    Args:
        title: The field.
        text: What it is.
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self._text = text

    def compose_body(self) -> ComposeResult:
        """The text."""
        yield Static(Content(self._text))
