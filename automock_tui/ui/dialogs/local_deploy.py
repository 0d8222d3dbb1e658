"""Deploy in the local workspace: how long, at which port, and with which certificate."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from automock_tui.domain.deployment import check_ttl_hours
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.provisioning.job import Job
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.extension import end_text, parse_hours
from automock_tui.ui.format import plural
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import app_of, start

if TYPE_CHECKING:
    from automock_tui.operations.local_deploy import LocalBasis
    from automock_tui.operations.workspace import Workspace


class LocalDeployDialog(Dialog[Job]):
    """Start a project's mock as a process of this machine; the answer is its job, once it serves.

    Args:
        workspace: The local one.
        name: The project.
        utc: Whether to show UTC.
    """

    keys = "tab next field · ⏎ deploy · esc leave"
    AUTO_FOCUS = "#hours"

    def __init__(self, workspace: Workspace, name: str, *, utc: bool = False) -> None:
        super().__init__(f"Deploy {name} on this machine")
        self._workspace = workspace
        self._project = name
        self._utc = utc
        self._basis: LocalBasis | None = None
        self._working = False

    def compose_body(self) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label("Serves")
            yield Static("Reading …", id="serves")
        with Horizontal(classes="field"):
            yield Label("Hours")
            yield Input(f"{self._workspace.settings.ttl_hours:g}", id="hours", compact=True)
        with Horizontal(classes="field"):
            yield Label("Ends")
            yield Static(id="ends")
        with Horizontal(classes="field"):
            yield Label("Port")
            yield Input(id="port", placeholder="any free one", compact=True)
        with Horizontal(classes="field"):
            yield Label("Certificate")
            yield Input(id="certificate", placeholder="none: plain http; a PEM file for https", compact=True)
        with Horizontal(classes="field -hidden", id="with-key"):
            yield Label("Key")
            yield Input(id="key", placeholder="in the same file", compact=True)
        with Horizontal(classes="field"):
            yield Label("Costs")
            yield Static("nothing: it is a process of this machine")
        yield Static(id="replaces", classes="hint -hidden")

    def compose_buttons(self) -> ComposeResult:
        yield Button("Leave", id="leave", compact=True)
        yield Button("Deploy", id="deploy", variant="primary", compact=True)

    def on_mount(self) -> None:
        self._show()
        self.set_interval(1.0, self._show)
        start(self, self._look(), group="look", on_error=self._not_read)

    async def _look(self) -> None:
        from automock_tui.operations.local_deploy import local_basis

        basis = self._basis = await in_thread(local_basis, self._workspace, self._project)
        if basis.port and not self._field("port"):
            self.query_one("#port", Input).value = str(basis.port)
        if basis.certificate and not self._field("certificate"):
            self.query_one("#certificate", Input).value = str(basis.certificate.path)
            self.query_one("#key", Input).value = str(basis.certificate.key or "")
        doubts = f" · {plural(len(basis.problems), 'warning')}" if basis.problems else ""
        what = f"{basis.version or 'no version'} · {plural(basis.expectation_count, 'expectation')}{doubts}"
        self.query_one("#serves", Static).update(Content(what))
        if basis.is_running:
            note = self.query_one("#replaces", Static)
            address = basis.metadata.infrastructure.mockserver_url
            note.update(
                Content(f"! It runs at {address}. This takes its place there; hours and counts start anew.")
            )
            note.remove_class("-hidden")
        self._show()

    def _not_read(self, error: AutomockError) -> None:
        self.query_one("#serves", Static).update(Content("– nothing: see below"))
        self.show_error(error)
        self._show()

    # --- Showing

    def _show(self) -> None:
        text, hours = self._end()
        self.query_one("#ends", Static).update(text)
        ready = self._basis is not None and hours is not None and self._port() is not None
        self.query_one("#deploy", Button).disabled = self._working or not ready

    def _end(self) -> tuple[Content, float | None]:
        """The end as words, and the hours; None where they cannot be used."""
        try:
            hours = parse_hours(self._field("hours"))
            ttl = check_ttl_hours(hours)
        except AutomockError as error:
            return Content.styled(f"! {error.title}. {error.message or error.hint}", "$warning"), None
        if not ttl:
            return Content("never: it runs until somebody destroys it"), hours
        now = app_of(self).now()
        return Content.styled(end_text(now + ttl, now, utc=self._utc), "bold"), hours

    def _port(self) -> int | None:
        """The port, 0 for any; None where it is no number."""
        text = self._field("port").strip()
        return int(text or 0) if not text or (text.isascii() and text.isdecimal()) else None

    def _field(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    @on(Input.Changed)
    def _typed(self) -> None:
        self.hide_error()
        if self._port() is None:
            self.show_error(InvalidInput("No such port", "", "Type a number up to 65535, or nothing."))
        self._show()

    @on(Input.Changed, "#certificate")
    def _secured(self, event: Input.Changed) -> None:
        self.query_one("#with-key").set_class(not event.value.strip(), "-hidden")

    # --- Deploying

    @on(Input.Submitted)
    @on(Button.Pressed, "#deploy")
    def _go(self) -> None:
        (_, hours), port = self._end(), self._port()
        if self.query_one("#deploy", Button).disabled or hours is None or port is None:
            return
        self._set_working(True)
        start(self, self._deploy(hours, port), group="do", on_error=self._failed)

    async def _deploy(self, hours: float, port: int) -> None:
        from automock_tui.operations.local_deploy import deploy_and_wait
        from automock_tui.operations.tls import Certificate

        certificate = Certificate.given(self._field("certificate").strip(), self._key())
        work = partial(
            deploy_and_wait, self._workspace, self._project, hours, port=port, certificate=certificate
        )
        self.dismiss(await in_thread(work))

    def _key(self) -> str:
        """The file of the key; none without a certificate, as its field is not there then."""
        return self._field("key").strip() if self._field("certificate").strip() else ""

    def _failed(self, error: AutomockError) -> None:
        self._set_working(False)
        self.show_error(error)

    def _set_working(self, working: bool) -> None:
        self._working = working
        self.query_one("#deploy", Button).label = "Starting …" if working else "Deploy"
        self._show()
