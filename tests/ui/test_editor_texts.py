"""Laying out JSON, and the rows of its problems."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.problems import Severity
from automock_tui.ui.external_editor import edit_outside, editor_command
from automock_tui.ui.json_layout import laid_out
from automock_tui.ui.problem_rows import check_text
from tests.ui.screen_app import EXAMPLE

_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)


@given(_VALUES)
def test_laying_out_changes_white_space_only(value):
    text = json.dumps(value)
    once = laid_out(text)
    assert json.loads(once) == value
    assert laid_out(once) == once
    assert "".join(json.dumps(json.loads(once), separators=(",", ":"))) == json.dumps(
        value, separators=(",", ":")
    )


def test_spellings_and_repeated_keys_survive():
    text = '[{"price":250.00,"big":1E+3,"a":1,"a":2,"s":"\\u00e9\\/","minus":-0}]'
    for part in ("250.00", "1E+3", '"a": 1', '"a": 2', '"\\u00e9\\/"', "-0"):
        assert part in laid_out(text)


def test_the_example_reads_as_people_write_it():
    text = laid_out(json.dumps(json.loads(EXAMPLE.read_text("utf-8"))))
    assert '    "httpRequest": { "method": "GET", "path": "/health" },' in text
    assert max(map(len, text.splitlines())) <= 112


@pytest.mark.parametrize("text", ["[", "[1,]", "{'a': 1}", "", "[" * 100_000])
def test_what_is_no_json_is_not_touched(text: str):
    with pytest.raises(ValueError):
        laid_out(text)


def test_a_fault_of_syntax_is_a_row_with_its_place():
    (row,) = check_text('[\n  {"id": "a",}\n]').rows
    assert (row.severity, row.line, row.column) == (Severity.ERROR, 2, 13)
    assert row.text.startswith("Not valid JSON")
    assert row.more


def test_problems_of_the_linter_are_rows_in_order():
    found = check_text('[{"httpRequest": {}, "httpResponce": {}}]')
    assert found.count == 1
    assert found.errors == 1
    assert [row.line for row in found.rows] == [1, 1]
    assert any("httpResponce" in row.text for row in found.rows)


def _script(tmp_path: Path, body: str) -> list[str]:
    script = tmp_path / "editor.sh"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o700)
    return [str(script)]


def test_the_users_editor_changes_the_text_in_a_private_file(tmp_path: Path):
    command = _script(
        tmp_path, 'stat -c %a "$1" > mode; printf "\\nmore" >> "$1"'.replace("mode", str(tmp_path / "m"))
    )
    assert edit_outside(command, "[]", tmp_path / "drafts", "petstore") == "[]\nmore"
    assert (tmp_path / "m").read_text().strip() == "600"
    assert not list((tmp_path / "drafts").iterdir())


def test_a_failing_editor_takes_nothing_over_and_keeps_its_file(tmp_path: Path):
    command = _script(tmp_path, 'printf "typed" > "$1"; exit 3')
    with pytest.raises(AutomockError, match="ended with 3") as caught:
        edit_outside(command, "[]", tmp_path / "drafts", "petstore")
    (kept,) = (tmp_path / "drafts").iterdir()
    assert str(kept) in caught.value.hint
    assert kept.read_text() == "typed"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_which_editor():
    assert editor_command({"EDITOR": "sh -x"}) == ["sh", "-x"]
    assert editor_command({"VISUAL": "sh", "EDITOR": "ls"}) == ["sh"]
    assert editor_command({"EDITOR": "no-such-editor-here"}) == []
    assert editor_command({"EDITOR": "'"}) == []
    assert editor_command({}) == []
