"""One finding of a rule within an expectation, before it has a place in a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Problem
from automock_tui.linting.context import LintContext
from automock_tui.linting.rules import RULES


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: its id, where in the expectation, in words. Empty `why` and `fix` are the rule's."""

    rule: str
    path: Path
    message: str
    why: str = ""
    fix: str = ""
    can_fix: bool = False


Check = Callable[[Expectation, LintContext], Iterator[Finding]]
"""Looks at one expectation alone."""


def as_problem(finding: Finding, expectations: ExpectationSet, index: int) -> Problem:
    """The finding with its place in the document and the words of its rule."""
    rule = RULES[finding.rule]
    return Problem(
        finding.rule,
        rule.severity,
        expectations.place(index, finding.path),
        finding.message,
        finding.why or rule.why,
        finding.fix or rule.fix,
        finding.can_fix,
        rule.is_refused,
    )
