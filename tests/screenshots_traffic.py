"""Pictures of the Traffic and Explain screens, over a mock of this machine.

python -m tests.screenshots_traffic
"""

import asyncio
import os
import tempfile
import urllib.error
import urllib.request
from contextlib import suppress

from automock_tui.bootstrap import open_workspace
from automock_tui.operations.create import create_project
from automock_tui.operations.local_run import LocalRun
from automock_tui.settings import Settings, find_folders
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.screens.traffic import TrafficScreen
from tests.e2e.conftest import EXAMPLE
from tests.screenshots import SIZE, Tour

ASKED = (
    ("GET", "/health"), ("POST", "/login"), ("GET", "/pets?limit=5"), ("GET", "/pets/7"), ("GET", "/pets/abc"),
    ("POST", "/pets"), ("PATCH", "/pets/7"), ("GET", "/pets?species=dog"), ("GET", "/owners/12/pets"),
)  # fmt: skip


def ask(url):
    """Send some requests, hits and misses."""
    for method, path in ASKED:
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(url + path, method=method), timeout=10).read()


async def walk(folder):
    """Watch a mock, then ask why."""
    folders = find_folders({"AUTOMOCK_HOME": folder})
    settings = Settings(author="ann@laptop")
    workspace = open_workspace(settings, folders, kind="local")
    create_project(workspace, "petstore", EXAMPLE.read_bytes(), source=EXAMPLE.name)
    run = await asyncio.to_thread(LocalRun.start, EXAMPLE.read_text())
    try:
        app = AutomockApp(settings, folders, lambda: workspace)
        async with app.run_test(size=SIZE) as pilot:
            tour = Tour(app, pilot)
            await tour.see("petstore")
            app.push_screen(TrafficScreen(workspace, "petstore", url=run.url))
            await tour.see("No requests yet")
            await asyncio.to_thread(ask, run.url)
            await tour.see("nearest first")
            tour.take("traffic")
            await tour.press("up", "up", "w")
            await tour.see("PATCH")
            await tour.see("expected")
            tour.take("explain")
    finally:
        await asyncio.to_thread(run.stop)


def main():
    """Take them."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"AUTOMOCK_HOME": folder}
        asyncio.run(walk(folder))


if __name__ == "__main__":
    main()
