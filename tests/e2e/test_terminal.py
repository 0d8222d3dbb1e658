"""What a terminal does to a program: put it into the background, change its size, go away."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import parts
from tests.e2e.conftest import wait_until
from tests.e2e.test_keyboard import Terminal
from tests.e2e.test_local import LocalHome

pytestmark = [pytest.mark.part("tmux"), pytest.mark.timeout(180)]


@dataclass
class Shell(Terminal):
    """A terminal with a shell in it, where the app is started by typing its name."""

    def open(self):
        """Open the terminal with a shell."""
        size = ["-x", "100", "-y", "30"]
        ours = [f"-eAUTOMOCK_HOME={self.home.root}", "-ePS1=shell: "]
        self.tmux("new-session", "-d", "-s", self.name, *size, *ours, "env", "-u", "COLUMNS", "sh", "-m")
        self.wait_for("shell:")

    def enter(self, words):
        """Type a line and enter it."""
        self.type(words)
        self.press("Enter")


@pytest.fixture
def shell(tmp_path):
    parts.require("tmux", shutil.which("tmux"), "no tmux on PATH")
    terminal = Shell(f"automock-{os.getpid()}-shell", "narrow", LocalHome(tmp_path / "home"))
    terminal.open()
    yield terminal
    terminal.tmux("kill-server")


def apps_of(shell):
    """The processes of this test's app, by the home that only it has."""
    mark = f"AUTOMOCK_HOME={shell.home.root}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_app = b"automock-tui" in (process / "cmdline").read_bytes()
            if is_app and mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
    return found


def test_to_the_shell_and_back_another_size_and_a_terminal_that_goes_away(shell):
    shell.enter(" ".join(shell.home.command()))
    shell.wait_for("Welcome to automock-tui")
    shell.press("Escape")
    shell.wait_for("No projects here yet")
    shell.press("C-z")
    shell.wait_for("shell:")
    shell.enter("clear; echo in the shell")
    shell.wait_for("in the shell")
    shell.enter("fg")
    shell.wait_for("No projects here yet")
    assert "in the shell" not in shell.screen()
    assert "automock-tui  local" in shell.screen(), "all of it is drawn again"
    shell.tmux("resize-window", "-t", shell.name, "-x", "60", "-y", "15")
    wait_until(lambda: max(map(len, shell.screen().splitlines())) <= 60, 30, "the small window")
    shell.wait_for("No projects here yet")
    assert apps_of(shell)
    shell.close()
    wait_until(lambda: not apps_of(shell), 30, "the app ends with its terminal")
