"""Fixtures of the app's tests: real folders, a real store, no blinking."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from automock_tui.operations.workspace import Workspace
from automock_tui.ui.messages import Connecting
from automock_tui.ui.screens.projects import ProjectsScreen
from tests.ui.screen_app import workspace_in


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cursor blinks, no desktop clipboard gets our test data."""
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr("automock_tui.ui.clipboard.native_tools", lambda platform, environ: [])


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Projects in a folder, behind them an account that does not answer."""
    return workspace_in(tmp_path)


async def settled(pilot: Pilot[None], seconds: float = 10.0) -> None:
    """Wait until the app's work is done: connected, answered, nothing running."""
    app = pilot.app
    async with asyncio.timeout(seconds):
        while True:
            await pilot.pause()
            home = app.screen_stack[0]
            waiting = isinstance(app.connection, Connecting)  # type: ignore[attr-defined]  # ours
            asked = not isinstance(home, ProjectsScreen) or not home.is_asking
            if not waiting and asked and not _at_work(app.workers):
                await pilot.pause()
                return
            await asyncio.sleep(0.01)


def _at_work(workers: object) -> bool:
    # "ask" waits for the user, so it is never over by itself.
    return any(worker.group not in ("ask", "welcome") and not worker.is_finished for worker in workers)  # type: ignore[attr-defined]
