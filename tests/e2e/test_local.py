"""The whole life of a mock of the local workspace, by commands and by keyboard, with nothing but Python."""

import os
import shutil
import signal
import socket
import urllib.error
import urllib.request

import pytest

from tests import parts
from tests.e2e.conftest import EXAMPLE, Home, wait_until
from tests.e2e.test_keyboard import Terminal

SOON = 60
"""Seconds to wait for what takes one or two on an idle machine."""
NEW = '[{"id": "new", "httpRequest": {"path": "/new"}, "httpResponse": {"body": "hello"}}]'


class LocalHome(Home):
    """A user who has neither Terraform nor an AWS account."""

    def __post_init__(self):
        super().__post_init__()
        self.environment["PATH"] = "/nowhere"

    def command(self, *arguments, workspace="local"):
        """The words of a command in the local workspace."""
        return super().command(*arguments, workspace=workspace)

    def run(self, *arguments, code=0, workspace="local"):
        """Run a command to its end; its stdout."""
        return super().run(*arguments, code=code, workspace=workspace)

    def row(self, project="petstore"):
        """The project's status."""
        return self.json("status", "--project", project)

    def end_all(self):
        """Kill every mock that still runs."""
        for job in self.json("jobs"):
            if job["status"] == "serving":
                os.kill(job["process"]["pid"], signal.SIGKILL)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A user's machine; its mocks end with the module."""
    machine = LocalHome(tmp_path_factory.mktemp("local-home"))
    yield machine
    machine.end_all()


def ask(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def answers(url, text):
    try:
        return ask(url) == text
    except urllib.error.HTTPError:
        return False


def is_open(address):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0


def test_1_a_mock_is_up_a_moment_after_its_deploy(home):
    home.run("init", "--project", "petstore", "--from", str(EXAMPLE))
    shown = home.run("deploy", "--project", "petstore", "--ttl-hours", "2")
    row = home.row()
    assert row["address"] in shown
    assert "Rex" in ask(f"{row['address']}/pets")
    assert (row["status"], row["tasks"], row["cost_so_far_usd"]) == ("deployed", "1/1", "0")
    assert 7100 < row["ttl_remaining_seconds"] <= 7200
    assert row["address"] in home.run("logs", "--project", "petstore")


def test_2_what_is_saved_is_served(home, tmp_path):
    address = home.row()["address"]
    edited = tmp_path / "new.json"
    edited.write_text(NEW)
    home.run("import", "--project", "petstore", str(edited))
    wait_until(lambda: answers(f"{address}/new", "hello"), SOON, "the new answer")
    wait_until(lambda: home.row()["deployed_version"] == "v2", SOON, "the record says so")


def test_3_two_who_extend_at_once_both_count(home):
    both = [home.start("extend-ttl", "--project", "petstore", "--hours", "2") for _ in range(2)]
    assert [one.wait(SOON) for one in both] == [0, 0]
    assert home.row()["ttl_remaining_seconds"] > 5.9 * 3600


def test_4_a_killed_mock_is_told_as_stopped_and_comes_back_at_its_address(home):
    address, (job, *_) = home.row()["address"], home.json("jobs")
    os.kill(job["process"]["pid"], signal.SIGKILL)
    wait_until(lambda: home.row()["status"] == "stopped", SOON, "it is told as stopped")
    assert not is_open(address)
    assert "killed" in home.row()["note"]
    home.run("extend-ttl", "--project", "petstore", "--hours", "1", code=3)
    home.run("deploy", "--project", "petstore", "--ttl-hours", "1")
    assert home.row()["address"] == address
    assert "Rex" in ask(f"{address}/pets")


def test_5_destroying_closes_its_port(home):
    address = home.row()["address"]
    home.run("destroy", "--project", "petstore", "--yes")
    assert not is_open(address)
    assert (home.row()["status"], home.row()["version"]) == ("destroyed", "v2")
    home.run("destroy", "--project", "petstore", "--yes", code=3)


def test_6_its_ttl_ends_it_while_nobody_looks(home):
    home.run("deploy", "--project", "petstore", "--ttl-hours", "0.001", "--port", "0")
    log = home.run("logs", "--project", "petstore", "--follow")
    assert "its TTL is over" in log
    assert "is closed" in log
    assert home.row()["status"] == "destroyed"


def test_7_what_it_does_not_have_is_refused(home):
    home.run("deploy", "--project", "petstore", "--min-tasks", "2", code=2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        home.run("deploy", "--project", "petstore", "--port", port, code=2)
    assert home.row()["status"] == "destroyed"


@pytest.mark.part("tmux")
def test_8_from_the_welcome_to_a_mock_and_back_by_keyboard(tmp_path):
    parts.require("tmux", shutil.which("tmux"), "no tmux on PATH")
    home = LocalHome(tmp_path / "home")
    terminal = Terminal(f"automock-{os.getpid()}-local", "narrow", home)
    terminal.open()
    try:
        terminal.wait_for("Welcome to automock-tui")
        terminal.press("Enter")
        terminal.wait_for("New project")
        terminal.wait_for("✓ 14 expectations")
        terminal.type("shop")
        terminal.press("C-s")
        terminal.wait_for("✓ 14 expectations from template petstore.")
        terminal.press("C-s")
        terminal.wait_for("what next?")
        terminal.press("Down", "Enter")
        terminal.wait_for("Deploy shop on this machine")
        terminal.wait_for("v1 · 14 expectations")
        terminal.press("Enter")
        terminal.wait_for("deployed")
        terminal.wait_for(" 3h 5")
        terminal.kill_app()
        address = home.row("shop")["address"]
        assert "Rex" in ask(f"{address}/pets")
        terminal.open()
        terminal.wait_for(" 3h 5")
        terminal.press("D")
        terminal.wait_for("This stays")
        terminal.type("shop")
        terminal.press("Enter")
        terminal.wait_for("destroyed")
        wait_until(lambda: home.row("shop")["status"] == "destroyed", SOON, "the end")
        assert not is_open(address)
        terminal.press("q")
    finally:
        terminal.close()
        home.end_all()
