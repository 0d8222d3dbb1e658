"""The problems of a text, one row each; Enter goes to the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from automock_tui.domain.problems import Severity
from automock_tui.ui.format import plural
from automock_tui.ui.problem_rows import ProblemRow
from automock_tui.ui.widgets.row_list import RowList

_STYLES = {Severity.ERROR: "text-error", Severity.WARNING: "text-warning", Severity.INFO: "foreground-muted"}
MOST = 1000
"""Rows that are shown; nobody reads more before mending the first."""
TALLEST = 7
"""Rows that are in sight at once."""


class ProblemList(RowList):
    """Rows of problems; gone where there are none, and none is silenced."""

    DEFAULT_CSS = Path(__file__).with_name("problem_list.tcss").read_text("utf-8")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go there", tooltip="Go to the problem's place", id="problems.go"),
    ]

    class GoTo(Message):
        """The user wants to see the place of a problem."""

        def __init__(self, row: ProblemRow) -> None:
            super().__init__()
            self.row = row

    class Moved(Message):
        """Another problem is under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._problems: tuple[ProblemRow, ...] = ()
        self.display = False

    def show(self, problems: Sequence[ProblemRow], silenced: Mapping[str, int] | None = None) -> None:
        """Show these, and how often each silenced rule was not reported."""
        self._problems = tuple(problems[:MOST])
        title = _title(len(problems), silenced or {})
        if not problems and self.has_focus:
            self.screen.focus_next()
        self.can_focus = bool(problems)
        self.display = bool(problems or title)
        self.set_class(bool(title), "-titled")
        self.styles.height = min(len(problems), TALLEST) + bool(title)
        self.border_title = title
        self.rebuild()

    @property
    def rows(self) -> tuple[ProblemRow, ...]:
        """The problems that are shown."""
        return self._problems

    @property
    def is_empty(self) -> bool:
        """Whether there are no problems to go to."""
        return not self._problems

    @property
    def current(self) -> ProblemRow | None:
        """The problem under the cursor."""
        return self._problems[self.cursor] if self.cursor < len(self._problems) else None

    def at_line(self, line: int) -> ProblemRow | None:
        """The first problem of a line of the text."""
        return next((problem for problem in self._problems if problem.line == line), None)

    def after(self, line: int, column: int) -> ProblemRow | None:
        """The first problem behind a place, else the very first."""
        later = (problem for problem in self._problems if (problem.line, problem.column) > (line, column))
        return next(later, self._problems[0] if self._problems else None)

    def rebuild(self) -> None:
        """Make the rows anew."""
        self.set_texts([self._text(problem) for problem in self._problems])

    def watch_cursor(self) -> None:
        """Tell that another problem is under the cursor."""
        super().watch_cursor()
        self.post_message(self.Moved())

    def action_choose(self) -> None:
        """Go to the place of the problem under the cursor."""
        if self.current is not None:
            self.post_message(self.GoTo(self.current))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """A click does the same."""
        event.stop()
        self.action_choose()

    def _text(self, problem: ProblemRow) -> Text:
        place = f"{problem.line}:{problem.column}" if problem.line else ""
        text = Text().append(f"{problem.mark} ", self.style_of(_STYLES[problem.severity]))
        return text.append(place.ljust(9), self.style_of("foreground-muted")).append(problem.text)


def _title(count: int, silenced: Mapping[str, int]) -> str:
    """What the rows do not say: how many there are beyond those shown, and what is silenced."""
    if not silenced and count <= MOST:
        return ""
    parts = [plural(count, "problem"), f"the first {MOST:,} shown" if count > MOST else ""]
    if silenced:
        unheard = sum(silenced.values())
        parts.append(f"{plural(len(silenced), 'rule')} silenced")
        parts.append(f"{unheard:,} not shown" if unheard else "")
    return " · ".join(filter(None, parts))
