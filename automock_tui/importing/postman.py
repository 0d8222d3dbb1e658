"""Postman collections, versions 2.0 and 2.1: each saved response becomes an expectation."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from automock_tui.importing.auth import apply_auth
from automock_tui.importing.bodies import response_body
from automock_tui.importing.calls import call_of
from automock_tui.importing.exchange import (
    Exchange,
    Pairs,
    Request,
    Response,
    json_or_none,
    origin_of,
    split_url,
)
from automock_tui.importing.generated import expectations_of
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.loose import pairs, rows, status, table, text
from automock_tui.importing.scripts import read_scripts
from automock_tui.importing.source import Source
from automock_tui.importing.variables import Variables

_CONTENT_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "text": "text/plain",
}


def matches(tree: Any) -> bool:
    """Whether the document is a collection, bare or as Postman's API gives it."""
    found = _collection(tree)
    schema = text(table(found, "info").get("schema"))
    is_named = "info" in found and ("_postman_id" in table(found, "info") or "getpostman.com" in schema)
    return is_named or ("item" in found and "info" in found)


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of a collection; requests without a saved response get a plausible one."""
    return expectations_of(exchanges(source, report), options, report)


def exchanges(source: Source, report: Report) -> list[Exchange]:
    """The requests of a collection in its order, each with the responses that were saved."""
    tree = _collection(source.tree)
    variables = Variables(dict(pairs(tree.get("variable"), "key")), report)
    if tree.get("event"):
        report.add("collection", "scripts", "not run")
    found: list[Exchange] = []
    _folder(tree, _Above((), table(tree, "auth"), _scripts(tree)), variables, report, found)
    return found


class _Above(NamedTuple):
    """What a request has from the folders above it."""

    names: tuple[str, ...]
    auth: dict[str, Any]
    scripts: tuple[str, ...]

    def of(self, item: dict[str, Any], index: int) -> _Above:
        """With what an item sets."""
        name = text(item.get("name")) or f"item {index + 1}"
        return _Above((*self.names, name), table(item, "auth") or self.auth, (*self.scripts, *_scripts(item)))


def _scripts(item: dict[str, Any]) -> tuple[str, ...]:
    """The scripts that run after an answer."""
    return tuple(_script(one) for one in rows(item.get("event")) if one.get("listen") == "test")


def _script(event: dict[str, Any]) -> str:
    lines = table(event, "script").get("exec")
    return "\n".join(map(text, lines)) if isinstance(lines, list) else text(lines)


def _collection(tree: Any) -> dict[str, Any]:
    return table(tree, "collection") if isinstance(tree, dict) and "collection" in tree else table(tree)


def _folder(
    folder: dict[str, Any],
    above: _Above,
    variables: Variables,
    report: Report,
    found: list[Exchange],
) -> None:
    for index, item in enumerate(rows(folder.get("item"))):
        own = above.of(item, index)
        if "item" in item:
            inner = variables.with_more(dict(pairs(item.get("variable"), "key")))
            _folder(item, own, inner, report, found)
        elif item.get("request"):
            _item(item, own, variables, report, found)
        else:
            report.add("/".join(own.names), "item without a request", "left out")


def _item(
    item: dict[str, Any],
    own: _Above,
    variables: Variables,
    report: Report,
    found: list[Exchange],
) -> None:
    where, auth = "/".join(own.names), own.auth
    if item.get("event"):
        report.add(where, "scripts", "not run")
    asked = _request(item["request"], {}, where, auth, variables, report)
    if asked is None:
        return
    saved = [one for one in rows(item.get("response")) if one]
    if not saved:
        call = call_of(
            lambda known, said: _request(item["request"], {}, where, auth, known, said),
            variables,
            lambda: read_scripts(own.scripts),
        )
        found.append(Exchange(asked, Response(), text(item.get("name")), where, is_generated=True, call=call))
    for one in saved:
        name = text(one.get("name"))
        place = f"{where}: {name}"
        sent = one.get("originalRequest") or item["request"]
        request = _request(sent, table(item, "request"), place, auth, variables, report)
        if request is not None:
            found.append(Exchange(request, _response(one, variables, place, report), name, place))


def _request(
    asked: Any,
    base: dict[str, Any],
    where: str,
    auth: dict[str, Any],
    variables: Variables,
    report: Report,
) -> Request | None:
    own = {"url": asked} if isinstance(asked, str) else table(asked)
    address = own.get("url") or base.get("url")
    url = variables.fill_base(_raw_url(address), where)
    known = {name: variables.fill(value, where) for name, value in pairs(table(address).get("variable"), "key")}
    try:
        path, parameters, query = split_url(url, known)
    except ValueError as error:
        report.add(where, f"address {url[:80]}", f"left out: {error}")
        return None
    disabled = {text(one.get("key")) for one in rows(table(address).get("query")) if one.get("disabled")}
    headers = [(name, variables.fill(value, where)) for name, value in _headers(own.get("header"))]
    request = Request(
        (text(own.get("method")) or "GET").upper(),
        path,
        parameters,
        [pair for pair in query if pair[0] not in disabled],
        headers,
        origin=origin_of(url),
    )
    _set_auth(request, table(own, "auth") or auth, where, variables, report)
    _set_body(request, table(own, "body"), where, variables, report)
    return request


def _raw_url(address: Any) -> str:
    if isinstance(address, str):
        return address
    found = table(address)
    raw = text(found.get("raw"))
    if raw:
        return raw
    host, path = found.get("host", ""), found.get("path", "")
    host = ".".join(map(text, host)) if isinstance(host, list) else text(host)
    if isinstance(path, list):
        path = "/".join(text(table(one).get("value")) if isinstance(one, dict) else text(one) for one in path)
    query = "&".join(f"{name}={value}" for name, value in pairs(found.get("query"), "key"))
    return f"{host}/{text(path).lstrip('/')}" + (f"?{query}" if query else "")


def _headers(value: Any) -> Pairs:
    """Headers as rows (2.1), or as lines of text, which 2.0 allows."""
    if isinstance(value, str):
        lines = (line.partition(":") for line in value.splitlines())
        return [(name.strip(), content.strip()) for name, colon, content in lines if colon]
    return pairs(value, "key")


def _set_auth(request: Request, auth: dict[str, Any], where: str, variables: Variables, report: Report) -> None:
    kind = text(auth.get("type"))
    if not kind or kind == "noauth" or request.header("authorization"):
        return
    given = auth.get(kind)
    values = (
        dict(pairs(given, "key")) if isinstance(given, list) else {k: text(v) for k, v in table(given).items()}
    )
    values = {name: variables.fill(value, where) for name, value in values.items()}
    apply_auth(request, kind, values | {"place": values.get("in", "")}, where, report)


def _set_body(request: Request, body: dict[str, Any], where: str, variables: Variables, report: Report) -> None:
    mode = text(body.get("mode"))
    if body.get("disabled") or not mode:
        return
    if mode == "raw":
        request.body = variables.fill(text(body.get("raw")), where)
    elif mode == "urlencoded":
        request.form = [(name, variables.fill(value, where)) for name, value in pairs(body.get(mode), "key")]
    elif mode == "graphql":
        given = table(body, "graphql")
        request.body = _graphql(given, where, variables)
    else:
        request.unsent = f"{mode} body"
        report.add(where, f"{mode} body", "not matched: any body is accepted")


def _graphql(given: dict[str, Any], where: str, variables: Variables) -> str:
    operation = {"operationName": text(given.get("operationName"))} if given.get("operationName") else {}
    values = json_or_none(variables.fill(text(given.get("variables")), where))
    known = {"variables": values} if isinstance(values, dict) and values else {}
    return json.dumps({"query": variables.fill(text(given.get("query")), where)} | operation | known)


def _response(saved: dict[str, Any], variables: Variables, where: str, report: Report) -> Response:
    if rows(saved.get("cookie")) and not any(
        name.lower() == "set-cookie" for name, _ in _headers(saved.get("header"))
    ):
        report.add(where, "cookies of a response", "left out: no Set-Cookie header was saved with them")
    headers = [(name, variables.fill(value, where)) for name, value in _headers(saved.get("header"))]
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    if not kind:
        kind = _CONTENT_TYPES.get(text(saved.get("_postman_previewlanguage")).lower(), "")
        headers += [("Content-Type", kind)] if kind and saved.get("body") else []
    body = response_body(variables.fill(text(saved.get("body")), where), kind)
    return Response(status(saved.get("code")), headers, body)
