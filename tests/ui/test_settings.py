"""The settings screen, and the file it writes."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, OptionList

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.operations.workspace import Workspace
from automock_tui.settings import Settings, load_settings
from automock_tui.ui.config_file import save_setting, with_setting
from automock_tui.ui.screens.settings import SettingsScreen
from automock_tui.ui.setting_docs import parse_setting, setting_docs
from tests.ui.conftest import settled
from tests.ui.screen_app import app_of, folders_in

FILE = """\
# My settings
theme = "light"   # bright room
ttl_hours = 2

[keymap]
"projects.extend" = "ctrl+e"
"""


def test_every_setting_has_a_text() -> None:
    docs = {doc.name: doc.text for doc in setting_docs()}
    assert set(docs) == {field.name for field in fields(Settings)} - {"keymap"}
    assert all(docs.values())


def test_changing_a_setting_keeps_everything_else() -> None:
    changed = with_setting(FILE, "ttl_hours", 6.0)
    assert changed == FILE.replace("ttl_hours = 2", "ttl_hours = 6.0")


def test_a_new_setting_goes_before_the_tables() -> None:
    changed = with_setting(FILE, "utc", True)
    assert tomllib.loads(changed) == {**tomllib.loads(FILE), "utc": True}
    assert "# My settings" in changed
    assert "# bright room" in changed


def test_a_setting_over_several_lines_is_refused_rather_than_broken() -> None:
    with pytest.raises(InvalidInput, match="cannot be changed here"):
        with_setting('author = """\nA\n"""\n', "author", "B")


def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("theme = \n")
    with pytest.raises(InvalidInput, match="not TOML"):
        save_setting(path, "theme", "dark")
    assert path.read_text() == "theme = \n"


@given(st.text(st.characters(codec="utf-8", exclude_characters="")))
def test_any_text_survives(text: str) -> None:
    assert tomllib.loads(with_setting(FILE, "author", text))["author"] == text


def test_the_file_is_private_and_links_stay_links(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text(FILE)
    link = tmp_path / "config" / "config.toml"
    link.parent.mkdir()
    link.symlink_to(real)
    save_setting(link, "utc", True)
    assert link.is_symlink()
    assert "utc = true" in real.read_text()
    assert real.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AutomockError, match="not saved"):
        save_setting(tmp_path / "file" / "config.toml", "utc", True)


@pytest.mark.parametrize(
    ("name", "text"), [("ttl_hours", "soon"), ("log_lines", "1"), ("refresh_seconds", "0")]
)
def test_bad_values_are_refused(name: str, text: str) -> None:
    doc = next(doc for doc in setting_docs() if doc.name == name)
    with pytest.raises(InvalidInput):
        parse_setting(Settings(), doc, text)


async def test_a_setting_is_changed_saved_and_used(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("comma")
        await pilot.pause()
        assert isinstance(app.screen, SettingsScreen)
        names = [doc.name for doc in setting_docs()]
        app.screen.query_one(OptionList).highlighted = names.index("refresh_seconds")
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one(Input).value = "99"
        await pilot.press("enter")
        await pilot.pause(0.2)
        await settled(pilot)
        assert app.settings.refresh_seconds == 99
        assert load_settings(workspace.folders, {}).refresh_seconds == 99
        await pilot.press("backspace")
        await pilot.pause(0.2)
        assert app.settings.refresh_seconds == Settings().refresh_seconds


async def test_a_theme_is_on_trial_until_it_is_taken(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("comma")
        await pilot.pause()
        names = [doc.name for doc in setting_docs()]
        app.screen.query_one(OptionList).highlighted = names.index("theme")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("down")
        await pilot.pause()
        assert app.theme == "light"
        await pilot.press("escape")
        await pilot.pause()
        assert app.theme == "dark"
        await pilot.press("enter", "down", "enter")
        await pilot.pause(0.3)
        assert app.theme == "light"
        assert load_settings(workspace.folders, {}).theme == "light"


@pytest.mark.parametrize(
    "text", ["ttl_hours = 900", "ttl_hours = nan", "refresh_seconds = 0", "log_lines = 1e99"]
)
def test_a_number_out_of_its_range_says_the_range_and_where(text: str, tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    folders.config_file.parent.mkdir(parents=True)
    folders.config_file.write_text(text)
    with pytest.raises(InvalidInput, match="it can be") as caught:
        load_settings(folders, {})
    assert "settings file" in caught.value.hint
