"""The app itself: keys, palette, notices, themes, clashes, failures of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.command import CommandPalette
from textual.widgets import Input

from automock_tui.cli.main import group
from automock_tui.operations.create import create_project
from automock_tui.operations.workspace import Workspace
from automock_tui.ui.actions import actions_here
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.dialogs.message import ErrorDialog
from automock_tui.ui.keymap import action_owners, keymap_problems
from automock_tui.ui.keymap import bindings_of as own_bindings
from automock_tui.ui.screens.help import HelpScreen
from automock_tui.ui.screens.projects import ProjectsScreen
from automock_tui.ui.screens.settings import SettingsScreen
from automock_tui.ui.theme import theme_names
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.status_table import StatusTable
from automock_tui.ui.working import start
from tests.ui.conftest import settled
from tests.ui.fleet import deployed, whole_fleet
from tests.ui.screen_app import app_of

SIZE = (120, 40)


def bindings_of(owner: type) -> Iterator[Binding]:
    yield from (binding for binding in owner.BINDINGS if isinstance(binding, Binding))


@pytest.mark.parametrize("owner", [AutomockApp, ProjectsScreen, StatusTable, SettingsScreen])
def test_every_action_has_an_id_a_name_and_a_help(owner: type) -> None:
    found = list(bindings_of(owner))
    assert found
    assert all(binding.id and binding.description and binding.tooltip for binding in found)
    assert len({binding.id for binding in found}) == len(found)


def test_no_two_actions_of_home_share_a_key() -> None:
    keys = [
        key.strip()
        for owner in (AutomockApp, ProjectsScreen, StatusTable)
        for binding in bindings_of(owner)
        for key in binding.key.split(",")
    ]
    assert len(keys) == len(set(keys))


async def test_help_lists_reasons_and_runs_what_is_chosen(workspace: Workspace) -> None:
    create_project(workspace, "petstore", None)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, HelpScreen)
        by_name = {action.name: action for action in screen._actions}
        assert by_name["Extend"].reason == "petstore is not deployed"
        assert by_name["Settings"].enabled
        await pilot.press(*"settings", "enter")
        await settled(pilot)
        assert isinstance(app.screen, SettingsScreen)


async def test_help_tells_why_a_chosen_action_cannot_run(workspace: Workspace) -> None:
    create_project(workspace, "petstore", None)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("question_mark", *"extend", "enter")
        await settled(pilot)
        assert app.notices[-1].title == "Extend: not now"
        assert isinstance(app.screen, ProjectsScreen)


async def test_the_palette_has_every_action_and_runs_it(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        names = {action.name for action in actions_here(app.screen)}
        assert {"New", "Deploy", "Workspace", "Settings", "Quit"} <= names
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, CommandPalette)
        app.screen.query_one(Input).value = "Theme: colour-blind-light"
        await pilot.pause(0.6)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert app.theme == "colour-blind-light"


async def test_the_user_can_move_a_key(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    workspace = replace(workspace, settings=replace(workspace.settings, keymap={"projects.extend": "ctrl+e"}))
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        await pilot.press("ctrl+e")
        await settled(pilot)
        assert len(app.screen_stack) == 2


async def test_ctrl_c_says_how_to_leave_in_plain_words(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert [notice.text for notice in app.notices] == ["ctrl+q leaves the app; jobs and mocks go on."]


async def test_two_actions_on_one_key_are_told_once(workspace: Workspace) -> None:
    workspace = replace(workspace, settings=replace(workspace.settings, keymap={"projects.new": "r"}))
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("j", "k", "j")
        await pilot.pause()
        told = [
            notice
            for notice in app.notices
            if notice.text == "projects.new and projects.refresh both have the key r."
        ]
        assert len(told) == 1


async def test_an_unknown_action_in_the_keymap_is_told(workspace: Workspace) -> None:
    workspace = replace(workspace, settings=replace(workspace.settings, keymap={"projects.nwe": "r"}))
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert any("projects.nwe" in notice.text for notice in app.notices)


@pytest.mark.parametrize("theme", theme_names())
async def test_every_theme_draws_everything(workspace: Workspace, theme: str) -> None:
    whole_fleet(workspace)
    app = app_of(replace(workspace, settings=replace(workspace.settings, theme=theme)))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert app.theme == theme
        assert "petstore" in app.export_screenshot()


async def test_an_unknown_theme_is_told_and_replaced(workspace: Workspace) -> None:
    app = app_of(replace(workspace, settings=replace(workspace.settings, theme="neon")))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert app.theme == "dark"
        assert any("neon" in notice.text for notice in app.notices)


def test_our_own_keys_clash_nowhere() -> None:
    owners = action_owners()
    assert ProjectsScreen in owners
    for owner in owners:
        own = {binding.id: binding.key for binding in own_bindings(owner) if binding.id}
        assert keymap_problems(own, [owner]) == []


async def test_without_colours_the_states_still_differ(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    whole_fleet(workspace)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        table = app.screen.query_one(StatusTable)
        lines = [table.render_line(y).text for y in range(1, 9)]
        assert len({line[1] for line in lines}) >= 6


async def test_old_notices_can_be_read(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.notify("a [bold]brave[/bold] [text", title="Title")
        await pilot.press("ctrl+n")
        await pilot.pause()
        shown = " ".join(str(widget.render()) for widget in app.screen.query("Static"))
        assert "a [bold]brave[/bold] [text" in shown


async def test_a_failure_of_its_own_is_kept_on_disk_and_the_app_goes_on(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)

        async def broken() -> None:
            secret = "hunter2"
            raise ValueError(secret)

        start(app, broken(), group="test")
        await settled(pilot)
        assert isinstance(app.screen, ErrorDialog)
        await pilot.press("escape")
        assert isinstance(app.screen, ProjectsScreen)
    log = workspace.folders.state / "app-errors.log"
    assert "ValueError" in log.read_text()
    assert "hunter2" not in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


async def test_a_blocking_call_does_not_hold_the_loop() -> None:
    release = threading.Event()
    waiting = asyncio.create_task(in_thread(release.wait, 10))
    ticks = 0
    while ticks < 20:
        await asyncio.sleep(0.005)
        ticks += 1
    assert not waiting.done()
    release.set()
    assert await waiting is True


async def test_errors_of_a_thread_reach_whoever_waits() -> None:
    def fail() -> None:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        await in_thread(fail)


async def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    release = threading.Event()
    waiting = asyncio.create_task(in_thread(release.wait, 10))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    release.set()
    await asyncio.sleep(0.05)


def test_quitting_never_waits_for_a_slow_call(tmp_path: Path) -> None:
    script = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from automock_tui.settings import Settings, find_folders
from automock_tui.ui.app import AutomockApp
app = AutomockApp(Settings(), find_folders({{"AUTOMOCK_HOME": {str(tmp_path)!r}}}), lambda: time.sleep(60))
async def leave(pilot):
    await pilot.pause(0.3)
    await pilot.press("q")
app.run(headless=True, auto_pilot=leave)
"""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", script], check=True, timeout=50, capture_output=True)
    assert time.monotonic() - began < 20


def test_the_app_starts_without_boto3_pydantic_and_the_other_screens() -> None:
    script = """
import sys
import automock_tui.ui.app
heavy = {"boto3", "botocore", "pydantic", "moto", "hcl2", "automock_tui.ui.screens.job",
         "automock_tui.ui.screens.settings", "automock_tui.ui.screens.help", "automock_tui.operations.deploy"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_title_names_the_workspace_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setenv("AUTOMOCK_HOME", str(tmp_path))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr(AutomockApp, "run", lambda self: seen.append(self._label))
    with pytest.raises(SystemExit):
        group.main(["--workspace", "aws"], standalone_mode=False)
    assert seen == ["aws"]
