"""What is wrong or doubtful in a form, whole sentences; a click goes to the field."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message

from automock_tui.ui.option_values import Finding
from automock_tui.ui.widgets.links import Links


class Findings(VerticalScroll, can_focus=False):
    """The findings of a form, errors first; gone where there are none."""

    DEFAULT_CSS = Path(__file__).with_name("findings.tcss").read_text("utf-8")

    class Chosen(Message):
        """A finding was clicked."""

        def __init__(self, option: str) -> None:
            super().__init__()
            self.option = option

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: list[Finding] = []

    def compose(self) -> ComposeResult:
        yield Links()

    def show(self, findings: Sequence[Finding]) -> None:
        """Show these."""
        ordered = sorted(findings, key=lambda finding: not finding.is_error)
        self.display = bool(ordered)
        if ordered != self._shown:
            self._shown = ordered
            self.query_one(Links).update(Content("\n").join(map(_line, ordered)))

    def action_choose(self, option: str) -> None:
        """Tell which finding was clicked."""
        self.post_message(self.Chosen(option))


def _line(finding: Finding) -> Content:
    mark, style = ("✕", "$text-error") if finding.is_error else ("⚠", "$text-warning")
    if not finding.option:
        return Content.styled(f"{mark} {finding.text}", style)
    link = f"@click=outer(\"choose('{finding.option}')\")"
    return Content.from_markup(f"[{link}][{style}]$mark $text[/][/]", mark=mark, text=finding.text)
