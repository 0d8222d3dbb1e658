"""The text of a text area and its wrapped lines, with what drawing asks for at each line at hand."""

from __future__ import annotations

from rich.cells import cell_len
from textual.document._document import Document, EditResult, Location
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import expand_tabs_inline
from textual.geometry import Offset, Size


def cells_of(text: str, tab_width: int) -> int:
    """The columns that a text takes from the start of its line; Textual looks for tabs ten times as long."""
    return cell_len(expand_tabs_inline(text, tab_width) if "\t" in text else text)


class SteadyDocument(Document):
    """A document that puts its lines together, and measures them, once for each change."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._kept: str | None = None
        self._width: int | None = None
        self._tab_width = 0

    @property
    def text(self) -> str:
        """All of the text."""
        if self._kept is None:
            self._kept = super().text
        return self._kept

    def get_size(self, tab_width: int) -> Size:
        """The columns of the widest line, and the number of lines."""
        if self._width is None or tab_width != self._tab_width:
            self._tab_width = tab_width
            self._width = self._widest(0, self.line_count - 1)
        return Size(self._width, self.line_count)

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace what is between two places."""
        top, bottom = sorted((start, end))
        before = self._widest(top[0], bottom[0])
        result = super().replace_range(start, end, text)
        self._kept = None
        if self._width is not None:
            after = self._widest(top[0], result.end_location[0])
            # The widest line became narrower: then all have to be measured once more.
            self._width = None if after < before == self._width else max(after, self._width)
        return result

    def _widest(self, first: int, last: int) -> int:
        lines = self.lines[first : last + 1]
        return max((cell_len(line.expandtabs(self._tab_width)) for line in lines), default=0)


class SteadyWrap(WrappedDocument):
    """The lines of a document as they are wrapped; Textual counts them all for each line that it draws."""

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self._offset_to_line_info)

    def rows(self, first: int, last: int) -> tuple[int, int]:
        """The first and the last row of some lines, as far as the lines are there."""
        places = self._line_index_to_offsets
        return places[min(first, len(places) - 1)][0], places[min(last, len(places) - 1)][-1]

    def location_to_offset(self, location: Location) -> Offset:
        """Where a place of the text is drawn."""
        line, column = location
        places = self._line_index_to_offsets[line] if line < len(self._line_index_to_offsets) else []
        if len(places) != 1:
            return super().location_to_offset(location)
        return Offset(cells_of(self.document[line][:column], self._tab_width), places[0])
