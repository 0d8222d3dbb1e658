"""Run locally: what an editor holds, saved or not, answers on this machine and follows every edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from textual.signal import Signal
    from textual.timer import Timer
    from textual.widget import Widget

    from automock_tui.operations.local_run import LocalRun

_REST_SECONDS = 0.3
"""How long nobody types before an edit is served."""


class LocalPreview:
    """The mock of one editor; ends with it.

    Args:
        screen: The editor.
        text: Says what it holds now.
        changed: Published with every edit.
        told: Called when there is something new to say.
    """

    def __init__(
        self, screen: Widget, text: Callable[[], str], changed: Signal[Any], told: Callable[[], None]
    ) -> None:
        self._screen, self._text, self._changed, self._told = screen, text, changed, told
        self._run: LocalRun | None = None
        self._rest: Timer | None = None
        self._refused = ""

    @property
    def url(self) -> str:
        """Where it answers; empty while it does not run."""
        return self._run.url if self._run else ""

    @property
    def said(self) -> str:
        """What it does, for a headline."""
        if not self._run:
            return ""
        behind = f", without the last edits: {self._refused}" if self._refused else ""
        return f"runs at {self._run.url}{behind}"

    async def begin(self) -> None:
        """Serve what the editor holds.

        Raises:
            InvalidInput: MockServer would refuse it.
            AutomockError: it cannot be started.
        """
        from automock_tui.operations.local_run import LocalRun

        run = await in_thread(LocalRun.start, self._text())
        self._run = run
        if not self._screen.is_attached:
            await in_thread(self.close)
            return
        self._changed.subscribe(self._screen, self._edited)
        self._told()

    async def end(self) -> None:
        """Stop it."""
        self._changed.unsubscribe(self._screen)
        await in_thread(self.close)
        self._told()

    def close(self) -> None:
        """Stop it; blocks."""
        run, self._run, self._refused = self._run, None, ""
        if run is not None:
            run.stop()

    def _edited(self, _screen: Any) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self._screen.set_timer(_REST_SECONDS, self._follow_soon)

    def _follow_soon(self) -> None:
        start(self._screen, self._follow(), group="preview", on_error=self._failed)

    async def _follow(self) -> None:
        if self._run is not None:
            await in_thread(self._run.update, self._text())
            self._refused = ""
            self._told()

    def _failed(self, error: AutomockError) -> None:
        self._refused = error.title
        if not isinstance(error, InvalidInput):
            self._run = None  # its process is gone
        self._told()
