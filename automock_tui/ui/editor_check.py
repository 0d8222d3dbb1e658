"""The editor's live check: what the linter finds, by row and by expectation. Runs on a thread of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Problem, Severity
from automock_tui.operations.judging import split_silenced
from automock_tui.ui.editing.unreadable import Unreadable
from automock_tui.ui.problem_rows import Findings, row_of_error, rows_of

if TYPE_CHECKING:
    from automock_tui.linting import LintContext, Linter

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        findings: The problems as rows.
        severities: The worst problem of each expectation.
        text: The text that was checked.
        expectations: What was read from it, None where it cannot be read.
    """

    findings: Findings
    severities: tuple[Severity | None, ...]
    text: str
    expectations: ExpectationSet | None

    def problems_of(self, index: int) -> Mapping[Path, str]:
        """What is wrong with one expectation: messages by the path of the value they are about, worst first."""
        found: dict[Path, str] = {}
        for problem in sorted(self._problems(index), key=lambda one: _ORDER[one.severity]):
            found.setdefault(path_of(problem, self._is_array), problem.message)
        return found

    def _problems(self, index: int) -> list[Problem]:
        known = (row.problem for row in self.findings.rows)
        return [one for one in known if one is not None and one.place.index == index]

    @property
    def _is_array(self) -> bool:
        return self.expectations is None or self.expectations.is_array


def path_of(problem: Problem, is_array: bool) -> Path:
    """Where in its expectation a problem is."""
    words = problem.place.pointer.split("/")[1:]
    parts = [word.replace("~1", "/").replace("~0", "~") for word in words]
    path: Path = tuple(int(part) if part.isdigit() else part for part in parts)
    return path[1:] if is_array else path


class Checker:
    """Checks what is edited, one state after another; what has not changed is not looked at again."""

    def __init__(self) -> None:
        self.context: LintContext | None = None
        """By what it is judged: rules that are silenced, descriptions, where it runs."""
        self._linter: Linter | None = None

    def check(self, expectations: ExpectationSet | None, text: str | None = None) -> Checked:
        """Check expectations, or a text of them; takes a while for many.

        Args:
            expectations: What is edited; None where only a text is known.
            text: The text, where it is known.
        """
        if text is None:
            assert expectations is not None
            text = expectations.save()
        try:
            found = expectations if _is_readable(expectations) else load_expectations(text)
        except InvalidInput as error:
            unread = Findings((row_of_error(error),), None, dict.fromkeys(self.silenced, 0))
            return Checked(unread, (), text, None)
        assert found is not None
        problems, silenced = split_silenced(self._lint(found), self.silenced)
        findings = Findings(rows_of(problems), len(found), silenced)
        return Checked(findings, _worst(problems, len(found)), text, found)

    @property
    def silenced(self) -> frozenset[str]:
        """The rules that are not reported."""
        return self.context.silenced if self.context else frozenset()

    def silence(self, rules: frozenset[str]) -> None:
        """Report all but these rules from the next check on."""
        from automock_tui.linting import LintContext

        self.context = replace(self.context or LintContext(), silenced=rules)

    def _lint(self, expectations: ExpectationSet) -> Sequence[Problem]:
        """All problems; silenced ones too, because they are counted."""
        from automock_tui.linting import LintContext

        context = replace(self.context or LintContext(), silenced=frozenset())
        try:
            return self._linter_for(context).lint(expectations)
        except AutomockError:
            # A description that cannot be read is no reason to say nothing at all.
            self.context = replace(context, descriptions=(), silenced=self.silenced)
            return self._linter_for(replace(context, descriptions=())).lint(expectations)

    def _linter_for(self, context: LintContext) -> Linter:
        from automock_tui.linting import Linter

        if self._linter is None or self._linter.context != context:
            self._linter = Linter(context)
        return self._linter


def _is_readable(expectations: ExpectationSet | None) -> bool:
    return expectations is not None and not any(isinstance(one, Unreadable) for one in expectations)


def _worst(problems: Sequence[Problem], count: int) -> tuple[Severity | None, ...]:
    found: list[Severity | None] = [None] * count
    for problem in problems:
        place, before = problem.place.index, None
        before = found[place]
        if before is None or _ORDER[problem.severity] < _ORDER[before]:
            found[place] = problem.severity
    return tuple(found)
