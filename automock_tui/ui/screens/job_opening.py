"""Making the job screens from a workspace: the one place that ties them to the operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from automock_tui.domain.apply_progress import Progress, advance
from automock_tui.domain.run_timeline import PastRun, past_run
from automock_tui.domain.terraform_events import parse_line
from automock_tui.provisioning.job import Job, JobKind, JobStatus
from automock_tui.ui.screens.job import JobScreen
from automock_tui.ui.screens.job_feed import JobReview
from automock_tui.ui.screens.jobs import JobsScreen
from automock_tui.ui.screens.plan_review import ReviewFacts

if TYPE_CHECKING:
    from automock_tui.operations.half_done import WayOn
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.jobs import JobStore

PAST_RUNS = 3
"""How many earlier runs tell what a job usually takes."""


def job_screen(workspace: Workspace, job_id: str) -> JobScreen:
    """The screen of one job.

    Raises:
        NotFound: no such job.
        AutomockError: its record cannot be read.
    """
    from automock_tui.operations import deploy
    from automock_tui.operations.janitor_part import choose
    from automock_tui.operations.jobs import JobFeed

    feed = JobFeed(workspace.jobs, job_id)
    job = feed.job()
    review = JobReview(
        plan=partial(deploy.plan_of, workspace, job_id),
        confirm=partial(deploy.confirm, workspace, job_id),
        discard=partial(deploy.discard, workspace, job_id),
        facts=partial(review_facts, workspace, job),
        choose=partial(choose, workspace),
    )
    here = job.workspace.identity == workspace.ref.identity
    past = partial(past_runs, workspace.jobs, job)
    find_way_on = partial(way_on_from, workspace, job) if here else None
    return JobScreen(
        feed,
        review if here else None,
        past=past,
        find_way_on=find_way_on,
        log_lines=workspace.settings.log_lines,
        utc=workspace.settings.utc,
    )


def way_on_from(workspace: Workspace, job: Job) -> WayOn | None:
    """What could be carried on of a job; None where its project's record tells of another one by now.

    Raises:
        AutomockError: the record cannot be read.
    """
    from automock_tui.operations.half_done import way_on

    metadata = workspace.projects.deployment(job.project)
    return way_on(workspace, metadata) if metadata.job_id == job.id else None


def jobs_screen(workspace: Workspace, open_job: Callable[[Job], None]) -> JobsScreen:
    """The screen of this workspace's jobs."""
    from automock_tui.operations.jobs import jobs_here

    return JobsScreen(partial(jobs_here, workspace), open_job, utc=workspace.settings.utc)


def past_runs(store: JobStore, job: Job) -> list[PastRun]:
    """What the last runs of this kind for the same project tell about time; reads their logs, so it blocks."""
    alike = (
        other
        for other in store.all()
        if other.id != job.id
        and (other.kind, other.project, other.workspace.identity)
        == (job.kind, job.project, job.workspace.identity)
        and other.status is JobStatus.SUCCEEDED
        and not other.plan_only
    )
    found = [_past_run(store, other) for other, _ in zip(alike, range(PAST_RUNS), strict=False)]
    return [run for run in found if run and run.stages]


def _past_run(store: JobStore, job: Job) -> PastRun | None:
    try:
        with store.files(job).events.open(encoding="utf-8", errors="replace") as lines:
            return past_run(advance(Progress(), map(parse_line, lines)))
    except OSError:
        # A log that is gone tells nothing about time; nobody needs to hear of it here.
        return None


def review_facts(workspace: Workspace, job: Job) -> ReviewFacts:
    """What the reviewer of a job's plan should know besides the plan; asks the store, so it blocks.

    Raises:
        AutomockError: the project's metadata cannot be read.
    """
    from automock_tui.domain.cost import estimate_footprint
    from automock_tui.domain.footprint import Footprint
    from automock_tui.domain.spend import hourly
    from automock_tui.domain.traffic import IDLE
    from automock_tui.operations.estimate import price_book
    from automock_tui.operations.janitor_part import Choice, part_to_review

    prices = price_book(workspace.folders)
    before = hourly(workspace.projects.deployment(job.project), prices, region=workspace.region)
    rate = before.amount if before else None
    free = workspace.is_emulated
    if job.kind is JobKind.DESTROY:
        return ReviewFacts(before=rate, ends=True, is_free=free)
    ttl = timedelta(seconds=float(job.arguments.get("ttl_seconds") or 0))
    said = job.arguments.get("janitor")
    footprint = Footprint.of(job.arguments.get("options") or {})
    found = estimate_footprint(footprint, ttl, workspace.region, IDLE, prices)
    return ReviewFacts(
        before=rate,
        after=found.at_min.per_hour if found.at_min else None,
        after_max=found.at_max.per_hour if found.at_max else None,
        until_ttl=found.at_min.until_ttl if found.at_min else None,
        is_complete=found.is_complete,
        is_free=free,
        janitor=part_to_review(workspace, ttl.total_seconds(), Choice(said) if said else None),
    )
