"""The editor's list with several chosen, with a filter, with hundreds; and its long texts."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from automock_tui.operations.create import create_project
from automock_tui.ui import navigation
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.widgets.steady_document import SteadyDocument
from tests.ui.screen_app import opened, shown, until, workspace_in


def _document(count: int, **more: object) -> list[dict[str, object]]:
    return [
        {"id": f"e{n}", "httpRequest": {"path": f"/p{n // 4}"}, "httpResponse": {"statusCode": 200}, **more}
        for n in range(count)
    ]


def editing(path: Path, document: list[dict[str, object]], size: tuple[int, int] = (120, 40)):
    workspace = workspace_in(path)
    create_project(workspace, "many", json.dumps(document, indent=2).encode(), source="test")
    return opened(workspace, partial(navigation.open_editor, name="many"), size)


async def ready(app, pilot) -> EditorScreen:
    await until(pilot, lambda: isinstance(app.screen, EditorScreen) and app.screen.form.lines)
    await until(pilot, lambda: app.screen.list.has_focus)
    return app.screen


def _ids(screen: EditorScreen) -> list[str]:
    return [one.id for one in screen.session.expectations]


async def test_a_selection_moves_as_one_step_and_stays_selected(tmp_path):
    async with editing(tmp_path, _document(4)) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("down", "space", "space", "up")
        await until(pilot, lambda: "2 selected" in shown(app))
        await pilot.press("alt+up")
        await until(pilot, lambda: _ids(screen) == ["e1", "e2", "e0", "e3"])
        await pilot.press("alt+down", "alt+down")
        await until(pilot, lambda: _ids(screen) == ["e0", "e3", "e1", "e2"])
        assert screen.session.selected == {2, 3}
        await pilot.press("u", "u", "u")
        await until(pilot, lambda: _ids(screen) == ["e0", "e1", "e2", "e3"])
        assert not screen.session.history.can_undo


async def test_keys_act_on_what_the_filter_shows(tmp_path):
    async with editing(tmp_path, _document(12)) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("slash", *"e1", "enter")
        await until(pilot, lambda: screen.list.shown == 3)
        await pilot.press("x")
        await until(pilot, lambda: screen.session.current.id == "e10")
        await pilot.press("x")
        await until(pilot, lambda: not {"e1", "e10"} & {*_ids(screen)})
        assert len(_ids(screen)) == 10
        assert screen.session.current.id == "e11"


async def test_hundreds_are_copied_switched_and_deleted_aside(tmp_path):
    async with editing(tmp_path, _document(120)) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("A", "o")
        await until(pilot, lambda: "switching off 120 expectations" in shown(app))
        assert all(one.tree["percentage"] == 0 for one in screen.session.expectations)
        await pilot.press("c")
        await until(pilot, lambda: len(_ids(screen)) == 240)
        assert _ids(screen)[:4] == ["e0", "e0-2", "e1", "e1-2"]
        await pilot.press("u", "u")
        await until(pilot, lambda: _ids(screen) == [f"e{n}" for n in range(120)])
        assert not any("percentage" in one.tree for one in screen.session.expectations)


async def test_a_path_with_brackets_is_a_title_as_it_is(tmp_path):
    document = _document(1, httpRequest={"path": "/a[/]?b/[a-z]+[red]"})
    async with editing(tmp_path, document) as (app, pilot):
        await ready(app, pilot)
        await until(pilot, lambda: "╭─ ANY /a[/]?b/[a-z]+[red] · e0 ─" in shown(app))


async def test_a_narrow_screen_shows_the_step_that_a_key_asks_for_and_says_of_what(tmp_path):
    async with editing(tmp_path, _document(2), (80, 24)) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("down", "3")
        await until(pilot, lambda: "Answer by" in shown(app) and screen.form.current is not None)
        await until(pilot, lambda: "ANY /p0 · 2 of 2" in shown(app))


@pytest.mark.parametrize("is_json", [True, False])
async def test_typing_in_a_long_line_shows_what_is_typed(tmp_path, is_json):
    body = {"items": "x" * 20_000}
    document = _document(1, httpResponse={"body": body if is_json else json.dumps(body)})
    async with editing(tmp_path, document) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("3", "enter")
        await until(pilot, lambda: any(one.line.key == "httpResponse/body" for one in screen.form.lines))
        line = next(one for one in screen.form.lines if one.line.key == "httpResponse/body")
        field = line.controls[-1]
        field.focus()
        await until(pilot, lambda: field.has_focus)
        field.move_cursor((1 if is_json else 0, 14))
        await pilot.press("Q")
        await until(pilot, lambda: "Q" in json.dumps(screen.session.current.tree["httpResponse"]))
        assert "Qx" in shown(app) or "xQ" in shown(app)
        assert not field.soft_wrap


async def test_lines_that_come_and_go_are_drawn_where_they_are(tmp_path):
    async with editing(tmp_path, _document(1)) as (app, pilot):
        screen = await ready(app, pilot)
        await pilot.press("f2")
        await until(pilot, lambda: screen.one.has_focus)

        def drawn() -> list[str]:
            rows = [row.split("││")[1] for row in shown(app).splitlines() if "││" in row]
            return [row.strip().rstrip("│").strip() for row in rows[1:]]

        for keys in (("end", "enter", "x"), ("backspace", "backspace"), ("down", "ctrl+k"), ("ctrl+z",)):
            await pilot.press(*keys)
            lines = screen.one.text.splitlines()
            numbered = [f"{n}  {line}".rstrip() for n, line in enumerate(lines, 1)]
            await until(pilot, lambda wanted=numbered: drawn()[: len(wanted)] == wanted)
            assert not any(drawn()[len(lines) :])


def test_a_document_knows_its_widest_line_after_each_edit():
    document = SteadyDocument("a\nlong line\nb")
    assert document.get_size(2) == (9, 3)
    document.replace_range((1, 4), (1, 9), "")
    assert document.get_size(2) == (4, 3)
    document.replace_range((2, 1), (2, 1), "\tcde\nf")
    assert document.get_size(2) == (5, 4)
    assert document.text == "a\nlong\nb\tcde\nf"
    document.replace_range((0, 0), (3, 1), "")
    assert document.get_size(2) == (0, 1)
