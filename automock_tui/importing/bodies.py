"""Bodies as MockServer writes them: readable JSON where that loses nothing, else the text or the bytes."""

from __future__ import annotations

import base64
import json
from typing import Any

# fmt: off
_TYPED = frozenset((
    "type", "json", "string", "regex", "xml", "xpath", "jsonschema", "jsonpath", "xmlschema", "parameters",
    "base64bytes", "binary", "not", "optional", "contenttype", "matchtype", "query", "filepath",
    "bodyallof", "fields", "multipart", "fuzzy", "method", "wasm", "module", "substring", "graphql",
))
# fmt: on
"""Keys by which MockServer takes an object for a typed body and not for JSON of its own."""
_SAFE_INTEGER = 2**53


def response_body(text: str, content_type: str = "") -> Any:
    """A response body that MockServer sends with this content.

    JSON objects and arrays stay readable; everything else is sent letter by letter.
    """
    if not text:
        return None
    if "json" in content_type.lower() or (not content_type and text.lstrip()[:1] in ("{", "[")):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(value, dict | list):
            return json_body(value, text)
    return text


def json_body(value: Any, text: str | None = None) -> Any:
    """A JSON value as response body."""
    if isinstance(value, dict | list) and _is_plain(value):
        return value
    return {"type": "JSON", "json": text or json.dumps(value, ensure_ascii=False)}


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether MockServer reads and writes it as the same JSON value."""
    if isinstance(value, dict):
        if not depth and any(key.lower() in _TYPED for key in value):
            return False
        return all(_is_plain(one, depth + 1) for one in value.values())
    if isinstance(value, list):
        return all(_is_plain(one, depth + 1) for one in value)
    if isinstance(value, float):
        return abs(value) < 1e15 and (value == 0 or abs(value) > 1e-4)
    return not isinstance(value, int) or abs(value) < _SAFE_INTEGER


def binary_body(data: bytes, content_type: str = "") -> Any:
    """Bytes as they are; text where they are text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        found = {"type": "BINARY", "base64Bytes": base64.b64encode(data).decode()}
        return found | ({"contentType": content_type} if content_type else {})
    return response_body(text, content_type)
