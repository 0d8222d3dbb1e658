"""A dialog for what cannot be undone: the button works only once the name was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input, Label

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.dialogs.dialog import Dialog
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

R = TypeVar("R")


class TypedNameDialog(Dialog[R], Generic[R]):
    """Type the project's name to go on; what goes wrong is told in the dialog, which stays open.

    Args:
        title: The question.
        name: What has to be typed.
        verb: The button's name.
        act: Does it; blocks; its answer is the dialog's.
    """

    keys = "type the name · ⏎ do it · esc leave"
    AUTO_FOCUS = "Input"

    def __init__(self, title: str, name: str, verb: str, act: Callable[[], R]) -> None:
        super().__init__(title, danger=True)
        self._project = name
        self._verb = verb
        self._act = act
        self._working = False

    def compose_body(self) -> ComposeResult:
        yield from self.compose_consequences()
        with Horizontal(classes="field"):
            yield Label("Type the name")
            yield Input(placeholder=self._project, compact=True)

    def compose_consequences(self) -> ComposeResult:
        """What it means to do it."""
        yield from ()

    def compose_buttons(self) -> ComposeResult:
        yield Button("Leave", id="leave", compact=True)
        yield Button(self._verb, id="do", variant="error", compact=True, disabled=True)

    @property
    def _is_typed(self) -> bool:
        return self.query_one(Input).value.strip() == self._project

    @on(Input.Changed)
    def _typed(self) -> None:
        self.hide_error()
        self._enable()

    def _enable(self) -> None:
        self.query_one("#do", Button).disabled = self._working or not self._is_typed

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _go(self) -> None:
        if self._is_typed and not self._working:
            self._set_working(True)
            start(self, self._do(), group="do", on_error=self._failed)

    def _set_working(self, working: bool) -> None:
        self._working = working
        self.query_one("#do", Button).label = f"{self._verb} …" if working else self._verb
        self._enable()

    async def _do(self) -> None:
        self.dismiss(await in_thread(self._act))

    def _failed(self, error: AutomockError) -> None:
        self._set_working(False)
        self.show_error(error)
