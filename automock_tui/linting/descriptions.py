"""Responses against the API description that they came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import Expectation
from automock_tui.importing.imported import Report
from automock_tui.importing.openapi import base_path
from automock_tui.importing.openapi import matches as is_description
from automock_tui.importing.openapi_validity import Validity
from automock_tui.importing.references import Documents, Node
from automock_tui.importing.source import Source
from automock_tui.linting.context import Description, LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.walking import Found
from automock_tui.mocking.bodies.json_bodies import json_value
from automock_tui.mocking.bodies.json_reading import NOT_JSON
from automock_tui.mocking.paths import split_path

_VARIABLE = re.compile(r"\{[^{}]*\}")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


@dataclass(frozen=True)
class _Operation:
    """One operation of a description; `segments` is its path with the base path before it."""

    segments: tuple[str, ...]
    responses: Node
    name: str


class Contract:
    """One API description, and whether responses keep to it."""

    def __init__(self, description: Description) -> None:
        """Read a description.

        Raises:
            InvalidInput: it is neither OpenAPI nor Swagger.
        """
        source = Source(description.name, description.data)
        if not is_description(source.tree):
            raise InvalidInput(
                f"{description.name} is no API description",
                "It has neither openapi nor swagger at its top.",
                "Give an OpenAPI or Swagger document.",
            )
        self._name = description.name
        self._root = Documents(source, Report()).root
        self._validity = Validity(self._root)
        self._is_swagger = "swagger" in self._root.table

    def check(self, expectation: Expectation, context: LintContext) -> Iterator[Finding]:
        """What in its fixed responses the description does not allow."""
        operation = self._operation(expectation)
        if operation is None:
            return
        for one in _fixed(expectation):
            yield from self._finding(operation, one)

    def _finding(self, operation: _Operation, response: Found) -> Iterator[Finding]:
        status = response.value.get("statusCode", 200)
        documented = _response(operation.responses, str(status))
        if documented is None:
            known = ", ".join(key for key, _ in operation.responses.items()) or "none"
            words = f"{self._name} documents no status {status} for {operation.name} (it has {known})."
            yield Finding("breaks-description", (*response.path, "statusCode"), words)
            return
        schema, value = self._schema(documented), _value(response.value)
        if schema is None or value is NOT_JSON:
            return
        fault = self._validity.fault(schema, value)
        if fault and not fault.startswith("not checked"):
            words = f"{self._name} does not allow this body for {operation.name} {status}: {fault}"
            yield Finding("breaks-description", (*response.path, "body"), words)

    def _schema(self, documented: Node) -> Node | None:
        if self._is_swagger:
            return documented.raw("schema") if "schema" in documented.table else None
        kinds = dict(documented.get("content").items())
        chosen = next((node for kind, node in kinds.items() if "json" in kind or "*" in kind), None)
        return chosen.raw("schema") if chosen is not None and "schema" in chosen.table else None

    def _operation(self, expectation: Expectation) -> _Operation | None:
        """The operation that an expectation is about: of several paths the one with the fewest variables."""
        given = split_path(expectation.path)
        found = [
            one for one in self._operations.get(expectation.method.lower(), ()) if _fits(one.segments, given)
        ]
        return min(found, key=lambda one: sum(map(_is_variable, one.segments)), default=None)

    @cached_property
    def _operations(self) -> dict[str, list[_Operation]]:
        found: dict[str, list[_Operation]] = {}
        for path, item in self._root.get("paths").items():
            for method in _METHODS:
                operation = item.get(method)
                if "responses" in operation.table:
                    base = base_path(self._root, item, operation, is_swagger=self._is_swagger)
                    made = _Operation(
                        split_path(base + path), operation.get("responses"), f"{method.upper()} {path}"
                    )
                    found.setdefault(method, []).append(made)
        return found


def _is_variable(segment: str) -> bool:
    return _VARIABLE.search(segment) is not None


def _fits(described: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Whether an expectation's path is one of a described path."""
    if len(described) != len(given):
        return False
    return all(
        _is_variable(one) or one.lower() == other.lower() for one, other in zip(described, given, strict=True)
    )


def _response(responses: Node, status: str) -> Node | None:
    """What is documented for a status: itself, its range, or the rest."""
    found = dict(responses.items())
    keys = (status, f"{status[0]}XX", f"{status[0]}xx", "default")
    return next((found[key] for key in keys if key in found), None)


def _fixed(expectation: Expectation) -> Iterator[Found]:
    several = expectation.tree.get("httpResponses")
    for index, one in enumerate(several if isinstance(several, list) else ()):
        if isinstance(one, dict):
            yield Found(("httpResponses", index), one)
    one = expectation.tree.get("httpResponse")
    if isinstance(one, dict):
        yield Found(("httpResponse",), one)


def _value(response: dict[str, Any]) -> Any:
    """The JSON value of a response's body; `NOT_JSON` where it is none."""
    body = response.get("body")
    if isinstance(body, dict) and isinstance(body.get("type"), str) and body["type"].isupper():
        return json_value(body.get("json")) if body["type"] == "JSON" else NOT_JSON
    if isinstance(body, str):
        headers = response.get("headers")
        return json_value(body) if "json" in str(headers).lower() else NOT_JSON
    return body if body is not None else NOT_JSON
