"""Whether to call a real API for the answers that a collection lacks; asked each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Button, Input, Label, Static

from automock_tui.domain.errors import AutomockError
from automock_tui.importing.imported import Options, Report
from automock_tui.importing.secrets import Secrets
from automock_tui.operations.importing import preview_calls
from automock_tui.ui.call_texts import asked_text
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.format import plural
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.importing.source import Source
    from automock_tui.operations.execute import Calls, Preview

_LOOK_AFTER = 0.3
"""Seconds without a keystroke after which the question is put anew."""
_MOST_FIELDS = 12
_LIKE_A_SECRET = "0123456789abcdef"
"""A value that makes a field one for a secret, if its name says so."""


@dataclass(frozen=True)
class Agreed:
    """What may be called: exactly what was shown, with these values for what the collection lacks."""

    preview: Preview
    variables: Mapping[str, str]


class CallApiDialog(Dialog[Agreed]):
    """Names the hosts, how many requests, and which may change something; "do not call" has the focus.

    Args:
        document: The collection.
        masks: Whether secrets are masked in what is recorded.
        before: What was answered already.
    """

    keys = "tab other answer · ⏎ take it · esc leave"
    AUTO_FOCUS = "#leave"

    def __init__(self, document: Source, *, masks: bool = True, before: Calls | None = None) -> None:
        super().__init__("Call the real API?", danger=True)
        self._document, self._masks, self._before = document, masks, before
        self._preview: Preview | None = None
        self._asked: set[str] = set()
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """What would be called, then a field for each variable that is not known."""
        yield Static("Reading …", id="calls")
        yield Vertical(id="lacking")

    def compose_buttons(self) -> ComposeResult:
        """The safe answer first."""
        yield Button("Do not call", id="leave", compact=True)
        yield Button("Call", id="call", variant="error", compact=True, disabled=True)

    def on_mount(self) -> None:
        """Look what would be called."""
        self._look()

    def _look(self) -> None:
        start(self, self._show(), group="look", on_error=self._failed)

    async def _show(self) -> None:
        variables = self._variables()
        preview = await in_thread(preview_calls, self._document, "auto", variables, self._before)
        await self._ask_for(preview)
        if variables != self._variables():
            return  # more was typed meanwhile; that is looked at next
        self._preview = preview
        self.query_one("#calls", Static).update(asked_text(preview, masks=self._masks))
        button = self.query_one("#call", Button)
        button.label = f"Call {plural(preview.methods.total(), 'request')}" if preview.hosts else "Call"
        button.disabled = not preview.hosts

    async def _ask_for(self, preview: Preview) -> None:
        """A field for each variable that nobody knows; it stays once it is there."""
        room = _MOST_FIELDS - len(self._asked)
        new = [name for name in preview.lacking if name not in self._asked][: max(room, 0)]
        self._asked |= set(new)
        await self.query_one("#lacking").mount_all(_field(name) for name in new)

    def _failed(self, error: AutomockError) -> None:
        self.query_one("#calls", Static).update("Nothing can be called.")
        self.show_error(error)

    def _variables(self) -> dict[str, str]:
        return {field.name or "": field.value for field in self.query(Input) if field.value}

    @on(Input.Changed)
    def _typed(self) -> None:
        self._preview = None
        self.query_one("#call", Button).disabled = True
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_LOOK_AFTER, self._look)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#call")
    def _call(self) -> None:
        if self._preview is not None and self._preview.hosts:
            self.dismiss(Agreed(self._preview, self._variables()))


def _field(name: str) -> Horizontal:
    is_secret = Secrets(Options(), Report()).is_secret(name, _LIKE_A_SECRET)
    label = Label(name if len(name) <= 17 else name[:16] + "…", markup=False)
    field = Input(name=name, placeholder="not known", password=is_secret, compact=True)
    return Horizontal(label, field, classes="field")
