"""The app over a real workspace whose projects are in a folder, for tests of its screens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from automock_tui.aws.session import AwsAccount
from automock_tui.bootstrap import open_workspace
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.operations.create import create_project
from automock_tui.operations.workspace import Workspace
from automock_tui.settings import Folders, Settings, find_folders
from automock_tui.ui.app import AutomockApp
from automock_tui.ui.messages import Connected

EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
NOWHERE = "http://127.0.0.1:9"
"""An endpoint that nobody serves: what asks AWS fails at once."""


def folders_in(path: Path) -> Folders:
    return find_folders({"AUTOMOCK_HOME": str(path)})


def workspace_in(
    path: Path, *, kind: WorkspaceKind = WorkspaceKind.SANDBOX, region: str = "us-east-1"
) -> Workspace:
    """Projects in a folder, behind them an account that does not answer."""
    local = open_workspace(Settings(author="tester@here"), folders_in(path), kind="local")
    if kind is WorkspaceKind.LOCAL:
        return local
    endpoint = NOWHERE if kind is WorkspaceKind.SANDBOX else ""
    account = AwsAccount(profile="", region=region, endpoint_url=endpoint, isolated=KEYS)
    ref = WorkspaceRef(kind=kind, region=region, endpoint_url=endpoint)
    return replace(local, ref=ref, account=account)


def with_petstore(workspace: Workspace, name: str = "petstore", **options: Any) -> Workspace:
    create_project(workspace, name, EXAMPLE.read_bytes(), source=EXAMPLE.name, **options)
    return workspace


def app_of(workspace: Workspace) -> AutomockApp:
    return AutomockApp(workspace.settings, workspace.folders, lambda: workspace)


async def until(pilot: Pilot[None], condition: Callable[[], object], seconds: float = 15) -> None:
    """Wait until something is so; fail when it does not become so."""
    for _ in range(int(seconds / 0.05)):
        await pilot.pause(0.05)
        if condition():
            return
    raise AssertionError("it did not come to that")


@asynccontextmanager
async def opened(
    workspace: Workspace, go: Callable[[AutomockApp], None], size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[AutomockApp, Pilot[None]]]:
    """The app, connected, on the screen that `go` leads to."""
    app = app_of(workspace)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.connection, Connected))
        go(app)
        await until(pilot, lambda: len(app.screen_stack) > 1)
        yield app, pilot


def shown(app: AutomockApp) -> str:
    """What is on the screen, as text."""
    width = app.size.width
    text = "".join(segment.text for line in app.screen._compositor.render_strips() for segment in line)
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


def toasts(app: AutomockApp) -> str:
    """What was said in toasts."""
    return "\n".join(f"{notice.title} {notice.text}" for notice in app.notices)
