"""What an extension would do, and what one did, in words. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import DeploymentMetadata, extend, format_remaining
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.ui.format import clock_time

if TYPE_CHECKING:
    from automock_tui.operations.extend import Extension

CHOICES = (1, 2, 4, 8, 24)
"""The hours that are offered."""


def parse_hours(text: str) -> float:
    """Hours as typed: `2`, `0.5`, `1,5`, `90m`, `1d`.

    Raises:
        InvalidInput: not a number of hours.
    """
    words = text.strip().lower().replace(",", ".")
    scale = {"m": 1 / 60, "h": 1.0, "d": 24.0}.get(words[-1:])
    try:
        hours = float(words[:-1].strip()) * scale if scale is not None else float(words)
    except ValueError as error:
        title = "Not a number of hours" if words else "No hours given"
        raise InvalidInput(title, "", "Type hours such as 2 or 0.5, or 90m, or 1d.") from error
    return hours


def preview_end(metadata: DeploymentMetadata, hours: float, now: datetime) -> datetime:
    """The end after an extension.

    Raises:
        AutomockError: it cannot be extended so; says why.
    """
    after = extend(metadata, hours=hours, by="", now=now).ttl_expiry
    if after is None:
        raise AutomockError("There is no TTL to extend")
    return after


def end_text(at: datetime, now: datetime, *, utc: bool = False) -> str:
    """An end: `Tue 18:42 (in 5h 42m)`."""
    left = at - now
    how_long = "expired" if left <= timedelta(0) else f"in {format_remaining(left)}"
    return f"{clock_time(at, now, utc=utc)} ({how_long})"


def told(name: str, extension: Extension, shown_end: datetime | None, *, utc: bool = False) -> str:
    """What an extension did; says it when somebody else's change came in between."""
    now = extension.new_expiry - extension.new_remaining
    text = f"{name} ends {end_text(extension.new_expiry, now, utc=utc)}."
    if shown_end is not None and abs(extension.old_expiry - shown_end) >= timedelta(seconds=1):
        moved = clock_time(extension.old_expiry, now, utc=utc)
        text += f" Somebody had moved its end to {moved} meanwhile; your hours count on top."
    return "\n".join(filter(None, (text, extension.warning)))
