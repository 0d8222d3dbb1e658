"""The whole journey by keyboard only, in real terminals of two sizes at once, each with its own project."""

import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests import parts

pytestmark = [
    pytest.mark.part("terraform"),
    pytest.mark.part("aws-provider"),
    pytest.mark.part("tmux"),
    pytest.mark.timeout(900),
]
SIZES = {"wide": (120, 40), "narrow": (80, 24)}


@dataclass
class Terminal:
    """A tmux session that runs one program."""

    socket: str
    name: str

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
    opened = {}
    for name, (columns, rows) in SIZES.items():
        terminal = Terminal(f"automock-{home.root.parent.name}-{name}", name)
        size = ["-x", str(columns), "-y", str(rows)]
        settings = [f"-e{key}={value}" for key, value in home.environment.items() if key.startswith("AUTOMOCK")]
        program = ["env", "-u", "COLUMNS", "-u", "LINES", *home.command()]
        terminal.tmux("new-session", "-d", "-s", name, *size, *settings, *program)
        opened[name] = terminal
    yield opened
    for terminal in opened.values():
        terminal.tmux("kill-server")


def journey(terminal, project):
    """From an empty table to a mock and back."""
    terminal.wait_for("No projects here yet")
    terminal.press("n")
    terminal.wait_for("New project")
    terminal.wait_for("14 expectations")
    terminal.type(project)
    terminal.press("C-s")
    terminal.wait_for("what next?")
    terminal.press("Enter")
    terminal.wait_for(f"Deploy {project}")
    terminal.wait_for("/h")
    terminal.press("C-s")
    terminal.wait_for("waits for you", 120)
    terminal.press("r")
    terminal.wait_for("Plan for deploying")
    terminal.press("a")
    terminal.wait_for("Apply ")
    terminal.wait_for("is deployed in", 300)
    terminal.press("Escape")
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
        walks = [pool.submit(journey, terminal, f"shop-{name}") for name, terminal in terminals.items()]
        for walk in walks:
            walk.result()
    for name in terminals:
        row = home.json("status", "--project", f"shop-{name}")
        assert (row["status"], row["generation"]) == ("destroyed", 1)
        assert home.leftovers(f"shop-{name}") == []
