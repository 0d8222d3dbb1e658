"""The least that a Python process can do for an HTTP request: asyncio, httptools, one fixed answer.

    python -m tests.benchmarks.bare_server PORT

What a benchmark measures of it is the ceiling of one process; no engine in Python on asyncio gets above it.
"""

from __future__ import annotations

import asyncio
import sys

import httptools

ANSWER = (
    b"HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-type: application/json; charset=utf-8\r\n"
    b'content-length: 14\r\n\r\n{\n  "id" : 0\n}\n'
)


class Bare(asyncio.Protocol):
    """Answers every request alike."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """A request is there."""
        self._transport.write(ANSWER)


async def main(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
