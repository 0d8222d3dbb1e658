"""From a body of an expectation to its matcher."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

from automock_tui.mocking.bodies.graphql import GraphQlBody, JsonRpcBody
from automock_tui.mocking.bodies.json_bodies import JsonBody, JsonPathBody, JsonSchemaBody, json_value
from automock_tui.mocking.bodies.matcher import BodyMatcher
from automock_tui.mocking.bodies.text_bodies import (
    BinaryBody,
    FuzzyBody,
    MultipartBody,
    ParametersBody,
    RegexBody,
    StringBody,
)
from automock_tui.mocking.bodies.xml_bodies import XmlBody, XmlSchemaBody, XPathBody
from automock_tui.mocking.request import Request

Spec = dict[str, Any]


class AllOfBody(BodyMatcher):
    """Matches where every one of several matchers does."""

    def __init__(self, parts: list[BodyMatcher]) -> None:
        self._parts = parts

    def accepts(self, request: Request) -> bool:
        """Whether all match."""
        return all(part.matches(request) for part in self._parts)

    def expected(self) -> str:
        """What all want."""
        return " and ".join(part.expected() for part in self._parts)

    def reasons(self, request: Request) -> Iterator[str]:
        """The reasons of those that do not match."""
        for part in self._parts:
            if not part.matches(request):
                yield from part.reasons(request)


def _binary(spec: Spec) -> BodyMatcher:
    try:
        return BinaryBody(base64.b64decode(str(spec.get("base64Bytes", ""))))
    except (binascii.Error, ValueError):
        return BinaryBody(b"")


def _json(spec: Spec) -> BodyMatcher:
    return JsonBody(json_value(spec.get("json")), strict=spec.get("matchType") == "STRICT")


def _all_of(spec: Spec) -> BodyMatcher:
    found = [compile_body(one) for one in spec.get("bodyAllOf", [])]
    return AllOfBody([one for one in found if one is not None])


_TYPES: dict[str, Callable[[Spec], BodyMatcher]] = {
    "STRING": lambda spec: StringBody(str(spec.get("string", "")), is_part=spec.get("subString") is True),
    "REGEX": lambda spec: RegexBody(str(spec.get("regex", ""))),
    "JSON": _json,
    "JSON_SCHEMA": lambda spec: JsonSchemaBody(spec.get("jsonSchema")),
    "JSON_PATH": lambda spec: JsonPathBody(str(spec.get("jsonPath", ""))),
    "XML": lambda spec: XmlBody(str(spec.get("xml", ""))),
    "XPATH": XPathBody,
    "XML_SCHEMA": lambda spec: XmlSchemaBody(str(spec.get("xmlSchema", ""))),
    "PARAMETERS": lambda spec: ParametersBody(spec.get("parameters")),
    "MULTIPART": MultipartBody,
    "BINARY": _binary,
    "FUZZY": FuzzyBody,
    "GRAPHQL": GraphQlBody,
    "JSON_RPC": JsonRpcBody,
    "ALL_OF": _all_of,
}
_MAIN_FIELDS = {
    "string": "STRING", "regex": "REGEX", "json": "JSON", "jsonSchema": "JSON_SCHEMA", "jsonPath": "JSON_PATH",
    "xml": "XML", "xpath": "XPATH", "xmlSchema": "XML_SCHEMA", "base64Bytes": "BINARY", "fuzzy": "FUZZY",
}  # fmt: skip
UNSUPPORTED_TYPES = ("FILE", "WASM")


def body_type(spec: Any) -> str:
    """The type of a body: as it says, as its main field says, else JSON for objects and arrays."""
    if isinstance(spec, str):
        return "STRING"
    if isinstance(spec, dict):
        named = str(spec.get("type", "")).upper()
        if named in _TYPES or named in UNSUPPORTED_TYPES:
            return named
        if "type" not in spec and (
            found := next((_MAIN_FIELDS[key] for key in spec if key in _MAIN_FIELDS), "")
        ):
            return found
    return ""


def compile_body(spec: Any) -> BodyMatcher | None:
    """The matcher of a body; None where everything matches."""
    if spec is None:
        return None
    if isinstance(spec, str):
        return StringBody(spec) if spec.strip() else None
    kind = body_type(spec)
    build = _TYPES.get(kind)
    if build is None:
        return None if kind else JsonBody(spec)
    return build(spec).marked(spec)
