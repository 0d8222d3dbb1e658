"""Real answers for requests that were saved without one, from the screen that shows an import."""

from __future__ import annotations

import json

import pytest

from automock_tui.operations.save import open_expectations
from automock_tui.operations.workspace import Workspace
from automock_tui.ui.dialogs.call_api import CallApiDialog
from automock_tui.ui.dialogs.calling import CallingDialog
from automock_tui.ui.screens.import_result import ImportResultScreen
from automock_tui.ui.screens.project import ProjectScreen
from tests.operations.real_api import PASSWORD, TOKEN, item, postman, serving, shop
from tests.ui.screen_app import shown, toasts, until, with_petstore, workspace_in
from tests.ui.test_new_project_screen import begin_with, go_on, look_at, making


@pytest.fixture(scope="module")
def server():
    with serving() as served:
        yield served


@pytest.fixture
def api(server):
    server.seen.clear()
    server.gate.clear()
    return server


@pytest.fixture
def base(api):
    return f"http://127.0.0.1:{api.server_port}"


@pytest.fixture
def sandbox(tmp_path) -> Workspace:
    return with_petstore(workspace_in(tmp_path))


async def imported(app, pilot, document, folder) -> None:
    """To the screen that shows what an import of the document made."""
    (folder / "collection.json").write_bytes(document.data)
    await pilot.press(*"called")
    await begin_with(app, pilot, "file")
    app.screen._field("file").value = str(folder / "collection.json")
    await look_at(app, pilot)


async def asked(app, pilot) -> None:
    """To the question, once it says what would be called."""
    await pilot.press("c")
    await until(pilot, lambda: isinstance(app.screen, CallApiDialog) and app.screen._preview is not None)


async def called(app, pilot) -> None:
    await pilot.click("#call")
    await until(pilot, lambda: isinstance(app.screen, ImportResultScreen) and not app.screen._busy)


def answers(app) -> dict[str, object]:
    """The bodies of the answers, by path."""
    made = [json.loads(one.text) for one in app.screen._set]
    return {one["httpRequest"]["path"]: one["httpResponse"].get("body") for one in made}


@pytest.mark.parametrize("size", [(80, 24), (250, 70)])
async def test_real_answers_take_the_place_of_made_up_ones(sandbox, api, base, tmp_path, size):
    async with making(sandbox, size) as (app, pilot):
        await imported(app, pilot, shop(base), tmp_path)
        assert "4 answers made up" in shown(app)
        await asked(app, pilot)
        said = " ".join(shown(app).split())
        assert base.removeprefix("http://") + ": GET 2, POST 1" in said
        assert "REAL calls" in said
        assert "1 of 3 may change data there: POST 1." in said
        assert "1 request not called: lost (not known: nobody)." in said
        assert app.screen.focused.id == "leave"
        assert api.seen == []
        await called(app, pilot)
        assert [one[1] for one in api.seen] == ["/login", "/users/42", "/users/7"]
        assert "3 of 4 answers recorded from the real API" in shown(app)
        assert "1 answer made up" in shown(app)
        assert answers(app)["/users/42"]["path"] == "/users/42"
        assert answers(app)["/login"]["access_token"] == "***"
        await go_on(app, pilot, "save")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        saved = open_expectations(sandbox, "called").text
        assert '"/users/42"' in saved
        assert TOKEN not in saved
        assert PASSWORD not in saved


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_the_safe_answer_calls_nothing(sandbox, api, base, tmp_path, key):
    async with making(sandbox) as (app, pilot):
        await imported(app, pilot, shop(base), tmp_path)
        await asked(app, pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, ImportResultScreen))
        assert "4 answers made up" in shown(app)
        assert api.seen == []


async def test_a_variable_that_nobody_knows_is_asked_for(sandbox, api, base, tmp_path):
    document = postman("", item("a", "GET", "{{server}}/a", Authorization="Bearer {{token}}"))
    async with making(sandbox) as (app, pilot):
        await imported(app, pilot, document, tmp_path)
        await asked(app, pilot)
        assert "Nothing can be called." in shown(app)
        assert app.screen.query_one("#call").disabled
        fields = {field.name: field for field in app.screen.query("Input")}
        assert (fields["server"].password, fields["token"].password) == (False, True)
        fields["server"].value, fields["token"].value = base, TOKEN
        await until(pilot, lambda: not app.screen.query_one("#call").disabled)
        assert TOKEN not in shown(app)
        await called(app, pilot)
        assert api.seen[0][2]["Authorization"] == f"Bearer {TOKEN}"
        assert "✓ 1 answer recorded from the real API" in shown(app)
        assert TOKEN not in json.dumps(answers(app))
        await pilot.press("c")
        await until(pilot, lambda: "no answer was made up" in toasts(app))


async def test_masking_and_leaving_out_keep_what_was_recorded(sandbox, api, base, tmp_path):
    async with making(sandbox) as (app, pilot):
        await imported(app, pilot, shop(base), tmp_path)
        await asked(app, pilot)
        await called(app, pilot)
        app.screen.query_one("#made").focus()
        await pilot.press("space")
        await until(pilot, lambda: "3 of 4 expectations" in shown(app))
        await pilot.press("m")
        await until(pilot, lambda: "secrets are kept" in shown(app))
        assert "3 of 4 expectations" in shown(app)
        assert answers(app)["/login"]["access_token"] == TOKEN
        assert len(api.seen) == 3


async def test_esc_stops_and_keeps_what_was_recorded_and_more_can_be_called(sandbox, api, base, tmp_path):
    document = postman(
        base,
        item("a", "GET", "{{base}}/a"),
        item("held", "GET", "{{base}}/held"),
        item("c", "GET", "{{base}}/c"),
    )
    async with making(sandbox) as (app, pilot):
        await imported(app, pilot, document, tmp_path)
        await asked(app, pilot)
        await pilot.click("#call")
        await until(pilot, lambda: isinstance(app.screen, CallingDialog) and len(api.seen) == 2)
        await until(pilot, lambda: "/a" in shown(app) and ": 200 in" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Stopping" in shown(app))
        api.gate.set()
        await until(pilot, lambda: isinstance(app.screen, ImportResultScreen) and not app.screen._busy)
        assert "2 of 3 answers recorded" in shown(app)
        assert answers(app)["/held"] == {"held": True}
        assert [one[1] for one in api.seen] == ["/a", "/held"]
        assert any("stopped before it" in line.text for line in app.screen._rows.left_out)
        await asked(app, pilot)
        assert "GET 1" in shown(app)
        await called(app, pilot)
        assert [one[1] for one in api.seen] == ["/a", "/held", "/c"]
        assert "✓ 3 answers recorded" in shown(app)
        assert answers(app)["/c"]["path"] == "/c"
        assert not any("stopped before it" in line.text for line in app.screen._rows.left_out)


async def test_a_host_out_of_reach_is_said(sandbox, api, base, tmp_path):
    document = postman("http://127.0.0.1:9", item("a", "GET", "{{base}}/a"))
    async with making(sandbox) as (app, pilot):
        await imported(app, pilot, document, tmp_path)
        await asked(app, pilot)
        await called(app, pilot)
        assert "0 of 1 answer recorded" in shown(app)
        assert "1 answer made up" in shown(app)
        assert any("no connection" in line.text for line in app.screen._rows.left_out)


async def test_what_changed_since_it_was_shown_is_not_called(sandbox, api, base, tmp_path):
    """A folder may change on the disk between the question and the answer."""
    request = "meta {\n  name: a\n  type: http\n  seq: 1\n}\n\nget {\n  url: %s/a\n}\n"
    folder = tmp_path / "bruno"
    folder.mkdir()
    (folder / "bruno.json").write_text('{"version": "1", "name": "c", "type": "collection"}')
    (folder / "a.bru").write_text(request % base)
    async with making(sandbox) as (app, pilot):
        await pilot.press(*"called")
        await begin_with(app, pilot, "file")
        app.screen._field("file").value = str(folder)
        await look_at(app, pilot)
        await asked(app, pilot)
        (folder / "a.bru").write_text((request % base).replace("get {", "delete {"))
        await pilot.click("#call")
        await until(pilot, lambda: "Nothing was called" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ImportResultScreen))
        assert api.seen == []
