"""The names that templates know: the request, the response where there is one, functions, helpers and tools."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.bodies.json_reading import NOT_JSON
from automock_tui.mocking.java_regex import compile_pattern
from automock_tui.mocking.services import FIRST_STATE, Services
from automock_tui.mocking.templates.helpers import FUNCTIONS, HELPERS, xpath_text
from automock_tui.mocking.templates.mustache import Lambda
from automock_tui.mocking.templates.scope import Bindings, Scope
from automock_tui.mocking.templates.tools import TOOLS, date_tool
from automock_tui.mocking.templates.values import Bean, HeaderMap, JsonList

if TYPE_CHECKING:
    from automock_tui.mocking.answer import Answer
    from automock_tui.mocking.request import Pairs, Request


class Names:
    """What the names of one rendering stand for; made when they are first asked for."""

    def __init__(
        self, request: Request, services: Services, path: str = "", answer: Answer | None = None
    ) -> None:
        """The names.

        Args:
            request: The request that is answered or forwarded.
            services: What templates share.
            path: The path that the expectation matches, for its groups.
            answer: The other server's answer, for templates about that.
        """
        self._request, self._services, self._path, self._answer = request, services, path, answer

    @cached_property
    def request(self) -> Bean:
        """The request."""
        request = self._request
        return Bean(
            _Lazy(request_properties(request, self._path)), {}, lambda: json.dumps({"method": request.method})
        )

    @cached_property
    def response(self) -> Bean | None:
        """The other server's answer."""
        if self._answer is None:
            return None
        answer = self._answer
        headers = HeaderMap(_grouped(answer.headers))
        return Bean(
            {
                "statusCode": answer.status,
                "reasonPhrase": answer.reason,
                "headers": headers,
                "cookies": dict(answer.cookies),
                "body": answer.body.decode("utf-8", "replace"),
            }
        )

    @cached_property
    def scenario(self) -> Bean:
        """`scenario`: reads and sets the states of scenarios."""
        states = self._services.scenarios

        def put(name: str, state: str) -> str:
            states[name] = state
            return ""

        methods: dict[str, Callable[..., Any]] = {
            "get": lambda name: states.get(name, FIRST_STATE),
            "set": put,
            "matches": lambda name, state: states.get(name, FIRST_STATE) == state,
        }
        return Bean({}, methods, lambda: "ScenarioTemplateHelper")

    def find_json(self, path: str) -> Any:
        """What a JSON path finds in the body; an empty text where it finds nothing."""
        from automock_tui.mocking.bodies.json_paths import read_path

        value = self._request.json
        found = None if value is NOT_JSON else read_path(path, value)
        return "" if found is None else JsonList(found) if isinstance(found, list) else found

    def find_xml(self, path: str) -> str:
        """What an XPath finds in the body, as text."""
        return xpath_text(self._request.text or "", path)


def for_velocity(names: Names) -> Bindings:
    """The names of a Velocity template."""
    made: dict[str, Callable[[], Any]] = {
        "request": lambda: names.request,
        "response": lambda: names.response,
        "scenario": lambda: names.scenario,
        "date": date_tool,
        "jsonPath": lambda: Bean({}, {"find": names.find_json, "jsonPath": names.find_json}),
        "xPath": lambda: Bean({}, {"find": names.find_xml, "xPath": names.find_xml}),
    }
    return lambda name: made[name]() if name in made else _shared(name)


def _shared(name: str) -> Any:
    """A function, a helper or a tool. A function is a new text each time it is printed."""
    if name in FUNCTIONS:
        make = FUNCTIONS[name]
        return Bean({}, {"get": make}, make)
    return HELPERS.get(name) or TOOLS.get(name)


def for_mustache(names: Names) -> Bindings:
    """The names of a Mustache template."""

    def keep(path: str, scope: Scope) -> str:
        scope.set("jsonPathResult", names.find_json(path))
        return ""

    made: dict[str, Callable[[], Any]] = {
        "request": lambda: names.request,
        "response": lambda: names.response,
        "scenario": lambda: {"get": Lambda(lambda name, _: str(names.scenario.methods["get"](name)))},
        "jsonPath": lambda: Lambda(keep),
        "xPath": lambda: Lambda(lambda path, _: names.find_xml(path)),
    }
    tools = HELPERS | {name: Bean({}, {"get": make}, make) for name, make in FUNCTIONS.items()}
    return lambda name: made[name]() if name in made else tools.get(name)


class _Lazy(dict[str, Any]):
    """Properties that are made when they are first asked for."""

    def __init__(self, makers: dict[str, Callable[[], Any]]) -> None:
        super().__init__(dict.fromkeys(makers))
        self._makers = makers

    def __getitem__(self, name: str) -> Any:
        if name in self._makers:
            self[name] = self._makers.pop(name)()
        return super().__getitem__(name)


def _grouped(pairs: Pairs) -> dict[str, list[str]]:
    from automock_tui.mocking.control.showing import grouped

    return grouped(pairs)


def _listed(pairs: Pairs) -> dict[str, list[str]]:
    """Names with all their values; names that differ in case are two."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def request_properties(request: Request, path: str) -> dict[str, Callable[[], Any]]:
    """The properties of a request, each by what makes it."""
    groups = _PathGroups(path, request.path)
    return {
        "method": lambda: request.method,
        "path": lambda: request.path,
        "pathParameters": lambda: _listed(list(request.path_parameters)),
        "pathGroups": lambda: groups.numbered,
        "namedPathGroups": lambda: groups.named,
        "queryStringParameters": lambda: _listed(request.query),
        "headers": lambda: _headers(request),
        "cookies": lambda: dict(request.cookies),
        "body": lambda: request.text or "",
        "bodyAsString": lambda: request.text or "",
        "secure": lambda: request.secure,
        "keepAlive": lambda: request.keep_alive,
        "localAddress": lambda: request.addresses[0],
        "remoteAddress": lambda: request.addresses[1],
        "jsonRpcId": lambda: _rpc(request, "id"),
        "jsonRpcRawId": lambda: _rpc(request, "raw id"),
        "jsonRpcMethod": lambda: _rpc(request, "method"),
    }


def _headers(request: Request) -> HeaderMap:
    found = HeaderMap(_grouped(request.headers))
    if not request.header("content-length"):
        found["content-length"] = [str(len(request.body))]
    return found


class _PathGroups:
    """The groups of a path that is a regular expression; the whole first."""

    def __init__(self, path: str, actual: str) -> None:
        self._path, self._actual = path, actual

    @cached_property
    def _match(self) -> Any:
        pattern = compile_pattern(self._path) if "(" in self._path else None
        found = pattern.search(self._actual) if pattern is not None else None
        return found if found is not None and found.span() == (0, len(self._actual)) else None

    @property
    def numbered(self) -> list[str]:
        """The groups by number."""
        return [] if self._match is None else [self._match[0], *(one or "" for one in self._match.groups())]

    @property
    def named(self) -> dict[str, str]:
        """The groups by name."""
        return {} if self._match is None else {key: one or "" for key, one in self._match.groupdict().items()}


def _rpc(request: Request, part: str) -> Any:
    """A part of a JSON-RPC call; None where the body is none."""
    body = request.json
    if not isinstance(body, dict) or not {"jsonrpc", "method"} <= set(body):
        return None
    if part == "method":
        return str(body["method"])
    identity = body.get("id")
    return (
        identity
        if part == "id" and isinstance(identity, str)
        else json.dumps(identity)
        if "id" in body
        else None
    )
