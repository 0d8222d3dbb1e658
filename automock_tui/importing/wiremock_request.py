"""WireMock's request patterns as request matchers."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from automock_tui.importing.exchange import has_name, json_or_none
from automock_tui.importing.grouping import literal
from automock_tui.importing.imported import Expectation, Report
from automock_tui.importing.loose import rows, table, text
from automock_tui.importing.secrets import Secrets

_KINDS = (
    ("queryParameters", "queryStringParameters"),
    ("queryParams", "queryStringParameters"),
    ("pathParameters", "pathParameters"),
    ("headers", "headers"),
)
_ANY_TEXT = "${json-unit.any-string}"
_MAX_DEPTH = 20
_BODY_OPTIONS = ("enablePlaceholders", "exemptedComparisons", "namespaceAwareness", "ignoreOrderOfSameNode")
_NOT_MATCHED = ("customMatcher", "clientIp", "host", "port", "scheme")


class Requests:
    """Makes the request matchers of mappings; what cannot be said in MockServer is reported and not matched."""

    def __init__(self, secrets: Secrets, report: Report) -> None:
        self._secrets = secrets
        self._report = report

    def matcher(self, request: dict[str, Any], where: str) -> Expectation:
        """The matcher of a request pattern; empty for any request."""
        found: Expectation = {}
        method = text(request.get("method")).upper()
        if method and method != "ANY":
            found["method"] = method
        found |= _address(request, where, self._report)
        for theirs, ours in _KINDS:
            for name, pattern in table(request, theirs).items():
                self._add(found, ours, name, table(pattern), where)
        for name, pattern in table(request, "cookies").items():
            value = self._value(name, table(pattern), where)
            if value is not None and has_name(name):
                found.setdefault("cookies", {})[name] = value
        self._add_sign_in(found, request, where)
        self._add_body(found, request, where)
        for name in _NOT_MATCHED:
            if name in request:
                self._report.add(where, name, "not matched")
        return found

    def _add(self, found: Expectation, kind: str, name: str, pattern: dict[str, Any], where: str) -> None:
        if kind == "pathParameters":
            name = _parameter(name)
        if not has_name(name):
            self._report.add(where, f"name {name!r}", "left out: MockServer takes no such name")
            return
        if pattern.get("absent") is True:
            found.setdefault(kind, {})[f"!{name}"] = [".*"]
            return
        several = rows(pattern.get("hasExactly")) or rows(pattern.get("includes")) or [pattern]
        values = [self._value(name, one, where) for one in several]
        found.setdefault(kind, {})[name] = [".*" if one is None else one for one in values]

    def _value(self, name: str, pattern: dict[str, Any], where: str) -> str | None:
        """One value's pattern; a secret to be equal to becomes any value."""
        if "equalTo" in pattern:
            wanted = text(pattern["equalTo"])
            matched = self._secrets.matcher(where, name, wanted)
            if matched != wanted:
                return matched
            return f"(?i){_quoted(wanted)}" if pattern.get("caseInsensitive") is True else str(literal(wanted))
        return value_matcher(pattern, where, self._report)

    def _add_sign_in(self, found: Expectation, request: dict[str, Any], where: str) -> None:
        given = table(request, "basicAuthCredentials") or table(request, "basicAuth")
        if given:
            pair = f"{text(given.get('username'))}:{text(given.get('password'))}"
            value = "Basic " + base64.b64encode(pair.encode()).decode()
            matched = self._secrets.matcher(where, "Authorization", value)
            found.setdefault("headers", {})["Authorization"] = [matched]

    def _add_body(self, found: Expectation, request: dict[str, Any], where: str) -> None:
        bodies = []
        for pattern in _each_of(rows(request.get("bodyPatterns"))):
            body = self._one_body(pattern, where)
            if body is None:
                self._report.add(where, f"body pattern {', '.join(sorted(pattern))[:80]}", "not matched")
            else:
                bodies.append(body)
        forms = {name: table(one) for name, one in table(request, "formParameters").items() if has_name(name)}
        if forms:
            values = {name: [self._value(name, one, where) or ".*"] for name, one in forms.items()}
            bodies.append({"type": "PARAMETERS", "parameters": values})
        if rows(request.get("multipartPatterns")):
            self._report.add(where, "multipartPatterns", "not matched: any body is accepted")
        if bodies:
            found["body"] = bodies[0] if len(bodies) == 1 else {"type": "ALL_OF", "bodyAllOf": bodies}

    def _one_body(self, pattern: dict[str, Any], where: str) -> Expectation | None:
        if isinstance(pattern.get("not"), dict):
            body = self._one_body(table(pattern, "not"), where)
            return {**body, "not": True} if body and "not" not in body else None
        for name in _BODY_OPTIONS:
            if pattern.get(name):
                self._report.add(where, f"body pattern option {name}", "left out")
        return self._json(pattern, where) or _body(pattern)

    def _json(self, pattern: dict[str, Any], where: str) -> Expectation | None:
        value = pattern.get("equalToJson")
        value = json_or_none(value) if isinstance(value, str) else value
        if value is None:
            return None
        loose = pattern.get("ignoreExtraElements") is True or pattern.get("ignoreArrayOrder") is True
        kind = "ONLY_MATCHING_FIELDS" if loose else "STRICT"
        return {"type": "JSON", "json": self._secrets.tree(where, value, _ANY_TEXT), "matchType": kind}


def _parameter(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _address(request: dict[str, Any], where: str, report: Report) -> Expectation:
    if text(request.get("urlPathTemplate")):
        path = re.sub(
            r"\{([^{}/]+)\}",
            lambda one: "{" + _parameter(one[1]) + "}",
            text(request["urlPathTemplate"]),
        )
        names = re.findall(r"\{([^{}/]+)\}", path)
        return {"path": path} | ({"pathParameters": {name: [".+"] for name in names}} if names else {})
    if text(request.get("urlPath")):
        return {"path": text(request["urlPath"])}
    if text(request.get("urlPathPattern")):
        return {"path": text(request["urlPathPattern"])}
    if text(request.get("urlPattern")):
        path, mark, query = _split_pattern(text(request["urlPattern"]))
        if mark:
            report.add(where, f"query in urlPattern: {query[:80]}", "not matched: only its path is")
        return {"path": path}
    path, _, query = text(request.get("url")).partition("?")
    found: Expectation = {"path": path} if path else {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if has_name(name):
            found.setdefault("queryStringParameters", {}).setdefault(name, []).append(literal(value))
    return found


def _split_pattern(pattern: str) -> tuple[str, str, str]:
    r"""A regular expression of path and query at the literal `\?` between them."""
    return pattern.partition("\\?")


def value_matcher(pattern: dict[str, Any], where: str, report: Report) -> str | None:
    """One value's pattern as a regular expression of the whole; None (and a finding) for any value."""
    if "contains" in pattern:
        return f"[\\s\\S]*{_quoted(text(pattern['contains']))}[\\s\\S]*"
    if "matches" in pattern:
        return text(pattern["matches"]) or None
    if "doesNotContain" in pattern:
        return f"![\\s\\S]*{_quoted(text(pattern['doesNotContain']))}[\\s\\S]*"
    if "doesNotMatch" in pattern:
        return f"!{text(pattern['doesNotMatch'])}"
    either = [_alternative(one) for one in rows(pattern.get("or"))]
    if either and all(either):
        return "|".join(f"(?:{one})" for one in either)
    if pattern:
        names = ", ".join(sorted(pattern))[:80]
        report.add(where, f"matcher {names}", "not matched: any value is accepted")
    return None


def _alternative(pattern: dict[str, Any]) -> str:
    """A pattern that is one of several, as a regular expression; empty where it cannot be one."""
    if "equalTo" in pattern:
        return ("(?i)" if pattern.get("caseInsensitive") is True else "") + _quoted(text(pattern["equalTo"]))
    if pattern.keys() <= {"contains", "matches"}:
        return value_matcher(pattern, "", Report()) or ""
    return ""


def _each_of(patterns: list[dict[str, Any]], depth: int = 0) -> list[dict[str, Any]]:
    """Body patterns, those of an `and` one by one."""
    found: list[dict[str, Any]] = []
    for one in patterns:
        inner = rows(one.get("and"))
        found += _each_of(inner, depth + 1) if inner and depth < _MAX_DEPTH else [one]
    return found


def _quoted(value: str) -> str:
    return re.escape(value)


def _body(pattern: dict[str, Any]) -> Expectation | None:
    path = pattern.get("matchesJsonPath")
    if isinstance(path, str):
        return {"type": "JSON_PATH", "jsonPath": path}
    if isinstance(path, dict) and set(path) <= {"expression", "equalTo"} and "equalTo" in path:
        return _equal_at(text(path.get("expression")), text(path["equalTo"]))
    if isinstance(pattern.get("equalTo"), str) and pattern.get("caseInsensitive") is True:
        return {"type": "REGEX", "regex": f"(?i){_quoted(pattern['equalTo'])}"}
    simple: dict[str, Callable[[str], Expectation]] = {
        "equalTo": lambda value: {"type": "STRING", "string": value},
        "contains": lambda value: {"type": "STRING", "string": value, "subString": True},
        "matches": lambda value: {"type": "REGEX", "regex": value},
        "doesNotMatch": lambda value: {"type": "REGEX", "regex": value, "not": True},
        "doesNotContain": lambda value: {"type": "STRING", "string": value, "subString": True, "not": True},
        "equalToXml": lambda value: {"type": "XML", "xml": value},
        "matchesXPath": lambda value: {"type": "XPATH", "xpath": value},
        "binaryEqualTo": lambda value: {"type": "BINARY", "base64Bytes": value},
    }
    for name, make in simple.items():
        if isinstance(pattern.get(name), str):
            return make(pattern[name])
    schema = pattern.get("matchesJsonSchema")
    if isinstance(schema, str | dict):
        return {"type": "JSON_SCHEMA", "jsonSchema": schema if isinstance(schema, str) else json.dumps(schema)}
    return None


def _equal_at(expression: str, value: str) -> Expectation | None:
    """`$.a.b` equal to a value, as a filter of its parent; None for longer expressions."""
    simple = re.fullmatch(r"(\$(?:\.[\w-]+)*)\.([\w-]+)", expression)
    if simple is None or "'" in value:
        return None
    return {"type": "JSON_PATH", "jsonPath": f"{simple[1]}[?(@.{simple[2]} == '{value}')]"}
