"""Documented answers: their statuses, media types, examples and headers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from automock_tui.importing.bodies import json_body
from automock_tui.importing.examples import Examples
from automock_tui.importing.exchange import DROPPED_HEADERS, has_name, json_or_none
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.loose import table, text
from automock_tui.importing.openapi_validity import Validity
from automock_tui.importing.openapi_xml import to_xml
from automock_tui.importing.references import Node
from automock_tui.importing.secrets import Secrets

_NO_BODY = (204, 205, 304)
_STATUS = re.compile(r"^[1-5]\d\d$")
_RANGE = re.compile(r"^[1-5][xX]{2}$")
_IS_BINARY = re.compile(r"image/(?!svg)|audio/|video/|font/|application/(?:pdf|zip|gzip|octet-stream)", re.I)
_RANGE_STATUS = {"1": 100, "2": 200, "3": 302, "4": 400, "5": 500}


@dataclass(frozen=True)
class Answer:
    """One answer of an operation. `asked_by` counts the headers that pick it; 0 for the default answer."""

    label: str
    name: str
    response: Expectation
    asked_by: int


class Responses:
    """Makes the answers of one description's operations."""

    def __init__(self, root: Node, options: Options, report: Report, *, is_swagger: bool) -> None:
        self._root = root
        self._options = options
        self._report = report
        self._secrets = Secrets(options, report)
        self._examples = Examples(options.seed)
        self._validity = Validity(root)
        self._is_swagger = is_swagger
        self._made: dict[str, tuple[Any, str]] = {}

    def of(self, operation: Node, where: str) -> list[Answer]:
        """Every documented answer of an operation, the one by default first."""
        documented = [(text(code) or str(code), node) for code, node in operation.get("responses").items()]
        if self._options.statuses:
            documented = [one for one in documented if one[0].lower() in self._options.statuses]
        elif not documented:
            self._report.add(where, "no documented response", "a plain 200 was made up")
            return [Answer("200", "", {"statusCode": 200}, 0)]
        ordered = sorted(documented, key=lambda one: _rank(one[0]))
        found: list[Answer] = []
        for code, node in ordered:
            status = self._status(code, [one for one, _ in ordered], where)
            if status and all(one.response["statusCode"] != status for one in found):
                found += self._of_status(code, status, node, operation, where, first=not found)
        return found

    def _status(self, code: str, every: list[str], where: str) -> int:
        if _STATUS.match(code):
            return int(code)
        if _RANGE.match(code):
            self._report.add(where, f"status {code}", f"answered as {_RANGE_STATUS[code[0]]}")
            return _RANGE_STATUS[code[0]]
        if code.lower() == "default":
            status = 500 if any(one[0] == "2" for one in every) else 200
            self._report.add(where, "status default", f"answered as {status}")
            return status
        self._report.add(where, f"status {code[:40]}", "left out: not a status")
        return 0

    def _of_status(
        self, code: str, status: int, node: Node, operation: Node, where: str, *, first: bool
    ) -> list[Answer]:
        where = f"{where} {code}"
        if node.table.get("links"):
            self._report.add(where, "links", "left out")
        headers = self._headers(node, where)
        kind, bodies = ("", []) if status in _NO_BODY else self._bodies(node, operation, where)
        if kind and not any(name.lower() == "content-type" for name in headers):
            headers = {"Content-Type": [kind]} | headers
        found = []
        for index, (name, body) in enumerate(bodies or [("", None)]):
            response: Expectation = {"statusCode": status}
            if headers:
                response["headers"] = headers
            if body is not None:
                response["body"] = body
            found.append(Answer(code, name, response, (not first) + bool(index) * 2))
        return found

    def _headers(self, node: Node, where: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, header in node.get("headers").items():
            if not has_name(name) or name.lower() in DROPPED_HEADERS:
                continue
            given = header.table.get("example")
            if given is None:
                named = next((one.table.get("value") for _, one in header.get("examples").items()), None)
                given = named if named is not None else self._examples.make(_header_schema(header), name)
            value = given if isinstance(given, str) else json.dumps(given) if given is not None else ""
            if value and "\n" not in value:
                found[name] = [self._secrets.text(where, name, value)]
        return found

    def _bodies(self, node: Node, operation: Node, where: str) -> tuple[str, list[tuple[str, Any]]]:
        """The media type that is answered, and the bodies it may have, by the names of their examples."""
        if self._is_swagger:
            return self._swagger_bodies(node, operation, where)
        media = [(kind, one) for kind, one in node.get("content").items()]
        if not media:
            return "", []
        kind, chosen = min(media, key=lambda one: _media_rank(one[0]))
        self._leave_out([other for other, _ in media if other != kind], kind, where)
        schema = chosen.raw("schema") if "schema" in chosen.table else None
        examples = self._picked(self._documented(chosen))
        if examples:
            for name, value in examples:
                self._check(schema, value, f"{where} example {name}".rstrip(), kind)
            return _plain(kind), [(name, self._body(value, kind, where, schema)) for name, value in examples]
        if schema is None and "itemSchema" in chosen.table:
            return _plain(kind), [("", self._streamed(chosen.raw("itemSchema"), kind, where))]
        return _plain(kind), [("", self._generated(schema, kind, where))] if schema is not None else []

    def _leave_out(self, others: list[str], kind: str, where: str) -> None:
        for other in others:
            self._report.add(where, f"media type {other}", f"left out: {kind} is answered")

    def _picked(self, examples: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """The examples that are wanted; all of them where none of these is."""
        return [one for one in examples if one[0] in self._options.examples] or examples

    def _documented(self, media: Node) -> list[tuple[str, Any]]:
        if "example" in media.table:
            return [("", media.table["example"])]
        found = []
        for name, one in media.get("examples").items():
            if "externalValue" in one.table:
                self._report.add(one.where, f"example {name} outside of the description", "left out")
            for key in ("value", "dataValue", "serializedValue"):
                if key in one.table:
                    given = one.table[key]
                    tree = json_or_none(text(given)) if key == "serializedValue" else None
                    found.append((name, tree if isinstance(tree, dict | list) else given))
                    break
        return found

    def _swagger_bodies(self, node: Node, operation: Node, where: str) -> tuple[str, list[tuple[str, Any]]]:
        produced = operation.table.get("produces") or self._root.table.get("produces") or ["application/json"]
        kinds = [text(one) for one in produced] if isinstance(produced, list) else []
        given = table(node.table, "examples")
        if given:
            kind = min(given, key=_media_rank)
            kind_sent = kind if "/" in kind else "application/json"
            self._leave_out([one for one in given if one != kind], kind, where)
            schema = node.raw("schema") if "schema" in node.table else None
            return kind_sent, [("", self._body(given[kind], kind_sent, where, schema))]
        if "schema" not in node.table:
            return "", []
        kind = min(kinds or ["application/json"], key=_media_rank)
        self._leave_out([one for one in kinds if one != kind], kind, where)
        return _plain(kind), [("", self._generated(node.raw("schema"), kind, where))]

    def _generated(self, schema: Node, kind: str, where: str) -> Any:
        if schema.resolved().table.get("type") == "file":
            self._report.add(where, "file", "answered with an empty body")
            return None
        value = self._example(schema, kind, where)
        if _IS_BINARY.match(kind):
            self._report.add(where, f"body of {kind}", "answered with a made-up text, which is none")
        return self._sent(value, kind, schema)

    def _example(self, schema: Node, kind: str, where: str) -> Any:
        """A generated value, the same wherever the schema is used."""
        target = schema.where if len(schema.table) > 1 else schema.resolved().where
        if target not in self._made:
            value = self._examples.make(schema)
            self._made[target] = value, self._validity.fault(schema, value)
        value, wrong = self._made[target]
        if wrong and not (isinstance(value, str) and "json" not in kind):
            self._report.add(where, "example breaks its schema", wrong)
        return value

    def _check(self, schema: Node | None, value: Any, where: str, kind: str) -> None:
        """Say where an example does not satisfy its own schema."""
        if schema is None or (isinstance(value, str) and "json" not in kind):
            return
        wrong = self._validity.fault(schema, value)
        if wrong:
            self._report.add(where, "example breaks its schema", wrong)

    def _body(self, value: Any, kind: str, where: str, schema: Node | None = None) -> Any:
        clean = (
            self._secrets.tree(where, value) if not isinstance(value, str) else self._secrets.body(where, value)
        )
        return self._sent(clean, kind, schema)

    def _sent(self, value: Any, kind: str, schema: Node | None) -> Any:
        """A value as the body of its media type."""
        if isinstance(value, str) and ("json" not in kind or _is_json(value)):
            return value or None
        if "xml" in kind and value is not None:
            return to_xml(value, schema, self._examples.parts)
        if "json" in kind or isinstance(value, dict | list):
            return json_body(value) if isinstance(value, dict | list) else json.dumps(value)
        return None if value is None else text(value)

    def _streamed(self, schema: Node, kind: str, where: str) -> str:
        """One item of a stream, as its media type has it."""
        value = self._example(schema, kind, where)
        self._report.add(where, f"stream of {kind}", "answered with one item")
        if not kind.lower().startswith("text/event-stream"):
            return ("\x1e" if "json-seq" in kind else "") + json.dumps(value) + "\n"
        fields = value if isinstance(value, dict) else {"data": value}
        lines = [
            f"{name}: {one if isinstance(one, str) else json.dumps(one)}\n" for name, one in fields.items()
        ]
        return "".join(lines) + "\n"


def _rank(code: str) -> tuple[int, str]:
    """Successes first, `default` after them, then the rest in order."""
    return (0 if code[:1] == "2" else 1 if code.lower() == "default" else 2, code)


def _media_rank(kind: str) -> int:
    kind = kind.lower()
    ranks = (kind.startswith("application/json"), "json" in kind, "xml" in kind, kind.startswith("text/"))
    return ranks.index(True) if True in ranks else len(ranks)


def _plain(kind: str) -> str:
    """A media type that can be sent: a range such as `*/*` becomes JSON."""
    return "application/json" if "*" in kind else kind


def _header_schema(header: Node) -> Node:
    return header.raw("schema") if "schema" in header.table else header


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True
