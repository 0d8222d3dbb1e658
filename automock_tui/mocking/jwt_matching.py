"""Whether a request's JSON Web Token has the claims that an expectation wants; signatures are not checked."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json
from automock_tui.mocking.request import Request
from automock_tui.mocking.texts import Text, compile_text


class JwtMatcher:
    """The `jwt` of an `httpRequest`."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._header = str(spec.get("header") or "authorization").lower()
        scheme = spec.get("scheme")
        self._scheme = ("Bearer" if scheme is None else str(scheme)).strip().lower()
        self._wanted: list[tuple[str, str, Text]] = []
        for part, name, value in _criteria(spec):
            text = compile_text(value)
            if not text.is_blank:
                self._wanted.append((part, name, text))

    def fault(self, request: Request) -> str:
        """What is wrong with the token, in words; empty where it has all that is wanted."""
        if not self._wanted:
            return ""
        value = request.header(self._header).strip()
        if not value:
            return f"there is no header {self._header}"
        parts = self._token(value).split(".")
        payload = _segment(parts[1]) if len(parts) > 1 else None
        if payload is None:
            return f"the header {self._header} holds no token"
        trees = {"header": _segment(parts[0]), "payload": payload}
        for part, name, wanted in self._wanted:
            found = _values(trees[part], name)
            if not _fits(wanted, found):
                return f"{name}: expected {wanted}, found {', '.join(found) or 'nothing'}"
        return ""

    def __str__(self) -> str:
        return ", ".join(f"{name} {text}" for _, name, text in self._wanted)

    def _token(self, value: str) -> str:
        prefix = f"{self._scheme} "
        return value[len(prefix) :].strip() if self._scheme and value.lower().startswith(prefix) else value


def _criteria(spec: dict[str, Any]) -> list[tuple[str, str, Any]]:
    named = (("header", "alg", "algorithm"), ("payload", "iss", "issuer"), ("payload", "aud", "audience"))
    found = [(part, name, spec[key]) for part, name, key in named if spec.get(key) is not None]
    claims = spec.get("claims")
    return found + [
        ("payload", name, value) for name, value in (claims if isinstance(claims, dict) else {}).items()
    ]


def _fits(wanted: Text, values: list[str]) -> bool:
    """Whether one value is as wanted; of a negated text, whether none is what it excludes."""
    if wanted.negated:
        return all(wanted.matches(one) for one in values)
    return any(wanted.matches(one) for one in values)


def _segment(text: str) -> Any:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    found = parse_json(raw.decode("utf-8", "replace"))
    return None if found is NOT_JSON else found


def _values(tree: Any, name: str) -> list[str]:
    value = tree.get(name) if isinstance(tree, dict) else None
    values = value if isinstance(value, list) else [value]
    return [one if isinstance(one, str) else json.dumps(one) for one in values if one is not None]
