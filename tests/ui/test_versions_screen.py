"""Versions, differences and conflicts, as somebody at the keyboard sees them."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.expectation_merge import Side
from automock_tui.operations.create import create_project
from automock_tui.operations.merging import MergeConflict
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.ui import navigation
from automock_tui.ui.save_conflicts import Resolved, resolve
from automock_tui.ui.screens.conflict import ConflictScreen
from automock_tui.ui.screens.diff import DiffScreen
from automock_tui.ui.screens.project import ProjectScreen
from automock_tui.ui.screens.version_text import VersionTextScreen
from automock_tui.ui.screens.versions import VersionsScreen
from automock_tui.ui.widgets.json_editor import JsonEditor
from automock_tui.ui.widgets.line_list import LineList
from automock_tui.ui.widgets.marked_list import MarkedList
from automock_tui.ui.widgets.side_by_side import SideBySide
from automock_tui.ui.working import start
from tests.ui.screen_app import opened, shown, toasts, until, with_petstore, workspace_in

STATUS = ("httpResponse", "statusCode")
SIZES = [(80, 24), (120, 40), (250, 70)]


def edited(text, identity, path, value):
    found = load_expectations(text)
    at = found.find(identity)
    return found.replaced(at, found[at].with_value(path, value)).save()


@pytest.fixture
def base(sandbox):
    return open_expectations(sandbox, "petstore").text


@pytest.fixture
def sandbox(tmp_path):
    return with_petstore(workspace_in(tmp_path))


@pytest.fixture
def three(sandbox, base):
    """Three versions: v2 changes a status and adds a priority, v3 removes one expectation."""
    second = edited(edited(base, "get-pet", STATUS, 404), "get-pet", ("priority",), 5)
    save_expectations(sandbox, "petstore", second, base_version="v1", message="Not found")
    found = load_expectations(second)
    third = found.removed(found.find("login-without-credentials")).save()
    save_expectations(sandbox, "petstore", third, base_version="v2", message="Anybody may log in")
    return sandbox


@pytest.fixture
def somebody(sandbox):
    """The same projects, somebody else at work."""
    projects = type(sandbox.projects)(sandbox.projects.store, "bob@there")
    return replace(sandbox, projects=projects, by="bob@there")


@pytest.fixture
def conflict(sandbox, base, somebody):
    """Bob changed what I changed, and deleted something that I changed."""
    theirs = edited(base, "get-pet", STATUS, 410)
    found = load_expectations(theirs)
    theirs = found.removed(found.find("health")).save()
    save_expectations(somebody, "petstore", theirs, base_version="v1", message="Gone")
    mine = edited(edited(base, "get-pet", STATUS, 201), "health", STATUS, 503)
    with pytest.raises(MergeConflict) as lost:
        save_expectations(sandbox, "petstore", mine, base_version="v1", message="mine")
    return lost.value


def on_versions(workspace, size=(120, 40)):
    return opened(workspace, lambda app: app.push_screen(VersionsScreen(workspace, "petstore")), size)


async def at(app, pilot, version):
    """Put the cursor on a version."""

    def is_there():
        found = app.screen._found
        return found and app.screen._version and found.versions

    await until(pilot, is_there)
    names = [one.version for one in app.screen._found.versions]
    app.screen.query_one(LineList).cursor = names.index(version)
    await until(pilot, lambda: app.screen._version.version == version)


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_says_who_when_why_and_what_changed(three, size):
    async with on_versions(three, size) as (app, pilot):
        await until(pilot, lambda: "since v2: 1 removed" in shown(app))
        text = shown(app)
        assert "newest · Anybody may log in" in text
        assert "tester@here" in text
        assert "Created from petstore.json" in text
        await pilot.press("j")
        await until(pilot, lambda: "since v1: 1 changed" in shown(app))


async def test_the_project_screen_leads_here(three):
    async with opened(three, partial(navigation.open_project, name="petstore")) as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen) and app.screen._facts)
        await pilot.press("2")
        await until(pilot, lambda: app.focused is app.screen.query_one("#versions"))
        await pilot.press("j", "enter")
        await until(pilot, lambda: isinstance(app.screen, VersionsScreen) and app.screen._version)
        await until(pilot, lambda: app.screen._version.version == "v2")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ProjectScreen))
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, VersionsScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_what_a_version_changed_is_shown_field_by_field(three, size):
    async with on_versions(three, size) as (app, pilot):
        await at(app, pilot, "v2")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen) and '"statusCode": 404' in shown(app))
        text = shown(app)
        assert "GET /pets/{petId}" in text
        assert '"statusCode": 200' in text
        assert "− v1   + v2" in text
        sides = app.screen.query_one(SideBySide)
        assert sides.is_stacked is (size[0] == 80)
        assert "200" in sides.whole[0]
        await pilot.press("n")
        await until(pilot, lambda: '"priority": 5' in "".join(sides.whole))
        await pilot.press("N")
        await until(pilot, lambda: "statusCode" in sides.whole[0])
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, VersionsScreen))


async def test_any_two_are_compared_the_older_first(three):
    async with on_versions(three) as (app, pilot):
        await at(app, pilot, "v1")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen) and "v1 → v3" in shown(app))
        assert "1 removed, 1 changed" in shown(app)
        await pilot.press("escape")
        await at(app, pilot, "v2")
        await pilot.press("space")
        await until(pilot, lambda: "marked · Not found" in shown(app))
        await at(app, pilot, "v1")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen) and "v1 → v2" in shown(app))


async def test_a_version_can_be_read_and_not_changed(three):
    async with on_versions(three) as (app, pilot):
        await at(app, pilot, "v1")
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, VersionTextScreen) and '"id": "health"' in shown(app))
        before = app.screen.query_one(JsonEditor).text
        await pilot.press("x")
        assert app.screen.query_one(JsonEditor).text == before
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, VersionsScreen))


async def test_a_rollback_is_asked_told_and_done(three, base):
    async with on_versions(three) as (app, pilot):
        await at(app, pilot, "v1")
        await pilot.press("R")
        await until(pilot, lambda: "Roll petstore back to v1?" in shown(app))
        text = shown(app)
        assert "v3 stays in the versions" in text
        assert "Against v3: 1 added, 1 changed" in text
        await pilot.press(*"oops", "enter")
        await until(pilot, lambda: "v4 holds what v1 held" in toasts(app))
        await until(pilot, lambda: app.screen._version and app.screen._version.version == "v4")
        assert "Rolled back to v1: oops" in shown(app)
    assert open_expectations(three, "petstore").text == base


async def test_leaving_the_question_rolls_nothing_back(three):
    async with on_versions(three) as (app, pilot):
        await at(app, pilot, "v1")
        await pilot.press("R")
        await until(pilot, lambda: "Roll petstore back" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, VersionsScreen))
    assert open_expectations(three, "petstore").version == "v3"


async def test_a_rollback_over_a_newer_version_is_refused_and_the_list_shows_it(three, somebody):
    async with on_versions(three) as (app, pilot):
        await at(app, pilot, "v1")
        await pilot.press("R")
        await until(pilot, lambda: "Roll petstore back" in shown(app))
        save_expectations(somebody, "petstore", "[]", base_version="v3", message="Empty")
        await pilot.press("enter")
        await until(pilot, lambda: "bob@there" in shown(app) and "roll back again" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, VersionsScreen))
        await until(pilot, lambda: app.screen._found.current == "v4")
    assert open_expectations(three, "petstore").version == "v4"


async def test_what_cannot_be_done_says_why(three):
    async with on_versions(three) as (app, pilot):
        await at(app, pilot, "v3")
        screen = app.screen
        assert screen.why_not("roll_back") == "v3 is the newest already"
        assert "compared with itself" in screen.why_not("compare")
        await at(app, pilot, "v1")
        assert screen.why_not("changes") == "v1 is the first"
        await pilot.press("enter")
        await until(pilot, lambda: "v1 is the first" in toasts(app))


async def test_versions_that_cannot_be_read_are_a_card_that_tries_again(three, monkeypatch):
    def fails(*_arguments):
        raise AutomockError("The bucket does not answer", "It is slow.", "Wait.")

    monkeypatch.setattr("automock_tui.ui.screens.versions.list_versions", fails)
    async with on_versions(three) as (app, pilot):
        await until(pilot, lambda: "The bucket does not answer" in shown(app))
        assert app.screen.why_not("view") == "there is no version"
        monkeypatch.undo()
        await pilot.press("r")
        await until(pilot, lambda: "Anybody may log in" in shown(app))


async def test_two_that_say_the_same_say_so(three, base):
    save_expectations(three, "petstore", base, base_version="v3", message="")
    async with on_versions(three) as (app, pilot):
        await at(app, pilot, "v1")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen) and "say the same" in shown(app))
        assert app.screen.why_not("change") == "there are no changes"


async def test_a_comparison_that_fails_is_a_card_that_tries_again(three):
    answers = iter([AutomockError("No way", "", "")])

    def load():
        for answer in answers:
            raise answer
        from automock_tui.operations.versions import compare

        return compare(three, "petstore", "v1", "v2")

    async with opened(three, lambda app: app.push_screen(DiffScreen("petstore", load))) as (app, pilot):
        await until(pilot, lambda: "No way" in shown(app))
        await pilot.press("f5")
        await until(pilot, lambda: "v1 → v2" in shown(app) and '"priority": 5' in shown(app))


# --- conflicts


def on_conflict(workspace, conflict, size=(120, 40)):
    answers = []

    def go(app):
        async def ask():
            answers.append(await resolve(app, "petstore", conflict))

        start(app, ask(), group="ask")

    return answers, opened(workspace, go, size)


@pytest.mark.parametrize("size", SIZES)
async def test_each_conflict_is_chosen_for_and_the_whole_is_the_answer(sandbox, conflict, size):
    answers, opening = on_conflict(sandbox, conflict, size)
    async with opening as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen) and "2 conflicts" in shown(app))
        screen = app.screen
        assert "2 conflicts are still open" in screen.why_not("save")
        conflicts = [one.id for one in screen._conflicts]
        await pilot.press("b" if conflicts[0] == "get-pet" else "m")
        await until(pilot, lambda: screen.query_one(MarkedList).cursor == 1)
        assert "1 conflict is still open" in screen.why_not("save")
        await pilot.press("b" if conflicts[1] == "get-pet" else "m")
        await until(pilot, lambda: not screen.why_not("save"))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: answers)
    found = {one.id: one.status_code for one in load_expectations(answers[0].text)}
    assert (found["get-pet"], found["get-pet-2"], found["health"]) == (410, 201, 503)
    assert answers[0].base_version == "v2"
    save_expectations(sandbox, "petstore", answers[0].text, base_version="v2", message="both")
    assert len(load_expectations(open_expectations(sandbox, "petstore").text)) == 15


@pytest.mark.parametrize("size", SIZES)
async def test_what_differs_far_right_in_a_long_line_is_in_sight(tmp_path, size):
    workspace, identity = workspace_in(tmp_path), "とても長い識別子" * 12
    text = json.dumps([{"id": identity, "httpRequest": {"path": "/a"}, "httpResponse": {"body": "x"}}])
    create_project(workspace, "petstore", text)
    mine, theirs = (
        edited(text, identity, ("httpResponse", "body"), "共通 " * 99 + end) for end in ("left", "right")
    )
    save_expectations(workspace, "petstore", theirs, base_version="v1", message="")
    with pytest.raises(MergeConflict) as lost:
        save_expectations(workspace, "petstore", mine, base_version="v1", message="")
    _, opening = on_conflict(workspace, lost.value, size)
    async with opening as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen) and '通 left"' in shown(app))
        assert '通 right"' in shown(app)
        assert "m keeps yours · t theirs" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(SideBySide).has_focus)
        await until(pilot, lambda: shown(app).count('通 left"') == 2)
        assert shown(app).count('通 right"') == 2


@pytest.mark.parametrize(("key", "status", "health"), [("M", 201, 503), ("T", 410, None), ("B", 410, 503)])
async def test_one_key_chooses_for_all_that_are_open(sandbox, conflict, key, status, health):
    answers, opening = on_conflict(sandbox, conflict)
    async with opening as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen) and "2 conflicts" in shown(app))
        await pilot.press(key)
        await until(pilot, lambda: "all chosen" in shown(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: answers)
    found = {one.id: one.status_code for one in load_expectations(answers[0].text)}
    assert (found["get-pet"], found.get("health")) == (status, health)


async def test_leaving_a_conflict_saves_nothing(sandbox, conflict):
    answers, opening = on_conflict(sandbox, conflict)
    async with opening as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen) and "503" in shown(app))
        await pilot.press("j")
        await until(pilot, lambda: "201" in shown(app))
        assert "410" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: answers)
    assert answers == [None]
    assert open_expectations(sandbox, "petstore").version == "v2"


async def test_a_merge_without_conflicts_that_cannot_be_saved_goes_to_the_editor(sandbox, conflict):
    merged = conflict.merged.resolve_all(Side.MINE)
    refused = MergeConflict("petstore", conflict, merged, "Refused: why")
    async with on_versions(sandbox) as (app, _pilot):
        found = await resolve(app, "petstore", refused)
    assert found == Resolved(merged.expectations.save(), "v2", "Refused: why")
