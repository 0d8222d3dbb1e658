"""The step Forward: another server answers, or an error does. Pure."""

from __future__ import annotations

from collections.abc import Callable

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.answers import LABELS, answer_line, template_lines
from automock_tui.ui.editing.form.cells import (
    Line,
    choice_line,
    flag_line,
    json_line,
    note,
    number_line,
    text_line,
)
from automock_tui.ui.editing.form.delays import delay_lines
from automock_tui.ui.editing.form.pairs import pair_lines
from automock_tui.ui.editing.form.values import value_at
from automock_tui.ui.editing.form.view import FormView

_SCHEMES = ("HTTP", "HTTPS")


def forward_lines(expectation: Expectation, view: FormView) -> list[Line]:
    """The lines of the step."""
    if expectation.is_openapi:
        return [note("openapi", "An API description answers itself.")]
    head, action = answer_line(expectation, view), expectation.action
    make = _ACTIONS.get(action)
    if make is None or not isinstance(value_at(expectation, (action,)), dict):
        text = f"It answers by {LABELS.get(action, 'nothing')}; choose a forward or an error to fill in here."
        return [head, note("elsewhere", text)]
    return [head, *make(expectation, (action,))]


def _to(expectation: Expectation, base: Path) -> list[Line]:
    return [
        text_line(expectation, (*base, "host"), "Host", help="The name or address of the other server"),
        number_line(expectation, (*base, "port"), "Port", "80"),
        choice_line(expectation, (*base, "scheme"), "Scheme", _SCHEMES),
    ]


def _forward(expectation: Expectation, base: Path) -> list[Line]:
    return [*_to(expectation, base), *delay_lines(expectation, (*base, "delay"))]


def _override(expectation: Expectation, base: Path) -> list[Line]:
    request = (*base, "requestOverride")
    return [
        *_to(expectation, (*request, "socketAddress")),
        text_line(expectation, (*request, "method"), "Method", placeholder="as it came"),
        text_line(expectation, (*request, "path"), "Path", placeholder="as it came"),
        *pair_lines(expectation, (*request, "headers"), "Headers"),
        json_line(expectation, (*base, "requestModifier"), "Modify request"),
        json_line(expectation, (*base, "responseOverride"), "Override answer"),
        json_line(expectation, (*base, "responseModifier"), "Modify answer"),
        json_line(expectation, (*base, "responseTemplate"), "Answer template"),
        *delay_lines(expectation, (*base, "delay")),
    ]


def _fallback(expectation: Expectation, base: Path) -> list[Line]:
    return [
        *_to(expectation, (*base, "httpForward")),
        number_line(expectation, (*base, "fallbackResponse", "statusCode"), "Else status", "200"),
        *pair_lines(expectation, (*base, "fallbackResponse", "headers"), "Else headers"),
        json_line(expectation, (*base, "fallbackResponse", "body"), "Else body"),
        json_line(expectation, (*base, "fallbackOnStatusCodes"), "On statuses", "[500, 502]"),
        flag_line(expectation, (*base, "fallbackOnTimeout"), "On timeout"),
        *delay_lines(expectation, (*base, "delay")),
    ]


def _validate(expectation: Expectation, base: Path) -> list[Line]:
    return [
        *_to(expectation, base),
        text_line(expectation, (*base, "specUrlOrPayload"), "API description"),
        flag_line(expectation, (*base, "validateRequest"), "Validate request"),
        flag_line(expectation, (*base, "validateResponse"), "Validate answer"),
        choice_line(expectation, (*base, "validationMode"), "On a fault", ("STRICT", "LOG_ONLY")),
        *delay_lines(expectation, (*base, "delay")),
    ]


def _error(expectation: Expectation, base: Path) -> list[Line]:
    return [
        flag_line(expectation, (*base, "dropConnection"), "Drop connection"),
        text_line(expectation, (*base, "responseBytes"), "Bytes first", help="Base64, sent before the end"),
        number_line(expectation, (*base, "streamError"), "Stream error", help="A code of HTTP/2"),
        *delay_lines(expectation, (*base, "delay")),
    ]


_ACTIONS: dict[str, Callable[[Expectation, Path], list[Line]]] = {
    "httpForward": _forward,
    "httpOverrideForwardedRequest": _override,
    "httpForwardTemplate": template_lines,
    "httpForwardWithFallback": _fallback,
    "httpForwardValidateAction": _validate,
    "httpError": _error,
}
