"""The rows of an import: what was made, what was left out, what is wrong. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from automock_tui.domain.expectation import ExpectationSet
from automock_tui.domain.problems import Severity
from automock_tui.ui.format import plural
from automock_tui.ui.project_rows import Line
from automock_tui.ui.status_cells import Cell

if TYPE_CHECKING:
    from automock_tui.importing.imported import Finding
    from automock_tui.ui.problem_rows import ProblemRow

_ROLES = {Severity.ERROR: "bad", Severity.WARNING: "soon", Severity.INFO: "muted"}
MOST = 1_000
"""Rows that are shown of each kind; making more would hold up the screen."""
_MOST_PLACES = 3
SECRET_WORDS = "secret in "
"""How findings about secrets begin."""


class Marks(NamedTuple):
    """What is to be said of the expectations: places left out, and ids that a project has."""

    left_out: Collection[int] = ()
    replaced: Collection[str] = ()
    added: Collection[str] = ()


class Rows(NamedTuple):
    """All rows of an import, and how many there are of each method."""

    made: list[Line]
    left_out: list[Line]
    problems: list[Line]
    methods: str


def rows_of(
    expectations: ExpectationSet, report: Iterable[Finding], problems: Sequence[ProblemRow], marks: Marks
) -> Rows:
    """The rows of an import; takes a while for a large one."""
    shown = ExpectationSet.of(list(expectations)[:MOST]) if len(expectations) > MOST else expectations
    return Rows(
        made_lines(shown, marks),
        report_lines(report)[:MOST],
        problem_lines(problems[:MOST]),
        methods_text(expectations),
    )


def made_lines(expectations: ExpectationSet, marks: Marks) -> list[Line]:
    """A row for each expectation: its mark, method, path, status and id."""
    return [
        Line(
            _mark(index, one.id, marks),
            (one.method or "any", one.path or one.title, str(one.status_code or one.action)),
            one.id,
        )
        for index, one in enumerate(expectations)
    ]


def _mark(index: int, identity: str, marks: Marks) -> Cell:
    if index in marks.left_out:
        return Cell("○", "muted")
    if identity in marks.replaced:
        return Cell("~", "soon")
    return Cell("+" if identity in marks.added else "●", "good")


def report_lines(report: Iterable[Finding]) -> list[Line]:
    """What was left out or changed, the same of several places in one row; secrets first, then the most."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in report:
        places.setdefault((one.construct, one.done), []).append(one.where)
    ordered = sorted(places.items(), key=lambda one: (not one[0][0].startswith(SECRET_WORDS), -len(one[1])))
    return [_finding_line(*said, where) for said, where in ordered]


def _finding_line(construct: str, done: str, where: Sequence[str]) -> Line:
    named = ", ".join(filter(None, where[:_MOST_PLACES]))
    more = f" and {len(where) - _MOST_PLACES} more" if len(where) > _MOST_PLACES else ""
    count = f"{len(where)}×" if len(where) > 1 else ""
    return Line(Cell("·", "muted"), (count, construct), " · ".join(filter(None, (done, f"{named}{more}"))))


def problem_lines(rows: Iterable[ProblemRow]) -> list[Line]:
    """The findings of the linter."""
    return [
        Line(Cell(row.mark, _ROLES[row.severity]), (), " · ".join(filter(None, (row.text, row.more))))
        for row in rows
    ]


def secrets_in(report: Iterable[Finding]) -> int:
    """How many secrets were masked."""
    return sum(one.construct.startswith(SECRET_WORDS) for one in report)


def made_text(count: int, left_out: int, source: str, format_name: str) -> str:
    """What was made, in a line."""
    every = plural(count, "expectation")
    taken = f"{count - left_out} of {every}" if left_out else every
    origin = f" from {source}" if source else ""
    kind = f" ({format_name})" if format_name not in ("", "mockserver") else ""
    return f"{taken}{origin}{kind}"


def methods_text(expectations: ExpectationSet) -> str:
    """How many there are of each method: `GET 12 · POST 3`."""
    counts = Counter(one.method or "any" for one in expectations)
    return " · ".join(f"{name} {count}" for name, count in counts.most_common(6))
