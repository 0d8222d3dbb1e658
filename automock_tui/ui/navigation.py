"""Where the app can go. Screens are imported when they are opened, because start-up is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.messages import Connected, Connection, ProjectsChanged
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.screen import Screen

    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp


def workspace_of(connection: Connection) -> Workspace:
    """The open workspace.

    Raises:
        AutomockError: it is not open (yet).
    """
    if isinstance(connection, Connected):
        return connection.workspace
    raise AutomockError("No workspace is open", "", "Wait for the connection, or choose another with w.")


def open_project(app: AutomockApp, name: str) -> None:
    """Go to a project."""
    from automock_tui.ui.screens.project import ProjectScreen

    _push(app, lambda workspace: ProjectScreen(workspace, name))


def open_new_project(app: AutomockApp) -> None:
    """Go to the form for a new project."""
    from automock_tui.ui.screens.new_project import NewProjectScreen

    _push(app, NewProjectScreen)


def open_import(app: AutomockApp, name: str) -> None:
    """Go to the form that adds the expectations of a document to a project."""
    from automock_tui.ui.screens.new_project import NewProjectScreen

    _push(app, lambda workspace: NewProjectScreen(workspace, into=name))


def open_editor(app: AutomockApp, name: str, add: Sequence[Mapping[str, Any]] = ()) -> None:
    """Go to the editor of a project's expectations, with new ones added that are not saved yet."""
    from automock_tui.ui.screens.editor import EditorScreen

    _push(app, lambda workspace: EditorScreen(workspace, name, add=add))


def open_traffic(app: AutomockApp, name: str, *, url: str = "") -> None:
    """Go to the traffic of a project's mock, or of one that runs at an address and belongs to no project."""
    from automock_tui.ui.screens.traffic import TrafficScreen

    _push(app, lambda workspace: TrafficScreen(workspace, name, url=url, is_project=not url))


def open_deploy(app: AutomockApp, name: str) -> None:
    """Go to the form that deploys a project; in the local workspace a dialog is enough."""

    async def go() -> None:
        workspace = workspace_of(app.connection)
        if workspace.is_local:
            from automock_tui.ui.asking import ask_local_deploy

            start(app, ask_local_deploy(app, name), group="ask")
            return
        from automock_tui.ui.screens.deploy import DeployScreen

        app.push_screen(DeployScreen(workspace, name))

    start(app, go(), group="navigation")


def open_job(app: AutomockApp, job_id: str) -> None:
    """Go to a job: its progress and log, or the review of its plan."""
    from automock_tui.ui.screens.job_opening import job_screen

    async def go() -> None:
        app.push_screen(await in_thread(job_screen, workspace_of(app.connection), job_id))

    start(app, go(), group="navigation")


def open_plan(app: AutomockApp, job_id: str) -> None:
    """Go to the review of a job's plan, which is part of its screen."""
    open_job(app, job_id)


def open_jobs(app: AutomockApp) -> None:
    """Go to the jobs of this workspace."""
    from automock_tui.ui.screens.job_opening import jobs_screen

    _push(app, lambda workspace: jobs_screen(workspace, lambda job: open_job(app, job.id)))


def open_settings(app: AutomockApp) -> None:
    """Go to the settings."""
    from automock_tui.ui.screens.settings import SettingsScreen

    app.push_screen(SettingsScreen())


def open_keys(app: AutomockApp) -> None:
    """Go to the keys of every action."""
    from automock_tui.ui.screens.keys import KeysScreen

    app.push_screen(KeysScreen())


def go_home(app: AutomockApp, *, select: str = "") -> None:
    """Back to the Projects screen, the cursor on a project."""
    while len(app.screen_stack) > 1:
        app.pop_screen()
    app.projects_changed(ProjectsChanged(select))


def _push(app: AutomockApp, make: Callable[[Workspace], Screen[None]]) -> None:
    async def go() -> None:
        app.push_screen(make(workspace_of(app.connection)))

    start(app, go(), group="navigation")
