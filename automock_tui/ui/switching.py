"""Going to another workspace."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.ui.messages import Connected

if TYPE_CHECKING:
    from automock_tui.ui.app import AutomockApp
    from automock_tui.ui.dialogs.workspace import WorkspaceChoice


async def choose_workspace(app: AutomockApp) -> None:
    """Ask where to work, and go there."""
    from automock_tui.ui.dialogs.workspace import WorkspaceDialog

    settings, connection = app.settings, app.connection
    kind = (
        connection.workspace.ref.kind
        if isinstance(connection, Connected)
        else WorkspaceKind(settings.workspace)
    )
    dialog = WorkspaceDialog(
        kind, profile=settings.profile, region=settings.region, endpoint_url=settings.endpoint_url
    )
    choice = await app.push_screen_wait(dialog)
    if choice is not None:
        go_to_workspace(app, choice)


def go_to_workspace(app: AutomockApp, choice: WorkspaceChoice) -> None:
    """Leave every screen of the present workspace and open another one."""
    from automock_tui.bootstrap import open_workspace

    connect = partial(
        open_workspace,
        app.settings,
        app.folders,
        kind=choice.kind.value,
        profile=choice.profile,
        region=choice.region,
        endpoint_url=choice.endpoint_url,
    )
    while len(app.screen_stack) > 1:
        app.pop_screen()
    app.connect(connect, choice.label)
