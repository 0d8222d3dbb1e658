"""Velocity's expressions: references, literals, operators. Each is compiled to a function of the scope."""

from __future__ import annotations

import re
from collections.abc import Callable

from automock_tui.mocking.templates.values import TemplateError, spell
from automock_tui.mocking.templates.velocity_operators import (
    ARITHMETIC,
    LOGIC,
    RANGE,
    SUM,
    Marked,
    add,
    calculate,
    combine,
    condition,
    constant,
    failing,
    is_logic,
    number_range,
)
from automock_tui.mocking.templates.velocity_references import Call, Expression, Item, Property, Reference, Step

_MAX_DEPTH = 60
_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_NUMBER = re.compile(r"(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?")
_START = re.compile(r"\$(!)?(\{)?(!)?(?=[A-Za-z_])")
_OPERANDS = ("true", "false", "not")
_LEVELS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("||", "or"),),
    (("&&", "and"),),
    (("==", "eq"), ("!=", "ne")),
    (("<=", "le"), (">=", "ge"), ("<", "lt"), (">", "gt")),
    (("+",), ("-",)),
    (("*",), ("/",), ("%",)),
)


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
            if operator in ARITHMETIC and any(map(is_logic, (left, right))):
                left = Marked(failing(operator), SUM)
            elif operator == "+":
                left = add(left, right, written.strip(), self.text[middle : self.at].strip())
            else:
                left = combine(operator, left, right)
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
            return Marked(lambda scope: not test(scope), LOGIC)
        if self.take("-"):
            inner = self.expression(len(_LEVELS))
            return Marked(lambda scope: calculate("-", 0, inner(scope)), SUM)
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
        for word, value in (("true", True), ("false", False)):
            if self.take(word):
                return Marked(constant(value), LOGIC)
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
            return Marked(lambda _: [], LOGIC)
        items = [self.plain()]
        if self.take(".."):
            last = self.plain()
            self.expect("]")
            return Marked(lambda scope: number_range(items[0](scope), last(scope)), RANGE)
        while self.take(","):
            items.append(self.plain())
        self.expect("]")
        return Marked(lambda scope: [one(scope) for one in items], LOGIC)

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
                raise TemplateError(f"{self.text[begin : self.at]} is not closed")
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
                found.append(Item(key))
            else:
                return found

    def _member(self) -> Step:
        name = self.name()
        if not self.text.startswith("(", self.at):
            return Property(name)
        self.at += 1
        return Call(name, self.arguments())

    def arguments(self) -> list[Expression]:
        """Arguments, parted by commas, up to the closing parenthesis."""
        if self.take(")"):
            return []
        found = [self._argument()]
        while self.take(","):
            found.append(self._argument())
        self.expect(")")
        return found

    def _argument(self) -> Expression:
        """An expression; a bare word is nothing to a method, and no error."""
        self.skip()
        found = _NAME.match(self.text, self.at)
        if found is None or found[0] in _OPERANDS:
            return self.expression()
        self.at = found.end()
        return constant(None)

    def spaced_arguments(self) -> list[Expression]:
        """Arguments of a macro, parted by commas or by space, up to the closing parenthesis."""
        found: list[Expression] = []
        while not self.take(")"):
            found.append(self.expression())
            self.take(",")
        return found
