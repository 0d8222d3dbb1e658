"""The job screens over a real job store and a real project, as the app opens them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App

from automock_tui.domain.errors import NotFound
from automock_tui.domain.run_timeline import usual_work
from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.operations.workspace import Workspace
from automock_tui.provisioning.job import Job, JobKind, JobStatus
from automock_tui.ui.screens.job_opening import job_screen, jobs_screen, past_runs, review_facts
from automock_tui.ui.screens.jobs import JobTable
from automock_tui.ui.widgets.log_pane import LogPane
from automock_tui.ui.widgets.log_pane.lines import TimeFormat

from .job_parts import Recording, Shell, text_of
from .screen_app import with_petstore, workspace_in


def finished(workspace: Workspace, run: Recording, status: JobStatus = JobStatus.SUCCEEDED, **parts) -> Job:
    """A job that ran before, left in the store as its process would have left it."""
    made = workspace.jobs.create(
        kind=JobKind.DEPLOY, project="petstore", workspace=workspace.ref, by="ann", **parts
    )
    workspace.jobs.files(made).events.write_text("\n".join(run.lines) + "\n")
    job = replace(made, status=status, started_at=run.start, finished_at=run.end)
    workspace.jobs.save(job)
    return job


async def settle(pilot) -> None:
    await pilot.pause(0.5)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_a_finished_job_is_shown_whole_from_its_folder(tmp_path: Path):
    workspace = with_petstore(workspace_in(tmp_path))
    run = Recording("apply_ok").ended("succeeded")
    screen = job_screen(workspace, finished(workspace, run).id)
    app: App[None] = Shell(screen)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert screen.has_ended
        assert screen.query_one(LogPane).view.line_count == len(run.lines)
        assert "petstore is deployed in 1m51s" in text_of(screen)


async def test_lines_written_while_watching_are_seen_and_half_ones_wait(tmp_path: Path):
    workspace = with_petstore(workspace_in(tmp_path))
    run = Recording("apply_ok").ended("succeeded")
    job = finished(workspace, run, JobStatus.PLANNED)
    events = workspace.jobs.files(job).events
    whole = events.read_text()
    events.write_text(whole[:40_000])
    screen = job_screen(workspace, job.id)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        before = screen.query_one(LogPane).view.line_count
        assert before == whole[:40_000].count("\n")
        with events.open("a") as more:
            more.write(whole[40_000:])
        await settle(pilot)
        assert screen.query_one(LogPane).view.line_count == len(run.lines)


def test_earlier_runs_tell_what_it_usually_takes(tmp_path: Path):
    workspace = with_petstore(workspace_in(tmp_path))
    run = Recording("apply_ok").ended("succeeded")
    older = finished(workspace, run)
    finished(workspace, Recording("apply1").ended("failed"), JobStatus.FAILED)
    finished(workspace, run, plan_only=True)
    (past,) = past_runs(workspace.jobs, finished(workspace, run))
    assert len(past.resources) == 58
    assert 60 < usual_work([past], after_review=None) < 200
    workspace.jobs.files(older).events.unlink()
    assert past_runs(workspace.jobs, finished(workspace, run)) == [past]


def test_an_unknown_job_is_not_found(tmp_path: Path):
    with pytest.raises(NotFound):
        job_screen(workspace_in(tmp_path), "20261122-213000123-ab12")


def test_cost_before_and_after_a_review(tmp_path: Path):
    workspace = with_petstore(workspace_in(tmp_path, kind=WorkspaceKind.AWS))
    job = finished(workspace, Recording("plan_create"), JobStatus.PLANNED)
    options = {"min_tasks": 1, "max_tasks": 3, "instance_size": "small"}
    facts = review_facts(workspace, replace(job, arguments={"options": options, "ttl_seconds": 7_200}))
    assert facts.before is None
    assert facts.after is not None
    assert facts.after_max is not None
    assert facts.until_ttl is not None
    assert facts.after < facts.after_max
    assert facts.after < facts.until_ttl < 3 * facts.after
    assert not facts.is_free
    assert review_facts(workspace, replace(job, kind=JobKind.DESTROY)).ends


async def test_the_jobs_of_this_workspace_are_listed(tmp_path: Path):
    workspace = with_petstore(workspace_in(tmp_path))
    run = Recording("apply_ok").ended("succeeded")
    made = [finished(workspace, run) for _ in range(3)]
    elsewhere = replace(workspace, ref=replace(workspace.ref, kind=WorkspaceKind.LOCAL))
    finished(elsewhere, run)
    opened: list[Job] = []
    screen = jobs_screen(workspace, opened.append)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert {job.id for job in screen.query_one(JobTable).jobs} == {job.id for job in made}
        await pilot.press("enter")
        assert [job.id for job in opened] == [screen.query_one(JobTable).jobs[0].id]


def test_a_run_without_times_teaches_nothing(tmp_path: Path):
    workspace = with_petstore(workspace_in(tmp_path))
    run = Recording("apply_ok")
    workspace.jobs.files(finished(workspace, run)).events.write_text("")
    assert past_runs(workspace.jobs, finished(workspace, run)) == []


async def test_the_log_keeps_as_many_lines_and_shows_times_as_the_settings_say(tmp_path: Path):
    workspace = with_petstore(workspace_in(tmp_path))
    workspace = replace(workspace, settings=replace(workspace.settings, log_lines=100, utc=True))
    screen = job_screen(workspace, finished(workspace, Recording("apply_ok").ended("succeeded")).id)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        view = screen.query_one(LogPane).view
        assert view.line_count <= 100
        assert view.time_format is TimeFormat.UTC
