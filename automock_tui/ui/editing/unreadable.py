"""An expectation whose JSON is being typed and cannot be read yet. It is kept like any other: as its text."""

from __future__ import annotations

from dataclasses import dataclass, field

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path


@dataclass(frozen=True, slots=True)
class Unreadable(Expectation):
    """A text that is no expectation; its tree is that of the last one that could be read.

    `base` is that one, where only the field at `held` keeps the text from being read: the form goes on with it,
    with `raw` in that field.
    """

    base: Expectation | None = field(default=None, compare=False)
    held: Path = field(default=(), compare=False)
    raw: str = field(default="", compare=False)


def read_as(text: str, before: Expectation) -> Expectation:
    """The expectation of a text that was typed in place of another."""
    try:
        return Expectation.parse(text)
    except InvalidInput:
        return Unreadable(text, before.tree)
