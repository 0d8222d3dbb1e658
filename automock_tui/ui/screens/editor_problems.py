"""From a problem to its place in the editor: the expectation, the step, the field; or the line of the JSON."""

from __future__ import annotations

from textual import on

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path, locate
from automock_tui.ui.editing.form import step_of
from automock_tui.ui.editing.unreadable import Unreadable
from automock_tui.ui.editor_check import path_of
from automock_tui.ui.problem_rows import ProblemRow, row_of_error
from automock_tui.ui.screens.editor_hands import EditorHands
from automock_tui.ui.screens.editor_views import Mode
from automock_tui.ui.widgets.problem_list import ProblemList


class EditorProblems(EditorHands):
    """The views, with the way to each problem."""

    @on(ProblemList.Moved)
    def _problem_moved(self) -> None:
        self._show_lines()
        self.refresh_bindings()

    @on(ProblemList.GoTo)
    def _go_to_problem(self, event: ProblemList.GoTo) -> None:
        self._go_to(event.row)

    def _next_problem(self) -> ProblemRow | None:
        """The problem after the cursor, after the last one the first."""
        if self._mode is Mode.ALL:
            row, column = self._editor.cursor_location
            return self.problems.after(row + 1, column + 1)
        rows = self._checked.findings.rows if self._checked else ()
        if not rows:
            return None
        here = self._session.index
        later = [n for n, row in enumerate(rows) if row.problem is None or row.problem.place.index >= here]
        is_there = 0 <= self._problem_at < len(rows) and _index_of(rows[self._problem_at]) == here
        after = [n for n in later if n > self._problem_at] if is_there else later
        self._problem_at = after[0] if after else 0
        return rows[self._problem_at]

    def _go_to(self, row: ProblemRow) -> None:
        if self._mode is Mode.ALL:
            if row.line:
                self._editor.go_to(row.line, row.column)
            self.set_focus(self._editor)
            return
        if row.problem is None:
            self._go_to_unreadable()
            return
        self._session.look_at(row.problem.place.index)
        self.list.show(self._session)
        self._show_right(True)
        path = path_of(row.problem, self._session.expectations.is_array)
        if self._mode is Mode.FORM:
            self._step = step_of(path)
            self._show_steps()
            self.run_worker(self._go_to_field(path), group="enter-form", exclusive=True)
        else:
            self._show_one()
            self._go_to_path(path)

    async def _go_to_field(self, path: Path) -> None:
        self._show_one()
        current = self._session.current
        if current is not None:
            await self.form.show(current, self._step)
            self.form.focus_path(path)

    def _go_to_path(self, path: Path) -> None:
        text = self._one.text
        spans = (locate(text, path[:length]) for length in range(len(path), -1, -1))
        start = next((span.start for span in spans if span), 0)
        line = text.count("\n", 0, start)
        self._one.go_to(line + 1, start - text.rfind("\n", 0, start))
        self.set_focus(self._one)

    def _go_to_unreadable(self) -> None:
        """Show the JSON of the first one that cannot be read, the cursor where it goes wrong."""
        found = [n for n, one in enumerate(self._session.expectations) if isinstance(one, Unreadable)]
        if not found:
            return
        self._session.look_at(found[0])
        self._set_mode(Mode.ONE)
        self._show_right(True)
        try:
            Expectation.parse(self._one.text)
        except InvalidInput as error:
            row = row_of_error(error)
            self._one.go_to(row.line or 1, row.column or 1)
        self.set_focus(self._one)


def _index_of(row: ProblemRow) -> int:
    return row.problem.place.index if row.problem else -1
