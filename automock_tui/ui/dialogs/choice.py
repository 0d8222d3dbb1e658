"""A dialog with a few answers, each with a line that says what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from automock_tui.ui.dialogs.dialog import Dialog

A = TypeVar("A")


@dataclass(frozen=True)
class Choice(Generic[A]):
    """One answer: what it returns, its name, what it means, and why it cannot be chosen now."""

    answer: A
    name: str
    help: str = ""
    why_not: str = ""


class ChoiceDialog(Dialog[A], Generic[A]):
    """Pick one of a few; enter or a click answers.

    Args:
        title: The question.
        text: More about it.
        choices: The answers, the default first.
        danger: Whether something may be lost.
    """

    keys = "↑↓ choose · ⏎ take it · esc leave"
    AUTO_FOCUS = "OptionList"

    def __init__(self, title: str, text: str, choices: Sequence[Choice[A]], *, danger: bool = False) -> None:
        super().__init__(title, danger=danger)
        self._text = text
        self._choices = list(choices)

    def compose_body(self) -> ComposeResult:
        yield Static(Content(self._text))
        yield OptionList(*(_option(choice) for choice in self._choices), compact=True)

    def compose_buttons(self) -> ComposeResult:
        yield from ()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index].answer)


def _option(choice: Choice[A]) -> Option:
    said = f"not now: {choice.why_not}" if choice.why_not else choice.help
    text = Content.assemble((choice.name, "bold"), f"\n{said}" if said else "")
    return Option(text, disabled=bool(choice.why_not))
