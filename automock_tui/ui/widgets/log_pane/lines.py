"""One record as one line of the screen: what stands where, and in which style."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text
from textual.selection import Selection

from automock_tui.ui.widgets.log_pane.folds import cuts
from automock_tui.ui.widgets.log_pane.record import Level, LogRecord

MAX_CELLS = 1_000
"""Where a line of the list is cut; the detail view shows the rest."""
MAX_MARKS = 100
"""The most matches that are highlighted in one line."""
MARKS = {Level.DEBUG: "·", Level.INFO: " ", Level.WARN: "▲", Level.ERROR: "✕"}
NEW_LINE = " ↵ "


class TimeFormat(Enum):
    """How the time of a line is shown."""

    LOCAL = "local time"
    UTC = "UTC"
    HIDDEN = "no time"

    def next(self) -> TimeFormat:
        """The format that follows when stepping through them."""
        formats = list(TimeFormat)
        return formats[(formats.index(self) + 1) % len(formats)]


def clock(seconds: float, shown: TimeFormat) -> str:
    """The time of day of an instant, eight cells wide; blank where it is unknown."""
    if not seconds:
        return " " * 8
    instant = datetime.fromtimestamp(seconds, UTC)
    return (instant if shown is TimeFormat.UTC else instant.astimezone()).strftime("%H:%M:%S")


def prefix(record: LogRecord, shown: TimeFormat) -> str:
    """What stands before the message: the mark of its level and its time."""
    mark = MARKS[record.level]
    return f"{mark} " if shown is TimeFormat.HIDDEN else f"{mark} {clock(record.time, shown)} "


def message(text: str) -> str:
    """A message on one line of at most `MAX_CELLS` cells."""
    text = text if text.isprintable() else text.replace("\n", NEW_LINE)
    if len(text) <= MAX_CELLS and (text.isascii() or cell_len(text) <= MAX_CELLS):
        return text
    note = f" … {len(text):,} characters, enter shows all"
    return set_cell_size(text[: MAX_CELLS * 2], MAX_CELLS - len(note)).rstrip() + note


def width(text: str) -> int:
    """The cells that a message needs, with the widest prefix."""
    if text.isascii() and text.isprintable():
        return 11 + min(len(text), MAX_CELLS)
    return 11 + cell_len(message(text))


def plain(record: LogRecord, shown: TimeFormat) -> str:
    """The whole line as text, as a selection with the mouse copies it."""
    return prefix(record, shown) + message(record.text)


def for_file(record: LogRecord) -> str:
    """A record as it is saved and copied: UTC time, level, source, and the whole message."""
    when = datetime.fromtimestamp(record.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if record.time else "-"
    return f"{when} {record.level.name:<5} {record.source or '-'} {record.text}"


def styled(
    record: LogRecord,
    shown: TimeFormat,
    styles: Mapping[str, Style],
    find: re.Pattern[str] | None,
) -> Text:
    """The line with its styles: level, time, the resource's address, and what is looked for."""
    start = prefix(record, shown)
    body = message(record.text)
    text = Text(start + body, style=styles.get(record.level.name.lower(), styles["info"]), no_wrap=True, end="")
    if shown is not TimeFormat.HIDDEN:
        text.stylize(styles["time"], 2, len(start))
    if record.resource and body.startswith(record.resource):
        text.stylize(styles["address"], len(start), len(start) + len(record.resource))
    if find is not None:
        _mark_matches(text, body, len(start), find, styles["match"])
    return text


def selected(records: Sequence[LogRecord], shown: TimeFormat, selection: Selection, first: int) -> str:
    """The text of a selection, whose first row is the first of these records."""
    rows = [plain(record, shown) for record in records]
    start, end = selection
    if end is not None and len(rows) == end.y + 1 - first:
        rows[-1] = rows[-1][: end.x]
    if start is not None:
        rows[0] = rows[0][start.x :]
    return "\n".join(rows)


def folded(line: Text, shown: TimeFormat, cells: int | None) -> list[Text]:
    """A styled line in pieces, the message below itself; as one piece where `cells` is None."""
    if cells is None:
        return [line]
    start = len(prefix(LogRecord(""), shown))
    first, *rest = line.divide([start + cut for cut in cuts(line.plain[start:], cells)])
    return [first, *(Text(" " * start, style=line.style, end="").append_text(piece) for piece in rest)]


def _mark_matches(text: Text, body: str, offset: int, find: re.Pattern[str], style: Style) -> None:
    for count, found in enumerate(find.finditer(body)):
        if count >= MAX_MARKS:
            break
        text.stylize(style, offset + found.start(), offset + found.end())
