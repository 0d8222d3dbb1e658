"""New project: a name, what it begins with, what was made of it, and what next."""

from __future__ import annotations

import json
import threading
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.operations.save import open_expectations
from automock_tui.operations.templates import read_template
from automock_tui.operations.workspace import Workspace
from automock_tui.ui import navigation
from automock_tui.ui.dialogs.run_local import RunLocalDialog
from automock_tui.ui.screens.deploy import DeployScreen
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.screens.import_result import ImportResultScreen
from automock_tui.ui.screens.new_project import NewProjectScreen
from automock_tui.ui.screens.project import ProjectScreen
from automock_tui.ui.widgets.choice_line import ChoiceLine
from automock_tui.ui.widgets.file_picker import FilePicker
from automock_tui.ui.widgets.json_editor import JsonEditor
from automock_tui.ui.widgets.line_list import LineList
from tests.operations.fake_model import FakeModel, one, serving
from tests.ui.screen_app import EXAMPLE, opened, shown, toasts, until, with_petstore, workspace_in
from tests.ui.test_editor_screen import GOOD

DATA = Path(__file__).parents[1] / "data" / "importing"
WAYS = ["save", "deploy", "run", "edit", "discard"]


@pytest.fixture
def sandbox(tmp_path) -> Workspace:
    return with_petstore(workspace_in(tmp_path))


def making(workspace: Workspace, size: tuple[int, int] = (120, 40)):
    return opened(workspace, navigation.open_new_project, size)


def importing(workspace: Workspace):
    return opened(workspace, lambda app: navigation.open_import(app, "petstore"))


async def begin_with(app, pilot, what: str) -> None:
    app.screen.query_one(ChoiceLine).value = what
    await until(pilot, lambda: app.screen._beginning == what)


async def look_at(app, pilot) -> None:
    """To the screen that shows what was made."""
    await until(pilot, lambda: app.screen.check_action("create", ()) is True)
    await pilot.press("ctrl+s")
    await until(pilot, lambda: isinstance(app.screen, ImportResultScreen) and not app.screen._busy)


async def go_on(app, pilot, way: str) -> None:
    """Choose what next."""
    await pilot.press("ctrl+s")
    await until(pilot, lambda: "what next?" in shown(app))
    disabled = [one.disabled for one in app.screen.query_one("OptionList").options]
    steps = [name for name, off in zip(WAYS, disabled, strict=True) if not off].index(way)
    await pilot.press(*["down"] * steps, "enter")


@pytest.mark.parametrize("size", [(80, 24), (250, 70)])
async def test_a_template_becomes_a_project(sandbox, size):
    async with making(sandbox, size) as (app, pilot):
        await pilot.press(*"pets")
        await until(pilot, lambda: "✓ 14 expectations from template petstore, no problems." in shown(app))
        await look_at(app, pilot)
        assert "✓ 14 expectations from template petstore." in shown(app)
        await go_on(app, pilot, "edit")
        await until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert open_expectations(sandbox, "pets").text == EXAMPLE.read_text("utf-8")


async def test_another_template_is_chosen_and_saved(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"shaky")
        rows = app.screen.query_one("#new-templates", LineList)
        await until(pilot, lambda: "health-errors" in shown(app))
        rows.focus()
        await pilot.press(*["down"] * 7)
        await until(pilot, lambda: "✓ 16 expectations from template flaky" in shown(app))
        assert "one-in-five-fails" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ImportResultScreen) and not app.screen._busy)
        await go_on(app, pilot, "save")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        assert open_expectations(sandbox, "shaky").text == read_template("flaky")
        assert sandbox.projects.open("shaky").record.source == "template flaky"


async def test_the_name_is_checked_as_it_is_typed(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"petstor")
        await until(pilot, lambda: app.screen.check_action("create", ()) is True)
        await pilot.press("e")
        await until(pilot, lambda: "There is a project petstore already." in shown(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "There is a project petstore already." in toasts(app))
        await pilot.press("X")
        await until(pilot, lambda: "3 to 40 characters of a-z" in " ".join(shown(app).split()))


async def test_a_file_is_recognised_by_its_content_and_what_was_left_out_is_said(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"from-file")
        await begin_with(app, pilot, "file")
        await until(pilot, lambda: "! no file is named yet" in shown(app))
        app.screen._field("file").value = "/nowhere/at-all.json"
        await until(pilot, lambda: "No such file" in " ".join(shown(app).split()))
        app.screen._field("file").value = f"'{DATA / 'openapi' / '31-petstore.json'}'"
        await until(pilot, lambda: "✓ 41 expectations from 31-petstore.json (openapi)" in shown(app))
        assert "left out or changed" in shown(app)
        await look_at(app, pilot)
        assert "media type" in shown(app)
        await go_on(app, pilot, "deploy")
        await until(pilot, lambda: isinstance(app.screen, DeployScreen))
        assert sandbox.projects.open("from-file").record.source == "31-petstore.json"
        assert len(load_expectations(open_expectations(sandbox, "from-file").text)) == 41


async def test_a_file_that_cannot_be_used_says_why(sandbox, tmp_path):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"bad")
        await begin_with(app, pilot, "file")
        for index, body in enumerate((b"\xff\xfe[\x00]\x00", b"[1,", b'[{"httpRequest": {}}]', b"{}")):
            file = tmp_path / f"bad{index}.json"
            file.write_bytes(body)
            app.screen._field("file").value = str(file)
            await until(pilot, lambda name=file.name: f"✕ 1 error in {name}" in shown(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "1 error in bad3.json" in toasts(app))
        assert "bad" not in sandbox.projects.names()


async def test_a_pasted_text_of_any_format_is_recognised(sandbox):
    async with making(sandbox) as (app, pilot):
        await begin_with(app, pilot, "paste")
        await until(pilot, lambda: "! nothing is pasted yet" in shown(app))
        for name in (
            "openapi/30-uspto.json",
            "postman/21-complex.json",
            "insomnia/5-airports.yaml",
            "bruno/users.bru",
            "har/xml.har",
            "wiremock/stub-mappings.json",
            "mockoon/global-route.json",
            "curl/complex.sh",
        ):
            app.screen.query_one(JsonEditor).put((DATA / name).read_text())
            said = f"from a pasted text ({name.partition('/')[0]})"
            await until(pilot, lambda said=said: said in shown(app))


async def test_a_pasted_set_stays_as_it_is_letter_by_letter(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"pasted")
        await begin_with(app, pilot, "paste")
        app.screen.query_one(JsonEditor).insert(GOOD)
        await look_at(app, pilot)
        await go_on(app, pilot, "save")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        assert open_expectations(sandbox, "pasted").text == GOOD


async def test_a_mistake_in_a_pasted_text_has_a_place_to_go_to(sandbox):
    async with making(sandbox) as (app, pilot):
        await begin_with(app, pilot, "paste")
        app.screen.query_one(JsonEditor).insert('[\n  {"httpRequest": {"path": "/a"},}\n]')
        await until(pilot, lambda: "✕ 1 error in a pasted text" in shown(app))
        app.screen.query_one("#new-problems").focus()
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(JsonEditor).cursor_location[0] == 1)


async def test_it_can_begin_blank(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"blank", "down", *"for later")
        await begin_with(app, pilot, "blank")
        await look_at(app, pilot)
        assert "blank begins with no expectations." in shown(app)
        await go_on(app, pilot, "save")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        assert sandbox.projects.open("blank").record.description == "for later"
        assert open_expectations(sandbox, "blank").text.strip() == "[]"


async def test_a_file_is_picked_from_folders(sandbox, tmp_path, monkeypatch):
    inner = tmp_path / "apis"
    inner.mkdir()
    (inner / "shop.json").write_text(GOOD)
    (inner / ".hidden").write_text("")
    monkeypatch.chdir(tmp_path)
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"picked")
        await begin_with(app, pilot, "upload")
        await until(pilot, lambda: "apis/" in shown(app))
        picker = app.screen.query_one(FilePicker)
        app.screen._field("file").value = "api"
        await until(pilot, lambda: len(picker._entries) == 2)
        picker.focus()
        await pilot.press("enter")
        await until(pilot, lambda: "shop.json" in shown(app) and ".hidden" not in shown(app))
        await pilot.press("backspace")
        await until(pilot, lambda: picker.folder == tmp_path)
        picker.look(inner)
        await until(pilot, lambda: picker.folder == inner and len(picker._entries) == 2)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "✓ 1 expectation from shop.json" in shown(app))


async def test_a_sentence_says_what_it_needs(sandbox, monkeypatch):
    for key in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OLLAMA_BASE_URL"):
        monkeypatch.delenv(key, raising=False)
    async with making(sandbox) as (app, pilot):
        await begin_with(app, pilot, "describe")
        await until(pilot, lambda: "There is no key" in shown(app))
        assert app.screen.check_action("create", ()) is None


async def test_a_sentence_becomes_expectations_by_a_model(sandbox):
    with FakeModel({"expectations": [one("list-owls", "/owls", body=[{"id": 1}])]}) as model:
        described = replace(sandbox.settings, model="openai:some", model_url=model.url)
        async with making(replace(sandbox, settings=described)) as (app, pilot):
            await pilot.press(*"owls")
            await begin_with(app, pilot, "describe")
            await until(pilot, lambda: "say what the mock should answer" in shown(app))
            app.screen._field("sentence").value = "owls, by GET"
            await until(pilot, lambda: "ctrl+s sends this to openai:some" in shown(app))
            assert not model.asked, "nothing is sent before"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, ImportResultScreen) and "/owls" in shown(app))
            assert "100 tokens in" in shown(app)


async def sentence_ready(app, pilot, name: str) -> None:
    """To the form that would send a sentence."""
    await pilot.press(*name)
    await begin_with(app, pilot, "describe")
    app.screen._field("sentence").value = "owls, by GET"
    await until(pilot, lambda: "ctrl+s sends this to openai:some" in shown(app))


async def test_a_model_that_writes_is_asked_once_and_given_up_with_esc(sandbox):
    held = threading.Event()
    with serving(held) as model:
        described = replace(sandbox.settings, model="openai:some", model_url=model.url)
        async with making(replace(sandbox, settings=described)) as (app, pilot):
            await sentence_ready(app, pilot, "owls")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: model.asked.is_set() and "writes …" in shown(app))
            model.asked.clear()
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "the model is writing; esc gives up" in toasts(app))
            stopped = app.screen._left
            await pilot.press("escape")
            await until(pilot, lambda: len(app.screen_stack) == 1 and stopped.is_set())
            held.set()
            assert not model.asked.is_set()
            navigation.open_new_project(app)
            await until(pilot, lambda: "owls, by GET" in shown(app))


async def test_a_model_that_fails_can_be_asked_again(sandbox):
    with serving(b"<html>", kind="text/html") as model:
        described = replace(sandbox.settings, model="openai:some", model_url=model.url)
        async with making(replace(sandbox, settings=described)) as (app, pilot):
            await sentence_ready(app, pilot, "owls")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "does not answer as a model does" in " ".join(shown(app).split()))
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, NewProjectScreen))
            await until(pilot, lambda: "ctrl+s sends this to openai:some" in shown(app))
            assert app.screen.check_action("create", ()) is True
            assert app.screen._texts["sentence"] == "owls, by GET"


async def test_esc_keeps_what_was_typed_and_discard_does_not(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"half-done", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        navigation.open_new_project(app)
        await until(pilot, lambda: "half-done" in shown(app))
        await look_at(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, NewProjectScreen) and "half-done" in shown(app))
        await look_at(app, pilot)
        await go_on(app, pilot, "discard")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert sandbox.projects.names() == ["petstore"]
        navigation.open_new_project(app)
        await until(pilot, lambda: "New project" in shown(app))
        assert "half-done" not in shown(app)


async def test_secrets_are_masked_unless_they_are_to_be_kept(sandbox, tmp_path):
    answer = {"headers": [{"name": "X-Api-Key", "value": "abcdef0123456789"}], "content": {}, "status": 200}
    entry = {"request": {"method": "GET", "url": "http://a.test/x"}, "response": answer}
    (tmp_path / "r.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"hushed")
        await begin_with(app, pilot, "file")
        app.screen._field("file").value = str(tmp_path / "r.har")
        await look_at(app, pilot)
        assert "! 1 secret masked; m keeps them" in shown(app)
        await pilot.press("m")
        await until(pilot, lambda: "secrets are kept" in shown(app))
        await go_on(app, pilot, "save")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        assert "abcdef0123456789" in open_expectations(sandbox, "hushed").text


async def test_statuses_are_picked_and_expectations_left_out(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"picked")
        await begin_with(app, pilot, "file")
        app.screen._field("file").value = str(DATA / "openapi" / "31-petstore.json")
        await look_at(app, pilot)
        await until(pilot, lambda: app.screen.check_action("pick", ()) is True)
        await pilot.press("t")
        await until(pilot, lambda: "Which to take?" in shown(app))
        await pilot.press("down", "space", "down", "space", "down", "space", "down", "space", "tab", "enter")
        await until(pilot, lambda: "Only picked statuses" in shown(app))
        made = app.screen._set
        assert {one.status_code for one in made} == {200}
        app.screen.query_one("#made").focus()
        await pilot.press("space")
        await until(pilot, lambda: f"{len(made) - 1} of {len(made)} expectations" in shown(app))
        await go_on(app, pilot, "save")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        saved = load_expectations(open_expectations(sandbox, "picked").text)
        assert [one.id for one in saved] == [one.id for one in made][1:]


async def test_it_runs_on_this_machine_before_it_is_saved(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"tried")
        await look_at(app, pilot)
        await go_on(app, pilot, "run")
        await until(pilot, lambda: isinstance(app.screen, RunLocalDialog) and app.screen._run is not None)
        run = app.screen._run
        with urllib.request.urlopen(f"{run.url}/health", timeout=10) as answer:
            assert json.load(answer) == {"status": "up"}
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ImportResultScreen))
        await until(pilot, lambda: not run.is_running)
        assert sandbox.projects.names() == ["petstore"]


async def test_an_import_says_what_is_new_and_what_is_replaced(sandbox, tmp_path):
    more = [
        {"id": "health", "httpRequest": {"path": "/health"}, "httpResponse": {"statusCode": 204}},
        {"id": "new-one", "httpRequest": {"path": "/new"}, "httpResponse": {}},
    ]
    (tmp_path / "more.json").write_text(json.dumps(more))
    async with importing(sandbox) as (app, pilot):
        await until(pilot, lambda: "Import into petstore" in shown(app))
        app.screen._field("file").value = str(tmp_path / "more.json")
        await look_at(app, pilot)
        assert "2 expectations from more.json: 1 new (+), 1 replaced (~)." in shown(app)
        await go_on(app, pilot, "save")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        saved = load_expectations(open_expectations(sandbox, "petstore").text)
        assert len(saved) == 15
        assert saved[0].status_code == 204
        assert saved[-1].id == "new-one"


async def test_a_store_that_fails_while_saving_loses_nothing(sandbox, monkeypatch):
    from automock_tui.domain.errors import AutomockError

    def fail(*_args, **_named):
        raise AutomockError("The store does not answer", "", "Try again.")

    monkeypatch.setattr("automock_tui.ui.import_saving.create_project", fail)
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"unlucky")
        await look_at(app, pilot)
        await go_on(app, pilot, "save")
        await until(pilot, lambda: "The store does not answer" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ImportResultScreen))
        assert app.screen.check_action("next", ()) is True


async def test_goes_on_as_soon_as_it_is_read(sandbox):
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"early")
        app.screen._look_soon()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ImportResultScreen))
