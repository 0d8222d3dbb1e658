"""Undo and redo: every state of a set of expectations that somebody left behind. Pure."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from automock_tui.domain.expectation import ExpectationSet

MOST_STEPS = 500
_TYPING_PAUSE = 1.5
"""Seconds after which typing on in one place begins another step."""


@dataclass(frozen=True)
class Step:
    """A state: the expectations, which one was looked at, and what was done to get here."""

    expectations: ExpectationSet
    index: int
    label: str = ""


class History:
    """The states before and after the present one.

    Args:
        start: The state there is nothing to undo from.
    """

    def __init__(self, start: Step) -> None:
        self._before: list[Step] = []
        self._after: list[Step] = []
        self.now = start
        self._typing: Hashable = None
        self._typed_at = 0.0

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back."""
        return bool(self._after)

    def push(self, step: Step, *, typing: Hashable = None, at: float = 0.0) -> None:
        """Go on to another state.

        Args:
            step: The state.
            typing: The place where a key was typed; keys typed there without a pause are one step.
            at: When, in seconds on any clock that only goes forward.
        """
        goes_on = typing is not None and typing == self._typing and at - self._typed_at < _TYPING_PAUSE
        if not goes_on or not self._before:
            self._before = [*self._before[-MOST_STEPS + 1 :], self.now]
        self._after.clear()
        self.now = step
        self._typing, self._typed_at = typing, at

    def undo(self) -> str:
        """Go one step back; says what was undone."""
        undone = self.now
        self._after.append(undone)
        self.now = self._before.pop()
        self._typing = None
        return undone.label

    def redo(self) -> str:
        """Go one step forward again; says what was done again."""
        self._before.append(self.now)
        self.now = self._after.pop()
        self._typing = None
        return self.now.label
