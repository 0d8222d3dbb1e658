"""Versions: listed, read, compared, gone back to; and how one was deployed."""

import json
from datetime import timedelta

import pytest

from automock_tui.domain.deployment import begin_deploy
from automock_tui.domain.errors import InvalidInput, LostRace, NotFound
from automock_tui.domain.project import EventKind
from automock_tui.operations.create import create_project
from automock_tui.operations.pending import JobOutcome, record_outcome
from automock_tui.operations.rollback import deployment_of, roll_back, start_redeploy
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.operations.versions import compare, list_versions, read_set

V1 = '[ {"id":"a","httpResponse":{"statusCode":200}} ]\n\n'
V2 = '[{"id":"a","httpResponse":{"statusCode":404}},\n {"id":"b","httpResponse":{}}]\n'


@pytest.fixture
def project(workspace):
    create_project(workspace, "petstore", V1)
    save_expectations(workspace, "petstore", V2, base_version="v1", message="Not found")
    return "petstore"


def test_the_list_has_the_newest_first_with_who_and_why(workspace, project):
    found = list_versions(workspace, project)
    told = [(one.version, one.message, one.author, one.expectation_count) for one in found.versions]
    assert told == [("v2", "Not found", "ann@here", 2), ("v1", "Created", "ann@here", 1)]
    assert (found.current, found.deployed) == ("v2", "")


def test_the_list_says_what_was_deployed(workspace, deployed):
    deployed("orders")
    assert list_versions(workspace, "orders").deployed == "v1"


def test_a_project_that_is_not_there(workspace):
    with pytest.raises(NotFound):
        list_versions(workspace, "nobody")


@pytest.mark.parametrize("wanted", ["v1", "1", "v01"])
def test_a_version_is_read_to_the_byte(workspace, project, wanted):
    assert read_set(workspace, project, wanted).text == V1


def test_current_is_the_newest(workspace, project):
    assert (read_set(workspace, project, "current").name, read_set(workspace, project, "current").text) == (
        "v2",
        V2,
    )


def test_a_comparison_of_versions_and_files(workspace, project, tmp_path):
    found = compare(workspace, project, "v1", "current")
    assert (found.before.name, found.after.name) == ("v1", "v2")
    assert found.diff.summary == "1 added, 1 changed"
    file = tmp_path / "mine.json"
    file.write_bytes(b"\xef\xbb\xbf" + V1.encode())
    assert compare(workspace, project, "v1", str(file)).diff.summary == "no changes"


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "neither a version nor a file"), (b"\xff", "not UTF-8"), (b"[{", "mine.json")],
)
def test_what_cannot_be_compared_says_why(workspace, project, tmp_path, content, words):
    file = tmp_path / "mine.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        compare(workspace, project, "v1", str(file))
    assert words in str(refused.value)


def test_a_version_that_is_not_there(workspace, project):
    with pytest.raises(NotFound, match="no version v9"):
        compare(workspace, project, "v9", "v1")


def test_a_rollback_is_a_new_version_of_the_same_bytes(workspace, project):
    done = roll_back(workspace, project, "v1", message="404 was wrong")
    assert (done.before, done.version, done.is_new) == ("v2", "v3", True)
    store, bucket = workspace.projects.store, workspace.projects.find(project)
    assert store.get(bucket, "expectations.json").body.decode() == V1
    assert workspace.projects.versions(project)[0].message == "Rolled back to v1: 404 was wrong"
    event = workspace.projects.history(project, 1)[0]
    assert (event.event, event.details) == (EventKind.ROLLED_BACK, {"to": "v1", "from": "v2", "version": "v3"})


def test_a_rollback_to_what_is_there_makes_nothing(workspace, project):
    done = roll_back(workspace, project, "v2")
    assert (done.version, done.is_new) == ("v2", False)
    assert len(workspace.projects.versions(project)) == 2


def test_a_rollback_over_what_the_user_has_not_seen_is_refused(workspace, other, project):
    save_expectations(other, project, "[]", base_version="v2", message="theirs")
    with pytest.raises(LostRace) as lost:
        roll_back(workspace, project, "v1", base_version="v2")
    assert "roll back again" in lost.value.hint
    assert open_expectations(workspace, project).version == "v3"


def test_a_version_that_mockserver_would_refuse_does_not_come_back(workspace):
    workspace.projects.create("petstore", b'[{"httpResponse":{"statusCode":"200"}}]')
    workspace.projects.save_expectations("petstore", b"[]", base_version="v1")
    with pytest.raises(InvalidInput, match="would refuse"):
        roll_back(workspace, "petstore", "v1")


# --- how a version was deployed


def deploy(workspace, name, version, **options):
    """As the job of a deploy does it: begin, then the outcome with its history."""
    job = f"job-{version}"
    workspace.projects.update_deployment(
        name,
        lambda metadata, now: begin_deploy(
            metadata,
            ttl=timedelta(hours=3),
            options=options,
            job_id=job,
            by="ann@here",
            now=now,
            expectations_version=version,
        ),
    )
    outcome = JobOutcome(
        job_id=job,
        project=name,
        workspace=workspace.ref,
        event=EventKind.DEPLOYED,
        by="ann@here",
        reason="Deployed for 3 h",
        details={"ttl_seconds": 10800.0, "outputs": {"secret": "x"}, "infrastructure": {}},
    )
    record_outcome(workspace, outcome)


def test_how_a_version_was_deployed_is_remembered_after_the_next_deploy(workspace, project):
    deploy(workspace, project, "v1", instance_size="large")
    deploy(workspace, project, "v2", instance_size="small")
    past = deployment_of(workspace, project, "v1")
    assert (past.options, past.ttl_hours) == ({"instance_size": "large"}, 3.0)
    assert deployment_of(workspace, project, "v2").options == {"instance_size": "small"}
    assert "secret" not in json.dumps([one.details for one in workspace.projects.history(project)])


def test_a_version_saved_while_deployed_ran_with_the_options_of_then(workspace):
    create_project(workspace, "petstore", V1)
    deploy(workspace, "petstore", "v1", instance_size="large")
    save_expectations(workspace, "petstore", V2, base_version="v1", message="")
    save_expectations(workspace, "petstore", V1, base_version="v2", message="")
    deploy(workspace, "petstore", "v3", instance_size="small")
    assert deployment_of(workspace, "petstore", "v2").options == {"instance_size": "large"}


def test_a_deployment_of_the_go_tool_is_known_from_its_record(workspace, deployed):
    deployed("orders")
    assert deployment_of(workspace, "orders", "v1").options == {"instance_size": "small"}


def test_a_version_that_never_ran_says_so(workspace, project):
    with pytest.raises(NotFound, match="not recorded how v1"):
        deployment_of(workspace, project, "v1")


def test_the_local_workspace_cannot_redeploy(workspace, deployed):
    deployed("orders")
    with pytest.raises(InvalidInput, match="no AWS account"):
        start_redeploy(workspace, "orders", deployment_of(workspace, "orders", "v1"), 4)
