"""One line that says which panels there are, which one is shown, and the key of each."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from textual.content import Content
from textual.message import Message

from automock_tui.ui.widgets.links import Links


class Panel(NamedTuple):
    """A panel: its name, its key, its title, and how many it holds where that matters."""

    name: str
    key: str
    title: str
    items: int = 0


class PanelBar(Links):
    """The panels that share a place."""

    DEFAULT_CSS = Path(__file__).with_name("panel_bar.tcss").read_text("utf-8")

    class Chosen(Message):
        """A panel was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.panel = name

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id)
        self._shown: tuple[tuple[Panel, ...], str] = ((), "")

    def show(self, panels: tuple[Panel, ...], current: str) -> None:
        """Show these panels with one of them current."""
        if (panels, current) != self._shown:
            self._shown = panels, current
            self.update(
                Content("  ").join(self._tab(panel, panel.name == current) for panel in panels), layout=False
            )

    def _tab(self, panel: Panel, current: bool) -> Content:
        count = f" {panel.items}" if panel.items else ""
        style = "b u $text-primary" if current else "$foreground-muted"
        return Content.from_markup(
            f"[@click=choose('{panel.name}')][{style}]$key $title$count[/][/]",
            key=panel.key,
            title=panel.title,
            count=count,
        )

    def action_choose(self, name: str) -> None:
        """Tell which panel was clicked."""
        self.post_message(self.Chosen(name))
