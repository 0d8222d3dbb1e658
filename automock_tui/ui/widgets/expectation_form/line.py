"""A line of the form: its label, its fields, and what is wrong with them."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from automock_tui.ui.editing.form import Line
from automock_tui.ui.widgets.choice_line import ChoiceLine
from automock_tui.ui.widgets.expectation_form.controls import Control, FieldButton, control_for, fits
from automock_tui.ui.widgets.expectation_form.head import GroupHead


class FormLine(Horizontal):
    """A line of the form.

    Args:
        line: What it shows.
    """

    class Typed(Message):
        """Something was typed, chosen or pressed."""

        def __init__(self, line: FormLine, place: int, text: str) -> None:
            super().__init__()
            self.line = line
            self.place = place
            self.text = text

    def __init__(self, line: Line) -> None:
        super().__init__(classes=_classes(line))
        self.line = line
        self._controls = [control_for(cell) for cell in line.cells]
        self._problem = ""
        self._error = ""

    def compose(self) -> ComposeResult:
        if self.line.is_head:
            yield GroupHead(self.line)
        elif self._controls:
            yield Static(Content(self.line.label), classes="form-label")
            yield from self._controls
        else:
            yield Static(Content(self.line.help), classes="form-note")

    @property
    def controls(self) -> list[Control]:
        """The controls of its fields."""
        return self._controls

    def fits(self, line: Line) -> bool:
        """Whether it can show another line without being made anew."""
        if line.is_head is not self.line.is_head or len(line.cells) != len(self._controls):
            return False
        return all(map(fits, self._controls, line.cells))

    def show(self, line: Line, *, typed_in: Control | None = None) -> None:
        """Show the line as it is now; the field that is typed in keeps what is typed."""
        before, self.line = self.line, line
        if line.is_head:
            self.query_one(GroupHead).show(line)
        elif line.label != before.label:
            self.query_one(".form-label", Static).update(Content(line.label))
        elif not line.cells and line.help != before.help:
            self.query_one(".form-note", Static).update(Content(line.help))
        for control, cell in zip(self._controls, line.cells, strict=True):
            if control is not typed_in:
                control.disabled = cell.fixed
                control.take(cell.text)
        if typed_in is None:
            self.say(error="")
        self.set_classes(_classes(line) + (" -bad" if self.said else ""))

    @property
    def said(self) -> str:
        """What is wrong with its fields."""
        return self._error or self._problem

    def say(self, *, problem: str | None = None, error: str | None = None) -> None:
        """Say what the linter found, or why what was typed cannot be taken."""
        before = self.said
        self._problem = self._problem if problem is None else problem
        self._error = self._error if error is None else error
        if self.said == before or not self.is_mounted:
            return
        self.set_class(bool(self.said), "-bad")
        self._show_said()

    def _show_said(self) -> None:
        found = self.query(".form-problem")
        if not self.said:
            found.remove()
        elif found:
            found.first(Static).update(Content(f"✕ {self.said}"))
        else:
            self.mount(Static(Content(f"✕ {self.said}"), classes="form-problem"))

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    @on(TextArea.Changed)
    def _changed(self, event: Input.Changed | ChoiceLine.Changed | TextArea.Changed) -> None:
        event.stop()
        control = event.line if isinstance(event, ChoiceLine.Changed) else event.control
        # What comes late, from before the field was given another text, is not typed by anybody.
        value = event.text_area.text if isinstance(event, TextArea.Changed) else event.value
        place = next((place for place, one in enumerate(self._controls) if one is control), None)
        if place is not None and self._controls[place].value == value:
            self.post_message(self.Typed(self, place, value))

    @on(FieldButton.Pressed)
    def _pressed(self, event: FieldButton.Pressed) -> None:
        event.stop()
        self.post_message(self.Typed(self, 0, ""))


def _classes(line: Line) -> str:
    tall = any(cell.kind in ("lines", "json") for cell in line.cells)
    pair = line.remove is not None or line.key.rpartition("|")[2].startswith("pair")
    return " ".join(filter(None, ("-tall" if tall else "", "-pair" if pair else "")))
