"""The app is killed while somebody types: the draft has what was typed up to a second before."""

from __future__ import annotations

import os
import shutil
import signal
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

from automock_tui.operations.drafts import read_draft
from tests import parts
from tests.ui.screen_app import EXAMPLE, workspace_in

pytestmark = [pytest.mark.part("tmux"), pytest.mark.timeout(180)]
LETTERS = string.ascii_lowercase * 40


class Terminal:
    """A terminal with the app in it."""

    def __init__(self, home: Path) -> None:
        self._socket = f"automock-kill-{home.parent.name}"
        self._home = home

    def tmux(self, *words: str) -> str:
        command = ["tmux", "-L", self._socket, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout

    def open(self) -> None:
        app = [sys.executable, "-m", "automock_tui", "--workspace", "local"]
        ours = f"-eAUTOMOCK_HOME={self._home}"
        program = ["env", "-u", "COLUMNS", "-u", "LINES", *app]
        self.tmux("new-session", "-d", "-x", "120", "-y", "40", "-s", "editor", ours, *program)

    def close(self) -> None:
        self.tmux("kill-server")

    def press(self, key: str) -> None:
        self.tmux("send-keys", "-t", "editor", key)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-t", "editor", "-l", text)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "editor")

    def wait_for(self, text: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while text not in self.screen():
            assert time.monotonic() < end, f"no {text!r} on\n{self.screen()}"
            time.sleep(0.2)

    def kill(self) -> None:
        pid = int(self.tmux("list-panes", "-t", "editor", "-F", "#{pane_pid}"))
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def terminal(tmp_path: Path):
    parts.require("tmux", shutil.which("tmux"), "no tmux on PATH")
    home = tmp_path / "home"
    command = [sys.executable, "-m", "automock_tui", "--workspace", "local", "init", "--project", "petstore"]
    made = subprocess.run(
        [*command, "--from", str(EXAMPLE)],
        env=os.environ | {"AUTOMOCK_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    one = Terminal(home)
    one.open()
    yield one
    one.close()


def _drafted(home: Path) -> str:
    """The letters that the draft has in the path of the first expectation."""
    from automock_tui.domain.workspace import WorkspaceKind

    draft = read_draft(workspace_in(home, kind=WorkspaceKind.LOCAL), "petstore")
    return draft.text.partition('"path": "/health')[2].partition('"')[0] if draft else ""


def test_killed_while_typing_the_draft_is_a_second_behind_at_most(terminal, tmp_path):
    terminal.wait_for("petstore")
    terminal.press("e")
    terminal.wait_for("1 of 14")
    terminal.press("Enter")
    terminal.wait_for("GET, POST")
    terminal.press("Down")
    terminal.wait_for("exactly this")
    terminal.press("End")
    for letter in LETTERS[:60]:
        terminal.type(letter)
        time.sleep(0.03)
    # Keys that still wait in the terminal were not typed yet as far as the app can know.
    terminal.wait_for(LETTERS[40:60])
    shown = time.monotonic()
    terminal.type("XYZ")  # still typing: the draft does not wait for a pause
    time.sleep(max(0.0, shown + 1.0 - time.monotonic()))
    terminal.kill()
    assert _drafted(tmp_path / "home").startswith(LETTERS[:60])
    terminal.close()
    terminal.open()
    terminal.wait_for("petstore")
    terminal.press("e")
    terminal.wait_for("There is a draft that was not saved")
    terminal.press("Enter")
    terminal.wait_for(LETTERS[40:60])
