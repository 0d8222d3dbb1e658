"""Choose a theme by seeing it."""

from __future__ import annotations

from textual.widgets import OptionList

from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog
from automock_tui.ui.theme import theme_names

_TEXTS = {
    "dark": "Bright on dark.",
    "light": "Dark on bright.",
    "colour-blind": "Dark, with colours that everybody can tell apart.",
    "colour-blind-light": "Bright, with colours that everybody can tell apart.",
    "ansi-dark": "The colours of your terminal, on its dark background.",
    "ansi-light": "The colours of your terminal, on its bright background.",
}


class ThemeDialog(ChoiceDialog[str]):
    """The themes; the one under the cursor is on trial, leaving brings the old one back."""

    keys = "↑↓ try · ⏎ keep it · esc back to the old one"

    def __init__(self) -> None:
        choices = [Choice(name, name, _TEXTS.get(name, "")) for name in theme_names()]
        super().__init__("Theme", "Whatever the colour: every state has its own shape and word.", choices)
        self._before = ""

    def on_mount(self) -> None:
        self._before = self.app.theme
        names = theme_names()
        self.query_one(OptionList).highlighted = names.index(self._before) if self._before in names else 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self.app.theme = theme_names()[event.option_index]

    def action_leave(self) -> None:
        self.app.theme = self._before
        super().action_leave()
