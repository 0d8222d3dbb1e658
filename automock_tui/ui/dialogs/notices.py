"""Old toasts, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from automock_tui.ui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from automock_tui.ui.notices import Notice

_MARKS = {"error": "✕", "warning": "!", "information": "·"}


class NoticesDialog(Dialog[None]):
    """The history of toasts.

    Args:
        notices: The toasts, the oldest first.
        utc: Whether times are shown in UTC.
    """

    AUTO_FOCUS = "#leave"

    def __init__(self, notices: Sequence[Notice], *, utc: bool = False) -> None:
        super().__init__("Notices")
        self._notices, self._zone = notices, UTC if utc else None

    def compose_body(self) -> ComposeResult:
        if not self._notices:
            yield Static("Nothing was said yet.", classes="muted")
        for notice in reversed(self._notices):
            head = f"{notice.at.astimezone(self._zone):%H:%M:%S} {_MARKS[notice.severity]} "
            body = " · ".join(filter(None, (notice.title, notice.text.strip().replace("\n", " "))))
            yield Static(Content.assemble((head, "$text-muted"), body))
