"""Choose where to work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.ui.dialogs.dialog import Dialog

_KINDS = (
    (WorkspaceKind.LOCAL, "Local", "Projects in a folder, mocks as processes of this machine."),
    (WorkspaceKind.SANDBOX, "Sandbox", "An emulated AWS account on this machine: deploy, and pay nothing."),
    (WorkspaceKind.AWS, "AWS", "Your AWS account. Deployments cost money until they end."),
)


@dataclass(frozen=True)
class WorkspaceChoice:
    """A workspace that the user named; an empty text leaves it to the AWS tools' own rules."""

    kind: WorkspaceKind
    profile: str = ""
    region: str = ""
    endpoint_url: str = ""

    @property
    def label(self) -> str:
        """A short name."""
        return " · ".join(filter(None, (self.kind.value, self.region, self.profile)))


class WorkspaceDialog(Dialog[WorkspaceChoice]):
    """Local, sandbox, or AWS with a profile and a region.

    Args:
        current: The present workspace, under the cursor.
        profile: The profile to propose.
        region: The region to propose.
        endpoint_url: The endpoint to propose.
    """

    keys = "↑↓ choose · ⏎ open · tab to the fields · esc leave"
    AUTO_FOCUS = "OptionList"
    FIELDS: ClassVar = (
        ("profile", "AWS profile", "as the AWS tools choose (AWS_PROFILE, default)"),
        ("region", "AWS region", "as the profile says"),
        ("endpoint", "Endpoint URL", "AWS itself"),
    )

    def __init__(
        self, current: WorkspaceKind, *, profile: str = "", region: str = "", endpoint_url: str = ""
    ) -> None:
        super().__init__("Where to work")
        self._current = current
        self._values = {"profile": profile, "region": region, "endpoint": endpoint_url}

    def compose_body(self) -> ComposeResult:
        options = (Option(Content.assemble((name, "bold"), f"\n{text}")) for _kind, name, text in _KINDS)
        yield OptionList(*options, compact=True)
        with Vertical(id="aws-fields"):
            for key, label, hint in self.FIELDS:
                with Horizontal(classes="field"):
                    yield Label(label)
                    yield Input(self._values[key], placeholder=hint, id=f"aws-{key}", compact=True)
        yield Static("", classes="muted")

    def compose_buttons(self) -> ComposeResult:
        yield Button("Leave", id="leave", compact=True)
        yield Button("Open", id="open", variant="primary", compact=True)

    def on_mount(self) -> None:
        kinds = [kind for kind, _name, _text in _KINDS]
        self.query_one(OptionList).highlighted = kinds.index(self._current)

    @property
    def _kind(self) -> WorkspaceKind:
        return _KINDS[self.query_one(OptionList).highlighted or 0][0]

    @on(OptionList.OptionHighlighted)
    def _show_fields(self) -> None:
        self.query_one("#aws-fields").display = self._kind is WorkspaceKind.AWS

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    @on(Button.Pressed, "#open")
    def _answer(self) -> None:
        if self._kind is not WorkspaceKind.AWS:
            self.dismiss(WorkspaceChoice(self._kind))
            return
        profile, region, endpoint = (
            self.query_one(f"#aws-{key}", Input).value.strip() for key, _label, _hint in self.FIELDS
        )
        self.dismiss(WorkspaceChoice(self._kind, profile, region, endpoint))
