"""The process that runs mocks for another one; only `hosting.host.MockHost` starts it.

Requests come as JSON lines on standard input: `{"id", "serve": NAME, "text", "port"}`, `{"id", "stop": NAME}`.
Each is answered by one line on standard output. The end of standard input is the end of all mocks.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from typing import Any

from automock_tui.domain.errors import AutomockError
from automock_tui.mocking.engine import Engine
from automock_tui.mocking.server import Server
from automock_tui.operations.serve import HOST, Loaded, listen, load_into, said_of

_GRACE_SECONDS = 0.3
"""How long requests at work may go on once a mock is to end: whoever ends it expects its port to close."""


class Mocks:
    """The mocks of this process, by name."""

    def __init__(self) -> None:
        self._servers: dict[str, Server] = {}

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what a request asks for."""
        try:
            if "stop" in request:
                await self._stop(request["stop"])
                return {}
            return await self._serve(request["serve"], request["text"].encode(), request["port"])
        except AutomockError as error:
            said = {"title": error.title, "message": error.message, "hint": error.hint}
            return {"error": said | {"exit_code": error.exit_code}}

    async def close(self) -> None:
        """End all mocks."""
        await asyncio.gather(*(self._stop(name) for name in list(self._servers)))

    async def _serve(self, name: str, text: bytes, port: int) -> dict[str, Any]:
        server = self._servers.get(name)
        if server is not None and server.stopped.is_set():  # somebody ended it over its control plane
            await self._stop(name)
            server = None
        if server is not None:
            return _served(server, load_into(server.engine, text))
        server = Server(Engine())
        loaded = load_into(server.engine, text)
        await listen(server, HOST, port)
        self._servers[name] = server
        return _served(server, loaded)

    async def _stop(self, name: str) -> None:
        server = self._servers.pop(name, None)
        if server is not None:
            await server.stop(_GRACE_SECONDS)


def _served(server: Server, loaded: Loaded) -> dict[str, Any]:
    return {"url": f"http://{HOST}:{server.port}", "count": loaded.count, "notes": said_of(loaded)}


async def _run() -> None:
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()
    threading.Thread(target=_read, args=(loop, lines), daemon=True).start()
    mocks = Mocks()
    while line := await lines.get():
        request = json.loads(line)
        answer = await mocks.answer(request) | {"id": request["id"]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await mocks.close()


def _read(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[bytes]) -> None:
    """Pass standard input on, line by line, then the empty line that means its end."""
    while line := sys.stdin.buffer.readline():
        loop.call_soon_threadsafe(lines.put_nowait, line)
    loop.call_soon_threadsafe(lines.put_nowait, b"")


def main() -> None:
    """Serve until standard input ends."""
    os.umask(0o077)
    asyncio.run(_run())


if __name__ == "__main__":
    main()
