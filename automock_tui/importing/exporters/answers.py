"""The fixed answers of expectations, for formats that know nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from automock_tui.importing.exchange import Pairs
from automock_tui.importing.exporters.bodies import sent_body
from automock_tui.importing.exporters.concrete import Concrete, concrete, values_of
from automock_tui.importing.imported import Expectation, Report
from automock_tui.importing.loose import status, table, text


class Answered(NamedTuple):
    """A request and the fixed answer to it."""

    expectation: Expectation
    where: str
    request: Concrete
    status: int
    reason: str
    headers: Pairs
    body: str | bytes


def answered(
    expectations: list[Expectation], report: Report, *, needs_response: bool = True
) -> Iterator[Answered]:
    """Each request with each of its fixed answers; what answers otherwise is reported and left out."""
    for index, one in enumerate(expectations):
        where = text(one.get("id")) or f"expectation {index + 1}"
        request = concrete(one)
        if request is None:
            report.add(where, "request matcher", "left out: not a plain HTTP request")
            continue
        responses = _responses(one)
        if not responses and needs_response:
            report.add(where, "action", "left out: it has no fixed response")
        for response in responses or ([] if needs_response else [{}]):
            yield _answered(one, where, request, response)


def _responses(expectation: Expectation) -> list[dict[str, Any]]:
    several = expectation.get("httpResponses")
    if isinstance(several, list):
        return [one for one in several if isinstance(one, dict)]
    return [table(expectation, "httpResponse")] if isinstance(expectation.get("httpResponse"), dict) else []


def _answered(expectation: Expectation, where: str, request: Concrete, response: dict[str, Any]) -> Answered:
    body, kind = sent_body(response.get("body"))
    headers = values_of(response.get("headers"), are_patterns=False)
    cookies = values_of(response.get("cookies"), are_patterns=False)
    headers += [("Set-Cookie", f"{name}={value}") for name, value in cookies]
    if kind and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", kind))
    code = status(response.get("statusCode"))
    return Answered(expectation, where, request, code, text(response.get("reasonPhrase")), headers, body)
