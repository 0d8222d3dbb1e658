"""Actions on a project that ask first. Each runs as a worker of whoever calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.ui import navigation
from automock_tui.ui.extension import told
from automock_tui.ui.messages import ProjectsChanged

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.ui.app import AutomockApp


async def ask_extend(app: AutomockApp, metadata: DeploymentMetadata) -> None:
    """Extend a mock's TTL."""
    from automock_tui.ui.dialogs.extend import ExtendDialog

    dialog = ExtendDialog(app.workspace, metadata, utc=app.settings.utc)
    extension = await app.push_screen_wait(dialog)
    if extension is not None:
        text = told(metadata.project_name, extension, dialog.shown_end, utc=app.settings.utc)
        app.notify(text, title="Extended", severity="warning" if extension.warning else "information")
        app.projects_changed(ProjectsChanged())


async def ask_local_deploy(app: AutomockApp, name: str) -> None:
    """Start a project's mock on this machine."""
    from automock_tui.ui.dialogs.local_deploy import LocalDeployDialog

    job = await app.push_screen_wait(LocalDeployDialog(app.workspace, name, utc=app.settings.utc))
    if job is not None:
        app.notify(f"{job.summary}. y copies the address.", title="Deployed")
        app.projects_changed(ProjectsChanged(name))


async def ask_destroy(app: AutomockApp, name: str) -> None:
    """Destroy a mock, and watch that."""
    from automock_tui.ui.dialogs.destroy import DestroyDialog

    answer = await app.push_screen_wait(DestroyDialog(app.workspace, name))
    if answer is None:
        return
    app.projects_changed(ProjectsChanged())
    if isinstance(answer, str):
        app.notify(f"{answer}.", title="Destroyed")
    else:
        navigation.open_job(app, answer.id)


async def resume(app: AutomockApp, name: str) -> None:
    """Carry on what died or failed, as it was asked for then, and watch that."""
    from automock_tui.operations import recovery
    from automock_tui.ui.threads import in_thread

    job = await in_thread(recovery.resume, app.workspace, name)
    app.notify(f"Carrying on the {job.kind.value} of {name}", title="Resumed")
    app.projects_changed(ProjectsChanged())
    navigation.open_job(app, job.id)


async def ask_delete(app: AutomockApp, name: str, version: str) -> bool:
    """Delete a project; whether it was done."""
    from automock_tui.ui.dialogs.destroy import DeleteDialog

    done = await app.push_screen_wait(DeleteDialog(app.workspace, name, version)) is True
    if done:
        app.notify(f"{name} is gone.", title="Deleted")
        app.projects_changed(ProjectsChanged())
    return done
