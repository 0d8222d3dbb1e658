"""Injected faults: an expectation's `chaos`."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.answer import Answer, ConnectionOptions, json_answer
from automock_tui.mocking.delays import compile_delay

if TYPE_CHECKING:
    from automock_tui.mocking.limits import Limits

_MALFORMED = b'{"__chaos_malformed__":'
_INJECTED = {"error": {"type": "chaos_injected", "message": "injected HTTP chaos error"}}
_QUOTA = {"error": {"type": "quota_exceeded", "message": "HTTP request quota exceeded"}}


class Chaos:
    """The faults of one expectation. Its windows count from the expectation's first match."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        seed = spec.get("seed")
        self._random = random.Random(seed) if isinstance(seed, int) else random.Random()
        self._latency = compile_delay(spec.get("latency"))

    def fault(self, matches: int, since_first: float, limits: Limits) -> Answer | None:
        """The answer in place of the mock's own; None where this request is spared.

        Args:
            matches: How often the expectation has matched, this time included.
            since_first: Seconds since its first match.
            limits: Where quotas are counted.
        """
        spec = self._spec
        if spec.get("quotaLimit") and spec.get("quotaWindowMillis") and not self._in_quota(limits):
            return json_answer(int(spec.get("quotaErrorStatus") or 429), _QUOTA)
        if not self._is_on(matches, since_first):
            return None
        ramp = self._ramp(since_first)
        if self._hits(float(spec.get("dropConnectionProbability") or 0) * ramp):
            return Answer(raw=b"", drop=True)
        if spec.get("errorStatus") and self._hits(float(spec.get("errorProbability", 1)) * ramp):
            retry = [("Retry-After", str(spec["retryAfter"]))] if spec.get("retryAfter") else []
            return json_answer(int(spec["errorStatus"]), _INJECTED, *retry)
        return None

    def changed(self, answer: Answer, matches: int, since_first: float) -> Answer:
        """The mock's own answer with latency, and its body truncated, malformed or slow."""
        if not self._is_on(matches, since_first):
            return answer
        spec = self._spec
        if spec.get("graphqlErrors"):
            answer = self._graphql(answer)
        if (fraction := spec.get("truncateBodyAtFraction")) is not None:
            answer = _with_body(answer, answer.body[: int(len(answer.body) * float(fraction))])
        if spec.get("malformedBody"):
            answer = _with_body(answer, answer.body + _MALFORMED)
        if size := spec.get("slowResponseChunkSize"):
            pause = compile_delay(spec.get("slowResponseChunkDelay"))()
            answer = replace(
                answer, options=ConnectionOptions(chunk_size=int(size), chunk_delay=pause), _wire={}
            )
        delay = self._latency() * self._ramp(since_first)
        return replace(answer, delay=answer.delay + delay, _wire={}) if delay else answer

    def _in_quota(self, limits: Limits) -> bool:
        spec = self._spec
        name = f"quota {spec.get('quotaName') or id(self)}"
        return limits.is_within(name, int(spec["quotaLimit"]), float(spec["quotaWindowMillis"]))

    def _is_on(self, matches: int, since_first: float) -> bool:
        spec = self._spec
        spared = int(spec.get("succeedFirst") or 0)
        if matches <= spared:
            return False
        if spec.get("failRequestCount") and matches > spared + int(spec["failRequestCount"]):
            return False
        start = float(spec.get("outageAfterMillis") or 0) / 1000
        length = spec.get("outageDurationMillis")
        return since_first >= start and (length is None or since_first < start + float(length) / 1000)

    def _ramp(self, since_first: float) -> float:
        length = float(self._spec.get("degradationRampMillis") or 0) / 1000
        return min(1.0, since_first / length) if length else 1.0

    def _hits(self, probability: float) -> bool:
        return probability >= 1 or (probability > 0 and self._random.random() < probability)

    def _graphql(self, answer: Answer) -> Answer:
        spec = self._spec
        error: dict[str, Any] = {"message": spec.get("graphqlErrorMessage") or "injected GraphQL chaos error"}
        if spec.get("graphqlErrorCode"):
            error["extensions"] = {"code": spec["graphqlErrorCode"]}
        data = None if spec.get("graphqlNullifyData") else _data(answer.body)
        body = json.dumps({"data": data, "errors": [error]}, separators=(",", ":"), ensure_ascii=False).encode()
        return Answer(200, [("content-type", "application/json")], body, delay=answer.delay)


def _data(body: bytes) -> Any:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found.get("data") if isinstance(found, dict) else None


def _with_body(answer: Answer, body: bytes) -> Answer:
    headers = answer.headers
    if answer.content_type and not answer.has_header("content-type"):
        headers = [("content-type", answer.content_type), *headers]
    return replace(answer, body=body, headers=headers, _wire={})
