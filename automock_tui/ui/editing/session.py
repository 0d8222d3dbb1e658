"""What is edited: a set of expectations, one of them looked at, some selected; steps can be undone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any

from automock_tui.domain.expectation import Expectation, ExpectationSet, load_expectations
from automock_tui.domain.expectation_enabling import disabled, enabled, is_enabled, why_not_disabled
from automock_tui.ui.editing.history import History, Step
from automock_tui.ui.editing.unreadable import Unreadable, read_as
from automock_tui.ui.format import plural

NEW = {
    "httpRequest": {"method": "GET", "path": "/"},
    "httpResponse": {"statusCode": 200},
}
"""What a new expectation is until it is filled in."""


class EditSession:
    """The state of an editor and what can be done to it.

    Args:
        expectations: What is edited.
    """

    def __init__(self, expectations: ExpectationSet) -> None:
        self._steps = History(Step(expectations, 0))
        self._typing: Callable[[], str] | None = None
        self.selected: frozenset[int] = frozenset()
        """Places that the next action is on; empty for the one that is looked at."""

    # -- the state ------------------------------------------------------------------------------------------

    @property
    def expectations(self) -> ExpectationSet:
        """All expectations as they are now."""
        return self.history.now.expectations

    @property
    def index(self) -> int:
        """The place of the one that is looked at."""
        return max(0, min(self.history.now.index, len(self.expectations) - 1))

    @property
    def current(self) -> Expectation | None:
        """The one that is looked at, None where there is none at all."""
        return self.expectations[self.index] if len(self.expectations) else None

    @property
    def targets(self) -> tuple[int, ...]:
        """The places that an action is on, in order."""
        if self.selected:
            return tuple(sorted(self.selected))
        return (self.index,) if len(self.expectations) else ()

    @property
    def is_readable(self) -> bool:
        """Whether every expectation can be read."""
        return not any(isinstance(one, Unreadable) for one in self.expectations)

    @property
    def history(self) -> History:
        """The steps, what is being typed included."""
        typing, self._typing = self._typing, None
        if typing is not None:
            self.put_text(typing())
        return self._steps

    def look_at(self, index: int) -> None:
        """Look at another one; that is no step."""
        now = self.history.now
        self.history.now = Step(now.expectations, index, now.label)

    def select(self, index: int) -> None:
        """Select one, or no longer."""
        self.selected ^= {index}

    # -- the text -------------------------------------------------------------------------------------------

    def load(self, text: str, label: str) -> None:
        """Take another text for all of it, as one step.

        Raises:
            InvalidInput: it cannot be read.
        """
        self.replace(load_expectations(text), label)

    def replace(self, expectations: ExpectationSet, label: str) -> None:
        """Take other expectations, as one step."""
        self.selected = frozenset()
        self._push(expectations, self.index, label)

    def put(self, expectation: Expectation, label: str, *, typing: Hashable = None) -> None:
        """Put another expectation in the place of the one that is looked at."""
        if expectation == self.current and type(expectation) is type(self.current):
            return
        found = self.expectations.replaced(self.index, expectation)
        place = None if typing is None else (self.index, typing)
        self._push(found, self.index, label, typing=place)

    def type(self, text: Callable[[], str]) -> None:
        """Take the text that is being typed for the one that is looked at.

        It is read when somebody asks for anything here: reading a long one at each key would hold the keys up.
        """
        self._typing = text

    def put_text(self, text: str) -> None:
        """Take a text for the one that is looked at, whether it can be read or not."""
        if self.current is not None and text != self.current.text:
            self.put(read_as(text, self.current), "what was typed as JSON", typing="json")

    # -- actions --------------------------------------------------------------------------------------------

    def add(self, values: Sequence[Mapping[str, Any]], label: str = "") -> None:
        """Put new expectations at the end, and look at the first of them."""
        found, first = self.expectations, len(self.expectations)
        for value in values:
            found = found.appended(Expectation.of(value))
        self.selected = frozenset()
        self._push(found, first, label or plural(len(values), "new expectation"))

    def add_here(self) -> None:
        """Put a new expectation behind the one that is looked at."""
        place = self.index + 1 if len(self.expectations) else 0
        self.selected = frozenset()
        self._push(self.expectations.inserted(place, Expectation.of(NEW)), place, "a new expectation")

    def duplicate(self) -> None:
        """Put a copy behind each target; a copy has an id of its own."""
        taken, copies = {one.id for one in self.expectations}, {}
        for index in self.targets:
            copies[index] = _copy(self.expectations[index], taken)
            taken.add(copies[index].id)
        first = self.targets[0] + 1
        label = f"copying {plural(len(self.targets), 'expectation')}"
        self.selected = frozenset()
        self._push(self.expectations.inserted_behind(copies), first, label)

    def delete(self) -> str:
        """Take the targets out; says what was done."""
        label = f"deleting {self._named()}"
        first, found = self.targets[0], self.expectations.removed(*self.targets)
        self.selected = frozenset()
        self._push(found, min(first, max(0, len(found) - 1)), label)
        return label

    def why_no_switch(self) -> str:
        """Why the targets cannot be switched off."""
        targets = [self.expectations[index] for index in self.targets]
        if any(isinstance(one, Unreadable) for one in targets):
            return "its JSON cannot be read"
        return next(filter(None, map(why_not_disabled, targets)), "")

    def switch(self) -> str:
        """Switch the targets off, or on where all of them are off; says what was done."""
        is_on = any(is_enabled(self.expectations[index]) for index in self.targets)
        change: Callable[[Expectation], Expectation] = disabled if is_on else enabled
        label = f"switching {'off' if is_on else 'on'} {self._named()}"
        self._push(self._changed(self.targets, change), self.index, label)
        return label

    def reorder(self, order: Sequence[int]) -> None:
        """Put the expectations into another order, given by the places that they have now."""
        if all(place == index for place, index in enumerate(order)):
            return
        whole, label = self.expectations, f"moving {self._named()}"
        found = ExpectationSet(tuple(whole[index] for index in order), whole.gaps, whole.is_array)
        self._push(found, order.index(self.index), label)
        self.selected = frozenset(place for place, index in enumerate(order) if index in self.selected)

    def _changed(self, places: Iterable[int], change: Callable[[Expectation], Expectation]) -> ExpectationSet:
        found = list(self.expectations)
        for index in places:
            found[index] = change(found[index])
        whole = self.expectations
        return ExpectationSet(tuple(found), whole.gaps, whole.is_array)

    def _named(self) -> str:
        if len(self.targets) == 1:
            return str(self.expectations[self.targets[0]].title)
        return plural(len(self.targets), "expectation")

    # -- aside ----------------------------------------------------------------------------------------------

    def aside(self) -> EditSession:
        """The same without a history, for a step that takes long."""
        other = EditSession(self.expectations)
        other.look_at(self.index)
        other.selected = self.selected
        return other

    def adopt(self, other: EditSession) -> None:
        """Take the last step that was made aside."""
        now = other.history.now
        self._push(now.expectations, now.index, now.label)
        self.selected = other.selected

    # -- undo -----------------------------------------------------------------------------------------------

    def undo(self) -> str:
        """Go one step back; says what was undone."""
        self.selected = frozenset()
        return self.history.undo()

    def redo(self) -> str:
        """Go one step forward; says what was done again."""
        self.selected = frozenset()
        return self.history.redo()

    def _push(self, expectations: ExpectationSet, index: int, label: str, *, typing: Hashable = None) -> None:
        self.history.push(Step(expectations, index, label), typing=typing, at=monotonic())


def _copy(expectation: Expectation, taken: set[str]) -> Expectation:
    if not expectation.id or isinstance(expectation, Unreadable):
        return expectation
    number = 2
    while (name := f"{expectation.id}-{number}") in taken:
        number += 1
    return expectation.with_id(name)
