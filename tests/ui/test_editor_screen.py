"""The editor: nothing typed is ever lost."""

from __future__ import annotations

import json
from functools import partial

import pytest

from automock_tui.operations.drafts import read_draft, write_draft
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.operations.workspace import Workspace
from automock_tui.ui import navigation
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.screens.editor_views import Mode
from automock_tui.ui.widgets.json_editor import JsonEditor
from tests.ui.screen_app import EXAMPLE, opened, shown, toasts, until, with_petstore, workspace_in

GOOD = '[\n  {"id": "a", "httpRequest": {"path": "/a"}, "httpResponse": {"statusCode": 200}}\n]\n'
THEIRS = GOOD.replace("200", "418")


@pytest.fixture
def sandbox(tmp_path) -> Workspace:
    return with_petstore(workspace_in(tmp_path))


def editing(workspace: Workspace, size: tuple[int, int] = (120, 40)):
    return opened(workspace, partial(navigation.open_editor, name="petstore"), size)


async def ready(app: AutomockApp, pilot) -> EditorScreen:
    """The editor, with all as JSON."""
    await until(pilot, lambda: isinstance(app.screen, EditorScreen) and app.screen.text)
    assert isinstance(app.screen, EditorScreen)
    if app.screen.mode is not Mode.ALL:
        await pilot.press("f3")
    await until(pilot, lambda: app.screen.editor.text and app.screen.editor.has_focus)
    app.screen.editor.go_to(1, 1)
    return app.screen


async def saving(app: AutomockApp, pilot, message: str = "") -> None:
    await pilot.press("ctrl+s")
    await until(pilot, lambda: "Save a new version" in shown(app))
    await pilot.press(*message, "enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_it_shows_the_text_and_how_safe_it_is(sandbox, size):
    async with editing(sandbox, size) as (app, pilot):
        await ready(app, pilot)
        await until(pilot, lambda: "14 expectations" in shown(app))
        text = shown(app)
        assert '"id": "health"' in text
        assert "v1 as saved" in text
        assert "line 1 of 183" in text


async def test_the_first_keystroke_is_on_disk_within_a_second(sandbox):
    async with editing(sandbox) as (app, pilot):
        await ready(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: read_draft(sandbox, "petstore"), seconds=1.5)
        draft = read_draft(sandbox, "petstore")
        assert draft is not None
        assert draft.text == "x" + EXAMPLE.read_text("utf-8")
        assert draft.base_version == "v1"
        assert "● not saved" in shown(app)


async def test_undoing_everything_leaves_no_draft_behind(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: read_draft(sandbox, "petstore"))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: read_draft(sandbox, "petstore") is None)
        await until(pilot, lambda: not screen.is_changed)
        assert "● not saved" not in shown(app)


async def test_leaving_keeps_the_last_keystroke_and_says_so(sandbox):
    async with editing(sandbox) as (app, pilot):
        await ready(app, pilot)
        await pilot.press("x", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert "kept as a draft" in toasts(app)
        assert read_draft(sandbox, "petstore").text.startswith("x[")


async def test_the_end_of_the_app_keeps_the_last_keystroke(sandbox):
    async with editing(sandbox) as (app, pilot):
        await ready(app, pilot)
        await pilot.press("y")
        app.exit()
    assert read_draft(sandbox, "petstore").text.startswith("y[")


async def test_a_draft_is_offered_and_continued(sandbox):
    write_draft(sandbox, "petstore", GOOD, "v1")
    async with editing(sandbox) as (app, pilot):
        await until(pilot, lambda: "There is a draft" in shown(app))
        await pilot.press("enter")
        screen = await ready(app, pilot)
        await until(pilot, lambda: screen.editor.text == GOOD)
        await until(pilot, lambda: "1 expectation" in shown(app))
        await saving(app, pilot, "mine")
        await until(pilot, lambda: "Saved petstore v2" in toasts(app))
        assert open_expectations(sandbox, "petstore").text == GOOD
        assert read_draft(sandbox, "petstore") is None


async def test_a_draft_is_thrown_away_only_when_asked(sandbox):
    write_draft(sandbox, "petstore", GOOD, "v1")
    async with editing(sandbox) as (app, pilot):
        await until(pilot, lambda: "There is a draft" in shown(app))
        await pilot.press("escape")
        screen = await ready(app, pilot)
        await until(pilot, lambda: screen.editor.text == GOOD)
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert read_draft(sandbox, "petstore").text == GOOD
        navigation.open_editor(app, "petstore")
        await until(pilot, lambda: "There is a draft" in shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: read_draft(sandbox, "petstore") is None)
        assert isinstance(app.screen, EditorScreen)
        assert app.screen.text == EXAMPLE.read_text("utf-8")


async def test_saving_makes_a_version_with_its_message(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        screen.editor.put(GOOD)
        await pilot.pause(0.1)
        await saving(app, pilot, "less")
        await until(pilot, lambda: "Saved petstore v2" in toasts(app))
        newest = sandbox.projects.versions("petstore")[0]
        assert (newest.version, newest.message, newest.expectation_count) == ("v2", "less", 1)
        await pilot.press("ctrl+s")
        await pilot.pause(0.2)
        assert "nothing has changed since v2" in toasts(app)
        await pilot.press("end", "space")
        await until(pilot, lambda: (draft := read_draft(sandbox, "petstore")) and draft.base_version == "v2")


async def test_what_mockserver_would_refuse_is_not_saved(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        screen.editor.put('[\n  {"httpRequest": {"path": "/a"}}\n]\n')
        await until(pilot, lambda: "has no action" in shown(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "1 error to mend first; the draft is kept." in toasts(app))
        assert len(sandbox.projects.versions("petstore")) == 1
        assert screen.editor.cursor_location == (1, 2)
        await until(pilot, lambda: read_draft(sandbox, "petstore"))


async def test_a_problem_leads_to_its_place(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        screen.editor.put('[\n  {"id": "a"\n   "httpRequest": {}}\n]')
        await until(pilot, lambda: "Not valid JSON" in shown(app))
        screen.editor.go_to(1, 1)
        await pilot.press("f6", "enter")
        await pilot.pause(0.1)
        assert screen.editor.has_focus
        line, column = screen.editor.cursor_location
        assert f"{line + 1}:{column + 1}" in shown(app)
        screen.editor.go_to(1, 1)
        await pilot.press("f8")
        assert screen.editor.cursor_location == (line, column)


async def _conflict(app, pilot, sandbox) -> EditorScreen:
    screen = await ready(app, pilot)
    screen.editor.put(GOOD)
    await pilot.pause(0.1)
    save_expectations(sandbox, "petstore", THEIRS, base_version="v1", message="teapot")
    # Without the version that both began with nobody can merge: one of the two has to be chosen.
    sandbox.projects.store.delete(sandbox.projects.find("petstore"), "versions/v1.json")
    await saving(app, pilot, "mine")
    await until(pilot, lambda: "v2 was saved meanwhile" in shown(app))
    return screen


async def test_who_saved_first_is_told_and_mine_can_go_on_top(sandbox):
    async with editing(sandbox) as (app, pilot):
        await _conflict(app, pilot, sandbox)
        assert "tester@here saved v2" in shown(app)
        assert "teapot" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Saved petstore v3" in toasts(app))
        assert open_expectations(sandbox, "petstore").text == GOOD
        assert sandbox.projects.read_version("petstore", "v2").body == THEIRS.encode()


async def test_theirs_can_be_loaded_and_mine_stays_in_a_file_and_in_undo(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await _conflict(app, pilot, sandbox)
        await pilot.press("down", "enter")
        await until(pilot, lambda: screen.editor.text == THEIRS)
        (aside,) = sandbox.folders.drafts.glob("petstore-mine-*.json")
        assert aside.read_text("utf-8") == GOOD
        assert str(aside) in toasts(app)
        await until(pilot, lambda: not screen.is_changed)
        await pilot.press("ctrl+z")
        assert screen.editor.text == GOOD


async def test_a_cancelled_conflict_changes_nothing(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await _conflict(app, pilot, sandbox)
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert screen.editor.text == GOOD
        await until(pilot, lambda: read_draft(sandbox, "petstore"))
        assert open_expectations(sandbox, "petstore").text == THEIRS
        assert screen.check_action("save", ()) is True


async def test_formatting_is_one_step_that_can_be_undone(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        before = json.dumps(json.loads(GOOD))
        screen.editor.put(before)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: screen.editor.text.startswith("[\n  {\n"))
        assert json.loads(screen.editor.text) == json.loads(GOOD)
        await pilot.press("ctrl+z")
        assert screen.editor.text == before


async def test_go_to_line(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("ctrl+g")
        await pilot.pause(0.2)
        await pilot.press("4", "x", "2", "enter")
        await until(pilot, lambda: screen.editor.cursor_location == (41, 0))


async def test_characters_that_python_takes_for_line_ends_stay_in_their_strings(sandbox):
    odd = GOOD.replace('"/a"', '"/a\u2028b\u0085c"')
    save_expectations(sandbox, "petstore", odd, base_version="v1", message="")
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        assert json.loads(screen.editor.text) == json.loads(odd)
        assert not screen.is_changed
        screen.editor.insert("\u2029", (1, 10))
        assert json.loads(screen.editor.text)[0]["id"] == "\u2029a"


async def test_a_long_text_has_its_colours_too(sandbox):
    long = (
        "[\n" + ",\n".join([GOOD.splitlines()[1].replace('"a"', f'"a{i}"', 1) for i in range(1200)]) + "\n]\n"
    )
    save_expectations(sandbox, "petstore", long, base_version="v1", message="")
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await until(pilot, lambda: "1,200 expectations" in shown(app))
        line = screen.editor.get_line(1)
        colours = {line.plain[span.start : span.end]: span.style for span in line.spans}
        styles = screen.editor._theme.syntax_styles
        assert colours['"id"'] == styles["json.label"]
        assert colours['"a0"'] == styles["string"]


async def test_a_draft_that_cannot_be_written_is_said_until_it_can(sandbox):
    sandbox.folders.state.mkdir(parents=True, exist_ok=True)
    sandbox.folders.drafts.write_text("in the way")
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: "! The draft cannot be written" in shown(app))
        sandbox.folders.drafts.unlink()
        await pilot.press("y")
        await until(pilot, lambda: read_draft(sandbox, "petstore"), seconds=8)
        assert read_draft(sandbox, "petstore").text == screen.editor.text


async def test_without_an_editor_the_key_says_what_to_set(sandbox, monkeypatch):
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    async with editing(sandbox) as (app, pilot):
        await ready(app, pilot)
        await pilot.press("ctrl+e")
        await pilot.pause(0.1)
        assert "EDITOR" in toasts(app)


async def test_a_project_that_is_gone_is_a_card(sandbox):
    async with opened(sandbox, partial(navigation.open_editor, name="nobody")) as (app, pilot):
        await until(pilot, lambda: "There is no project nobody" in shown(app))
        assert not app.screen.query_one(JsonEditor).display
