"""The linter: each expectation alone, then the set as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.domain.problems import Problem
from automock_tui.linting.answers import check_answers
from automock_tui.linting.bodies import check_bodies
from automock_tui.linting.context import LintContext
from automock_tui.linting.deployed import check_forwards, check_state
from automock_tui.linting.finding import Check, Finding, as_problem
from automock_tui.linting.paths import check_paths
from automock_tui.linting.patterns import check_patterns
from automock_tui.linting.rules import RULES
from automock_tui.linting.schema import check_schema, duplicate_ids
from automock_tui.linting.secrets import check_secrets
from automock_tui.linting.shadowing import Matching
from automock_tui.linting.templates import check_templates

_CHECKS: tuple[Check, ...] = (
    check_schema,
    check_paths,
    check_patterns,
    check_bodies,
    check_templates,
    check_answers,
    check_secrets,
    check_state,
    check_forwards,
)
_SetCheck = Callable[[ExpectationSet], Iterator[tuple[int, Finding]]]


class Linter:
    """Lints one set after another. What it found in an expectation is kept until that one changes.

    Not for several threads at once.
    """

    def __init__(self, context: LintContext | None = None) -> None:
        """A linter for sets that will run in one place.

        Raises:
            InvalidInput: one of the context's descriptions is no API description.
        """
        self.context = context or LintContext()
        self._checks = (*_CHECKS, *_of_descriptions(self.context))
        self._of_sets: tuple[_SetCheck, ...] = (duplicate_ids, Matching())
        self._kept: dict[str, tuple[Finding, ...]] = {}

    def lint(self, expectations: ExpectationSet) -> list[Problem]:
        """Every problem that is not silenced, in the order of the document."""
        found = [(index, finding) for index, one in enumerate(expectations) for finding in self._findings(one)]
        for check in self._of_sets:
            found += check(expectations)
        self._forget(expectations)
        shown = [one for one in found if self._is_shown(one[1])]
        problems = [as_problem(finding, expectations, index) for index, finding in shown]
        return sorted(problems, key=lambda one: (one.place.line, one.place.column, one.rule))

    def _findings(self, expectation: Expectation) -> tuple[Finding, ...]:
        known = self._kept.get(expectation.text)
        if known is None:
            known = tuple(one for check in self._checks for one in check(expectation, self.context))
            self._kept[expectation.text] = known
        return known

    def _forget(self, expectations: ExpectationSet) -> None:
        """Drop what was found in expectations that are long gone."""
        if len(self._kept) > 2 * len(expectations) + 1000:
            self._kept = {one.text: self._kept[one.text] for one in expectations}

    def _is_shown(self, finding: Finding) -> bool:
        return finding.rule not in self.context.silenced or RULES[finding.rule].is_refused


def _of_descriptions(context: LintContext) -> list[Check]:
    if not context.descriptions:
        return []
    from automock_tui.linting.descriptions import Contract

    return [Contract(one).check for one in context.descriptions]


def lint(expectations: ExpectationSet, context: LintContext | None = None) -> list[Problem]:
    """Every problem of a set that is not silenced, in the order of the document."""
    return Linter(context).lint(expectations)
