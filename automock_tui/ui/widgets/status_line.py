"""The line above the keys: how fresh the screen is, and which job runs."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from automock_tui.ui.format import shorten
from automock_tui.ui.widgets.component_style import component_style


class StatusLine(Widget, can_focus=False):
    """A text at the left, another at the right; the left one gives way."""

    DEFAULT_CSS = Path(__file__).with_name("status_line.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"status-line--stale"}

    left: reactive[str] = reactive("")
    right: reactive[str] = reactive("")
    stale: reactive[bool] = reactive(False)
    """Whether the left text is a warning."""

    def render(self) -> Text:
        taken = cell_len(self.right)
        room = self.size.width - 2 - (taken + 2 if taken else 0)
        style = component_style(self, "status-line--stale") if self.stale else ""
        text = Text(" ", no_wrap=True, overflow="crop", end="")
        text.append(shorten(self.left, room), style)
        text.append(" " * max(0, self.size.width - 1 - text.cell_len - taken))
        return text.append(self.right)
