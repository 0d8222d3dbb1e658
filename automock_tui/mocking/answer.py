"""An answer and its bytes on the wire, in MockServer's order of headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from automock_tui.mocking.request import Pairs, Request

_NAMED = frozenset(
    [
        *(*range(100, 104), *range(200, 208), *range(300, 306), 307, 308),
        *(*range(400, 418), *range(421, 427), 428, 429, 431, *range(500, 508), 510, 511),
    ]
)
_REASONS = {status.value: status.phrase for status in HTTPStatus if status.value in _NAMED} | {
    203: "Non-Authoritative Information",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
    425: "Unordered Collection",
    505: "HTTP Version Not Supported",
}
"""The words that MockServer's HTTP library (Netty) has for a status."""
_CLASSES = {1: "Informational", 2: "Success", 3: "Redirection", 4: "Client Error", 5: "Server Error"}


@dataclass(slots=True)
class ConnectionOptions:
    """How an answer is sent, where that is not as usual."""

    suppress_length: bool = False
    length: int | None = None
    suppress_connection: bool = False
    keep_alive: bool | None = None
    chunk_size: int | None = None
    chunk_delay: float = 0.0
    close: bool | None = None
    close_delay: float = 0.0


@dataclass(slots=True)
class Answer:
    """What goes back to a client.

    `raw` in place of everything else is sent as it is; `drop` closes the connection after it, or at once.
    """

    status: int = 200
    headers: Pairs = field(default_factory=list)
    body: bytes = b""
    reason: str = ""
    cookies: Pairs = field(default_factory=list)
    trailers: Pairs = field(default_factory=list)
    content_type: str = ""
    options: ConnectionOptions | None = None
    delay: float = 0.0
    raw: bytes | None = None
    drop: bool = False
    events: tuple[tuple[float, bytes], ...] = ()
    """Pieces of a streamed body, each after a pause in seconds."""
    later: Callable[[], Awaitable[Answer]] | None = None
    """Fetches the answer where it comes from elsewhere, as for forwards."""
    was_fetched: bool = False
    """Whether it came from elsewhere."""
    _wire: dict[bool, tuple[bytes, bool]] = field(default_factory=dict, repr=False)

    @property
    def is_slow(self) -> bool:
        """Whether it is not out at once: a pause, a stream, or another server comes first."""
        options = self.options
        paced = options is not None and (options.chunk_delay or options.close_delay)
        return bool(self.delay or self.events or self.later is not None or paced)

    def take(self, fetched: Answer) -> None:
        """Become the answer that was fetched; whoever holds this one, such as the log, then has it."""
        self.status, self.reason, self.headers = fetched.status, fetched.reason, fetched.headers
        self.body, self.cookies, self.trailers = fetched.body, fetched.cookies, fetched.trailers
        self.content_type, self.options, self.delay = fetched.content_type, fetched.options, fetched.delay
        self.later, self.was_fetched, self._wire = None, True, {}

    def has_header(self, name: str) -> bool:
        """Whether it has a header of this (lower-case) name."""
        return any(key.lower() == name for key, _ in self.headers)

    def wire(self, request: Request) -> tuple[bytes, bool]:
        """Its bytes for this request, and whether the connection is closed after them."""
        if request.method == "HEAD":
            return self._encode(request)
        found = self._wire.get(request.keep_alive)
        if found is None:
            found = self._wire[request.keep_alive] = self._encode(request)
        return found

    def _encode(self, request: Request) -> tuple[bytes, bool]:
        if self.raw is not None:
            return self.raw, self.drop
        options = self.options or _PLAIN
        body = b"" if self.status in (204, 205) or 100 <= self.status < 200 else self.body
        lines = [f"HTTP/1.1 {self.status} {self.reason or reason_phrase(self.status)}"]
        lines += [f"{name}: {_clean(value)}" for name, value in self._all_headers(request, options, body)]
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        if request.method == "HEAD" or self.status == 304:
            body = b""
        elif self.is_chunked:
            body = self._chunks(body, options)
        closes = not request.keep_alive if options.close is None else options.close
        return head + body, closes

    @property
    def is_chunked(self) -> bool:
        """Whether the body is sent in chunks."""
        sized = self.options is not None and self.options.chunk_size is not None
        return sized or bool(self.trailers or self.events) or self.has_header("transfer-encoding")

    def _all_headers(self, request: Request, options: ConnectionOptions, body: bytes) -> Pairs:
        found = [one for one in self.headers if one[0].lower() not in _OURS]
        names = {name.lower() for name, _ in found}
        if not options.suppress_connection:
            kept = request.keep_alive if options.keep_alive is None else options.keep_alive
            found.append(("connection", "keep-alive" if kept else "close"))
        if "content-type" not in names and self.content_type:
            found.append(("content-type", self.content_type))
        found += self._framing(names, options, body)
        if self.trailers and "trailer" not in names:
            found.append(("trailer", ", ".join(dict.fromkeys(name for name, _ in self.trailers))))
        return found + [("set-cookie", f"{name}={value}") for name, value in self.cookies]

    def _framing(self, names: set[str], options: ConnectionOptions, body: bytes) -> Pairs:
        if self.is_chunked:
            return [("transfer-encoding", "chunked")]
        bodiless = self.status == 204 or (100 <= self.status < 200 and self.status != 101)
        if "content-length" in names or bodiless or options.suppress_length:
            return []
        return [("content-length", str(len(body) if options.length is None else options.length))]

    def _chunks(self, body: bytes, options: ConnectionOptions) -> bytes:
        size = options.chunk_size or len(body) or 1
        pieces = [chunk(body[at : at + size]) for at in range(0, len(body), size)]
        if self.events:
            return b""
        return b"".join(pieces) + self.last_chunk()

    def last_chunk(self) -> bytes:
        """What ends a chunked body."""
        trailers = "".join(f"{name}: {_clean(value)}\r\n" for name, value in self.trailers)
        return b"0\r\n" + trailers.encode("latin-1", "replace") + b"\r\n"


_PLAIN = ConnectionOptions()
_OURS = ("connection", "transfer-encoding")
"""Headers that say how the answer is sent; a mock's own are dropped, as there."""


def chunk(piece: bytes) -> bytes:
    """One chunk of a chunked body."""
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


def _clean(value: str) -> str:
    """A header's value without line breaks, which would start another header."""
    return value.replace("\r", "").replace("\n", "") if "\n" in value or "\r" in value else value


def reason_phrase(status: int) -> str:
    """The words after a status, as MockServer's HTTP library has them."""
    if status in _REASONS:
        return _REASONS[status]
    kind = _CLASSES.get(status // 100, "Unknown Status") if 100 <= status < 600 else "Unknown Status"
    return f"{kind} ({status})"


def json_answer(status: int, value: Any, *headers: tuple[str, str]) -> Answer:
    """An answer with a JSON body, spelled as MockServer's own errors are."""
    import json

    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return Answer(status, [("content-type", "application/json"), *headers], body)
