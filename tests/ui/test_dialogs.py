"""The dialogs over real operations: what they say, what they refuse, what they return."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button, Input, OptionList, Static

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.operations.create import create_project
from automock_tui.operations.extend import extend_ttl
from automock_tui.operations.workspace import Workspace
from automock_tui.provisioning.job import JobKind, JobStatus
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.dialogs.confirm import ConfirmDialog
from automock_tui.ui.dialogs.destroy import DeleteDialog, DestroyDialog
from automock_tui.ui.dialogs.extend import ExtendDialog
from automock_tui.ui.dialogs.message import ErrorDialog
from automock_tui.ui.dialogs.quit_job import QuitDialog
from automock_tui.ui.dialogs.what_next import WhatNext, WhatNextDialog
from automock_tui.ui.dialogs.workspace import WorkspaceChoice, WorkspaceDialog
from automock_tui.ui.extension import parse_hours
from automock_tui.ui.messages import Connected
from tests.ui.conftest import settled
from tests.ui.fleet import deployed
from tests.ui.screen_app import app_of, folders_in, workspace_in

SIZE = (100, 36)


def text_of(screen: Screen[Any]) -> str:
    return "\n".join(str(static.render()) for static in screen.query(Static) if static.display)


async def answer_of(app: AutomockApp, pilot: Pilot[None], screen: Screen[Any]) -> list[Any]:
    answers: list[Any] = []
    await app.push_screen(screen, answers.append)
    await pilot.pause()
    return answers


def left(workspace: Workspace, name: str) -> float:
    remaining = workspace.projects.ttl_remaining(name)
    assert remaining is not None
    return remaining.total_seconds() / 3600


# --- Extend


async def test_extending_from_the_table(workspace: Workspace) -> None:
    deployed(workspace, "petstore", timedelta(hours=2))
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("x")
        await settled(pilot)
        assert isinstance(app.screen, ExtendDialog)
        assert "in 1h 59m" in text_of(app.screen)
        await pilot.press("backspace", "4")
        await pilot.pause()
        assert "in 5h 59m" in text_of(app.screen)
        await pilot.press("enter")
        await settled(pilot)
        assert len(app.screen_stack) == 1
        assert app.notices[-1].title == "Extended"
    assert 5.9 < left(workspace, "petstore") <= 6


async def test_the_countdown_of_the_dialog_ticks(workspace: Workspace) -> None:
    deployed(workspace, "petstore", timedelta(minutes=30))
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        dialog = ExtendDialog(workspace, workspace.projects.deployment("petstore"))
        await answer_of(app, pilot, dialog)
        started = app.clock()
        app.clock = lambda: started + timedelta(minutes=10)
        await pilot.pause(1.2)
        assert "in 19m" in text_of(dialog)


@pytest.mark.parametrize(
    ("typed", "said"), [("", "No hours"), ("x", "Not a number"), ("500", "up to 168"), ("0", "Nothing")]
)
async def test_bad_hours_are_refused_while_typing(workspace: Workspace, typed: str, said: str) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        dialog = ExtendDialog(workspace, workspace.projects.deployment("petstore"))
        answers = await answer_of(app, pilot, dialog)
        dialog.query_one(Input).value = typed
        await pilot.pause()
        assert said in text_of(dialog)
        assert dialog.query_one("#extend", Button).disabled
        await pilot.press("enter")
        await settled(pilot)
        assert answers == []
    assert left(workspace, "petstore") <= 2


async def test_what_was_destroyed_meanwhile_does_not_end_never(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    workspace.projects.update_deployment(
        "petstore",
        lambda metadata, now: replace(metadata, deployment_status=DeploymentStatus.DESTROYED, ttl_expiry=None),
    )
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        dialog = ExtendDialog(workspace, workspace.projects.deployment("petstore"))
        await answer_of(app, pilot, dialog)
        await settled(pilot)
        assert "Ends now\n–" in text_of(dialog)
        assert "is not deployed" in text_of(dialog)


async def test_choices_by_arrow_and_by_mouse(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        dialog = ExtendDialog(workspace, workspace.projects.deployment("petstore"))
        await answer_of(app, pilot, dialog)
        await pilot.press("up", "up")
        assert dialog.query_one(Input).value == "8"
        await pilot.press("down")
        assert dialog.query_one(Input).value == "4"
        await pilot.click("#hours-24")
        assert dialog.query_one(Input).value == "24"


async def test_a_lost_race_is_told_and_the_dialog_stays(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        dialog = ExtendDialog(workspace, workspace.projects.deployment("petstore"))
        answers = await answer_of(app, pilot, dialog)
        await settled(pilot)

        def tear_down(metadata: DeploymentMetadata, _now: object) -> DeploymentMetadata:
            return replace(metadata, deployment_status=DeploymentStatus.DESTROYING, updated_by="ben@desk")

        workspace.projects.update_deployment("petstore", tear_down)
        await pilot.press("enter")
        await settled(pilot)
        assert answers == []
        assert "it is destroying" in text_of(dialog)
        assert "ben@desk came first" in text_of(dialog)
        await pilot.press("escape")
        await pilot.pause()
        assert answers == [None]


async def test_two_extensions_at_once_both_count_and_it_is_said(workspace: Workspace) -> None:
    deployed(workspace, "petstore", timedelta(hours=2))
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("x")
        await settled(pilot)
        extend_ttl(workspace, "petstore", 3)
        await pilot.press("enter")
        await settled(pilot)
        assert "Somebody had moved its end" in app.notices[-1].text
    assert 6.9 < left(workspace, "petstore") <= 7


@pytest.mark.parametrize(
    ("text", "hours"), [("2", 2), (" 0.5 ", 0.5), ("1,5", 1.5), ("90m", 1.5), ("1d", 24), ("3 h", 3)]
)
def test_hours_as_people_write_them(text: str, hours: float) -> None:
    assert parse_hours(text) == hours


@pytest.mark.parametrize("text", ["", "h", "two", "1:30", "1e"])
def test_what_is_no_hours(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_hours(text)


# --- Destroy and delete


async def test_destroy_names_what_goes_and_waits_for_the_name(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("D")
        await settled(pilot)
        dialog = app.screen
        assert isinstance(dialog, DestroyDialog)
        for words in ("This goes", "address http://petstore", "This stays", "project petstore", "its history"):
            assert words in text_of(dialog)
        assert dialog.query_one("#do", Button).disabled
        await pilot.press(*"petstor", "enter")
        await settled(pilot)
        assert app.screen is dialog
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1
    assert workspace.jobs.all() == []


async def test_delete_removes_the_project_once_its_name_is_typed(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path, kind=WorkspaceKind.LOCAL)
    create_project(workspace, "petstore", None)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("delete")
        await settled(pilot)
        assert isinstance(app.screen, DeleteDialog)
        assert "its versions up to v1" in text_of(app.screen)
        await pilot.press(*"petstore", "enter")
        await settled(pilot)
        assert app.notices[-1].title == "Deleted"
    assert workspace.projects.names() == []


async def test_delete_keeps_its_error_in_the_dialog(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        dialog = DeleteDialog(workspace, "petstore", "v1")
        answers = await answer_of(app, pilot, dialog)
        await pilot.press(*"petstore", "enter")
        await settled(pilot)
        assert "✕" in str(dialog.query_one("#dialog-error", Static).render())
        assert answers == []
        await pilot.press("backspace")
        assert not dialog.query_one("#dialog-error").display
    assert workspace.projects.names() == ["petstore"]


# --- Leaving


def running_job(workspace: Workspace) -> Any:
    job = workspace.jobs.create(kind=JobKind.DEPLOY, project="petstore", workspace=workspace.ref)
    assert job.status is JobStatus.STARTING
    return job


async def test_quit_without_jobs_just_quits(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("q")
        await pilot.pause()
        assert app._exit


@pytest.mark.parametrize(
    ("keys", "leaves", "cancelled"),
    [
        (["enter"], True, False),
        (["down", "enter"], True, True),
        (["down", "down", "enter"], False, False),
        (["escape"], False, False),
    ],
)
async def test_quit_asks_about_a_running_job(
    workspace: Workspace, keys: list[str], leaves: bool, cancelled: bool
) -> None:
    job = running_job(workspace)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("q")
        await settled(pilot)
        await pilot.pause(0.2)
        assert isinstance(app.screen, QuitDialog)
        assert "deploy of petstore" in text_of(app.screen)
        await pilot.press(*keys)
        await pilot.pause(0.3)
        assert app._exit is leaves
    assert workspace.jobs.files(job).cancel_request.exists() is cancelled


# --- The others


async def test_the_workspace_dialog_asks_for_profile_and_region_of_aws_only(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        dialog = WorkspaceDialog(WorkspaceKind.LOCAL)
        answers = await answer_of(app, pilot, dialog)
        assert not dialog.query_one("#aws-fields").display
        await pilot.press("down", "down")
        await pilot.pause()
        assert dialog.query_one("#aws-fields").display
        await pilot.press("tab", *"staging", "tab", *"eu-west-1", "enter")
        await pilot.pause()
        assert answers == [WorkspaceChoice(WorkspaceKind.AWS, "staging", "eu-west-1")]


async def test_switching_opens_the_other_workspace(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    create_project(workspace, "petstore", None)
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("w")
        await pilot.pause(0.2)
        await pilot.press("up", "enter")
        await pilot.pause(0.1)
        await settled(pilot)
        assert isinstance(app.connection, Connected)
        assert app.connection.workspace.ref.kind is WorkspaceKind.LOCAL
        assert app.place == "local"


async def test_an_error_shows_everything_and_can_be_copied(workspace: Workspace) -> None:
    app = app_of(workspace)
    sent: list[str] = []
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        app.terminal_copy = sent.append  # type: ignore[method-assign]  # no terminal here
        app.show_error(AutomockError("No permission", "s3:PutObject on [bucket].", "Ask for it."))
        await pilot.pause()
        assert isinstance(app.screen, ErrorDialog)
        assert "s3:PutObject on [bucket]." in text_of(app.screen)
        assert "→ Ask for it." in text_of(app.screen)
        await pilot.press("y")
        await settled(pilot)
        assert sent == ["No permission\ns3:PutObject on [bucket].\nAsk for it."]
        await pilot.press("enter")
        await pilot.pause()
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize(("keys", "answer"), [(["enter"], False), (["tab", "enter"], True), (["escape"], None)])
async def test_a_dangerous_question_has_no_as_its_default(
    workspace: Workspace, keys: list[str], answer: bool | None
) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        answers = await answer_of(app, pilot, ConfirmDialog("Sure?", "It goes.", danger=True))
        await pilot.press(*keys)
        await pilot.pause()
        assert answers == [answer]


async def test_what_next_cannot_deploy_where_nothing_deploys(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        why_not = {WhatNext.DEPLOY: "only stores projects"}
        dialog = WhatNextDialog("petstore", "14 expectations.", what="a new version", why_not=why_not)
        answers = await answer_of(app, pilot, dialog)
        assert [one.disabled for one in dialog.query_one(OptionList).options] == [
            False,
            True,
            False,
            False,
            False,
        ]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert answers == [WhatNext.RUN]


async def test_every_dialog_fits_a_small_terminal(workspace: Workspace) -> None:
    deployed(workspace, "petstore")
    app = app_of(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for dialog in (
            ExtendDialog(workspace, workspace.projects.deployment("petstore")),
            DestroyDialog(workspace, "petstore"),
            DeleteDialog(workspace, "petstore", "v1"),
            WorkspaceDialog(WorkspaceKind.AWS),
        ):
            await answer_of(app, pilot, dialog)
            await settled(pilot)
            frame = dialog.query_one(".dialog").region
            assert frame.x >= 0
            assert frame.right <= 80
            assert frame.bottom <= 24
            await pilot.press("escape")
            await pilot.pause()


def test_folders_are_private(tmp_path: Path) -> None:
    from automock_tui.ui.clipboard import copy_to_file

    path = copy_to_file("secret", folders_in(tmp_path).state)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
