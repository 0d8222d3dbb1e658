"""What a run gave back: Terraform's outputs, each to copy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType

from automock_tui.domain.event_types import Output
from automock_tui.ui.widgets.log_pane.record import clean
from automock_tui.ui.widgets.row_list import RowList

HIDDEN = "(sensitive)"
_FIRST = ("mockserver_url", "dashboard_url", "alb_dns")


def in_order(outputs: Mapping[str, Output]) -> list[Output]:
    """The outputs that people look for first, then the others by name."""
    rank = {name: index for index, name in enumerate(_FIRST)}
    return sorted(outputs.values(), key=lambda output: (rank.get(output.name, len(rank)), output.name))


def value_text(output: Output) -> str:
    """The value of an output as a text; a sensitive one has none."""
    if output.sensitive:
        return HIDDEN
    return output.value if isinstance(output.value, str) else json.dumps(output.value, ensure_ascii=False)


class RunOutputs(RowList):
    """Names and values."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "copy", "Copy", key_display="y", tooltip="Copy this value", id="outputs.copy"),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = "Outputs"
        self._outputs: list[Output] = []

    def show(self, outputs: Mapping[str, Output]) -> None:
        """Show these outputs."""
        self._outputs = in_order(outputs)
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows anew."""
        longest = max((len(output.name) for output in self._outputs), default=0)
        self.set_texts([self._text(output, longest) for output in self._outputs] or [self._nothing()])

    def _nothing(self) -> Text:
        return Text(" Outputs come when everything is there", style=self.style_of("foreground-muted"), end="")

    def _text(self, output: Output, longest: int) -> Text:
        text = Text(f" {output.name.ljust(longest)}  ", style=self.style_of("foreground-muted"), end="")
        value = clean(value_text(output)).replace("\n", " ↵ ")
        return text.append(value, self.style_of("foreground-muted" if output.sensitive else "text"))

    @on(RowList.Chosen)
    def _clicked(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_copy()

    def action_copy(self) -> None:
        """Copy the value under the cursor."""
        if self.cursor >= len(self._outputs):
            self.notify("There is nothing to copy yet", title="Outputs", severity="warning")
            return
        output = self._outputs[self.cursor]
        if output.sensitive:
            self.notify(f"{output.name} is sensitive and not stored here", title="Outputs", severity="warning")
            return
        self.app.copy_to_clipboard(value_text(output))
        self.notify(f"Copied {output.name}", title="Outputs")
