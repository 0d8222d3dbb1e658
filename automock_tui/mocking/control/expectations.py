"""Expectations over the control plane: read as leniently as MockServer does, checked as strictly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.domain.expectation_check import check_expectations
from automock_tui.domain.problems import Problem
from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.control.failures import Refused
from automock_tui.mocking.jackson import pretty
from automock_tui.mocking.openapi.description import BadDescription
from automock_tui.mocking.openapi.expectations import expanded, make_expectations

if TYPE_CHECKING:
    from automock_tui.mocking.engine import Engine
    from automock_tui.mocking.mock import Mock

_HARMLESS = ("duplicate-id", "duplicate-key")
"""Problems for which MockServer refuses nothing."""
_FOOT = (
    "\n  \n  OpenAPI Specification: https://app.swaggerhub.com/apis/jamesdbloom/mock-server-openapi/8.0.x"
    "\n  Documentation: https://mock-server.com/mock_server/creating_expectations.html"
)


def put_expectations(engine: Engine, text: str) -> list[Mock]:
    """Add one expectation or an array of them: all, or none where one is refused.

    Raises:
        Refused: no JSON, no expectations, or one that MockServer would not take; says where.
    """
    try:
        return [engine.put(tree) for tree in expanded(read_expectations(text), engine.services)]
    except BadDescription as error:
        raise Refused(str(error)) from None


def put_openapi(engine: Engine, text: str) -> list[Mock]:
    """Add the expectations of one OpenAPI description or of several; those that they had before are replaced.

    Raises:
        Refused: no JSON, or a description that cannot be read.
    """
    value = parse_json(text) if text.strip() else NOT_JSON
    given: list[Any] = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(one, dict) and one.get("specUrlOrPayload") for one in given):
        raise Refused(
            "1 error:\n - an open api expectation or array of them is required: specUrlOrPayload is missing"
        )
    try:
        found = [tree for one in given for tree in make_expectations(one, engine.services)]
    except BadDescription as error:
        raise Refused(str(error)) from None
    return [engine.put(tree) for tree in found]


def read_expectations(text: str) -> list[dict[str, Any]]:
    """The expectations of a request's body.

    Raises:
        Refused: as `put_expectations`.
    """
    if not text.strip():
        raise Refused('1 error:\n - an expectation or expectation array is required but value was "null"')
    value = parse_json(text)
    if value is NOT_JSON:
        raise Refused(f"incorrect expectation json format for:\n\n  {text[:2000]}\n\n not JSON")
    if value in ([], None):
        raise Refused("1 error:\n - an expectation or array of expectations is required")
    trees = value if isinstance(value, list) else [value]
    _check(trees)
    return [one for one in trees if isinstance(one, dict)]


def _check(trees: list[Any]) -> None:
    try:
        found: ExpectationSet = load_expectations(json.dumps(trees))
    except AutomockError as error:
        raise Refused(f"{error.title}: {error.message}") from None
    refused = [one for one in check_expectations(found) if one.rule not in _HARMLESS]
    if refused:
        raise Refused(_format_errors(trees, refused))


def _format_errors(trees: list[Any], problems: list[Problem]) -> str:
    index = problems[0].place.index
    own = [one for one in problems if one.place.index == index]
    shown = "\n".join("  " + line for line in pretty(trees[index]).splitlines())
    lines = "\n".join(f"   - {_json_path(one)}: {one.message}" for one in own)
    count = f"{len(own)} error{'' if len(own) == 1 else 's'}:"
    head = "incorrect expectation json format for:"
    return f"{head}\n\n{shown}\n\n schema validation errors:\n\n  {count}\n{lines}{_FOOT}"


def _json_path(problem: Problem) -> str:
    parts = problem.place.pointer.split("/")[2:]
    return "$" + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts)
