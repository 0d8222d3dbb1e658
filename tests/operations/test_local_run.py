"""A text that is served while it is edited: a real process, real requests."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.hosting.host import MockHost
from automock_tui.operations.local_run import LocalRun

EXAMPLE = (Path(__file__).parents[2] / "examples" / "petstore.json").read_text()


def says(body, path="/greeting", **more):
    return json.dumps([{"httpRequest": {"path": path}, "httpResponse": {"body": body}, **more}])


def ask(url, path="/greeting"):
    with urllib.request.urlopen(url + path, timeout=10) as answer:
        return answer.read().decode()


def is_open(url):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


@pytest.fixture
def run():
    found = LocalRun.start(says("hello"))
    yield found
    found.stop()


def test_the_unsaved_text_answers_and_every_edit_changes_the_answer_at_once(run):
    assert ask(run.url) == "hello"
    address = run.url
    assert run.update(says("changed")).count == 1
    assert (ask(run.url), run.url) == ("changed", address)


def test_half_typed_json_is_refused_with_its_place_and_what_was_there_goes_on(run):
    with pytest.raises(InvalidInput, match="line 1"):
        run.update('[{"httpRequest":')
    assert ask(run.url) == "hello"


def test_stopping_closes_the_port_and_may_be_done_twice(run):
    run.stop()
    assert not is_open(run.url)
    assert not run.is_running
    run.stop()


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AutomockError, match=f"127.0.0.1:{port}"):
            LocalRun.start(says("hello"), port=port)


def test_an_expectation_that_did_not_change_keeps_its_count(run):
    first = {
        "id": "twice",
        "httpRequest": {"path": "/twice"},
        "httpResponse": {"body": "1"},
        "times": {"remainingTimes": 2},
    }
    run.update(json.dumps([first]))
    assert ask(run.url, "/twice") == "1"
    run.update(json.dumps([first, {"httpRequest": {"path": "/other"}, "httpResponse": {"body": "2"}}]))
    assert ask(run.url, "/other") == "2"
    assert ask(run.url, "/twice") == "1"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        ask(run.url, "/twice")


def test_what_is_served_otherwise_is_said():
    run = LocalRun.start(
        json.dumps([{"httpRequest": {"path": "/x"}, "httpResponseClassCallback": {"callbackClass": "a.B"}}])
    )
    try:
        assert run.served.notes
    finally:
        run.stop()


def test_several_mocks_live_in_one_process_and_end_one_by_one():
    host = MockHost()
    try:
        urls = [host.serve(name, says(name)).url for name in ("one", "two")]
        assert [ask(url) for url in urls] == ["one", "two"]
        host.stop("one")
        assert [is_open(url) for url in urls] == [False, True]
        host.stop("one")
    finally:
        host.close()
    assert not is_open(urls[1])


def test_a_process_that_was_killed_is_told_and_replaced():
    host = MockHost()
    try:
        host.serve("one", says("hello"))
        assert host._process is not None
        os.kill(host._process.pid, signal.SIGKILL)
        host._process.wait()
        assert ask(host.serve("one", says("again")).url) == "again"
    finally:
        host.close()


def test_no_port_stays_open_behind_a_parent_that_was_killed():
    script = (
        "import sys, time\n"
        "from automock_tui.operations.local_run import LocalRun\n"
        "print(LocalRun.start(sys.argv[1]).url, flush=True)\n"
        "time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, says("hello")], stdout=subprocess.PIPE, text=True)
    url = parent.stdout.readline().strip()
    assert ask(url) == "hello"
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 20
    while is_open(url):
        assert time.monotonic() < end, "the mock outlived the process that it belongs to"
        time.sleep(0.05)


def test_the_example_is_served_whole():
    run = LocalRun.start(EXAMPLE)
    try:
        assert run.served.count == len(json.loads(EXAMPLE))
        assert "Rex" in ask(run.url, "/pets")
    finally:
        run.stop()
