"""Bruno collections: a folder of .bru or OpenCollection YAML files, one such file, or an export.

All of them are brought to one shape first, that of Bruno's JSON export.
"""

from __future__ import annotations

import json
from copy import copy
from typing import Any

from automock_tui.importing.auth import apply_auth
from automock_tui.importing.bodies import response_body
from automock_tui.importing.bruno_files import collection_of, request_of_text
from automock_tui.importing.bruno_opencollection import collection_of_tree, is_request_tree, request_of_tree
from automock_tui.importing.bruno_text import looks_like_bru
from automock_tui.importing.calls import call_of
from automock_tui.importing.exchange import Exchange, Request, Response, inherited, origin_of, split_url
from automock_tui.importing.generated import expectations_of
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.loose import pairs, rows, status, table, text, whole
from automock_tui.importing.scripts import Read, read_expression, read_scripts
from automock_tui.importing.source import Source
from automock_tui.importing.variables import Variables

_HTTP = ("http-request", "graphql-request", "http", "graphql", "")
_MARKS = ("bruno.json", "opencollection.yml", "opencollection.yaml", "collection.bru")


def matches(tree: Any) -> bool:
    """Whether the document is Bruno's JSON export, or OpenCollection's, or one request of it."""
    found = table(tree)
    if "opencollection" in found or is_request_tree(found):
        return True
    items = rows(found.get("items"))
    kinds = {text(one.get("type")) for one in items}
    return (
        bool(items)
        and "item" not in found
        and bool(kinds & {"http-request", "graphql-request", "http", "folder"})
    )


def matches_text(source: Source) -> bool:
    """Whether the document is one .bru file."""
    return looks_like_bru(source.text)


def matches_folder(source: Source) -> bool:
    """Whether the folder is a collection."""
    assert source.path is not None
    return any((source.path / name).is_file() for name in _MARKS) or any(
        any(source.path.glob(one)) for one in ("*.bru", "*/*.bru")
    )


def convert(source: Source, options: Options, report: Report) -> list[Expectation]:
    """The expectations of a collection: of its saved examples, else a plausible one per request."""
    return expectations_of(exchanges(source, report), options, report)


def exchanges(source: Source, report: Report) -> list[Exchange]:
    """The requests of a collection, each with the examples that were saved."""
    collection = _collection(source, report)
    found: list[Exchange] = []
    _Walk(collection, report, found).folder(collection, "", table(collection, "root"))
    return found


def _collection(source: Source, report: Report) -> dict[str, Any]:
    if source.is_folder:
        return collection_of(source, report)
    if looks_like_bru(source.text):
        return {"items": [request_of_text(source.text, source.stem)]}
    tree = table(source.tree)
    if "opencollection" in tree:
        return collection_of_tree(tree)
    return {"items": [request_of_tree(tree)]} if is_request_tree(tree) else tree


class _Walk:
    """Goes through a collection in Bruno's JSON shape."""

    def __init__(self, collection: dict[str, Any], report: Report, found: list[Exchange]) -> None:
        values: dict[str, str] = {}
        environments = rows(collection.get("environments"))
        for one in environments:
            values = dict(pairs(one.get("variables"))) | values
        for one in environments[1:]:
            first = text(environments[0].get("name"))
            report.add(
                f"environment {text(one.get('name'))}", "variables", f"those of {first} come before them"
            )
        self._base = Variables(values, report)
        self._report = report
        self._found = found

    def folder(
        self,
        folder: dict[str, Any],
        above: str,
        root: dict[str, Any],
        auth: dict[str, Any] | None = None,
        variables: Variables | None = None,
        steps: tuple[dict[str, Any], ...] = (),
    ) -> None:
        """The requests of a folder and those below it; what a folder sets holds for them."""
        own = table(root, "request")
        variables = (variables or self._base).with_more(dict(pairs(table(own, "vars").get("req"))))
        mode = text(table(own, "auth").get("mode"))
        auth = table(own, "auth") if mode not in ("", "inherit") else (auth or {})
        steps = (*steps, own)
        if _has_scripts(own):
            self._report.add(above or "collection", "scripts and tests", "not run")
        for index, item in enumerate(sorted(rows(folder.get("items")), key=_place)):
            where = f"{above}/{text(item.get('name')) or index + 1}".strip("/")
            if "items" in item and text(item.get("type")) in ("folder", ""):
                self.folder(item, where, table(item, "root"), auth, variables, steps)
            elif text(item.get("type")) in _HTTP:
                self._item(item, where, auth, variables, steps)
            else:
                self._report.add(where, text(item.get("type")), "left out: not HTTP")

    def _item(
        self,
        item: dict[str, Any],
        where: str,
        auth: dict[str, Any],
        variables: Variables,
        steps: tuple[dict[str, Any], ...],
    ) -> None:
        asked = _with_headers(table(item, "request"), steps)
        variables = variables.with_more(dict(pairs(table(asked, "vars").get("req"))))
        if _has_scripts(asked):
            self._report.add(where, "scripts and tests", "not run")
        examples = rows(item.get("examples"))
        if not examples:
            request = self._request(asked, {}, where, auth, variables)
            if request:
                name = text(item.get("name"))
                call = call_of(
                    lambda known, said: self._reporting(said)._request(asked, {}, where, auth, known),
                    variables,
                    lambda: _read((*steps, asked)),
                )
                self._found.append(Exchange(request, Response(), name, where, is_generated=True, call=call))
        for one in examples:
            name = text(one.get("name"))
            place = f"{where}: {name}"
            request = self._request(_with_headers(table(one, "request"), steps), asked, place, auth, variables)
            if request:
                self._found.append(Exchange(request, _response(one, variables, place), name, place))

    def _reporting(self, report: Report) -> _Walk:
        """The same walk with another report."""
        other = copy(self)
        other._report = report
        return other

    def _request(
        self,
        asked: dict[str, Any],
        base: dict[str, Any],
        where: str,
        auth: dict[str, Any],
        variables: Variables,
    ) -> Request | None:
        raw = text(asked.get("url")) or text(base.get("url"))
        if not raw.strip():
            self._report.add(where, "no address", "left out")
            return None
        url = variables.fill_base(raw, where)
        given = [one for one in rows(asked.get("params")) if text(one.get("type")) != "path"]
        in_path = [one for one in rows(asked.get("params")) if text(one.get("type")) == "path"]
        known = {name: variables.fill(value, where) for name, value in pairs(in_path)}
        try:
            path, parameters, query = split_url(url, known)
        except ValueError as error:
            self._report.add(where, f"address {url[:80]}", f"left out: {error}")
            return None
        if given:
            query = [(name, variables.fill(value, where)) for name, value in pairs(given)]
        headers = [(name, variables.fill(value, where)) for name, value in pairs(asked.get("headers"))]
        method = (text(asked.get("method")) or text(base.get("method")) or "GET").upper()
        request = Request(method, path, parameters, query, headers, origin=origin_of(url))
        self._set_auth(request, table(asked, "auth") or table(base, "auth"), auth, where, variables)
        self._set_body(request, table(asked, "body"), where, variables)
        return request

    def _set_auth(
        self, request: Request, own: dict[str, Any], above: dict[str, Any], where: str, variables: Variables
    ) -> None:
        chosen = above if text(own.get("mode")) in ("", "inherit") else own
        mode = text(chosen.get("mode"))
        values = {name: variables.fill(text(one), where) for name, one in table(chosen, mode).items()}
        if not request.header("authorization"):
            apply_auth(request, mode, values | {"place": values.get("placement", "")}, where, self._report)

    def _set_body(self, request: Request, body: dict[str, Any], where: str, variables: Variables) -> None:
        mode = text(body.get("mode"))
        if mode in ("json", "text", "xml", "sparql"):
            request.body = variables.fill(text(body.get(mode)), where)
        elif mode == "graphql":
            request.body = _graphql(table(body, "graphql"), where, variables)
        elif mode == "formUrlEncoded":
            request.form = [(name, variables.fill(value, where)) for name, value in pairs(body.get(mode))]
        elif mode not in ("", "none"):
            request.unsent = f"{mode} body"
            self._report.add(where, f"{mode} body", "not matched: any body is accepted")


def _with_headers(asked: dict[str, Any], steps: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """A request with the headers that its folders send."""
    headers = inherited([pairs(own.get("headers")) for own in (*steps, asked)])
    return asked | {"headers": [{"name": name, "value": value} for name, value in headers]}


def _has_scripts(own: dict[str, Any]) -> bool:
    return any(table(own, "script").values()) or bool(own.get("tests") or own.get("assertions"))


def _place(item: dict[str, Any]) -> float:
    """Where Bruno runs it in its folder; what has no place comes last, as it is."""
    return whole(item.get("seq"), 0) or whole(table(item, "root").get("seq"), 0) or float("inf")


def _read(steps: tuple[dict[str, Any], ...]) -> Read:
    """What a request and the folders above it take from an answer."""
    scripts = [text(one) for own in steps for one in (table(own, "script").get("res"), own.get("tests"))]
    found = read_scripts(scripts)
    captures, unread = list(found.captures), list(found.unread)
    for name, expression in (pair for own in steps for pair in pairs(table(own, "vars").get("res"))):
        capture = read_expression(name, expression)
        if capture is None:
            unread.append(f"{name}: {expression}"[:100])
        else:
            captures.append(capture)
    return Read(tuple(captures), tuple(unread))


def _graphql(given: dict[str, Any], where: str, variables: Variables) -> str:
    try:
        values = json.loads(variables.fill(text(given.get("variables")) or "{}", where))
    except ValueError:
        values = {}
    return json.dumps({"query": variables.fill(text(given.get("query")), where), "variables": values})


def _response(example: dict[str, Any], variables: Variables, where: str) -> Response:
    given = table(example, "response")
    headers = [(name, variables.fill(value, where)) for name, value in pairs(given.get("headers"))]
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    body = given.get("body")
    content = body.get("content") if isinstance(body, dict) else body
    said = content if isinstance(content, str) else json.dumps(content) if content is not None else ""
    return Response(status(given.get("status")), headers, response_body(variables.fill(said, where), kind))
