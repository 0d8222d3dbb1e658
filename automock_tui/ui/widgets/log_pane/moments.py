"""A place in a log by time: `18:31`, `18:31:07`, `+10m`, `-90s`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from automock_tui.domain.errors import InvalidInput
from automock_tui.ui.widgets.log_pane.lines import TimeFormat

_STEP = re.compile(r"([+-])\s*(\d{1,9})\s*([smhd]?)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "": 60}


def moment_of(text: str, here: float, shown: TimeFormat) -> float:
    """The instant that the user typed, in seconds since the epoch.

    Args:
        text: A time of day, or a distance from here (in minutes where no unit is given).
        here: The time of the line that is being read.
        shown: Whether a time of day is UTC's or this machine's. It is taken on the day of the line.

    Raises:
        InvalidInput: neither a time of day nor a distance.
    """
    typed = text.strip().lower()
    if step := _STEP.fullmatch(typed):
        sign, count, unit = step.groups()
        return here + (-1 if sign == "-" else 1) * int(count) * _SECONDS[unit]
    if clock := _CLOCK.fullmatch(typed):
        return _on_day_of(here, clock, shown)
    raise _not_understood(text)


def _on_day_of(here: float, clock: re.Match[str], shown: TimeFormat) -> float:
    day = datetime.fromtimestamp(here, UTC)
    day = day if shown is TimeFormat.UTC else day.astimezone()
    hour, minute, second = (int(part or 0) for part in clock.groups())
    try:
        return day.replace(hour=hour, minute=minute, second=second, microsecond=0).timestamp()
    except ValueError as error:
        raise _not_understood(clock[0]) from error


def _not_understood(text: str) -> InvalidInput:
    return InvalidInput("Not a time", f"{text.strip()[:40]!r}.", "Type 18:31, 18:31:07, +10m or -2h.")
