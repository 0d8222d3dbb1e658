"""The key bar: one line with the keys that work here; one widget, for a widget per key costs start-up time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widget import Widget

from automock_tui.ui.actions import Action, actions_here
from automock_tui.ui.widgets.component_style import component_style

if TYPE_CHECKING:
    from textual import events
    from textual.screen import Screen

_HELP = "app.help"


class KeyBar(Widget, can_focus=False):
    """The keys of the enabled actions, the most important first; what does not fit is under `?`."""

    ALLOW_SELECT = False
    DEFAULT_CSS = Path(__file__).with_name("key_bar.tcss").read_text("utf-8")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--name"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._actions: list[Action] = []
        self._places: list[tuple[range, Action]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            found = [action for action in actions_here(screen) if action.binding.show and action.enabled]
            if [self._label(action) for action in found] != [self._label(action) for action in self._actions]:
                self._actions = found
                self.refresh()
            self._actions = found

    def _label(self, action: Action) -> tuple[str, str]:
        return self.app.get_key_display(action.binding), action.name

    def render(self) -> Text:
        key_style = component_style(self, "key-bar--key")
        name_style = component_style(self, "key-bar--name")
        text = Text(no_wrap=True, overflow="crop", end="")
        self._places = []
        for action in self._that_fit():
            key, name = self._label(action)
            start = text.cell_len
            text.append(f" {key}", key_style).append(f" {name} ", name_style)
            self._places.append((range(start, text.cell_len), action))
        return text

    def _that_fit(self) -> list[Action]:
        """The actions whose labels fit; help keeps its place because it leads to all the others."""
        helps = [action for action in self._actions if action.binding.id == _HELP]
        others = [action for action in self._actions if action.binding.id != _HELP]
        room = self.size.width - sum(self._width(action) for action in helps)
        shown = []
        for action in others:
            room -= self._width(action)
            if room < 0:
                break
            shown.append(action)
        return shown + helps

    def _width(self, action: Action) -> int:
        return sum(Text(part).cell_len for part in self._label(action)) + 3

    async def on_click(self, event: events.Click) -> None:
        for columns, action in self._places:
            if event.x in columns:
                await self.app.run_action(action.binding.action, action.node)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        here = next((action for columns, action in self._places if event.x in columns), None)
        self.tooltip = here.help if here else None
