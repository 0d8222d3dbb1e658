"""Help: every key that works where one is, what it does, and a way to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from automock_tui.ui.actions import Action, actions_here
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from textual.screen import Screen

_KEY_WIDTH = 9
_NAME_WIDTH = 14


class HelpScreen(Dialog[None]):
    """The actions of another screen; typing narrows them down, enter runs one.

    Args:
        screen: The screen whose keys they are.
    """

    keys = "type to search · ↑↓ choose · ⏎ run it · esc leave"
    AUTO_FOCUS = "Input"

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__("Keys of this place")
        self._about = screen
        self._actions: list[Action] = []
        self._found: list[Action] = []

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="search", compact=True)
        yield OptionList(compact=True)
        yield Static(id="help-about", classes="muted hint")

    def compose_buttons(self) -> ComposeResult:
        yield from ()

    def on_mount(self) -> None:
        self._actions = [action for action in actions_here(self._about) if action.binding.id != "app.help"]
        self._fill("")

    def _fill(self, text: str) -> None:
        words = text.lower().split()
        self._found = [action for action in self._actions if all(word in _searched(action) for word in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(self._line(action)) for action in self._found])
        options.highlighted = 0 if self._found else None

    def _line(self, action: Action) -> Content:
        key = self.app.get_key_display(action.binding)
        said = f"not now: {action.reason}" if action.reason else action.help
        return Content.assemble(
            (f"{key:>{_KEY_WIDTH}}  ", "bold $accent"),
            (f"{action.name:<{_NAME_WIDTH}} ", "bold"),
            (said, "" if action.enabled else "$text-muted"),
        )

    @on(OptionList.OptionHighlighted)
    def _about_action(self, event: OptionList.OptionHighlighted) -> None:
        action = self._found[event.option_index]
        name = action.binding.id
        keymap = f"The settings (keymap, {name}) give it another key." if name else ""
        said = f"Not now: {action.reason}." if action.reason else f"{action.help}."
        self.query_one("#help-about", Static).update(Content(f"{said}\n{keymap}"))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.query_one(OptionList).action_select()

    def on_key(self, event: Any) -> None:
        if event.key in ("up", "down", "pageup", "pagedown") and self.query_one(Input).has_focus:
            event.stop()
            event.prevent_default()
            move = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}
            getattr(self.query_one(OptionList), f"action_{move[event.key]}")()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        action = self._found[event.option_index]
        app = self.app

        async def run() -> None:
            await app.run_action(action.binding.action, action.node)

        self.dismiss(None)
        start(app, run(), group="help", exclusive=False)


def _searched(action: Action) -> str:
    return f"{action.name} {action.help} {action.binding.id or ''} {action.binding.key}".lower()
