"""One line that says which panels there are, which one is shown, and the key of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from textual.content import Content
from textual.message import Message
from textual.screen import Screen

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


class PanelScreen(Screen[Any]):
    """A screen with panels side by side; where it is narrow one at a time, the others behind the bar.

    The style sheet says which one is seen, by the class `-show-NAME` of what holds them.
    """

    PANELS: ClassVar[Sequence[tuple[str, str]]] = ()
    """Their ids and titles, in the order of their keys."""
    PANEL_BODY: ClassVar[str] = ""
    """What holds them."""

    panel = ""
    """The one whose turn it is."""

    def panel_items(self) -> Sequence[int]:
        """How many each of them holds, where that is to be said."""
        return [0] * len(self.PANELS)

    def show_panels(self) -> None:
        """Say which panels there are, with what they hold now."""
        panels = tuple(
            Panel(name, str(key), title, count)
            for key, ((name, title), count) in enumerate(zip(self.PANELS, self.panel_items(), strict=True), 1)
        )
        self.query_one(PanelBar).show(panels, self.panel)

    def show_panel(self, name: str) -> None:
        """Show a panel."""
        self.panel = name
        for each, _ in self.PANELS:
            self.query_one(self.PANEL_BODY).set_class(each == name, f"-show-{each}")
        self.show_panels()

    def action_panel(self, name: str) -> None:
        """Show a panel and let the keys act on it."""
        self.show_panel(name)
        self.call_after_refresh(self.query_one(f"#{name}").focus)

    def on_panel_bar_chosen(self, event: PanelBar.Chosen) -> None:
        """A click on its name does the same."""
        self.action_panel(event.panel)
