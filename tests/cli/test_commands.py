"""The command line as a contract: stdout, stderr and exit codes, from a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

AWS = ["--workspace", "aws", "--region", "us-east-1"]
EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"


@pytest.fixture
def automock(tmp_path):
    """Runs `automock-tui` in the local workspace; nobody is there to answer questions."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AUTOMOCK_"))}

    def run(*arguments, text="", stdout=subprocess.PIPE, background=False, **environment):
        command = [sys.executable, "-m", "automock_tui", *arguments]
        where = {"AUTOMOCK_HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
        parts = {"env": kept | where | environment, "stdout": stdout, "stderr": subprocess.PIPE, "text": True}
        if background:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, **parts)
        return subprocess.run(command, input=text, timeout=60, **parts)

    return run


def test_init_then_projects_then_status(automock):
    done = automock("init", "--project", "petstore", "--from", str(EXAMPLE), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["version"] == "v1"
    assert json.loads(automock("projects", "--json").stdout)[0]["project"] == "petstore"
    shown = json.loads(automock("status", "--project", "petstore", "--json").stdout)
    assert (shown["status"], shown["version"]) == ("none", "v1")


def test_init_reads_standard_input(automock):
    done = automock("init", "--project", "petstore", "--from", "-", text=EXAMPLE.read_text())
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "Created petstore v1" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["init", "--project", "petstore"], 2, "--describe TEXT or --blank"),
        (["init", "--project", "No", "--blank"], 2, "Bad project name"),
        (["init", "--project", "petstore", "--from", "/nowhere.json"], 2, "cannot be read"),
        (["status", "--project", "nobody"], 3, "nobody"),
        (["extend-ttl", "--project", "nobody", "--hours", "1"], 3, "nobody"),
        (["extend-ttl", "--project", "nobody", "--hours", "lots"], 2, "lots"),
        (["destroy", "--project", "nobody", "--yes"], 3, "nobody"),
        (["deploy", "--project", "nobody", "--yes"], 3, "nobody"),
        (["deploy", "--project", "nobody", "--min-tasks", "2"], 2, "--min-tasks: the local workspace"),
        (["deploy", "--project", "nobody", "--port", "70000"], 2, "70000"),
        (["logs"], 3, "No job"),
        (["logs", "20250101-000000000-abcd"], 3, "20250101-000000000-abcd"),
        (["delete", "--project", "nobody", "--yes"], 3, "nobody"),
        (["copy", "--project", "nobody", "--to-workspace", "local"], 3, "nobody"),
        (["estimate", "--min-tasks", "5", "--max-tasks", "2"], 2, "max_tasks"),
        (["estimate", "--custom-domain", "mock.example.com"], 2, "hosted_zone_id"),
        (["estimate", "--var", "no_such=1"], 2, "no_such"),
        (["estimate", "--var", "oops"], 2, "NAME=VALUE"),
        (["estimate", "--ttl-hours", "169"], 2, "168"),
        (["estimate", "--requests-per-second", "many"], 2, "many"),
        (["sandbox", "status"], 3, "not running"),
        (["no-such-command"], 2, "no-such-command"),
        (["--workspace", "moon", "status"], 2, "moon"),
        ([*AWS, "--endpoint-url", "notaurl", "status"], 2, "No address: 'notaurl'"),
        ([*AWS, "--endpoint-url", "http://127.0.0.1:99999", "status"], 2, "No address"),
        ([*AWS, "--endpoint-url", "ftp://127.0.0.1", "status"], 2, "No address"),
        ([], 2, "needs a terminal"),
    ],
)
def test_a_mistake_says_what_and_has_its_exit_code(automock, arguments, code, words):
    done = automock(*arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_expectations_say_line_and_column(automock, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('[\n  {"httpRequest": {"path": "/a",}\n')
    done = automock("init", "--project", "petstore", "--from", str(bad))
    assert done.returncode == 2
    assert "line 2" in done.stderr.lower()
    assert "bad.json" in done.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "region"),
        ({"AWS_REGION": "eu-central-1"}, "No AWS credentials"),
        ({"AWS_REGION": "eu-central-1", "AWS_PROFILE": "nobody"}, "nobody"),
        (
            {
                "AWS_REGION": "eu-central-1",
                "AWS_ACCESS_KEY_ID": "a",
                "AWS_SECRET_ACCESS_KEY": "b",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            },
            "does not answer",
        ),
    ],
)
def test_an_account_that_cannot_be_reached_says_why(automock, tmp_path, environment, words):
    none = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    done = automock("--workspace", "aws", "status", **none, **environment)
    assert done.returncode in (1, 2), done.stderr
    assert words in done.stderr
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_makes_no_sense_names_the_file(automock, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('worksapce = "aws"\n')
    done = automock("status")
    assert done.returncode == 2
    assert "worksapce" in done.stderr
    assert "config.toml" in done.stderr


def test_delete_asks_for_the_name_and_takes_no_silence_for_it(automock):
    automock("init", "--project", "petstore", "--blank")
    done = automock("delete", "--project", "petstore")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert automock("delete", "--project", "petstore", "--yes").returncode == 0
    assert automock("status", "--project", "petstore").returncode == 3


def test_estimate_prints_parts_and_totals_as_exact_decimals(automock):
    found = json.loads(automock("estimate", "--ttl-hours", "4", "--json").stdout)
    assert found["complete"] is True
    parts = sum(float(line["at_min"]["per_hour"]) for line in found["lines"])
    assert parts == pytest.approx(float(found["at_min"]["per_hour"]))
    assert all(line["price_date"] and line["price_source"] for line in found["lines"])


def test_doctor_names_what_it_looked_at(automock):
    checks = {check["name"]: check for check in json.loads(automock("doctor", "--json").stdout)}
    assert checks["python"]["result"] == "ok"
    assert checks["folders"]["result"] == "ok"
    assert checks["credentials"]["result"] == "note"


def test_no_home_is_left_world_readable(automock, tmp_path):
    automock("init", "--project", "petstore", "--from", str(EXAMPLE))
    for path in (tmp_path / "data").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_project_that_cannot_be_read_is_listed_with_its_error(automock, tmp_path):
    automock("init", "--project", "petstore", "--blank")
    (record,) = (tmp_path / "data" / "projects").glob("auto-mock-petstore-*/metadata.json")
    record.write_bytes(b"{")
    (found,) = json.loads(automock("projects", "--json").stdout)
    assert found["project"] == "petstore"
    assert "metadata.json" in found["error"]
    assert automock("projects").returncode == 0


@pytest.mark.parametrize("arguments", [["status"], ["projects", "--json"], ["--help"], ["config", "show"]])
def test_output_that_cannot_be_written_is_no_traceback(automock, arguments):
    automock("init", "--project", "petstore", "--from", str(EXAMPLE))
    with Path("/dev/full").open("w") as full:
        done = automock(*arguments, stdout=full)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "999", "1e-12"])
def test_hours_that_cannot_be_added_are_said_in_the_words_of_the_command(automock, hours):
    automock("init", "--project", "petstore", "--from", str(EXAMPLE))
    done = automock("extend-ttl", "--project", "petstore", "--hours", hours)
    assert done.returncode == 2
    assert "The hours to add are" in done.stderr
    assert "0 (no end)" not in done.stderr


def test_what_is_not_deployed_is_not_said_to_be_none(automock):
    automock("init", "--project", "petstore", "--from", str(EXAMPLE))
    assert "not deployed" in automock("status").stdout
    assert "not deployed" in automock("projects").stdout
    for command in (["destroy", "--yes"], ["traffic"]):
        done = automock(*command, "--project", "petstore")
        assert done.returncode == 3
        assert "none" not in done.stderr


def test_a_watched_status_is_one_json_a_line(automock):
    automock("init", "--project", "petstore", "--from", str(EXAMPLE))
    watching = automock("status", "--watch", "--json", background=True, AUTOMOCK_REFRESH_SECONDS="1")
    try:
        lines = [watching.stdout.readline() for _ in range(2)]
    finally:
        watching.terminate()
        watching.communicate(timeout=10)
    assert [json.loads(line)[0]["project"] for line in lines] == ["petstore"] * 2


def test_old_jobs_are_deleted_on_request_and_the_newest_of_a_project_stays(automock):
    automock("init", "--project", "petstore", "--from", str(EXAMPLE))
    for command in ("deploy", "destroy", "deploy", "destroy"):
        done = automock(command, "--project", "petstore", "--yes")
        assert done.returncode == 0, done.stderr
    before = json.loads(automock("jobs", "--json").stdout)
    done = automock("jobs", "--keep", "0", "--json")
    assert json.loads(done.stdout) == before[:1]
    assert f"Deleted {len(before) - 1} job" in done.stderr
