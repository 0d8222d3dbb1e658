"""Why a request is answered as it is: the winner, or every near miss with the fields that differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.actions import Reasons
from automock_tui.ui.threads import in_thread
from automock_tui.ui.traffic_rows import WhyLine, why_lines
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.line_list import ChoosingList
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import start


class WhyList(ChoosingList):
    """The lines of an explanation."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[WhyLine] = ()

    def show(self, lines: Sequence[WhyLine]) -> None:
        """Show these."""
        self._lines = lines
        self.rebuild()

    @property
    def whole(self) -> tuple[str, str]:
        """The line under the cursor, nothing cut."""
        return ("", clean(self._lines[self.cursor].text)) if self.cursor < len(self._lines) else ("", "")

    def rebuild(self) -> None:
        """Make the rows anew."""
        self.set_texts([self._text(line) for line in self._lines])

    def _text(self, line: WhyLine) -> Text:
        indent = " " + "   " * line.indent
        return Text(end="").append(indent + clean(line.text).replace("\n", " "), self.style_of(line.role))


class ExplainScreen(Reasons, Screen[None]):
    """An explanation.

    Args:
        request: The request, on one line.
        load: Explains it, as `explain --json` does; may block.
    """

    CSS_PATH = "explain.tcss"
    AUTO_FOCUS = "WhyList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "refresh", "Again", tooltip="Explain it anew, as things are now", id="explain.refresh"),
        Binding("y", "copy", "Copy", tooltip="Copy the explanation", id="explain.copy"),
        Binding("escape", "leave", "Back", tooltip="Back", id="explain.leave"),
    ]

    def __init__(self, request: str, load: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__()
        self._request, self._load = request, load
        self._lines: list[WhyLine] = []

    def compose(self) -> ComposeResult:
        """The request, and the explanation."""
        yield TitleBar(clean(f"Why · {self._request}"))
        yield StateCard()
        yield WhyList()
        yield DetailLines()
        yield KeyBar()

    def on_mount(self) -> None:
        """Explain."""
        self.query_one(WhyList).display = False
        self.query_one(StateCard).show("Comparing …")
        self.action_refresh()

    def action_refresh(self) -> None:
        """Explain it anew."""
        start(self, self._explain(), group="explain", on_error=self._failed)

    async def _explain(self) -> None:
        self._lines = why_lines(await in_thread(self._load))
        table = self.query_one(WhyList)
        table.show(self._lines)
        table.display, self.query_one(StateCard).display = True, False
        table.focus()
        self.refresh_bindings()

    def _failed(self, error: AutomockError) -> None:
        card = self.query_one(StateCard)
        card.display, self.query_one(WhyList).display = True, False
        card.show_error(error, "r try again    esc back")

    def on_choosing_list_moved(self) -> None:
        """Show the whole of a line that is cut."""
        self.query_one(DetailLines).lines = self.query_one(WhyList).whole

    def why_not(self, action: str) -> str:
        """Why an action cannot run now."""
        return "there is no explanation yet" if action == "copy" and not self._lines else ""

    def action_copy(self) -> None:
        """Copy all lines."""
        self.app.copy_to_clipboard("\n".join("  " * line.indent + line.text for line in self._lines))
        self.notify("Copied", title="Why")

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
