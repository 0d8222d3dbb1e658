"""The step Behaviour: how often, how long, in which state, and with which faults. Pure."""

from __future__ import annotations

from functools import partial
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.answers import response_base
from automock_tui.ui.editing.form.cells import (
    Cell,
    Line,
    choice_cell,
    choice_line,
    flag_line,
    json_line,
    note,
    number_line,
    text_line,
)
from automock_tui.ui.editing.form.delays import UNITS, delay_lines
from automock_tui.ui.editing.form.groups import group
from automock_tui.ui.editing.form.values import Kind, has, kind_for, shown, value_at, write
from automock_tui.ui.editing.form.view import FormView

_PER_TASK = "Each task counts for itself: with several tasks it is as many times as often"


def behaviour_lines(expectation: Expectation, view: FormView) -> list[Line]:
    """The lines of the step."""
    if expectation.is_openapi:
        return [note("openapi", "MockServer gives an API description no behaviour of its own.")]
    return [
        text_line(expectation, ("id",), "Id", placeholder="given when it is saved", help="Names it for good"),
        number_line(expectation, ("priority",), "Priority", "0", "Higher ones are asked first"),
        number_line(expectation, ("percentage",), "Percentage", "100", "Of 100 requests, how many it takes"),
        _times(expectation),
        _time_to_live(expectation),
        *group("scenario", "Scenario", _scenario(expectation), expectation, view),
        *group("rate-limit", "Rate limit", _rate_limit(expectation), expectation, view),
        *group("chaos", "Chaos", _chaos(expectation), expectation, view),
        *_connection(expectation, view),
        *group("more", "Capture and side actions", _more(expectation), expectation, view),
    ]


def _limit_cell(expectation: Expectation, base: Path, name: str, placeholder: str) -> Cell:
    """A number in an object that may say `unlimited` instead: then the number takes its place."""
    path = (*base, name)
    kind = kind_for(expectation, path, Kind.NUMBER)
    is_unlimited = value_at(expectation, (*base, "unlimited")) is True
    text = "" if is_unlimited else shown(expectation, path, kind)
    return Cell(path, kind, text, partial(_write_limit, base, name, kind), placeholder=placeholder)


def _write_limit(base: Path, name: str, kind: Kind, expectation: Expectation, text: str) -> Expectation:
    if text and value_at(expectation, (*base, "unlimited")) is True:
        expectation = expectation.without((*base, "unlimited"))
    if text and has(expectation, base) and not isinstance(value_at(expectation, base), dict):
        expectation = expectation.with_value(base, {})
    return write(expectation, (*base, name), kind, text)


def _times(expectation: Expectation) -> Line:
    one = _limit_cell(expectation, ("times",), "remainingTimes", "without end")
    return Line(
        "times", "Times", (one,), f"How often it answers. {_PER_TASK}", covers=(("times", "unlimited"),)
    )


def _time_to_live(expectation: Expectation) -> Line:
    base: Path = ("timeToLive",)
    amount = _limit_cell(expectation, base, "timeToLive", "without end")
    cells = [amount]
    if has(expectation, (*base, "timeToLive")) or has(expectation, (*base, "timeUnit")):
        cells.append(choice_cell(expectation, (*base, "timeUnit"), ("–", *UNITS)))
    return Line(
        f"timeToLive/{len(cells)}",
        "Time to live",
        tuple(cells),
        "How long it answers from when MockServer reads it",
        covers=((*base, "unlimited"),),
    )


def _scenario(expectation: Expectation) -> list[Line]:
    return [
        text_line(expectation, ("scenarioName",), "Name", help=f"Expectations that share a state. {_PER_TASK}"),
        text_line(expectation, ("scenarioState",), "Answers in", placeholder="any state", help=_STATE),
        text_line(expectation, ("newScenarioState",), "Then goes to", help="The state after the answer"),
        json_line(expectation, ("crossProtocolScenarios",), "Other protocols"),
    ]


_STATE = "The state in which it answers; the first one is Started"


def _rate_limit(expectation: Expectation) -> list[Line]:
    base: Path = ("rateLimit",)
    return [
        text_line(expectation, (*base, "name"), "Name", help="Expectations of one name share the limit"),
        choice_line(expectation, (*base, "algorithm"), "Algorithm", ("fixed_window", "token_bucket")),
        number_line(expectation, (*base, "limit"), "Requests", help=_PER_TASK),
        number_line(expectation, (*base, "windowMillis"), "In ms"),
        number_line(expectation, (*base, "burst"), "Burst"),
        number_line(expectation, (*base, "refillPerSecond"), "Refill per s"),
        number_line(expectation, (*base, "errorStatus"), "Answer beyond", "429"),
        text_line(expectation, (*base, "retryAfter"), "Retry-After"),
    ]


_CHAOS: tuple[tuple[str, str, str], ...] = (
    ("errorStatus", "Error status", ""),
    ("errorProbability", "Probability", "0 to 1"),
    ("dropConnectionProbability", "Drop connection", "0 to 1"),
    ("succeedFirst", "Succeed first", ""),
    ("failRequestCount", "Then fail", ""),
    ("outageAfterMillis", "Outage after ms", ""),
    ("outageDurationMillis", "Outage for ms", ""),
    ("truncateBodyAtFraction", "Truncate body at", "0 to 1"),
    ("slowResponseChunkSize", "Chunk size", ""),
    ("quotaLimit", "Quota", ""),
    ("quotaWindowMillis", "Quota in ms", ""),
    ("quotaErrorStatus", "Beyond quota", "429"),
    ("degradationRampMillis", "Degrade over ms", ""),
    ("seed", "Seed", ""),
)


def _chaos(expectation: Expectation) -> list[Line]:
    base: Path = ("chaos",)
    return [
        *(number_line(expectation, (*base, name), label, hint) for name, label, hint in _CHAOS),
        *delay_lines(expectation, (*base, "latency"), "Latency"),
        *delay_lines(expectation, (*base, "slowResponseChunkDelay"), "Chunk delay"),
        flag_line(expectation, (*base, "malformedBody"), "Malformed body"),
        text_line(expectation, (*base, "retryAfter"), "Retry-After"),
        text_line(expectation, (*base, "quotaName"), "Quota name"),
        flag_line(expectation, (*base, "graphqlErrors"), "GraphQL errors"),
        text_line(expectation, (*base, "graphqlErrorMessage"), "GraphQL message"),
        text_line(expectation, (*base, "graphqlErrorCode"), "GraphQL code"),
        flag_line(expectation, (*base, "graphqlNullifyData"), "GraphQL no data"),
    ]


def _connection(expectation: Expectation, view: FormView) -> list[Line]:
    response = response_base(expectation, view)
    if not response:
        return []
    base = (*response, "connectionOptions")
    lines: list[Line] = [
        flag_line(expectation, (*base, "closeSocket"), "Close socket"),
        *delay_lines(expectation, (*base, "closeSocketDelay"), "Close after"),
        number_line(expectation, (*base, "chunkSize"), "Chunk size"),
        *delay_lines(expectation, (*base, "chunkDelay"), "Chunk delay"),
        flag_line(expectation, (*base, "suppressContentLengthHeader"), "No length"),
        number_line(expectation, (*base, "contentLengthHeaderOverride"), "Wrong length"),
        flag_line(expectation, (*base, "suppressConnectionHeader"), "No Connection"),
        flag_line(expectation, (*base, "keepAliveOverride"), "Keep-alive"),
    ]
    return group("connection", "Connection", lines, expectation, view)


def _more(expectation: Expectation) -> list[Line]:
    names: tuple[tuple[str, str], ...] = (
        ("capture", "Capture"),
        ("beforeActions", "Before"),
        ("afterActions", "After"),
    )
    lines: list[Any] = [json_line(expectation, (name,), label) for name, label in names]
    return [*lines, text_line(expectation, ("namespace",), "Namespace")]
