"""Leaving the app: a job of this workspace that runs is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.messages import Connected
from automock_tui.ui.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job
    from automock_tui.ui.app import AutomockApp


async def ask_and_quit(app: AutomockApp) -> None:
    """Leave; while a job runs the user chooses between leaving it running, cancelling it, and staying."""
    from automock_tui.ui.dialogs.quit_job import QuitChoice, QuitDialog

    connection = app.connection
    jobs = await in_thread(running_jobs, connection.workspace) if isinstance(connection, Connected) else []
    if not jobs:
        app.exit()
        return
    answer = await app.push_screen_wait(QuitDialog(jobs))
    if answer is QuitChoice.CANCEL and isinstance(connection, Connected):
        await in_thread(_cancel, connection.workspace, jobs)
    if answer in (QuitChoice.LEAVE, QuitChoice.CANCEL):
        app.exit()


def running_jobs(workspace: Workspace) -> list[Job]:
    """The jobs of this workspace that are at work."""
    from automock_tui.operations.jobs import jobs_here

    return [job for job in jobs_here(workspace) if job.is_active]


def _cancel(workspace: Workspace, jobs: Sequence[Job]) -> None:
    for job in jobs:
        try:
            workspace.jobs.cancel(job)
        except AutomockError:
            # It ended while the user thought about it: nothing is left to cancel.
            continue
