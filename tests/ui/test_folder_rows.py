"""Choosing a file: what was typed or dropped, and what is in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import load_expectations
from automock_tui.importing.imported import Finding
from automock_tui.ui import folder_rows
from automock_tui.ui.folder_rows import list_folder, size_text, typed_path
from automock_tui.ui.import_rows import MOST, Marks, report_lines, rows_of


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("  /a/b.json ", "/a/b.json"),
        ("'/a/b c.json'", "/a/b c.json"),
        ('"/a/b c.json"', "/a/b c.json"),
        ("file:///a/b%20c.json", "/a/b c.json"),
        ("/a/b\\ c\\(1\\).json", "/a/b c(1).json"),
        ("~/x.json", str(Path.home() / "x.json")),
    ],
)
def test_a_dropped_path_is_the_file(typed, path):
    assert typed_path(typed) == Path(path)


def test_a_name_with_a_backslash_that_is_there_is_taken_as_it_is(tmp_path):
    odd = tmp_path / "a\\ b.json"
    odd.write_text("[]")
    assert typed_path(str(odd)) == odd


def test_a_folder_is_listed_folders_first_hidden_ones_when_asked_for(tmp_path, monkeypatch):
    (tmp_path / "Zoo").mkdir()
    for name in ("b.json", "A.json", ".env"):
        (tmp_path / name).write_text("x" * 2_500)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    names = [one.name for one in list_folder(tmp_path)]
    assert names == ["..", "Zoo", "A.json", "b.json", "gone"]
    assert [one.name for one in list_folder(tmp_path, "JSON")] == ["..", "A.json", "b.json"]
    assert [one.name for one in list_folder(tmp_path, ".")][1:] == [".env", "A.json", "b.json"]
    sizes = {one.name: one.size for one in list_folder(tmp_path)}
    assert (sizes["A.json"], sizes["gone"], sizes["Zoo"]) == (2_500, None, None)
    monkeypatch.setattr(folder_rows, "MOST", 2)
    assert len(list_folder(tmp_path)) == 3


def test_a_folder_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        list_folder(tmp_path / "none")
    with pytest.raises(InvalidInput, match="cannot be read"):
        list_folder(Path("a\0b"))


def test_sizes_are_short():
    assert [size_text(n) for n in (0, 999, 1_500, 2_400_000)] == ["0 B", "999 B", "2 kB", "2.4 MB"]


def test_the_same_finding_of_many_places_is_one_row_and_secrets_come_first():
    report = [Finding(f"GET /{n}", "callbacks", "left out") for n in range(5)]
    report += [Finding("", "webhooks", "left out"), Finding("GET /1", "secret in Cookie", "redacted")]
    lines = report_lines(report)
    assert [line.columns for line in lines] == [("", "secret in Cookie"), ("5×", "callbacks"), ("", "webhooks")]
    assert lines[1].text == "left out · GET /0, GET /1, GET /2 and 2 more"
    assert lines[2].text == "left out"


def test_of_a_large_import_the_first_rows_are_made():
    one = '{"id": "a", "httpRequest": {"method": "GET", "path": "/a"}, "httpResponse": {}}'
    rows = rows_of(load_expectations(f"[{','.join([one] * (MOST + 5))}]"), (), (), Marks({0}, (), ("a",)))
    assert len(rows.made) == MOST
    assert [line.mark.text for line in rows.made[:2]] == ["○", "+"]
    assert rows.methods == f"GET {MOST + 5}"
