"""The line where a filter is typed. It stays while the filter works; Esc ends both."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from automock_tui.ui.widgets.steady_text import SteadyInput


class FilterBar(Horizontal):
    """A filter: words, `!word`, `~regex`, `status:failed`.

    Args:
        hint: What can be typed.
    """

    DEFAULT_CSS = Path(__file__).with_name("filter_bar.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end", "Show all", tooltip="End the filter", id="filter.end"),
        Binding(
            "down",
            "leave",
            "To the list",
            show=False,
            tooltip="Keep the filter, go to the list",
            id="filter.leave",
        ),
    ]

    class Changed(Message):
        """Another filter was typed."""

        def __init__(self, bar: FilterBar, text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

        def can_replace(self, message: Message) -> bool:
            """Only the newest filter counts."""
            return isinstance(message, FilterBar.Changed)

    class Closed(Message):
        """The user is done with the line."""

    def __init__(self, hint: str = "words, !not, ~regex, status:failed, region:eu") -> None:
        super().__init__()
        self._hint = hint
        self._note = ""

    def compose(self) -> ComposeResult:
        yield Label("/")
        yield SteadyInput(placeholder=self._hint, select_on_focus=False, compact=True)
        yield Label("", id="filter-note", markup=False)

    @property
    def text(self) -> str:
        """The filter."""
        return self.query_one(Input).value

    def open(self) -> None:
        """Show the line and type into it."""
        self.add_class("-open")
        self.query_one(Input).focus()

    def close(self) -> None:
        """End the filter."""
        self.query_one(Input).value = ""
        self.remove_class("-open")
        self.post_message(self.Changed(self, ""))
        self.post_message(self.Closed())

    def say(self, note: str) -> None:
        """Say how many there are, or what is wrong with the filter."""
        label = self.query_one("#filter-note", Label)
        if note != self._note:
            # A new layout moves everything on the screen: only where the text takes another place.
            label.update(note, layout=len(note) != len(self._note))
            self._note = note

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_leave()

    def action_leave(self) -> None:
        if self.text:
            self.post_message(self.Closed())
        else:
            self.close()

    def action_end(self) -> None:
        self.close()
