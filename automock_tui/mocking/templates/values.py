"""Java's values, as templates see and spell them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from automock_tui.mocking.jackson import java_double

Method = Callable[..., Any]


class TemplateError(Exception):
    """A template cannot be read, or fails as it is rendered."""


@dataclass(frozen=True)
class Bean:
    """An object with named properties and methods; `text` is what it is spelled as."""

    properties: Mapping[str, Any] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    text: Callable[[], str] = lambda: ""


class HeaderMap(dict[str, Any]):
    """A map whose names differ in case only by their spelling."""

    def find(self, name: str) -> Any:
        """The value of a name, whatever its case; None where it is not there."""
        if name in self:
            return self[name]
        lowered = name.lower()
        return next((value for key, value in self.items() if key.lower() == lowered), None)


class JsonList(list[Any]):
    """A list that is spelled as JSON, as those from JSON paths are."""


class JsonMap(dict[str, Any]):
    """A map that is spelled as JSON."""


def spell(value: Any) -> str:
    """A value as Java's `toString` spells it."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_double(float(value)).strip('"')
    if isinstance(value, JsonList | JsonMap):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=spell)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={spell(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(spell, value)) + "]"
    return value.text() if isinstance(value, Bean) else str(value)


def is_true(value: Any) -> bool:
    """Whether Velocity takes a value for true: nothing, zero and what is empty are not."""
    return True if isinstance(value, Bean) else bool(value)


def is_number(value: Any) -> bool:
    """Whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_equal(one: Any, other: Any) -> bool:
    """Whether two values are equal: numbers by value, values of different kinds by their spelling."""
    if is_number(one) and is_number(other):
        return bool(one == other)
    if one is None or other is None:
        return one is other
    return spell(one) == spell(other) if type(one) is not type(other) else bool(one == other)


def divide(one: Any, other: Any) -> Any:
    """A quotient, whole for whole numbers, towards zero; None by zero."""
    if other == 0:
        return None
    if isinstance(one, float) or isinstance(other, float):
        return one / other
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def remainder(one: Any, other: Any) -> Any:
    """What division leaves, with the sign of the dividend; None by zero."""
    if other == 0:
        return None
    if isinstance(one, float) or isinstance(other, float):
        import math

        return math.fmod(one, other)
    return one - other * divide(one, other)
