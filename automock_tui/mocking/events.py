"""Server-sent events."""

from __future__ import annotations

from typing import Any

from automock_tui.mocking.answer import Answer, ConnectionOptions, chunk
from automock_tui.mocking.delays import compile_delay
from automock_tui.mocking.responses import multi_pairs


class EventStream:
    """An `httpSseResponse`: its events one after another, each after its own delay."""

    def __init__(self, spec: dict[str, Any]) -> None:
        events = [one for one in spec.get("events") or [] if isinstance(one, dict)]
        self._events = [(compile_delay(one.get("delay")), chunk(encode_event(one))) for one in events]
        self._status = int(spec.get("statusCode") or 200)
        self._headers = multi_pairs(spec.get("headers"))
        self._closes = spec.get("closeConnection") is not False
        self._delay = compile_delay(spec.get("delay"))

    def __call__(self) -> Answer:
        """The answer, with a pause drawn for each event."""
        kind = (
            []
            if any(name.lower() == "content-type" for name, _ in self._headers)
            else [("content-type", "text/event-stream")]
        )
        return Answer(
            self._status,
            [*kind, ("cache-control", "no-cache"), *self._headers],
            events=tuple((delay(), piece) for delay, piece in self._events) or ((0.0, b""),),
            options=ConnectionOptions(chunk_size=1, close=True if self._closes else None),
            delay=self._delay(),
        )


def encode_event(event: dict[str, Any]) -> bytes:
    """One event on the wire."""
    lines = [f"{name}: {event[name]}" for name in ("id", "event", "retry") if event.get(name) is not None]
    data = event.get("data")
    if data is not None:
        lines += [f"data: {line}" for line in str(data).split("\n")]
    return ("\n".join(lines) + "\n\n").encode("utf-8", "replace")
