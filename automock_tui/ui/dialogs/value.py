"""Type one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Input, Static

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.dialogs.dialog import Dialog

V = TypeVar("V")


class ValueDialog(Dialog[V], Generic[V]):
    """A value, checked before it is taken.

    Args:
        title: What is asked for.
        text: What it means.
        value: What it is now.
        parse: Turns the text into the answer, or raises an AutomockError, which is shown.
    """

    keys = "⏎ take it · esc leave"
    AUTO_FOCUS = "Input"

    def __init__(self, title: str, text: str, value: str, parse: Callable[[str], V]) -> None:
        super().__init__(title)
        self._text, self._value, self._parse = text, value, parse

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._text), classes="muted")
        yield Input(self._value, compact=True)

    def compose_buttons(self) -> ComposeResult:
        yield Button("Leave", id="leave", compact=True)
        yield Button("Save", id="save", variant="primary", compact=True)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.hide_error()

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def _take(self) -> None:
        try:
            answer = self._parse(self.query_one(Input).value)
        except AutomockError as error:
            self.show_error(error)
        else:
            self.dismiss(answer)
