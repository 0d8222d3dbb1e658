"""Expectations from an OpenAPI description, as `PUT /mockserver/openapi` makes them: one for each operation."""

from __future__ import annotations

import re
from typing import Any

from automock_tui.mocking.jackson import pretty
from automock_tui.mocking.media import MediaType
from automock_tui.mocking.openapi.description import BadDescription, Description, Operation, load_description
from automock_tui.mocking.openapi.samples import NOTHING, Samples
from automock_tui.mocking.openapi.xml_samples import xml_text
from automock_tui.mocking.services import Services

Tree = dict[str, Any]


def make_expectations(given: Tree, services: Services) -> list[Tree]:
    """The expectations of one object with `specUrlOrPayload`.

    Raises:
        BadDescription: its description cannot be read.
    """
    spec, prefix = given.get("specUrlOrPayload"), given.get("contextPathPrefix")
    description = load_description(spec, services)
    picked = given.get("operationsAndResponses")
    wanted = picked if isinstance(picked, dict) and picked else None
    answers = _Answers(description, services)
    return [
        _expectation(spec, prefix, description, one, answers.of(one, (wanted or {}).get(one.identity)))
        for one in description.operations
        if wanted is None or one.identity in wanted
    ]


def readable_expectations(given: Tree, services: Services) -> list[Tree]:
    """As `make_expectations`; none where the description cannot be read, which loading a set has named."""
    try:
        return make_expectations(given, services)
    except BadDescription:
        return []


def expanded(trees: list[Tree], services: Services) -> list[Tree]:
    """Expectations, with those of a description in place of each object that only names one.

    Raises:
        BadDescription: one cannot be read.
    """
    found: list[Tree] = []
    for tree in trees:
        found += make_expectations(tree, services) if "specUrlOrPayload" in tree else [tree]
    return found


def _expectation(spec: Any, prefix: Any, description: Description, operation: Operation, answer: Tree) -> Tree:
    request: Tree = {"specUrlOrPayload": spec, "operationId": operation.identity}
    if isinstance(prefix, str) and prefix.strip():
        request["contextPathPrefix"] = prefix
    identity = f"openapi:{description.key}:{operation.identity}"
    return {"id": identity, "httpRequest": request, "httpResponse": answer}


class _Answers:
    """Makes the answers of one description's operations."""

    def __init__(self, description: Description, services: Services) -> None:
        self._description = description
        self._match_pattern = services.match_pattern

    def of(self, operation: Operation, picked: Any) -> Tree:
        """The answer of an operation: its first, or the one that was picked by status and example."""
        if isinstance(picked, dict):
            code, example = str(picked.get("statusCode") or ""), str(picked.get("exampleName") or "")
        else:
            code, example = (picked if isinstance(picked, str) else ""), ""
        responses = self._description.table(operation.tree.get("responses"))
        if not responses:
            return {}
        key = code if code in responses else next(iter(responses))
        return self._answer(str(key), self._description.table(responses[key]), example)

    def _answer(self, code: str, response: Tree, example: str) -> Tree:
        found: Tree = {}
        if (status := _status(code)) is not None:
            found["statusCode"] = status
        headers = self._headers(response, example)
        content = self._description.table(response.get("content"))
        if content:
            kind = next(iter(content))
            headers["content-type"] = [str(kind)]
            body = self._body(str(kind), self._description.table(content[kind]), example)
            if body is not None:
                found["body"] = body
        if headers:
            found["headers"] = headers
        return found

    def _headers(self, response: Tree, example: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, node in self._description.table(response.get("headers")).items():
            header = self._description.table(node)
            value = self._documented(header, example)
            if value is NOTHING:
                value = self._made(header.get("schema"))
            if value is not NOTHING:
                found[str(name)] = [value if isinstance(value, str) else pretty(value)]
        return found

    def _documented(self, node: Tree, name: str) -> Any:
        """An example of a media type or header: the one that was picked, else its own, else its first."""
        examples = self._description.table(node.get("examples"))
        if name in examples:
            return self._description.table(examples[name]).get("value", NOTHING)
        if node.get("example") is not None:
            return node["example"]
        first = next((self._description.table(one).get("value") for one in examples.values()), None)
        return NOTHING if first is None else first

    def _body(self, kind: str, media: Tree, example: str) -> Any:
        value = self._documented(media, example)
        if value is NOTHING:
            value = self._made(media.get("schema"))
        if value is NOTHING:
            return None
        if MediaType.parse(kind).is_json:
            typed = {"type": "JSON", "json": pretty(value)}
            return typed if not isinstance(value, dict | list) or "type" in value else value
        if _is_xml(kind) and isinstance(value, dict | list):
            return xml_text(value, media.get("schema"), self._description.resolve)
        return value if isinstance(value, str) else pretty(value)

    def _made(self, schema: Any) -> Any:
        return Samples(self._description.resolve, self._match_pattern).make(schema)


def _is_xml(kind: str) -> bool:
    name = kind.split(";")[0].strip().lower()
    return name in ("application/xml", "text/xml") or name.endswith("+xml")


def _status(code: str) -> int | None:
    if re.fullmatch(r"\d{3}", code):
        return int(code)
    return int(code[0]) * 100 if re.fullmatch(r"[1-5][xX]{2}", code) else None
