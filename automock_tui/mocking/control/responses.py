"""Answers that were given, matched against what a verification wants of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.bodies import compile_body
from automock_tui.mocking.modifying import in_range
from automock_tui.mocking.pairs import compile_pairs, compile_single_pairs
from automock_tui.mocking.request import Request
from automock_tui.mocking.texts import compile_text

if TYPE_CHECKING:
    from automock_tui.mocking.answer import Answer

Test = Callable[["Answer"], bool]


def answer_test(spec: dict[str, Any]) -> Test:
    """Whether an answer is what an `httpResponse` describes; fields that it leaves out do not count."""
    status, words = spec.get("statusCode"), spec.get("statusCodeRange")
    reason = compile_text(spec.get("reasonPhrase") or "")
    headers, cookies = compile_pairs(spec.get("headers")), compile_single_pairs(spec.get("cookies"))
    body = compile_body(spec.get("body"))

    def test(answer: Answer) -> bool:
        given = list(answer.headers)
        if answer.content_type and not answer.has_header("content-type"):
            given.append(("content-type", answer.content_type))
        return (
            status in (None, answer.status)
            and (not words or in_range(str(words), answer.status))
            and reason.matches(answer.reason)
            and headers.matches(given)
            and cookies.matches(answer.cookies)
            and (body is None or body.matches(Request("GET", "/", given, answer.body)))
        )

    return test
