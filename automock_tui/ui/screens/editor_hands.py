"""What the user does in the editor's views: type, look at another one, filter, change the view."""

from __future__ import annotations

from bisect import bisect_right

from textual import on
from textual.widgets import TextArea

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.ui.editing.form import Step
from automock_tui.ui.editing.unreadable import Unreadable
from automock_tui.ui.problem_rows import ProblemRow, row_of_error
from automock_tui.ui.row_filter import BadFilter
from automock_tui.ui.screens.editor_views import JSON, LIST_AFTER, LOOK_AFTER, EditorViews, Mode
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.expectation_form import ExpectationForm
from automock_tui.ui.widgets.expectation_list import ExpectationList
from automock_tui.ui.widgets.filter_bar import FilterBar
from automock_tui.ui.widgets.panel_bar import PanelBar


class EditorHands(EditorViews):
    """The views, and what becomes of what is typed into them."""

    @on(TextArea.Changed, "#editor-all")
    def _all_typed(self) -> None:
        if self._opened and self._mode is Mode.ALL and (self.is_changed or self._editor.text != self._base):
            self._changed()

    @on(TextArea.Changed, "#editor-one")
    def _one_typed(self) -> None:
        if self._mode is Mode.ONE and self._shown is not None:
            self._session.type(self._one_text)
            self._list_soon()
            self._changed()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        self._show_lines()

    @on(ExpectationForm.Edited)
    def _form_edited(self, event: ExpectationForm.Edited) -> None:
        if self._shown != self._session.index:
            return  # the form is about to show another one; this was typed into the one before
        if event.expectation != self._session.current or isinstance(event.expectation, Unreadable):
            self._session.put(event.expectation, event.key.partition("|")[0], typing=event.key)
            self._list_soon()
            self._changed()

    def _list_soon(self) -> None:
        """Show in the list what was typed, a moment later: typing does not wait for thousands of rows."""
        if self._list_timer is None:
            self._list_timer = self.set_timer(LIST_AFTER, self._show_list)

    def _show_list(self) -> None:
        self._list_timer = None
        self.list.show(self._session)

    @on(ExpectationForm.Moved)
    def _field_moved(self) -> None:
        self._show_lines()
        if self.form.keys != self._field_keys:
            self._field_keys = self.form.keys
            self.refresh_bindings()

    @on(ExpectationList.Looked)
    def _looked(self) -> None:
        if self._look_timer is not None:
            self._look_timer.stop()
        self._look_timer = self.set_timer(LOOK_AFTER, self._show_one)
        self._show_lines()

    @on(ExpectationList.Selected)
    def _selected(self) -> None:
        self._show_count()
        self.refresh_bindings()

    @on(ExpectationList.Edited)
    def _list_edited(self, event: ExpectationList.Edited) -> None:
        self._shown = None
        self._show_count()
        self._show_one()
        self._changed()
        self._told = event.told
        self._show_lines()

    @on(ExpectationList.Opened)
    def _opened_one(self) -> None:
        self._show_right(True)
        if self._mode is Mode.FORM:
            self.run_worker(self._enter_form(), group="enter-form", exclusive=True)
        else:
            self._one.focus()

    async def _enter_form(self) -> None:
        current = self._session.current
        if current is not None:
            self._shown, is_another = self._session.index, self._shown != self._session.index
            await self.form.show(current, self._step, is_another=is_another)
            if not self.form.focus_first():
                self.list.focus()

    def _show_right(self, is_right: bool) -> None:
        """On a narrow screen, show the expectation or the list."""
        self.query_one("#editor-body").set_class(is_right, "-right")

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        try:
            self.list.filter(event.text)
        except BadFilter as error:
            event.bar.say(f"✕ {error}")
        else:
            self._show_count()

    @on(FilterBar.Closed)
    def _filter_closed(self) -> None:
        self.list.focus()

    @on(PanelBar.Chosen)
    def _step_clicked(self, event: PanelBar.Chosen) -> None:
        self.show_step(event.panel)

    def show_step(self, name: str) -> None:
        """Show a step of the form, or the JSON."""
        if name == JSON:
            self._set_mode(Mode.ONE)
            return
        self._step = Step(name)
        if self._mode is not Mode.FORM:
            self._set_mode(Mode.FORM)
        else:
            self._show_one()

    def _go_to(self, row: ProblemRow) -> None:
        """Go to the place of a problem."""
        raise NotImplementedError

    # -- all of it as JSON ------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        """Show all as JSON, the cursor on the one that was looked at."""
        expectations, index = self._session.expectations, self._session.index
        line = expectations.place(index).line if len(expectations) and self._session.is_readable else 1
        with self._editor.prevent(TextArea.Changed):
            self._editor.begin(expectations.save())
        self._set_mode(Mode.ALL)
        self._editor.go_to(line, 1)
        self._editor.focus()

    async def _leave_all(self, mode: Mode) -> bool:
        """Go back to the list; what was typed is read, and as one step. Whether it could be."""
        text, line = self._editor.text, self._editor.cursor_location[0] + 1
        before = self._session.expectations
        try:
            found, index = await in_thread(_read_all, text, before, line)
        except InvalidInput as error:
            self.notify(f"{error.title}. {error.message}", title="Mend the JSON first", severity="warning")
            self._go_to(row_of_error(error))
            return False
        if found is not before:
            self._session.replace(found, "what was typed as JSON")
        self._session.look_at(index)
        self._set_mode(mode)
        self.list.focus()
        return True


def _read_all(text: str, before: ExpectationSet, line: int) -> tuple[ExpectationSet, int]:
    """The expectations of a text, themselves where nothing changed, and which one is on a line."""
    found = before if before.save() == text else load_expectations(text)
    lines = [found.place(index).line for index in range(len(found))]
    return found, max(0, bisect_right(lines, line) - 1)
