"""The Deploy screen, as a person uses it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from textual import events
from textual.widgets import Static

from automock_tui.domain.deployment import Infrastructure, begin_deploy, finish_deploy
from automock_tui.domain.options import DeploymentOptions
from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.operations.workspace import Workspace
from automock_tui.provisioning.job import JobStatus
from automock_tui.provisioning.jobs import JobStore
from automock_tui.provisioning.stack import option_variables
from automock_tui.ui import navigation
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.dialogs.field_help import FieldHelp
from automock_tui.ui.option_values import TTL
from automock_tui.ui.screens.deploy import DeployScreen
from automock_tui.ui.widgets.option_field import OptionField
from automock_tui.ui.widgets.option_form import OptionForm
from tests.ui.screen_app import opened, shown, toasts, until, with_petstore, workspace_in

SIZES = [(80, 24), (120, 40), (250, 70)]


@pytest.fixture
def sandbox(tmp_path) -> Workspace:
    return with_petstore(workspace_in(tmp_path))


def deploying(workspace: Workspace, size: tuple[int, int] = (120, 40)):
    return opened(workspace, partial(navigation.open_deploy, name="petstore"), size)


async def ready(app: AutomockApp, pilot) -> DeployScreen:
    await until(pilot, lambda: isinstance(app.screen, DeployScreen) and app.screen.query(OptionForm))
    await pilot.pause(0.1)
    assert isinstance(app.screen, DeployScreen)
    return app.screen


def field(screen: DeployScreen, option: str) -> OptionField:
    return next(one for one in screen.query(OptionField) if one.option == option)


def run_it(workspace: Workspace, **options: Any) -> None:
    """Make the store say that petstore runs."""
    chosen = DeploymentOptions(**options).model_dump(mode="json")
    life = timedelta(hours=2)
    change = workspace.projects.update_deployment
    change(
        "petstore",
        lambda m, now: begin_deploy(
            m, ttl=life, options=chosen, job_id="j", by="bob", now=now, expectations_version="v1"
        ),
    )
    where = Infrastructure(mockserver_url="http://petstore.example", region="us-east-1")
    change(
        "petstore",
        lambda m, now: finish_deploy(
            m, ttl=life, outputs={"url": "u"}, infrastructure=where, job_id="j", by="bob", now=now
        ),
    )


@pytest.mark.parametrize("size", SIZES)
async def test_options_and_totals_are_in_sight_at_any_size(sandbox, size):
    async with deploying(sandbox, size) as (app, pilot):
        await ready(app, pilot)
        text = shown(app)
        for word in ("Size", "Lives for", "ends ", "Who may call", "14 expectations", "$0.0744", "$0.298"):
            assert word in text
        assert "sandbox · us-east-1" in text


async def test_every_option_of_the_stack_can_be_reached(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: len(screen.query(OptionField)) == len(option_variables()) + 1)
        names = {one.option for one in screen.query(OptionField)}
        assert names == {variable.name for variable in option_variables()} | {TTL}
        await pilot.press("ctrl+o")
        await pilot.pause(0.1)
        assert sum(one.display for one in screen.query(OptionField)) == 10


async def test_each_keystroke_moves_the_price(sandbox):
    async with deploying(sandbox) as (app, pilot):
        await ready(app, pilot)
        assert "at 3 tasks" in shown(app)
        await pilot.press("down", "down", "8")
        await pilot.pause(0.1)
        assert "at 8 tasks" in shown(app)
        assert "$0.2842" in shown(app)
        await pilot.press("0")
        await pilot.pause(0.1)
        assert "at 80 tasks" in shown(app)


async def test_the_size_is_chosen_with_arrows_or_the_mouse(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("right")
        await pilot.pause(0.1)
        assert field(screen, "instance_size").value == "medium"
        assert "● medium" in shown(app)
        await pilot.click(field(screen, "instance_size").query_one("ChoiceLine"), offset=(21, 0))
        await pilot.pause(0.1)
        assert field(screen, "instance_size").value == "large"


async def test_what_does_not_fit_is_told_at_once_and_is_not_planned(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("down", "9", "9", "9")
        await pilot.pause(0.1)
        assert "min_tasks must be a whole number from 1 to 200." in shown(app)
        assert "before the last change" in shown(app)
        assert field(screen, "min_tasks").has_class("-bad")
        await pilot.press("ctrl+s")
        await pilot.pause(0.1)
        assert "1 field to correct: min_tasks must be" in toasts(app)
        assert app.screen is screen
        await pilot.press("backspace", "backspace")
        await pilot.pause(0.1)
        assert "max_tasks (3) must be at least min_tasks (9)" in shown(app)
        await pilot.press("backspace", "2")
        await pilot.pause(0.1)
        assert not field(screen, "min_tasks").has_class("-bad")
        assert "below 3 x min_tasks" in shown(app)


async def test_a_finding_leads_to_its_field_in_a_closed_group(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await screen.query_one(OptionForm).go_to("mockserver_image")
        await pilot.pause(0.1)
        assert screen.query_one(OptionForm).current == "mockserver_image"
        await pilot.press("home", "x", "space")
        await pilot.pause(0.1)
        assert "is not an image" in str(screen.query_one("#deploy-findings Links", Static).render())
        await screen.query_one(OptionForm).go_to("min_tasks")
        await pilot.pause(0.1)
        await pilot.click("#deploy-findings Links", offset=(6, 0))
        await pilot.pause(0.2)
        assert screen.query_one(OptionForm).current == "mockserver_image"


async def test_an_existing_network_asks_for_its_parts(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        field(screen, "network_mode").value = "existing"
        await until(pilot, lambda: any(one.option == "vpc_id" for one in screen.query(OptionField)))
        assert field(screen, "vpc_id").display


async def test_the_field_with_the_focus_is_explained(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await screen.query_one(OptionForm).go_to("hosted_zone_id")
        await pilot.pause(0.1)
        assert "Route 53 hosted zone that holds custom_domain" in shown(app)
        await pilot.press("f1")
        await pilot.pause(0.2)
        assert isinstance(app.screen, FieldHelp)
        assert "up to 32 capital letters and digits" in str(app.screen.query(Static).first().render())


async def test_traffic_is_stepped_by_key_and_by_mouse(sandbox):
    async with deploying(sandbox) as (app, pilot):
        await ready(app, pilot)
        assert "10 req/s" in shown(app)
        await pilot.press("ctrl+t")
        await pilot.pause(0.1)
        assert "100 req/s" in shown(app)
        await pilot.click("#estimate-traffic", offset=(8, 0))
        await pilot.pause(0.2)
        assert "◂ 10 req/s ▸" in shown(app)
        await pilot.press("f3", "m")
        await pilot.pause(0.1)
        assert "parts at 3 tasks" in shown(app)


async def test_a_narrow_window_has_the_estimate_behind_a_tab(sandbox):
    async with deploying(sandbox, (80, 24)) as (app, pilot):
        await ready(app, pilot)
        assert "Load balancer units" not in shown(app)
        await pilot.press("f3")
        await pilot.pause(0.1)
        assert "Load balancer units" in shown(app)
        assert "Who may call" not in shown(app)
        await pilot.press("f2")
        await pilot.pause(0.1)
        assert "Who may call" in shown(app)


async def test_esc_keeps_what_was_typed_until_another_deploy_counts(sandbox):
    async with deploying(sandbox) as (app, pilot):
        await ready(app, pilot)
        await pilot.press("down", "down", "7", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        navigation.open_deploy(app, "petstore")
        screen = await ready(app, pilot)
        assert field(screen, "max_tasks").value == "7"
        await pilot.press("ctrl+r")
        await until(pilot, lambda: field(screen, "max_tasks").value == "3")
        await pilot.press("down", "down", "7", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        run_it(sandbox, max_tasks=5)
        navigation.open_deploy(app, "petstore")
        assert field(await ready(app, pilot), "max_tasks").value == "5"


async def test_over_a_running_mock_it_says_what_changes(sandbox):
    run_it(sandbox, max_tasks=5, notification_email="a@b.example")
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        assert "This deploy changes: no option." in " ".join(
            str(screen.query_one("#deploy-running", Static).render()).split()
        )
        assert field(screen, "notification_email").value == "a@b.example"
        assert field(screen, "max_tasks").has_class("-changed")
        await pilot.press("down", "down", "8")
        await pilot.pause(0.1)
        assert "max_tasks 5 → 8" in shown(app)
        assert "now running: 5" in shown(app)


async def test_a_plan_is_a_job_with_these_options(sandbox, monkeypatch):
    monkeypatch.setattr(JobStore, "start", lambda self, job: job)
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("right", "down", "down", "6", "down", "0", "full_stop", "5")
        await pilot.pause(0.1)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: sandbox.jobs.all() and app.screen is not screen)
        (job,) = sandbox.jobs.all()
        assert job.status is JobStatus.STARTING
        assert (job.project, job.plan_only, job.auto_approve) == ("petstore", False, False)
        assert job.arguments["ttl_seconds"] == 1800
        options = job.arguments["options"]
        assert (options["instance_size"], options["max_tasks"]) == ("medium", 6)


async def test_a_deploy_that_lost_the_race_leaves_the_form_as_it_is(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        sandbox.projects.update_deployment(
            "petstore",
            lambda m, now: begin_deploy(
                m,
                ttl=timedelta(hours=1),
                options={},
                job_id="elsewhere",
                by="bob@there",
                now=now,
                expectations_version="v1",
            ),
        )
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "it is deploying" in shown(app))
        assert "bob@there" in shown(app)
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert app.screen is screen
        assert screen.check_action("plan", ()) is True


async def test_a_region_without_prices_says_so(tmp_path):
    workspace = with_petstore(workspace_in(tmp_path, region="xx-nowhere-1"))
    async with deploying(workspace) as (app, pilot):
        await ready(app, pilot)
        assert "no price" in shown(app)
        assert "There is no price for xx-nowhere-1" in " ".join(shown(app).split())


async def test_on_aws_nothing_is_called_free(tmp_path):
    workspace = with_petstore(workspace_in(tmp_path, kind=WorkspaceKind.AWS))
    async with deploying(workspace) as (app, pilot):
        await ready(app, pilot)
        assert "Costs nothing here" not in shown(app)


async def test_a_project_that_is_gone_is_a_card_that_can_be_tried_again(sandbox):
    async with opened(sandbox, partial(navigation.open_deploy, name="nobody")) as (app, pilot):
        await until(pilot, lambda: "There is no project nobody" in shown(app))
        assert "r try again" in shown(app)
        with_petstore(sandbox, "nobody")
        await pilot.press("r")
        await ready(app, pilot)


async def test_keys_typed_ahead_reach_the_field_that_they_are_meant_for(sandbox):
    async with deploying(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        for key in ("down", "down", "7"):
            app.post_message(events.Key(key, "7" if key == "7" else None))
        await until(pilot, lambda: field(screen, "max_tasks").value == "7")
        assert field(screen, "min_tasks").value == "1"
