"""What a body in MockServer's notation is on the wire."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

from automock_tui.importing.exchange import json_or_none
from automock_tui.importing.loose import table, text

_JSON = "application/json"


def sent_body(body: Any) -> tuple[str | bytes, str]:
    """A body's content, and its media type where the notation says it; a pattern has no content."""
    if isinstance(body, str):
        return body, ""
    if isinstance(body, list):
        return json.dumps(body, ensure_ascii=False), _JSON
    if not isinstance(body, dict):
        return "", ""
    kind = text(body.get("contentType"))
    known = text(body.get("type")).upper()
    if known == "JSON" or (not known and "json" in body):
        value = body.get("json")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), kind or _JSON
    if known == "STRING" or (not known and "string" in body):
        return text(body.get("string")), kind
    if known == "XML" or (not known and "xml" in body):
        return text(body.get("xml")), kind or "application/xml"
    if known == "BINARY" or "base64Bytes" in body:
        return _decoded(text(body.get("base64Bytes"))), kind
    if known == "PARAMETERS":
        return _form(body), "application/x-www-form-urlencoded"
    if known == "GRAPHQL":
        return _graphql(body), _JSON
    if known == "JSON_SCHEMA":
        return _of_schema(body.get("jsonSchema")), kind or _JSON
    if known in ("REGEX", "JSON_PATH", "XPATH", "XML_SCHEMA", "MULTIPART", "FILE", "ALL_OF"):
        return "", kind
    return json.dumps(body, ensure_ascii=False), _JSON


def _of_schema(given: Any) -> str:
    """A body that the schema allows."""
    from automock_tui.importing.examples import Examples
    from automock_tui.importing.imported import Report
    from automock_tui.importing.references import Documents
    from automock_tui.importing.source import Source

    schema = json_or_none(given) if isinstance(given, str) else given
    if not isinstance(schema, dict):
        return ""
    source = Source("schema", json.dumps(schema).encode())
    return json.dumps(Examples(0).make(Documents(source, Report()).root), ensure_ascii=False)


def _form(body: dict[str, Any]) -> str:
    from automock_tui.importing.exporters.concrete import values_of

    return urlencode(values_of(body.get("parameters")))


def _graphql(body: dict[str, Any]) -> str:
    operation = {"operationName": text(body["operationName"])} if table(body).get("operationName") else {}
    schema = body.get("variablesSchema")
    known = json_or_none(schema) if isinstance(schema, str) else schema
    variables = {"variables": known["const"]} if isinstance(known, dict) and "const" in known else {}
    return json.dumps({"query": text(body.get("query"))} | operation | variables)


def _decoded(text_in_base64: str) -> bytes:
    try:
        return base64.b64decode(text_in_base64)
    except ValueError:
        return b""
