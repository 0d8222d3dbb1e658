"""Two people save one project at once: both kept, or a conflict that holds everything."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from automock_tui.domain.errors import InvalidInput, LostRace
from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.expectation_merge import Side
from automock_tui.domain.project import EventKind
from automock_tui.operations.create import create_project
from automock_tui.operations.merging import MergeConflict
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.storage.versions import SaveConflict
from tests.operations.save_process import TIMES, workspace_of
from tests.parts import seaweedfs_executable, start_seaweedfs


def one(identity, status=200, **more):
    return {
        "id": identity,
        "httpRequest": {"path": f"/{identity}"},
        "httpResponse": {"statusCode": status},
        **more,
    }


def document(*expectations):
    return json.dumps(expectations, indent=2) + "\n"


START = document(one("a"), one("b"))


@pytest.fixture
def project(workspace):
    create_project(workspace, "petstore", START)
    return "petstore"


def stored(workspace):
    return {
        found.id: found.status_code
        for found in load_expectations(open_expectations(workspace, "petstore").text)
    }


def test_different_expectations_are_both_kept_and_told(workspace, other, project):
    save_expectations(other, project, document(one("a"), one("b", 404)), base_version="v1", message="theirs")
    saved = save_expectations(
        workspace, project, document(one("a", 201), one("b")), base_version="v1", message="mine"
    )
    assert stored(workspace) == {"a": 201, "b": 404}
    assert (saved.version, saved.merged_with.told) == ("v3", "v2 of bob@there (1 changed)")
    assert saved.text == open_expectations(workspace, project).text
    newest = workspace.projects.versions(project)[0]
    assert (newest.message, newest.author) == ("mine (merged with v2 of bob@there)", "ann@here")
    event = workspace.projects.history(project, 1)[0]
    assert event.details == {"merged_with": "v2"}


def test_the_running_mocks_file_is_the_merge_to_the_byte_under_a_new_etag(workspace, other, project):
    store, bucket = workspace.projects.store, workspace.projects.find(project)
    before = store.get(bucket, "expectations.json").etag
    save_expectations(other, project, document(one("a"), one("b", 404)), base_version="v1", message="")
    saved = save_expectations(
        workspace, project, document(one("a", 201), one("b")), base_version="v1", message=""
    )
    there = store.get(bucket, "expectations.json")
    assert there.etag != before
    assert there.body.decode() == saved.text
    assert workspace.projects.versions(project)[0].message == "Merged with v2 of bob@there"


def test_several_newer_versions_are_one_merge(workspace, other, project):
    for number, status in (("v1", 404), ("v2", 500)):
        save_expectations(other, project, document(one("a"), one("b", status)), base_version=number, message="")
    saved = save_expectations(
        workspace, project, document(one("a", 201), one("b")), base_version="v1", message=""
    )
    assert stored(workspace) == {"a": 201, "b": 500}
    assert saved.merged_with.version.version == "v3"


def test_the_same_field_is_a_conflict_that_holds_both_and_writes_nothing(workspace, other, project):
    save_expectations(other, project, document(one("a", 404), one("b")), base_version="v1", message="")
    mine = document(one("a", 201), one("b"), one("new"))
    with pytest.raises(MergeConflict) as lost:
        save_expectations(workspace, project, mine, base_version="v1", message="")
    found = lost.value
    assert isinstance(found, LostRace)
    assert (found.base_version, found.mine.decode()) == ("v1", mine)
    assert "ANY /a (a): both changed it." in found.message
    assert "bob@there saved it" in found.message
    assert open_expectations(workspace, project).version == "v2"
    resolved = found.merged.resolve_all(Side.BOTH).expectations.save()
    saved = save_expectations(
        workspace, project, resolved, base_version=found.theirs.version.version, message="both"
    )
    assert saved.merged_with is None
    assert stored(workspace) == {"a": 404, "a-2": 201, "b": 200, "new": 200}


def test_many_conflicts_are_named_up_to_a_number(workspace, other):
    many = [one(f"e{n}") for n in range(9)]
    create_project(workspace, "petstore", document(*many))
    save_expectations(
        other, "petstore", document(*[one(f"e{n}", 404) for n in range(9)]), base_version="v1", message=""
    )
    with pytest.raises(MergeConflict) as lost:
        save_expectations(
            workspace,
            "petstore",
            document(*[one(f"e{n}", 201) for n in range(9)]),
            base_version="v1",
            message="",
        )
    assert lost.value.message.endswith("And 4 more.")


def test_where_the_base_is_gone_nobody_guesses(workspace, other, project):
    save_expectations(other, project, document(one("a"), one("b", 404)), base_version="v1", message="")
    workspace.projects.store.delete(workspace.projects.find(project), "versions/v1.json")
    with pytest.raises(SaveConflict) as lost:
        save_expectations(workspace, project, document(one("a", 201), one("b")), base_version="v1", message="")
    assert not isinstance(lost.value, MergeConflict)
    assert stored(workspace) == {"a": 200, "b": 404}


def test_two_good_halves_that_make_a_bad_whole_are_a_conflict(workspace, other, project):
    def on_top(text):
        found = load_expectations(text)
        if {"a": 201, "b": 404}.items() <= {
            expectation.id: expectation.status_code for expectation in found
        }.items():
            raise InvalidInput("Refused", "201 and 404 do not go together.")

    from automock_tui.operations.merging import save_merging

    save_expectations(other, project, document(one("a"), one("b", 404)), base_version="v1", message="")
    with pytest.raises(MergeConflict) as lost:
        save_merging(
            workspace, project, document(one("a", 201), one("b")), base_version="v1", message="", check=on_top
        )
    assert lost.value.problem == "Refused: 201 and 404 do not go together."
    assert stored(workspace) == {"a": 200, "b": 404}


def test_fields_that_fit_only_apart_become_a_conflict(workspace, other, project):
    from automock_tui.operations.merging import save_merging

    def apart(text):
        found = load_expectations(text)[0]
        if (found.status_code, found.priority) == (201, 1):
            raise InvalidInput("Refused", "Not these two.")

    save_expectations(other, project, document(one("a", priority=1), one("b")), base_version="v1", message="")
    with pytest.raises(MergeConflict) as lost:
        save_merging(
            workspace, project, document(one("a", 201), one("b")), base_version="v1", message="", check=apart
        )
    assert [conflict.id for conflict in lost.value.merged.conflicts] == ["a"]


# --- two processes


@pytest.fixture
def on_folder(tmp_path):
    """Where the projects of a folder are, for `save_process`."""
    return str(tmp_path / "home"), ("folder",)


@pytest.fixture
def on_s3(tmp_path):
    """The same on a real S3 server."""
    seaweedfs_executable()
    with start_seaweedfs(tmp_path / "weed") as server:
        yield str(tmp_path / "home"), ("s3", server.endpoint, server.access_key, server.secret_key)


@pytest.mark.parametrize("place", ["on_folder", pytest.param("on_s3", marks=pytest.mark.part("seaweedfs"))])
def test_two_processes_that_save_from_the_same_version_are_both_kept(request, place):
    home, where = request.getfixturevalue(place)
    workspace = workspace_of(home, "judge", *where)
    create_project(workspace, "petstore", START)
    program = [sys.executable, "-m", "tests.operations.save_process", home]
    people = [
        subprocess.Popen([*program, who, *where], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for who in ("ann", "bob")
    ]
    for _ in range(TIMES):
        opened = {person.stdout.readline() for person in people}
        assert len(opened) == 1, "both began with the same version"
        for _step in ("save", "open the next"):
            for person in people:
                person.stdin.write("\n")
                person.stdin.flush()
            if _step == "save":
                assert [person.stdout.readline() for person in people] == ["saved\n"] * 2
    assert [person.wait(60) for person in people] == [0, 0]
    wanted = {f"{who}-{number}": 200 for who in ("ann", "bob") for number in range(TIMES)}
    assert stored(workspace) == {"a": 200, "b": 200} | wanted
    assert len(workspace.projects.versions("petstore")) == 1 + 2 * TIMES


def test_eight_threads_of_eight_people_are_all_kept(workspace, project):
    opened = open_expectations(workspace, project)

    def save(number):
        mine = json.dumps([*json.loads(opened.text), one(f"t{number}")])
        return save_expectations(workspace, project, mine, base_version=opened.version, message=f"t{number}")

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(save, range(8)))
    assert len({done.version for done in saved}) == 8
    assert set(stored(workspace)) == {"a", "b", *(f"t{number}" for number in range(8))}
    assert len([event for event in workspace.projects.history(project) if event.event == EventKind.SAVED]) >= 8
