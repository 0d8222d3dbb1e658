"""New project: a name, and what it begins with."""

from __future__ import annotations

import pytest

from automock_tui.operations.save import open_expectations
from automock_tui.operations.workspace import Workspace
from automock_tui.ui import navigation
from automock_tui.ui.screens.deploy import DeployScreen
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.widgets.choice_line import ChoiceLine
from automock_tui.ui.widgets.json_editor import JsonEditor
from tests.ui.screen_app import EXAMPLE, opened, shown, toasts, until, with_petstore, workspace_in
from tests.ui.test_editor_screen import GOOD


@pytest.fixture
def sandbox(tmp_path) -> Workspace:
    return with_petstore(workspace_in(tmp_path))


def making(workspace: Workspace, size: tuple[int, int] = (120, 40)):
    return opened(workspace, navigation.open_new_project, size)


async def begin_with(app, pilot, what: str) -> None:
    app.screen.query_one(ChoiceLine).value = what
    await pilot.pause(0.1)


async def create(app, pilot) -> None:
    await until(pilot, lambda: app.screen.check_action("create", ()) is True)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: "what next?" in shown(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_the_example_becomes_a_project(sandbox, size):
    async with making(sandbox, size) as (app, pilot):
        await pilot.press(*"pets")
        await until(pilot, lambda: "✓ 14 expectations in example, no problems." in shown(app))
        await create(app, pilot)
        assert "pets v1 has 14 expectations." in shown(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert open_expectations(sandbox, "pets").text == EXAMPLE.read_text("utf-8")


async def test_the_name_is_checked_as_it_is_typed(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"petstor")
        await until(pilot, lambda: app.screen.check_action("create", ()) is True)
        await pilot.press("e")
        await until(pilot, lambda: "There is a project petstore already." in shown(app))
        await pilot.press("ctrl+s")
        await pilot.pause(0.1)
        assert "There is a project petstore already." in toasts(app)
        await pilot.press("X")
        await until(pilot, lambda: "3 to 40 characters of a-z" in " ".join(shown(app).split()))


async def test_a_file_is_read_checked_and_named_as_the_source(sandbox, tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(GOOD)
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"from-file")
        await begin_with(app, pilot, "file")
        await until(pilot, lambda: "! no file is named yet" in shown(app))
        app.screen._field("file").value = str(tmp_path / "none.json")
        await until(pilot, lambda: "No such file" in " ".join(shown(app).split()))
        app.screen._field("file").value = str(file)
        await until(pilot, lambda: "✓ 1 expectation in mine.json" in shown(app))
        await create(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DeployScreen))
        assert sandbox.projects.open("from-file").record.source == "mine.json"


@pytest.mark.parametrize("body", [b"\xff\xfe[\x00]\x00", b"[1,", b'[{"httpRequest": {}}]', b"{}"])
async def test_a_file_that_cannot_be_used_says_why(sandbox, tmp_path, body):
    file = tmp_path / "bad.json"
    file.write_bytes(body)
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"bad")
        await begin_with(app, pilot, "file")
        app.screen._field("file").value = str(file)
        await until(pilot, lambda: "✕ 1 error in bad.json" in shown(app))
        await pilot.press("ctrl+s")
        await pilot.pause(0.1)
        assert "1 error in bad.json" in toasts(app)
        assert "bad" not in sandbox.projects.names()


async def test_a_text_can_be_pasted(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"pasted")
        await begin_with(app, pilot, "paste")
        app.screen.query_one(JsonEditor).insert(GOOD)
        await create(app, pilot)
        assert open_expectations(sandbox, "pasted").text == GOOD


async def test_it_can_begin_blank_and_be_left(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"blank", "down", *"for later")
        await begin_with(app, pilot, "blank")
        await create(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert sandbox.projects.open("blank").record.description == "for later"
        assert open_expectations(sandbox, "blank").text.strip() == "[]"


async def test_esc_keeps_what_was_typed(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"half-done", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        navigation.open_new_project(app)
        await until(pilot, lambda: "half-done" in shown(app))
