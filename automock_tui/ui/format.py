"""Numbers, times and texts as the screens show them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from automock_tui.domain.money import money

if TYPE_CHECKING:
    from automock_tui.domain.spend import Spend

NOTHING = "–"


def dollars(spend: Spend | None) -> str:
    """A cost such as `$0.07`, `≥$0.07` where a part has no price, or a dash where it is not known."""
    if spend is None:
        return NOTHING
    return money(spend.amount) if spend.is_complete else f"≥{money(spend.amount)}"


def took(seconds: float) -> str:
    """A duration such as `42s`, `1m12s` or `1h05m`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, seconds_left = divmod(rest, 60)
    if hours:
        return f"{hours}h{minutes:02d}m"
    return f"{minutes}m{seconds_left:02d}s" if minutes else f"{whole}s"


def ago(elapsed: timedelta) -> str:
    """How long since, such as `just now`, `40 s ago`, `3 min ago`, `2 h ago`."""
    seconds = int(elapsed.total_seconds())
    if seconds < 2:
        return "just now"
    if seconds < 90:
        return f"{seconds} s ago"
    if seconds < 90 * 60:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3600} h ago"


def clock_time(at: datetime | None, now: datetime, *, utc: bool = False) -> str:
    """An instant as `18:42` today, `Tue 18:42` within a week, else with its date; `UTC` is said where it is."""
    if at is None:
        return NOTHING
    zone = UTC if utc else None
    then, today = at.astimezone(zone), now.astimezone(zone)
    days = (then.date() - today.date()).days
    pattern = "%H:%M" if days == 0 else "%a %H:%M" if abs(days) < 7 else "%Y-%m-%d %H:%M"
    return then.strftime(pattern) + (" UTC" if utc else "")


def shorten(text: str, width: int) -> str:
    """A text in at most `width` cells of the screen, an ellipsis for what is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def host_of(address: str) -> str:
    """An address without its scheme and its last slash, for a narrow column."""
    return address.removeprefix("http://").removeprefix("https://").rstrip("/")


def fit(parts: list[str], width: int, gap: str = " · ") -> str:
    """As many of the parts as fit into so many cells, whole ones, the first the most important."""
    text = ""
    for part in filter(None, parts):
        longer = text + gap + part if text else part
        if cell_len(longer) > width:
            break
        text = longer
    return text


def plural(count: int, noun: str, nouns: str = "") -> str:
    """`1 project`, `3,000 projects`."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
