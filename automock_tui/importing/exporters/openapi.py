"""Expectations as an OpenAPI 3.1 description: what they match as operations, what they answer as examples."""

from __future__ import annotations

import json
import re
from typing import Any

from automock_tui.importing.exchange import Pairs
from automock_tui.importing.exporters.answers import Answered, answered
from automock_tui.importing.exporters.concrete import BASE, is_pattern, matcher_text
from automock_tui.importing.imported import Expectation, Report
from automock_tui.importing.loose import table

_METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")
_NOT_PARAMETERS = ("accept", "content-type", "authorization")
_TEMPLATE = re.compile(r"\{([^{}/]+)\}")


def export(expectations: list[Expectation], report: Report) -> str:
    """The description in JSON; regular expressions and actions without a response are left out."""
    paths: dict[str, Any] = {}
    for one in answered(expectations, report):
        path = _path(one, report)
        if path and one.request.method in _METHODS:
            operations = paths.setdefault(path, {})
            _add(operations.setdefault(one.request.method.lower(), _operation(path)), one)
        elif path:
            report.add(one.where, f"method {one.request.method}", "left out: OpenAPI 3.1 has no such operation")
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Mock", "version": "1.0.0"},
        "servers": [{"url": BASE}],
        "paths": paths,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _path(one: Answered, report: Report) -> str:
    request = table(one.expectation, "httpRequest")
    path = matcher_text(request.get("path"))
    if not path:
        report.add(one.where, "any path", "left out: OpenAPI describes paths one by one")
        return ""
    is_template = "pathParameters" in request and not is_pattern(_TEMPLATE.sub("x", path))
    if not is_template and is_pattern(path):
        report.add(one.where, f"path {path[:80]}", "left out: a regular expression")
        return ""
    return path if path.startswith("/") else ""


def _operation(path: str) -> dict[str, Any]:
    names = dict.fromkeys(_TEMPLATE.findall(path))
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    return {"parameters": parameters, "responses": {}} if parameters else {"responses": {}}


def _add(operation: dict[str, Any], one: Answered) -> None:
    _add_parameters(operation, "query", one.request.query)
    names = [pair for pair in one.request.headers if pair[0].lower() not in _NOT_PARAMETERS]
    _add_parameters(operation, "header", [pair for pair in names if pair[0].lower() != "cookie"])
    if one.request.body:
        kind = _kind(one.request.headers) or "text/plain"
        content = operation.setdefault("requestBody", {"content": {}})["content"]
        content.setdefault(kind, {"example": _value(one.request.body, kind)})
    response = operation["responses"].setdefault(str(one.status), {"description": one.reason or _said(one)})
    _add_headers(response, one.headers)
    if one.body and isinstance(one.body, str):
        kind = _kind(one.headers) or "text/plain"
        examples = response.setdefault("content", {}).setdefault(kind, {"examples": {}})["examples"]
        examples[_free_name(one.where, examples)] = {"value": _value(one.body, kind)}


def _add_parameters(operation: dict[str, Any], place: str, pairs: Pairs) -> None:
    parameters = operation.setdefault("parameters", []) if pairs else []
    known = {(parameter["in"], parameter["name"].lower()) for parameter in parameters}
    for name, value in pairs:
        if (place, name.lower()) not in known:
            known.add((place, name.lower()))
            parameters.append({"name": name, "in": place, "schema": {"type": "string"}, "example": value})


def _add_headers(response: dict[str, Any], headers: Pairs) -> None:
    for name, value in headers:
        if name.lower() != "content-type":
            known = response.setdefault("headers", {})
            known.setdefault(name, {"schema": {"type": "string"}, "example": value})


def _said(one: Answered) -> str:
    return f"Answer of {one.where}"


def _kind(headers: Pairs) -> str:
    return next((value.split(";")[0].strip() for name, value in headers if name.lower() == "content-type"), "")


def _value(body: str, kind: str) -> Any:
    if "json" not in kind:
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body


def _free_name(wanted: str, taken: dict[str, Any]) -> str:
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", wanted) or "example"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name
