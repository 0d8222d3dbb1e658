"""The Project screen: what runs, what was saved, what happened."""

from __future__ import annotations

import re
from functools import partial

import pytest

from automock_tui.domain.project import DEPLOYMENT_KEY
from automock_tui.operations.save import save_expectations
from automock_tui.operations.workspace import Workspace
from automock_tui.provisioning.job import JobKind
from automock_tui.ui import navigation
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.screens.deploy import DeployScreen
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.screens.job import JobScreen
from automock_tui.ui.screens.project import ProjectScreen
from tests.ui.screen_app import opened, shown, toasts, until, with_petstore, workspace_in
from tests.ui.test_deploy_screen import run_it
from tests.ui.test_editor_screen import GOOD


@pytest.fixture
def sandbox(tmp_path) -> Workspace:
    return with_petstore(workspace_in(tmp_path), description="The pets")


def looking(workspace: Workspace, size: tuple[int, int] = (120, 40)):
    return opened(workspace, partial(navigation.open_project, name="petstore"), size)


async def ready(app: AutomockApp, pilot) -> ProjectScreen:
    await until(pilot, lambda: "Status" in shown(app))
    assert isinstance(app.screen, ProjectScreen)
    return app.screen


def a_job(workspace: Workspace):
    return workspace.jobs.create(
        kind=JobKind.DEPLOY,
        project="petstore",
        workspace=workspace.ref,
        bucket="b",
        arguments={},
        plan_only=True,
        auto_approve=False,
        by="tester@here",
    )


async def test_a_project_that_is_not_deployed(sandbox):
    async with looking(sandbox) as (app, pilot):
        await ready(app, pilot)
        text = shown(app)
        for word in ("○ not deployed", "The pets", "petstore.json", "Versions 1", "14 exp.", "Activity 1"):
            assert word in text
        await pilot.press("y", "x", "l", "t")
        await pilot.pause(0.2)
        for reason in (
            "petstore has no address",
            "petstore is not deployed",
            "no job of petstore is known",
            "petstore is not running",
        ):
            assert reason in toasts(app)


async def test_a_running_mock_with_its_options_and_outputs(sandbox):
    run_it(sandbox, max_tasks=5)
    save_expectations(sandbox, "petstore", GOOD, base_version="v1", message="one left")
    async with looking(sandbox) as (app, pilot):
        await ready(app, pilot)
        await until(pilot, lambda: "one left" in shown(app))
        text = shown(app)
        for word in ("● deployed", "1h 59m", "http://petstore.example", "small, 1 to 5", "● v1", "max_tasks"):
            assert word in text
        await pilot.press("y")
        await until(pilot, lambda: "Copied the address" in toasts(app))


async def test_the_countdown_ticks(sandbox):
    run_it(sandbox)
    async with looking(sandbox) as (app, pilot):
        await ready(app, pilot)
        start = app.clock()
        app.clock = lambda: start.replace(year=start.year + 1)
        await until(pilot, lambda: "expired" in shown(app), seconds=3)


async def test_a_row_that_is_cut_says_so(sandbox):
    save_expectations(
        sandbox, "petstore", GOOD, base_version="v1", message="a long reason " * 30 + "and its end"
    )
    async with looking(sandbox) as (app, pilot):
        await ready(app, pilot)
        await until(pilot, lambda: "a long reason" in shown(app))
        row = next(line for line in shown(app).splitlines() if "a long reason" in line)
        assert re.search(r"reason.*…[ │]*$", row)


async def test_narrow_windows_have_tabs(sandbox):
    async with looking(sandbox, (80, 24)) as (app, pilot):
        await ready(app, pilot)
        assert "14 exp." not in shown(app)
        await pilot.press("2")
        await until(pilot, lambda: "14 exp." in shown(app))
        await pilot.press("3")
        await until(pilot, lambda: "created" in shown(app))
        await pilot.press("4")
        await until(pilot, lambda: "No job of it was started here" in shown(app))


async def test_a_damaged_deployment_is_shown_and_the_rest_too(sandbox):
    bucket = sandbox.projects.find("petstore")
    sandbox.projects.store.put(bucket, DEPLOYMENT_KEY, b"{broken", if_match="")
    async with looking(sandbox) as (app, pilot):
        await ready(app, pilot)
        assert "✕ unreadable" in shown(app)
        assert "14 exp." in shown(app)
        await pilot.press("d")
        await pilot.pause(0.2)
        assert "cannot be read" in toasts(app)
        assert sandbox.projects.store.get(bucket, DEPLOYMENT_KEY).body == b"{broken"


async def test_its_keys_lead_on(sandbox):
    async with looking(sandbox) as (app, pilot):
        await ready(app, pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen) and app.screen.text)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DeployScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_its_jobs_can_be_opened(sandbox):
    job = a_job(sandbox)
    async with looking(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("4")
        await until(pilot, lambda: screen.focused is not None and screen.focused.id == "jobs")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, JobScreen))
        assert app.screen.job.id == job.id


async def test_a_project_that_was_deleted_elsewhere_is_a_card(sandbox):
    async with looking(sandbox) as (app, pilot):
        await ready(app, pilot)
        sandbox.projects.delete("petstore")
        await pilot.press("r")
        await until(pilot, lambda: "There is no project petstore" in shown(app))
