"""From exchanges to expectations: requests to one endpoint are told apart by what differs between them.

A lone request to an endpoint needs only its method and path. Where there are several, each matches its own
values of the parts that differ (path parameters, query, headers, body), and the one that asks for more comes
first. What the request cannot tell apart answers in turn, or to a header that asks for a status and a name.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from automock_tui.importing.exchange import (
    DROPPED_HEADERS,
    Exchange,
    Pairs,
    Request,
    Response,
    has_name,
    json_or_none,
)
from automock_tui.importing.imported import Expectation, Identities, Options, Report
from automock_tui.importing.secrets import Secrets

STATUS_HEADER = "x-mock-response-code"
NAME_HEADER = "x-mock-response-name"
"""How a client asks for one of several answers to the same request; the names of Postman's mock servers."""
_UNTOLD_HEADERS = frozenset(
    {
        "host", "connection", "content-length", "user-agent", "accept-encoding", "accept-language", "date",
        "postman-token", "cache-control", "pragma", "referer", "origin", "cookie", "dnt", "priority",
        "upgrade-insecure-requests", "if-none-match", "if-modified-since", "content-type", "keep-alive", "te",
    }
)  # fmt: skip
"""Request headers that differ from one request to the next without being about the answer."""
_JSON_ANY = "${json-unit.any-string}"
_PLACE = 10
"""Priorities of one place: a path with fewer parameters comes before one with more."""


class Grouping:
    """Makes the expectations of a document's exchanges.

    Args:
        in_turn: Whether answers to the same request come one after the other (a recording), or are picked by a
            header (documentation).
    """

    def __init__(self, options: Options, report: Report, *, in_turn: bool = False) -> None:
        self._report = report
        self._secrets = Secrets(options, report)
        self._ids = Identities()
        self._in_turn = in_turn

    def expectations(self, exchanges: Iterable[Exchange]) -> list[Expectation]:
        """The expectations of these exchanges, in their order."""
        groups: dict[tuple[str, str], list[Exchange]] = {}
        for exchange in exchanges:
            key = (exchange.request.method, _shape(exchange.request.path))
            groups.setdefault(key, []).append(exchange)
        return [made for group in groups.values() for made in self._of_group(group)]

    def exact(self, exchange: Exchange) -> Expectation:
        """An expectation of one exchange that matches all that its request says."""
        return self._expectation(exchange, self._features(exchange), self._response(exchange))

    def _of_group(self, group: list[Exchange]) -> list[Expectation]:
        _share_parameter_names(group)
        matchers = [self._features(one) for one in group]
        shared = set(matchers[0]).intersection(*map(set, matchers[1:]))
        same = {key for key in shared if all(one[key] == matchers[0][key] for one in matchers)}
        buckets: dict[str, list[int]] = {}
        for index, features in enumerate(matchers):
            for key in same:
                features.pop(key)
            buckets.setdefault(repr(sorted(features.items(), key=repr)), []).append(index)
        made = []
        for indexes in buckets.values():
            made += self._of_same_request([group[n] for n in indexes], matchers[indexes[0]])
        return made

    def _of_same_request(self, group: list[Exchange], features: dict[Any, Any]) -> list[Expectation]:
        responses = [self._response(one) for one in group]
        first_of: dict[str, int] = {}
        for n, one in enumerate(responses):
            first_of.setdefault(json.dumps(one, sort_keys=True), n)
        distinct = list(first_of.values())
        if not self._in_turn:
            distinct.sort(key=lambda n: not 200 <= group[n].response.status < 300)
        for n in sorted(set(range(len(group))) - set(distinct)):
            self._report.add(group[n].where, "repeated request", "left out: it has the same answer as before")
        first = self._expectation(group[distinct[0]], features, responses[distinct[0]])
        if len(distinct) == 1:
            return [first]
        if self._in_turn:
            first.pop("httpResponse")
            self._report.add(group[0].where, "several answers to one request", "they come one after the other")
            return [first | {"httpResponses": [responses[n] for n in distinct], "responseMode": "SEQUENTIAL"}]
        counts = Counter(one for n in distinct for one in (group[n].response.status, _asked_name(group[n])))
        asked = [self._asked_for(group[n], n, features, responses[n], counts) for n in distinct[1:]]
        return [*asked, first]

    def _asked_for(
        self, one: Exchange, index: int, features: dict[Any, Any], response: Expectation, counts: Counter[Any]
    ) -> Expectation:
        """An answer that a header picks: by its status, or by its name where several have that status."""
        status = one.response.status
        rivals = counts[status] > 1
        made = self._expectation(one, features, response, extra=1 + rivals)
        headers = made["httpRequest"].setdefault("headers", {})
        headers[STATUS_HEADER] = [str(status)]
        if rivals:
            is_alone = one.name and counts[_asked_name(one)] == 1
            name = _one_line(one.name) if is_alone else f"{_one_line(one.name)} {index + 1}".strip()
            headers[NAME_HEADER] = [literal(name)]
        said = ", ".join(
            f"{name}: {headers[name][0]}" for name in (STATUS_HEADER, NAME_HEADER) if name in headers
        )
        self._report.add(
            one.where, f"another answer to one request ({status})", f"sent to who asks with {said}"
        )
        return made

    def _expectation(
        self, exchange: Exchange, features: dict[Any, Any], response: Expectation, extra: int = 0
    ) -> Expectation:
        request = exchange.request
        matcher: Expectation = {"method": request.method, "path": request.path}
        if request.parameters:
            matcher["pathParameters"] = {name: [".+"] for name in request.parameters}
        for (kind, name), value in features.items():
            if kind == "body":
                matcher["body"] = value
            else:
                matcher.setdefault(kind, {})[name] = list(value)
        words = [request.method, request.path, exchange.response.status]
        identity = self._ids.new(*words, *([_one_line(exchange.name)] if features or extra else []))
        priority = min(len(features) + extra, _PLACE - 1) - _PLACE * len(request.parameters)
        made = {"id": identity, "priority": priority} if priority else {"id": identity}
        return made | {"httpRequest": matcher, "httpResponse": response}

    def _features(self, exchange: Exchange) -> dict[Any, Any]:
        """What a request could be told apart by, as matchers."""
        request, where = exchange.request, exchange.where
        found: dict[Any, Any] = {}
        for name, value in request.parameters.items():
            if value:
                found["pathParameters", name] = (literal(value),)
        for kind, pairs in (("queryStringParameters", request.query), ("headers", request.headers)):
            for name, value in pairs:
                if kind == "headers" and _is_untold(name):
                    continue
                if not has_name(name):
                    self._report.add(where, f"name {name!r}", "left out: MockServer takes no such name")
                    continue
                key = (kind, name.lower() if kind == "headers" else name)
                found[key] = (*found.get(key, ()), self._value(where, name, value))
        body = self._body(request, where)
        return found | ({("body", ""): body} if body else {})

    def _value(self, where: str, name: str, value: str) -> str:
        matched = self._secrets.matcher(where, name, value)
        return literal(value) if matched == value else matched

    def _body(self, request: Request, where: str) -> Any:
        if request.form is not None:
            named = [(name, value) for name, value in request.form if has_name(name)]
            pairs = _collected([(name, self._value(where, name, value)) for name, value in named])
            return {"type": "PARAMETERS", "parameters": pairs} if pairs else None
        if not request.body:
            return None
        value = json_or_none(request.body)
        if (
            isinstance(value, dict)
            and isinstance(value.get("query"), str)
            and "graphql" in request.path.lower()
        ):
            return self._graphql(value, where)
        if isinstance(value, dict | list):
            return {"type": "JSON", "json": self._secrets.tree(where, value, _JSON_ANY), "matchType": "STRICT"}
        text = self._secrets.body(where, request.body)
        if text != request.body:
            return {"type": "REGEX", "regex": "[\\s\\S]+"}
        return {"type": "STRING", "string": text}

    def _graphql(self, value: dict[str, Any], where: str) -> Expectation:
        found: Expectation = {"type": "GRAPHQL", "query": value["query"]}
        if value.get("operationName"):
            found["operationName"] = value["operationName"]
        variables = self._secrets.tree(where, value.get("variables") or {})
        if variables and variables == value["variables"]:
            found["variablesSchema"] = json.dumps({"const": variables})
        return found

    def _response(self, exchange: Exchange) -> Expectation:
        response, where = exchange.response, exchange.where
        body = (
            self._secrets.tree(where, response.body)
            if isinstance(response.body, dict | list)
            else response.body
        )
        if isinstance(body, str):
            body = self._secrets.body(where, body)
        return response_of(response, self._headers(response, where), body)

    def _headers(self, response: Response, where: str) -> Pairs:
        return [(name, self._secrets.text(where, name, value)) for name, value in response.headers]


def response_of(response: Response, headers: Pairs, body: Any) -> Expectation:
    """A response as MockServer has it, without the headers that are about the transport."""
    made: Expectation = {"statusCode": response.status}
    if response.reason:
        made["reasonPhrase"] = response.reason
    kept = [(name, value) for name, value in headers if name.lower() not in DROPPED_HEADERS and has_name(name)]
    if kept:
        made["headers"] = _collected(kept)
    if body not in (None, "") and response.status not in (204, 304):
        made["body"] = body
    return made


def literal(value: str) -> Any:
    """A value that is matched as it is: `!` and `?` at its start mean something to MockServer."""
    return f"\\{value[0]}{re.escape(value[1:])}" if value[:1] in ("!", "?") else value


def _collected(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        known = next((one for one in found if one.lower() == name.lower()), name)
        found.setdefault(known, []).append(value)
    return found


def _asked_name(exchange: Exchange) -> tuple[int, str]:
    return exchange.response.status, _one_line(exchange.name).lower()


def _is_untold(name: str) -> bool:
    return name.lower() in _UNTOLD_HEADERS or name.lower().startswith("sec-")


def _shape(path: str) -> str:
    return re.sub(r"\{[^/{}]*\}", "{}", path)


def _share_parameter_names(group: list[Exchange]) -> None:
    """Give the parameters of one path the names that the first request has for them."""
    first = group[0].request
    for one in group[1:]:
        if one.request.path != first.path:
            values = list(one.request.parameters.values())
            one.request.path = first.path
            one.request.parameters = dict(zip(first.parameters, values, strict=False))


def _one_line(text: str) -> str:
    return " ".join(text.split())
