"""What MockServer's own schema says: types, names, actions, ids that are there twice, later fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.domain.expectation_check import check_expectation
from automock_tui.domain.json_text import Path
from automock_tui.domain.problems import Severity
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding

SEEN_IN = "9.2.0"
NEWER_FIELDS = {
    ("", "metadata"): SEEN_IN,
    ("httpRequest", "clientIp"): SEEN_IN,
    ("httpResponseTemplate", "parameters"): SEEN_IN,
    ("httpForwardTemplate", "parameters"): SEEN_IN,
    ("responseTemplate", "parameters"): SEEN_IN,
    ("httpError", "resetConnection"): SEEN_IN,
}
"""Fields, by the object they stand in, that MockServer 8.0.0 refuses and the official client 9.2.0 writes."""


def check_schema(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """The faults of one expectation; a field that this MockServer does not know may be one of a later one."""
    found: list[Finding] = []

    def report(rule: str, severity: Severity, path: Path, message: str, why: str, fix: str) -> None:
        if rule == "unknown-field" and (version := _newer(path)):
            if _number(version) > _number(context.mockserver_version):
                found.append(_newer_field(path, version, context.mockserver_version))
            return
        can_fix = rule == "wrong-type" and _is_mendable(expectation, path, message)
        found.append(Finding(rule, path, message, why, fix, can_fix))

    check_expectation(expectation, report)
    yield from found


_WANTED = {"a whole number": int, "a number": float, "true or false": bool, "a text": str}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?")


def mended_value(value: Any) -> int | float | bool | str | None:
    """A value of another type that was clearly meant: `"200"` for 200, 200 for `"200"`; None where none was."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return repr(value)
    if value in ("true", "false"):
        return bool(value == "true")
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return None


def _is_mendable(expectation: Expectation, path: Path, message: str) -> bool:
    """Whether the value that was clearly meant is of the type that is wanted."""
    try:
        plain = mended_value(expectation.value(path))
    except KeyError:
        return False
    return any(
        message.endswith(f"must be {words}.") and type(plain) is wanted for words, wanted in _WANTED.items()
    )


def _newer(path: Path) -> str:
    parents = [key for key in path[:-1] if isinstance(key, str)]
    return NEWER_FIELDS.get((parents[-1] if parents else "", str(path[-1])), "")


def _newer_field(path: Path, version: str, present: str) -> Finding:
    message = f"MockServer {present} does not know the field {path[-1]}; version {version} does."
    return Finding("newer-field", path, message)


def _number(version: str) -> tuple[int, ...]:
    """A version as numbers; one that names none, such as a digest, counts as the latest."""
    parts = [part for part in version.split("-")[0].split(".") if part.isdigit()]
    return tuple(map(int, parts)) or (1_000_000,)


def duplicate_ids(expectations: ExpectationSet) -> Iterator[tuple[int, Finding]]:
    """An error for each id that an earlier expectation has."""
    seen: dict[str, int] = {}
    for index, expectation in enumerate(expectations):
        identity = expectation.id
        if identity in seen:
            message = f'The id "{identity}" is also that of expectation {seen[identity] + 1}.'
            yield index, Finding("duplicate-id", ("id",), message, can_fix=True)
        elif identity:
            seen[identity] = index
