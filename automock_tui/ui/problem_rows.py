"""The problems of a text as rows: from the linter, or from the reader that could not even read it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.problems import Problem, Severity

_PLACE = re.compile(r"line (\d+), column (\d+)")
_MARKS = {Severity.ERROR: "✕", Severity.WARNING: "⚠", Severity.INFO: "ℹ"}


@dataclass(frozen=True)
class ProblemRow:
    """One finding in a text; line and column count from 1, line 0 is for no place."""

    severity: Severity
    line: int
    column: int
    text: str
    more: str = ""
    problem: Problem | None = None
    """What the linter found; None where the text cannot even be read."""

    @property
    def mark(self) -> str:
        """Its severity as a sign."""
        return _MARKS[self.severity]


@dataclass(frozen=True)
class Findings:
    """What a check of a text found.

    Attributes:
        rows: The problems.
        count: How many expectations there are, None where the text cannot be read.
        silenced: How often each silenced rule was not reported.
    """

    rows: tuple[ProblemRow, ...]
    count: int | None
    silenced: Mapping[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many errors there are; they stop a deploy."""
        return sum(row.severity is Severity.ERROR for row in self.rows)

    @property
    def refused(self) -> int:
        """How many of them keep MockServer from taking the text, and us from saving it."""
        errors = (row for row in self.rows if row.severity is Severity.ERROR)
        return sum(row.problem is None or row.problem.is_refused for row in errors)

    @property
    def others(self) -> int:
        """How many are only doubtful."""
        return len(self.rows) - self.errors


def check_text(text: str | bytes) -> Findings:
    """Check a text of expectations; takes a while for a long one."""
    from automock_tui.domain.expectation import load_expectations
    from automock_tui.linting import lint

    try:
        found = load_expectations(text)
    except InvalidInput as error:
        return Findings((row_of_error(error),), None)
    return Findings(rows_of(lint(found)), len(found))


def rows_of(problems: Sequence[Problem]) -> tuple[ProblemRow, ...]:
    """The rows of the linter's problems."""
    return tuple(
        ProblemRow(
            problem.severity,
            problem.place.line,
            problem.place.column,
            problem.message,
            " ".join(filter(None, (problem.why, problem.fix))),
            problem,
        )
        for problem in problems
    )


def row_of_error(error: InvalidInput) -> ProblemRow:
    """The row of an error that says its place in words."""
    place = _PLACE.search(f"{error.title} {error.message}")
    line, column = (int(place[1]), int(place[2])) if place else (0, 0)
    said = error.message.partition("\n")[0]
    text = f"{error.title.partition(':')[0]}: {said}" if said else error.title
    return ProblemRow(Severity.ERROR, line, column, text, error.hint)
