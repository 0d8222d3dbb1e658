"""How long the app takes from the interpreter's start to its first paint, in a real terminal.

    python -m tests.benchmarks.first_paint

The limit is 400 ms on an idle machine with two cores. A bare Textual app of one line is measured beside it:
what that takes is not ours.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.terminal import Terminal

ROUNDS = 9
LIMIT = 0.400
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare-app-painted")
Bare().run()
"""


def paint_seconds(command: list[str], text: bytes, environment: dict[str, str]) -> float:
    """The fastest of some starts: what the app needs, not what the machine was doing."""
    taken = []
    for _ in range(ROUNDS):
        terminal = Terminal(command, environment)
        try:
            taken.append(terminal.seconds_until(text))
        finally:
            terminal.end()
    return min(taken)


def main() -> None:
    """Print the table."""
    program = str(Path(sys.executable).with_name("automock-tui"))
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "state").mkdir()
        (Path(home) / "state" / "welcomed").touch()
        environment = os.environ | {"AUTOMOCK_HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        bare = paint_seconds([sys.executable, "-c", BARE], b"bare-app-painted", environment)
        ours = paint_seconds([program], b"automock-tui", environment)
        ready = paint_seconds([program], b"No projects here yet", environment)
    print(f"{'':34}{'ms':>6}{'ratio':>8}")
    for name, seconds in (("bare Textual app, painted", bare), ("automock-tui, first paint", ours)):
        print(f"{name:34}{seconds * 1000:6.0f}{seconds / bare:8.2f}")
    print(f"{'automock-tui, local projects known':34}{ready * 1000:6.0f}{ready / bare:8.2f}")
    print(f"first paint within {LIMIT * 1000:.0f} ms: {'yes' if ours <= LIMIT else 'NO'}")


if __name__ == "__main__":
    main()
