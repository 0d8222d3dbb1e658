"""The Projects screen over a real store: its states, its actions, and what they tell."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.operations import status as status_module
from automock_tui.operations.create import create_project
from automock_tui.operations.workspace import Workspace
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.messages import NotConnected
from automock_tui.ui.screens.projects import ProjectsScreen
from automock_tui.ui.widgets.detail_lines import DetailLines
from automock_tui.ui.widgets.key_bar import KeyBar
from automock_tui.ui.widgets.state_card import StateCard
from automock_tui.ui.widgets.status_line import StatusLine
from automock_tui.ui.widgets.title_bar import TitleBar
from tests.ui.conftest import settled
from tests.ui.fleet import deployed, whole_fleet
from tests.ui.screen_app import app_of, workspace_in

SIZE = (120, 40)


def home(app: AutomockApp) -> ProjectsScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, ProjectsScreen)
    return screen


def card_text(app: AutomockApp) -> str:
    card = home(app).query_one(StateCard)
    return str(card.query_one("Static").render()) if card.display else ""


def keys_shown(app: AutomockApp) -> str:
    return str(home(app).query_one(KeyBar).render())


async def test_every_state_is_listed_and_summed_up(workspace: Workspace) -> None:
    whole_fleet(workspace)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        table = home(app).table
        text = "\n".join(table.render_line(y).text for y in range(9))
        for word in (
            "failed",
            "deployed",
            "not deployed",
            "tearing down",
            "deploying",
            "expired",
            "apply: Vpc",
        ):
            assert word in text
        title = home(app).query_one(TitleBar)
        assert "1 ends within 15 min" in title.headline
        assert "sandbox · us-east-1" in str(title.render())


async def test_what_the_selected_project_is(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        first, second = home(app).query_one(DetailLines).lines
        assert "http://petstore-1f2e3d" in first
        assert "small ×1–3" in second
        assert "by ana@laptop" in second


async def test_it_paints_before_it_is_connected(workspace: Workspace) -> None:
    gate = threading.Event()

    def connect() -> Workspace:
        gate.wait(10)
        return workspace

    app = AutomockApp(workspace.settings, workspace.folders, connect, label="sandbox")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "Opening sandbox" in card_text(app)
        await pilot.press("n")
        assert app.notices[-1].text == "the workspace is not open yet"
        gate.set()
        await settled(pilot)
        assert "No projects here yet" in card_text(app)


async def test_a_workspace_that_does_not_open_says_why_and_can_be_tried_again(workspace: Workspace) -> None:
    broken = True

    def connect() -> Workspace:
        if broken:
            raise AutomockError("No AWS credentials", "Looked in the environment.", "Run aws configure.")
        return workspace

    app = AutomockApp(workspace.settings, workspace.folders, connect)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert isinstance(app.connection, NotConnected)
        for words in ("No AWS credentials", "Looked in", "aws configure", "r try again", "w choose another"):
            assert words in card_text(app)
        broken = False
        await pilot.press("r")
        await settled(pilot)
        assert "No projects here yet" in card_text(app)


async def test_the_empty_state_makes_the_example(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("p")
        await _until(pilot, lambda: home(app).current is not None)
        assert home(app).current is not None
        assert home(app).current.name == "petstore"
        await pilot.press("p")
        assert app.notices[-1].text == "there is a petstore already"
    assert workspace.projects.names() == ["petstore"]


async def test_a_refresh_that_fails_keeps_what_is_shown_and_marks_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)

        def fail(*_: object, **__: object) -> None:
            raise AutomockError("No network")

        monkeypatch.setattr(status_module, "status", fail)
        await pilot.press("r")
        await settled(pilot)
        line = home(app).query_one(StatusLine)
        assert line.stale
        assert "cannot refresh: No network" in line.left
        assert home(app).table.shown == 1


async def test_data_grows_stale_when_the_answer_does_not_come(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        gate = threading.Event()
        monkeypatch.setattr(status_module, "status", lambda *_: gate.wait(10))
        started = app.clock()
        app.clock = lambda: started + timedelta(seconds=70)
        home(app)._tick()
        await pilot.pause()
        line = home(app).query_one(StatusLine)
        assert line.stale
        assert "updated 70 s ago, still asking" in line.left
        monkeypatch.undo()
        gate.set()


async def test_the_cursor_stays_when_a_project_appears_above(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        create_project(workspace, "another", None)
        await pilot.press("r")
        await settled(pilot)
        assert home(app).table.shown == 2
        assert home(app).current is not None
        assert home(app).current.name == "petstore"


async def test_the_filter_narrows_and_esc_ends_it(workspace: Workspace) -> None:
    whole_fleet(workspace)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"status:fail")
        await pilot.pause()
        assert home(app).table.shown == 1
        await pilot.press("enter", "y")
        assert "no address" in app.notices[-1].text
        await pilot.press("slash", *" ~(")
        await pilot.pause()
        assert home(app).table.shown == 1
        assert "not a regular expression" in str(home(app).query_one("#filter-note").render())
        await pilot.press("escape")
        await pilot.pause()
        assert home(app).table.shown == 8
        assert app.focused is home(app).table


async def test_keys_that_cannot_work_are_hidden_and_say_why(workspace: Workspace) -> None:
    create_project(workspace, "petstore", None)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "Extend" not in keys_shown(app)
        await pilot.press("x")
        assert "is not deployed" in app.notices[-1].text
        assert app.notices[-1].title == "Extend: not now"


async def test_copy_says_how(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    sent: list[str] = []
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.terminal_copy = sent.append  # type: ignore[method-assign]  # no terminal here
        await pilot.press("y")
        await settled(pilot)
        assert sent
        assert sent[0].startswith("http://petstore")
        assert "through the terminal" in app.notices[-1].text


async def test_sort_by_key_keeps_the_cursor_and_marks_the_column(workspace: Workspace) -> None:
    whole_fleet(workspace)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        home(app).table.go_to("legacy")
        await pilot.press("s", "s")
        assert "ENDS IN▲" in home(app).table.render_line(0).text
        await pilot.press("S")
        assert "ENDS IN▼" in home(app).table.render_line(0).text
        assert home(app).current is not None
        assert home(app).current.name == "legacy"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_it_fits_every_size(workspace: Workspace, size: tuple[int, int]) -> None:
    whole_fleet(workspace)
    app = app_of(workspace)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        screen = home(app)
        for widget in (screen.query_one(KeyBar), screen.query_one(TitleBar), screen.query_one(StatusLine)):
            assert widget.region.width == size[0]
            assert len(str(widget.render())) <= size[0]
        assert keys_shown(app).rstrip().endswith("Keys")
        assert screen.table.region.bottom <= screen.query_one(DetailLines).region.y


async def test_the_welcome_comes_once(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path, kind=WorkspaceKind.LOCAL)
    for expected in (2, 1):
        app = app_of(workspace)
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            assert len(app.screen_stack) == expected
            if expected == 2:
                await pilot.press("escape")
                assert len(app.screen_stack) == 1
                assert app.focused is None or not isinstance(app.focused, Input)


async def test_a_job_that_waits_for_review_is_seen(workspace: Workspace) -> None:
    from automock_tui.provisioning.job import JobKind, JobStatus

    job = workspace.jobs.create(kind=JobKind.DEPLOY, project="petstore", workspace=workspace.ref)
    workspace.jobs.save(replace(job, status=JobStatus.PLANNED))
    deployed(workspace, "petstore", status=DeploymentStatus.DEPLOYED, job_id=job.id)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "review plan" in home(app).table.render_line(1).text


async def _until(pilot: Pilot[None], met: object, tries: int = 200) -> None:
    for _ in range(tries):
        if met():  # type: ignore[operator]  # a condition
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not happen")
