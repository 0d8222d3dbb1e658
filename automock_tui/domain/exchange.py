"""The parts of a request or response as MockServer's log shows them. Pure."""

from __future__ import annotations

import base64
import json
from typing import Any


def pairs_of(found: Any) -> list[tuple[str, str]]:
    """Headers or parameters, in either of MockServer's forms: one pair for each value, in order."""
    if isinstance(found, dict):
        rows = list(found.items())
    else:
        rows = [(one.get("name"), one.get("values")) for one in _listed(found) if isinstance(one, dict)]
    return [(str(name), str(value)) for name, values in rows for value in _listed(values)]


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [] if values is None else [values]


def body_of(body: Any, headers: Any) -> tuple[bytes, str]:
    """The bytes of a body and its media type, which the headers say before the body itself."""
    kind = next((value for name, value in pairs_of(headers) if name.lower() == "content-type"), "")
    if not isinstance(body, dict):
        return ("" if body is None else str(body)).encode(), kind
    kind = kind or str(body.get("contentType") or "")
    if raw := body.get("base64Bytes") or body.get("rawBytes"):
        return base64.b64decode(raw), kind
    if "json" in body:
        return json.dumps(body["json"], ensure_ascii=False).encode(), kind or "application/json"
    return str(body.get("string") or body.get("xml") or "").encode(), kind


def body_text(body: Any) -> str:
    """A body to read: JSON laid out, of bytes how many they are."""
    if not isinstance(body, dict):
        return "" if body is None else str(body)
    if "json" in body:
        value = body["json"]
        return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    if "base64Bytes" in body:
        return f"<{len(str(body['base64Bytes'])) * 3 // 4:,} bytes>"
    return str(body.get("string") or body.get("xml") or json.dumps(body, ensure_ascii=False))
