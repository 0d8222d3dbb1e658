"""The expectations of one version, to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from automock_tui.domain.errors import AutomockError
from automock_tui.operations.versions import read_set
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.json_editor import JsonEditor
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.title_bar import TitleBar
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace


class VersionTextScreen(Screen[None]):
    """One version as it was saved; nothing can be changed.

    Args:
        workspace: Where it is.
        name: The project.
        version: The version.
    """

    CSS_PATH = "versions.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", tooltip="Back", id="version-text.leave", priority=True),
    ]

    def __init__(self, workspace: Workspace, name: str, version: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._project = name
        self._version = version

    def compose(self) -> ComposeResult:
        """The text."""
        yield TitleBar(f"{self._project} {self._version} · to read")
        yield StateCard()
        yield JsonEditor(tab_behavior="focus")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read it."""
        editor = self.query_one(JsonEditor)
        editor.read_only = True
        self.query_one(StateCard).stand_in(editor, waiting=f"Reading {self._version} …")
        start(self, self._read(), group="version", on_error=self._not_read)

    async def _read(self) -> None:
        found = await in_thread(read_set, self._workspace, self._project, self._version)
        editor = self.query_one(JsonEditor)
        self.query_one(StateCard).stand_in(editor)
        editor.begin(found.text)
        editor.focus()

    def _not_read(self, error: AutomockError) -> None:
        self.query_one(StateCard).show_error(error, "esc back")

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)
