"""How a form is looked at: which groups are open, and what a choice held before another was chosen. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.values import has, raw_at, with_raw, without


@dataclass
class FormView:
    """The state of a form that is no part of the expectation."""

    opened: dict[str, bool] = field(default_factory=dict)
    """Groups that the user opened or closed."""
    response: int = 0
    """Which response of a sequence is shown."""
    kept: dict[tuple[Path, str], str] = field(default_factory=dict)
    """The JSON that a choice held when another one was made."""

    def is_open(self, group: str, *, is_used: bool) -> bool:
        """Whether a group is open; one that has values is, unless it was closed."""
        return self.opened.get(group, is_used)

    def turn(self, group: str, is_open: bool) -> None:
        """Open a group or close it."""
        self.opened[group] = is_open

    def keep(self, expectation: Expectation, path: Path, choice: str) -> None:
        """Remember what a choice held."""
        if has(expectation, path):
            self.kept[path, choice] = raw_at(expectation, path)

    def change(self, path: Path, before: str, choice: str, fresh: Any) -> Callable[[Expectation], Expectation]:
        """Another choice: what it held the last time, else something fresh; None takes the value out."""

        def changed(expectation: Expectation) -> Expectation:
            self.keep(expectation, path, before)
            if fresh is None:
                return without(expectation, path)
            kept = self.kept.get((path, choice))
            return with_raw(expectation, path, kept) if kept else expectation.with_value(path, fresh)

        return changed
