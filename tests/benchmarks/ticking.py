"""What fifty countdowns cost: processor and memory of the app with 50 projects that all change every second.

    python -m tests.benchmarks.ticking [SECONDS]

The limit is 3 % of a core. The same app with nothing that ticks is measured beside it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from automock_tui.operations.create import create_project
from tests.benchmarks.terminal import Terminal
from tests.ui.fleet import deployed
from tests.ui.screen_app import workspace_in

PROJECTS = 50
LIMIT_PERCENT = 3.0
SETTLE = 5.0


def measure(home: Path, seconds: float) -> tuple[float, float, float, float]:
    """Percent of a core, KiB painted a second, MiB at the start and at the end, of the app over a workspace."""
    environment = os.environ | {"AUTOMOCK_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment["AUTOMOCK_REFRESH_SECONDS"] = "15"
    terminal = Terminal([str(Path(sys.executable).with_name("automock-tui"))], environment)
    try:
        terminal.drain(SETTLE)
        cpu, memory, painted = terminal.cpu_seconds(), terminal.memory_mib(), terminal.painted
        terminal.drain(seconds)
        used = (terminal.cpu_seconds() - cpu) / seconds * 100
        rate = (terminal.painted - painted) / seconds / 1024
        return used, rate, memory, terminal.memory_mib()
    finally:
        terminal.end()


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 45.0
    with tempfile.TemporaryDirectory() as ticking, tempfile.TemporaryDirectory() as still:
        for number in range(PROJECTS):
            deployed(workspace_in(Path(ticking)), f"project-{number:02}", timedelta(minutes=30 + number % 25))
            create_project(workspace_in(Path(still)), f"project-{number:02}", None)
        rows = (("no countdown", Path(still)), (f"{PROJECTS} countdowns", Path(ticking)))
        measured = [(name, measure(home, seconds)) for name, home in rows]
    print(f"{'':18}{'% of a core':>12}{'KiB/s painted':>15}{'MiB':>8}{'MiB later':>11}")
    for name, (used, rate, before, after) in measured:
        print(f"{name:18}{used:12.2f}{rate:15.1f}{before:8.1f}{after:11.1f}")
    used = measured[-1][1][0]
    print(f"under {LIMIT_PERCENT:.0f} % of a core: {'yes' if used < LIMIT_PERCENT else 'NO'}")


if __name__ == "__main__":
    main()
