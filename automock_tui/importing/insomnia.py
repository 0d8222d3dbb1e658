"""Insomnia exports, version 4 (JSON or YAML) and 5 (YAML); they hold requests without responses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from automock_tui.importing.auth import apply_auth
from automock_tui.importing.bodies import response_body
from automock_tui.importing.calls import call_of
from automock_tui.importing.exchange import (
    Exchange,
    Pairs,
    Request,
    Response,
    has_name,
    inherited,
    origin_of,
    split_url,
)
from automock_tui.importing.generated import expectations_of
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.loose import pairs, rows, status, table, text
from automock_tui.importing.scripts import read_scripts
from automock_tui.importing.source import Source
from automock_tui.importing.variables import Variables

_OTHER_KINDS = ("grpc_request", "websocket_request", "socketio_request", "mcp_request")
_MAX_DEPTH = 100


class _Found(NamedTuple):
    """One request, the names of the folders above it, and the variables that hold for it."""

    request: dict[str, Any]
    where: str
    variables: Variables
    auth: dict[str, Any]
    scripts: tuple[str, ...] = ()
    headers: tuple[Pairs, ...] = ()
    """What the folders above it send with every request."""


def matches(tree: Any) -> bool:
    """Whether the document is an export of version 4 or 5."""
    found = table(tree)
    is_old = found.get("_type") == "export" and isinstance(found.get("resources"), list)
    return is_old or "insomnia.rest/" in text(found.get("type"))


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of the requests; where there are none but an API description, of that."""
    found = exchanges(source, report)
    if not found:
        return _of_description(table(source.tree), source, options, report)
    return expectations_of(found, options, report)


def exchanges(source: Source, report: Report) -> list[Exchange]:
    """The requests of an export, without responses."""
    tree = table(source.tree)
    found = list(_of_version_4(tree, report) if "resources" in tree else _of_version_5(tree, report))
    routes = [one for one in rows(tree.get("resources")) if one.get("_type") == "mock_route"]
    answered = [_mock_route(one, report) for one in [*routes, *rows(tree.get("routes"))]]
    return [made for made in [*(_exchange(one, report) for one in found), *answered] if made]


def _mock_route(route: dict[str, Any], report: Report) -> Exchange | None:
    """A route of one of Insomnia's mock servers, whose name is its path."""
    name = text(route.get("name"))
    try:
        path, parameters, query = split_url(f"http://mock/{name.lstrip('/')}")
    except ValueError as error:
        report.add(name, "mock route", f"left out: {error}")
        return None
    headers = pairs(route.get("headers"))
    kind = next((value for key, value in headers if key.lower() == "content-type"), text(route.get("mimeType")))
    if kind and not any(key.lower() == "content-type" for key, _ in headers):
        headers.append(("Content-Type", kind))
    answer = Response(
        status(route.get("statusCode")),
        headers,
        response_body(text(route.get("body")), kind),
        text(route.get("statusText")),
    )
    method = text(route.get("method")).upper() or "GET"
    return Exchange(Request(method, path, parameters, query), answer, "", f"mock route {name}")


def _of_version_4(tree: dict[str, Any], report: Report) -> Iterator[_Found]:
    resources = {text(one.get("_id")): one for one in rows(tree.get("resources")) if text(one.get("_id"))}
    base = Variables(_values_of_version_4(resources, report), report)
    ordered = sorted(
        resources.values(),
        key=lambda one: [_sort_key(part) for part in (*reversed(_above(one, resources)), one)],
    )
    for one in ordered:
        if one.get("_type") in _OTHER_KINDS:
            report.add(text(one.get("name")), text(one["_type"]), "left out: not HTTP")
        if one.get("_type") != "request":
            continue
        above = _above(one, resources)
        variables, auth = base, table(one, "authentication")
        for folder in reversed(above):
            variables = variables.with_more(_flat(folder.get("environment")))
        for folder in above:
            auth = auth or table(folder, "authentication")
        names = [text(folder.get("name")) for folder in reversed(above)]
        scripts = tuple(_script(part) for part in [*reversed(above), one])
        headers = tuple(pairs(part.get("headers")) for part in reversed(above))
        where = "/".join([*names, text(one.get("name"))])
        yield _Found(one, where, variables, auth, scripts, headers)


def _values_of_version_4(resources: dict[str, dict[str, Any]], report: Report) -> dict[str, str]:
    """The variables of the base environment, and of the first one below it, which come before them."""
    every = [one for one in resources.values() if one.get("_type") == "environment"]
    known = {text(one.get("_id")) for one in every}
    below = [one for one in every if text(one.get("parentId")) in known]
    values = _chosen(below, report)
    for one in every:
        if one not in below:
            values = _flat(one.get("data")) | values
    return values


def _chosen(environments: list[dict[str, Any]], report: Report) -> dict[str, str]:
    """The variables of the first of several environments."""
    for one in environments[1:]:
        report.add(
            text(one.get("name")), "environment", f"left out: {text(environments[0].get('name'))} is taken"
        )
    return _flat(environments[0].get("data")) if environments else {}


def _sort_key(part: dict[str, Any]) -> float:
    """Where a request or a folder is in the order that Insomnia shows."""
    found = part.get("metaSortKey", part.get("sortKey"))
    return float(found) if isinstance(found, int | float) and abs(found) < 1e15 else 0.0


def _script(part: dict[str, Any]) -> str:
    """The script of a request or a folder that runs after an answer."""
    return text(part.get("afterResponseScript")) or text(table(part, "scripts").get("afterResponse"))


def _above(one: dict[str, Any], resources: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The folders above a request, the nearest first."""
    found: list[dict[str, Any]] = []
    parent = resources.get(text(one.get("parentId")))
    while parent and parent.get("_type") == "request_group" and len(found) < _MAX_DEPTH:
        found.append(parent)
        parent = resources.get(text(parent.get("parentId")))
    return found


def _of_version_5(tree: dict[str, Any], report: Report) -> Iterator[_Found]:
    environments = table(tree, "environments")
    values = _flat(environments.get("data")) | _chosen(rows(environments.get("subEnvironments")), report)
    yield from _folder(tree.get("collection"), _Found({}, "", Variables(values, report), {}), report)


def _folder(items: Any, above: _Found, report: Report) -> Iterator[_Found]:
    for one in sorted(rows(items), key=lambda one: _sort_key(table(one, "meta"))):
        where = f"{above.where}/{text(one.get('name'))}".strip("/")
        auth = table(one, "authentication") or above.auth
        scripts = (*above.scripts, _script(one))
        own = _Found(one, where, above.variables, auth, scripts, above.headers)
        if "children" in one:
            own = own._replace(headers=(*above.headers, pairs(one.get("headers"))))
            inner = above.variables.with_more(_flat(one.get("environment")))
            yield from _folder(one["children"], own._replace(variables=inner), report)
        elif "method" in one:
            yield own
        elif "url" in one:
            report.add(where, "request that is not HTTP", "left out")


def _flat(value: Any, above: str = "") -> dict[str, str]:
    """The values of an environment; nested ones by their path."""
    found: dict[str, str] = {}
    for name, one in table(value).items():
        if isinstance(one, dict):
            found |= _flat(one, f"{above}{name}.")
        elif not isinstance(one, list) and one is not None:
            found[above + name] = text(one)
    return found


def _exchange(one: _Found, report: Report) -> Exchange | None:
    request = _request(one, report)
    if request is None:
        return None
    asked = one.request
    if asked.get("scripts") or asked.get("preRequestScript") or asked.get("afterResponseScript"):
        report.add(one.where, "scripts", "not run")
    call = call_of(
        lambda known, said: _request(one._replace(variables=known), said),
        one.variables,
        lambda: read_scripts(one.scripts),
        identity=text(asked.get("_id")) or text(table(asked, "meta").get("id")),
    )
    return Exchange(request, Response(), text(asked.get("name")), one.where, is_generated=True, call=call)


def _request(one: _Found, report: Report) -> Request | None:
    asked, where, variables = one.request, one.where, one.variables
    url = variables.fill_base(text(asked.get("url")), where)
    known = {name: variables.fill(value, where) for name, value in pairs(asked.get("pathParameters"))}
    try:
        path, parameters, query = split_url(url, known)
    except ValueError as error:
        report.add(where, f"address {url[:80]}", f"left out: {error}")
        return None
    if not text(asked.get("url")).strip():
        report.add(where, "no address", "left out")
        return None
    query += [(name, variables.fill(value, where)) for name, value in pairs(asked.get("parameters"))]
    sent = inherited([*one.headers, pairs(asked.get("headers"))])
    headers = [(name, variables.fill(value, where)) for name, value in sent]
    method = text(asked.get("method")).upper() or "GET"
    request = Request(method, path, parameters, query, headers, origin=origin_of(url))
    _set_body(request, table(asked, "body"), where, variables, report)
    _set_auth(request, one.auth, where, variables, report)
    return request


def _set_auth(request: Request, auth: dict[str, Any], where: str, variables: Variables, report: Report) -> None:
    if auth.get("disabled") is True or request.header("authorization"):
        return
    kind = text(auth.get("type")) or ("basic" if auth.get("username") else "")
    values = {name: variables.fill(text(value), where) for name, value in auth.items()}
    apply_auth(request, kind, values | {"place": values.get("addTo", "")}, where, report)


def _set_body(request: Request, body: dict[str, Any], where: str, variables: Variables, report: Report) -> None:
    kind = text(body.get("mimeType")).lower()
    if kind and not request.content_type and has_name("Content-Type"):
        request.headers.append(("Content-Type", text(body.get("mimeType"))))
    if "urlencoded" in kind:
        fields = pairs(body.get("params"))
        request.form = [(name, variables.fill(value, where)) for name, value in fields]
    elif "multipart" in kind or body.get("fileName"):
        request.unsent = "body of files or parts"
        report.add(where, "body of files or parts", "not matched: any body is accepted")
    else:
        request.body = variables.fill(text(body.get("text")), where)


def _of_description(
    tree: dict[str, Any], source: Source, options: Options, report: Report
) -> list[Expectation]:
    """The expectations of the API description that a design document holds."""
    from automock_tui.importing import openapi

    held = table(tree, "spec").get("contents")
    held = held or next(
        (one.get("contents") for one in rows(tree.get("resources")) if one.get("_type") == "api_spec"), None
    )
    if not held:
        return []
    data = held.encode() if isinstance(held, str) else json.dumps(held).encode()
    inner = Source(source.name, data)
    return openapi.convert(inner, options, report) if openapi.matches(inner.tree) else []
