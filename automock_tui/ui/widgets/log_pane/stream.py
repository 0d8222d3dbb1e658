"""How a stream of lines is doing, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

QUIET_AFTER = 10.0
"""Seconds without a line after which a live stream is called quiet."""


class StreamState(Enum):
    """Where the lines of a log stand."""

    CONNECTING = "connecting"
    LIVE = "live"
    ENDED = "ended"
    LOST = "lost"


@dataclass(frozen=True)
class StreamLook:
    """A state as it is shown: a mark and a word that mean the same without colour."""

    mark: str
    words: str
    style: str


def describe(state: StreamState, *, silent_for: float = 0.0, detail: str = "") -> StreamLook:
    """The mark, words and style of a state.

    Args:
        state: The stream's state.
        silent_for: Seconds since the last line.
        detail: How it ended, or what happens next where it was lost.
    """
    if state is StreamState.CONNECTING:
        return StreamLook("◌", "connecting", "$foreground-muted")
    if state is StreamState.LIVE and silent_for >= QUIET_AFTER:
        return StreamLook("◌", f"quiet {int(silent_for)} s", "$text-warning")
    if state is StreamState.LIVE:
        return StreamLook("●", "live", "$text-success")
    if state is StreamState.LOST:
        return StreamLook("✕", f"lost{': ' + detail if detail else ''}", "$text-error")
    return StreamLook("■", f"ended{': ' + detail if detail else ''}", "$foreground-muted")
