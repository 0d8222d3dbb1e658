"""The commands versions, diff and rollback, as somebody at a shell uses them."""

import json
from datetime import timedelta
from functools import partial

import pytest
from click.testing import CliRunner

from automock_tui.bootstrap import open_workspace
from automock_tui.cli.context import Context
from automock_tui.cli.main import group
from automock_tui.domain.deployment import Infrastructure, begin_deploy, finish_deploy
from automock_tui.domain.errors import AutomockError
from automock_tui.operations.save import save_expectations
from automock_tui.settings import Settings, find_folders

V1 = (
    '[{"id":"a","httpRequest":{"path":"/a"},"httpResponse":{"statusCode":200,"body":{"n":1.0}}},'
    '{"id":"b","httpResponse":{}}]'
)
V2 = '[{"id":"a","httpRequest":{"path":"/a"},"httpResponse":{"statusCode":404}},{"id":"c","httpResponse":{}}]'


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOMOCK_HOME", str(tmp_path))
    monkeypatch.setenv("AUTOMOCK_AUTHOR", "ann@desk")
    found = open_workspace(
        Settings(author="ann@desk"), find_folders({"AUTOMOCK_HOME": str(tmp_path)}), kind="local"
    )
    found.projects.create("petstore", V1.encode(), message="First")
    save_expectations(found, "petstore", V2, base_version="v1", message="Not\nfound\x1b[31m")
    return found


@pytest.fixture
def run(workspace):
    """Runs a command in this process."""

    def run(*arguments):
        return CliRunner().invoke(group, ["--workspace", "local", *arguments], obj=Context("local"))

    return run


def test_versions_are_listed_newest_first_and_cannot_play_with_the_terminal(run):
    done = run("versions", "--project", "petstore")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["VERSION", "SAVED", "BY", "EXPECTATIONS", "MESSAGE"]
    assert lines[1].startswith("v2 ")
    assert "current" in lines[1]
    assert "ann@desk" in lines[1]
    assert lines[2].endswith("First")
    assert "\x1b" not in done.stdout


def test_the_version_that_runs_is_marked(run, workspace):
    begun = partial(
        begin_deploy,
        ttl=timedelta(hours=1),
        options={},
        job_id="job-1",
        by="ann@desk",
        expectations_version="v2",
    )
    workspace.projects.update_deployment("petstore", lambda metadata, now: begun(metadata, now=now))
    finished = partial(
        finish_deploy,
        ttl=timedelta(hours=1),
        outputs={},
        infrastructure=Infrastructure(),
        job_id="job-1",
        by="ann@desk",
    )
    workspace.projects.update_deployment("petstore", lambda metadata, now: finished(metadata, now=now))
    assert "current, deployed" in run("versions", "--project", "petstore").stdout
    assert json.loads(run("versions", "--project", "petstore", "--json").stdout)[0]["deployed"] is True


def test_versions_as_json(run):
    newest, first = json.loads(run("versions", "--project", "petstore", "--json").stdout)
    assert (newest["version"], newest["current"], newest["expectations"]) == ("v2", True, 2)
    assert (first["message"], first["current"]) == ("First", False)
    assert first["saved_at"].endswith("Z")


def test_a_difference_names_expectations_and_fields(run):
    done = run("diff", "--project", "petstore", "v1", "v2")
    assert done.stdout.splitlines() == [
        "v1 → v2: 1 added, 1 removed, 1 changed",
        "~ ANY /a  a",
        "    /httpResponse/statusCode: 200 → 404",
        '    - /httpResponse/body: {"n": 1.0}',
        "- ANY any path  b",
        "+ ANY any path  c",
    ]


def test_a_difference_with_the_current_version_and_with_a_file(run, tmp_path):
    assert run("diff", "--project", "petstore", "1").stdout.startswith("v1 → v2: 1 added")
    file = tmp_path / "mine.json"
    file.write_text(V2)
    assert run("diff", "--project", "petstore", "current", str(file)).stdout == f"v2 → {file}: no changes\n"


def test_a_difference_as_json_keeps_how_numbers_are_spelled(run):
    done = run("diff", "--project", "petstore", "v1", "v2", "--json")
    found = json.loads(done.stdout, parse_float=str)
    assert (found["added"], found["removed"], found["changed"], found["moved"]) == (1, 1, 1, 0)
    body = found["changes"][0]["fields"][1]
    assert body == {"pointer": "/httpResponse/body", "before": {"n": "1.0"}}
    assert [change["kind"] for change in found["changes"]] == ["changed", "removed", "added"]
    assert "before" not in found["changes"][2]


def test_a_rollback_is_told_and_done(run, workspace):
    done = run("rollback", "--project", "petstore", "--to", "1", "--message", "oops", "--json")
    assert json.loads(done.stdout) == {"project": "petstore", "to": "v1", "from": "v2", "version": "v3"}
    assert "v3 holds what v1 held; v2 stays" in done.stderr
    assert workspace.projects.read_expectations("petstore").body.decode() == V1
    assert "nothing to do" in run("rollback", "--project", "petstore", "--to", "v3").stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["versions", "--project", "nobody"], 3),
        (["diff", "--project", "petstore", "v9", "v1"], 3),
        (["diff", "--project", "petstore", "nowhere.json", "v1"], 2),
        (["rollback", "--project", "petstore", "--to", "v9"], 3),
        (["rollback", "--project", "petstore", "--to", "../v1"], 2),
        (["rollback", "--project", "petstore", "--to", "v1", "--infrastructure"], 2),
    ],
)
def test_what_cannot_be_done_ends_with_its_code_and_changes_nothing(run, workspace, arguments, code):
    done = run(*arguments)
    assert isinstance(done.exception, AutomockError), done.output
    assert done.exception.exit_code == code
    assert workspace.projects.read_expectations("petstore").version == "v2"


def test_flags_of_the_infrastructure_need_it(run):
    done = run("rollback", "--project", "petstore", "--to", "v1", "--yes")
    assert done.exit_code == 2
    assert "--infrastructure" in done.stderr
