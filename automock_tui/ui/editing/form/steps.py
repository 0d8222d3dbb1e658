"""The steps of the form, what each shows, and what none of them knows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.expectation_fields import FORWARDS
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.answers import answer_lines
from automock_tui.ui.editing.form.behaviour import behaviour_lines
from automock_tui.ui.editing.form.bodies import TO_MATCH, body_lines, fields_of, type_of
from automock_tui.ui.editing.form.cells import Line, button, note
from automock_tui.ui.editing.form.forwards import forward_lines
from automock_tui.ui.editing.form.request import REQUEST, is_http, request_lines
from automock_tui.ui.editing.form.view import FormView
from automock_tui.ui.editing.unreadable import Unreadable

BODY: Path = (*REQUEST, "body")


class Step(StrEnum):
    """A part of the form."""

    REQUEST = "Request"
    BODY = "Body"
    RESPONSE = "Response"
    BEHAVIOUR = "Behaviour"
    FORWARD = "Forward"
    GRAPHQL = "GraphQL"


STEPS = tuple(Step)


def lines_of(expectation: Expectation, step: Step, view: FormView) -> list[Line]:
    """The lines of a step; of an expectation with a field that cannot be read, those of the rest."""
    if isinstance(expectation, Unreadable) and expectation.base is not None:
        return _with_held(expectation, expectation.base, step, view)
    if isinstance(expectation, Unreadable):
        return [note("unreadable", "Its JSON cannot be read: mend it as JSON first.")]
    return _MAKERS[step](expectation, view)


def _with_held(expectation: Unreadable, base: Expectation, step: Step, view: FormView) -> list[Line]:
    """The lines of what can be read, with what was typed in the one field that cannot."""
    standing_in = Unreadable(base.text, base.tree, held=expectation.held, raw=expectation.raw)
    return _MAKERS[step](standing_in, view)


def _body(expectation: Expectation, view: FormView) -> list[Line]:
    if not is_http(expectation):
        return [note("no-body", "Only the matcher of an HTTP request has a body.")]
    return body_lines(expectation, BODY, TO_MATCH, view.change)


def _graphql(expectation: Expectation, view: FormView) -> list[Line]:
    if not is_http(expectation):
        return [note("no-body", "Only the matcher of an HTTP request has a body.")]
    before = type_of(expectation, BODY)
    if before == "GRAPHQL":
        return fields_of(expectation, BODY, "GRAPHQL")
    fresh = {"type": "GRAPHQL", "query": "query { }"}
    turn = view.change(BODY, before, "GRAPHQL", fresh)
    return [
        note("no-graphql", "It does not match a GraphQL operation."),
        button("graphql", "Match a GraphQL operation", turn, "Takes the place of the body that is matched now"),
    ]


_MAKERS = {
    Step.REQUEST: request_lines,
    Step.BODY: _body,
    Step.RESPONSE: answer_lines,
    Step.BEHAVIOUR: behaviour_lines,
    Step.FORWARD: forward_lines,
    Step.GRAPHQL: _graphql,
}


def step_of(path: Path) -> Step:
    """The step that shows the value at a path of an expectation."""
    head = path[0] if path else ""
    if head == "httpRequest":
        return Step.BODY if path[1:2] == ("body",) else Step.REQUEST
    if "connectionOptions" in path:
        return Step.BEHAVIOUR
    if head in ("specUrlOrPayload", "operationsAndResponses", "contextPathPrefix"):
        return Step.REQUEST
    if head in FORWARDS or head == "httpError":
        return Step.FORWARD
    return Step.RESPONSE if not head or _answers(head) else Step.BEHAVIOUR


def _answers(head: str | int) -> bool:
    return str(head).endswith(("Response", "Responses", "ResponseTemplate", "Callback")) or head in (
        "responseMode",
        "responseWeights",
        "switchAfter",
        "steps",
    )


def also_of(expectation: Expectation, view: FormView) -> tuple[str, ...]:
    """The fields that are there and have no line in any step, as `chaos.foo`."""
    covered = {path for step in STEPS for line in lines_of(expectation, step, view) for path in _covers(line)}
    return tuple(_uncovered(expectation.tree, (), covered))


def _covers(line: Line) -> Iterator[Path]:
    yield from (cell.path for cell in line.cells if cell.path)
    yield from filter(None, line.covers)


def _uncovered(value: Any, path: Path, covered: set[Path]) -> Iterator[str]:
    if path in covered:
        return
    inside = any(one[: len(path)] == path for one in covered)
    if (path and not inside) or not isinstance(value, dict | list) or not value:
        yield ".".join(map(str, path))
        return
    items: Sequence[tuple[str | int, Any]] = list(
        value.items() if isinstance(value, dict) else enumerate(value)
    )
    for key, one in items:
        yield from _uncovered(one, (*path, key), covered)
