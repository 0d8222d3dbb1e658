"""Velocity's references, `$name.member[item]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from automock_tui.mocking.templates.members import MISSING, call, get_method, get_property, item
from automock_tui.mocking.templates.scope import Scope
from automock_tui.mocking.templates.values import is_true, spell

Expression = Callable[[Scope], Any]


class Step(Protocol):
    """From a value to something in it."""

    def of(self, value: Any, scope: Scope) -> Any:
        """The member of a value; `MISSING` where it has none."""

    def key(self, scope: Scope) -> Any:
        """The name or the index of the member; None for a method."""


@dataclass(frozen=True)
class Property:
    """`.name`."""

    name: str

    def of(self, value: Any, _: Scope) -> Any:
        """The member of a value."""
        return get_property(value, self.name)

    def key(self, _: Scope) -> Any:
        """Its name or index."""
        return self.name


@dataclass(frozen=True)
class Item:
    """`[at]`."""

    at: Expression

    def of(self, value: Any, scope: Scope) -> Any:
        """The member of a value."""
        return item(value, self.at(scope))

    def key(self, scope: Scope) -> Any:
        """Its name or index."""
        return self.at(scope)


@dataclass(frozen=True)
class Call:
    """`.name(given)`."""

    name: str
    given: list[Expression]

    def of(self, value: Any, scope: Scope) -> Any:
        """The member of a value."""
        method = get_method(value, self.name)
        return MISSING if method is None else call(method, [one(scope) for one in self.given])

    def key(self, _: Scope) -> Any:
        """Its name or index."""
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
