"""Versions: kept to the byte, decided by one object, brought up to date after any crash, in any order."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automock_tui.domain.errors import InvalidInput, LostRace
from automock_tui.domain.project import Version
from automock_tui.storage import versions
from automock_tui.storage.documents import DamagedDocument
from automock_tui.storage.folder import FolderStore
from automock_tui.storage.objects import Forbidden
from automock_tui.storage.projects import Projects
from automock_tui.storage.versions import SaveConflict, decode, encode
from tests.storage.faults import Crash, CrashAfter, InTurns, LosesAnswers, Turns, Wrapped

NAME = "petstore"
FIRST = b'[ {"id": "a"} ]\r\n'


@pytest.fixture
def projects(folder_store):
    projects = Projects(folder_store, "ann")
    projects.create(NAME, FIRST)
    return projects


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("automock_tui.storage.swap.time.sleep", lambda seconds: None)


# --- the document


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
layouts = st.sampled_from([{}, {"indent": 2}, {"indent": 4, "ensure_ascii": False}, {"separators": (",", ":")}])


@given(st.lists(json_values, max_size=4), layouts, st.sampled_from(["", "\n", "\r\n", " \t\n\n"]), st.text())
def test_a_version_keeps_its_expectations_to_the_byte(expectations, layout, space, message):
    body = (space + json.dumps(expectations, **layout) + space).encode()
    version = Version(version="v3", author='",\n  "expectations": [', message=message, write_id="1")
    found = decode(encode(version, body), "x", expected="v3")
    assert found.body == body
    assert found.version == replace(version, expectations=json.loads(body))
    assert json.loads(encode(version, body))["expectations"] == json.loads(body)


@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"indent": 2, "sort_keys": True}])
def test_a_version_that_another_tool_wrote_is_read(layout):
    document = {"version": "v7", "expectations": [{"id": "a"}], "write_id": "w", "zebra": {"expectations": [1]}}
    found = decode(json.dumps(document, **layout).encode() + b"\n", "x", expected="v7")
    assert json.loads(found.body) == found.version.expectations == [{"id": "a"}]
    assert found.version.write_id == "w"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "Line 1, column 1"),
        (b'[\n {"id": 1},\n]', "Line 3, column 1"),
        (b'{"id": 1}', "JSON array"),
        (b'["\xe9"]', "Byte 2 is not UTF-8"),
        (b"[NaN]", "NaN"),
        (b"[" * 100_000 + b"]" * 100_000, "too deeply"),
        (b"[" + b"9" * 5000 + b"]", "limit"),
    ],
)
def test_what_is_no_json_array_is_refused_with_the_place(projects, body, problem):
    with pytest.raises(InvalidInput) as refused:
        projects.save_expectations(NAME, body, base_version="v1")
    assert problem in refused.value.message
    assert [version.version for version in projects.versions(NAME)] == ["v1"]


def test_a_mark_before_utf_8_is_left_out(projects):
    projects.save_expectations(NAME, b"\xef\xbb\xbf[1]", base_version="v1")
    assert projects.read_expectations(NAME).body == b"[1]"


# --- saving


def test_each_save_is_a_version(projects):
    saved = projects.save_expectations(NAME, b"[1]", base_version="v1", message="one")
    assert (saved.version, saved.author, saved.message, saved.expectations) == ("v2", "ann", "one", [1])
    found = projects.read_expectations(NAME)
    assert (found.body, found.version) == (b"[1]", "v2")
    assert projects.read_version(NAME, "v1").body == FIRST
    assert projects.open(NAME).record.current_version == "v2"
    assert projects.open(NAME).record.updated_at == saved.saved_at


def test_a_save_over_a_newer_version_carries_both(projects):
    projects.save_expectations(NAME, b"[2]", base_version="v1", message="theirs")
    with pytest.raises(SaveConflict) as lost:
        projects.save_expectations(NAME, b"[3]", base_version="v1")
    assert isinstance(lost.value, LostRace) and lost.value.exit_code == 4
    assert (lost.value.mine, lost.value.base_version) == (b"[3]", "v1")
    assert (lost.value.theirs.body, lost.value.theirs.version.message) == (b"[2]", "theirs")
    assert projects.read_expectations(NAME).body == b"[2]"


def test_the_same_content_again_is_a_version_again(projects):
    """S3's ETag is a hash of the content: what comes back must not be taken for what was there before."""
    for number, body in enumerate([b"[1]", b"[2]", b"[1]", b"[2]"], start=1):
        projects.save_expectations(NAME, body, base_version=f"v{number}")
    assert projects.read_expectations(NAME).version == "v5"
    assert projects.read_expectations(NAME).body == b"[2]"


@pytest.mark.parametrize("retried", [True, False])
@pytest.mark.parametrize("key", ["versions/v2.json", "expectations.json", "/metadata.json", "metadata.json"])
def test_a_save_whose_answer_is_lost_counts_once(projects, folder_store, key, retried):
    unlucky = Projects(LosesAnswers(folder_store, key, retried=retried), "bob")
    saved = unlucky.save_expectations(NAME, b"[2]", base_version="v1")
    assert saved.version == "v2"
    assert projects.read_expectations(NAME).body == b"[2]"
    assert [version.version for version in projects.versions(NAME)] == ["v2", "v1"]


def _crashes():
    """Every write of a save, each crashed right before and right after it."""
    return [(step, done) for step in range(3) for done in (False, True)]


@pytest.mark.parametrize(("step", "done"), _crashes())
def test_a_save_that_crashes_anywhere_is_whole_or_not_there(projects, folder_store, step, done):
    with pytest.raises(Crash):
        Projects(CrashAfter(folder_store, step, done=done), "bob").save_expectations(
            NAME, b"[2]", base_version="v1"
        )
    found = projects.read_expectations(NAME)
    there = (step, done) != (0, False)
    assert (found.body, found.version) == ((b"[2]", "v2") if there else (FIRST, "v1"))
    bucket = projects.find(NAME)
    assert folder_store.get(bucket, "expectations.json").body == found.body
    assert projects.open(NAME).record.current_version == found.version
    projects.save_expectations(NAME, b"[3]", base_version=found.version)
    assert projects.read_expectations(NAME).body == b"[3]"


def test_a_save_makes_just_the_writes_that_the_crashes_visit(projects, folder_store):
    counted = CrashAfter(folder_store, 99, done=True)
    Projects(counted, "bob").save_expectations(NAME, b"[2]", base_version="v1")
    assert counted.writes == 3


def test_several_crashed_saves_are_brought_up_together(projects, folder_store):
    bucket = projects.find(NAME)
    for number in (2, 3, 4):
        draft = versions.draft(folder_store, "bob", "", [number])
        assert versions.append(folder_store, bucket, number, draft, b"[%d]" % number)
    assert projects.read_expectations(NAME).body == b"[4]"
    assert projects.open(NAME).record.current_version == "v4"


class SavesMeanwhile(Wrapped):
    """A store where somebody else saves, wholly, right before this one's first change of the record."""

    def before(self, name, args):
        if name == "put" and args[1] == "metadata.json" and not getattr(self, "saved", False):
            self.saved = True
            Projects(self._store, "bob").save_expectations(NAME, b"[3]", base_version="v2")

    def after(self, name, args):
        if name == "put" and args[1] == "metadata.json":
            assert b'"current_version": "v3"' in self._store.get(*args[:2]).body


def test_the_record_never_goes_back(projects, folder_store):
    Projects(SavesMeanwhile(folder_store), "ann").save_expectations(NAME, b"[2]", base_version="v1")
    found = projects.read_expectations(NAME)
    assert (found.body, found.version) == (b"[3]", "v3")
    assert projects.open(NAME).record.current_version == "v3"


# --- other tools, damage, permissions


def test_what_another_tool_put_there_becomes_a_version(projects, folder_store):
    bucket = projects.find(NAME)
    etag = folder_store.get(bucket, "expectations.json").etag
    folder_store.put(bucket, "expectations.json", b'[{"by": "go"}]', if_match=etag)
    found = projects.read_expectations(NAME)
    assert (found.body, found.version) == (b'[{"by": "go"}]', "v2")
    assert projects.read_version(NAME, "v2").version.message == versions.FOUND_MESSAGE
    with pytest.raises(SaveConflict):
        projects.save_expectations(NAME, b"[3]", base_version="v1")
    projects.save_expectations(NAME, b"[3]", base_version="v2")
    assert [version.version for version in projects.versions(NAME)] == ["v3", "v2", "v1"]


def test_a_project_of_the_go_tool_gets_its_first_version(folder_store):
    bucket = "auto-mock-legacy-abc123"
    folder_store.create_bucket(bucket)
    folder_store.put(bucket, "metadata.json", b'{"current_version": "20251102-0914", "x": 1}', if_match="")
    folder_store.put(bucket, "expectations.json", b"[7]", if_match="")
    projects = Projects(folder_store, "ann")
    assert projects.open("legacy").record.project_name == "legacy"
    found = projects.read_expectations("legacy")
    assert (found.body, found.version) == (b"[7]", "v1")
    assert json.loads(folder_store.get(bucket, "metadata.json").body)["x"] == 1


@pytest.mark.parametrize("key", ["expectations.json", "metadata.json", "versions/v1.json"])
def test_a_damaged_document_is_told_and_never_overwritten(projects, folder_store, key):
    bucket = projects.find(NAME)
    folder_store.put(bucket, key, b'{"broken', if_match=folder_store.get(bucket, key).etag)
    with pytest.raises(DamagedDocument) as damaged:
        projects.save_expectations(NAME, b"[2]", base_version="v1")
    assert damaged.value.where == f"{bucket}/{key}" and damaged.value.body == b'{"broken'
    assert folder_store.get(bucket, key).body == b'{"broken'


def test_a_damaged_expectations_file_can_be_removed_for_the_last_version(projects, folder_store):
    bucket = projects.find(NAME)
    etag = folder_store.get(bucket, "expectations.json").etag
    folder_store.put(bucket, "expectations.json", b"[", if_match=etag)
    with pytest.raises(DamagedDocument, match="damaged") as damaged:
        projects.read_expectations(NAME)
    assert "last good version is v1" in damaged.value.message
    folder_store.delete(bucket, "expectations.json")
    assert projects.read_expectations(NAME).body == FIRST


def test_a_version_that_is_missing_does_not_hide_the_expectations(projects, folder_store):
    bucket = projects.find(NAME)
    folder_store.delete(bucket, "versions/v1.json")
    found = projects.read_expectations(NAME)
    assert (found.body, found.version) == (FIRST, "v2")


def test_all_that_is_missing_is_not_taken_for_an_empty_set(projects, folder_store):
    bucket = projects.find(NAME)
    folder_store.delete(bucket, "versions/v1.json")
    folder_store.delete(bucket, "expectations.json")
    with pytest.raises(DamagedDocument, match=r"versions/v1\.json is damaged") as damaged:
        projects.read_expectations(NAME)
    assert "It is missing" in damaged.value.message


class ReadOnly(Wrapped):
    """A store for somebody who may not write."""

    def before(self, name, args):
        if name == "put":
            raise Forbidden("Not allowed: s3:PutObject")


def test_who_may_only_read_gets_the_newest_version(projects, folder_store):
    with pytest.raises(Crash):
        Projects(CrashAfter(folder_store, 0, done=True), "b").save_expectations(NAME, b"[2]", base_version="v1")
    found = Projects(ReadOnly(folder_store), "guest").read_expectations(NAME)
    assert (found.body, found.version) == (b"[2]", "v2")


# --- every order of steps


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2), max_size=60))
def test_in_any_order_of_steps_no_save_is_lost(schedule):
    """Two save on v1 at once and one reads: one save wins, the other is told, the reader sees v1 or v2."""
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        Projects(store, "ann").create(NAME, FIRST)
        turns = Turns(schedule)

        def save(number):
            mine = Projects(InTurns(store, turns, number), f"author {number}")
            return mine.save_expectations(NAME, b"[%d]" % number, base_version="v1")

        def read(number):
            return Projects(InTurns(store, turns, number), "reader").read_expectations(NAME)

        first, second, seen = turns.run([save, save, read])
        saved = [result for result in (first, second) if isinstance(result, Version)]
        lost = [result for result in (first, second) if isinstance(result, SaveConflict)]
        assert len(saved) == len(lost) == 1, (first, second)
        winner = b"[%d]" % saved[0].expectations[0]
        assert lost[0].theirs.body == winner
        assert (seen.body, seen.version) in {(FIRST, "v1"), (winner, "v2")}
        after = Projects(store, "ann").read_expectations(NAME)
        assert (after.body, after.version) == (winner, "v2")
        assert store.get(Projects(store, "ann").find(NAME), "expectations.json").body == winner
