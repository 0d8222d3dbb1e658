"""Deploy, extend and destroy in the local workspace: the dialog, and the whole life of a mock by keyboard."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.operations.create import create_project
from automock_tui.operations.local_deploy import deploy_and_wait
from automock_tui.operations.status import status
from automock_tui.operations.workspace import Workspace
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.dialogs.destroy import DestroyDialog
from automock_tui.ui.dialogs.local_deploy import LocalDeployDialog
from automock_tui.ui.screens.job import JobScreen
from automock_tui.ui.screens.projects import ProjectsScreen
from tests.certificates import write_certificate
from tests.ui.screen_app import app_of, shown, toasts, until, with_petstore, workspace_in

SIZE = (120, 40)


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The local workspace with a project; its mocks end with the test."""
    monkeypatch.setenv("AUTOMOCK_HOME", str(tmp_path))
    workspace = with_petstore(workspace_in(tmp_path, kind=WorkspaceKind.LOCAL))
    yield workspace
    for job in workspace.jobs.all():
        if job.is_live and job.process is not None:
            os.kill(job.process.pid, signal.SIGKILL)


def word(workspace: Workspace) -> str:
    return status(workspace, ["petstore"]).rows[0].word


async def ready(pilot: Pilot[None]) -> ProjectsScreen:
    app = pilot.app
    home = app.screen_stack[0]
    assert isinstance(home, ProjectsScreen)
    await until(pilot, lambda: home.current is not None, 30)
    return home


async def open_dialog(pilot: Pilot[None]) -> LocalDeployDialog:
    await pilot.press("d")
    await until(pilot, lambda: isinstance(pilot.app.screen, LocalDeployDialog), 30)
    dialog = pilot.app.screen
    assert isinstance(dialog, LocalDeployDialog)
    await until(pilot, lambda: dialog._basis is not None, 30)
    return dialog


def text_of(dialog: Any, name: str) -> str:
    return str(dialog.query_one(name, Static).render())


async def test_a_mock_is_deployed_extended_and_destroyed_by_keyboard(local: Workspace) -> None:
    app = app_of(local)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        home = await ready(pilot)
        dialog = await open_dialog(pilot)
        assert "14 expectations" in text_of(dialog, "#serves")
        await pilot.press("enter")
        await until(pilot, lambda: home.current and home.current.word == "deployed", 60)
        assert "petstore answers at http://127.0.0.1:" in toasts(app)
        assert home.current is not None
        address = home.current.address
        with urllib.request.urlopen(address + "/pets", timeout=10) as answer:
            assert json.loads(answer.read())[0]["name"] == "Rex"
        await until(pilot, lambda: " 3h 5" in shown(app), 30)
        assert "$0.00" in shown(app)
        await extend_by_keys(app, pilot)
        await destroy_by_keys(app, pilot)
        await until(pilot, lambda: home.current and home.current.word == "destroyed", 30)
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) != 0


async def extend_by_keys(app: AutomockApp, pilot: Pilot[None]) -> None:
    await pilot.press("x")
    await until(pilot, lambda: "Extend petstore" in shown(app), 30)
    await pilot.press("4", "enter")
    await until(pilot, lambda: " 7h 5" in shown(app), 30)


async def destroy_by_keys(app: AutomockApp, pilot: Pilot[None]) -> None:
    await pilot.press("D")
    await until(pilot, lambda: isinstance(app.screen, DestroyDialog), 30)
    await until(pilot, lambda: "the process of the mock" in text_of(app.screen, "#consequences"), 30)
    await pilot.press(*"petstore")
    await until(pilot, lambda: not app.screen.query_one("#do", Button).disabled, 30)
    await pilot.press("enter")
    await until(pilot, lambda: "is closed" in toasts(app), 60)


async def test_with_a_certificate_it_answers_over_https(local: Workspace, tmp_path: Path) -> None:
    write_certificate(tmp_path / "cert.pem", tmp_path / "key.pem")
    app = app_of(local)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        home = await ready(pilot)
        dialog = await open_dialog(pilot)
        certificate, key = dialog.query_one("#certificate", Input), dialog.query_one("#key", Input)
        assert not key.display or not key.is_on_screen
        certificate.value = str(tmp_path / "cert.pem")
        await until(pilot, lambda: key.is_on_screen)
        await pilot.press("enter")
        await until(pilot, lambda: "cannot be used" in text_of(dialog, "#dialog-error"), 30)
        key.value = str(tmp_path / "key.pem")
        await pilot.press("enter")
        await until(pilot, lambda: home.current and home.current.address.startswith("https://"), 60)
        await pilot.press("t")
        await until(pilot, lambda: "0 requests" in shown(app) or "No request" in shown(app), 30)


async def test_the_dialog_says_what_cannot_be(local: Workspace) -> None:
    app = app_of(local)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot)
        dialog = await open_dialog(pilot)
        hours, port, button = (
            dialog.query_one("#hours", Input),
            dialog.query_one("#port", Input),
            dialog.query_one("#deploy", Button),
        )
        hours.value = "200"
        await until(pilot, lambda: "TTL out of range" in text_of(dialog, "#ends"))
        assert button.disabled
        hours.value = "0"
        await until(pilot, lambda: "never" in text_of(dialog, "#ends"))
        assert not button.disabled
        port.value = "eighty"
        await until(pilot, lambda: button.disabled)
        assert "No such port" in text_of(dialog, "#dialog-error")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port.value = str(taken.getsockname()[1])
            await until(pilot, lambda: not button.disabled)
            await pilot.press("enter")
            await until(pilot, lambda: "cannot be had" in text_of(dialog, "#dialog-error"), 30)
        assert app.screen is dialog
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not dialog)
    assert local.jobs.all() == []


async def test_expectations_that_cannot_be_served_are_told_at_once(local: Workspace) -> None:
    local.projects.create("another", b'[{"httpResponse": {"statusCode": "ok"}}]')
    app = app_of(local)
    async with app.run_test(size=SIZE) as pilot:
        home = await ready(pilot)
        await until(pilot, lambda: home.table.go_to("another"), 30)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, LocalDeployDialog), 30)
        await until(pilot, lambda: "cannot be served" in text_of(app.screen, "#dialog-error"), 30)
        assert app.screen.query_one("#deploy", Button).disabled


async def test_a_running_mock_is_named_before_it_is_replaced(local: Workspace) -> None:
    job = deploy_and_wait(local, "petstore", 1)
    app = app_of(local)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot)
        dialog = await open_dialog(pilot)
        assert job.outputs["mockserver_url"] in text_of(dialog, "#replaces")


async def test_a_killed_mock_is_shown_as_stopped_with_the_key_that_helps(local: Workspace) -> None:
    job = local.jobs.load(deploy_and_wait(local, "petstore", 1).id)
    assert job.process is not None
    os.kill(job.process.pid, signal.SIGKILL)
    app = app_of(local)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        home = await ready(pilot)
        home.refresh_now()
        await until(pilot, lambda: word(local) == "stopped", 30)
        home.refresh_now()
        await until(pilot, lambda: home.current and home.current.is_stopped, 30)
        assert "stopped" in home.table.render_line(1).text
        assert "deploy it again" in shown(app)
        await pilot.press("x")
        await until(pilot, lambda: "has stopped" in toasts(app))


async def test_the_log_of_a_mock_is_a_job_that_goes_on(local: Workspace) -> None:
    deploy_and_wait(local, "petstore", 1)
    app = app_of(local)
    async with app.run_test(size=SIZE) as pilot:
        await ready(pilot)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, JobScreen), 30)
        await until(pilot, lambda: "answers at http://127.0.0.1" in shown(app), 30)
        screen = app.screen
        assert isinstance(screen, JobScreen)
        assert not screen.has_ended
        await pilot.press("escape", "q")
        await until(pilot, lambda: app._exit, 30)  # nobody is asked about a mock that simply runs
    assert word(local) == "deployed"


@pytest.mark.parametrize("size", [(80, 24), (250, 70)])
async def test_the_dialog_fits(local: Workspace, size: tuple[int, int]) -> None:
    create_project(local, "another", None)
    app = app_of(local)
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        dialog = await open_dialog(pilot)
        button = dialog.query_one("#deploy", Button)
        assert button.region.bottom < size[1]
        assert button.region.right < size[0]
