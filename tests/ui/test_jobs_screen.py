"""The table of jobs, and opening one for real from a job store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from automock_tui.domain.errors import AutomockError
from automock_tui.provisioning.job import Changes, Job, JobError, JobKind, JobStatus
from automock_tui.ui.screens.jobs import JobsScreen, JobTable, columns_for, summary_of

from .job_parts import Shell, job_of, text_of
from .screen_app import until

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
LOST = JobError(title="The job's process ended without a result", hint="Destroy it again to carry on.")


def jobs() -> list[Job]:
    ended = {"finished_at": NOW - timedelta(hours=1)}
    made = [
        job_of(NOW - timedelta(seconds=40), JobStatus.RUNNING, stage="apply"),
        job_of(NOW - timedelta(minutes=9), JobStatus.PLANNED, changes=Changes(add=58), finished_at=NOW),
        job_of(NOW - timedelta(hours=1, seconds=111), JobStatus.SUCCEEDED, summary="58 added", **ended),
        job_of(NOW - timedelta(hours=2), JobStatus.LOST, kind=JobKind.DESTROY, error=LOST, **ended),
    ]
    return [replace(job, id=f"20261122-21300012{index}-ab12") for index, job in enumerate(made)]


def screen_of(found: list[Job], opened: list[Job]) -> JobsScreen:
    return JobsScreen(lambda: found, opened.append, clock=lambda: NOW)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_every_job_has_its_state_in_a_word_and_lost_ones_say_what_to_do(size):
    async with Shell(screen_of(jobs(), [])).run_test(size=size) as pilot:
        await pilot.pause(0.3)
        await pilot.press("end")
        await pilot.pause()
        shown = " ".join(text_of(pilot.app.screen).split())
        assert "▶ deploy petstore running" in shown
        assert "needs review" in shown
        assert "✓ deploy petstore succeeded" in shown
        assert "? destroy petstore lost" in shown
        assert "Destroy it again to carry on." in shown
        assert "4 jobs · 1 running · 1 lost" in shown


async def test_enter_opens_the_job_under_the_cursor_even_after_a_refresh():
    found, opened = jobs(), []
    screen = screen_of(found, opened)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        await pilot.press("down", "down")
        chosen = screen.query_one(JobTable).current
        found.insert(0, replace(found[0], id="20261122-223000129-ab12"))
        await pilot.press("r")
        await pilot.pause(0.3)
        assert screen.query_one(JobTable).current == chosen
        await pilot.press("enter")
        assert opened == [chosen]


async def test_no_jobs_says_what_makes_one():
    screen = screen_of([], [])
    async with Shell(screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.3)
        assert "No jobs yet" in text_of(pilot.app.screen)
        await pilot.press("enter", "y")
        assert screen.why_not("open") == "there is no job"


async def test_a_store_that_cannot_be_read_is_told():
    def fail() -> list[Job]:
        raise AutomockError("Jobs cannot be read", "Permission denied.", "Look at the folder.")

    app = Shell(JobsScreen(fail, lambda job: None, clock=lambda: NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.3)
        assert [error.title for error in app.errors] == ["Jobs cannot be read"]


def test_columns_go_from_the_right_and_names_take_what_they_need():
    found = jobs()
    assert [name for name, _ in columns_for(found, 250, NOW)] == [
        "KIND",
        "PROJECT",
        "STATUS",
        "STAGE",
        "STARTED",
        "TOOK",
        "BY",
    ]
    assert [name for name, _ in columns_for(found, 63, NOW)] == ["KIND", "PROJECT", "STATUS", "STAGE"]
    assert [name for name, _ in columns_for(found, 20, NOW)] == ["KIND", "PROJECT", "STATUS"]
    assert dict(columns_for(found, 250, NOW))["PROJECT"] == len("petstore")


def test_summaries():
    running, planned, done, lost = jobs()
    assert summary_of(planned) == "enter reviews it: 58 to add, 0 to change, 0 to destroy"
    assert summary_of(done) == "58 added"
    assert summary_of(lost) == f"{LOST.title}. {LOST.hint}"
    assert summary_of(running) == ""


async def test_a_thousand_jobs_are_shown_at_once():
    found = [replace(jobs()[2], id=f"20261122-{index:09d}-ab12") for index in range(1_000)]
    screen = screen_of(found, [])
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.5)
        await pilot.press("end")
        assert screen.query_one(JobTable).current == found[-1]


async def test_an_old_job_shows_its_whole_date_and_utc_where_that_is_set():
    old = replace(jobs()[2], started_at=datetime(2026, 3, 1, 7, 5, tzinfo=UTC))
    screen = JobsScreen(lambda: [old], lambda job: None, clock=lambda: NOW, utc=True)
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        assert "2026-03-01 07:05 UTC" in text_of(screen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_the_heading_stands_over_its_columns_at_once(size):
    async with Shell(screen_of(jobs(), [])).run_test(size=size) as pilot:
        await until(pilot, lambda: "succeeded" in text_of(pilot.app.screen))
        lines = text_of(pilot.app.screen).splitlines()
        heading = next(line for line in lines if "KIND" in line)
        rows = [line for line in lines if "▶" in line]
        assert heading.index("STATUS") == rows[0].index("running")
        assert heading.index("PROJECT") == rows[0].index("petstore")


async def test_a_filter_shows_only_some_and_says_when_it_is_wrong_or_finds_nothing():
    screen = screen_of(jobs(), [])
    async with Shell(screen).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(screen.query_one(JobTable).jobs) == 4)
        await pilot.press("slash", *"status:lost", "enter")
        await until(pilot, lambda: [job.status for job in screen.query_one(JobTable).jobs] == [JobStatus.LOST])
        assert "1 of 4" in text_of(screen)
        await pilot.press("r")
        await until(pilot, lambda: len(screen.query_one(JobTable).jobs) == 1)
        await pilot.press("slash", *" nobody")
        await until(pilot, lambda: "No job passes the filter" in text_of(screen))
        await pilot.press(*" ~(")
        await until(pilot, lambda: "not a regular expression" in text_of(screen))
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.query_one(JobTable).jobs) == 4)
        assert screen.query_one(JobTable).has_focus
