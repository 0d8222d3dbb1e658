"""Fields to type in whose keys cost as much as what they change, not as much as the text or the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.document._document import EditResult, Selection
from textual.document._document_navigator import DocumentNavigator
from textual.document._edit import Edit
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input, TextArea

from automock_tui.ui.widgets.steady_document import SteadyDocument, SteadyWrap, cells_of


class SteadyInput(Input):
    """A field of one line; Textual's own lays out the whole screen at each key."""

    DEFAULT_CSS = "SteadyInput { overflow: hidden hidden; }"  # a scrollbar that comes and goes is a layout too

    virtual_size = Reactive(Size(0, 0))
    """The size of the text, which scrolls within the field and moves nothing around it."""


class SteadyText(TextArea):
    """A text area for plain text that draws the lines that changed.

    Textual's own puts all the text together for each line it draws, draws every line at each key, and lays the
    whole screen out whenever the text gets wider.
    """

    virtual_size = Reactive(Size(0, 0))
    """The size of the text."""
    selection = Reactive(Selection(), always_update=True, init=False, repaint=False)
    """From where to where the text is selected; the cursor is at its end."""

    def _set_document(self, text: str, language: str | None) -> None:
        del language
        self._highlight_query = None
        self.document = SteadyDocument(text)
        self.wrapped_document: SteadyWrap = SteadyWrap(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def edit(self, edit: Edit) -> EditResult:
        """Every change comes through here, typed or pasted."""
        shape = self._shape
        result = super().edit(edit)
        if self._shape == shape:
            self._repaint(edit.top[0], max(edit.bottom, result.end_location)[0])
        else:
            self.refresh()
        return result

    def get_column_width(self, row: int, column: int) -> int:
        """The columns of the screen before a place in a line."""
        return cells_of(self.document[row][:column], self.indent_width)

    @property
    def _shape(self) -> tuple[int, int]:
        """What moves all lines below an edit, or all of them, when it changes."""
        return self.wrapped_document.height, self.gutter_width

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        super()._undo_batch(edits)
        self.refresh()

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        super()._redo_batch(edits)
        self.refresh()

    def _rewrap_and_refresh_virtual_size(self) -> None:
        super()._rewrap_and_refresh_virtual_size()
        self.refresh()

    def _refresh_size(self) -> None:
        before = self.virtual_size
        super()._refresh_size()
        if self.virtual_size != before:
            self._scroll_update(self.virtual_size)
            if self._rows(before) != self._rows(self.virtual_size):
                self.refresh(layout=True)

    def _rows(self, text: Size) -> int:
        """The rows that a text of this size takes of the screen."""
        if not self.styles.is_auto_height:
            return 0
        most = self.styles.max_height
        return text.height if most is None else min(text.height, int(most.value))

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        bracket = self._matching_bracket_location
        super()._watch_selection(previous_selection, selection)
        for start, end in (previous_selection, selection):
            self._repaint(*sorted((start[0], end[0])))
        for place in (bracket, self._matching_bracket_location):
            if place is not None:
                self._repaint(place[0], place[0])

    def _repaint(self, first: int, last: int) -> None:
        """Draw some lines of the text anew, as far as they are in sight."""
        top, bottom = self.wrapped_document.rows(first, last)
        above = self.scroll_offset.y
        top, bottom = max(top, above), min(bottom, above + self.size.height - 1)
        if top <= bottom:
            self.refresh_lines(top, bottom - top + 1)
