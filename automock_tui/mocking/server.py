"""The HTTP/1.1 server: one event loop, one protocol object for each connection.

httptools (llhttp) reads the requests; what goes out is written by us, because a mock decides itself about the
order of headers, the framing, and when a connection breaks.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from automock_tui.mocking.answer import Answer
from automock_tui.mocking.control.plane import PREFIX as CONTROL_PREFIX
from automock_tui.mocking.control.plane import ControlPlane
from automock_tui.mocking.control.traffic import TrafficPlane
from automock_tui.mocking.engine import Engine
from automock_tui.mocking.request import Request

MAX_BODY_BYTES = 64 * 1024 * 1024
MAX_HEAD_BYTES = 256 * 1024
SLOW_SECONDS = 30.0
"""How long a request may take to arrive."""
IDLE_SECONDS = 300.0
"""How long a connection may be silent between requests."""
_SWEEP_SECONDS = 5.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

Handler = Callable[[Request], Answer]


class Server:
    """Serves an engine on one address."""

    def __init__(self, engine: Engine, *, control: bool = True) -> None:
        """A server of an engine.

        Args:
            engine: What answers.
            control: Whether the control plane is open to whoever reaches the address.
        """
        self.engine = engine
        self.port = 0
        self.stopped = asyncio.Event()
        """Set when somebody asked the server to end."""
        self.control = ControlPlane(engine, lambda: [self.port], self.stopped.set) if control else None
        self._traffic = TrafficPlane(engine)
        self._connections: set[_Connection] = set()
        self._listener: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Listen; port 0 takes a free one, which `port` then says.

        Raises:
            OSError: the address cannot be had.
        """
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: _Connection(self, secure=tls is not None), host, port, ssl=tls, backlog=1024
        )
        self.port = self._listener.sockets[0].getsockname()[1]
        self._sweeper = loop.create_task(self._sweep())

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Stop listening, let requests at work finish for a while, then close every connection."""
        if self._listener is not None:
            self._listener.close()
        for connection in list(self._connections):
            connection.close_when_idle()
        deadline = time.monotonic() + grace_seconds
        while self._connections and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        for connection in list(self._connections):
            connection.abort()
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper

    def handle(self, request: Request) -> Answer:
        """The answer to a request, from the control plane or the mocks; the latter are logged."""
        if self.control is not None and (request.method == "PUT" or request.path.startswith(CONTROL_PREFIX)):
            answer = self.control.answer(request) or self._traffic.answer(request)
            if answer is not None:
                return answer
        at, start = time.time(), time.perf_counter()
        answer, identity = self.engine.answer(request)
        took = None if answer.is_slow else time.perf_counter() - start
        self.engine.log.add(at, took, request, answer, identity)
        return answer

    def opened(self, connection: _Connection) -> None:
        """Remember a connection."""
        self._connections.add(connection)

    def closed(self, connection: _Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)

    async def _sweep(self) -> None:
        """Close connections that are too slow or too long silent."""
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            now = time.monotonic()
            for connection in list(self._connections):
                connection.check(now)


class _Connection(asyncio.Protocol):
    """One client. Requests are answered in the order in which they came."""

    def __init__(self, server: Server, *, secure: bool) -> None:
        import httptools

        self._server = server
        self._secure = secure
        self._new_parser: Callable[[Any], Any] = httptools.HttpRequestParser
        self._parser_error: type[Exception] = httptools.HttpParserError
        self._own_error: type[Exception] = httptools.HttpParserCallbackError
        self._upgrade: type[Exception] = httptools.HttpParserUpgrade
        self._parser: Any = self._new_parser(self)
        self._transport: Any = None
        self._addresses = ("", "")
        self._waiting: deque[Request] = deque()
        self._sender: asyncio.Task[None] | None = None
        self._drained: asyncio.Event | None = None
        self._last_active = time.monotonic()
        self._is_active = self._is_arriving = self._closing = self._has_ended = False
        self._started: float | None = None
        """When the request began that has not arrived as a whole."""

    # --- asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        self._transport = transport
        self._addresses = _address(transport, "sockname"), _address(transport, "peername")
        self._server.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went away."""
        self._server.closed(self)
        self._parser = None  # it holds this connection: a circle that only the garbage collector would find
        if self._sender is not None:
            self._sender.cancel()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        if self._closing:
            return
        try:
            self._parser.feed_data(data)
            if self._is_arriving and self._started is None:
                self._started = time.monotonic()
        except self._upgrade as upgrade:
            self._parser = self._new_parser(self)
            rest = data[upgrade.args[0] :] if upgrade.args else b""
            if rest:
                self.data_received(rest)
        except self._parser_error as error:
            if isinstance(error, self._own_error):
                self._refuse(500, f"the mock failed: {error.__context__ or error}")
            else:
                self._refuse(400, f"malformed HTTP: {error}")

    def eof_received(self) -> bool:
        """The client will send no more; what it asked for is still answered."""
        self._has_ended = True
        return self._sender is not None

    def pause_writing(self) -> None:
        """The client reads too slowly: read no more from it."""
        self._drained = asyncio.Event()
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The client has caught up."""
        if self._drained is not None:
            self._drained.set()
            self._drained = None
            if not self._transport.is_closing() and not self._waiting:
                self._transport.resume_reading()

    # --- httptools

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._is_arriving = True
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._head_size = self._body_size = 0
        self._expects = False

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self._target += url
        self._head_size += len(url)
        if self._head_size > MAX_HEAD_BYTES:
            self._refuse_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers.append((name, value))
        self._head_size += len(name) + len(value)
        if self._head_size > MAX_HEAD_BYTES:
            self._refuse_head()
        if value == b"100-continue" and name.lower() == b"expect":
            self._expects = True

    def _refuse_head(self) -> None:
        self._refuse(431, f"the head of a request may have {MAX_HEAD_BYTES} bytes")

    def on_headers_complete(self) -> None:
        """The head is there."""
        if self._expects:
            self._transport.write(_CONTINUE)

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body.append(body)
        self._body_size += len(body)
        if self._body_size > MAX_BODY_BYTES:
            self._refuse(413, f"a body may have {MAX_BODY_BYTES // 1024 // 1024} MiB")

    def on_message_complete(self) -> None:
        """The request is there."""
        self._is_arriving, self._started = False, None
        if self._closing:
            return
        parser = self._parser
        request = Request(
            parser.get_method().decode(),
            self._target.decode("latin-1"),
            body=b"".join(self._body) if self._body else b"",
            keep_alive=parser.should_keep_alive(),
            secure=self._secure,
            addresses=self._addresses,
            raw_headers=self._headers,
        )
        if self._sender is None and not self._waiting:
            self._answer(request)
        else:
            self._waiting.append(request)
            self._transport.pause_reading()

    # --- answering

    def _answer(self, request: Request) -> None:
        """Answer at once where that can be, else in a task while later requests wait."""
        answer = self._server.handle(request)
        if answer.is_slow:
            number = self._server.engine.log.total
            self._sender = asyncio.get_running_loop().create_task(self._answer_slowly(request, answer, number))
            return
        content, closes = answer.wire(request)
        if content:
            self._transport.write(content)
        self._is_active = True
        if closes:
            self._close()

    async def _answer_slowly(self, request: Request, answer: Answer, number: int) -> None:
        from automock_tui.mocking.sending import send_slowly

        start = time.perf_counter()
        try:
            closes = await send_slowly(self._write, request, answer)
        finally:
            self._server.engine.log.finished(number, time.perf_counter() - start)
        self._sender = None
        self._is_active = True
        if closes:
            self._close()
            return
        while self._waiting and self._sender is None and not self._closing:
            self._answer(self._waiting.popleft())
        if self._waiting or self._sender is not None or self._transport.is_closing():
            return
        if self._has_ended:
            self._close()
        else:
            self._transport.resume_reading()

    async def _write(self, content: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(content)
        if self._drained is not None:
            await self._drained.wait()

    def _refuse(self, status: int, words: str) -> None:
        """Answer what is no proper request, and close."""
        if self._closing:
            return
        answer = Answer(status, [("content-type", "text/plain; charset=utf-8")], words.encode())
        content, _ = answer.wire(Request("GET", "/", keep_alive=False))
        self._transport.write(content)
        self._close()

    def _close(self) -> None:
        self._closing = True
        self._waiting.clear()
        self._transport.close()

    def close_when_idle(self) -> None:
        """Close as soon as nothing is being answered."""
        if self._sender is None and self._started is None:
            self._close()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def check(self, now: float) -> None:
        """Close the connection where its client is too slow or too long silent."""
        if self._is_active:
            self._is_active, self._last_active = False, now
        if self._sender is not None:
            return
        if self._started is not None and now - self._started > SLOW_SECONDS:
            self._refuse(408, "the request did not arrive in time")
        elif self._started is None and now - self._last_active > IDLE_SECONDS:
            self._close()


def _address(transport: asyncio.BaseTransport, name: str) -> str:
    found = transport.get_extra_info(name)
    return f"{found[0]}:{found[1]}" if isinstance(found, tuple) else ""
