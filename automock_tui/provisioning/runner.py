"""The inside of a job's process: its stages, its log, its result, and what happens when it is told to stop.

A script is as long as its work:

    with JobRun(store, job) as run:
        terraform = run.terraform(environment=..., cache=...)
        with run.stage("init"):
            terraform.init(backend)
        with run.stage("plan"):
            outcome = terraform.plan()
        run.planned("58 to add", outcome.changes)
    sys.exit(run.exit_code)

Whatever the block raises becomes the job's result; nothing is raised out of it but the end of the interpreter.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from automock_tui.domain.errors import EXIT_INTERRUPTED, AutomockError
from automock_tui.domain.redaction import redact
from automock_tui.provisioning.engine_discovery import find_engine
from automock_tui.provisioning.environment import chooses_providers_itself, terraform_environment
from automock_tui.provisioning.events import DONE, FAILED, STARTED, log_event, result_event, stage_event
from automock_tui.provisioning.job import Changes, Job, JobError, JobFolder, JobPhase, JobStatus
from automock_tui.provisioning.job_locks import JobLocks
from automock_tui.provisioning.job_log import JobLog
from automock_tui.provisioning.jobs import JobStore
from automock_tui.provisioning.mirrors import find_mirror, mirror_for
from automock_tui.provisioning.processes import identify
from automock_tui.provisioning.stop_signals import StopSignals
from automock_tui.provisioning.terraform import Terraform
from automock_tui.provisioning.terraform_errors import Interrupted

REVIEW_STAGE = "review"
RECORD_STAGE = "record"
"""Writes down what was done, so a cancel that comes late does not keep it from running."""
_RESERVE_BYTES = 256 * 1024
"""Room kept on the disk so that the result can be written when the log has filled it."""
_SECRET_VARIABLES = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")


class Cancelled(AutomockError):
    """The user asked the job to stop."""

    exit_code = EXIT_INTERRUPTED


class JobRun:
    """One process's part of one job. Use it in a `with`; see the module.

    Raises (on entering):
        LostRace: the job, or another one of the project, is already at work.
    """

    def __init__(self, store: JobStore, job: Job) -> None:
        self.job = job
        self.files: JobFolder = store.files(job)
        self.exit_code = 0
        self._store = store
        self._locks = JobLocks(store.root, job, self.files)
        self._signals = StopSignals(self._on_stop)
        self._terraform: Terraform | None = None
        self._result: tuple[JobStatus, str] | None = None
        self._is_record_stale = False

    def __enter__(self) -> Self:
        self._locks.take()
        self._old_umask = os.umask(0o077)
        self._log = JobLog(self.files)
        self._reserve_room()
        self._signals.install()
        self._update_started()
        if self.files.cancel_request.exists():
            self._signals.stop()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        try:
            self._finish(error)
        finally:
            self._signals.restore()
            self._log.close()
            self._locks.release()
            os.umask(self._old_umask)
        return isinstance(error, Exception)

    @property
    def is_cancelled(self) -> bool:
        """Whether the user asked the job to stop."""
        return self._signals.is_stopped

    def check_cancelled(self) -> None:
        """Stop here if the user asked for it; call it before each step that changes something.

        Raises:
            Cancelled: the user did.
        """
        if self.is_cancelled:
            raise Cancelled(
                "Cancelled", f"Stopped at stage {self.job.stage or 'start'}.", "Start over when you like."
            )

    def wait(self, seconds: float) -> None:
        """Sleep, but wake at once when the user cancels.

        Raises:
            Cancelled: the user did.
        """
        self._signals.wait(seconds)
        self.check_cancelled()

    def terraform(
        self, *, environment: Mapping[str, str] | None = None, setting: str = "", cache: Path | None = None
    ) -> Terraform:
        """Terraform in the job's working directory, its lines in the job's log, stopped when the job is.

        Args:
            environment: The account's environment; this process's by default. Its credentials are masked.
            setting: The terraform that the user named; the half that applies uses the one that planned.
            cache: The user's cache folder, for providers that have to be downloaded.

        Raises:
            AutomockError: there is no Terraform.
        """
        given = dict(os.environ if environment is None else environment)
        engine = (
            self.job.engine if self.job.phase is JobPhase.APPLY and self.job.engine else find_engine(setting)
        )
        mirror = None if chooses_providers_itself(given) else find_mirror(given)
        self._log.know_secrets(given[name] for name in _SECRET_VARIABLES if given.get(name))
        self.update(engine=engine)
        where = f"provider from {mirror}" if mirror else "provider by download or cache"
        self.log(f"Using {engine.label}, {where}")
        self._terraform = Terraform(
            engine,
            self.files.work,
            environment=terraform_environment(given, cache=None if mirror else cache),
            plugin_dir=mirror and mirror_for(engine.name, mirror, self.files.path / "mirror"),
            on_line=self._log.line,
            on_stderr=self._log.error,
        )
        if self.is_cancelled:
            self._terraform.interrupt()
        return self._terraform

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """One step of the job, such as init, plan, apply, health or record; told in the log and the record.

        Raises:
            Cancelled: the user asked to stop before it began; `record` begins all the same.
        """
        if name != RECORD_STAGE:
            self.check_cancelled()
        began = time.monotonic()
        self.update(stage=name)
        self._log.event(stage_event(name, STARTED, 0.0))
        try:
            yield
        except BaseException:
            self._log.event(stage_event(name, FAILED, time.monotonic() - began))
            raise
        self._log.event(stage_event(name, DONE, time.monotonic() - began))

    def log(self, message: str, level: str = "info") -> None:
        """A word in the job's log; `level` is trace, debug, info, warn or error."""
        self._log.event(log_event(message, level))

    def update(self, **fields: Any) -> None:
        """Change fields of the job's record and store it."""
        self.job = replace(self.job, **fields)
        try:
            self._store.save(self.job)
            self._is_record_stale = False
        except AutomockError:
            # The run matters more than its record, which is written again at the next change and at the end.
            self._is_record_stale = True

    def planned(self, summary: str, changes: Changes | None = None) -> None:
        """End this process with the plan waiting for its review."""
        self._result = (JobStatus.PLANNED, summary)
        self.update(changes=changes or self.job.changes)

    def serve(self, summary: str, outputs: Mapping[str, Any]) -> None:
        """Say that what the job is for is up; its process goes on, and nobody needs to wait for its end."""
        self.log(summary)
        self.update(status=JobStatus.SERVING, summary=summary, outputs=dict(outputs))

    def succeed(self, summary: str, outputs: Mapping[str, Any] | None = None) -> None:
        """End the job well.

        Args:
            outputs: What to show at the end; never anything sensitive.
        """
        self._result = (JobStatus.SUCCEEDED, summary)
        self.update(outputs=dict(outputs or {}))

    def _update_started(self) -> None:
        now = datetime.now(UTC)
        waited_since = self.job.finished_at
        self.update(
            status=JobStatus.RUNNING,
            process=identify(os.getpid()),
            started_at=self.job.started_at or now,
            finished_at=None,
        )
        if self.job.phase is JobPhase.APPLY:
            waited = (now - waited_since).total_seconds() if waited_since else 0.0
            self._log.event(stage_event(REVIEW_STAGE, DONE, waited))

    def _on_stop(self, *, force: bool) -> None:
        if self._terraform is not None:
            self._terraform.interrupt(force=force)

    def _finish(self, error: BaseException | None) -> None:
        status, summary, failure = self._outcome(error)
        self.exit_code = failure.exit_code if failure else 0
        if status is JobStatus.PLANNED:
            self.update(stage=REVIEW_STAGE)
            self._log.event(stage_event(REVIEW_STAGE, STARTED, 0.0))
        else:
            self.files.plan.unlink(missing_ok=True)
        self._reserve.unlink(missing_ok=True)
        summary += self._what_was_not_written()
        self._log.event(result_event(status, summary, failure))
        self.update(status=status, summary=summary, error=failure, finished_at=datetime.now(UTC))

    def _outcome(self, error: BaseException | None) -> tuple[JobStatus, str, JobError | None]:
        match error:
            case None:
                status, summary = self._result or (JobStatus.SUCCEEDED, "Done")
                return status, summary, None
            case Cancelled() | Interrupted():
                return JobStatus.CANCELLED, error.title, _stored(error)
            case AutomockError():
                return JobStatus.FAILED, error.title, _stored(error)
        for line in "".join(traceback.format_exception(error)).splitlines():
            self._log.error(line)
        unexpected = AutomockError(
            "Internal error",
            f"{type(error).__name__}: {error}",
            f"Please report it with {self.files.errors}.",
        )
        return JobStatus.FAILED, unexpected.title, _stored(unexpected)

    def _what_was_not_written(self) -> str:
        lost = self._log.lost_lines
        if not lost and not self._is_record_stale:
            return ""
        return f" (the disk was full or failed: {lost} lines of the log are missing)"

    @property
    def _reserve(self) -> Path:
        return self.files.path / "reserve"

    def _reserve_room(self) -> None:
        try:
            self._reserve.write_bytes(b"\0" * _RESERVE_BYTES)
        except OSError as error:
            self._log.error(f"No room to spare on the disk: {error}")


def _stored(error: AutomockError) -> JobError:
    return JobError(
        title=redact(error.title), message=redact(error.message), hint=error.hint, exit_code=error.exit_code
    )
