"""OpenAPI 3.0, 3.1 and 3.2, and Swagger 2: every operation and every documented status.

The first success of an operation answers by default; its other statuses and named examples answer who asks
for them with a header (`x-mock-response-code`, `x-mock-response-name`). Required parameters match by their
type, a required body by its schema where a 400 or 422 is documented: that then answers what does not fit.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

from automock_tui.importing.grouping import NAME_HEADER, STATUS_HEADER, literal
from automock_tui.importing.imported import Expectation, Identities, Options, Report
from automock_tui.importing.loose import table, text
from automock_tui.importing.openapi_bodies import RequestBodies
from automock_tui.importing.openapi_parameters import parameter_matchers, path_matchers
from automock_tui.importing.openapi_responses import Answer, Responses
from automock_tui.importing.references import Documents, Node
from automock_tui.importing.source import Source

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_SAFE = "/%:@!$&'()*+,;=~-._"
_PLACE = 10
"""Priorities of one path; a path with fewer parameters comes before one with more."""
_INVALID = ("400", "422", "4xx")
"""The documented answers to a request that does not fit, the most usual first."""


def matches(tree: Any) -> bool:
    """Whether the document is an API description."""
    found = table(tree)
    return "openapi" in found or "swagger" in found


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of a description."""
    documents = Documents(source, report)
    return _Conversion(documents, options, report).expectations()


def choices(source: Source) -> tuple[list[str], list[str]]:
    """The statuses and the names of examples that a description documents, to pick from."""
    statuses: set[str] = set()
    examples: set[str] = set()
    for _, item in Documents(source, Report()).root.get("paths").items():
        operations = [item.get(name) for name in _METHODS]
        operations += [one for _, one in item.get("additionalOperations").items()]
        for code, answer in (pair for one in operations for pair in one.get("responses").items()):
            statuses.add(code.lower())
            for _, media in answer.get("content").items():
                examples |= {name for name, _ in media.get("examples").items()}
    return sorted(statuses), sorted(examples)


class _Conversion:
    def __init__(self, documents: Documents, options: Options, report: Report) -> None:
        self._root = documents.root
        self._options = options
        self._report = report
        self._ids = Identities()
        self._is_swagger = "swagger" in self._root.table
        self._responses = Responses(self._root, options, report, is_swagger=self._is_swagger)
        self._bodies = RequestBodies(self._root, report, is_swagger=self._is_swagger)

    def expectations(self) -> list[Expectation]:
        for name, done in (("webhooks", "left out: the API calls them"), ("x-webhooks", "left out")):
            if self._root.table.get(name):
                self._report.add("#", name, done)
        self._tell_of_servers()
        found = []
        for path, item in self._root.get("paths").items():
            if path.startswith("/"):
                found += self._of_path(path, item)
            else:
                self._report.add(f"#/paths/{path}", "path", "left out: it does not begin with a slash")
        return found

    def _tell_of_servers(self) -> None:
        """What holds for the whole description and does not become part of any matcher."""
        servers = self._root.table.get("servers")
        for one in servers[1:] if isinstance(servers, list) else ():
            done = "left out: the paths are those of the first one"
            self._report.add("#", f"server {text(table(one).get('url'))[:80]}", done)

    def _of_path(self, path: str, item: Node) -> list[Expectation]:
        found = []
        operations = [(name, item.get(name)) for name in _METHODS if isinstance(item.table.get(name), dict)]
        operations += list(item.get("additionalOperations").items())
        for method, operation in operations:
            found += self._of_operation(method.upper(), path, item, operation)
        return found

    def _of_operation(self, method: str, path: str, item: Node, operation: Node) -> list[Expectation]:
        where = f"{method} {path}"
        for name in ("callbacks",):
            if operation.table.get(name):
                self._report.add(where, name, "left out: the mock makes no calls of its own")
        if operation.table.get("security", self._root.table.get("security")):
            self._report.add("#", "security", "not matched: the mock answers with and without signing in")
        parameters = self._parameters(item, operation)
        base = base_path(self._root, item, operation, is_swagger=self._is_swagger)
        matcher = {"method": method, **path_matchers(base, path, parameters, where, self._report)}
        answers = self._responses.of(operation, where)
        invalid = _answer_to_invalid(answers)
        wanted = parameter_matchers(parameters, where, self._report, has_invalid=invalid is not None)
        body = self._body(operation, parameters, where, has_invalid=invalid is not None)
        found = [self._expectation(matcher | wanted, one, index, path) for index, one in enumerate(answers)]
        if body is not None:
            found[0]["httpRequest"]["body"] = body
        if invalid is not None and (body is not None or wanted):
            found.append(self._otherwise(matcher, invalid, path))
        return found

    def _body(
        self, operation: Node, parameters: list[Node], where: str, *, has_invalid: bool
    ) -> Expectation | None:
        """What the body must be; any where no answer is documented for one that does not fit."""
        in_swagger = any(one.table.get("in") in ("body", "formData") for one in parameters)
        if not (operation.table.get("requestBody") or in_swagger):
            return None
        found = self._bodies.matcher(operation, parameters, where) if has_invalid else None
        if found is None:
            reason = "it need not fit" if has_invalid else "no 400 or 422 is documented"
            self._report.add(where, "request body", f"not matched, any body is accepted: {reason}")
        return found

    def _otherwise(self, matcher: Expectation, invalid: Answer, path: str) -> Expectation:
        """The answer to a request of this operation that lacks what it must have."""
        words = [matcher["method"], path, invalid.label, "invalid request"]
        made: Expectation = {"id": self._ids.new(*words), "priority": -1 - _PLACE * path.count("{")}
        return made | {"httpRequest": dict(matcher), "httpResponse": invalid.response}

    def _parameters(self, item: Node, operation: Node) -> list[Node]:
        """The parameters of a path and its operation; the operation's own come before those of the path."""
        found: dict[tuple[str, str], Node] = {}
        for node in (item, operation):
            for one in node.each("parameters"):
                parameter = one.resolved()
                found[text(parameter.table.get("in")), text(parameter.table.get("name"))] = parameter
        return list(found.values())

    def _expectation(self, matcher: Expectation, answer: Answer, index: int, path: str) -> Expectation:
        request = dict(matcher)
        priority = min(answer.asked_by, _PLACE - 1) - _PLACE * path.count("{")
        if answer.asked_by:
            headers = {STATUS_HEADER: [str(answer.response["statusCode"])]}
            if answer.name and answer.asked_by > 1:
                headers[NAME_HEADER] = [literal(_one_line(answer.name))]
            request["headers"] = dict(request.get("headers", {})) | headers
        words = [request["method"], path, answer.label, answer.name if answer.asked_by > 1 else ""]
        made: Expectation = {"id": self._ids.new(*words)}
        if priority:
            made["priority"] = priority
        return made | {"httpRequest": request, "httpResponse": answer.response}


def _answer_to_invalid(answers: list[Answer]) -> Answer | None:
    """The documented answer to a request that does not fit, where a success is answered by default."""
    if not answers or not 200 <= answers[0].response["statusCode"] < 300:
        return None
    found = {one.label.lower(): one for one in reversed(answers)}
    return next((found[label] for label in _INVALID if label in found), None)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def base_path(root: Node, item: Node, operation: Node, *, is_swagger: bool) -> str:
    """What comes before every path: of the first server, or Swagger's `basePath`."""
    if is_swagger:
        base = text(root.table.get("basePath")).strip("/")
        return f"/{quote(base, safe=_SAFE)}" if base else ""
    servers: Any = next(
        (node.table["servers"] for node in (operation, item, root) if node.table.get("servers")), []
    )
    first = table(servers[0]) if isinstance(servers, list) and servers else {}
    variables = table(first, "variables")
    url = re.sub(
        r"\{([^{}]*)\}", lambda found: text(table(variables, found[1]).get("default")), text(first.get("url"))
    )
    try:
        path = urlsplit(url).path.strip("/")
    except ValueError:
        return ""
    is_relative_host = "://" not in url and not url.startswith(("/", "."))
    return f"/{quote(path, safe=_SAFE)}" if path and not (is_relative_host and "/" not in path) else ""
