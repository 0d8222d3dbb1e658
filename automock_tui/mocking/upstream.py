"""One request to another server, and its answer."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import zlib
from dataclasses import dataclass

from automock_tui.mocking.answer import Answer
from automock_tui.mocking.request import Pairs, Request

TIMEOUT_SECONDS = 20.0
"""How long an answer may take; MockServer's default."""
MAX_BYTES = 64 * 1024 * 1024
_NOT_PASSED_ON = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers that are about one connection only (RFC 9110, 7.6.1)."""
_REPLACED = frozenset({"host", "content-length", "accept-encoding", "expect"})


class UpstreamError(Exception):
    """The other server cannot be reached, does not answer in time, or not in HTTP."""


@dataclass(frozen=True)
class Upstream:
    """Another server."""

    host: str
    port: int
    tls: bool = False

    @property
    def authority(self) -> str:
        """Host and port, as the Host header has them."""
        return f"{self.host}:{self.port}"


async def fetch(upstream: Upstream, request: Request) -> Answer:
    """The other server's answer to a request.

    Raises:
        UpstreamError: there is none.
    """
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await _fetch(upstream, request)
    except (OSError, TimeoutError, ssl.SSLError, zlib.error) as error:
        raise UpstreamError(f"{upstream.authority}: {error or 'no answer in time'}") from error


async def _fetch(upstream: Upstream, request: Request) -> Answer:
    tls = ssl.create_default_context() if upstream.tls else None
    reader, writer = await asyncio.open_connection(upstream.host, upstream.port, ssl=tls)
    try:
        writer.write(encode_request(upstream, request))
        await writer.drain()
        return await _Reading(request.method).read(reader)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def encode_request(upstream: Upstream, request: Request) -> bytes:
    """A request on the wire to another server, without the headers of the connection on which it came."""
    kept = [(name, value) for name, value in request.headers if name.lower() not in _NOT_PASSED_ON | _REPLACED]
    own = [
        ("host", upstream.authority),
        ("accept-encoding", "gzip,deflate"),
        ("content-length", str(len(request.body))),
        ("connection", "close"),
    ]
    lines = [f"{request.method} {request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in kept + own)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + request.body


class _Reading:
    """Reads an answer with llhttp."""

    def __init__(self, method: str) -> None:
        import httptools

        self._parser = httptools.HttpResponseParser(self)
        self._error: type[Exception] = httptools.HttpParserError
        self._is_head = method == "HEAD"
        self._reason = b""
        self._headers: Pairs = []
        self._body: list[bytes] = []
        self._done = False

    async def read(self, reader: asyncio.StreamReader) -> Answer:
        """The answer.

        Raises:
            UpstreamError: it is no HTTP, too large, or ends too early.
        """
        size = 0
        while not self._done:
            piece = await reader.read(65536)
            if not piece:
                break
            size += len(piece)
            if size > MAX_BYTES:
                raise UpstreamError("the answer is too large")
            self._feed(piece)
        if not self._is_complete():
            raise UpstreamError("the answer ends too early")
        return self._answer()

    def _feed(self, piece: bytes) -> None:
        try:
            self._parser.feed_data(piece)
        except self._error as error:
            raise UpstreamError(f"the answer is not HTTP: {error}") from None

    def _is_complete(self) -> bool:
        """Whether everything is there; without a length the body ends with the connection."""
        if self._done:
            return True
        sized = any(name.lower() in ("content-length", "transfer-encoding") for name, _ in self._headers)
        return bool(self._headers or self._reason) and not sized

    def on_status(self, status: bytes) -> None:
        """The reason phrase."""
        self._reason += status

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """The head is there; to HEAD nothing follows."""
        self._done = self._is_head

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is there."""
        if self._parser.get_status_code() < 200:
            self._headers, self._reason = [], b""
            return
        self._done = True

    def _answer(self) -> Answer:
        encoding = next((value for name, value in self._headers if name.lower() == "content-encoding"), "")
        body = decompressed(b"".join(self._body), encoding)
        dropped = _NOT_PASSED_ON | {"content-length", "content-encoding"}
        headers = [(name, value) for name, value in self._headers if name.lower() not in dropped]
        return Answer(self._parser.get_status_code(), headers, body, self._reason.decode("latin-1"))


def decompressed(body: bytes, encoding: str) -> bytes:
    """A body without its compression, where that is gzip or deflate.

    Raises:
        UpstreamError: it grows beyond the limit, or is compressed otherwise.
    """
    if not body or encoding.strip().lower() in ("", "identity"):
        return body
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise UpstreamError(f"the answer is compressed with {encoding}")
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        with contextlib.suppress(zlib.error):
            stream = zlib.decompressobj(window)
            found = stream.decompress(body, MAX_BYTES)
            if stream.unconsumed_tail:
                raise UpstreamError("the answer is too large")
            return found
    raise UpstreamError("the answer's compression is broken")
