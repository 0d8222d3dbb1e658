"""How often must a request have come? The mock itself answers, by MockServer's verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from automock_tui.domain.errors import AutomockError
from automock_tui.operations.verification import read_count, verification_of
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.traffic import Feed


class VerifyDialog(Dialog[bool]):
    """Assert a count of requests of one method and path.

    Args:
        feed: The mock.
        method: Of the requests.
        path: Of the requests.
        count: How often it came as far as the screen knows; the first proposal.
    """

    AUTO_FOCUS = "Input"
    keys = "⏎ verify · esc leave"

    def __init__(self, feed: Feed, method: str, path: str, count: int) -> None:
        super().__init__(f"Verify {method} {path}")
        self._feed, self._method, self._path, self._count = feed, method, path, count

    def compose_body(self) -> ComposeResult:
        """The count."""
        yield Static(Content("A number such as 2, a range such as 1-3, 2+ for at least, or -2 for at most."))
        with Horizontal(classes="field"):
            yield Label("Times")
            yield Input(str(self._count), restrict=r"[\d+\-]*")
        yield Static("", id="verify-result", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """Verify, or leave."""
        yield Button("Verify", id="yes", compact=True, variant="primary")
        yield Button("Leave", id="leave", compact=True)

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def _asked(self) -> None:
        start(self, self._verify(self.query_one(Input).value), group="verify", on_error=self.show_error)

    async def _verify(self, text: str) -> None:
        self.hide_error()
        wanted = verification_of({"method": self._method, "path": self._path}, read_count(text))
        failure = await in_thread(self._feed.verify, wanted)
        if failure:
            raise AutomockError("Not verified", failure, "Look at the traffic.")
        self.query_one("#verify-result", Static).update(f"✓ verified: {text or 'at least 1'}")
