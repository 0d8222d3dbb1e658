"""What a screen shows in place of its content: loading, empty or failed."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Center, Middle
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from automock_tui.domain.errors import AutomockError

_FAILED = "✕"


class StateCard(Middle):
    """A title, what it means, and the keys that help. It never moves: a spinner costs 3 % of a core."""

    DEFAULT_CSS = Path(__file__).with_name("state_card.tcss").read_text("utf-8")

    def compose(self) -> ComposeResult:
        with Center():
            yield Static(classes="state-card--text")

    def stand_in(
        self, *content: Widget, failure: AutomockError | None = None, keys: str = "", waiting: str = ""
    ) -> None:
        """Take the place of the content while it failed or is waited for; else leave it to the content."""
        self.display = failure is not None or bool(waiting)
        for one in content:
            one.display = not self.display
        if failure is not None:
            self.show_error(failure, keys)
        elif waiting:
            self.show(waiting)

    def show(self, title: str, text: str = "", keys: str = "") -> None:
        """Say this."""
        parts: list[str | tuple[str, str]] = [(title, "bold")]
        parts += [f"\n\n{text}"] if text else []
        parts += [("\n\n" + keys, "$accent")] if keys else []
        self.query_one(Static).update(Content.assemble(*parts))
        self.set_class(title.startswith(_FAILED), "-failed")

    def show_error(self, error: AutomockError, keys: str) -> None:
        """Say what failed, and which keys help."""
        self.show(f"{_FAILED} {error.title}", error.explanation, keys)
