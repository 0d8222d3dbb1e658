"""traffic, verify and record on the command line, over a real mock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request

import pytest

from automock_tui.operations.local_run import LocalRun

SET = [{"id": "list", "httpRequest": {"method": "GET", "path": "/pets"}, "httpResponse": {"body": "[]"}}]


@pytest.fixture
def mock():
    run = LocalRun.start(json.dumps(SET))
    yield run.url
    run.stop()


@pytest.fixture
def automock(tmp_path, mock):
    environment = os.environ | {"AUTOMOCK_HOME": str(tmp_path)}

    def run(command, *arguments, **more):
        line = [sys.executable, "-m", "automock_tui", command, "--url", mock, *arguments]
        return subprocess.run(line, env=environment | more, capture_output=True, text=True, timeout=60)

    return run


def test_traffic_says_when_there_is_none_and_then_prints_it(automock, mock):
    nothing = automock("traffic")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert f"curl -i {mock}/" in nothing.stderr
    urllib.request.urlopen(f"{mock}/pets").read()
    done = automock("traffic")
    assert "GET     /pets  200  list" in done.stdout
    assert done.stderr == ""
    (seen,) = map(json.loads, automock("traffic", "--json").stdout.splitlines())
    assert (seen["method"], seen["status"], seen["is_miss"]) == ("GET", 200, False)
    assert automock("traffic", "--misses").stdout == ""


def test_a_failed_verification_says_how_often_it_came(automock, mock):
    urllib.request.urlopen(f"{mock}/pets").read()
    assert automock("verify", "--request", "GET /pets").returncode == 0
    done = automock("verify", "--request", "GET /pets", "--times", "2")
    assert done.returncode == 1
    assert "exactly 2 times; it came 1 time." in done.stderr


def test_a_recording_never_replaces_a_file(automock, mock, tmp_path):
    real = LocalRun.start(json.dumps([{"httpRequest": {"path": "/real"}, "httpResponse": {"body": "yes"}}]))
    try:
        assert automock("record", "--from", real.url).returncode == 0
        assert urllib.request.urlopen(f"{mock}/real").read() == b"yes"
    finally:
        real.stop()
    file = tmp_path / "kept.json"
    file.write_text("mine")
    done = automock("record", "--output", str(file))
    assert done.returncode == 2
    assert "there already" in done.stderr
    assert file.read_text() == "mine"
    fresh = tmp_path / "fresh.json"
    assert automock("record", "--output", str(fresh)).returncode == 0
    assert fresh.stat().st_mode & 0o077 == 0
    assert "/real" in fresh.read_text()


def test_times_are_utc_where_that_is_set(automock, mock):
    urllib.request.urlopen(f"{mock}/pets").read()
    (seen,) = map(json.loads, automock("traffic", "--json").stdout.splitlines())
    hour_minute = seen["at"][11:16]
    local = automock("traffic", TZ="Asia/Kathmandu").stdout
    assert automock("traffic", TZ="Asia/Kathmandu", AUTOMOCK_UTC="true").stdout.startswith(hour_minute)
    assert not local.startswith(hour_minute)
