"""The base of all dialogs: one look, Esc always leaves, a typed result."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from automock_tui.domain.errors import AutomockError

R = TypeVar("R")


class Dialog(ModalScreen[R | None], Generic[R]):
    """A question over the screen. Its answer is None when it was left with Esc.

    Args:
        title: The question, on the border.
        danger: Whether something may be lost.
    """

    CSS_PATH = Path(__file__).with_name("dialog.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", tooltip="Close without doing anything", id="dialog.leave"),
    ]
    keys = "esc leave"
    """The keys, on the border."""

    def __init__(self, title: str, *, danger: bool = False) -> None:
        super().__init__(classes="-danger" if danger else "")
        self._title = title

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", can_focus=False) as frame:
            frame.border_title = Content(self._title)
            frame.border_subtitle = Content(self.keys)
            yield from self.compose_body()
            yield Static(id="dialog-error", classes="-hidden")
            with Horizontal(classes="dialog-buttons"):
                yield from self.compose_buttons()

    def compose_body(self) -> ComposeResult:
        """What the dialog says and asks."""
        yield from ()

    def compose_buttons(self) -> ComposeResult:
        """The buttons, the default first."""
        yield Button("Close", id="leave", compact=True)

    def show_error(self, error: AutomockError) -> None:
        """Say what went wrong and stay open."""
        text = Content.assemble(("✕ " + error.title, "bold"), *_more(error.message), *_more(error.hint))
        field = self.query_one("#dialog-error", Static)
        field.update(text)
        field.remove_class("-hidden")

    def hide_error(self) -> None:
        """Take the error away: the user changed something."""
        self.query_one("#dialog-error", Static).add_class("-hidden")

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#leave")
    def _leave(self) -> None:
        self.dismiss(None)


def _more(text: str) -> list[str]:
    return [f"\n{text}"] if text else []
