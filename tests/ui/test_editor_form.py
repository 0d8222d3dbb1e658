"""The editor's list and form: found, filled in, moved, switched off, undone; and nothing else changes."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from automock_tui.domain.expectation import load_expectations
from automock_tui.operations.drafts import read_draft
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.operations.workspace import Workspace
from automock_tui.ui import navigation
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.editing.form import Step
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.screens.editor_views import Mode
from automock_tui.ui.widgets.filter_bar import FilterBar
from tests.ui.screen_app import EXAMPLE, opened, shown, toasts, until, with_petstore, workspace_in

TWO = """[
  {"id": "a", "httpRequest": {"method": "GET", "path": "/a"}, "httpResponse": {"statusCode": 200.0}},
  {"id": "b", "httpRequest": {"path": "/b"}, "odd": [1.50], "httpResponse": {"body": {"x": 1}}}
]
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Workspace:
    return with_petstore(workspace_in(tmp_path))


@pytest.fixture
def two(sandbox: Workspace) -> Workspace:
    save_expectations(sandbox, "petstore", TWO, base_version="v1", message="two")
    return sandbox


def editing(workspace: Workspace, size: tuple[int, int] = (120, 40), **more):
    return opened(workspace, partial(navigation.open_editor, name="petstore", **more), size)


async def ready(app: AutomockApp, pilot) -> EditorScreen:
    """The editor, its list filled and focused, its form shown."""
    await until(pilot, lambda: isinstance(app.screen, EditorScreen) and app.screen.session.current)
    screen = app.screen
    assert isinstance(screen, EditorScreen)
    await until(pilot, lambda: screen.list.has_focus and screen.form.lines)
    return screen


def field(screen: EditorScreen, key: str, place: int = 0):
    line = next(one for one in screen.form.lines if one.line.key == key)
    return line.controls[place]


async def into(screen: EditorScreen, pilot, key: str, place: int = 0) -> None:
    """Put the cursor into a field, once the form was entered."""
    await until(pilot, lambda: screen.form.current is not None)
    await until(pilot, lambda: any(one.line.key == key for one in screen.form.lines))
    field(screen, key, place).focus()
    await until(pilot, lambda: field(screen, key, place).has_focus)


async def typed(pilot, text: str) -> None:
    for key in text:
        await pilot.press({" ": "space", "/": "slash", "{": "left_curly_bracket"}.get(key, key))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (250, 70)])
async def test_it_lists_what_there_is_by_path(sandbox, size):
    async with editing(sandbox, size) as (app, pilot):
        await ready(app, pilot)
        await until(pilot, lambda: "14 expectations" in shown(app))
        text = shown(app)
        for part in (
            "/pets/{petId}",
            "POST   200 login",
            "404 pet-not-found",
            "p-10",
            "v1 as saved",
            "1 of 14",
        ):
            assert part in text
        assert ("Method" in text) is (size[0] >= 100)


async def test_on_a_narrow_screen_enter_shows_the_form_and_escape_the_list(sandbox):
    async with editing(sandbox, (80, 24)) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: screen.form.current is not None and "Method" in shown(app))
        assert "get-pet" not in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: screen.list.has_focus and "get-pet" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_a_field_changes_that_field_only_and_is_on_disk_within_a_second(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("enter")
        await into(screen, pilot, "httpRequest/path")
        await pilot.press("end", "b")
        await until(pilot, lambda: screen.text == TWO.replace('"/a"', '"/ab"'))
        await until(pilot, lambda: read_draft(two, "petstore"), seconds=1.5)
        assert read_draft(two, "petstore").text == TWO.replace('"/a"', '"/ab"')
        await pilot.press("ctrl+z")
        await until(pilot, lambda: screen.text == TWO)
        assert field(screen, "httpRequest/path").value == "/a"
        await until(pilot, lambda: read_draft(two, "petstore") is None)
        await pilot.press("ctrl+y")
        await until(pilot, lambda: '"/ab"' in screen.text)


async def test_a_header_is_added_by_typing_its_name_and_taken_out_again(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("enter")
        await into(screen, pilot, "httpRequest/headers|pair/0/0")
        await typed(pilot, "accept")
        await until(pilot, lambda: '"headers": {"accept": [""]}' in screen.text)
        await pilot.press("tab")
        await typed(pilot, "x")
        await until(pilot, lambda: '"headers": {"accept": ["x"]}' in screen.text)
        await pilot.press("alt+v")
        await until(pilot, lambda: '{"accept": ["x", ""]}' in screen.text)
        await pilot.press("alt+x")
        await until(pilot, lambda: '{"accept": ["x"]}' in screen.text)
        await into(screen, pilot, "httpRequest/headers|pair/0/0", 1)
        await pilot.press("alt+x")
        await until(pilot, lambda: screen.text == TWO)


async def test_the_same_expectation_as_json_and_back(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("down", "f2")
        await until(pilot, lambda: screen.one.has_focus and '"odd": [1.50]' in screen.one.text)
        screen.one.put(screen.one.text.replace('"x": 1', '"x": 2'))
        await until(pilot, lambda: '"x": 2' in screen.text)
        assert screen.text == TWO.replace('"x": 1', '"x": 2')
        await pilot.press("f2", "escape", "3")
        await until(
            pilot,
            lambda: any('"x": 2' in one.line.cells[0].text for one in screen.form.lines if one.line.cells),
        )
        await until(pilot, lambda: "also in the JSON: odd" in shown(app))


async def test_json_that_is_not_finished_stays_in_the_draft_and_is_shown_where_it_is(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("f2")
        await until(pilot, lambda: screen.one.has_focus)
        screen.one.put('{"id": "a", ')
        await until(pilot, lambda: read_draft(two, "petstore"))
        assert '{"id": "a", ,' in read_draft(two, "petstore").text
        await until(pilot, lambda: "Not valid JSON" in shown(app))
        await pilot.press("f2")
        await until(pilot, lambda: "mend it as JSON first" in shown(app))
        await until(pilot, lambda: screen.list.has_focus)
        await pilot.press("down", "ctrl+s")
        await until(pilot, lambda: "1 error to mend first" in toasts(app))
        await until(pilot, lambda: screen.one.has_focus and screen.session.index == 0)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: screen.text == TWO)


async def test_half_typed_json_in_a_field_is_kept_too(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("down", "3", "enter")
        await into(screen, pilot, "httpResponse/body")
        await pilot.press("end", "backspace")
        await until(pilot, lambda: '"body": {"x": 1}}' in screen.text.splitlines()[2])
        await until(pilot, lambda: "Not valid JSON" in shown(app))
        await until(pilot, lambda: (draft := read_draft(two, "petstore")) and draft.text == screen.text)
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: screen.text == TWO)
        await until(pilot, lambda: "Not valid JSON" not in shown(app))


async def test_several_pasted_for_one_are_several(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("f2")
        await until(pilot, lambda: screen.one.has_focus)
        screen.one.put('{"id": "c", "httpResponse": {}}, {"id": "d", "httpResponse": {}}')
        await until(pilot, lambda: [one.id for one in screen.session.expectations] == ["c", "d", "b"])


async def test_copy_delete_move_and_undo(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)

        def ids() -> list[str]:
            return [one.id for one in screen.session.expectations]

        await pilot.press("c")
        await until(pilot, lambda: ids() == ["a", "a-2", "b"])
        await pilot.press("end", "alt+up")
        await until(pilot, lambda: ids() == ["b", "a", "a-2"])
        await pilot.press("space", "space", "x")
        await until(pilot, lambda: len(ids()) == 1)
        assert "deleting 2 expectations" in shown(app)
        await pilot.press("u", "u", "u")
        await until(pilot, lambda: screen.text == TWO)
        await pilot.press("A", "x")
        await until(pilot, lambda: "No expectations" in shown(app))
        await pilot.press("a")
        await until(pilot, lambda: screen.form.current is not None)
        assert json.loads(screen.text)[0]["httpRequest"]["path"] == "/"


async def test_off_is_kept_and_never_answers(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("o")
        await until(pilot, lambda: screen.session.current.tree.get("percentage") == 0)
        await until(pilot, lambda: "switching off GET /a" in shown(app))
        await pilot.press("slash")
        await typed(pilot, "is:off")
        await until(pilot, lambda: "1 of 2" in shown(app) and "/b" not in shown(app))
        await pilot.press("escape", "o")
        await until(pilot, lambda: screen.text == TWO)


async def test_the_filter_finds_words_fields_and_says_what_is_wrong(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("slash")
        bar = screen.query_one(FilterBar).query_one(Input)
        bar.value = "status:40 !login"
        await until(pilot, lambda: screen.list.shown == 2)
        await pilot.press("enter")
        await until(pilot, lambda: screen.list.has_focus)
        await pilot.press("slash")
        bar.value = "colour:red"
        await until(pilot, lambda: "✕ no column" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: screen.list.shown == 14)


async def test_a_problem_is_beside_its_field_and_mended_by_a_key(sandbox):
    text = TWO.replace('"path": "/a"', '"path": "/a/{id}"')
    save_expectations(sandbox, "petstore", text, base_version="v1", message="")
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        await until(pilot, lambda: screen.problems.display)
        await pilot.press("f8")
        await until(pilot, lambda: screen.form.current is not None and screen.form.current.said)
        assert screen.form.step is Step.REQUEST
        assert "✕" in shown(app)
        await pilot.press("f7")
        await until(pilot, lambda: '"pathParameters"' in screen.text)
        assert load_expectations(screen.text)[0].request["pathParameters"].keys() == {"id"}
        await pilot.press("ctrl+z")
        await until(pilot, lambda: screen.text == text)


async def test_what_is_typed_in_all_is_one_step_and_undone_from_the_list(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("down", "f3")
        await until(pilot, lambda: screen.editor.has_focus)
        assert screen.editor.cursor_location[0] == 2
        screen.editor.put(TWO.replace('"b"', '"bb"'))
        await pilot.press("f3")
        await until(pilot, lambda: screen.list.has_focus and screen.session.current.id == "bb")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: screen.text == TWO)


async def test_all_that_cannot_be_read_stays_until_it_is_mended(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("f3")
        await until(pilot, lambda: screen.editor.has_focus)
        screen.editor.put("[{]")
        await pilot.press("f3")
        await until(pilot, lambda: "Mend the JSON first" in toasts(app))
        assert screen.mode is Mode.ALL


async def test_an_expectation_that_was_handed_over_is_new_and_unsaved(two):
    new = {"httpRequest": {"path": "/from-traffic"}, "httpResponse": {"statusCode": 200}}
    heard: list[str] = []
    async with editing(two, add=[new]) as (app, pilot):
        screen = await ready_with_form(app, pilot)
        screen.text_changed.subscribe(screen, lambda one: heard.append(one.text))
        await until(pilot, lambda: screen.is_changed and "/from-traffic" in screen.text)
        assert json.loads(screen.text)[2] == new
        assert screen.session.index == 2
        await into(screen, pilot, "httpRequest/path")
        await pilot.press("end", "x")
        await until(pilot, lambda: heard and "/from-trafficx" in heard[-1])
        await until(pilot, lambda: read_draft(two, "petstore"))


async def ready_with_form(app: AutomockApp, pilot) -> EditorScreen:
    await until(pilot, lambda: isinstance(app.screen, EditorScreen) and app.screen.form.current is not None)
    assert isinstance(app.screen, EditorScreen)
    return app.screen


async def test_saving_from_the_form_keeps_every_other_byte(two):
    async with editing(two) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("4", "enter")
        await into(screen, pilot, "priority")
        await pilot.press("7")
        await until(pilot, lambda: '"priority": 7' in screen.text)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Save a new version" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Saved petstore v3" in toasts(app))
        wanted = TWO.replace('{"statusCode": 200.0}}', '{"statusCode": 200.0}, "priority": 7}')
        assert open_expectations(two, "petstore").text == wanted
        await until(pilot, lambda: not screen.is_changed and read_draft(two, "petstore") is None)


async def test_every_step_of_every_expectation_can_be_shown(sandbox):
    async with editing(sandbox) as (app, pilot):
        screen = await ready(app, pilot)
        for step in Step:
            await pilot.press(str(list(Step).index(step) + 1), "j")
            await until(pilot, lambda step=step: screen.form.step is step and screen.form.lines)
        assert screen.text == EXAMPLE.read_text("utf-8")
        assert not screen.is_changed
