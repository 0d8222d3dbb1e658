"""How an expectation answers: which action, and the lines of those that answer themselves. Pure."""

from __future__ import annotations

from functools import partial
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.expectation_fields import FORWARDS
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.bodies import TEMPLATE_TYPES, TO_ANSWER, body_lines
from automock_tui.ui.editing.form.cells import (
    ABSENT,
    Cell,
    Line,
    button,
    choice_line,
    json_line,
    note,
    number_line,
    text_line,
)
from automock_tui.ui.editing.form.delays import delay_lines
from automock_tui.ui.editing.form.groups import group
from automock_tui.ui.editing.form.pairs import pair_lines, rename_key
from automock_tui.ui.editing.form.values import Kind, has, raw_at, value_at, with_raw
from automock_tui.ui.editing.form.view import FormView

RESPONSE, RESPONSES, TEMPLATE = "httpResponse", "httpResponses", "httpResponseTemplate"
LABELS = {
    RESPONSE: "response",
    RESPONSES: "sequence",
    TEMPLATE: "template",
    "httpForward": "forward",
    "httpOverrideForwardedRequest": "forward changed",
    "httpForwardTemplate": "forward by template",
    "httpForwardWithFallback": "forward with fallback",
    "httpForwardValidateAction": "forward and validate",
    "httpError": "error",
    "httpSseResponse": "server-sent events",
    "httpWebSocketResponse": "WebSocket",
    "httpLlmResponse": "language model",
    "httpResponseClassCallback": "class",
    "httpForwardClassCallback": "forward by class",
    "httpResponseObjectCallback": "client",
    "httpForwardObjectCallback": "forward by client",
    "grpcStreamResponse": "gRPC stream",
    "grpcBidiResponse": "gRPC both ways",
    "binaryResponse": "bytes",
    "dnsResponse": "DNS",
    "steps": "steps",
}
_FIELDS = {label: name for name, label in LABELS.items()}
_OK = {"statusCode": 200}
_FRESH: dict[str, Any] = {
    RESPONSE: _OK,
    RESPONSES: [_OK],
    TEMPLATE: {"templateType": "VELOCITY", "template": '{"statusCode": 200, "body": "$request.path"}'},
    "httpForward": {"host": "localhost", "port": 8080, "scheme": "HTTP"},
    "httpOverrideForwardedRequest": {
        "requestOverride": {"socketAddress": {"host": "localhost", "port": 8080, "scheme": "HTTP"}}
    },
    "httpForwardTemplate": {"templateType": "VELOCITY", "template": '{"path": "$request.path"}'},
    "httpForwardWithFallback": {
        "httpForward": {"host": "localhost", "port": 8080, "scheme": "HTTP"},
        "fallbackResponse": {"statusCode": 503},
    },
    "httpForwardValidateAction": {"specUrlOrPayload": "", "host": "localhost", "port": 8080},
    "httpError": {"dropConnection": True},
    "httpResponseClassCallback": {"callbackClass": ""},
    "httpForwardClassCallback": {"callbackClass": ""},
    "steps": [{"httpResponse": _OK}],
}
_MODES = ("SEQUENTIAL", "RANDOM", "WEIGHTED", "SWITCH")


def answer_line(expectation: Expectation, view: FormView) -> Line:
    """The choice of how to answer."""
    action = expectation.action
    chosen = LABELS.get(action, ABSENT)
    words = tuple(LABELS.values()) if action else (ABSENT, *LABELS.values())
    one = Cell((action,) if action else (RESPONSE,), Kind.CHOICE, chosen, partial(_answer_by, view), words)
    return Line("answer|choice", "Answer by", (one,), "What answers: a response, another server, or an error")


def _answer_by(view: FormView, expectation: Expectation, label: str) -> Expectation:
    before, after = expectation.action, _FIELDS.get(label, "")
    if not after or before == after:
        return expectation
    if not before:
        return expectation.with_value((after,), _FRESH.get(after, {}))
    view.keep(expectation, (before,), "")
    if has(expectation, (after,)):
        return expectation.without((before,))  # both are there: the chosen one stays as it is
    kept = view.kept.get(((after,), "")) or _turned(expectation, before, after)
    renamed = rename_key(expectation, (), before, after)
    return with_raw(renamed, (after,), kept) if kept else renamed.with_value((after,), _FRESH.get(after, {}))


def _turned(expectation: Expectation, before: str, after: str) -> str:
    """What one action says in the words of another, where it can: a response as a sequence, or back."""
    raw = raw_at(expectation, (before,))
    if (before, after) == (RESPONSE, RESPONSES):
        return f"[{raw}]"
    if (before, after) == (RESPONSES, RESPONSE) and has(expectation, (RESPONSES, 0)):
        return raw_at(expectation, (RESPONSES, 0))
    return ""


def response_base(expectation: Expectation, view: FormView) -> Path:
    """Where the response is that the form shows; empty where none is."""
    action = expectation.action
    if action == RESPONSES:
        several = value_at(expectation, (RESPONSES,))
        if isinstance(several, list) and several and all(isinstance(one, dict) for one in several):
            return (RESPONSES, min(view.response, len(several) - 1))
        return ()
    return (RESPONSE,) if action == RESPONSE and isinstance(value_at(expectation, (RESPONSE,)), dict) else ()


def answer_lines(expectation: Expectation, view: FormView) -> list[Line]:
    """The lines of the step Response."""
    if expectation.is_openapi:
        return [note("openapi", "MockServer takes the answers from the API description.")]
    head, action = answer_line(expectation, view), expectation.action
    if not action:
        return [head, note("nothing", "Nothing says how to answer: MockServer refuses such an expectation.")]
    if action == TEMPLATE and isinstance(value_at(expectation, (TEMPLATE,)), dict):
        return [head, *template_lines(expectation, (TEMPLATE,))]
    base = response_base(expectation, view)
    if base:
        several = _sequence(expectation, view) if action == RESPONSES else []
        return [head, *several, *response_lines(expectation, base, view)]
    if action in _ELSEWHERE:
        return [head, note("elsewhere", "Its fields are in the step Forward.")]
    return [head, text_line(expectation, (action,), LABELS.get(action, action), kind=Kind.JSON)]


_ELSEWHERE = ("httpError", *(name for name in FORWARDS if not name.endswith("Callback")))


def response_lines(expectation: Expectation, base: Path, view: FormView) -> list[Line]:
    """The lines of one fixed response."""
    more = [
        text_line(expectation, (*base, "statusCodeRange"), "Status range", placeholder="such as 2xx"),
        text_line(expectation, (*base, "reasonPhrase"), "Reason phrase"),
        text_line(expectation, (*base, "generateFromSchema"), "Generate from schema", kind=Kind.LINES),
        *pair_lines(expectation, (*base, "trailers"), "Trailers"),
        number_line(expectation, (*base, "recoverAfter", "failTimes"), "Fail first", help=_RECOVER),
        json_line(expectation, (*base, "recoverAfter", "failResponse"), "Failing with"),
        text_line(expectation, (*base, "recoverAfter", "idempotencyHeader"), "Counted by header"),
    ]
    return [
        number_line(expectation, (*base, "statusCode"), "Status", "200"),
        *pair_lines(expectation, (*base, "headers"), "Headers"),
        *body_lines(expectation, (*base, "body"), TO_ANSWER, view.change),
        *pair_lines(expectation, (*base, "cookies"), "Cookies", single=True),
        *delay_lines(expectation, (*base, "delay")),
        *group("response-more", "More about the response", more, expectation, view),
    ]


_RECOVER = "How many requests fail before the first answer as above"


def template_lines(expectation: Expectation, base: Path) -> list[Line]:
    """The lines of an answer, or of a request to forward, that a template makes."""
    return [
        choice_line(expectation, (*base, "templateType"), "Language", TEMPLATE_TYPES, _LANGUAGES),
        text_line(expectation, (*base, "template"), "Template", kind=Kind.LINES),
        text_line(expectation, (*base, "templateFile"), "Template file"),
        json_line(expectation, (*base, "responseOverride"), "Override"),
        json_line(expectation, (*base, "responseModifier"), "Modify"),
        *delay_lines(expectation, (*base, "delay")),
    ]


_LANGUAGES = "Velocity or Mustache; the image that is deployed cannot run JavaScript"


def _sequence(expectation: Expectation, view: FormView) -> list[Line]:
    several = value_at(expectation, (RESPONSES,))
    places = tuple(str(number + 1) for number in range(len(several)))
    here = min(view.response, len(several) - 1)
    shown = Cell((RESPONSES, "shown"), Kind.CHOICE, places[here], partial(_show, view), places)
    others = tuple((RESPONSES, number) for number in range(len(several)) if number != here)
    lines = [
        choice_line(expectation, ("responseMode",), "Order", _MODES),
        json_line(expectation, ("responseWeights",), "Weights", "[3, 1]", "One whole number for each response"),
        number_line(expectation, ("switchAfter",), "Switch after", help="Requests until the last response"),
        Line("responses/shown", "Response", (shown,), "Which of them is shown below", covers=others),
        button("responses/add", "+ another response", partial(_add_response, view)),
    ]
    if len(several) > 1:
        lines.append(button("responses/remove", f"− take response {here + 1} out", partial(_drop, view)))
    return lines


def _show(view: FormView, expectation: Expectation, number: str) -> Expectation:
    view.response = int(number) - 1
    return expectation


def _add_response(view: FormView, expectation: Expectation) -> Expectation:
    several = value_at(expectation, (RESPONSES,))
    view.response = len(several)
    return expectation.with_value((RESPONSES, len(several)), _OK)


def _drop(view: FormView, expectation: Expectation) -> Expectation:
    several = value_at(expectation, (RESPONSES,))
    place = min(view.response, len(several) - 1)
    view.response = max(0, place - 1)
    return expectation.without((RESPONSES, place))
