"""Rules of the linter are silenced in the editor, and heard again, for the whole project."""

import json
from functools import partial

import pytest
from textual.app import App

from automock_tui.domain.problems import Severity
from automock_tui.operations.create import create_project
from automock_tui.operations.judging import change_silenced, project_context
from automock_tui.ui import navigation
from automock_tui.ui.problem_rows import ProblemRow
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.widgets.problem_list import ProblemList
from tests.ui.screen_app import opened, shown, toasts, until, workspace_in

PARAMETERS = [
    {"id": f"p{n}", "httpRequest": {"path": f"/p{n}/{{id}}"}, "httpResponse": {"statusCode": 200}}
    for n in (1, 2)
]
STATEFUL = {
    "id": "s",
    "httpRequest": {"path": "/s", "secret": 1},
    "httpResponse": {"statusCode": 200},
}
REFUSED = {"id": "r", "httpRequest": {"path": "/r"}, "httpResponse": {"statusCode": "200"}}


def project_of(path, *trees):
    workspace = workspace_in(path)
    create_project(workspace, "pets", json.dumps(list(trees), indent=2))
    return workspace


def editing(workspace, size=(120, 40)):
    return opened(workspace, partial(navigation.open_editor, name="pets"), size)


async def at_problems(app, pilot, count):
    """The editor with the focus in its list of problems."""
    await until(pilot, lambda: isinstance(app.screen, EditorScreen) and len(app.screen.problems.rows) == count)
    await pilot.press("f6")
    await until(pilot, lambda: app.screen.problems.has_focus)
    return app.screen


def silenced(workspace):
    return project_context(workspace, "pets").silenced


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_key_silences_the_rule_of_a_problem_for_the_project(tmp_path, size):
    workspace = project_of(tmp_path, *PARAMETERS, STATEFUL)
    async with editing(workspace, size) as (app, pilot):
        screen = await at_problems(app, pilot, 3)
        await pilot.press("f12")
        await until(pilot, lambda: "Silence path-parameters" in shown(app))
        assert "The same key (f12) lists it" in shown(app)
        assert not silenced(workspace)
        await pilot.press("enter")
        await until(pilot, lambda: len(screen.problems.rows) == 1)
        await until(pilot, lambda: "1 problem · 1 rule silenced · 2 not shown" in shown(app))
        assert silenced(workspace) == {"path-parameters"}
        assert not screen.is_changed


async def test_a_silenced_rule_is_heard_again_from_the_same_place(tmp_path):
    workspace = project_of(tmp_path, *PARAMETERS)
    change_silenced(workspace, "pets", silence=["path-parameters"])
    async with editing(workspace) as (app, pilot):
        await until(pilot, lambda: "0 problems · 1 rule silenced · 2 not shown" in shown(app))
        await pilot.press("f12")
        await until(pilot, lambda: "Hear path-parameters again" in shown(app))
        assert "2 not shown" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen.query_one(ProblemList).rows) == 2)
        assert "silenced" not in str(app.screen.problems.border_title)
        assert silenced(workspace) == frozenset()


async def test_leaving_the_question_changes_nothing(tmp_path):
    workspace = project_of(tmp_path, *PARAMETERS)
    async with editing(workspace) as (app, pilot):
        screen = await at_problems(app, pilot, 2)
        await pilot.press("f12")
        await until(pilot, lambda: "Silence path-parameters" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert silenced(workspace) == frozenset()
        assert len(screen.problems.rows) == 2


async def test_the_last_problem_silenced_gives_the_focus_back(tmp_path):
    workspace = project_of(tmp_path, *PARAMETERS)
    async with editing(workspace) as (app, pilot):
        screen = await at_problems(app, pilot, 2)
        await pilot.press("f12")
        await until(pilot, lambda: "Silence path-parameters" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: screen.problems.is_empty)
        await until(pilot, lambda: screen.list.has_focus)


async def test_what_mockserver_itself_enforces_cannot_be_silenced(tmp_path):
    workspace = project_of(tmp_path, *PARAMETERS)
    async with editing(workspace) as (app, pilot):
        screen = await at_problems(app, pilot, 2)
        await pilot.press("f3")
        await until(pilot, lambda: screen.editor.has_focus)
        screen.editor.put(json.dumps([REFUSED]))
        await until(pilot, lambda: [row.problem.rule for row in screen.problems.rows] == ["wrong-type"])
        await pilot.press("f6", "f12")
        await until(pilot, lambda: "MockServer itself refuses this" in toasts(app))
        change_silenced(workspace, "pets", silence=["secret"])
        assert app.screen is screen


async def test_a_rule_that_cannot_be_silenced_says_so_beside_those_that_are(tmp_path):
    workspace = project_of(tmp_path, *PARAMETERS)
    change_silenced(workspace, "pets", silence=["secret"])
    async with editing(workspace) as (app, pilot):
        screen = await at_problems(app, pilot, 2)
        await pilot.press("f3")
        await until(pilot, lambda: screen.editor.has_focus)
        screen.editor.put(json.dumps([REFUSED]))
        await until(pilot, lambda: [row.problem.rule for row in screen.problems.rows] == ["wrong-type"])
        await pilot.press("f6", "f12")
        await until(pilot, lambda: "wrong-type cannot be silenced" in shown(app))
        assert "Hear secret again" in shown(app)
        assert "Silence wrong-type" not in shown(app)


class _Problems(App[None]):
    def compose(self):
        yield ProblemList()


async def test_the_title_says_that_only_the_first_thousand_problems_are_shown():
    async with _Problems().run_test(size=(80, 24)) as pilot:
        problems = pilot.app.query_one(ProblemList)
        problems.show([ProblemRow(Severity.INFO, line, 1, "doubtful") for line in range(1, 1002)])
        await pilot.pause()
        assert problems.styles.border_top[0] == "solid"
        assert problems.border_title == "1,001 problems · the first 1,000 shown"
        assert len(problems.rows) == 1000
