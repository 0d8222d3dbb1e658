"""The keys: shown, changed, told when they clash, taken back; and the file that keeps them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from automock_tui.domain.errors import InvalidInput
from automock_tui.operations.workspace import Workspace
from automock_tui.settings import load_settings
from automock_tui.ui import navigation
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.config_file import save_setting, with_setting
from automock_tui.ui.dialogs.press_key import PressKeyDialog
from automock_tui.ui.keymap import action_owners, key_clashes, key_rows
from automock_tui.ui.screens.keys import KeysScreen
from tests.ui.screen_app import opened, shown, toasts, until

FILE = """\
theme = "light"

[keymap]
# my own
"projects.extend" = "ctrl+e"  # more time

[other]
"""


def test_every_action_is_there_once_with_a_place_and_a_name():
    rows = key_rows(action_owners())
    assert len({row.id for row in rows}) == len(rows) > 200
    assert all(row.place and row.binding.description for row in rows)
    assert rows[0].place == "Everywhere"


def test_a_clash_is_told_before_it_is_made_and_an_old_one_is_not_told_again():
    owners = action_owners()
    assert key_clashes("projects.extend", ["ctrl+e"], {}, owners) == []
    (problem,) = key_clashes("projects.extend", ["d"], {}, owners)
    assert "projects.deploy" in problem
    assert key_clashes("projects.new", ["ctrl+e"], {"projects.extend": "d"}, owners) == []


def test_a_key_that_the_base_of_a_screen_has_clashes_too():
    (problem,) = key_clashes("job.follow", ["u"], {}, action_owners())
    assert "job.resume" in problem


# -- the file ----------------------------------------------------------------------------


def test_one_key_is_changed_and_everything_else_stays():
    changed = with_setting(FILE, "projects.extend", "f6", "keymap")
    assert changed == FILE.replace('"projects.extend" = "ctrl+e"  # more time', '"projects.extend" = "f6"')


def test_a_new_key_goes_into_its_table():
    changed = with_setting(FILE, "job.follow", "F", "keymap")
    assert tomllib.loads(changed)["keymap"] == {"projects.extend": "ctrl+e", "job.follow": "F"}
    assert changed.replace('"job.follow" = "F"\n', "") == FILE


@pytest.mark.parametrize("text", ["", "utc = true", 'theme = "dark"\n[other]\n'])
def test_a_table_is_made_where_there_is_none_and_a_key_can_go_again(text):
    changed = with_setting(text, "job.follow", "F", "keymap")
    assert tomllib.loads(changed) == {**tomllib.loads(text), "keymap": {"job.follow": "F"}}
    assert tomllib.loads(with_setting(changed, "job.follow", None, "keymap"))["keymap"] == {}
    assert with_setting(text, "job.follow", None, "keymap") == text


def test_a_keymap_in_another_form_is_refused_rather_than_broken(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text('keymap = { "job.follow" = "F" }\n')
    with pytest.raises(InvalidInput, match="cannot be changed here"):
        save_setting(path, "job.find", "x", "keymap")
    assert path.read_text() == 'keymap = { "job.follow" = "F" }\n'


# -- the screen --------------------------------------------------------------------------


async def on_keys(pilot: Pilot[None], app: AutomockApp, filtered: str) -> KeysScreen:
    """The screen with its actions, the cursor on the first that passes a filter."""
    screen = app.screen
    assert isinstance(screen, KeysScreen)
    options = screen.query_one("#keys", OptionList)
    await until(pilot, lambda: options.option_count > 200)
    await pilot.press("slash", *filtered, "enter")
    await until(pilot, lambda: options.option_count == 1 and options.has_focus)
    return screen


def asking(app: AutomockApp) -> Callable[[], bool]:
    return lambda: isinstance(app.screen, PressKeyDialog)


def kept(workspace: Workspace) -> dict[str, str]:
    return load_settings(workspace.folders, {}).keymap


async def test_a_key_is_pressed_used_at_once_kept_and_taken_back(workspace: Workspace):
    async with opened(workspace, navigation.open_keys) as (app, pilot):
        await on_keys(pilot, app, "projects.new")
        await pilot.press("enter")
        await until(pilot, asking(app))
        await pilot.press("ctrl+g")
        await until(pilot, lambda: kept(workspace) == {"projects.new": "ctrl+g"})
        await until(pilot, lambda: "1 key of your own" in shown(app))
        await pilot.press("escape", "ctrl+g")
        await until(pilot, lambda: type(app.screen).__name__ == "NewProjectScreen")
        await pilot.press("escape")
        navigation.open_keys(app)
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        await on_keys(pilot, app, "projects.new")
        await pilot.press("backspace")
        await until(pilot, lambda: kept(workspace) == {})
        await until(pilot, lambda: "0 keys of your own" in shown(app))


async def test_a_taken_key_is_told_and_wants_to_be_pressed_twice(workspace: Workspace):
    async with opened(workspace, navigation.open_keys) as (app, pilot):
        await on_keys(pilot, app, "projects.extend")
        await pilot.press("enter")
        await until(pilot, asking(app))
        await pilot.press("d")
        await until(pilot, lambda: "That key is taken" in shown(app))
        assert "projects.deploy" in shown(app)
        assert kept(workspace) == {}
        await pilot.press("d")
        await until(pilot, lambda: kept(workspace) == {"projects.extend": "d"})
        about = app.screen.query_one("#about", Static)
        await until(pilot, lambda: "both have the key d" in str(about.render()))


async def test_a_second_key_is_added_and_escape_changes_nothing(workspace: Workspace):
    async with opened(workspace, navigation.open_keys) as (app, pilot):
        await on_keys(pilot, app, "projects.new")
        await pilot.press("enter")
        await until(pilot, asking(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))
        assert kept(workspace) == {}
        await pilot.press("a")
        await until(pilot, asking(app))
        await pilot.press("f9")
        await until(pilot, lambda: kept(workspace) == {"projects.new": "n,f9"})


async def test_keys_of_the_app_itself_can_be_chosen_too(workspace: Workspace):
    async with opened(workspace, navigation.open_keys) as (app, pilot):
        await on_keys(pilot, app, "projects.new")
        await pilot.press("enter")
        await until(pilot, asking(app))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: kept(workspace) == {"projects.new": "ctrl+p"})


async def test_a_file_that_cannot_be_written_is_told_and_changes_no_key(workspace: Workspace):
    async with opened(workspace, navigation.open_keys) as (app, pilot):
        await on_keys(pilot, app, "projects.new")
        workspace.folders.config_file.parent.mkdir(parents=True, exist_ok=True)
        workspace.folders.config_file.write_text("theme = \n")
        await pilot.press("enter")
        await until(pilot, asking(app))
        await pilot.press("f9")
        await until(pilot, lambda: "not TOML" in toasts(app))
        assert app.settings.keymap == {}


async def test_the_settings_lead_to_the_keys(workspace: Workspace):
    async with opened(workspace, navigation.open_settings) as (app, pilot):
        assert "0 keys of your own" in shown(app)
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(app.screen, KeysScreen))


async def test_a_filter_without_a_match_says_so(workspace: Workspace):
    async with opened(workspace, navigation.open_keys) as (app, pilot):
        options = app.screen.query_one("#keys", OptionList)
        await until(pilot, lambda: options.option_count > 200)
        await pilot.press("slash", *"nothing like it", "enter")
        await until(pilot, lambda: "No action is like that" in shown(app))
        await pilot.press("enter")
        assert isinstance(app.screen, KeysScreen)
