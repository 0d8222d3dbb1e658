"""Two texts side by side, what differs marked; one under the other where there is no room for two."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from automock_tui.ui.diff_rows import PairedLine, differing, left_out, stacked
from automock_tui.ui.widgets.line_list import ChoosingList
from automock_tui.ui.widgets.log_pane.record import clean

ROOM_FOR_TWO = 78
"""Characters from which two texts stand side by side."""
_DIFFERS = Style(underline=True, bold=True)


class SideBySide(ChoosingList):
    """The lines of two texts.

    Args:
        before: What the left one is called.
        after: What the right one is called.
    """

    def __init__(self, before: str = "", after: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names = (before, after)
        self._given: list[PairedLine] = []
        self._lines: list[PairedLine] = []

    def name_sides(self, before: str, after: str) -> None:
        """Call the sides so."""
        self._names = (before, after)
        self.rebuild()

    def show(self, lines: Sequence[PairedLine]) -> None:
        """Show these, from the first change on."""
        self._given = list(lines)
        self.rebuild()
        self.cursor = 0
        self.scroll_to(y=0, animate=False)
        if self._lines and not self._lines[0].is_changed:
            self.go_to_change(1)

    @property
    def whole(self) -> tuple[str, str]:
        """The line under the cursor on both sides, from where the difference is in sight."""
        if self.cursor >= len(self._lines):
            return "", ""
        line = self._lines[self.cursor]
        sides = line.sides if line.is_changed else (line.before,)
        parts = [clean(part).strip() for part in sides if part is not None]
        if len(parts) == 1:
            return parts[0], ""
        first, second = parts
        cut = left_out(first, second, self._cells)
        return "…" * bool(cut) + first[cut:], "…" * bool(cut) + second[cut:]

    @property
    def is_stacked(self) -> bool:
        """Whether there is no room for two texts side by side."""
        return self._cells < ROOM_FOR_TWO

    @property
    def _cells(self) -> int:
        return self.scrollable_content_region.width

    def on_resize(self) -> None:
        """Use the new width."""
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows anew."""
        before, after = self._names
        self._lines = stacked(self._given) if self.is_stacked else self._given
        self.border_title = f"− {before}   + {after}" if before or after else ""
        self.set_count(len(self._lines))

    def text_of(self, row: int) -> Text:
        """A row, when it is seen."""
        line = self._lines[row]
        return self._one_text(line) if self.is_stacked else self._two_texts(line)

    def go_to_change(self, step: int) -> None:
        """Go to the next run of changes, or to the one before."""
        starts = [
            index
            for index, line in enumerate(self._lines)
            if line.is_changed and not (index and self._lines[index - 1].is_changed)
        ]
        there = [at for at in starts if (at > self.cursor if step > 0 else at < self.cursor)]
        if there:
            self.cursor = there[0] if step > 0 else there[-1]

    # -- drawing --------------------------------------------------------------------------------------------

    def _one_text(self, line: PairedLine) -> Text:
        if not line.is_changed:
            return self._side(" ", line.after or "", "text")
        if line.after is None:
            return self._half("−", line.before, line.beside, self._cells, "text-error")
        return self._half("+", line.after, line.beside, self._cells, "text-success")

    def _two_texts(self, line: PairedLine) -> Text:
        room = (self._cells - 3) // 2
        before = self._half("−" if line.is_changed else " ", line.before, line.after, room, "text-error")
        after = self._half("+" if line.is_changed else " ", line.after, line.before, room, "text-success")
        return before.append(" │ ", self.style_of("foreground-muted")).append_text(after)

    def _half(self, mark: str, part: str | None, other: str | None, room: int, style: str) -> Text:
        """One side of a line in so many cells; what differs within it is underlined."""
        style = style if mark != " " else "text"
        if part is None:
            text = Text()
        elif other is None or part == other:
            text = self._side(mark, part, style)
        else:
            text = self._differing(mark, clean(part), clean(other), room, style)
        text.truncate(room, overflow="ellipsis", pad=True)
        return text

    def _differing(self, mark: str, part: str, other: str, room: int, style: str) -> Text:
        """A line from where the difference is in sight, with that underlined."""
        start, end, _ = differing(part, other)
        cut = left_out(part, other, room - 2)
        text = self._side(mark, "…" * bool(cut) + part[cut:], style)
        shift = 2 + bool(cut) - cut
        text.stylize(_DIFFERS, max(2 + bool(cut), start + shift), max(0, end + shift))
        return text

    def _side(self, mark: str, part: str, style: str) -> Text:
        shown = clean(part)
        words = shown.lstrip()
        text = Text(end="").append(f"{mark} ", self.style_of(style))
        text.append(" " * (len(shown) - len(words)), self.style_of("foreground-muted"))
        return text.append(words, self.style_of(style))
