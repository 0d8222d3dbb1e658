"""Mockoon's rules as request matchers."""

from __future__ import annotations

import re
from typing import Any

from automock_tui.importing.exchange import has_name
from automock_tui.importing.grouping import literal
from automock_tui.importing.imported import Expectation, Report
from automock_tui.importing.loose import text
from automock_tui.importing.secrets import Secrets

_KINDS = {
    "header": "headers",
    "query": "queryStringParameters",
    "cookie": "cookies",
    "params": "pathParameters",
}
_ANY = "[\\s\\S]*"


def rule_matchers(
    rules: list[dict[str, Any]], where: str, secrets: Secrets, report: Report
) -> list[Expectation | None]:
    """A matcher for each rule; None (and a finding) for one that MockServer cannot say."""
    found = []
    for rule in rules:
        target, operator = text(rule.get("target")), _operator(rule)
        made = _of_body(rule, operator) if target == "body" else _of_pair(rule, operator, where, secrets)
        if made is None:
            said = f"rule {target} {text(rule.get('modifier'))} {operator}".replace("  ", " ")
            report.add(where, said[:120], "left out: no request is picked by it")
        found.append(made)
    return found


def _operator(rule: dict[str, Any]) -> str:
    if "operator" in rule:
        return text(rule["operator"])
    return "regex" if rule.get("isRegex") is True else "equals"


def _of_pair(rule: dict[str, Any], operator: str, where: str, secrets: Secrets) -> Expectation | None:
    kind, value = _KINDS.get(text(rule.get("target")), ""), text(rule.get("value"))
    name = _bracketed(text(rule.get("modifier")))
    inverted = rule.get("invert") is True
    if not kind or not has_name(name):
        return None
    if operator == "null":
        return {kind: {name: _in_kind(kind, _ANY)} if inverted else {f"!{name}": _in_kind(kind, ".*")}}
    wanted = _wanted(operator, value)
    if wanted is None:
        return None
    if operator == "equals":
        masked = secrets.matcher(where, name, value)
        wanted = wanted if masked == value else masked
    return {kind: {name: _in_kind(kind, f"!{wanted}" if inverted else wanted)}}


def _in_kind(kind: str, value: str) -> Any:
    return value if kind == "cookies" else [value]


def _wanted(operator: str, value: str) -> str | None:
    if operator == "equals":
        return str(literal(value))
    if operator in ("regex", "regex_i"):
        return f"{_ANY}(?:{_unslashed(value)}){_ANY}"
    return None


def _unslashed(pattern: str) -> str:
    """A pattern without JavaScript's slashes and flags."""
    found = re.fullmatch(r"/(.*)/[a-z]*", pattern, re.DOTALL)
    return found[1] if found else pattern


def _bracketed(path: str) -> str:
    """A path into the query as it is sent: `a.b` is `a[b]`."""
    first, *rest = path.removeprefix("$.").split(".")
    return first + "".join(f"[{one}]" for one in rest)


def _of_body(rule: dict[str, Any], operator: str) -> Expectation | None:
    path, value = text(rule.get("modifier")), text(rule.get("value"))
    found = _of_text(operator, value) if not path else _of_part(_keys(path), operator, value)
    if found is None:
        return None
    return {"body": found | ({"not": True} if rule.get("invert") is True else {})}


def _of_text(operator: str, value: str) -> Expectation | None:
    if operator == "equals":
        return {"type": "STRING", "string": value}
    if operator in ("regex", "regex_i"):
        return {"type": "REGEX", "regex": f"{_ANY}(?:{_unslashed(value)}){_ANY}"}
    return None


def _keys(path: str) -> list[str]:
    return re.split(r"(?<!\\)[./]", path.removeprefix("$").strip("./")) if path else []


def _of_part(keys: list[str], operator: str, value: str) -> Expectation | None:
    """A part of a JSON body; Mockoon compares its text, and of a list any item."""
    if any(key.isdigit() or not key or "[" in key for key in keys):
        return _indexed(keys, value) if operator == "equals" else None
    schema = _part_schema(operator, value)
    if operator == "null":
        return {"type": "JSON_SCHEMA", "jsonSchema": {"not": _nested(keys, {"not": {"type": "null"}})}}
    return {"type": "JSON_SCHEMA", "jsonSchema": _nested(keys, schema)} if schema else None


def _part_schema(operator: str, value: str) -> dict[str, Any] | None:
    if operator == "empty_array":
        return {"type": "array", "maxItems": 0}
    one: dict[str, Any] = {}
    if operator in ("equals", "array_includes"):
        one = {"enum": _as_json(value)}
    elif operator in ("regex", "regex_i"):
        one = {"type": "string", "pattern": _unslashed(value)}
    if not one:
        return None
    contains = {"type": "array", "contains": one}
    return contains if operator == "array_includes" else {"anyOf": [one, contains]}


def _as_json(value: str) -> list[Any]:
    """The JSON values whose text is this."""
    found: list[Any] = [value]
    if value in ("true", "false"):
        found.append(value == "true")
    elif re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d{1,6})?", value):
        found.append(float(value) if "." in value else int(value))
    return found


def _nested(keys: list[str], schema: dict[str, Any]) -> dict[str, Any]:
    for key in reversed(keys):
        schema = {"type": "object", "required": [key], "properties": {key: schema}}
    return schema


def _indexed(keys: list[str], value: str) -> Expectation | None:
    """A part below a place in a list, by a path; only texts can be compared there."""
    *above, last = keys
    if not re.fullmatch(r"[\w-]+", last) or last.isdigit() or not re.fullmatch(r"[\w .@-]*", value):
        return None
    if not all(re.fullmatch(r"[\w-]+", key) for key in above):
        return None
    place = "".join(f"[{key}]" if key.isdigit() else f".{key}" for key in above)
    return {"type": "JSON_PATH", "jsonPath": f"${place}[?(@.{last} == '{value}')]"}
