"""One of a few values, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from automock_tui.ui.widgets.component_style import component_style


class ChoiceLine(Widget, can_focus=True):
    """`○ small  ● medium  ○ large`; as `◂ medium ▸ 2 of 3` where there is no room for all.

    Args:
        choices: The values.
        value: The one that is chosen.
    """

    DEFAULT_CSS = Path(__file__).with_name("choice_line.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice-line--chosen"}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space,l", "step(1)", "Next value", show=False, id="choice.next"),
        Binding("left,h", "step(-1)", "Previous value", show=False, id="choice.previous"),
    ]

    value: reactive[str] = reactive("", init=False)
    """The chosen value."""

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, line: ChoiceLine, value: str) -> None:
            super().__init__()
            self.line = line
            self.value = value

    def __init__(self, choices: Sequence[str], value: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._choices = list(choices)
        self._places: list[tuple[range, str]] = []
        self.set_reactive(ChoiceLine.value, value)

    @property
    def choices(self) -> list[str]:
        """The values."""
        return self._choices

    def watch_value(self, value: str) -> None:
        self.post_message(self.Changed(self, value))

    def action_step(self, step: int) -> None:
        """Choose the next or the previous value; after the last comes the first."""
        here = self._choices.index(self.value) if self.value in self._choices else -1
        self.value = self._choices[(here + step) % len(self._choices)]

    def render(self) -> Text:
        line = self._all()
        if line.cell_len > self.size.width:
            line = self._one()
        line.no_wrap, line.overflow, line.end = True, "ellipsis", ""
        return line

    def _all(self) -> Text:
        line, self._places = Text(), []
        for choice in self._choices:
            start = line.cell_len
            chosen = choice == self.value
            line.append(f"{'●' if chosen else '○'} {choice}", self._style if chosen else "")
            self._places.append((range(start, line.cell_len), choice))
            line.append("  ")
        line.rstrip()
        return line

    def _one(self) -> Text:
        here = self._choices.index(self.value) if self.value in self._choices else -1
        line = Text("◂ ").append(self.value, self._style).append(" ▸")
        before, after = self._choices[here - 1], self._choices[(here + 1) % len(self._choices)]
        self._places = [(range(2), before), (range(line.cell_len - 2, line.cell_len), after)]
        return line.append(f"  {here + 1} of {len(self._choices)}")

    @property
    def _style(self) -> Style:
        return component_style(self, "choice-line--chosen")

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        self.value = next((choice for columns, choice in self._places if offset.x in columns), self.value)
