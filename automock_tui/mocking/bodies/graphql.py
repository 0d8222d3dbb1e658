"""GraphQL and JSON-RPC bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.bodies.matcher import BodyMatcher
from automock_tui.mocking.java_regex import compile_pattern
from automock_tui.mocking.request import Request
from automock_tui.mocking.schemas import Schema

_TOKEN = re.compile(
    r'"""(?:.*?)"""|"(?:[^"\\]|\\.)*"|\#[^\n]*|[\s,]+|[{}():!@\[\]=|&.]|[^\s,{}():!@\[\]=|&."#]+|.', re.DOTALL
)
_OPERATION = re.compile(r"\s*(query|mutation|subscription)\b(?:\s+(\w+))?", re.IGNORECASE)
_PUNCTUATION = frozenset("{}():!@[]=|&.")
_LITERAL_NAME = re.compile(r"[a-zA-Z0-9_/.-]+")
_NAME = re.compile(r"[^\W]+")


def normal_query(query: str) -> str:
    """A query without comments, commas and the white space that parts nothing."""
    out: list[str] = []
    for token in _TOKEN.findall(query):
        if token[0] in "#," or token.isspace():
            if out and out[-1] != " ":
                out.append(" ")
            continue
        if out and out[-1] == " " and (token in _PUNCTUATION or len(out) < 2 or out[-2] in _PUNCTUATION):
            out.pop()
        out.append(token)
    return "".join(out).strip()


def top_fields(query: str) -> frozenset[str]:
    """The names in the outermost selection."""
    found: set[str] = set()
    depth = parentheses = 0
    for token in _TOKEN.findall(query):
        if token in "()" and depth:
            parentheses += 1 if token == "(" else -1
        elif parentheses or token[0] in '#"':
            continue
        elif token in "{}":
            depth += 1 if token == "{" else -1
            if depth == 0:
                break
        elif depth == 1:
            found.update(_NAME.findall(token))
    return frozenset(found - {"on", "fragment"})


def operation(query: str) -> tuple[str, str]:
    """The kind and the name of an operation; the name is empty where it has none."""
    found = _OPERATION.match(re.sub(r"#[^\n]*", "", query))
    return (found[1].lower(), found[2] or "") if found else ("query", "")


def _named(wanted: str, found: Any) -> bool:
    """A literal name, or (where it holds more than letters, digits and `_/.-`) a regex; case counts."""
    if not isinstance(found, str):
        return False
    if _LITERAL_NAME.fullmatch(wanted):
        return wanted == found
    pattern = compile_pattern(wanted, False)
    return wanted == found or (pattern is not None and pattern.matches(found))


class GraphQlBody(BodyMatcher):
    """A GraphQL query, by its normal spelling or by its top-level fields."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._query = str(spec.get("query", ""))
        self._mode = spec.get("selectionSetMatchType") or "NORMALISED_STRING"
        self._operation = str(spec.get("operationName") or "")
        schema = spec.get("variablesSchema")
        self._variables = Schema(schema) if schema else None
        fields = spec.get("fields")
        self._fields = frozenset(fields) if fields else top_fields(self._query)

    def accepts(self, request: Request) -> bool:
        """Whether the body holds the query."""
        return next(self.reasons(request), None) is None

    def expected(self) -> str:
        """The query."""
        return f"the GraphQL query {normal_query(self._query)[:80]}"

    def reasons(self, request: Request) -> Iterator[str]:
        """What differs."""
        text = request.text
        if not self._query.strip():
            yield "the expected query is empty"
        elif text is None or not text.strip():
            yield "there is no body"
        elif self._mode == "NORMALISED_STRING":
            yield from self._text_reasons(parse_json(text))
        else:
            yield from self._tree_reasons(text)

    def _text_reasons(self, body: Any) -> Iterator[str]:
        if body is NOT_JSON or not isinstance(body, dict) or "query" not in body:
            yield "the body is no JSON object with a query"
            return
        if normal_query(str(body["query"])) != normal_query(self._query):
            yield f"the query is {normal_query(str(body['query']))[:80]}"
        if self._operation and not _named(self._operation, body.get("operationName")):
            yield f"the operation is {body.get('operationName')}"
        if self._variables is not None and not (
            "variables" in body and self._variables.matches(body["variables"])
        ):
            yield "the variables do not satisfy the schema"

    def _tree_reasons(self, text: str) -> Iterator[str]:
        body = parse_json(text)
        query = body["query"] if isinstance(body, dict) and isinstance(body.get("query"), str) else text
        (kind, name), (wanted_kind, wanted_name) = operation(query), operation(self._query)
        if kind != wanted_kind or (wanted_name and name != wanted_name):
            yield f"the operation is {kind} {name}".rstrip()
        found = top_fields(query)
        fits = self._fields <= found if self._mode == "AST_SUBSET" else self._fields == found
        if not fits:
            yield f"the fields are {', '.join(sorted(found)) or 'none'}"


class JsonRpcBody(BodyMatcher):
    """A JSON-RPC 2.0 request of a method, alone or in a batch."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._method = str(spec.get("method") or "")
        schema = spec.get("paramsSchema")
        self._params = Schema(schema) if schema else None

    def accepts(self, request: Request) -> bool:
        """Whether the body is such a request."""
        body = parse_json(request.text) if request.text else NOT_JSON
        return any(self._fits(one) for one in (body if isinstance(body, list) else [body]))

    def _fits(self, one: Any) -> bool:
        if not isinstance(one, dict) or not self._method.strip() or str(one.get("jsonrpc")) != "2.0":
            return False
        if not _named(self._method, one.get("method")):
            return False
        return self._params is None or ("params" in one and self._params.matches(one["params"]))

    def expected(self) -> str:
        """The method."""
        return f"a JSON-RPC 2.0 request of {self._method}"
