"""The one-line bar under a log: what to find, what to show, or where to save."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from automock_tui.ui.widgets.links import Links

MAX_TYPED = 500
"""The longest pattern or path that can be typed."""


class Purpose(Enum):
    """What the bar asks for: its label, and what its empty field says."""

    FIND = ("Find", "text to find; a capital letter makes case count")
    FILTER = ("Show only", "lines with this text; !text for lines without it")
    TIME = ("Go to", "a time such as 18:31 or 18:31:07, or +10m, -2h from here")
    SAVE = ("Save to", "a new file")


class PromptBar(Horizontal):
    """Asks for a pattern or a path; hidden until `ask` is called."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "close",
            "Close",
            tooltip="Close and forget the text",
            id="log.bar-close",
        ),
        Binding("ctrl+r", "toggle_regex", "Regex", tooltip="Take it as a regular expression", id="log.regex"),
    ]

    purpose: reactive[Purpose] = reactive(Purpose.FIND, init=False)
    regex: reactive[bool] = reactive(False, init=False)
    note: reactive[str] = reactive("", init=False)
    """What is said to the right of the field: the number of matches, or what is wrong."""

    class Typed(Message):
        """The text has changed."""

        def __init__(self, purpose: Purpose, text: str, regex: bool) -> None:
            super().__init__()
            self.purpose = purpose
            self.text = text
            self.regex = regex

    class Accepted(Typed):
        """Enter was pressed."""

    class Closed(Message):
        """The bar was closed with escape."""

        def __init__(self, purpose: Purpose) -> None:
            super().__init__()
            self.purpose = purpose

    def compose(self) -> ComposeResult:
        """A label, the field, the regex mark, and a note."""
        yield Static("Find", classes="prompt-bar--label", markup=False)
        yield Input(max_length=MAX_TYPED, compact=True, classes="prompt-bar--input")
        yield Links("", classes="prompt-bar--regex")
        yield Static("", classes="prompt-bar--note", markup=False)

    def on_mount(self) -> None:
        """Start hidden."""
        self.display = False

    def ask(self, purpose: Purpose, text: str = "") -> None:
        """Open the bar for a purpose, with this text in it."""
        self.purpose = purpose
        self.note = ""
        self.display = True
        label, placeholder = purpose.value
        self.query_one(".prompt-bar--label", Static).update(label)
        field = self.query_one(Input)
        field.placeholder = placeholder
        with field.prevent(Input.Changed):
            field.value = text
        self._show_regex()
        field.focus()

    def watch_note(self, note: str) -> None:
        """Show the note."""
        self.query_one(".prompt-bar--note", Static).update(note)

    def watch_regex(self) -> None:
        """Look again with the text read the other way."""
        self._show_regex()
        if self.display:
            self.post_message(self.Typed(self.purpose, self.query_one(Input).value, self.regex))

    def _show_regex(self) -> None:
        mark = self.query_one(".prompt-bar--regex", Links)
        mark.display = self.purpose in (Purpose.FIND, Purpose.FILTER)
        mark.update(f"[@click=outer('toggle_regex')]{'[b].*[/b] regex' if self.regex else 'Aa text'}[/]")

    def action_toggle_regex(self) -> None:
        """Switch between text and regular expression."""
        self.regex = not self.regex

    def action_close(self) -> None:
        """Hide the bar."""
        self.display = False
        self.post_message(self.Closed(self.purpose))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self.purpose, event.value, self.regex))

    @on(Input.Submitted)
    def _accepted(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = False
        self.post_message(self.Accepted(self.purpose, event.value, self.regex))
