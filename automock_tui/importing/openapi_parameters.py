"""Parameters of a description as matchers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from automock_tui.importing.exchange import has_name
from automock_tui.importing.imported import Expectation, Report
from automock_tui.importing.loose import table, text
from automock_tui.importing.references import Node

_PATTERNS = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?([eE][-+]?\d+)?", "boolean": "true|false"}
_ANY = ".+"
_NOT_MATCHED = frozenset({"accept", "content-type", "authorization", "cookie", "host"})
"""Headers that OpenAPI describes elsewhere, or that every client sends."""
_TEMPLATE = re.compile(r"\{([^{}/]+)\}")
_SEGMENT_SAFE = "%:@!$&'()*+,;=~-._{}"


def path_matchers(base: str, path: str, parameters: list[Node], where: str, report: Report) -> Expectation:
    """The path and its parameters: a template where each fills a segment, else a regular expression."""
    known = {text(one.table.get("name")): one for one in parameters if one.table.get("in") == "path"}
    path = path.split("?")[0].split("#")[0]
    segments = [quote(segment, safe=_SEGMENT_SAFE) for segment in path.split("/")]
    names = _TEMPLATE.findall(path)
    is_template = all(_TEMPLATE.fullmatch(one) or "{" not in one for one in segments)
    unique = len(set(map(_safe_name, names))) == len(names)
    if not names:
        return {"path": base + "/".join(segments)}
    if not is_template or not unique:
        report.add(where, "path parameter within a segment", "matched by a regular expression")
        return {"path": _as_regex(base + "/".join(segments))}
    named = "/".join(_TEMPLATE.sub(lambda one: f"{{{_safe_name(one[1])}}}", segment) for segment in segments)
    values = {_safe_name(name): [_in_path(known[name]) if name in known else _ANY] for name in names}
    return {"path": base + named, "pathParameters": values}


def _safe_name(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _as_regex(path: str) -> str:
    parts = _TEMPLATE.split(path)
    return "".join("[^/]+" if index % 2 else re.escape(part) for index, part in enumerate(parts))


def parameter_matchers(parameters: list[Node], where: str, report: Report, *, has_invalid: bool) -> Expectation:
    """Query parameters and headers by their type: required ones, and others that must fit if they are there.

    Args:
        parameters: Of the path and the operation.
        where: The operation, for the report.
        report: Takes what cannot be matched.
        has_invalid: Whether a request that does not fit has an answer of its own; without one, optional
            parameters are not matched.
    """
    found: Expectation = {}
    for one in parameters:
        place, name = text(one.table.get("in")), text(one.table.get("name"))
        if place == "path":
            continue
        if one.table.get("required") is not True:
            if has_invalid:
                _add_optional(found, one, place, name)
            continue
        if place == "header" and name.lower() in _NOT_MATCHED:
            continue
        if place in ("query", "header") and has_name(name) and not _is_spread(one):
            kind = "queryStringParameters" if place == "query" else "headers"
            found.setdefault(kind, {})[name] = [_value(one)]
        elif place not in ("body", "formData"):
            report.add(where, f"{place} parameter {name}", "not matched: the mock answers with and without it")
    return found


def _add_optional(found: Expectation, parameter: Node, place: str, name: str) -> None:
    pattern = _value(parameter)
    if place in ("query", "header") and has_name(name) and pattern != _ANY and not _is_spread(parameter):
        kind = "queryStringParameters" if place == "query" else "headers"
        found.setdefault(kind, {})[f"?{name}"] = [pattern]


def _in_path(parameter: Node) -> str:
    """What stands in the path: of the styles `label` and `matrix` more than the value."""
    return _ANY if parameter.table.get("style") in ("label", "matrix") else _pattern(_schema(parameter))


def _value(parameter: Node) -> str:
    """The values that it may have; none at all, where it may be empty."""
    pattern = _pattern(_schema(parameter))
    if parameter.table.get("allowEmptyValue") is True:
        return ".*" if pattern == _ANY else f"{pattern}|"
    return pattern


def _is_spread(parameter: Node) -> bool:
    """Whether the parameter is sent under other names than its own, as an object is."""
    schema = _schema(parameter)
    return (
        schema.get("type") == "object" or "properties" in schema or parameter.table.get("in") == "querystring"
    )


def _schema(parameter: Node) -> dict[str, Any]:
    """Its schema; in Swagger 2 the parameter itself is one, and `content` may hold it."""
    if "schema" in parameter.table:
        return parameter.get("schema").table
    content = table(parameter.table, "content")
    return {} if content else parameter.table


def _pattern(schema: dict[str, Any]) -> str:
    """A regular expression of the values a parameter may have."""
    choices = schema.get("enum")
    if isinstance(choices, list) and choices and all(isinstance(one, str | int) for one in choices):
        return "|".join(re.escape(text(one)) for one in choices)
    return _PATTERNS.get(text(schema.get("type")), _ANY)
