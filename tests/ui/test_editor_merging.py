"""Two editors of one project: what both did is kept, and what both did to the same is chosen for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.operations.drafts import read_draft
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.ui import navigation
from automock_tui.ui.screens.conflict import ConflictScreen
from automock_tui.ui.screens.editor import EditorScreen
from automock_tui.ui.screens.editor_views import Mode
from tests.ui.screen_app import opened, shown, toasts, until, with_petstore, workspace_in

STATUS = ("httpResponse", "statusCode")


@pytest.fixture
def sandbox(tmp_path):
    return with_petstore(workspace_in(tmp_path))


@pytest.fixture
def bob(sandbox):
    """The same projects, somebody else at work."""
    return replace(
        sandbox, projects=type(sandbox.projects)(sandbox.projects.store, "bob@there"), by="bob@there"
    )


def edited(text, identity, status):
    found = load_expectations(text)
    at = found.find(identity)
    return found.replaced(at, found[at].with_value(STATUS, status)).save()


def statuses(workspace):
    return {one.id: one.status_code for one in load_expectations(open_expectations(workspace, "petstore").text)}


def editing(workspace):
    return opened(workspace, partial(navigation.open_editor, name="petstore"))


async def typed(app, pilot, identity, status) -> EditorScreen:
    """The editor, with all as JSON, in which one status was changed."""
    await until(pilot, lambda: isinstance(app.screen, EditorScreen) and app.screen.text)
    screen = app.screen
    if screen.mode is not Mode.ALL:
        await pilot.press("f3")
    await until(pilot, lambda: screen.editor.text and screen.editor.has_focus)
    screen.editor.put(edited(screen.editor.text, identity, status))
    await until(pilot, lambda: screen.is_changed and read_draft(screen._workspace, "petstore"))
    return screen


async def save(app, pilot) -> None:
    await pilot.press("ctrl+s")
    await until(pilot, lambda: "Save a new version" in shown(app))
    await pilot.press(*"mine", "enter")


async def test_different_expectations_are_both_kept_and_both_are_in_the_editor(sandbox, bob):
    async with editing(sandbox) as (app, pilot):
        screen = await typed(app, pilot, "get-pet", 201)
        base = open_expectations(bob, "petstore").text
        save_expectations(bob, "petstore", edited(base, "health", 503), base_version="v1", message="Down")
        await save(app, pilot)
        await until(pilot, lambda: "Merged with v2 of bob@there (1 changed)" in toasts(app))
        found = statuses(sandbox)
        assert (found["get-pet"], found["health"]) == (201, 503)
        await until(pilot, lambda: screen.text == open_expectations(sandbox, "petstore").text)
        await until(pilot, lambda: not screen.is_changed and read_draft(sandbox, "petstore") is None)
        # And on from there: the next save is based on the merge.
        screen.editor.put(edited(screen.editor.text, "get-pet", 202))
        await until(pilot, lambda: screen.is_changed)
        await save(app, pilot)
        await until(pilot, lambda: "Saved petstore v4" in toasts(app))
        assert (statuses(sandbox)["get-pet"], statuses(sandbox)["health"]) == (202, 503)


async def test_the_same_expectation_is_chosen_for_and_saved(sandbox, bob):
    async with editing(sandbox) as (app, pilot):
        screen = await typed(app, pilot, "get-pet", 201)
        base = open_expectations(bob, "petstore").text
        theirs = edited(edited(base, "get-pet", 410), "health", 503)
        save_expectations(bob, "petstore", theirs, base_version="v1", message="Gone")
        await save(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen) and "1 conflict" in shown(app))
        await pilot.press("b")
        await until(pilot, lambda: "all chosen" in shown(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Saved petstore v3" in toasts(app))
        found = statuses(sandbox)
        assert (found["get-pet"], found["get-pet-2"], found["health"]) == (410, 201, 503)
        assert sandbox.projects.versions("petstore")[0].message == "mine"
        await until(pilot, lambda: screen.text == open_expectations(sandbox, "petstore").text)
        await until(pilot, lambda: not screen.is_changed and read_draft(sandbox, "petstore") is None)


async def test_leaving_the_conflict_keeps_what_was_typed_in_the_editor_and_on_disk(sandbox, bob):
    async with editing(sandbox) as (app, pilot):
        screen = await typed(app, pilot, "get-pet", 201)
        mine = screen.text
        base = open_expectations(bob, "petstore").text
        save_expectations(bob, "petstore", edited(base, "get-pet", 410), base_version="v1", message="Gone")
        await save(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen))
        assert read_draft(sandbox, "petstore").text == mine
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.text == mine
        assert "is a draft" in toasts(app)
        assert statuses(sandbox)["get-pet"] == 410
        await save(app, pilot)
        await until(pilot, lambda: isinstance(app.screen, ConflictScreen))
