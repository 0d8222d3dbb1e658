"""Answers: statuses that there are not."""

from __future__ import annotations

from collections.abc import Iterator

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import NumberLiteral
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.walking import responses

LOWEST, HIGHEST = 100, 999


def check_answers(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """Statuses outside of 100 to 999."""
    if _is_ordinary(expectation):
        return
    for one in responses(expectation.tree):
        status = one.value.get("statusCode")
        is_number = isinstance(status, int | NumberLiteral) and not isinstance(status, bool)
        if is_number and not LOWEST <= status <= HIGHEST:
            yield Finding("status-range", (*one.path, "statusCode"), f"The status is {status}.")


def _is_ordinary(expectation: Expectation) -> bool:
    """Whether the only status there is, if any, is that of the response, and right; so for nearly all."""
    count = expectation.text.count('"statusCode"')
    response = expectation.tree.get("httpResponse")
    status = response.get("statusCode") if isinstance(response, dict) else None
    return count == 0 or (count == 1 and type(status) is int and LOWEST <= status <= HIGHEST)
