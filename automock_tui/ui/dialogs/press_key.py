"""Press the key that an action shall have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from automock_tui.domain.errors import InvalidInput
from automock_tui.ui.dialogs.dialog import Dialog


class PressKeyDialog(Dialog[str]):
    """The next key is the answer; one that something else has must be pressed twice.

    Args:
        name: The action's name.
        text: What it does.
        clashes: What would be wrong if it had a key, a sentence each.
    """

    keys = "press a key · esc leave"
    takes_every_key = True
    """The app's own keys wait while this is open."""

    def __init__(self, name: str, text: str, clashes: Callable[[str], Sequence[str]]) -> None:
        super().__init__(f"A key for {name}")
        self._text, self._clashes = text, clashes
        self._refused = ""

    def compose_body(self) -> ComposeResult:
        """What the key will do."""
        yield Static(Content(self._text), classes="muted")
        yield Static("Press the key.")

    def compose_buttons(self) -> ComposeResult:
        """None: a key that pressed a button could not be chosen."""
        yield from ()

    def on_key(self, event: events.Key) -> None:
        """Take the key; escape is no answer."""
        if event.key == "escape":
            return
        event.stop()
        event.prevent_default()
        clashes = [] if event.key == self._refused else self._clashes(event.key)
        if not clashes:
            self.dismiss(event.key)
            return
        self._refused = event.key
        hint = "Press it again to have it all the same, or another key."
        self.show_error(InvalidInput("That key is taken", " ".join(clashes), hint))
