"""Jobs: background runs that outlive the app, each with its own folder, process and result.

A job is what its folder says. `job.json` is its record, `events.jsonl` its log; both are written by the job's
own process, so that an app which is killed, restarted or started twice sees the same. Whether the process still
runs is asked of the kernel each time (see `locks`): a job that says `running` and is not is shown as `lost`.
"""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from automock_tui.domain.document import CorruptDocument
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.workspace import WorkspaceRef
from automock_tui.provisioning import job_messages as messages
from automock_tui.provisioning.events import result_event
from automock_tui.provisioning.files import make_private_folder, readable_errors, write_private
from automock_tui.provisioning.job import (
    ACTIVE_STATUSES,
    FINAL_STATUSES,
    Changes,
    Job,
    JobError,
    JobFolder,
    JobKind,
    JobPhase,
    JobStatus,
    is_job_id,
    new_job_id,
)
from automock_tui.provisioning.job_locks import JobLocks
from automock_tui.provisioning.launch import JOB_PROCESS, launch
from automock_tui.provisioning.locks import FileLock, is_held
from automock_tui.provisioning.processes import send_signal
from automock_tui.provisioning.project_lock import ProjectLock
from automock_tui.provisioning.stop_signals import FORCE_SIGNAL

__all__ = [
    "ACTIVE_STATUSES",
    "FINAL_STATUSES",
    "FORCE_SIGNAL",
    "Changes",
    "Job",
    "JobError",
    "JobFolder",
    "JobKind",
    "JobPhase",
    "JobStatus",
    "JobStore",
]

_LAST_WORDS = 1_000
"""Characters of what a dead process said last."""
_LAUNCH_GRACE = timedelta(minutes=1)
"""How long a job may stay created but not started before it counts as lost."""


class JobStore:
    """All jobs of this machine's user, in one folder.

    Safe to use from several threads and several processes at once.

    Args:
        root: The folder; created, private to the user, when first needed.
        module: The Python module that a job's process runs.
    """

    def __init__(self, root: Path, module: str = JOB_PROCESS) -> None:
        self.root = root
        self._module = module
        self._records: dict[str, tuple[tuple[int, int], Job]] = {}

    def create(
        self,
        *,
        kind: JobKind,
        project: str,
        workspace: WorkspaceRef,
        bucket: str = "",
        arguments: Mapping[str, Any] | None = None,
        plan_only: bool = False,
        auto_approve: bool = False,
        by: str = "",
    ) -> Job:
        """Make a job and its folder; nothing runs until `start`.

        Args:
            arguments: What the job's script needs to know, as JSON; never secrets, they are stored.
            auto_approve: Apply the plan without a review.
            by: Who asked, as shown to others.

        Raises:
            AutomockError: the folder cannot be written.
        """
        now = datetime.now(UTC)
        job = Job(
            id=new_job_id(now),
            kind=kind,
            project=project,
            bucket=bucket,
            workspace=workspace,
            arguments=dict(arguments or {}),
            plan_only=plan_only,
            auto_approve=auto_approve,
            by=by,
            created_at=now,
        )
        with readable_errors(self.folder(job)):
            make_private_folder(self.root)
            make_private_folder(self.files(job).work)
            make_private_folder(self.folder(job))
        self.save(job)
        return job

    def folder(self, job: Job | str) -> Path:
        """The folder of a job."""
        return self.root / (job if isinstance(job, str) else job.id)

    def files(self, job: Job | str) -> JobFolder:
        """The files of a job, by name."""
        return JobFolder(self.folder(job))

    def save(self, job: Job) -> None:
        """Write the record of a job, whole or not at all; only the job's own process does so while it runs.

        Raises:
            AutomockError: it cannot be written.
        """
        path = self.files(job).record
        with readable_errors(path):
            write_private(path, job.to_json())

    def load(self, job_id: str) -> Job:
        """A job as it is now; one whose process died without a result is `lost`.

        Raises:
            NotFound: no such job.
            AutomockError: its record cannot be read.
        """
        if not is_job_id(job_id):
            raise messages.no_such_job(job_id)
        return self._truth(self._read(job_id))

    def all(self) -> list[Job]:
        """Every job, the newest first; folders that are not jobs or cannot be read are left out."""
        found = (self._load_if_readable(name) for name in self._names())
        return [job for job in found if job is not None]

    def active(self, workspace: WorkspaceRef, project: str) -> Job | None:
        """The job that is at work on a project, if there is one."""
        lock = ProjectLock(self.root, workspace, project)
        holder = lock.holder()
        job = self._load_if_readable(holder.job_id) if holder else None
        return job if job is not None and job.is_active else None

    def start(self, job: Job, *, environment: Mapping[str, str] | None = None) -> Job:
        """Run a new job, or the second half of one whose plan was reviewed, in a process of its own.

        The process is detached: it goes on when this one, or its terminal, ends.

        Args:
            environment: The process's environment (credentials and all); this process's by default.

        Raises:
            LostRace: another job is at work on the project, or this one was started by somebody else.
            InvalidInput: the job is over.
            AutomockError: the process cannot be started.
        """
        locks = JobLocks(self.root, job, self.files(job))
        locks.acquire()
        try:
            fresh = self._read(job.id)
            _check_startable(fresh)
            starting = self._save_starting(fresh)
            self._launch(starting, locks, environment)
        finally:
            locks.release()
        return starting

    def cancel(self, job: Job, *, force: bool = False) -> None:
        """Ask a job to stop: Terraform gets one interrupt, however often this is called, and finishes cleanly.

        Args:
            force: Send Terraform its second interrupt, which makes it stop at once and may lose state.

        Raises:
            InvalidInput: the job is not at work.
        """
        fresh = self.load(job.id)
        if not fresh.is_live:
            raise messages.not_running(fresh)
        with readable_errors(self.folder(job)):
            write_private(self.files(job).cancel_request, b"cancel\n")
        # Read again: a process that begins just now has either written its identity or will see the request.
        fresh = self._read(job.id)
        if fresh.process is not None:
            send_signal(fresh.process, FORCE_SIGNAL if force else signal.SIGINT)

    def discard(self, job: Job) -> Job:
        """Give up a plan that waits for review; nothing was changed.

        Raises:
            InvalidInput: the job does not wait for review.
            LostRace: it is being started.
        """
        own = FileLock(self.files(job).lock)
        if not own.acquire():
            raise messages.already_started(job)
        try:
            fresh = self._read(job.id)
            if fresh.status is not JobStatus.PLANNED:
                raise messages.not_waiting(fresh)
            return self._save_discarded(fresh)
        finally:
            own.release()

    def drop(self, job: Job) -> None:
        """Take back a job that was made and never started.

        Raises:
            LostRace: it was started.
        """
        own = FileLock(self.files(job).lock)
        if not own.acquire() or self._read(job.id).started_at is not None:
            raise messages.already_started(job)
        try:
            shutil.rmtree(self.folder(job), ignore_errors=True)
        finally:
            own.release()

    def unsaved_states(self, workspace: WorkspaceRef, project: str) -> list[Path]:
        """States of a project that earlier jobs could not save, the newest first; push one before any plan."""
        place = workspace.identity
        mine = (job for job in self.all() if job.project == project and job.workspace.identity == place)
        return [path for job in mine if (path := self.files(job).errored_state).exists()]

    def prune(self, keep: int) -> list[str]:
        """Delete the oldest jobs that are over, beyond the newest `keep`; returns their ids.

        A job that runs, waits for review, or holds a state that Terraform could not save, stays; so does the
        newest of each project, which says how a half-done deployment can go on.
        """
        jobs = self.all()
        newest = {(job.project, job.workspace.identity): job.id for job in reversed(jobs)}.values()
        over = [
            job
            for job in jobs[keep:]
            if job.is_final and job.id not in newest and not self.files(job).errored_state.exists()
        ]
        for job in over:
            self._records.pop(job.id, None)
            with readable_errors(self.folder(job)):
                shutil.rmtree(self.folder(job))
        return [job.id for job in over]

    def _names(self) -> list[str]:
        try:
            names = [path.name for path in self.root.iterdir()]
        except FileNotFoundError:
            return []
        return sorted(filter(is_job_id, names), reverse=True)

    def _load_if_readable(self, job_id: str) -> Job | None:
        try:
            return self.load(job_id)
        except AutomockError:
            return None

    def _read(self, job_id: str) -> Job:
        path = self.files(job_id).record
        try:
            seen = path.stat()
            stamp = (seen.st_mtime_ns, seen.st_ino)
            known = self._records.get(job_id)
            if known is None or known[0] != stamp:
                known = (stamp, _parse(job_id, path.read_bytes()))
                self._records[job_id] = known
        except FileNotFoundError:
            raise messages.no_such_job(job_id) from None
        except (OSError, CorruptDocument) as error:
            raise messages.unreadable(job_id, path) from error
        return known[1]

    def _truth(self, job: Job) -> Job:
        if not job.is_live or is_held(self.files(job).lock) or _is_about_to_start(job):
            return job
        # It may have written its result between our two looks.
        job = self._read(job.id)
        return self._as_lost(job) if job.is_live else job

    def _as_lost(self, job: Job) -> Job:
        last_sign = self._last_sign(job)
        error = messages.lost_error(job, last_sign, _last_words(self.files(job).process_output))
        return replace(job, status=JobStatus.LOST, finished_at=last_sign, error=error, summary=error.title)

    def _last_sign(self, job: Job) -> datetime:
        files = self.files(job)
        written = [path.stat().st_mtime for path in (files.events, files.record) if path.exists()]
        return datetime.fromtimestamp(max(written), UTC) if written else datetime.now(UTC)

    def _save_starting(self, job: Job) -> Job:
        phase = JobPhase.APPLY if job.status is JobStatus.PLANNED else JobPhase.PLAN
        now = datetime.now(UTC)
        self.files(job).cancel_request.unlink(missing_ok=True)
        starting = replace(job, status=JobStatus.STARTING, phase=phase, started_at=now, process=None)
        self.save(starting)
        return starting

    def _launch(self, job: Job, locks: JobLocks, environment: Mapping[str, str] | None) -> None:
        try:
            launch(self._module, self.files(job), locks=locks.descriptors, environment=environment)
        except OSError as error:
            failure = messages.not_launched(error)
            self.save(replace(job, status=JobStatus.FAILED, error=JobError.of(failure), summary=failure.title))
            raise failure from error

    def _save_discarded(self, job: Job) -> Job:
        files = self.files(job)
        discarded = replace(
            job, status=JobStatus.DISCARDED, finished_at=datetime.now(UTC), summary="Plan discarded"
        )
        with readable_errors(files.path):
            files.plan.unlink(missing_ok=True)
            with files.events.open("a", encoding="utf-8") as events:
                event = result_event(discarded.status, discarded.summary, None)
                events.write(json.dumps(event) + "\n")
        self.save(discarded)
        return discarded


def _parse(job_id: str, text: bytes) -> Job:
    job = Job.from_json(text)
    if job.id != job_id:
        raise CorruptDocument("Not this job's record", f"It names the job {job.id!r}.")
    return job


def _last_words(path: Path) -> str:
    from automock_tui.domain.redaction import redact  # its patterns take milliseconds to build

    try:
        text = path.read_text("utf-8", errors="replace")[-_LAST_WORDS:]
    except OSError:
        return ""
    return redact(text).strip()


def _is_about_to_start(job: Job) -> bool:
    if job.started_at is not None or job.created_at is None:
        return False
    return datetime.now(UTC) - job.created_at < _LAUNCH_GRACE


def _check_startable(job: Job) -> None:
    is_new = job.status is JobStatus.STARTING and job.started_at is None
    if not is_new and job.status is not JobStatus.PLANNED:
        raise messages.not_startable(job)
