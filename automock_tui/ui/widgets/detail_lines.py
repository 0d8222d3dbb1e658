"""Two lines about what is under the cursor."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from automock_tui.ui.format import fit, shorten
from automock_tui.ui.widgets.component_style import component_style


class DetailLines(Widget, can_focus=False):
    """Two texts, one under the other; the first in bold."""

    DEFAULT_CSS = Path(__file__).with_name("detail_lines.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"detail-lines--first", "detail-lines--second"}

    lines: reactive[tuple[str, str]] = reactive(("", ""))

    def render(self) -> Text:
        room = self.size.width - 2
        first, second = shorten(self.lines[0], room), self.lines[1]
        second = fit(second.split(" · "), room) or shorten(second, room)
        text = Text(no_wrap=True, overflow="crop", end="")
        text.append(f" {first}\n", component_style(self, "detail-lines--first"))
        return text.append(f" {second}", component_style(self, "detail-lines--second"))
