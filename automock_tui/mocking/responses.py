"""Fixed responses: from an `httpResponse` to an answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from automock_tui.mocking.answer import Answer, ConnectionOptions
from automock_tui.mocking.bodies.building import body_type
from automock_tui.mocking.delays import Delay, compile_delay, no_delay
from automock_tui.mocking.jackson import pretty
from automock_tui.mocking.media import MediaType
from automock_tui.mocking.request import Pairs
from automock_tui.mocking.texts import compile_text

JSON_TYPE = "application/json; charset=utf-8"
XML_TYPE = "application/xml; charset=utf-8"


class FixedResponse:
    """A response that is the same each time, except for its delay."""

    __slots__ = ("_answer", "_delay")

    def __init__(self, spec: dict[str, Any]) -> None:
        self._answer = build_answer(spec)
        self._delay: Delay = compile_delay(spec.get("delay"))

    def __call__(self) -> Answer:
        """The answer."""
        if self._delay is no_delay:
            return self._answer
        return replace(self._answer, delay=self._delay(), _wire={})


def build_answer(spec: dict[str, Any]) -> Answer:
    """The answer that an `httpResponse` describes, without its delay."""
    headers = multi_pairs(spec.get("headers"))
    own_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    content, content_type = encode_body(spec.get("body"), own_type)
    return Answer(
        status=_whole(spec.get("statusCode"), 200),
        headers=headers,
        body=content,
        reason=str(spec.get("reasonPhrase") or "").replace("\r", "").replace("\n", ""),
        cookies=single_pairs(spec.get("cookies")),
        trailers=multi_pairs(spec.get("trailers")),
        content_type=content_type,
        options=_options(spec.get("connectionOptions")),
    )


def _whole(value: Any, default: int) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def multi_pairs(spec: Any) -> Pairs:
    """Names with several values each, one pair for each value, in order."""
    if isinstance(spec, dict):
        named = [(name, value) for name, value in spec.items() if name != "keyMatchStyle"]
    else:
        items = spec if isinstance(spec, list) else []
        named = [(one.get("name"), one.get("values", [])) for one in items if isinstance(one, dict)]
    return [
        (compile_text(name).value, plain(value))
        for name, values in named
        if not compile_text(name).negated
        for value in _listed(values)
    ]


def _listed(values: Any) -> list[Any]:
    if isinstance(values, dict) and "values" in values:
        values = values["values"]
    return values if isinstance(values, list) else [values]


def single_pairs(spec: Any) -> Pairs:
    """Names with one value each, in order."""
    if isinstance(spec, dict):
        named = list(spec.items())
    else:
        items = spec if isinstance(spec, list) else []
        named = [(one.get("name"), one.get("value")) for one in items if isinstance(one, dict)]
    return [(compile_text(name).value, _spelled(value)) for name, value in named]


def plain(value: Any) -> str:
    """A text of a response without marks, in its object form too."""
    return compile_text(value).value


def _spelled(value: Any) -> str:
    """The value of a cookie, which keeps its marks."""
    return value if isinstance(value, str) else plain(value)


def encode_body(spec: Any, own_type: str = "") -> tuple[bytes, str]:
    """The bytes of a response's body, and the content type that it brings along.

    Args:
        spec: The body, in any of MockServer's forms.
        own_type: The response's own content-type header, which says how texts are encoded.
    """
    if spec is None:
        return b"", ""
    if isinstance(spec, str):
        return encode_text(spec, own_type) if spec.strip() else b"", ""  # blank is no body, as there
    kind = body_type(spec)
    if kind in _BUILDERS:
        return _BUILDERS[kind](spec, own_type)
    return pretty({} if kind else spec).encode("utf-8", "replace"), JSON_TYPE


def encode_text(text: str, own_type: str, declared: str = "") -> bytes:
    """A text in the charset of its own content type, else of the response's; `?` for what that has not."""
    charset = MediaType.parse(declared).declared or MediaType.parse(own_type).charset or "iso-8859-1"
    return text.encode(charset, "replace")


def _string(spec: dict[str, Any], own_type: str) -> tuple[bytes, str]:
    declared = str(spec.get("contentType") or "")
    text = str(spec.get("string", ""))
    return encode_text(text, own_type, declared) if text.strip() else b"", declared


def _json(spec: dict[str, Any], own_type: str) -> tuple[bytes, str]:
    value, declared = spec.get("json"), str(spec.get("contentType") or JSON_TYPE)
    text = value if isinstance(value, str) else pretty(value)
    return encode_text(text, own_type, declared), declared


def _xml(spec: dict[str, Any], own_type: str) -> tuple[bytes, str]:
    declared = str(spec.get("contentType") or XML_TYPE)
    return encode_text(str(spec.get("xml", "")), own_type, declared), declared


def _binary(spec: dict[str, Any], _own_type: str) -> tuple[bytes, str]:
    try:
        content = base64.b64decode(str(spec.get("base64Bytes") or ""))
    except (binascii.Error, ValueError):
        content = b""
    return content, str(spec.get("contentType") or "")


_BUILDERS: dict[str, Callable[[dict[str, Any], str], tuple[bytes, str]]] = {
    "STRING": _string,
    "JSON": _json,
    "XML": _xml,
    "BINARY": _binary,
}


def _options(spec: Any) -> ConnectionOptions | None:
    if not isinstance(spec, dict):
        return None
    return ConnectionOptions(
        suppress_length=spec.get("suppressContentLengthHeader") is True,
        length=_whole(spec["contentLengthHeaderOverride"], 0)
        if "contentLengthHeaderOverride" in spec
        else None,
        suppress_connection=spec.get("suppressConnectionHeader") is True,
        keep_alive=spec.get("keepAliveOverride"),
        chunk_size=_whole(spec["chunkSize"], 0) if "chunkSize" in spec else None,
        chunk_delay=compile_delay(spec.get("chunkDelay"))(),
        close=spec.get("closeSocket"),
        close_delay=compile_delay(spec.get("closeSocketDelay"))(),
    )
