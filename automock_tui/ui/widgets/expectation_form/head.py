"""The line that opens and closes a group of fields."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from automock_tui.ui.editing.form import Line


class GroupHead(Static, can_focus=True):
    """The title of a group, and how many of its fields have values."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "flip", "Open or close", show=False, id="form.group"),
    ]

    class Flipped(Message):
        """The group is to be opened or closed."""

        def __init__(self, line: Line) -> None:
            super().__init__()
            self.line = line

    def __init__(self, line: Line) -> None:
        super().__init__(_text(line))
        self._line = line

    def show(self, line: Line) -> None:
        """Show the group as it is now."""
        if line != self._line:
            self._line = line
            self.update(_text(line))

    def action_flip(self) -> None:
        """Open it, or close it."""
        self.post_message(self.Flipped(self._line))

    def on_click(self) -> None:
        """A click does the same."""
        self.action_flip()


def _text(line: Line) -> Content:
    return Content.assemble(f"{'▾' if line.is_open else '▸'} {line.label}  ", (line.help, "$foreground-muted"))
