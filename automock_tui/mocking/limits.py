"""Rate limits: fixed windows and token buckets, by name."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from automock_tui.mocking.answer import Answer, json_answer

MAX_NAMES = 10_000
"""Counters that are kept; a new name beyond that is not limited."""


@dataclass(slots=True)
class _Window:
    start: float
    count: int


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float


@dataclass(frozen=True, slots=True)
class _Decision:
    allowed: bool
    limit: int = 0
    remaining: int = 0
    reset: float = 0.0


class Limits:
    """The counters of all rate limits and quotas. Times are seconds of `clock`."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}
        self._buckets: dict[str, _Bucket] = {}

    def clear(self) -> None:
        """Forget all counts."""
        self._windows.clear()
        self._buckets.clear()

    def refusal(self, spec: dict[str, Any], identity: str) -> Answer | None:
        """Count a request against a `rateLimit`; the answer that refuses it, None where it is within."""
        name = spec.get("name") or identity
        decision = (
            self._bucket(name, spec) if spec.get("algorithm") == "token_bucket" else self._window(name, spec)
        )
        if decision.allowed:
            return None
        retry = spec.get("retryAfter") or str(max(1, math.ceil(decision.reset - self._clock())))
        return json_answer(
            int(spec.get("errorStatus") or 429),
            {"error": {"type": "rate_limit_exceeded", "message": "request rate limit exceeded"}},
            ("X-RateLimit-Limit", str(decision.limit)),
            ("X-RateLimit-Remaining", str(decision.remaining)),
            ("X-RateLimit-Reset", str(int(decision.reset))),
            ("Retry-After", retry),
        )

    def is_within(self, name: str, limit: int, window_millis: float) -> bool:
        """Count one use of a quota; whether it is within."""
        return self._count(name, limit, window_millis / 1000).allowed

    def _window(self, name: str, spec: dict[str, Any]) -> _Decision:
        limit, millis = spec.get("limit"), spec.get("windowMillis")
        if not limit or not millis:
            return _Decision(True)
        return self._count(name, int(limit), float(millis) / 1000)

    def _count(self, name: str, limit: int, length: float) -> _Decision:
        if name not in self._windows and self._is_full:
            return _Decision(True)
        now = self._clock()
        window = self._windows.get(name)
        if window is None or now - window.start >= length:
            window = self._windows[name] = _Window(now, 0)
        window.count += 1
        return _Decision(window.count <= limit, limit, max(0, limit - window.count), window.start + length)

    def _bucket(self, name: str, spec: dict[str, Any]) -> _Decision:
        burst, rate = spec.get("burst"), spec.get("refillPerSecond")
        if not burst or not rate or (name not in self._buckets and self._is_full):
            return _Decision(True)
        now = self._clock()
        bucket = self._buckets.setdefault(name, _Bucket(float(burst), now))
        bucket.tokens = min(float(burst), bucket.tokens + (now - bucket.filled) * float(rate))
        bucket.filled = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return _Decision(True)
        return _Decision(False, int(burst), 0, int(now) + max(1, math.ceil((1 - bucket.tokens) / float(rate))))

    @property
    def _is_full(self) -> bool:
        return len(self._windows) + len(self._buckets) >= MAX_NAMES
