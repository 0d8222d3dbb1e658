"""Velocity's operators, and what of them counts as a condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from automock_tui.mocking.templates.scope import Scope
from automock_tui.mocking.templates.values import (
    TemplateError,
    divide,
    is_equal,
    is_number,
    is_true,
    remainder,
    spell,
)
from automock_tui.mocking.templates.velocity_references import Expression

MAX_RANGE = 100_000


@dataclass(frozen=True)
class Marked:
    """An expression that Velocity takes only in some places.

    Sums and ranges are never true as conditions; ranges and what is logic are no operands of arithmetic.
    """

    run: Expression
    mark: str

    def __call__(self, scope: Scope) -> Any:
        """Its value."""
        return self.run(scope)


SUM, RANGE, LOGIC = "sum", "range", "logic"


def condition(expression: Expression) -> Callable[[Scope], bool]:
    """Whether an expression is true, as `#if` asks: arithmetic and ranges never are."""
    if isinstance(expression, Marked) and expression.mark != LOGIC:
        return lambda _: False
    return lambda scope: is_true(expression(scope))


def constant(value: Any) -> Expression:
    """Always this value."""
    return lambda _: value


def number_range(first: Any, last: Any) -> list[int] | None:
    """The numbers of a range, downwards too; raises TemplateError where they are too many."""
    if not isinstance(first, int) or not isinstance(last, int):
        return None
    if abs(last - first) >= MAX_RANGE:
        raise TemplateError(f"a range of over {MAX_RANGE:,} numbers")
    return list(range(first, last + 1)) if first <= last else list(range(first, last - 1, -1))


def combine(operator: str, left: Expression, right: Expression) -> Expression:
    """What an operator makes of two expressions."""
    if operator in ("||", "&&"):
        one, other = condition(left), condition(right)
        if operator == "||":
            return lambda scope: one(scope) or other(scope)
        return lambda scope: one(scope) and other(scope)
    if operator == "==":
        return lambda scope: is_equal(left(scope), right(scope))
    if operator == "!=":
        return lambda scope: not is_equal(left(scope), right(scope))
    return _calculation(operator, left, right)


def _calculation(operator: str, left: Expression, right: Expression) -> Expression:
    def run(scope: Scope) -> Any:
        return calculate(operator, left(scope), right(scope))

    return Marked(run, SUM) if operator in ARITHMETIC else run


ARITHMETIC = ("+", "-", "*", "/", "%")


def is_logic(operand: Expression) -> bool:
    """Whether an operand is written as true, false, a list or a range."""
    return isinstance(operand, Marked) and operand.mark != SUM


def failing(operator: str) -> Expression:
    """Arithmetic with what is no number: MockServer's Velocity fails where it is worked out."""

    def fail(_: Scope) -> Any:
        raise TemplateError(f"{operator} needs numbers or texts")

    return fail


_NUMERIC: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": divide,
    "%": remainder,
}


def add(left: Expression, right: Expression, left_text: str, right_text: str) -> Expression:
    """A sum, or texts put together; nothing is then spelled as it is written."""

    def total(scope: Scope) -> Any:
        one, other = left(scope), right(scope)
        if isinstance(one, str) or isinstance(other, str):
            return (left_text if one is None else spell(one)) + (right_text if other is None else spell(other))
        return calculate("+", one, other)

    return Marked(total, SUM)


def calculate(operator: str, one: Any, other: Any) -> Any:
    """What two values give; None where they are no numbers."""
    return _NUMERIC[operator](one, other) if is_number(one) and is_number(other) else None
