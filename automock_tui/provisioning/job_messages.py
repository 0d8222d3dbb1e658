"""What the user is told about jobs that cannot do what was asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace, NotFound
from automock_tui.provisioning.job import Job, JobError, JobStatus
from automock_tui.provisioning.project_lock import Holder


def not_startable(job: Job) -> InvalidInput:
    """A job that has run already."""
    return InvalidInput(
        f"Job {job.id} cannot start", f"It is {job.status}.", "Start a new deploy or destroy instead."
    )


def no_such_job(job_id: str) -> NotFound:
    """A name that is no job's."""
    return NotFound(f"No such job: {job_id}", hint="List them with: automock-tui jobs")


def unreadable(job_id: str, path: Path) -> AutomockError:
    """A damaged record."""
    return AutomockError(
        f"The record of job {job_id} cannot be read", f"{path} is damaged.", "Look at the files beside it."
    )


def not_running(job: Job) -> InvalidInput:
    """A job that has nothing to cancel."""
    hint = "Discard the plan instead." if job.status is JobStatus.PLANNED else "There is nothing to cancel."
    return InvalidInput(f"Job {job.id} is not running", f"It is {job.status}.", hint)


def not_waiting(job: Job) -> InvalidInput:
    """A job that has no plan to discard."""
    hint = "Cancel it instead." if job.is_active else "There is nothing to discard."
    return InvalidInput(f"Job {job.id} does not wait for a review", f"It is {job.status}.", hint)


def already_started(job: Job) -> LostRace:
    """Two windows started or discarded the same job."""
    return LostRace(
        f"Job {job.id} is already running",
        "Its process was started by another window or command.",
        f"Follow it with: automock-tui logs {job.id} --follow",
    )


def project_is_busy(job: Job, holder: Holder | None) -> LostRace:
    """A second job on a project."""
    what = holder.describe() if holder else "another job, just starting"
    follow = f"Follow it with: automock-tui logs {holder.job_id} --follow" if holder else "Try again."
    return LostRace(f"A job is already at work on project {job.project}", f"It is {what}.", follow)


def lost_error(job: Job, last_sign: datetime, last_words: str) -> JobError:
    """The error of a job whose process died."""
    if job.status is JobStatus.SERVING:
        return _lost_mock(job, last_sign, last_words)
    stage = f" in stage {job.stage}" if job.stage else ""
    return JobError(
        title="The job ended without a result",
        message=f"Its process is gone{stage}; the last sign of it is from "
        f"{last_sign.astimezone():%Y-%m-%d %H:%M:%S}. It was killed, or the machine stopped. "
        "Resources may exist and cost money." + (f"\nIt said: {last_words}" if last_words else ""),
        hint=f"Check with: automock-tui status --project {job.project}; then deploy again or destroy.",
    )


def _lost_mock(job: Job, last_sign: datetime, last_words: str) -> JobError:
    return JobError(
        title="The mock's process is gone",
        message="It was killed, or the machine stopped; the last word in its log is from "
        f"{last_sign.astimezone():%Y-%m-%d %H:%M:%S}." + (f"\nIt said: {last_words}" if last_words else ""),
        hint=f"Start it again with: automock-tui --workspace local deploy --project {job.project}",
    )


def not_launched(error: OSError) -> AutomockError:
    """The operating system refuses another process."""
    return AutomockError(
        "The job could not start", str(error), "Check memory and process limits, then try again."
    )
