"""An HTTP client for language models that holds no more of an answer than an answer can be."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of one answer; the longest that models write are under 1 MiB."""


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_ANSWER
        async for part in self._stream:
            left -= len(part)
            if left < 0:
                raise httpx2.DecodingError(f"its answer is larger than {MAX_ANSWER // 1024 // 1024} MiB")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


def bounded_client(seconds: float) -> httpx2.AsyncClient:
    """A client with the proxy of the environment, that takes no key to where a redirect leads.

    The caller closes it.

    Args:
        seconds: How long it waits for a connection, and for each part of an answer.
    """
    return httpx2.AsyncClient(timeout=seconds, event_hooks={"response": [_bound]})


async def _bound(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream)
