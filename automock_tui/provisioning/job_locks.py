"""The two locks that a job's process holds: the job's own, and its project's."""

from __future__ import annotations

import os
from pathlib import Path

from automock_tui.provisioning import job_messages as messages
from automock_tui.provisioning.files import readable_errors
from automock_tui.provisioning.job import Job, JobFolder
from automock_tui.provisioning.launch import LOCKS_VARIABLE
from automock_tui.provisioning.locks import FileLock
from automock_tui.provisioning.project_lock import Holder, ProjectLock


class JobLocks:
    """Taken by whoever starts a job, handed to its process, gone with it."""

    def __init__(self, root: Path, job: Job, files: JobFolder) -> None:
        self._job = job
        self._files = files
        self._own = FileLock(files.lock)
        self._project = ProjectLock(root, job.workspace, job.project)

    @property
    def descriptors(self) -> tuple[int, int]:
        """The open files to hand to the job's process."""
        return self._own.descriptor, self._project.descriptor

    def take(self) -> None:
        """Take over the locks that this process was started with, or else acquire them.

        Raises:
            LostRace: somebody else has one of them.
        """
        if handed := os.environ.pop(LOCKS_VARIABLE, ""):
            own, project = map(int, handed.split(","))
            self._own = FileLock.adopt(self._files.lock, own)
            self._project.adopt(project)
        else:
            self.acquire()

    def acquire(self) -> None:
        """Acquire both locks.

        Raises:
            LostRace: the job is running, or another job of the project is.
        """
        with readable_errors(self._files.path):
            if not self._own.acquire():
                raise messages.already_started(self._job)
            if self._project.acquire(Holder.of(self._job)):
                return
        self._own.release()
        raise messages.project_is_busy(self._job, self._project.holder())

    def release(self) -> None:
        """Let go of this process's hold on both."""
        self._project.release()
        self._own.release()
