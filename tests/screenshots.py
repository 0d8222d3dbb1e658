"""Take the pictures of the README: the real app, in a sandbox of its own, with real deployments.

    python -m tests.screenshots

Takes about four minutes and writes screenshots/*.svg.
"""

import asyncio
import os
import tempfile
from pathlib import Path

from automock_tui.bootstrap import open_workspace
from automock_tui.sandbox.account import down
from automock_tui.settings import Settings
from automock_tui.ui.app import AutomockApp
from tests.e2e.conftest import EXAMPLE, Home

PICTURES = Path(__file__).parents[1] / "screenshots"
SIZE = (120, 40)
DESCRIPTION = Path(__file__).parent / "data" / "importing" / "openapi" / "31-petstore.json"


class Tour:
    """A walk through the app with a camera."""

    def __init__(self, app, pilot):
        self.app = app
        self.pilot = pilot

    def text(self):
        """What is on the screen, as text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines)

    async def see(self, text, seconds=120.0):
        """Wait until a text is on the screen."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while text not in self.text():
            if loop.time() > end:
                raise TimeoutError(f"no {text!r} on\n{self.text()}")
            await self.pilot.pause(0.2)
        await self.pilot.pause(1)

    async def press(self, *keys):
        """Press keys."""
        await self.pilot.press(*keys)
        await self.pilot.pause(0.2)

    def take(self, name):
        """Save what is on the screen."""
        (PICTURES / f"{name}.svg").write_text(self.app.export_screenshot(title="automock-tui"))
        print(f"screenshots/{name}.svg", flush=True)


async def walk(home):
    """Deploy petstore beside two others, looking at every screen on the way."""
    settings = Settings(author="ann@laptop", refresh_seconds=3)
    app = AutomockApp(settings, home.folders, lambda: open_workspace(settings, home.folders, kind="sandbox"))
    async with app.run_test(size=SIZE) as pilot:
        tour = Tour(app, pilot)
        await tour.see("petstore")
        while "petstore" not in getattr(app.screen.current, "name", ""):
            await tour.press("j")
        await tour.press("d")
        await tour.see("at 3 tasks")
        tour.take("deploy")
        await tour.press("ctrl+s")
        await tour.see("waits for you")
        await tour.press("r")
        await tour.see("Plan for deploying")
        await tour.see("to create")
        tour.take("plan-review")
        await tour.press("a")
        await tour.see("Still creating... [30s elapsed]", 200)
        tour.take("job")
        await tour.see("is deployed in", 300)
        tour.take("job-done")
        await tour.press("escape")
        await tour.see("v1 live")
        await pilot.pause(8)
        tour.take("projects")
        await tour.press("x")
        await tour.see("Hours more")
        tour.take("extend")
        await tour.press("escape")
        await tour.press("e")
        await editor(tour)
        await new_project(tour)


async def editor(tour):
    """Look at an expectation as a form and as JSON, then make a mistake in it."""
    await tour.see("14 expectations")
    await tour.press("j", "3", "enter")
    await tour.see("demo-token")
    tour.take("editor")
    await tour.press("f2")
    await tour.see("json-unit.any-string")
    tour.take("editor-json")
    await tour.press("f2", "escape", "1", "enter", "down", "end")
    await tour.press(*"/", "left_curly_bracket", *"id", "right_curly_bracket")
    await tour.see("has no pathParameters")
    await tour.press("f8")
    tour.take("editor-problems")
    await tour.press("ctrl+z", "escape", "escape")


async def new_project(tour):
    """Import a description into a new project, up to the question what next."""
    from automock_tui.ui.navigation import go_home, open_new_project
    from automock_tui.ui.widgets.choice_line import ChoiceLine

    go_home(tour.app)
    open_new_project(tour.app)
    await tour.see("health-errors")
    await tour.press(*"shop")
    await tour.see("no problems")
    tour.take("new-project")
    tour.app.screen.query_one(ChoiceLine).value = "file"
    tour.app.screen._field("file").value = str(DESCRIPTION)
    await tour.see("(openapi)")
    await tour.press("ctrl+s")
    await tour.see("Left out or changed")
    await tour.see("status default")
    tour.take("import-result")


def main():
    """Make the projects, then the pictures."""
    from tests.screenshots_local import main as local
    from tests.screenshots_traffic import main as traffic
    from tests.screenshots_versions import main as versions

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        # Jobs are processes of their own: they find the same folders by the same variable.
        os.environ |= {"AUTOMOCK_HOME": folder}
        try:
            for name in ("checkout", "orders", "petstore"):
                home.run("init", "--project", name, "--from", str(EXAMPLE))
            home.run("init", "--project", "drafts", "--blank")
            short = home.start("deploy", "--project", "checkout", "--ttl-hours", "0.2", "--yes")
            home.run("deploy", "--project", "orders", "--ttl-hours", "6", "--instance-size", "medium", "--yes")
            short.wait()
            asyncio.run(walk(home))
            versions()
            local()
            traffic()
        finally:
            down(home.folders.sandbox)


if __name__ == "__main__":
    main()
