"""Mockoon's responses: inline bodies, data buckets and files, with a fixed value for each template."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from automock_tui.domain.errors import AutomockError
from automock_tui.importing.bodies import binary_body, response_body
from automock_tui.importing.exchange import Pairs, Response, json_or_none
from automock_tui.importing.grouping import response_of
from automock_tui.importing.imported import Expectation, Options, Report
from automock_tui.importing.loose import pairs, rows, status, text, whole
from automock_tui.importing.mockoon_templates import Templates
from automock_tui.importing.secrets import Secrets
from automock_tui.importing.source import Source, path_below, read_limited

MAX_ITEMS = 100
"""Items of a CRUD list that get an address of their own."""


class CrudAnswer(NamedTuple):
    """An answer of a CRUD route: to this method, for the list (key None), any item (empty) or one."""

    method: str
    key: str | None
    response: Expectation


class Answers:
    """Makes the responses of one environment."""

    def __init__(
        self, tree: dict[str, Any], source: Source, options: Options, secrets: Secrets, report: Report
    ) -> None:
        self._secrets = secrets
        self._report = report
        self._templates = Templates(options.seed, report)
        self._folder = source.path.parent if source.path else None
        self._headers = pairs(tree.get("headers"), "key")
        self._latency = whole(tree.get("latency"), 0)
        self._buckets = {
            text(one.get(name)): text(one.get("value"))
            for name in ("uuid", "id")
            for one in rows(tree.get("data"))
            if text(one.get(name))
        }

    def of(self, response: dict[str, Any], where: str) -> Expectation:
        """One response of a route."""
        headers = self._sent_headers(response, where)
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        body = self._body(response, kind, where)
        if not kind and isinstance(body, dict | list):
            headers.append(("Content-Type", "application/json"))
        return self._made(response, headers, body)

    def crud(self, response: dict[str, Any], where: str) -> list[CrudAnswer]:
        """The answers of a CRUD route with this response's data bucket."""
        listed = json_or_none(self._bucket(response, where))
        items = listed if isinstance(listed, list) else []
        headers = self._sent_headers(response, where)
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", "application/json"))
        key = text(response.get("crudKey")) or "id"

        def made(code: int, value: Any) -> Expectation:
            body = None if value is None else self._clean(json.dumps(value, ensure_ascii=False), where)
            return self._made({"statusCode": code}, headers, response_body(body, "json") if body else None)

        known = [(text(one.get(key)), one) for one in items if isinstance(one, dict) and text(one.get(key))]
        if len(known) > MAX_ITEMS:
            self._report.add(where, f"{len(known)} items", f"the first {MAX_ITEMS} have an address")
        first = known[0][1] if known else {}
        found = [CrudAnswer("GET", None, made(200, listed)), CrudAnswer("POST", None, made(201, first))]
        found += [CrudAnswer("GET", name, made(200, one)) for name, one in known[:MAX_ITEMS]]
        found += [CrudAnswer(name, "", made(200, first)) for name in ("PUT", "PATCH", "DELETE")]
        return [*found, CrudAnswer("GET", "", made(404, {}))]

    def _made(self, response: dict[str, Any], headers: Pairs, body: Any) -> Expectation:
        made = response_of(Response(status(response.get("statusCode"))), headers, body)
        delay = self._latency + whole(response.get("latency"), 0)
        return made | ({"delay": {"timeUnit": "MILLISECONDS", "value": delay}} if delay > 0 else {})

    def _sent_headers(self, response: dict[str, Any], where: str) -> Pairs:
        own = pairs(response.get("headers"), "key")
        names = {name.lower() for name, _ in own}
        every = [*own, *(one for one in self._headers if one[0].lower() not in names)]
        filled = [(name, self._filled(value, response, where)) for name, value in every if value]
        return [(name, self._secrets.text(where, name, value)) for name, value in filled if "\n" not in value]

    def _body(self, response: dict[str, Any], kind: str, where: str) -> Any:
        body_type = text(response.get("bodyType"))
        if body_type == "FILE" or (not body_type and text(response.get("filePath"))):
            return self._file(text(response.get("filePath")), kind, where)
        said = self._bucket(response, where) if body_type == "DATABUCKET" else text(response.get("body"))
        said = self._filled(said, response, where) if body_type != "DATABUCKET" else said
        return response_body(self._clean(said, where), kind)

    def _clean(self, said: str, where: str) -> str:
        value = json_or_none(said)
        if isinstance(value, dict | list):
            cleaned = self._secrets.tree(where, value)
            return said if cleaned == value else json.dumps(cleaned, ensure_ascii=False)
        return self._secrets.body(where, said)

    def _filled(self, said: str, response: dict[str, Any], where: str) -> str:
        return said if response.get("disableTemplating") is True else self._templates.fill(said, where)

    def _bucket(self, response: dict[str, Any], where: str) -> str:
        name = text(response.get("databucketID"))
        if name not in self._buckets:
            self._report.add(where, f"data bucket {name}", "answered with an empty body: there is none")
            return ""
        return self._templates.fill(self._buckets[name], where)

    def _file(self, name: str, kind: str, where: str) -> Any:
        """A file below the document's folder; any other is not read."""
        if not name or self._folder is None or "{{" in name:
            self._report.add(where, f"file {name}", "left out: an empty body is answered")
            return None
        try:
            return binary_body(read_limited(path_below(self._folder, name)), kind)
        except AutomockError as error:
            self._report.add(where, f"file {name}", f"left out, an empty body is answered: {error.title}")
            return None
