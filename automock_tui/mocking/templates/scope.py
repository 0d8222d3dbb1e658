"""What a template sees while it is rendered, and how much it may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automock_tui.mocking.templates.members import MAX_TEXT
from automock_tui.mocking.templates.values import TemplateError

MAX_STEPS = 50_000
"""Directives, references and turns of loops of one rendering: about a quarter of a second."""

Bindings = Callable[[str], Any]
"""What a name stands for outside of the template; None where it stands for nothing."""


class Scope:
    """The names of one rendering, and its bounds."""

    __slots__ = ("_bindings", "_made", "_steps", "_values")

    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings
        self._values: dict[str, Any] = {}
        self._steps = self._made = 0

    def get(self, name: str) -> Any:
        """What a name stands for; None where it stands for nothing."""
        return self._values[name] if name in self._values else self._bindings(name)

    def set(self, name: str, value: Any) -> None:
        """Let a name stand for a value from now on."""
        self._values[name] = value

    def keep(self, *names: str) -> Callable[[], None]:
        """Remember what some names stand for; the result brings that back."""
        before = {name: self._values[name] for name in names if name in self._values}

        def restore() -> None:
            for name in names:
                self._values.pop(name, None)
            self._values.update(before)

        return restore

    def step(self) -> None:
        """Count one step.

        Raises:
            TemplateError: there were too many.
        """
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TemplateError(f"the template takes over {MAX_STEPS:,} steps")

    def make(self, text: str) -> str:
        """Count a text that was made.

        Raises:
            TemplateError: it is too much.
        """
        self._made += len(text)
        if self._made > MAX_TEXT:
            raise TemplateError("the template makes too long a text")
        return text
