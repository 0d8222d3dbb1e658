"""Files that expectations are made of: read again when they change, with the expectations that name them."""

import gc
import json

import pytest

from automock_tui.domain.errors import InvalidInput
from automock_tui.mocking.engine import Engine
from automock_tui.mocking.request import Request
from automock_tui.operations.serve import load_into

SET = [
    {
        "id": "file",
        "httpRequest": {"path": "/f", "body": {"type": "FILE", "filePath": "body.txt"}},
        "httpResponse": {"body": "same"},
    },
    {"id": "plain", "httpRequest": {"path": "/p"}, "httpResponse": {"body": "p"}},
]


@pytest.fixture
def engine(tmp_path):
    (tmp_path / "body.txt").write_text("one")
    made = Engine()
    made.services.folder = tmp_path
    load_into(made, content())
    yield made
    gc.unfreeze()


def content(trees=SET):
    return json.dumps(trees).encode()


def status(engine, text):
    return engine.answer(Request("POST", "/f", [("content-type", "text/plain")], text.encode()))[0].status


def test_a_changed_file_makes_its_expectations_anew_and_no_others(engine, tmp_path):
    engine.answer(Request("GET", "/p"))
    assert status(engine, "one") == 200
    assert not engine.services.is_stale
    (tmp_path / "body.txt").write_text("another")
    assert engine.services.is_stale
    load_into(engine, content())
    assert not engine.services.is_stale
    assert (status(engine, "one"), status(engine, "another")) == (404, 200)
    assert engine.find("plain").matches == 1


@pytest.mark.parametrize("change", ["unlink", "touch"])
def test_a_file_that_goes_or_comes_is_a_change(engine, tmp_path, change):
    path = tmp_path / ("body.txt" if change == "unlink" else "later.txt")
    if change == "touch":
        later = {"type": "FILE", "filePath": "later.txt"}
        load_into(engine, content([SET[0] | {"httpRequest": {"path": "/f", "body": later}}]))
    assert not engine.services.is_stale
    getattr(path, change)()
    assert engine.services.is_stale


def test_a_refused_set_does_not_make_forget_that_a_file_changed(engine, tmp_path):
    (tmp_path / "body.txt").write_text("another")
    with pytest.raises(InvalidInput):
        load_into(engine, b'[{"broken')
    assert engine.services.is_stale
    load_into(engine, content())
    assert status(engine, "another") == 200


def test_files_that_are_not_named_any_more_are_not_watched(engine, tmp_path):
    (tmp_path / "body.txt").write_text("another")
    load_into(engine, content(SET[1:]))
    (tmp_path / "body.txt").unlink()
    assert not engine.services.is_stale


def test_nothing_outside_of_the_folder_is_looked_at(engine, tmp_path):
    outside = {"type": "FILE", "filePath": "../../etc/passwd"}
    load_into(engine, content([SET[0] | {"httpRequest": {"path": "/f", "body": outside}}]))
    assert all(path.is_relative_to(tmp_path.resolve()) for path in engine.services.files)
