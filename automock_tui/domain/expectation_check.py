"""Whether MockServer will take a set of expectations: types, names, actions, and ids that are there twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.domain.expectation_fields import ACTIONS, Report
from automock_tui.domain.expectation_schema import check_fields, check_openapi
from automock_tui.domain.json_text import Path, members, skip_space
from automock_tui.domain.problems import Problem, Severity

_SAME_ACTION = {"httpResponses": "httpResponse"}
"""MockServer counts a response and a sequence of responses as one kind of action."""


def check_expectations(expectations: ExpectationSet) -> tuple[Problem, ...]:
    """All problems that show without knowing how expectations match, in the order of the document.

    Rules: `wrong-type`, `out-of-range`, `unknown-word`, `bad-name`, `missing-field`, `no-action`,
    `several-actions`, `duplicate-id` (errors); `unknown-field`, `duplicate-key` (warnings).
    """
    problems: list[Problem] = []
    for index, expectation in enumerate(expectations):

        def report(
            rule: str, severity: Severity, path: Path, message: str, why: str, fix: str, index: int = index
        ) -> None:
            place = expectations.place(index, path)
            problems.append(Problem(rule, severity, place, message, why, fix))

        check_expectation(expectation, report)
    problems.extend(_duplicate_ids(expectations))
    return tuple(sorted(problems, key=lambda one: (one.place.line, one.place.column)))


def check_expectation(expectation: Expectation, report: Report) -> None:
    """Report what is wrong with one expectation alone; its paths begin inside of it."""
    if expectation.is_openapi:
        check_openapi(expectation.tree, (), report)
    else:
        check_fields(expectation.tree, (), report)
        _check_actions(expectation.tree, report)
    if expectation.has_repeated_keys:
        for path in _repeated(expectation.text):
            message = f"{path[-1]} is there twice in one object."
            why = "MockServer takes the last one and drops the others."
            report("duplicate-key", Severity.WARNING, path, message, why, "Remove all but one.")


def _check_actions(tree: dict[str, Any], report: Report) -> None:
    actions = [name for name in ACTIONS if name in tree]
    if not actions:
        report(
            "no-action",
            Severity.ERROR,
            (),
            "The expectation has no action: nothing says how to answer.",
            "MockServer refuses the whole document, and then serves none of its expectations.",
            "Add httpResponse, or another action.",
        )
    elif len({_SAME_ACTION.get(name, name) for name in actions}) > 1:
        _check_primary(tree, actions, report)


def _check_primary(tree: dict[str, Any], actions: list[str], report: Report) -> None:
    primary = [name for name in actions if isinstance(tree[name], dict) and tree[name].get("primary") is True]
    if len(primary) != 1:
        found = f"{len(primary)} are" if primary else "none is"
        report(
            "several-actions",
            Severity.ERROR,
            (),
            f"The expectation has several actions ({', '.join(actions)}), and {found} marked as primary.",
            "MockServer refuses the whole document, and then serves none of its expectations.",
            'Keep one action, or give exactly one of them "primary": true.',
        )


def _duplicate_ids(expectations: ExpectationSet) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, expectation in enumerate(expectations):
        identity = expectation.id
        if identity in seen:
            yield Problem(
                "duplicate-id",
                Severity.ERROR,
                expectations.place(index, ("id",)),
                f'The id "{identity}" is also that of expectation {seen[identity] + 1}.',
                "MockServer lets the later one replace the earlier one.",
                "Give one of them another id.",
            )
        elif identity:
            seen[identity] = index


def _repeated(text: str) -> Iterator[Path]:
    """Paths of keys that their object has twice."""
    todo: list[tuple[int, Path]] = [(skip_space(text, 0), ())]
    while todo:
        start, path = todo.pop()
        keys: set[str | int] = set()
        for one in members(text, start):
            if one.key in keys:
                yield (*path, one.key)
            keys.add(one.key)
            if text[one.value.start] in "[{":
                todo.append((one.value.start, (*path, one.key)))
