"""Blocking calls off the event loop, on threads that never hold up the end of the app."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


async def in_thread(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking call on a thread of its own and wait for it.

    asyncio's own pool has cpus + 4 threads, so a few slow requests would starve the rest, and the interpreter
    waits for that pool when it exits. These threads are daemons: quitting never waits for the network. If the
    waiting task is cancelled, the call goes on to its end and its answer is dropped.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[R] = loop.create_future()
    context = contextvars.copy_context()

    def work() -> None:
        try:
            result = context.run(call, *args, **kwargs)
        except BaseException as error:  # handed to whoever waits, whatever it is
            _tell(loop, _fail, answer, error)
        else:
            _tell(loop, _succeed, answer, result)

    threading.Thread(target=work, name=f"call {getattr(call, '__name__', 'call')}", daemon=True).start()
    return await answer


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: Any) -> None:
    if loop.is_closed():
        return
    try:
        loop.call_soon_threadsafe(call, *args)
    except RuntimeError:
        # The loop closed between the two lines: the app is gone, nobody waits.
        return


def _succeed(answer: asyncio.Future[R], result: R) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[R], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
