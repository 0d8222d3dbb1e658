"""A deploy that died, on the screens: what is said, and the two keys that end it well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.operations import findings
from automock_tui.operations.recovery import terraform_user
from automock_tui.operations.workspace import Workspace
from automock_tui.provisioning.job import Job, JobKind, JobStatus
from automock_tui.provisioning.jobs import JobStore
from automock_tui.ui import navigation
from automock_tui.ui.dialogs.choice import ChoiceDialog
from automock_tui.ui.dialogs.destroy import DestroyDialog
from automock_tui.ui.screens.job import JobScreen
from automock_tui.ui.screens.project import ProjectScreen
from automock_tui.ui.widgets.key_bar import KeyBar
from tests.operations.account import begin, dead_job, lock
from tests.ui.conftest import settled
from tests.ui.screen_app import app_of, opened, shown, toasts, until, with_petstore, workspace_in

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return with_petstore(workspace_in(tmp_path))


@pytest.fixture
def died(workspace: Workspace) -> Job:
    """The job of a deploy that was killed."""
    job = dead_job(workspace, "petstore")
    begin(workspace, "petstore", job.id)
    lock(workspace, "petstore")
    return job


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that were started; their processes are not."""
    found: list[Job] = []

    def start(store: JobStore, job: Job) -> Job:
        found.append(job)
        return job

    monkeypatch.setattr(JobStore, "start", start)
    return found


def keys(app) -> str:
    return str(app.screen.query_one(KeyBar).render())


def check_carries_on(job: Job, died: Job) -> None:
    assert job.kind is JobKind.DEPLOY and job.auto_approve and job.id != died.id
    assert job.arguments["takes_over"] == died.id
    assert job.arguments["ttl_seconds"] == died.arguments["ttl_seconds"]
    assert job.arguments["options"]["instance_size"] == "small"


@pytest.mark.parametrize("size", SIZES)
async def test_the_table_tells_and_carries_on_with_one_key(workspace, died, started, size):
    app = app_of(workspace)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "Resume" in keys(app))
        assert "its deploy died" in shown(app)
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, JobScreen))
        check_carries_on(started[0], died)


@pytest.mark.parametrize("size", SIZES)
async def test_a_lost_job_offers_both_ways(workspace, died, started, size):
    async with opened(workspace, lambda app: navigation.open_job(app, died.id), size) as (app, pilot):
        await until(pilot, lambda: "Resume" in keys(app) and "Clean up" in keys(app))
        assert "u carries it on" in shown(app)
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, DestroyDialog))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, JobScreen))
        await pilot.press("u")
        await until(pilot, lambda: started)
        check_carries_on(started[0], died)
        await until(pilot, lambda: isinstance(app.screen, JobScreen) and app.screen.job.id == started[0].id)


async def test_a_job_that_was_overtaken_offers_nothing(workspace, died):
    begin(workspace, "petstore", died.id)  # as if it were carried on ...
    workspace.projects.update_deployment("petstore", lambda found, now: replace(found, job_id="another"))
    async with opened(workspace, lambda app: navigation.open_job(app, died.id)) as (app, pilot):
        await until(pilot, lambda: app.screen.has_ended)
        await app.workers.wait_for_complete()
        assert app.screen.why_not("resume") == app.screen.why_not("clean_up") != ""
        assert "Resume" not in keys(app)


async def test_the_project_shows_who_holds_the_state(workspace, died):
    async with opened(workspace, lambda app: navigation.open_project(app, "petstore")) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen) and "Lock" in shown(app))
        assert f"held by {terraform_user()}" in shown(app)
        assert "u carries it on, D cleans up" in shown(app)
        assert app.screen.why_not("resume") == ""


async def test_what_somebody_else_does_is_not_offered(workspace, started):
    begin(workspace, "petstore", "20261122-120000000-zzzz", by="bob@elsewhere")
    async with opened(workspace, lambda app: navigation.open_project(app, "petstore")) as (app, pilot):
        await until(pilot, lambda: "deploying" in shown(app))
        assert "half done" in app.screen.why_not("resume")
        await pilot.press("u")
        await app.workers.wait_for_complete()
        assert started == []


async def test_a_dead_destroy_goes_on_as_a_destroy(workspace, started):
    job = dead_job(workspace, "petstore", JobKind.DESTROY, JobStatus.FAILED)
    begin(workspace, "petstore", "first")
    workspace.projects.update_deployment(
        "petstore",
        lambda found, now: replace(
            found, deployment_status=DeploymentStatus.FAILED, failure="No permission", job_id=job.id
        ),
    )
    async with opened(workspace, lambda app: navigation.open_job(app, job.id)) as (app, pilot):
        await until(pilot, lambda: "Resume" in keys(app))
        await pilot.press("u")
        await until(pilot, lambda: started)
        assert started[0].kind is JobKind.DESTROY


async def test_what_is_stuck_is_listed_and_put_right(workspace, monkeypatch):
    monkeypatch.setattr(findings, "LOCK_LIFE", timedelta(0))  # the lock of somebody who is dead
    lock(workspace, "petstore", who="bob@elsewhere")
    app = app_of(workspace)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog) and "bob@elsewhere" in shown(app))
        assert "what is left over is not known" in shown(app)  # this account does not answer
        await pilot.press("enter")
        await until(pilot, lambda: "the lock is removed" in toasts(app))
        assert workspace.projects.lock_info("petstore") is None
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog) and "bob" not in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ChoiceDialog))
