"""A job's log on a terminal: all of it, then line by line until the job ends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from automock_tui.cli.output import print_data, say
from automock_tui.domain.errors import EXIT_INTERRUPTED, AutomockError
from automock_tui.operations.jobs import JobFeed

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job
    from automock_tui.provisioning.jobs import JobStore

POLL_SECONDS = 0.1


class Interrupted(AutomockError):
    """The user pressed Ctrl-C."""

    exit_code = EXIT_INTERRUPTED


def follow_job(workspace: Workspace, job: Job) -> Job:
    """Show on stderr what a job says until it ends or waits for its review.

    Ctrl-C asks the job to stop and goes on following; a second Ctrl-C leaves it alone.

    Raises:
        AutomockError: the job failed, with its own error.
        Interrupted: Ctrl-C.
    """
    return _follow(workspace.jobs, job, to_stdout=False, as_json=False, cancels=True)


def follow_log(store: JobStore, job: Job, *, as_json: bool) -> None:
    """Show on stdout what a job says until it ends; Ctrl-C only stops looking.

    Raises:
        AutomockError: the job failed, with its own error.
        Interrupted: Ctrl-C.
    """
    _follow(store, job, to_stdout=True, as_json=as_json, cancels=False)


def print_log(store: JobStore, job: Job, *, as_json: bool) -> None:
    """Show on stdout what a job has said so far."""
    feed = JobFeed(store, job.id)
    while lines := feed.lines():
        _show(lines, to_stdout=True, as_json=as_json)


def _follow(store: JobStore, job: Job, *, to_stdout: bool, as_json: bool, cancels: bool) -> Job:
    feed = JobFeed(store, job.id)
    cancelled = False
    while True:
        try:
            now = _until_it_ends(feed, to_stdout=to_stdout, as_json=as_json, to_the_last=not cancels)
            break
        except KeyboardInterrupt:
            if cancelled or not cancels:
                hint = f"See it with: automock-tui logs {job.id} --follow"
                raise Interrupted("Stopped looking", "The job goes on by itself.", hint) from None
            cancelled = True
            say("Cancelling: Terraform finishes what it is doing. Press Ctrl-C again to leave it alone.")
            feed.cancel()
    if cancelled:
        raise Interrupted("Cancelled", now.summary, f"See what was done: automock-tui logs {job.id}")
    _raise_failure(now)
    return now


def _until_it_ends(feed: JobFeed, *, to_stdout: bool, as_json: bool, to_the_last: bool) -> Job:
    """Until the job ends; without `to_the_last` a mock that is up, whose process goes on, has ended too."""
    while True:
        job = feed.job()
        while lines := feed.lines():
            _show(lines, to_stdout=to_stdout, as_json=as_json)
        if not job.is_active and not (to_the_last and job.is_live):
            return job
        time.sleep(POLL_SECONDS)


def _show(lines: list[str], *, to_stdout: bool, as_json: bool) -> None:
    from automock_tui.domain.terraform_events import parse_line

    for line in lines:
        text = line if as_json else parse_line(line).message
        if text:
            print_data(text) if to_stdout else say(text)


def _raise_failure(job: Job) -> None:
    if job.error is None:
        return
    error = AutomockError(job.error.title, job.error.message, job.error.hint)
    error.exit_code = job.error.exit_code
    raise error
