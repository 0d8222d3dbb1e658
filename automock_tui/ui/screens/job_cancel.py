"""Asking before a job is cancelled: once kindly, the second time with a typed name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from automock_tui.ui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from automock_tui.provisioning.job import Job


class CancelJob(Dialog[bool]):
    """Whether to interrupt a job cleanly."""

    keys = "enter choose · esc leave it running"

    def __init__(self, job: Job, running: int) -> None:
        super().__init__(f"Cancel the {job.kind.value} of {job.project}?", danger=True)
        self._at_work = running

    def compose_body(self) -> ComposeResult:
        """What cancelling does."""
        now = f"Terraform finishes the {self._at_work} resources it is working on, then stops. "
        yield Static(
            (now if self._at_work else "Terraform finishes what it is doing, then stops. ")
            + "What exists by then stays, is written to the state, and costs money until it is destroyed "
            "or its TTL ends.",
            markup=False,
        )

    def compose_buttons(self) -> ComposeResult:
        """The safe choice first."""
        yield Button("Leave it running", id="leave", compact=True)
        yield Button("Cancel the job", id="cancel", variant="error", compact=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(True)


class ForceCancel(Dialog[bool]):
    """Whether to kill Terraform in the middle of its work; the project's name must be typed."""

    keys = "type the name · esc wait for it"

    def __init__(self, job: Job) -> None:
        super().__init__("Stop Terraform at once?", danger=True)
        self._project = job.project

    def compose_body(self) -> ComposeResult:
        """What is at stake."""
        yield Static(
            "The job was asked to stop and is finishing its work. Stopping at once can leave resources that "
            "Terraform does not know of: they cost money and nobody will remove them for you. Waiting is "
            "almost always better.",
            markup=False,
        )
        yield Static(Content.assemble("Type ", (self._project, "bold"), " to stop it nevertheless."))
        with Horizontal(classes="field"):
            yield Label("Project")
            yield Input(id="name", compact=True)

    def compose_buttons(self) -> ComposeResult:
        """The safe choice first."""
        yield Button("Wait for it", id="leave", compact=True)
        yield Button("Stop at once", id="force", variant="error", compact=True, disabled=True)

    @on(Input.Changed, "#name")
    def _typed(self, event: Input.Changed) -> None:
        self.query_one("#force", Button).disabled = event.value != self._project

    @on(Input.Submitted, "#name")
    def _entered(self, event: Input.Submitted) -> None:
        if event.value == self._project:
            self.dismiss(True)

    @on(Button.Pressed, "#force")
    def _force(self) -> None:
        self.dismiss(True)
