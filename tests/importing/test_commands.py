"""init, import, validate and export as a user runs them."""

import json
import os
import subprocess
import sys

import pytest

from tests.importing.documents import DATA

PETSTORE = str(DATA / "openapi" / "30-petstore-expanded.yaml")
COLLECTION = str(DATA / "postman" / "21-petstore-expanded.json")


@pytest.fixture
def automock(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AUTOMOCK_"))}

    def run(*arguments, text=""):
        return subprocess.run(
            [sys.executable, "-m", "automock_tui", "--workspace", "local", *arguments],
            env=kept | {"AUTOMOCK_HOME": str(tmp_path / "home"), "PYTHONUTF8": "1"},
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def data(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_description_becomes_a_project_and_comes_out_again(automock, tmp_path):
    made = data(automock("init", "--project", "pets", "--from", PETSTORE, "--json"))
    assert (made["format"], made["expectations"]) == ("openapi", 8)
    assert {"where", "construct", "done"} == set(made["report"][0])
    text = automock("export", "--project", "pets").stdout
    assert len(json.loads(text)) == 8
    target = tmp_path / "out.yaml"
    assert automock("export", "--project", "pets", "--format", "yaml", "--output", str(target)).returncode == 0
    checked = data(automock("validate", str(target), "--json"))
    assert (checked["format"], checked["expectations"], checked["problems"]) == ("mockserver", 8, [])
    again = automock("export", "--project", "pets", "--output", str(target))
    assert again.returncode == 2
    assert "there already" in again.stderr


def test_a_second_import_replaces_and_adds(automock):
    automock("init", "--project", "pets", "--from", COLLECTION)
    same = data(automock("import", "--project", "pets", "--json", COLLECTION))
    assert (same["added"], same["replaced"]) == (0, 8)
    more = data(automock("import", "--project", "pets", "--json", "curl https://api.example.com/health"))
    assert (more["format"], more["added"], more["replaced"], more["version"]) == ("curl", 1, 0, "v3")
    first = automock("export", "--project", "pets", "--version", "v1").stdout
    assert len(json.loads(first)) == 8
    assert len(json.loads(automock("export", "--project", "pets").stdout)) == 9
    assert "curl" in automock("export", "--project", "pets", "--format", "curl").stdout


def test_mockserver_json_stays_letter_by_letter(automock):
    odd = '[ {"httpRequest": {"path":  "/a"}, "httpResponse": {"statusCode":200} } ]\n'
    assert automock("init", "--project", "odd", "--from", "-", text=odd).returncode == 0
    assert automock("export", "--project", "odd").stdout == odd


def test_validate_ends_with_one_where_mockserver_would_refuse(automock):
    bad = json.dumps([{"id": "a", "httpRequest": {"path": 7}, "httpResponse": {}}])
    done = automock("validate", "-", text=bad)
    assert done.returncode == 1
    assert "wrong-type" in done.stdout
    assert automock("init", "--project", "bad", "--from", "-", text=bad).returncode == 2


def test_secrets_are_masked_unless_they_are_to_be_kept(automock):
    command = "curl https://api.example.com/me -H 'Authorization: Bearer abcdef0123456789'"
    two = command + "\n" + "curl https://api.example.com/me"
    automock("init", "--project", "masked", "--from", "-", text=two)
    automock("init", "--project", "kept", "--keep-secrets", "--from", "-", text=two)
    assert "abcdef" not in automock("export", "--project", "masked").stdout
    assert "abcdef" in automock("export", "--project", "kept").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["init", "--project", "a-project", "--from", str(DATA / "README.md")], "README.md"),
        (["init", "--project", "a-project", "--from", COLLECTION, "--format", "har"], "not of the format har"),
        (["validate"], "FILE or --project"),
        (["validate", "/nowhere.json"], "cannot be read"),
        (["import", "--project", "a-project", "curl"], "cannot be read"),
    ],
)
def test_a_mistake_says_what_and_ends_with_two(automock, arguments, words):
    done = automock(*arguments)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_project_begins_with_a_template(automock):
    listed = automock("init", "--list-templates")
    assert listed.returncode == 0
    assert {"petstore", "flaky", "graphql"} <= {line.split()[0] for line in listed.stdout.splitlines()}
    made = data(automock("init", "--project", "shaky", "--template", "flaky", "--json"))
    assert made["expectations"] == 16
    unknown = automock("init", "--project", "other", "--template", "flakey")
    assert unknown.returncode == 2
    assert "No template 'flakey'" in unknown.stderr
    both = automock("init", "--project", "other", "--template", "flaky", "--blank")
    assert both.returncode == 2


def test_examples_are_picked_by_name(automock):
    document = str(DATA / "openapi" / "30-response-examples.json")
    every = data(automock("init", "--project", "every", "--from", document, "--json"))
    some = data(automock("init", "--project", "some", "--from", document, "--example", "cat", "--json"))
    assert some["expectations"] < every["expectations"]
