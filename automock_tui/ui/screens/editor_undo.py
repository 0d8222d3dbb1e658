"""Undo and redo in the editor, whichever view a step was made in."""

from __future__ import annotations

from textual.widgets import TextArea

from automock_tui.ui.screens.editor_saving import EditorSaving
from automock_tui.ui.screens.editor_views import Mode


class EditorUndo(EditorSaving):
    """The editor's views, and the way back."""

    def _can_undo(self) -> bool:
        typed = self._mode is Mode.ALL and bool(self._editor.history.undo_stack)
        return typed or self._session.history.can_undo

    def _can_redo(self) -> bool:
        typed = self._mode is Mode.ALL and bool(self._editor.history.redo_stack)
        return typed or (self._session.history.can_redo and not self._typed_in_all())

    def _typed_in_all(self) -> bool:
        return self._mode is Mode.ALL and bool(self._editor.history.undo_stack)

    def action_undo(self) -> None:
        """Undo the last step, whichever view it was made in."""
        focused = self.focused
        if isinstance(focused, TextArea) and focused is self._editor and self._editor.history.undo_stack:
            self._editor.undo()
        elif self._session.history.can_undo:
            self._stepped(f"undone: {self._session.undo()}")

    def action_redo(self) -> None:
        """Do again what was undone."""
        if self._mode is Mode.ALL and self._editor.history.redo_stack:
            self._editor.redo()
        elif self._session.history.can_redo and not self._typed_in_all():
            self._stepped(f"done again: {self._session.redo()}")

    def _stepped(self, told: str) -> None:
        if self._mode is Mode.ALL:
            with self._editor.prevent(TextArea.Changed):
                self._editor.begin(self._session.expectations.save())
        else:
            self._refresh_views()
        self._changed()
        self._told = told
        self._show_lines()
