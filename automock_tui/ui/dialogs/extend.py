"""Give a mock more time: when it ends now, how many hours more, when it ends then."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.errors import AutomockError
from automock_tui.operations.extend import Extension, extend_ttl
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.extension import CHOICES, end_text, parse_hours, preview_end
from automock_tui.ui.format import NOTHING
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.workspace import Workspace


class ExtendDialog(Dialog[Extension]):
    """Extend the TTL; an error keeps it open.

    Args:
        workspace: Where it runs.
        metadata: The deployment as it was last seen; it is asked for again at once.
        utc: Whether to show UTC.
    """

    keys = "↑↓ other hours · ⏎ extend · esc leave"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(1)", "More hours", show=False, tooltip="The next larger choice", id="extend.more"),
        Binding(
            "down", "step(-1)", "Fewer hours", show=False, tooltip="The next smaller choice", id="extend.less"
        ),
    ]

    def __init__(self, workspace: Workspace, metadata: DeploymentMetadata, *, utc: bool = False) -> None:
        super().__init__(f"Extend {metadata.project_name}")
        self._workspace = workspace
        self._metadata = metadata
        self._utc = utc
        self._working = False

    @property
    def shown_end(self) -> datetime | None:
        """The present end as the user saw it last."""
        return self._metadata.ttl_expiry

    def compose_body(self) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label("Ends now")
            yield Static(id="ends-now")
        with Horizontal(classes="field"):
            yield Label("Hours more")
            yield Input("2", compact=True)
        with Horizontal(classes="field choices"):
            yield Label("")
            for hours in CHOICES:
                yield Button(f"+{hours}", id=f"hours-{hours}", compact=True)
        with Horizontal(classes="field"):
            yield Label("Ends then")
            yield Static(id="ends-then")

    def compose_buttons(self) -> ComposeResult:
        yield Button("Leave", id="leave", compact=True)
        yield Button("Extend", id="extend", variant="primary", compact=True)

    def on_mount(self) -> None:
        self._show()
        self.set_interval(1.0, self._show)
        start(self, self._look_again(), group="look", on_error=self.show_error)

    async def _look_again(self) -> None:
        name = self._metadata.project_name
        self._metadata = await in_thread(self._workspace.projects.deployment, name)
        self._show()

    # --- Showing

    def _show(self) -> None:
        now = app_of(self).now()
        end = self._metadata.ttl_expiry
        without = "never" if self._metadata.status is DeploymentStatus.DEPLOYED else NOTHING
        self.query_one("#ends-now", Static).update(end_text(end, now, utc=self._utc) if end else without)
        text, is_possible = self._preview(now)
        self.query_one("#ends-then", Static).update(text)
        self.query_one("#extend", Button).disabled = self._working or not is_possible

    def _preview(self, now: datetime) -> tuple[Content, bool]:
        try:
            end = preview_end(self._metadata, parse_hours(self.query_one(Input).value), now)
        except AutomockError as error:
            return Content.styled(f"! {error.title}. {error.message or error.hint}", "$warning"), False
        return Content.styled(end_text(end, now, utc=self._utc), "bold"), True

    @on(Input.Changed)
    def _typed(self) -> None:
        self.hide_error()
        self._show()

    def action_step(self, by: int) -> None:
        field = self.query_one(Input)
        try:
            hours = parse_hours(field.value)
        except AutomockError:
            hours = 0.0
        larger = [choice for choice in CHOICES if choice > hours]
        smaller = [choice for choice in CHOICES if choice < hours]
        following = larger[:1] if by > 0 else smaller[-1:]
        if following:
            field.value = str(following[0])

    @on(Button.Pressed, ".choices Button")
    def _chosen(self, event: Button.Pressed) -> None:
        event.stop()
        self.query_one(Input).value = str(event.button.label).removeprefix("+")
        self.query_one(Input).focus()

    # --- Extending

    @on(Input.Submitted)
    @on(Button.Pressed, "#extend")
    def _go(self) -> None:
        button = self.query_one("#extend", Button)
        if button.disabled:
            return
        self._set_working(True)
        hours = parse_hours(self.query_one(Input).value)
        start(self, self._extend(hours), group="do", on_error=self._failed)

    async def _extend(self, hours: float) -> None:
        call = partial(extend_ttl, self._workspace, self._metadata.project_name, hours)
        self.dismiss(await in_thread(call))

    def _failed(self, error: AutomockError) -> None:
        self._set_working(False)
        self.show_error(error)
        start(self, self._look_again(), group="look", on_error=self.show_error)

    def _set_working(self, working: bool) -> None:
        self._working = working
        self.query_one("#extend", Button).label = "Extending …" if working else "Extend"
        self._show()
