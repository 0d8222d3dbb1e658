"""Which jobs of this workspace run, and how far they are: read from their folders, beside the event loop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from automock_tui.domain.apply_progress import Progress, advance
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.terraform_events import parse_line
from automock_tui.ui.status_cells import JobSteps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from automock_tui.operations.jobs import JobFeed
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job

_LINES = 5000
"""Lines read of one job at a time; a longer log is caught up with over the next polls."""


@dataclass
class _Watched:
    feed: JobFeed
    job: Job
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True)
class JobNews:
    """What one look at the jobs found: those at work, their steps by project, and those that just ended."""

    active: tuple[Job, ...] = ()
    steps: dict[str, JobSteps] = field(default_factory=dict)
    ended: tuple[Job, ...] = ()


class JobWatch:
    """Follows the running jobs of one workspace. `poll` reads files: call it on a thread, one at a time."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._watched: dict[str, _Watched] = {}

    def track(self, jobs: Iterable[Job]) -> None:
        """Follow these jobs too, as far as they are at work."""
        from automock_tui.operations.jobs import JobFeed

        for job in jobs:
            if job.is_active and job.id not in self._watched:
                self._watched[job.id] = _Watched(JobFeed(self._workspace.jobs, job.id), job)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to follow."""
        return not self._watched

    def poll(self) -> JobNews:
        """Read on in every job's log."""
        for watched in self._watched.values():
            self._read(watched)
        ended = [watched for watched in self._watched.values() if not watched.job.is_active]
        for watched in ended:
            del self._watched[watched.job.id]
        still = list(self._watched.values())
        return JobNews(
            tuple(watched.job for watched in still),
            {
                watched.job.project: JobSteps(watched.progress.steps_done, watched.progress.steps_total)
                for watched in still
            },
            tuple(watched.job for watched in ended),
        )

    def _read(self, watched: _Watched) -> None:
        try:
            lines = watched.feed.lines(_LINES)
            watched.job = watched.feed.job()
        except AutomockError:
            # An unreadable log costs its progress only; the Job screen shows the error itself.
            return
        watched.progress = advance(watched.progress, [parse_line(line) for line in lines])
