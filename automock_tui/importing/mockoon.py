"""Mockoon environments: routes, their responses and rules, data buckets and CRUD routes.

Mockoon asks its routes in order, and the rules of a route's responses in order; MockServer does the same with
expectations of one priority, so their order is kept. Where no other route can take a route's requests, its
responses have priorities too, which say the same aloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from automock_tui.importing.grouping import NAME_HEADER, STATUS_HEADER, literal
from automock_tui.importing.imported import Expectation, Identities, Options, Report
from automock_tui.importing.loose import rows, status, table, text
from automock_tui.importing.mockoon_response import Answers
from automock_tui.importing.mockoon_rules import rule_matchers
from automock_tui.importing.secrets import Secrets
from automock_tui.importing.source import Source

_SAFE = "%:@!$&'()*+,;=~-._"
_PARAMETER = re.compile(r":([A-Za-z_]\w*)(\([^()]*\))?\??")
_LEFT_OUT = ("callbacks", "streamingMode")
_PATTERN = re.compile(r"[*+?()\[\]|\\]")
_COMPARED = 500
"""Routes that are compared with each other."""


class _Route(NamedTuple):
    tree: dict[str, Any]
    method: str
    matcher: Expectation
    where: str


def matches(tree: Any) -> bool:
    """Whether the document is an environment, or Mockoon's old export of several."""
    found = table(tree)
    if isinstance(found.get("routes"), list):
        return bool({"endpointPrefix", "lastMigration", "rootChildren"} & found.keys())
    return text(found.get("source")).startswith("mockoon:") and isinstance(found.get("data"), list)


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of the environments, in the order in which Mockoon asks them."""
    identities = Identities()
    found: list[Expectation] = []
    for environment in _environments(source.tree):
        found += _Environment(environment, source, options, report, identities).expectations()
    return found


def _environments(tree: Any) -> list[dict[str, Any]]:
    if "routes" in tree:
        return [tree]
    listed = rows(tree["data"])
    return [table(one, "item") for one in listed if table(one, "item").get("routes") is not None]


class _Environment:
    def __init__(
        self,
        tree: dict[str, Any],
        source: Source,
        options: Options,
        report: Report,
        identities: Identities,
    ) -> None:
        self._tree = tree
        self._report = report
        self._ids = identities
        self._secrets = Secrets(options, report)
        self._answers = Answers(tree, source, options, self._secrets, report)

    def expectations(self) -> list[Expectation]:
        for construct, done in _not_mapped(self._tree):
            self._report.add(text(self._tree.get("name")), construct, done)
        routes = list(self._routes())
        found: list[Expectation] = []
        for route in routes:
            made = self._of_route(route)
            found += _ranked(made) if _is_alone(route, routes) else made
        return found

    def _routes(self) -> Iterator[_Route]:
        for tree in _in_order(self._tree):
            endpoint = text(tree.get("endpoint"))
            where = f"{text(tree.get('method')).upper() or text(tree.get('type'))} /{endpoint}"
            if tree.get("enabled") is False:
                self._report.add(where, "disabled route", "left out")
            elif text(tree.get("type")) == "ws":
                self._report.add(where, "WebSocket route", "left out")
            else:
                prefix = text(self._tree.get("endpointPrefix")).strip("/")
                matcher = _address("/".join(filter(None, (prefix, endpoint.strip("/")))), where, self._report)
                for name in _LEFT_OUT:
                    if tree.get(name):
                        self._report.add(where, name, "left out")
                yield _Route(tree, text(tree.get("method")).upper(), matcher, where)

    def _of_route(self, route: _Route) -> list[Expectation]:
        if text(route.tree.get("type")) == "crud":
            return self._crud(route)
        responses = rows(route.tree.get("responses"))
        mode = _mode(route.tree)
        if mode in ("RANDOM", "SEQUENTIAL") and len(responses) > 1:
            return [self._made(route, {}, {"httpResponses": self._all(route, responses), "responseMode": mode})]
        default = next((one for one in responses if one.get("default") is True), (responses or [{}])[0])
        found = []
        if mode != "DISABLE_RULES":
            for one in responses:
                found += self._ruled(route, one, is_default=one is default)
        found += self._asked_for(route, [one for one in responses if one is not default])
        return found if mode == "FALLBACK" or not responses else [*found, self._plain(route, default, {})]

    def _all(self, route: _Route, responses: list[dict[str, Any]]) -> list[Expectation]:
        return [self._answers.of(one, route.where) for one in responses]

    def _ruled(self, route: _Route, response: dict[str, Any], *, is_default: bool) -> list[Expectation]:
        """One expectation for each way to satisfy the response's rules."""
        rules = rows(response.get("rules"))
        if not rules or (is_default and _mode(route.tree) != "FALLBACK"):
            return []
        where = f"{route.where} {text(response.get('label')) or response.get('statusCode', '')}"
        every = rule_matchers(rules, where, self._secrets, self._report)
        if text(response.get("rulesOperator")) == "AND":
            joined = _joined(every) if None not in every else None
            every = [joined]
        return [self._plain(route, response, one) for one in every if one is not None]

    def _asked_for(self, route: _Route, responses: list[dict[str, Any]]) -> list[Expectation]:
        """Responses that no rule picks: a header may ask for them."""
        found = []
        for one in responses:
            if rows(one.get("rules")) and _mode(route.tree) != "DISABLE_RULES":
                continue
            name = " ".join(text(one.get("label")).split())
            asking = {STATUS_HEADER: [str(status(one.get("statusCode")))]}
            asking |= {NAME_HEADER: [literal(name)]} if name else {}
            found.append(self._plain(route, one, {"headers": asking}))
            said = ", ".join(f"{key}: {value[0]}" for key, value in asking.items())
            self._report.add(route.where, "response without rules", f"sent to who asks with {said}")
        return found

    def _plain(self, route: _Route, response: dict[str, Any], more: Expectation) -> Expectation:
        return self._made(route, more, {"httpResponse": self._answers.of(response, route.where)})

    def _made(self, route: _Route, more: Expectation, action: Expectation) -> Expectation:
        request = dict(route.matcher)
        if route.method and route.method != "ALL":
            request = {"method": route.method, **request}
        for key, value in more.items():
            request[key] = {**request[key], **value} if key in request and key != "body" else value
        code = table(action, "httpResponse").get("statusCode", "")
        identity = self._ids.new(route.method or "any", request["path"], code)
        return {"id": identity, "httpRequest": request} | action

    def _crud(self, route: _Route) -> list[Expectation]:
        """Fixed answers of a CRUD route: the list, each item, and what a write would answer."""
        self._report.add(route.where, "CRUD route", "its answers are fixed: nothing that is sent is kept")
        response = (rows(route.tree.get("responses")) or [{}])[0]
        found = []
        for one in self._answers.crud(response, route.where):
            place = route._replace(method=one.method, matcher=_below(route.matcher, one.key))
            found.append(self._made(place, {}, {"httpResponse": one.response}))
        return found


def _ranked(made: list[Expectation]) -> list[Expectation]:
    """The same with priorities, the first the highest, the last 0."""
    ranks = range(len(made) - 1, -1, -1)
    return [
        {"id": one["id"], **({"priority": rank} if rank else {}), **one}
        for one, rank in zip(made, ranks, strict=True)
    ]


def _is_alone(route: _Route, routes: list[_Route]) -> bool:
    """Whether no other route can take a request of this one; of very many routes none counts as alone."""
    if len(routes) > _COMPARED or text(route.tree.get("type")) == "crud":
        return False
    return not any(_may_meet(route, other) for other in routes if other is not route)


def _may_meet(one: _Route, other: _Route) -> bool:
    if one.method != other.method and not {one.method, other.method} & {"ALL", ""}:
        return False
    paths = text(one.matcher["path"]), text(other.matcher["path"])
    if any(_PATTERN.search(path) for path in paths):
        return True
    segments = [path.lower().split("/") for path in paths]
    if len(segments[0]) != len(segments[1]):
        return any(text(each.tree.get("type")) == "crud" for each in (one, other))
    pairs = zip(*segments, strict=True)
    return all(left == right or "{" in left[:1] + right[:1] for left, right in pairs)


def _below(matcher: Expectation, key: str | None) -> Expectation:
    """The matcher of an item of a list; an empty key is any item, None the list itself."""
    if key is None:
        return matcher
    path = text(matcher["path"])
    if key:
        return matcher | {"path": f"{path}/{quote(key, safe=_SAFE)}"}
    parameters = table(matcher, "pathParameters") | {"id": [".+"]}
    return matcher | {"path": f"{path}/{{id}}", "pathParameters": parameters}


def _joined(every: list[Expectation | None]) -> Expectation:
    """All these matchers as one."""
    found: Expectation = {}
    bodies = [one["body"] for one in every if one and "body" in one]
    for one in every:
        for kind, values in (one or {}).items():
            if kind != "body":
                found[kind] = found.get(kind, {}) | values
    if bodies:
        found["body"] = bodies[0] if len(bodies) == 1 else {"type": "ALL_OF", "bodyAllOf": bodies}
    return found


def _mode(route: dict[str, Any]) -> str:
    """How a route chooses its response; older files have flags for it."""
    if route.get("randomResponse") is True:
        return "RANDOM"
    return "SEQUENTIAL" if route.get("sequentialResponse") is True else text(route.get("responseMode"))


def _in_order(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """The routes in the order of the tree of folders; those that it does not name come last."""
    routes: dict[str, dict[str, Any]] = {}
    for index, one in enumerate(rows(tree.get("routes"))):
        name = text(one.get("uuid"))
        routes[f"#{index}" if not name or name in routes else name] = one
    folders = {text(one.get("uuid")): one for one in rows(tree.get("folders"))}
    found: dict[str, dict[str, Any]] = {}
    stack = list(reversed(rows(tree.get("rootChildren"))))
    opened: set[str] = set()
    while stack:
        child = stack.pop()
        name = text(child.get("uuid"))
        if name in routes:
            found.setdefault(name, routes[name])
        elif name in folders and name not in opened:
            opened.add(name)
            stack += reversed(rows(folders[name].get("children")))
    return [*found.values(), *(one for name, one in routes.items() if name not in found)]


def _address(endpoint: str, where: str, report: Report) -> Expectation:
    """The path of a route, with its `:names`; what else Mockoon allows becomes a regular expression."""
    plain = _PARAMETER.sub("", endpoint)
    segments = endpoint.split("/")
    whole = all(":" not in one or _PARAMETER.fullmatch(one) for one in segments)
    if whole and not re.search(r"[*+?()\[\]|\\]", plain) and "?" not in endpoint:
        return _template(segments)
    if "?" not in plain and "(" not in plain:
        report.add(where, "path with a wildcard", "matched by a regular expression")
    pattern = _PARAMETER.sub("[^/]+", endpoint)
    return {"path": "/" + re.sub(r"(?<![\].)])\*", ".*", pattern)}


def _template(segments: list[str]) -> Expectation:
    values: dict[str, list[str]] = {}
    path = []
    for segment in segments:
        found = _PARAMETER.fullmatch(segment)
        if found and found[1] not in values:
            values[found[1]] = [(found[2] or "(.+)")[1:-1]]
        path.append(f"{{{found[1]}}}" if found else quote(segment, safe=_SAFE))
    made: Expectation = {"path": "/" + "/".join(path)}
    return made | ({"pathParameters": values} if values else {})


def _not_mapped(environment: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What an environment does beside its routes."""
    if environment.get("proxyMode") is True:
        yield "proxy mode", "left out: other requests get a 404"
    if table(environment, "tlsOptions").get("enabled") is True:
        yield "certificate", "left out: the mock has its own"
    answers = (one for route in rows(environment.get("routes")) for one in rows(route.get("responses")))
    if any(rows(one.get("callbacks")) for one in answers):
        yield "callbacks", "left out: the mock makes no calls of its own"
