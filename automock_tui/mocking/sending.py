"""Answers that take their time: delays, pieces with pauses between them, answers fetched from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from automock_tui.mocking.answer import Answer, chunk
from automock_tui.mocking.request import Request

Write = Callable[[bytes], Awaitable[None]]


async def send_slowly(write: Write, request: Request, answer: Answer) -> bool:
    """Send an answer with all its pauses; whether the connection is closed after it.

    Args:
        write: Sends bytes, and waits where the client is slow.
        request: What is answered.
        answer: The answer.
    """
    if answer.delay:
        await asyncio.sleep(answer.delay)
    if answer.later is not None:
        answer.take(await answer.later())
        return await send_slowly(write, request, answer)
    if answer.events:
        return await _send_events(write, request, answer)
    options = answer.options
    content, closes = answer.wire(request)
    if options is not None and options.chunk_delay and options.chunk_size:
        await _send_chunks(write, content, answer, options.chunk_size, options.chunk_delay)
    else:
        await write(content)
    if closes and options is not None and options.close_delay:
        await asyncio.sleep(options.close_delay)
    return closes


async def _send_events(write: Write, request: Request, answer: Answer) -> bool:
    head, closes = answer.wire(request)
    await write(head)
    if request.method == "HEAD":
        return closes
    for pause, piece in answer.events:
        if pause:
            await asyncio.sleep(pause)
        await write(piece)
    await write(answer.last_chunk())
    return closes


async def _send_chunks(write: Write, content: bytes, answer: Answer, size: int, pause: float) -> None:
    head, _, _ = content.partition(b"\r\n\r\n")
    await write(head + b"\r\n\r\n")
    body = answer.body
    for at in range(0, len(body), size):
        await write(chunk(body[at : at + size]))
        await asyncio.sleep(pause)
    await write(answer.last_chunk())
