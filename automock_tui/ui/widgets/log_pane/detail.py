"""All of one line, wrapped, with when it came and what it is about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from automock_tui.ui.widgets.log_pane.record import LogRecord


def facts(record: LogRecord) -> str:
    """When a line came, how it matters, from where, and about which resource."""
    when = "time unknown"
    if record.time:
        instant = datetime.fromtimestamp(record.time, UTC)
        when = f"{instant.astimezone():%Y-%m-%d %H:%M:%S %Z} ({instant:%H:%M:%S} UTC)"
    parts = [when, record.level.name.lower(), record.source, record.resource]
    return "  ·  ".join(part for part in parts if part)


def laid_out(text: str) -> str:
    """The text, indented where it is JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


class LineDetail(ModalScreen[None]):
    """Shows one line in full."""

    CSS_PATH = "detail.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "Close", tooltip="Back to the log", id="log.detail-close"),
        Binding("y", "copy", "Copy", tooltip="Copy the whole line", id="log.detail-copy"),
    ]

    def __init__(self, record: LogRecord) -> None:
        super().__init__()
        self._record = record

    def compose(self) -> ComposeResult:
        """The facts above, the text below."""
        with VerticalScroll(id="line-detail") as panel:
            panel.border_title = "Line"
            yield Static(facts(self._record), id="line-facts", markup=False)
            yield Static(Text(laid_out(self._record.text)), id="line-text")
        yield Footer()

    def on_mount(self) -> None:
        """Let the keys scroll."""
        self.query_one("#line-detail").focus()

    def action_copy(self) -> None:
        """Copy the whole text."""
        self.app.copy_to_clipboard(self._record.text)
        self.notify(f"Copied {len(self._record.text):,} characters", title="Line")
