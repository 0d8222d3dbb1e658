"""The first start: three ways to begin, offered once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.ui import navigation
from automock_tui.ui.threads import in_thread

if TYPE_CHECKING:
    from pathlib import Path

    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp


class Beginning(StrEnum):
    """How to begin."""

    SANDBOX = "sandbox"
    CREATE = "create"
    HELP = "help"


async def welcome_once(app: AutomockApp, workspace: Workspace) -> None:
    """Offer the three ways, in an empty local workspace, if that was never done here."""
    if workspace.ref.kind is not WorkspaceKind.LOCAL or app.screen.is_modal:
        return
    if not await in_thread(_claim, app.folders.state):
        return
    from automock_tui.ui.screens.welcome import WelcomeDialog

    answer = await app.push_screen_wait(WelcomeDialog())
    if answer is Beginning.SANDBOX:
        from automock_tui.ui.dialogs.workspace import WorkspaceChoice
        from automock_tui.ui.switching import go_to_workspace

        go_to_workspace(app, WorkspaceChoice(WorkspaceKind.SANDBOX))
    elif answer is Beginning.CREATE:
        navigation.open_new_project(app)
    elif answer is Beginning.HELP:
        app.action_help()


def _claim(folder: Path) -> bool:
    """Whether this is the first time; it is only once."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "welcomed").touch(mode=0o600, exist_ok=False)
    except OSError:
        # Shown before, or nothing can be remembered here: better not at all than at every start.
        return False
    return True
