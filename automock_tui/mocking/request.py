"""A request as the engine sees it: the raw parts, and what is read from them when it is first asked for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import unquote_to_bytes

from automock_tui.mocking.media import MediaType

Pairs = list[tuple[str, str]]
"""Names with values, in order; a name may come more than once."""
RawPairs = Sequence[tuple[bytes, bytes]]
"""The same as they came over the wire."""


class Request:
    """One HTTP request. The target and the headers are texts of Latin-1, as the wire has them."""

    path_parameters: Sequence[tuple[str, str]] = ()
    """What the template of the expectation that matched found in the path; for response templates."""

    def __init__(
        self,
        method: str,
        target: str,
        headers: Pairs | None = None,
        body: bytes = b"",
        *,
        keep_alive: bool = True,
        secure: bool = False,
        addresses: tuple[str, str] = ("", ""),
        raw_headers: RawPairs = (),
    ) -> None:
        """A request.

        Args:
            method: GET, POST, ...
            target: What stands between method and version.
            headers: The headers, in order.
            body: The body.
            keep_alive: Whether the client lets the connection stay open.
            secure: Whether it came over TLS.
            addresses: Of the server and of the client, each `host:port`.
            raw_headers: The headers as they came, in place of `headers`.
        """
        self.method = method
        self.target = target
        if headers is not None:
            self.headers = headers
        self._raw_headers = raw_headers
        self.body = body
        self.keep_alive = keep_alive
        self.secure = secure
        self.addresses = addresses
        self.path = target.partition("?")[0] if target[:1] == "/" else _path_of(target)
        """The path, raw: percent-encoding is not decoded. Empty where the target names a host only."""

    @cached_property
    def headers(self) -> Pairs:
        """The headers, in order; decoded when somebody asks for them, which for most requests nobody does."""
        raw, self._raw_headers = self._raw_headers, ()
        return [(name.decode("latin-1"), value.decode("latin-1").rstrip(" \t")) for name, value in raw]

    @cached_property
    def query(self) -> Pairs:
        """The query's names and values, decoded."""
        start = self.target.find("?")
        return [] if start < 0 else parse_parameters(self.target[start + 1 :], semicolons=False)

    @cached_property
    def cookies(self) -> Pairs:
        """The cookies; of a name that is there twice the first."""
        found: dict[str, str] = {}
        for name, value in self.headers:
            if name.lower() == "cookie":
                fresh: dict[str, str] = {}
                for part in value.split(";"):
                    key, equals, text = part.strip(" \t").partition("=")
                    if equals and key:
                        fresh.setdefault(key, _unquoted(text))
                found |= fresh
        return list(found.items())

    @cached_property
    def sized_headers(self) -> Pairs:
        """The headers as MockServer's HTTP library (Netty) reads them, for matching.

        With a content-length where there is none; a name in two spellings has all its values in each.
        """
        found = _by_spelling(self.headers)
        if any(name.lower() == "content-length" for name, _ in found):
            return found
        return [*found, ("content-length", str(len(self.body)))]

    def header(self, name: str) -> str:
        """The first header of this (lower-case) name; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @cached_property
    def media_type(self) -> MediaType:
        """What the content-type says."""
        return MediaType.parse(self.header("content-type"))

    @cached_property
    def text(self) -> str | None:
        """The body as MockServer reads it: base64 where its type is no text; None where there is none."""
        if not self.body:
            return None
        if not self.media_type.is_text:
            return base64.b64encode(self.body).decode()
        return self.body.decode(self.media_type.charset, "replace")

    @cached_property
    def json(self) -> Any:
        """The body as JSON, forms and XML converted; `NOT_JSON` where it is neither."""
        from automock_tui.mocking.bodies.json_reading import body_as_json

        return body_as_json(self)


def _path_of(target: str) -> str:
    """The path of a target that may name a host."""
    if "://" in target:
        rest = target.split("://", 1)[1]
        target = "/" + rest.split("/", 1)[1] if "/" in rest else ""
    return target.partition("?")[0]


def _by_spelling(headers: Pairs) -> Pairs:
    spelled = dict.fromkeys(name for name, _ in headers)
    if len({name.lower() for name in spelled}) == len(spelled):
        return headers
    return [(name, value) for name in spelled for other, value in headers if other.lower() == name.lower()]


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def parse_parameters(text: str, *, semicolons: bool) -> Pairs:
    """The names and values of a query or a form, as Netty's decoder reads them.

    A percent sign that is no escape voids the whole text, as there.

    Args:
        text: Without the question mark.
        semicolons: Whether `;` separates pairs as `&` does.
    """
    text = text.split("#", 1)[0]
    if semicolons:
        text = text.replace(";", "&")
    if not text:
        return []
    pairs = []
    for part in text.split("&"):
        part = part.lstrip("=")
        if part:
            name, _, value = part.partition("=")
            pairs.append((name, value))
    if "%" not in text and "+" not in text:
        return pairs
    try:
        return [(_decoded(name), _decoded(value)) for name, value in pairs]
    except ValueError:
        return []


def _decoded(text: str) -> str:
    if "%" in text:
        for piece in text.split("%")[1:]:
            int(piece[:2] if len(piece) >= 2 and piece[0] not in "+-_ " else "no", 16)
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1", "replace")).decode("utf-8", "replace")
