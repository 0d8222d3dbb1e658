"""The text of a JSON document: line numbers, colours while it is small, and undo for all that is done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Literal

from textual import events
from textual.document._document import EditResult, Location
from textual.document._edit import Edit
from textual.widgets import TextArea

HIGHLIGHT_UP_TO = 32 * 1024
"""Characters up to which the text is coloured: twice as many take 30 ms a key for the colours alone."""
_BRACKET_REACH = 5_000
"""Characters within which a bracket's match is shown."""
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"}
"""What Textual's document takes for line ends and JSON does not: it would turn them into line ends for good."""


class JsonEditor(TextArea):
    """A code editor for one document."""

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

    @property
    def is_coloured(self) -> bool:
        """Whether the text is coloured."""
        return self.language is not None

    def begin(self, text: str) -> None:
        """Start with a text; there is nothing to undo."""
        self.language = _language(len(text))
        self.load_text(text.translate(_LINE_ENDS))

    def edit(self, edit: Edit) -> EditResult:
        """Every change comes through here, typed or pasted."""
        return super().edit(replace(edit, text=edit.text.translate(_LINE_ENDS)))

    def put(self, text: str) -> None:
        """Replace all the text as one step that can be undone; the cursor stays on its line."""
        line, column = self.cursor_location
        self.language = _language(len(text))
        self.history.checkpoint()
        self.replace(text, (0, 0), self.document.end)
        self.history.checkpoint()
        self.go_to(line + 1, column + 1)

    def fit_colours(self, length: int) -> None:
        """Colour the text, or no longer, as its length asks for."""
        language = _language(length)
        if language != self.language and not (self.language is None and length > HIGHLIGHT_UP_TO * 3 // 4):
            self.language = language

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor on a place, both counted from 1, or as near to it as there is text."""
        row = max(0, min(line - 1, self.document.line_count - 1))
        self.move_cursor((row, max(0, min(column - 1, len(self.document.get_line(row))))), center=True)


def _language(length: int) -> str | None:
    return "json" if length <= HIGHLIGHT_UP_TO else None
