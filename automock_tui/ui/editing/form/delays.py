"""A delay: none, fixed, drawn from a distribution, or made by a template. Pure."""

from __future__ import annotations

from functools import partial
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.cells import Cell, Line, cell, choice_cell, choice_line, key_of, text_line
from automock_tui.ui.editing.form.values import Kind, has, part, value_at, without

UNITS = ("MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS", "MICROSECONDS", "NANOSECONDS")
_SHAPES: dict[str, dict[str, Any]] = {
    "fixed": {"timeUnit": "MILLISECONDS", "value": 100},
    "uniform": {"timeUnit": "MILLISECONDS", "distribution": {"type": "UNIFORM", "min": 50, "max": 500}},
    "log-normal": {
        "timeUnit": "MILLISECONDS",
        "distribution": {"type": "LOG_NORMAL", "median": 100, "p99": 1000},
    },
    "Gaussian": {"timeUnit": "MILLISECONDS", "distribution": {"type": "GAUSSIAN", "mean": 200, "stdDev": 50}},
    "template": {"timeUnit": "MILLISECONDS", "template": "100", "templateType": "VELOCITY"},
}
_PARTS = {
    "UNIFORM": (("min", "from"), ("max", "to")),
    "LOG_NORMAL": (("median", "median"), ("p99", "99 % below")),
    "GAUSSIAN": (("mean", "mean"), ("stdDev", "standard deviation")),
}
_NAMES = {"UNIFORM": "uniform", "LOG_NORMAL": "log-normal", "GAUSSIAN": "Gaussian"}


def delay_lines(expectation: Expectation, path: Path, label: str = "Delay") -> list[Line]:
    """The lines of a delay."""
    if has(expectation, path) and not isinstance(value_at(expectation, path), dict):
        return [text_line(expectation, path, label, kind=Kind.JSON_LINE)]
    shape = _shape(expectation, path)
    chosen = Cell(path, Kind.CHOICE, shape, partial(_reshape, path), ("none", *_SHAPES))
    head = Line(key_of(path, Kind.CHOICE), label, (chosen,), "How long the answer waits")
    return [head, *_values(expectation, path, shape)]


def _shape(expectation: Expectation, path: Path) -> str:
    if not has(expectation, path):
        return "none"
    kind = part(expectation, (*path, "distribution")).get("type")
    if isinstance(kind, str) and kind in _NAMES:
        return _NAMES[kind]
    return "template" if has(expectation, (*path, "template")) else "fixed"


def _reshape(path: Path, expectation: Expectation, shape: str) -> Expectation:
    if shape == "none":
        return without(expectation, path)
    unit = part(expectation, path).get("timeUnit")
    return expectation.with_value(path, _SHAPES[shape] | ({"timeUnit": unit} if unit else {}))


def _values(expectation: Expectation, path: Path, shape: str) -> list[Line]:
    if shape == "none":
        return []
    unit = choice_cell(expectation, (*path, "timeUnit"), UNITS)
    if shape == "template":
        return [
            text_line(
                expectation, (*path, "template"), "  made by", help="A template whose result is a number"
            ),
            choice_line(expectation, (*path, "templateType"), "  template in", ("VELOCITY", "MUSTACHE")),
            Line(key_of((*path, "timeUnit"), Kind.CHOICE), "  in", (unit,)),
        ]
    if shape == "fixed":
        amount = cell(expectation, (*path, "value"), Kind.NUMBER)
        return [Line(key_of((*path, "value"), amount.kind), "  of", (amount, unit))]
    spread = (*path, "distribution")
    kind = part(expectation, spread)["type"]
    lines = [
        text_line(expectation, (*spread, name), f"  {label}", kind=Kind.NUMBER) for name, label in _PARTS[kind]
    ]
    in_units = Line(key_of((*path, "timeUnit"), Kind.CHOICE), "  in", (unit,), covers=((*spread, "type"),))
    return [*lines, in_units]
