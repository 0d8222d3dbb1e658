"""The whole journey by keyboard only, in real terminals of two sizes at once, each with its own project."""

import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests import parts
from tests.e2e.conftest import Home

pytestmark = [
    pytest.mark.part("terraform"),
    pytest.mark.part("aws-provider"),
    pytest.mark.part("tmux"),
    pytest.mark.timeout(900),
]
SIZES = {"wide": (120, 40), "narrow": (80, 24)}


@dataclass
class Terminal:
    """A tmux session that runs the app."""

    socket: str
    name: str
    home: Home

    def open(self):
        """Open the terminal with a new app in it."""
        columns, rows = SIZES[self.name]
        size = ["-x", str(columns), "-y", str(rows)]
        ours = [f"-eAUTOMOCK_HOME={self.home.root}"]
        program = ["env", "-u", "COLUMNS", "-u", "LINES", *self.home.command()]
        self.tmux("new-session", "-d", "-s", self.name, *size, *ours, *program)

    def close(self):
        """Close the terminal, as its window's button does."""
        self.tmux("kill-server")
        self.wait_until_gone()

    def kill_app(self):
        """End the app without a word; its terminal ends with it."""
        app = int(self.tmux("list-panes", "-t", self.name, "-F", "#{pane_pid}"))
        os.kill(app, signal.SIGKILL)
        self.wait_until_gone()

    def wait_until_gone(self):
        """Wait until tmux has let go of the session: it does so some time after the program ended."""
        end = time.monotonic() + 30
        while self.tmux("list-sessions", "-F", "#{session_name}").strip():
            assert time.monotonic() < end, f"tmux keeps the session {self.name}"
            time.sleep(0.05)

    def tmux(self, *words):
        done = subprocess.run(
            ["tmux", "-L", self.socket, *words], capture_output=True, text=True, timeout=30, check=False
        )
        return done.stdout

    def press(self, *keys):
        """Press keys one after the other, as a person does."""
        for key in keys:
            self.tmux("send-keys", "-t", self.name, key)
            time.sleep(0.1)

    def type(self, text):
        """Type a text."""
        self.tmux("send-keys", "-t", self.name, "-l", text)

    def screen(self):
        """What is on the screen."""
        return self.tmux("capture-pane", "-p", "-t", self.name)

    def wait_for(self, text, seconds=60):
        """Wait until a text is on the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in self.screen():
                return
            time.sleep(0.3)
        pytest.fail(f"{self.name}: no {text!r} within {seconds} s on\n{self.screen()}")


@pytest.fixture
def terminals(home):
    parts.require("tmux", shutil.which("tmux"), "no tmux on PATH")
    opened = {
        name: Terminal(f"automock-{home.root.parent.name}-{home.root.name}-{name}", name, home)
        for name in SIZES
    }
    for terminal in opened.values():
        terminal.open()
    yield opened
    for terminal in opened.values():
        terminal.close()


def journey(terminal, project, lose):
    """From an empty table to a mock and back; the app is lost in the middle of the apply."""
    terminal.wait_for("No projects here yet")
    terminal.press("n")
    terminal.wait_for("New project")
    terminal.wait_for("no problems")
    terminal.type(project)
    terminal.press("C-s")  # at once: what was typed before it must count
    terminal.wait_for("✓ 14 expectations from template petstore.")
    terminal.press("C-s")
    terminal.wait_for("what next?")
    terminal.press("Down")
    terminal.press("Enter")
    terminal.wait_for(f"Deploy {project}")
    terminal.wait_for("/h")
    terminal.press("C-s")
    terminal.wait_for("waits for you", 120)
    terminal.press("r")
    terminal.wait_for("Plan for deploying")
    terminal.press("a")
    terminal.wait_for("running")
    lose(terminal)
    terminal.open()
    terminal.wait_for(project)
    terminal.press("/")
    terminal.type(project)
    terminal.wait_for("1 shown")
    terminal.press("Enter")
    time.sleep(1)  # nothing on the screen tells that the keys go to the table again
    terminal.press("l")
    terminal.wait_for("is deployed in", 300)
    terminal.press("Escape")
    terminal.wait_for("1 shown")  # the projects: the job's own screen tells the hours too
    terminal.wait_for(" 3h 5")
    terminal.press("x")
    terminal.wait_for(f"Extend {project}")
    terminal.press("4")
    terminal.wait_for("7h 5")
    terminal.press("Enter")
    terminal.wait_for("Extended")
    terminal.wait_for(" 7h 5")
    terminal.press("D")
    terminal.wait_for("This stays")
    terminal.type(project)
    terminal.press("Enter")
    terminal.wait_for("is destroyed in", 200)
    terminal.press("Escape")
    terminal.wait_for("○")
    terminal.press("q")


def test_the_whole_journey_by_keyboard(home, terminals):
    with ThreadPoolExecutor() as pool:
        ways = {"wide": Terminal.kill_app, "narrow": Terminal.close}
        walks = [pool.submit(journey, one, f"shop-{name}", ways[name]) for name, one in terminals.items()]
        for walk in walks:
            walk.result()
    jobs = home.json("jobs")
    for name in terminals:
        (job,) = [job for job in jobs if (job["project"], job["kind"]) == (f"shop-{name}", "deploy")]
        log = home.run("logs", job["id"])
        assert log.splitlines()[0].startswith("init")
        row = home.json("status", "--project", f"shop-{name}")
        assert (row["status"], row["generation"]) == ("destroyed", 1)
        assert home.leftovers(f"shop-{name}") == []
