"""Velocity's expressions: references, literals, operators. Each is compiled to a function of the scope."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from automock_tui.mocking.templates.members import MISSING, call, get_method, get_property, item
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

Expression = Callable[[Scope], Any]
MAX_RANGE = 100_000
_MAX_DEPTH = 60
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_NUMBER = re.compile(r"(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?")
_START = re.compile(r"\$(!)?(\{)?(!)?(?=[A-Za-z_])")
_LEVELS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("||", "or"),),
    (("&&", "and"),),
    (("==", "eq"), ("!=", "ne")),
    (("<=", "le"), (">=", "ge"), ("<", "lt"), (">", "gt")),
    (("+",), ("-",)),
    (("*",), ("/",), ("%",)),
)


@dataclass(frozen=True)
class _Marked:
    """An expression that Velocity takes only in some places.

    Sums and ranges are never true as conditions; ranges and what is logic are no operands of arithmetic.
    """

    run: Expression
    mark: str

    def __call__(self, scope: Scope) -> Any:
        return self.run(scope)


_SUM, _RANGE, _LOGIC = "sum", "range", "logic"


def condition(expression: Expression) -> Callable[[Scope], bool]:
    """Whether an expression is true, as `#if` asks: arithmetic and ranges never are."""
    if isinstance(expression, _Marked) and expression.mark != _LOGIC:
        return lambda _: False
    return lambda scope: is_true(expression(scope))


class Step(Protocol):
    """From a value to something in it."""

    def of(self, value: Any, scope: Scope) -> Any:
        """The member of a value; `MISSING` where it has none."""

    def key(self, scope: Scope) -> Any:
        """The name or the index of the member; None for a method."""


@dataclass(frozen=True)
class _Property:
    name: str

    def of(self, value: Any, _: Scope) -> Any:
        return get_property(value, self.name)

    def key(self, _: Scope) -> Any:
        return self.name


@dataclass(frozen=True)
class _Item:
    at: Expression

    def of(self, value: Any, scope: Scope) -> Any:
        return item(value, self.at(scope))

    def key(self, scope: Scope) -> Any:
        return self.at(scope)


@dataclass(frozen=True)
class _Call:
    name: str
    given: list[Expression]

    def of(self, value: Any, scope: Scope) -> Any:
        method = get_method(value, self.name)
        return MISSING if method is None else call(method, [one(scope) for one in self.given])

    def key(self, _: Scope) -> Any:
        return None


@dataclass(frozen=True)
class Reference:
    """`$name.member[item]`; `source` is how it is written, and what is printed where there is nothing."""

    name: str
    steps: tuple[Step, ...]
    source: str
    quiet: bool = False
    alternate: Expression | None = None

    def evaluate(self, scope: Scope) -> Any:
        """What it stands for; None for nothing."""
        scope.step()
        value = scope.get(self.name)
        for step in self.steps:
            if value is None:
                break
            value = step.of(value, scope)
            if value is MISSING:
                value = None
        if self.alternate is not None and not is_true(value):
            return self.alternate(scope)
        return value

    def print(self, scope: Scope) -> str:
        """What is printed in its place."""
        value = self.evaluate(scope)
        if value is None:
            return "" if self.quiet else self.source
        return scope.make(spell(value))


class Reader:
    """Reads expressions from a template's text, from a place on."""

    def __init__(self, text: str, at: int, interpolate: Callable[[str], Expression]) -> None:
        """Begin to read.

        Args:
            text: The whole template.
            at: Where to begin.
            interpolate: Compiles the inside of a text in double quotes.
        """
        self.text = text
        self.at = at
        self._interpolate = interpolate
        self._depth = 0

    def skip(self) -> None:
        """Go past white space."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, word: str) -> bool:
        """Go past a word, white space before it too, if it is there."""
        self.skip()
        if not self.text.startswith(word, self.at):
            return False
        end = self.at + len(word)
        if word.isalpha() and (self.text[end : end + 1].isalnum() or self.text[end : end + 1] in "_-"):
            return False
        self.at = end
        return True

    def expect(self, word: str) -> None:
        """Go past a word that has to be there.

        Raises:
            TemplateError: it is not.
        """
        if not self.take(word):
            raise TemplateError(f"{word} is missing at {self.text[self.at : self.at + 20]!r}")

    def name(self) -> str:
        """A name.

        Raises:
            TemplateError: there is none.
        """
        found = _NAME.match(self.text, self.at)
        if found is None:
            raise TemplateError(f"a name is missing at {self.text[self.at : self.at + 20]!r}")
        self.at = found.end()
        return found[0]

    # --- operators

    def expression(self, level: int = 0) -> Expression:
        """An expression.

        Raises:
            TemplateError: there is none, or it is nested too deeply.
        """
        self._depth += 1
        if self._depth > _MAX_DEPTH * len(_LEVELS):
            raise TemplateError("expressions are nested too deeply")
        try:
            return self._unary() if level == len(_LEVELS) else self._binary(level)
        finally:
            self._depth -= 1

    def _binary(self, level: int) -> Expression:
        self.skip()
        begin = self.at
        left = self.expression(level + 1)
        while operator := self._operator(level):
            written, middle = self.text[begin : self.at - len(operator)], self.at
            right = self.expression(level + 1)
            if operator in _ARITHMETIC and any(map(_is_logic, (left, right))):
                left = _Marked(_failing(operator), _SUM)
            elif operator == "+":
                left = _sum(left, right, written.strip(), self.text[middle : self.at].strip())
            else:
                left = _combine(operator, left, right)
        return left

    def _operator(self, level: int) -> str:
        for words in _LEVELS[level]:
            if any(self.take(word) for word in words):
                return words[0]
        return ""

    def _unary(self) -> Expression:
        self.skip()
        if not self.text.startswith("!=", self.at) and (self.take("!") or self.take("not")):
            test = condition(self.expression(len(_LEVELS)))
            return _Marked(lambda scope: not test(scope), _LOGIC)
        if self.take("-"):
            inner = self.expression(len(_LEVELS))
            return _Marked(lambda scope: _calculate("-", 0, inner(scope)), _SUM)
        return self._primary()

    def _primary(self) -> Expression:
        char = self.text[self.at : self.at + 1]
        if char == "$":
            found = self.reference()
            if found is None:
                raise TemplateError(f"no reference at {self.text[self.at : self.at + 20]!r}")
            return found.evaluate
        if char in "'\"" and char:
            return self._quoted(char)
        if char in "([{" and char:
            self.at += 1
            return {"(": self._grouped, "[": self._listed, "{": self._mapped}[char]()
        if found_number := _NUMBER.match(self.text, self.at):
            return self._number(found_number)
        return self._word()

    def _word(self) -> Expression:
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.take(word):
                return _Marked(_constant(value), _LOGIC)
        raise TemplateError(f"no expression at {self.text[self.at : self.at + 20]!r}")

    def _number(self, found: re.Match[str]) -> Expression:
        digits = found[0]
        if self.text.startswith("..", found.end() - 1) and digits.endswith("."):
            digits = digits[:-1]  # 1..3 is a range
        self.at += len(digits)
        number = int(digits) if digits.isdigit() else float(digits)
        return lambda _: number

    def _quoted(self, quote: str) -> Expression:
        end = self.at + 1
        while True:
            end = self.text.find(quote, end)
            if end < 0:
                raise TemplateError(f"an unclosed text at {self.text[self.at : self.at + 20]!r}")
            if self.text[end + 1 : end + 2] != quote:
                break
            end += 2
        inside = self.text[self.at + 1 : end].replace(quote * 2, quote)
        self.at = end + 1
        if quote == '"' and ("$" in inside or "#" in inside):
            return self._interpolate(inside)
        return lambda _: inside

    def plain(self) -> Expression:
        """An expression without operators and parentheses, as lists, maps and loops take them.

        Raises:
            TemplateError: there is none.
        """
        self.skip()
        if self.text.startswith("(", self.at):
            raise TemplateError("no parentheses here")
        if self.text.startswith("-", self.at):
            return self._unary()
        return self._primary()

    def _grouped(self) -> Expression:
        inner = self.expression()
        self.expect(")")
        return inner

    def _listed(self) -> Expression:
        if self.take("]"):
            return _Marked(lambda _: [], _LOGIC)
        items = [self.plain()]
        if self.take(".."):
            last = self.plain()
            self.expect("]")
            return _Marked(lambda scope: _range(items[0](scope), last(scope)), _RANGE)
        while self.take(","):
            items.append(self.plain())
        self.expect("]")
        return _Marked(lambda scope: [one(scope) for one in items], _LOGIC)

    def _mapped(self) -> Expression:
        pairs: list[tuple[Expression, Expression]] = []
        while not self.take("}"):
            if pairs:
                self.expect(",")
            self.skip()
            key = self.plain()
            self.expect(":")
            pairs.append((key, self.plain()))
        return lambda scope: {spell(key(scope)): value(scope) for key, value in pairs}

    # --- references

    def reference(self) -> Reference | None:
        """A reference at the place; None where the dollar sign is only text."""
        begin = self.at
        found = _START.match(self.text, begin)
        if found is None:
            return None
        self.at = found.end()
        braced = found[2] is not None
        name = self.name()
        steps = tuple(self._steps())
        alternate = None
        if braced:
            if self.text.startswith("|", self.at):
                self.at += 1
                alternate = self.expression()
                self.skip()
            if not self.text.startswith("}", self.at):
                self.at = begin
                return None
            self.at += 1
        quiet = found[1] is not None or found[3] is not None
        return Reference(name, steps, self.text[begin : self.at], quiet, alternate)

    def _steps(self) -> list[Step]:
        found: list[Step] = []
        while True:
            char = self.text[self.at : self.at + 1]
            if char == "." and _NAME.match(self.text, self.at + 1):
                self.at += 1
                found.append(self._member())
            elif char == "[":
                self.at += 1
                key = self.expression()
                self.expect("]")
                found.append(_Item(key))
            else:
                return found

    def _member(self) -> Step:
        name = self.name()
        if not self.text.startswith("(", self.at):
            return _Property(name)
        self.at += 1
        return _Call(name, self.arguments())

    def arguments(self) -> list[Expression]:
        """Arguments, parted by commas or by space, up to the closing parenthesis."""
        found: list[Expression] = []
        while not self.take(")"):
            found.append(self.expression())
            self.take(",")
        return found


def _constant(value: Any) -> Expression:
    return lambda _: value


def _range(first: Any, last: Any) -> list[int] | None:
    if not isinstance(first, int) or not isinstance(last, int):
        return None
    if abs(last - first) >= MAX_RANGE:
        raise TemplateError(f"a range of over {MAX_RANGE:,} numbers")
    return list(range(first, last + 1)) if first <= last else list(range(first, last - 1, -1))


def _combine(operator: str, left: Expression, right: Expression) -> Expression:
    if operator in ("||", "&&"):
        one, other = condition(left), condition(right)
        if operator == "||":
            return lambda scope: one(scope) or other(scope)
        return lambda scope: one(scope) and other(scope)
    if operator == "==":
        return lambda scope: is_equal(left(scope), right(scope))
    if operator == "!=":
        return lambda scope: not is_equal(left(scope), right(scope))
    run: Expression = lambda scope: _calculate(operator, left(scope), right(scope))  # noqa: E731 - marked below
    return _Marked(run, _SUM) if operator in _ARITHMETIC else run


_ARITHMETIC = ("+", "-", "*", "/", "%")


def _is_logic(operand: Expression) -> bool:
    """Whether an operand is written as true, false, a list or a range."""
    return isinstance(operand, _Marked) and operand.mark != _SUM


def _failing(operator: str) -> Expression:
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


def _sum(left: Expression, right: Expression, left_text: str, right_text: str) -> Expression:
    """A sum, or texts put together; nothing is then spelled as it is written."""

    def add(scope: Scope) -> Any:
        one, other = left(scope), right(scope)
        if isinstance(one, str) or isinstance(other, str):
            return (left_text if one is None else spell(one)) + (right_text if other is None else spell(other))
        return _calculate("+", one, other)

    return _Marked(add, _SUM)


def _calculate(operator: str, one: Any, other: Any) -> Any:
    """What two values give; None where they are no numbers."""
    return _NUMERIC[operator](one, other) if is_number(one) and is_number(other) else None
