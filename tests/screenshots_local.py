"""Take the pictures of the local workspace, which need nothing but Python.

python -m tests.screenshots_local
"""

import asyncio
import os
import signal
import tempfile
from pathlib import Path

from automock_tui.bootstrap import open_workspace
from automock_tui.operations.create import create_project
from automock_tui.operations.local_deploy import deploy_and_wait
from automock_tui.settings import Settings, find_folders
from automock_tui.ui.app import AutomockApp
from tests.e2e.conftest import EXAMPLE
from tests.screenshots import SIZE, Tour


async def walk(workspace):
    """The table with a mock that runs and one that was killed, and the dialog that starts a third."""
    app = AutomockApp(workspace.settings, workspace.folders, lambda: workspace)
    async with app.run_test(size=SIZE) as pilot:
        tour = Tour(app, pilot)
        await tour.see("stopped")
        while getattr(app.screen.current, "name", "") != "petstore":
            await tour.press("j")
        await tour.press("d")
        await tour.see("14 expectations")
        tour.take("local-deploy")


def main():
    """Make the projects, then the picture."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"AUTOMOCK_HOME": folder, "AUTOMOCK_AUTHOR": "ann@laptop"}
        folders = find_folders()
        workspace = open_workspace(Settings(author="ann@laptop"), folders, kind="local")
        for name in ("checkout", "orders", "petstore"):
            create_project(workspace, name, EXAMPLE.read_bytes(), source=Path(EXAMPLE).name)
        killed = deploy_and_wait(workspace, "checkout", 2)
        running = deploy_and_wait(workspace, "orders", 6)
        os.kill(workspace.jobs.load(killed.id).process.pid, signal.SIGKILL)
        try:
            asyncio.run(walk(workspace))
        finally:
            os.kill(workspace.jobs.load(running.id).process.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
