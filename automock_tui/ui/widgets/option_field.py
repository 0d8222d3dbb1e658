"""One option in the form: its name, a mark, and the control for its value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from automock_tui.ui.widgets.choice_line import ChoiceLine

_MARKS = {"bad": "✕", "changed": "●", "": " "}


class OptionField(Horizontal):
    """A row of the form.

    Args:
        option: The option's name.
        label: What the form calls it.
        value: Its text.
        choices: The values to choose from; empty for any text.
        placeholder: What an empty field means.
    """

    DEFAULT_CSS = Path(__file__).with_name("option_field.tcss").read_text("utf-8")

    class Changed(Message):
        """The user changed the value."""

        def __init__(self, option: str, text: str) -> None:
            super().__init__()
            self.option = option
            self.text = text

    def __init__(
        self, option: str, label: str, value: str, *, choices: Sequence[str] = (), placeholder: str = ""
    ) -> None:
        super().__init__()
        self.option = option
        self._label = label
        self._state = ""
        self._note = ""
        self._control = _control(value, choices, placeholder)

    def compose(self) -> ComposeResult:
        yield Static(self._label_text(), classes="option-label")
        yield self._control
        yield Static(classes="option-note")

    @property
    def value(self) -> str:
        """The text in the field."""
        return self._control.value

    @value.setter
    def value(self, text: str) -> None:
        self._control.value = text

    def focus_control(self) -> None:
        """Put the cursor into the field."""
        self._control.focus()

    def mark(self, *, bad: bool, changed: bool) -> None:
        """Show whether the value does not fit, or is not the default."""
        state = "bad" if bad else "changed" if changed else ""
        if state != self._state:
            self._state = state
            self.set_class(bad, "-bad")
            self.set_class(state == "changed", "-changed")
            self.query_one(".option-label", Static).update(self._label_text())

    def note(self, text: str) -> None:
        """Say something beside the field, such as what the hours mean."""
        if text != self._note:
            self._note = text
            note = self.query_one(".option-note", Static)
            note.update(Content(text))
            self.set_class(bool(text), "-noted")

    def _label_text(self) -> Content:
        return Content(f"{_MARKS[self._state]} {self._label}")

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    def _changed(self, event: Input.Changed | ChoiceLine.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self.option, event.value))


def focused_option(screen: Screen[Any]) -> str:
    """The option of the field that has the focus, empty for none."""
    nodes = screen.focused.ancestors if screen.focused else []
    return next((node.option for node in nodes if isinstance(node, OptionField)), "")


def _control(value: str, choices: Sequence[str], placeholder: str) -> Input | ChoiceLine:
    if choices:
        return ChoiceLine(choices, value)
    return Input(value, placeholder=placeholder, select_on_focus=True, compact=True)
