"""The first line of a screen: the product, where one is, and a headline at the right."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from automock_tui.ui.format import fit
from automock_tui.ui.widgets.component_style import component_style


class TitleBar(Widget, can_focus=False):
    """One line; the headline gives way, part by part, where the window is narrow.

    Args:
        here: Where one is, such as the name of a screen; the app's workspace comes before it.
    """

    DEFAULT_CSS = Path(__file__).with_name("title_bar.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"title-bar--product", "title-bar--place", "title-bar--headline"}

    place: reactive[str] = reactive("")
    """The workspace, and the screen."""
    headline: reactive[str] = reactive("")
    """What matters most, its parts joined by ` · `."""

    def __init__(self, here: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._here = here

    def on_mount(self) -> None:
        self.watch(self.app, "place", self._place_changed)

    def _place_changed(self, place: str) -> None:
        self.place = " · ".join(filter(None, (place, self._here)))

    def render(self) -> Text:
        product = component_style(self, "title-bar--product")
        place = component_style(self, "title-bar--place")
        text = Text(no_wrap=True, overflow="ellipsis", end="")
        text.append(" automock-tui", product).append(f"  {self.place}", place)
        room = self.size.width - text.cell_len - 3
        headline = fit(self.headline.split(" · "), room)
        text.append(" " * (room + 2 - len(headline)))
        text.append(headline, component_style(self, "title-bar--headline"))
        return text
