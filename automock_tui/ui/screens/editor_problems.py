"""The problems in the editor: the way to the place of each, its fix, and the silence of its rule."""

from __future__ import annotations

from textual import on

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path, locate
from automock_tui.operations.judging import change_silenced
from automock_tui.ui.dialogs.silence import ask_rule
from automock_tui.ui.editing.form import step_of
from automock_tui.ui.editing.unreadable import Unreadable
from automock_tui.ui.editor_check import path_of
from automock_tui.ui.problem_rows import ProblemRow, row_of_error
from automock_tui.ui.screens.editor_hands import EditorHands
from automock_tui.ui.screens.editor_views import Mode
from automock_tui.ui.threads import in_thread
from automock_tui.ui.widgets.problem_list import ProblemList
from automock_tui.ui.working import start


class EditorProblems(EditorHands):
    """The views, with what can be done about each problem."""

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

    # -- actions ----------------------------------------------------------------------------------------------

    def action_next_problem(self) -> None:
        """Go to the next problem, after the last to the first."""
        problem = self._next_problem()
        if problem is not None:
            self._go_to(problem)

    def _problem_here(self) -> ProblemRow | None:
        """The problem under the cursor: in the list of problems, else of the field or line with the focus."""
        if self.problems.has_focus:
            return self.problems.current
        if self._mode is Mode.ALL:
            return self.problems.at_line(self._editor.cursor_location[0] + 1)
        rows = self._checked.findings.rows if self._checked else ()
        here = [row for row in rows if row.problem and row.problem.place.index == self._session.index]
        said = self.form.current.said if self.form.current else ""
        return next((row for row in here if row.text == said), next(iter(here), None))

    def action_fix(self) -> None:
        """Mend the problem under the cursor."""
        row = self._problem_here()
        if row is not None and row.problem is not None:
            start(self, self._fix(row), group="fix")

    async def _fix(self, row: ProblemRow) -> None:
        from automock_tui.linting import apply_fix

        checked = self._checked
        if checked is None or checked.expectations is None or row.problem is None:
            return
        if self.text != checked.text:
            self._check_soon()
            self.notify("The problems are looked for again; press it once more.", title="Not yet")
            return
        fixed = await in_thread(apply_fix, checked.expectations, row.problem)
        if self._mode is Mode.ALL:
            self._editor.put(fixed.save())
            return
        self._session.replace(fixed, f"mending: {row.text}")
        self._session.look_at(row.problem.place.index)
        self._refresh_views()
        self._changed()
        self._told = f"mended: {row.text}"

    def action_other_pane(self) -> None:
        """Go to the problems, or back."""
        back = self._editor if self._mode is Mode.ALL else self.list
        self.set_focus(back if self.problems.has_focus else self.problems)

    def action_silence(self) -> None:
        """Ask whether to silence the rule of the problem under the cursor, or to hear a silenced one again."""
        start(self, self._silence(), group="silence", exclusive=False)

    async def _silence(self) -> None:
        row = self._problem_here()
        counts = self._checked.findings.silenced if self._checked else {}
        asked = ask_rule(self._project, row.problem if row else None, counts)
        answer = await self.app.push_screen_wait(asked)
        if answer is None:
            return
        change = {"silence" if answer.is_silenced else "unsilence": [answer.rule]}
        self._checker.silence(await in_thread(change_silenced, self._workspace, self._project, **change))
        self._told = f"{answer.rule} is {'silenced' if answer.is_silenced else 'heard again'}"
        self._start_check()

    def _why_no_fix(self) -> str:
        row = self._problem_here()
        if row is None or row.problem is None:
            return "no problem is under the cursor; f8 goes to the next one"
        return "" if row.problem.can_fix else "it has no safe fix; it says what to do"

    def _why_no_silence(self) -> str:
        row = self._problem_here()
        if self._checker.silenced or (row is not None and row.problem and not row.problem.is_refused):
            return ""
        if row is None:
            return "no problem is under the cursor, and no rule is silenced"
        return "MockServer itself refuses this, so that it cannot be silenced; mend it"


def _index_of(row: ProblemRow) -> int:
    return row.problem.place.index if row.problem else -1
