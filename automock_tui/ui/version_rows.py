"""The versions of a project as rows of a screen. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from automock_tui.ui.format import clock_time
from automock_tui.ui.project_rows import Line
from automock_tui.ui.status_cells import Cell

if TYPE_CHECKING:
    from automock_tui.domain.project import Version
    from automock_tui.operations.versions import VersionList


def version_lines(found: VersionList, marked: str, now: datetime, *, utc: bool = False) -> list[Line]:
    """The versions, newest first; `marked` is the one to compare with."""
    return [_line(one, found, marked, now, utc=utc) for one in found.versions]


def _line(one: Version, found: VersionList, marked: str, now: datetime, *, utc: bool) -> Line:
    states = (
        "marked" if one.version == marked else "",
        "newest" if one.version == found.current else "",
        "deployed" if one.version == found.deployed else "",
    )
    mark = Cell("✓", "soon") if states[0] else Cell("●", "good") if states[2] else Cell(" ")
    count = f"{one.expectation_count:,} exp."
    columns = (one.version, clock_time(one.saved_at, now, utc=utc), count, one.author)
    told = ", ".join(filter(None, states))
    return Line(mark, columns, " · ".join(filter(None, (told, one.message))))
