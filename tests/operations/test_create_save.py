import json
from pathlib import Path

import pytest

from automock_tui.domain.errors import InvalidInput, LostRace, NotFound
from automock_tui.operations.copying import copy_all, copy_project
from automock_tui.operations.create import create_project
from automock_tui.operations.drafts import drop_draft, read_draft, write_draft
from automock_tui.operations.save import open_expectations, save_expectations

EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"
ONE = '[{"id":"a","httpRequest":{"path":"/a"},"httpResponse":{"statusCode":200}}]'


def test_a_project_keeps_its_file_to_the_byte(workspace):
    created = create_project(workspace, "petstore", EXAMPLE.read_bytes(), source="petstore.json")
    assert (created.version, created.problems) == ("v1", ())
    assert created.expectations == len(json.loads(EXAMPLE.read_text()))
    assert open_expectations(workspace, "petstore").text == EXAMPLE.read_text()


def test_a_single_expectation_becomes_an_array(workspace):
    create_project(workspace, "petstore", ONE[1:-1])
    assert json.loads(open_expectations(workspace, "petstore").text) == json.loads(ONE)


def test_a_blank_project_is_an_empty_array(workspace):
    assert create_project(workspace, "petstore", None).expectations == 0
    assert json.loads(open_expectations(workspace, "petstore").text) == []


def test_broken_json_says_line_and_column_and_makes_no_project(workspace):
    with pytest.raises(InvalidInput) as refused:
        create_project(workspace, "petstore", '[\n  {"httpRequest": }\n]')
    assert "ine 2" in str(refused.value)
    assert workspace.projects.names() == []


def test_what_mockserver_would_refuse_says_where_and_makes_no_project(workspace):
    with pytest.raises(InvalidInput) as refused:
        create_project(workspace, "petstore", '[\n {"httpResponse": {"statusCode": "200"}}\n]')
    assert "Line 2, column" in refused.value.message
    assert workspace.projects.names() == []


@pytest.mark.parametrize("name", ["", "ab", "Petstore", "-pets", "pets-", "pet_store", "x" * 41, "pets/../x"])
def test_a_bad_name_says_what_a_name_is(workspace, name):
    with pytest.raises(InvalidInput, match="Bad project name"):
        create_project(workspace, name, None)


def test_a_save_on_an_old_version_keeps_both(workspace, other):
    create_project(workspace, "petstore", ONE)
    opened = open_expectations(workspace, "petstore")
    save_expectations(
        other, "petstore", ONE.replace("200", "201"), base_version=opened.version, message="theirs"
    )
    with pytest.raises(LostRace) as lost:
        save_expectations(
            workspace, "petstore", ONE.replace("200", "202"), base_version=opened.version, message="mine"
        )
    assert "bob@there" in str(lost.value)
    assert b"202" in lost.value.mine
    assert "201" in open_expectations(workspace, "petstore").text


def test_a_save_that_mockserver_would_refuse_leaves_the_version(workspace):
    create_project(workspace, "petstore", ONE)
    with pytest.raises(InvalidInput):
        save_expectations(workspace, "petstore", "[{", base_version="v1", message="oops")
    assert open_expectations(workspace, "petstore").version == "v1"


def test_a_draft_survives_and_is_private(workspace, folders):
    assert read_draft(workspace, "petstore") is None
    write_draft(workspace, "petstore", "[ {", "v3")
    draft = read_draft(workspace, "petstore")
    assert (draft.text, draft.base_version) == ("[ {", "v3")
    (path,) = folders.drafts.rglob("*.json")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    drop_draft(workspace, "petstore")
    assert read_draft(workspace, "petstore") is None


def test_an_unreadable_draft_is_kept_beside(workspace, folders):
    write_draft(workspace, "petstore", "x", "v1")
    (path,) = folders.drafts.rglob("*.json")
    path.write_bytes(b"{torn")
    assert read_draft(workspace, "petstore") is None
    (kept,) = folders.drafts.rglob("*.unreadable")
    assert kept.read_bytes() == b"{torn"


def test_a_copy_takes_the_expectations_and_says_where_they_came_from(workspace):
    create_project(workspace, "petstore", ONE, description="pets")
    copied = copy_project(workspace, workspace, "petstore", new_name="petstore-2")
    assert (copied.name, copied.version) == ("petstore-2", "v1")
    record = workspace.projects.open("petstore-2").record
    assert (record.description, record.source) == ("pets", f"petstore v1 in {workspace.label}")
    assert open_expectations(workspace, "petstore-2").text == ONE


def test_copying_all_finds_free_names(workspace):
    create_project(workspace, "petstore", ONE)
    create_project(workspace, "petstore-2", ONE)
    assert [copied.name for copied in copy_all(workspace, workspace, ["petstore"])] == ["petstore-3"]


def test_copying_what_is_not_there_says_so(workspace):
    with pytest.raises(NotFound):
        copy_project(workspace, workspace, "petstore")
