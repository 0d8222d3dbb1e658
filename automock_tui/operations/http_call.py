"""One HTTP request to a real server, bounded in time and size, that touches no other host than its own.

No proxy is used, no cookie is kept, and no certificate is let pass that is not valid.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from automock_tui.importing.calls import body_of, headers_of, url_of
from automock_tui.importing.captures import Answer

if TYPE_CHECKING:
    import http.client

    from automock_tui.importing.exchange import Pairs, Request

TIMEOUT = 10.0
"""Seconds for a whole call, redirects included."""
MAX_ANSWER = 5 * 1024 * 1024
"""Bytes of an answer's body, also once it is unpacked."""
MAX_REDIRECTS = 5
MAX_STATUS = 599
_KEPT_METHOD = (307, 308)
_REDIRECTS = (301, 302, 303, *_KEPT_METHOD)


class CallFailed(Exception):
    """A call without an answer; `is_unreachable` where there was not even a connection."""

    def __init__(self, reason: str, *, is_unreachable: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_unreachable = is_unreachable


@dataclass(frozen=True)
class _Wire:
    """What goes over the wire."""

    method: str
    url: str
    headers: Pairs
    body: bytes


def call(
    request: Request, *, follows: bool = True, timeout: float = TIMEOUT, limit: int = MAX_ANSWER
) -> Answer:
    """What the real server answers; a redirect to another host is the answer itself.

    Args:
        request: The request, with its origin.
        follows: Whether a redirect to the same host is followed.
        timeout: Seconds for all of it.
        limit: Bytes of the answer's body.

    Raises:
        CallFailed: no answer, or one that cannot be kept.
    """
    deadline = time.monotonic() + timeout
    wire = _wire_of(request)
    for _ in range(MAX_REDIRECTS):
        answer = _exchange(wire, deadline, timeout, limit)
        onward = _redirected(wire, answer) if follows else None
        if onward is None:
            return answer
        wire = onward
    raise CallFailed(f"it redirects more than {MAX_REDIRECTS} times")


def _wire_of(request: Request) -> _Wire:
    try:
        return _Wire(request.method, url_of(request), headers_of(request), body_of(request))
    except ValueError as error:  # half a letter, as JSON can write it
        raise CallFailed(_words(error)) from None


def _redirected(wire: _Wire, answer: Answer) -> _Wire | None:
    """The request that a redirect asks for, where it stays at the same server."""
    location = answer.header("location")
    if answer.status not in _REDIRECTS or not location:
        return None
    try:
        url = urljoin(wire.url, location)
        if not _is_same_server(wire.url, url):
            return None
    except ValueError:
        return None
    clean = urlunsplit(urlsplit(url)._replace(fragment=""))
    if answer.status in _KEPT_METHOD or wire.method in ("GET", "HEAD"):
        return replace(wire, url=clean)
    headers = [(name, value) for name, value in wire.headers if not name.lower().startswith("content-")]
    return _Wire("GET", clean, headers, b"")


def _is_same_server(one: str, other: str) -> bool:
    here, there = urlsplit(one), urlsplit(other)
    if (here.scheme, here.netloc.lower()) == (there.scheme, there.netloc.lower()):
        return True
    is_upgrade = (here.scheme, there.scheme) == ("http", "https")
    return (
        is_upgrade and here.hostname == there.hostname and here.port in (None, 80) and there.port in (None, 443)
    )


def _exchange(wire: _Wire, deadline: float, timeout: float, limit: int) -> Answer:
    import http.client

    expired = threading.Event()
    late = f"no whole answer within {timeout:g} s"
    connection = _connected(wire, deadline, late)
    timer = threading.Timer(max(deadline - time.monotonic(), 0), _cut_off, (connection.sock, expired))
    timer.daemon = True
    timer.start()
    try:
        answer = _answer(connection, wire, limit)
    except (CallFailed, OSError, http.client.HTTPException, ValueError) as error:
        is_late = expired.is_set() or isinstance(error, TimeoutError)
        raise CallFailed(late if is_late else _words(error)) from None
    finally:
        timer.cancel()
        connection.close()
    if expired.is_set():
        raise CallFailed(late)
    return answer


def _cut_off(sock: socket.socket, expired: threading.Event) -> None:
    """End a call from outside: a server that sends a byte now and then never meets a socket's own timeout."""
    expired.set()
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


def _connected(wire: _Wire, deadline: float, late: str) -> http.client.HTTPConnection:
    import http.client

    left = deadline - time.monotonic()
    if left <= 0:
        raise CallFailed(late)
    try:
        parts = urlsplit(wire.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=left)
        connection.connect()
    except TimeoutError:
        raise CallFailed("no connection in time", is_unreachable=True) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CallFailed(f"no connection: {_words(error)}", is_unreachable=True) from None
    return connection


def _answer(connection: http.client.HTTPConnection, wire: _Wire, limit: int) -> Answer:
    parts = urlsplit(wire.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(wire.method, target, skip_accept_encoding=True)
    named = {name.lower() for name, _ in wire.headers}
    defaults = [("User-Agent", "automock-tui"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
    if wire.body or wire.method in ("POST", "PUT", "PATCH"):
        defaults.append(("Content-Length", str(len(wire.body))))
    for name, value in (*wire.headers, *(one for one in defaults if one[0].lower() not in named)):
        connection.putheader(name, value.encode())
    connection.endheaders(wire.body or None)
    response = connection.getresponse()
    data = response.read(limit + 1)
    if len(data) > limit:
        raise CallFailed(f"its answer is larger than {limit // 1024:,} KiB")
    if not 100 <= response.status <= MAX_STATUS:
        raise CallFailed(f"its status {response.status} is none that a mock sends")
    if response.length:
        raise CallFailed("its answer broke off")
    headers = [(name, _decoded(value)) for name, value in response.getheaders()]
    return Answer(response.status, headers, _unpacked(data, response.getheader("content-encoding", ""), limit))


def _unpacked(data: bytes, coding: str, limit: int) -> bytes:
    import zlib

    coding = coding.strip().lower()
    if coding in ("", "identity") or not data:
        return data
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise CallFailed(f"its answer is packed as {coding[:20]}, which it was asked not to be")
    try:
        found = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, limit + 1)
    except zlib.error:
        raise CallFailed("its answer is packed and damaged") from None
    if len(found) > limit:
        raise CallFailed(f"its answer is larger than {limit // 1024:,} KiB")
    return found


def _decoded(value: str) -> str:
    """A header as UTF-8 where it is that; the standard library reads every byte as one letter."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _words(error: Exception) -> str:
    """Why there is no answer; never the words of an error that would quote what was sent."""
    if isinstance(error, CallFailed):
        return error.reason
    if isinstance(error, OSError):
        return (error.strerror or str(error) or type(error).__name__)[:200]
    return "it cannot be sent as it is written" if isinstance(error, ValueError) else _not_http(error)


def _not_http(error: Exception) -> str:
    import http.client

    if isinstance(error, http.client.InvalidURL):
        return "its address cannot be sent as it is written"
    return f"no HTTP answer ({type(error).__name__})"
