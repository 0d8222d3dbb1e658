"""The editor's text at work: run on this machine as it is typed, and asked who would answer a request."""

from __future__ import annotations

from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from automock_tui.ui import navigation
from automock_tui.ui.dialogs.ask_line import AskLine
from automock_tui.ui.local_preview import LocalPreview
from automock_tui.ui.screens.editor_undo import EditorUndo
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace

_EXAMPLE = "GET /pets/7, or a curl command"


class EditorRunning(EditorUndo):
    """What the editor holds, saved or not, can be tried.

    Args:
        workspace: Where the project is.
        name: The project.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self._preview = LocalPreview(self, lambda: self.text, self.text_changed, self._preview_changed)

    def _preview_changed(self) -> None:
        if self.is_attached:
            self._show_title()
            self.refresh_bindings()

    def _also_said(self) -> str:
        return self._preview.said

    def action_run_here(self) -> None:
        """Serve what is edited on this machine, every edit included, or end that."""
        start(self, self._run_here(), group="run-here")

    async def _run_here(self) -> None:
        if self._preview.url:
            await self._preview.end()
            self.notify("It answers no longer.", title="Run here")
            return
        await self._preview.begin()
        text = f"{self._preview.url} answers as you type; nothing is saved by that. f10 shows its traffic."
        self.notify(text, title="Run here")

    def action_watch(self) -> None:
        """Watch the requests of what runs here."""
        if self._preview.url:
            navigation.open_traffic(self.ours, self._project, url=self._preview.url)

    def action_explain(self) -> None:
        """Type a request, see who would answer it, or why nobody does."""
        start(self, self._explain(), group="explain")

    async def _explain(self) -> None:
        from automock_tui.ui.screens.explain import ExplainScreen

        ask = AskLine("Who would answer?", "Request", text=_EXAMPLE, yes="Explain")
        request = await self.app.push_screen_wait(ask)
        if request:
            self.app.push_screen(ExplainScreen(request, partial(_explained, self.text, request)))

    def on_unmount(self) -> None:
        """The mock ends with the editor; Textual runs the base's handler too."""
        Thread(target=self._preview.close, name="end of a preview", daemon=True).start()


def _explained(text: str, request: str) -> dict[str, Any]:
    from automock_tui.operations.explain import explain_request

    return explain_request(text, request, 10).to_dict()
