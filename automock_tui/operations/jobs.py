"""Jobs: find them, read what they say as they say it, cancel them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.domain.errors import NotFound

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job
    from automock_tui.provisioning.jobs import JobStore


def find_job(store: JobStore, job_id: str = "", project: str = "", kind: str = "") -> Job:
    """The named job, or the newest of a project, or the newest of all; `kind` is the workspace's, if given.

    Raises:
        NotFound: there is none.
    """
    if job_id:
        return store.load(job_id)
    for job in store.all():
        if project in ("", job.project) and kind in ("", job.workspace.kind.value):
            return job
    of = f" of project {project}" if project else ""
    raise NotFound(
        f"No job{of}", "Nothing was deployed from this machine.", "List them with: automock-tui jobs"
    )


def jobs_here(workspace: Workspace) -> list[Job]:
    """The jobs of this workspace on this machine, newest first."""
    place = workspace.ref.identity
    return [job for job in workspace.jobs.all() if job.workspace.identity == place]


class JobFeed:
    """A job's events from the first line on, in portions, for whoever shows them."""

    def __init__(self, store: JobStore, job_id: str) -> None:
        from automock_tui.provisioning.tail import EventTail

        self._store = store
        self._job_id = job_id
        self._tail = EventTail(store.files(job_id).events)

    def lines(self, limit: int = 5_000) -> list[str]:
        """The next lines, at most `limit`; empty when nothing new has come."""
        lines = self._tail.read(limit)
        # A process that was killed may have left half a line, which nobody will finish.
        return lines or (self._tail.rest() if self.job().is_final else [])

    def job(self) -> Job:
        """The job as it is now."""
        return self._store.load(self._job_id)

    def cancel(self, *, force: bool = False) -> None:
        """Ask the job to stop; `force` makes Terraform stop at once, which may lose state.

        Raises:
            InvalidInput: the job is not at work.
        """
        self._store.cancel(self.job(), force=force)
