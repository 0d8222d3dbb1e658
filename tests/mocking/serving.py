"""Our server in a thread of the test's process."""

import asyncio
import contextlib
import threading

from automock_tui.mocking.engine import Engine
from automock_tui.mocking.server import Server
from automock_tui.operations.mock_services import equip


@contextlib.contextmanager
def start_engine(engine=None, *, control=True):
    """Serves an engine on a free port; gives the address as (host, port)."""
    started, box = threading.Event(), {}

    async def main():
        server = Server(engine if engine is not None else Engine(), control=control)
        equip(server.engine.services)
        await server.start("127.0.0.1", 0)
        box["server"], box["loop"], box["end"] = server, asyncio.get_running_loop(), asyncio.Event()
        started.set()
        await box["end"].wait()
        await server.stop(0.5)

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield "127.0.0.1", box["server"].port
    finally:
        box["loop"].call_soon_threadsafe(box["end"].set)
        thread.join(10)
