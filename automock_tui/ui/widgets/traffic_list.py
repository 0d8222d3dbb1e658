"""Requests, the newest at the end; thousands of them are drawn as they come into sight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from rich.text import Text

from automock_tui.operations.traffic import Seen
from automock_tui.ui.format import shorten
from automock_tui.ui.traffic_rows import matched_text, status_role, status_text, took_text
from automock_tui.ui.widgets.line_list import ChoosingList
from automock_tui.ui.widgets.log_pane.record import clean

_TIME, _METHOD, _STATUS, _TOOK = 8, 7, 6, 7
_LEAST_PATH = 12


class TrafficList(ChoosingList):
    """One request a line. The cursor follows the newest while it is on the last line.

    Args:
        utc: Whether times are shown in UTC.
    """

    def __init__(self, *, utc: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._zone = UTC if utc else None
        self._shown: Sequence[Seen] = ()
        self.follows = True
        """Whether the cursor goes to what comes."""

    @property
    def current(self) -> Seen | None:
        """The request under the cursor."""
        return self._shown[self.cursor] if 0 <= self.cursor < len(self._shown) else None

    def show(self, shown: Sequence[Seen]) -> None:
        """Show these; the cursor stays on its request, or goes to the newest."""
        current = self.current
        self._shown = shown
        self.set_count(len(shown))
        if self.follows or current is None:
            self.cursor = max(0, len(shown) - 1)
        elif self.current is not current:
            self.cursor = next(
                (at for at, one in enumerate(shown) if one.number == current.number), self.cursor
            )

    def heading(self) -> str:
        """The names of the columns."""
        path, matched = self._widths
        names = [
            "TIME".ljust(_TIME), "METHOD".ljust(_METHOD), "PATH".ljust(path), "STATUS".ljust(_STATUS),
            "MATCHED".ljust(matched), "MS".rjust(_TOOK),
        ]  # fmt: skip
        return " " + " ".join(names)

    @property
    def _widths(self) -> tuple[int, int]:
        """Of the path and of the expectation's id."""
        room = self.scrollable_content_region.width - 1 - _TIME - _METHOD - _STATUS - _TOOK - 5
        matched = max(8, room // 3)
        return max(_LEAST_PATH, room - matched), matched

    def text_of(self, row: int) -> Text:
        """A request."""
        seen = self._shown[row]
        path, matched = self._widths
        text = Text(end="").append(
            f" {seen.at.astimezone(self._zone):%H:%M:%S} ", self.style_of("foreground-muted")
        )
        text.append(f"{shorten(clean(seen.method), _METHOD).ljust(_METHOD)} ", self.style_of("text"))
        text.append(f"{shorten(clean(seen.target), path).ljust(path)} ", self.style_of("text"))
        role = status_role(seen)
        text.append(f"{status_text(seen).ljust(_STATUS)} ", self.style_of(role))
        style = "text-error" if seen.is_miss else "foreground-muted"
        text.append(f"{shorten(clean(matched_text(seen)), matched).ljust(matched)} ", self.style_of(style))
        return text.append(took_text(seen).rjust(_TOOK), self.style_of("foreground-muted"))

    def rebuild(self) -> None:
        """Make the rows anew."""
        self.set_count(len(self._shown))

    def on_resize(self) -> None:
        """Use the new width."""
        self.set_count(len(self._shown))

    def action_move(self, step: int) -> None:
        """Move; on the last line the cursor follows again, above it not."""
        super().action_move(step)
        self.follows = self.cursor >= len(self._shown) - 1

    def action_page(self, step: int) -> None:
        """Move by screenfuls."""
        super().action_page(step)
        self.follows = self.cursor >= len(self._shown) - 1
