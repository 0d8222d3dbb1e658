"""The controls of a form's fields: each has a `value`, takes a new one in silence, and tells what is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from automock_tui.ui.editing.form import Cell, Kind
from automock_tui.ui.widgets.choice_line import ChoiceLine
from automock_tui.ui.widgets.json_editor import JsonEditor
from automock_tui.ui.widgets.steady_text import SteadyInput, SteadyText


class FieldInput(SteadyInput):
    """A field of one line."""

    def __init__(self, cell: Cell) -> None:
        super().__init__(cell.text, placeholder=cell.placeholder, select_on_focus=False, compact=True)
        self.disabled = cell.fixed

    def take(self, text: str) -> None:
        """Show another text, in silence."""
        if text != self.value:
            with self.prevent(Input.Changed):
                self.value = text


class FieldChoice(ChoiceLine):
    """A field for one of a few words."""

    def __init__(self, cell: Cell) -> None:
        super().__init__(cell.choices, cell.text)

    def take(self, text: str) -> None:
        """Show another choice, in silence."""
        if text != self.value:
            self.set_reactive(ChoiceLine.value, text)
            self.refresh()


_WRAPPED = 4_000
"""Columns of a line that is wrapped; one of 64 KiB takes 300 ms a key, and nobody sees its end."""


class FieldLines(SteadyText):
    """A field of several lines."""

    def __init__(self, cell: Cell) -> None:
        super().__init__(cell.text, soft_wrap=_is_wrapped(cell.text), tab_behavior="focus", compact=True)

    def _refresh_size(self) -> None:
        super()._refresh_size()
        if self.is_mounted:
            self.soft_wrap = self.document.get_size(self.indent_width).width <= _WRAPPED

    @property
    def value(self) -> str:
        """The text in the field."""
        return self.text

    def take(self, text: str) -> None:
        """Show another text, in silence."""
        if text != self.text:
            with self.prevent(TextArea.Changed):
                self.load_text(text)


def _is_wrapped(text: str) -> bool:
    return max(map(len, text.split("\n"))) <= _WRAPPED


class FieldJson(JsonEditor):
    """A field for JSON."""

    def __init__(self, cell: Cell) -> None:
        super().__init__(tab_behavior="focus")
        self.show_line_numbers = False
        self._first = cell.text

    def on_mount(self) -> None:
        """Show the first text."""
        self.take(self._first)

    @property
    def value(self) -> str:
        """The text in the field."""
        return self.text if self.is_mounted else self._first

    def take(self, text: str) -> None:
        """Show another text, in silence; the cursor stays on its line."""
        if text != self.text:
            line, column = self.cursor_location
            with self.prevent(TextArea.Changed):
                self.begin(text)
            self.go_to(line + 1, column + 1)


class FieldButton(Static, can_focus=True):
    """A line that is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Press", show=False, id="field.press"),
    ]

    class Pressed(Message):
        """It was pressed."""

        def __init__(self, button: FieldButton) -> None:
            super().__init__()
            self.button = button

    def __init__(self, cell: Cell) -> None:
        super().__init__(Content(f"[ {cell.text} ]"))
        self.value = cell.text

    def take(self, text: str) -> None:
        """Show another label."""
        if text != self.value:
            self.value = text
            self.update(Content(f"[ {text} ]"))

    def action_press(self) -> None:
        """Tell that it was pressed."""
        self.post_message(self.Pressed(self))

    def on_click(self) -> None:
        """A click does the same."""
        self.action_press()


Control = FieldInput | FieldChoice | FieldLines | FieldJson | FieldButton
_CONTROLS: dict[Kind, type[Control]] = {
    Kind.CHOICE: FieldChoice,
    Kind.LINES: FieldLines,
    Kind.JSON: FieldJson,
    Kind.BUTTON: FieldButton,
}


def control_for(cell: Cell) -> Control:
    """The control of a field."""
    return _CONTROLS.get(cell.kind, FieldInput)(cell)


def fits(control: Control, cell: Cell) -> bool:
    """Whether a control can show a field, so that it need not be made anew."""
    if type(control) is not _CONTROLS.get(cell.kind, FieldInput):
        return False
    return not isinstance(control, FieldChoice) or control.choices == list(cell.choices)
