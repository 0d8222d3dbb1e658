"""JSON bodies: by value, by schema, by path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from automock_tui.mocking.bodies.json_comparing import differences, is_like, shown
from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.bodies.matcher import BodyMatcher
from automock_tui.mocking.request import Request
from automock_tui.mocking.schemas import Schema

_NO_WORD = ("{", "[", "]", "}", ":", '"', "'")
"""What an unquoted string does not begin with."""
_COMMENTS = ("/", "#")
"""The same library knows no comments."""


class JsonBody(BodyMatcher):
    """Like this JSON value; `strict` counts extra fields and the order of items."""

    def __init__(self, wanted: Any, *, strict: bool = False) -> None:
        self._wanted = wanted
        self._strict = strict

    def accepts(self, request: Request) -> bool:
        """Whether the body is like the value."""
        found = request.json
        return found is not NOT_JSON and is_like(self._wanted, found, strict=self._strict)

    def expected(self) -> str:
        """The value."""
        return f"{'exactly' if self._strict else 'at least'} {shown(self._wanted)}"

    def reasons(self, request: Request) -> Iterator[str]:
        """Each difference with its path."""
        if request.json is NOT_JSON:
            yield "the body is not JSON" if request.body else "there is no body"
            return
        yield from differences(self._wanted, request.json, strict=self._strict)


class JsonSchemaBody(BodyMatcher):
    """Satisfies a JSON schema."""

    def __init__(self, schema: Any) -> None:
        self._text = schema if isinstance(schema, str) else json.dumps(schema)
        self._schema = Schema(schema)

    def accepts(self, request: Request) -> bool:
        """Whether the body satisfies the schema."""
        found = request.json
        return found is not NOT_JSON and self._schema.matches(found)

    def expected(self) -> str:
        """The schema."""
        return f"JSON that satisfies {self._text[:80]}"

    def reasons(self, request: Request) -> Iterator[str]:
        """Each violation."""
        if request.json is NOT_JSON:
            yield "the body is not JSON" if request.body else "there is no body"
            return
        yield from self._schema.faults(request.json)


class JsonPathBody(BodyMatcher):
    """Has something at a JSON path."""

    def __init__(self, path: str) -> None:
        from automock_tui.mocking.bodies.json_paths import compile_path

        self._path = path
        self._has = compile_path(path)

    def accepts(self, request: Request) -> bool:
        """Whether the path finds something that is not null and not an empty list."""
        if self._has is None or request.text is None:
            return False
        found = _or_word(request.json, request.text)
        return request.text == self._path or (found is not NOT_JSON and self._has(found))

    def expected(self) -> str:
        """The path."""
        return f"something at {self._path}"

    def reasons(self, request: Request) -> Iterator[str]:
        """That the path finds nothing."""
        if self._has is None:
            yield "the JSON path itself cannot be used"
        elif request.json is NOT_JSON:
            yield "the body is not JSON" if request.body else "there is no body"
        else:
            yield f"{self._path} finds nothing"


def _or_word(found: Any, text: str) -> Any:
    """The body's value; what is no JSON is one unquoted string to MockServer's JSON path library."""
    word = text.lstrip()
    if word.startswith(_COMMENTS) or (found is NOT_JSON and word and not word.startswith(_NO_WORD)):
        return text
    return found


def json_value(spec: Any) -> Any:
    """The value of a JSON body's `json` field: itself, or what its text says."""
    return parse_json(spec) if isinstance(spec, str) else spec
