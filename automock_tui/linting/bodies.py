"""Bodies to match in a language of their own: regex, JSON, JSON path and schema, XML, XPath and XML schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.json_paths import json_path_fault
from automock_tui.linting.patterns import pattern_fault, shortened
from automock_tui.linting.walking import PAIR_FIELDS, Found, matchers, pairs
from automock_tui.mocking.bodies.building import body_type


def check_bodies(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """What is wrong with the bodies and schemas of the request matcher."""
    text = expectation.text
    if "body" not in expectation.request and '"schema"' not in text and '"if"' not in text:
        return
    for matcher in matchers(expectation.tree):
        if "body" in matcher.value:
            yield from _body(matcher.value["body"], (*matcher.path, "body"))
        if '"schema"' in expectation.text:
            yield from _schemas(matcher)


def _body(spec: Any, path: Path) -> Iterator[Finding]:
    if not isinstance(spec, dict):
        return
    kind = body_type(spec)
    if kind == "ALL_OF":
        parts = spec.get("bodyAllOf")
        for index, one in enumerate(parts if isinstance(parts, list) else ()):
            yield from _body(one, (*path, "bodyAllOf", index))
        return
    field, rule, fault = _LANGUAGES.get(kind, ("", "", str))
    if field in spec and (words := fault(spec[field])):
        yield Finding(rule, (*path, field), words)
    if kind == "XPATH":
        yield from _xpath(spec, path)


def _xpath(spec: dict[str, Any], path: Path) -> Iterator[Finding]:
    text, prefixes = str(spec.get("xpath", "")), spec.get("namespacePrefixes")
    if fault := _xpath_fault(text, prefixes if isinstance(prefixes, dict) else None):
        yield Finding("invalid-xpath", (*path, "xpath"), f"{shortened(text)} is no XPath: {fault}.")


_XPATH_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_XPATH_CALL = re.compile(r"([A-Za-z_][\w.-]*)\s*\(")
# fmt: off
_XPATH_KNOWN = frozenset((
    "and", "or", "div", "mod", "comment", "text", "processing-instruction", "node", "last", "position",
    "count", "id", "local-name", "namespace-uri", "name", "string", "concat", "starts-with", "contains",
    "substring-before", "substring-after", "substring", "string-length", "normalize-space", "translate",
    "boolean", "not", "true", "false", "lang", "number", "sum", "floor", "ceiling", "round",
))
# fmt: on
"""What may stand before a bracket in XPath 1.0, which is what Java reads."""


def _xpath_fault(text: str, prefixes: dict[str, str] | None) -> str:
    from lxml import etree

    try:
        etree.XPath(text, namespaces=prefixes)
    except (etree.XPathSyntaxError, ValueError, TypeError) as error:
        return str(error)
    called = _XPATH_CALL.findall(_XPATH_QUOTED.sub("''", text))
    unknown = next((name for name in called if name not in _XPATH_KNOWN), "")
    return f"XPath 1.0 has no function {unknown}()" if unknown else ""


def _schemas(matcher: Found) -> Iterator[Finding]:
    """The schemas that stand in place of texts."""
    fields = [(field, matcher.value[field]) for field in ("method", "path") if field in matcher.value]
    found = [Found((*matcher.path, field), value) for field, value in fields]
    for field in PAIR_FIELDS:
        for _, values in pairs(matcher.value.get(field), (*matcher.path, field)):
            found += values
    for one in found:
        if isinstance(one.value, dict) and (words := _schema_fault(one.value.get("schema", True))):
            yield Finding("invalid-json-schema", (*one.path, "schema"), words)


def _regex_fault(value: Any) -> str:
    text = str(value)
    fault = pattern_fault(text.lstrip("!?"))
    return f"{shortened(text)} is no regular expression: {fault}." if fault else ""


def _json_fault(value: Any) -> str:
    from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json

    if isinstance(value, str) and value.strip() and parse_json(value) is NOT_JSON:
        return f"{shortened(value)} is no JSON."
    return ""


def _json_path_fault(value: Any) -> str:
    fault = json_path_fault(str(value))
    return f"{shortened(str(value)) or 'The empty text'} is no JSON path: {fault}." if fault else ""


def _schema_fault(value: Any) -> str:
    if isinstance(value, str):
        return _schema_text_fault(value)
    return _schema_text_fault(json.dumps(value)) if isinstance(value, dict | list) else ""


@lru_cache(maxsize=1024)
def _schema_text_fault(text: str) -> str:
    import jsonschema
    from jsonschema.validators import validator_for

    try:
        schema = json.loads(text)
        validator_for(schema, default=jsonschema.Draft7Validator).check_schema(schema)
    except jsonschema.exceptions.SchemaError as error:
        place = "/".join(map(str, error.absolute_path))
        return f"The JSON schema is broken{f' at {place}' if place else ''}: {shortened(error.message, 120)}."
    except (ValueError, TypeError, RecursionError) as error:
        return f"The JSON schema is no JSON: {error}."
    return ""


def _xml_fault(value: Any) -> str:
    from automock_tui.mocking.bodies.xml_reading import parse_xml

    return "" if parse_xml(str(value)) is not None else f"{shortened(str(value))} is no well-formed XML."


def _xml_schema_fault(value: Any) -> str:
    from lxml import etree

    from automock_tui.mocking.bodies.xml_reading import parse_xml

    root = parse_xml(str(value))
    if root is None:
        return "The XML schema is no well-formed XML."
    try:
        etree.XMLSchema(root)
    except etree.XMLSchemaParseError as error:
        return f"The XML schema is broken: {shortened(str(error), 120)}."
    return ""


_LANGUAGES: dict[str, tuple[str, str, Callable[[Any], str]]] = {
    "REGEX": ("regex", "invalid-regex", _regex_fault),
    "JSON": ("json", "invalid-json", _json_fault),
    "JSON_PATH": ("jsonPath", "invalid-json-path", _json_path_fault),
    "JSON_SCHEMA": ("jsonSchema", "invalid-json-schema", _schema_fault),
    "JSON_RPC": ("paramsSchema", "invalid-json-schema", _schema_fault),
    "GRAPHQL": ("variablesSchema", "invalid-json-schema", _schema_fault),
    "XML": ("xml", "invalid-xml", _xml_fault),
    "XML_SCHEMA": ("xmlSchema", "invalid-xml", _xml_schema_fault),
}
