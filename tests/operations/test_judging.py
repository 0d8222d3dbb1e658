"""What a project's expectations are judged by: silenced rules, kept descriptions, the deployment."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from automock_tui.domain.errors import InvalidInput, NotFound
from automock_tui.domain.options import DeploymentOptions
from automock_tui.importing.source import Source, open_source
from automock_tui.operations.create import create_project
from automock_tui.operations.deploy import deploy_basis, start_deploy
from automock_tui.operations.importing import create_from, import_into
from automock_tui.operations.judging import (
    Judging,
    change_silenced,
    project_context,
    validate_project,
    validate_source,
)
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.storage import judging as storage_judging

OPENAPI = Path(__file__).parents[1] / "data" / "importing" / "openapi"
STATEFUL = '[{"id": "a", "httpRequest": {"path": "/a"}, "httpResponse": {}, "times": {"remainingTimes": 2}}]'
BROKEN = '[{"id": "a", "httpRequest": {"path": "/a/{id}"}, "httpResponse": {}}]'


def rules(problems):
    return [one.rule for one in problems]


def test_a_silenced_rule_stays_silent_until_it_is_heard_again(workspace, other):
    create_project(workspace, "pets", BROKEN)
    assert rules(validate_project(workspace, "pets", Judging())[1]) == ["path-parameters"]
    validate_project(workspace, "pets", Judging(silence=["path-parameters", "secret"]))
    there = validate_project(other, "pets", Judging())
    assert (there.problems, there.silenced) == ((), {"path-parameters": 1, "secret": 0})
    assert change_silenced(other, "pets", unsilence=["path-parameters"]) == {"secret"}
    assert rules(validate_project(workspace, "pets", Judging())[1]) == ["path-parameters"]


@pytest.mark.parametrize("rule", ["nonsense", "wrong-type"])
def test_only_a_rule_that_mockserver_does_not_enforce_can_be_silenced(workspace, rule):
    create_project(workspace, "pets", BROKEN)
    with pytest.raises(InvalidInput, match=rule):
        change_silenced(workspace, "pets", silence=[rule])
    with pytest.raises(InvalidInput, match=rule):
        validate_source(Source("a", BROKEN.encode()), "auto", Judging(silence=[rule]))
    assert project_context(workspace, "pets").silenced == frozenset()


def test_a_rule_that_a_later_version_silenced_can_be_heard_again(workspace):
    create_project(workspace, "pets", BROKEN)
    store, bucket = workspace.projects.store, workspace.projects.find("pets")
    storage_judging.change_silenced(store, bucket, lambda _: frozenset({"rule-of-tomorrow"}))
    assert change_silenced(workspace, "pets", unsilence=["rule-of-tomorrow"]) == frozenset()
    with pytest.raises(InvalidInput, match="rule-of-tomorrow"):
        change_silenced(workspace, "pets", unsilence=["rule-of-tomorrow"])


def test_nobody_s_rules_cannot_be_silenced(workspace):
    with pytest.raises(NotFound):
        change_silenced(workspace, "nobody", silence=["secret"])


def test_a_save_takes_what_mockserver_takes_and_says_what_will_not_work(workspace):
    create_project(workspace, "pets", STATEFUL)
    current = open_expectations(workspace, "pets")
    saved = save_expectations(workspace, "pets", BROKEN, base_version=current.version, message="")
    assert rules(saved.problems) == ["path-parameters"]
    change_silenced(workspace, "pets", silence=["path-parameters"])
    again = save_expectations(workspace, "pets", BROKEN + "\n", base_version=saved.version, message="")
    assert again.problems == ()


# --- descriptions


def test_an_imported_description_is_kept_and_judges_what_is_changed_later(workspace):
    create_from(workspace, "pets", open_source(OPENAPI / "30-petstore-expanded.yaml"))
    (kept,) = project_context(workspace, "pets").descriptions
    assert kept.name == "30-petstore-expanded.json"
    assert validate_project(workspace, "pets", Judging())[1] == ()
    current = open_expectations(workspace, "pets")
    trees = json.loads(current.text)
    one = next(tree for tree in trees if isinstance(tree["httpResponse"].get("body"), dict))
    one["httpResponse"]["body"] = {"id": "not a number"}
    save_expectations(workspace, "pets", json.dumps(trees), base_version=current.version, message="")
    (problem,) = validate_project(workspace, "pets", Judging())[1]
    assert problem.rule == "breaks-description" and problem.place.expectation_id == one["id"]


def test_a_second_import_of_one_description_replaces_it(workspace):
    source = open_source(OPENAPI / "swagger2-petstore-expanded.json")
    create_from(workspace, "pets", source)
    import_into(workspace, "pets", source)
    assert len(project_context(workspace, "pets").descriptions) == 1


def test_secrets_in_a_description_are_not_kept(workspace):
    tree = {
        "openapi": "3.0.0",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "x"}}}}},
        "x-example": {"password": "correct horse battery"},
    }
    create_from(workspace, "pets", Source("a.json", json.dumps(tree).encode()))
    assert b"battery" not in project_context(workspace, "pets").descriptions[0].data


def test_what_is_no_description_judges_nothing():
    with pytest.raises(InvalidInput, match="no API description"):
        validate_source(Source("a", STATEFUL.encode()), "auto", Judging(against=[Source("b", b"{}")]))


def test_a_damaged_description_keeps_nobody_from_deploying(workspace):
    create_from(workspace, "pets", open_source(OPENAPI / "30-petstore-expanded.yaml"))
    key, bucket = "descriptions/30-petstore-expanded.json", workspace.projects.find("pets")
    found = workspace.projects.store.get(bucket, key)
    workspace.projects.store.put(bucket, key, b"not JSON: [", if_match=found.etag)
    assert problems_deployed(workspace, DeploymentOptions()) == []


# --- deployments


def problems_deployed(workspace, options):
    can_deploy = replace(workspace, account=object())  # never asked
    return deploy_basis(can_deploy, "pets").problems_with(options)


@pytest.mark.parametrize(("tasks", "expected"), [(1, []), (3, ["state-per-task"])])
def test_a_deploy_is_judged_by_its_options(workspace, tasks, expected):
    create_project(workspace, "pets", STATEFUL)
    assert rules(problems_deployed(workspace, DeploymentOptions(max_tasks=tasks))) == expected


def test_a_forward_is_doubtful_only_where_everybody_reaches_it(workspace):
    create_project(workspace, "pets", '[{"httpForward": {"host": "10.0.0.7"}}]')
    assert rules(problems_deployed(workspace, DeploymentOptions())) == ["public-forward"]
    closed = DeploymentOptions(allowed_cidrs=["192.0.2.0/24"])
    assert rules(problems_deployed(workspace, closed)) == []


def test_a_newer_image_takes_newer_fields(workspace):
    create_project(workspace, "pets", '[{"httpResponse": {}, "metadata": {}}]')
    newer = DeploymentOptions(mockserver_image="mockserver/mockserver:9.2.0")
    assert rules(problems_deployed(workspace, DeploymentOptions())) == ["newer-field"]
    assert rules(problems_deployed(workspace, newer)) == []


def test_errors_stop_a_deploy_before_its_job(workspace):
    create_project(workspace, "pets", BROKEN)
    workspace = replace(workspace, account=object())  # never asked: the deploy ends before
    with pytest.raises(InvalidInput, match="would not work") as raised:
        start_deploy(workspace, "pets", DeploymentOptions(), 1)
    assert "--silence path-parameters" in raised.value.hint
    assert workspace.jobs.all() == []
    assert rules(deploy_basis(workspace, "pets").problems) == ["path-parameters"]
