"""The text of a JSON document: line numbers, colours, and undo for all that is done to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Literal

from rich.text import Text
from textual import events
from textual.document._document import EditResult, Location
from textual.document._edit import Edit

from automock_tui.ui.widgets.steady_text import SteadyText

_COLOURED = 2_000
"""Characters of a line that are coloured; more would not be in sight."""
_BRACKET_REACH = 2_000
"""Characters within which a bracket's match is shown."""
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"}
"""What Textual's document takes for line ends and JSON does not: it would turn them into line ends for good."""
_STRING = r'"(?:[^"\\]|\\.)*'
_TOKEN = re.compile(
    rf'(?P<label>{_STRING}"(?=\s*:))|(?P<string>{_STRING}"?)|(?P<number>-?\d[\d.eE+-]*)'
    r"|(?P<boolean>true|false)|(?P<null>null)"
)
_STYLES = {
    "label": "json.label",
    "string": "string",
    "number": "number",
    "boolean": "boolean",
    "null": "json.null",
}
"""What the themes call the words."""


class JsonEditor(SteadyText):
    """A code editor for one document.

    It is coloured line by line, as it is drawn: no word of JSON goes on in the next line. A parse of the whole
    text at each key, as Textual does it, takes 30 ms for 64 KiB.
    """

    DEFAULT_CSS = Path(__file__).with_name("json_editor.tcss").read_text("utf-8")

    def __init__(self, *, tab_behavior: Literal["focus", "indent"] = "indent", id: str | None = None) -> None:
        super().__init__(
            "", soft_wrap=False, tab_behavior=tab_behavior, show_line_numbers=True, max_checkpoints=500, id=id
        )
        self.indent_width = 2

    def on_mount(self) -> None:
        """Take the colours of the app's theme."""
        self._match_theme()
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._match_theme())

    def _match_theme(self) -> None:
        self.theme = "vscode_dark" if self.app.current_theme.dark else "github_light"

    def on_resize(self, event: events.Resize) -> None:
        """Another size changes no line here; Textual would go through all of them, as wrapped text needs it."""
        event.prevent_default()
        self._line_cache.clear()
        self._refresh_scrollbars()

    def _yield_character_locations(self, start: Location) -> Iterable[tuple[str, Location]]:
        # Textual looks for a matching bracket through all of the text, each time the cursor moves.
        return islice(super()._yield_character_locations(start), _BRACKET_REACH)

    def _yield_character_locations_reverse(self, start: Location) -> Iterable[tuple[str, Location]]:
        return islice(super()._yield_character_locations_reverse(start), _BRACKET_REACH)

    def get_line(self, line_index: int) -> Text:
        """A line in colours."""
        line = super().get_line(line_index)
        styles = self._theme.syntax_styles
        for token in _TOKEN.finditer(line.plain, 0, _COLOURED):
            style = styles.get(_STYLES[token.lastgroup or "string"])
            if style is not None:
                line.stylize(style, token.start(), token.end())
        return line

    def begin(self, text: str) -> None:
        """Start with a text; there is nothing to undo."""
        self.load_text(text.translate(_LINE_ENDS))

    def edit(self, edit: Edit) -> EditResult:
        """Every change comes through here, typed or pasted."""
        return super().edit(replace(edit, text=edit.text.translate(_LINE_ENDS)))

    def put(self, text: str) -> None:
        """Replace all the text as one step that can be undone; the cursor stays on its line."""
        line, column = self.cursor_location
        self.history.checkpoint()
        self.replace(text, (0, 0), self.document.end)
        self.history.checkpoint()
        self.go_to(line + 1, column + 1)

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor on a place, both counted from 1, or as near to it as there is text."""
        row = max(0, min(line - 1, self.document.line_count - 1))
        self.move_cursor((row, max(0, min(column - 1, len(self.document.get_line(row))))), center=True)
