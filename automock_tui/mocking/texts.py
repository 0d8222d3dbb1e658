"""MockServer's texts: equal or a full regex, case aside, with `!` for not and `?` for optional, or a schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from automock_tui.mocking.java_regex import compile_pattern

_META = re.compile(r"[\\.\[\]{}()*+?^$|]")
_NUMERIC = re.compile(r"\s*(>=|<=|==|>|<)\s*(-?\d+(?:\.\d+)?)\s*", re.ASCII)
_JAVA_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?", re.ASCII)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": float.__gt__,
    ">=": float.__ge__,
    "<": float.__lt__,
    "<=": float.__le__,
    "==": float.__eq__,
}

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Text:
    """One text to match. `value` is it without marks; `test` decides without looking at `negated`."""

    value: str
    test: Test
    negated: bool = False
    optional: bool = False
    style: str = ""
    schema: Any = None

    def matches(self, actual: str) -> bool:
        """Whether this text is matched, `!` included."""
        return self.test(actual) is not self.negated

    @property
    def decide(self) -> Test:
        """What `matches` does, as a function that calls no other where it need not."""
        return self.matches if self.negated else self.test

    @property
    def is_literal(self) -> bool:
        """Whether it matches only itself, case aside."""
        return self.schema is None and not self.is_blank and not has_meta(self.value)

    @property
    def is_blank(self) -> bool:
        """Whether it matches everything (or nothing, where negated)."""
        return self.schema is None and not self.value.strip()

    def __str__(self) -> str:
        marks = ("?" if self.optional else "") + ("!" if self.negated else "")
        return marks + (self.value if self.schema is None else f"schema {self.value}")


def has_meta(value: str) -> bool:
    """Whether a text can be a regex that matches more than itself."""
    return _META.search(value) is not None or not value.isascii()


def compile_text(spec: Any, *, numeric: bool = False) -> Text:
    """A text from MockServer's spelling of it: a string with marks, or the object form.

    Args:
        spec: The string, or an object with `value` or `schema`.
        numeric: Whether `> 5` compares numbers, as it does for header, query, cookie and form values.
    """
    if isinstance(spec, dict):
        return _from_object(spec, numeric)
    return _from_string(spec if isinstance(spec, str) else _plain(spec), numeric)


@lru_cache(maxsize=4096)  # methods, names and patterns come again and again in a set
def _from_string(spec: str, numeric: bool) -> Text:
    value, negated, optional = _marks(spec)
    return Text(value, _test(value, numeric), negated, optional)


def _plain(spec: Any) -> str:
    if spec is None:
        return ""
    return str(spec).lower() if isinstance(spec, bool) else str(spec)


def _from_object(spec: dict[str, Any], numeric: bool) -> Text:
    negated, optional = spec.get("not") is True, spec.get("optional") is True
    style = spec.get("parameterStyle") or ""
    if "schema" in spec:
        from automock_tui.mocking.schemas import text_schema

        shown, test = text_schema(spec["schema"])
        return Text(shown, test, negated, optional, style, spec["schema"])
    inner = compile_text(spec.get("value", ""), numeric=numeric)
    return Text(inner.value, inner.test, inner.negated or negated, inner.optional or optional, style)


def _marks(text: str) -> tuple[str, bool, bool]:
    """The text without its marks, which come as `?!` or `!?`."""
    negated = optional = False
    if text.strip():
        if text.startswith("?"):
            text, optional = text[1:], True
        if text.startswith("!"):
            text, negated = text[1:], True
        if text.startswith("?"):
            text, optional = text[1:], True
    return text, negated, optional


def _test(value: str, numeric: bool) -> Test:
    if not value.strip():
        return _anything
    if numeric and (found := _NUMERIC.fullmatch(value)):
        return _number_test(found[1], float(found[2]))
    lowered = value.lower()
    if not has_meta(value):
        return lambda actual: actual == value or actual.lower() == lowered
    matches = _lazily(value)
    return lambda actual: actual == value or actual.lower() == lowered or matches(actual)


def _lazily(pattern: str) -> Test:
    """Whether a whole text matches a pattern, which is compiled when it is first asked for.

    Compiling takes up to a millisecond, most of the time that a large set would take to load.
    """
    matches: Test | None = None

    def test(actual: str) -> bool:
        nonlocal matches
        if matches is None:
            compiled = compile_pattern(pattern)
            matches = compiled.matches if compiled is not None else _nothing
        return matches(actual)

    return test


def _anything(_: str) -> bool:
    return True


def _nothing(_: str) -> bool:
    return False


def _number_test(operator: str, limit: float) -> Test:
    compare = _COMPARE[operator]

    def test(actual: str) -> bool:
        number = actual.strip()
        if not _JAVA_NUMBER.fullmatch(number):
            return False
        return compare(float(number.rstrip("fFdD")), limit)

    return test
