"""MockServer expectations without loss: what was loaded is saved byte for byte, whatever it holds.

The text of each expectation is its truth, and everything typed here is a view on it. A change rewrites the
value it is about and no other byte: fields that we do not know, their order, how numbers are spelled, how lines
are broken. Both classes are immutable, so an earlier set is an undo step.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, Self

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation_fields import ACTIONS
from automock_tui.domain.expectation_parsing import decode, split
from automock_tui.domain.json_text import (
    INDENT,
    NumberLiteral,
    Path,
    dump,
    locate,
    put_first,
    remove_value,
    set_value,
)
from automock_tui.domain.problems import Place, to_pointer

UNLIMITED = "unlimited"


class Times(NamedTuple):
    """How often an expectation answers; None for without end."""

    remaining: int | None = None


class TimeToLive(NamedTuple):
    """How long an expectation lives once MockServer has it; `amount` is None for without end."""

    amount: int | None = None
    unit: str = ""


def _whole(value: Any) -> int | None:
    is_whole = type(value) is int or (isinstance(value, NumberLiteral) and value.is_integer())
    return int(value) if is_whole else None


def _matcher_text(value: Any) -> str:
    """A text or MockServer's object form of it, in the short spelling (`!` not, `?` optional)."""
    if not isinstance(value, dict):
        return value if isinstance(value, str) else ""
    marks = ("!" if value.get("not") is True else "") + ("?" if value.get("optional") is True else "")
    return marks + _matcher_text(value.get("value", ""))


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation. Views answer with a default where a field is missing or of a wrong type."""

    text: str
    tree: dict[str, Any] = field(compare=False, repr=False)
    has_repeated_keys: bool = field(default=False, compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The expectation that this text is.

        Raises:
            InvalidInput: not JSON, or not an object.
        """
        document = split(decode(text))
        if document.is_array:
            raise InvalidInput("Not an expectation", "This is an array of them.", "Write one object.")
        (part,) = document.parts
        return cls(text[part.start : part.end], part.tree, part.has_repeated_keys)

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """A new expectation from plain values, laid out over lines as the second level of an array."""
        return cls.parse(dump(value, INDENT))

    @property
    def id(self) -> str:
        """Its id; empty where it has none, for MockServer to choose."""
        found = self.tree.get("id")
        return found if isinstance(found, str) else ""

    @property
    def priority(self) -> int:
        """Higher comes first; MockServer's default is 0."""
        return _whole(self.tree.get("priority")) or 0

    @property
    def request(self) -> dict[str, Any]:
        """The request matcher; empty where it matches everything."""
        found = self.tree.get("httpRequest")
        return found if isinstance(found, dict) else {}

    @property
    def method(self) -> str:
        """The method to match, empty for any."""
        return _matcher_text(self.request.get("method"))

    @property
    def path(self) -> str:
        """The path to match (literal, `{template}` or regex), empty for any."""
        return _matcher_text(self.request.get("path"))

    @property
    def is_openapi(self) -> bool:
        """Whether it is an API description that MockServer turns into expectations itself."""
        return "specUrlOrPayload" in self.tree

    @property
    def actions(self) -> tuple[str, ...]:
        """The fields that say how to answer, such as `httpResponse`."""
        return tuple(name for name in ACTIONS if name in self.tree)

    @property
    def action(self) -> str:
        """The action that answers: the primary one where there are several, empty where there is none."""
        found = self.actions
        primary = (name for name in found if self._part(name).get("primary") is True)
        return next(primary, found[0] if found else "")

    @property
    def response(self) -> dict[str, Any]:
        """The fixed response, or the first of a sequence; empty where it answers otherwise."""
        several = self.tree.get("httpResponses")
        if "httpResponse" not in self.tree and isinstance(several, list) and several:
            return several[0] if isinstance(several[0], dict) else {}
        return self._part("httpResponse")

    @property
    def status_code(self) -> int | None:
        """The status of the fixed response (200 where it has none); None where it answers otherwise."""
        if self.action not in ("httpResponse", "httpResponses"):
            return None
        return _whole(self.response.get("statusCode", 200))

    @property
    def times(self) -> Times:
        """How often it answers."""
        found = self._part("times")
        if not found or found.get(UNLIMITED) is True:
            return Times()
        return Times(_whole(found.get("remainingTimes")))

    @property
    def time_to_live(self) -> TimeToLive:
        """How long it lives."""
        found = self._part("timeToLive")
        amount, unit = _whole(found.get("timeToLive")), found.get("timeUnit")
        if found.get(UNLIMITED) is True or amount is None or not isinstance(unit, str):
            return TimeToLive()
        return TimeToLive(amount, unit)

    @property
    def title(self) -> str:
        """What it is about, on one line: `GET /pets/{id}`."""
        if self.is_openapi:
            return "OpenAPI description"
        if "specUrlOrPayload" in self.request:
            operation = self.request.get("operationId")
            return f"operation {operation}" if isinstance(operation, str) else "OpenAPI request"
        return f"{self.method or 'ANY'} {self.path or 'any path'}"

    @property
    def summary(self) -> str:
        """What it is about and how it answers: `GET /pets/{id} → 404`."""
        answer = self.status_code if self.status_code is not None else self.action
        return f"{self.title} → {answer}" if answer else self.title

    def value(self, path: Path) -> Any:
        """The value at a path.

        Raises:
            KeyError: there is none.
        """
        found: Any = self.tree
        for key in path:
            is_there = key in found if isinstance(found, dict) else _has_index(found, key)
            if not is_there:
                raise KeyError(to_pointer(path))
            found = found[key]
        return found

    def with_value(self, path: Path, value: Any) -> Self:
        """The same with this value at this path; objects that are missing on the way are made.

        Raises:
            KeyError: the path leads through a single value. TypeError, ValueError: not a JSON value.
        """
        return type(self).parse(set_value(self.text, path, value))

    def without(self, path: Path) -> Self:
        """The same without the value at this path."""
        return type(self).parse(remove_value(self.text, path))

    def with_id(self, identity: str) -> Self:
        """The same with this id, which comes first where there was none."""
        if "id" in self.tree:
            return self.with_value(("id",), identity)
        return type(self).parse(put_first(self.text, "id", identity))

    def _part(self, name: str) -> dict[str, Any]:
        found = self.tree.get(name)
        return found if isinstance(found, dict) else {}


def _has_index(found: Any, key: str | int) -> bool:
    return isinstance(found, list) and isinstance(key, int) and 0 <= key < len(found)


@dataclass(frozen=True)
class ExpectationSet(Sequence[Expectation]):
    """The expectations of one document, in order. `gaps` is the text before, between and after them."""

    expectations: tuple[Expectation, ...] = ()
    gaps: tuple[str, ...] = ("[]\n",)
    is_array: bool = True

    @classmethod
    def of(cls, expectations: Sequence[Expectation]) -> ExpectationSet:
        """A new document, one expectation after another."""
        found = tuple(expectations)
        if not found:
            return cls()
        return cls(found, ("[\n" + INDENT, *[",\n" + INDENT] * (len(found) - 1), "\n]\n"))

    def save(self) -> str:
        """The text of the document: what was loaded, where nothing was changed."""
        pairs = zip(self.gaps, self.expectations, strict=False)
        return "".join(chain.from_iterable((gap, one.text) for gap, one in pairs)) + self.gaps[-1]

    def __len__(self) -> int:
        return len(self.expectations)

    def __getitem__(self, index: Any) -> Any:
        return self.expectations[index]

    def __iter__(self) -> Iterator[Expectation]:
        return iter(self.expectations)

    def find(self, identity: str) -> int | None:
        """The index of the expectation with this id; of several the last, which MockServer would keep."""
        found = [index for index, one in enumerate(self.expectations) if one.id == identity]
        return found[-1] if found else None

    def as_array(self) -> ExpectationSet:
        """The same as a JSON array, which is what MockServer reads from a file."""
        if self.is_array:
            return self
        before, after = self.gaps
        return ExpectationSet(self.expectations, (f"[\n{before}", f"{after.rstrip()}\n]\n"))

    def replaced(self, index: int, expectation: Expectation) -> ExpectationSet:
        """With another expectation in this place."""
        found = (*self.expectations[:index], expectation, *self.expectations[index + 1 :])
        return ExpectationSet(found, self.gaps, self.is_array)

    def inserted(self, index: int, expectation: Expectation) -> ExpectationSet:
        """With one more, before the one that is in this place; at the end if nothing is."""
        if not self.expectations:
            return ExpectationSet.of([expectation])
        whole = self.as_array()
        count = len(whole)
        cut = min(index + 1, count)
        return ExpectationSet(
            (*whole.expectations[:index], expectation, *whole.expectations[index:]),
            (*whole.gaps[:cut], whole._separator, *whole.gaps[cut:]),
        )

    def inserted_behind(self, new: Mapping[int, Expectation]) -> ExpectationSet:
        """With one more behind each of these places."""
        whole = self.as_array()
        found: list[Expectation] = []
        gaps = [whole.gaps[0]]
        for index, one in enumerate(whole.expectations):
            found.append(one)
            if index in new:
                found.append(new[index])
                gaps.append(whole._separator)
            gaps.append(whole.gaps[index + 1])
        return ExpectationSet(tuple(found), tuple(gaps))

    @property
    def _separator(self) -> str:
        """What comes between two expectations."""
        return self.gaps[1] if len(self) > 1 else f",{_set_apart(self.gaps[0]) or ' '}"

    def appended(self, expectation: Expectation) -> ExpectationSet:
        """With one more at the end."""
        return self.inserted(len(self), expectation)

    def removed(self, *indexes: int) -> ExpectationSet:
        """Without those in these places."""
        whole, gone = self.as_array(), set(indexes)
        kept = [index for index in range(len(whole)) if index not in gone]
        if not kept:
            return ExpectationSet()
        between = (whole.gaps[index + 1] for index in kept[:-1])
        return ExpectationSet(
            tuple(whole.expectations[index] for index in kept), (whole.gaps[0], *between, whole.gaps[-1])
        )

    def moved(self, index: int, target: int) -> ExpectationSet:
        """With one of them in another place; the others keep their order."""
        found = list(self.expectations)
        found.insert(target, found.pop(index))
        return ExpectationSet(tuple(found), self.gaps, self.is_array)

    def with_ids(self) -> ExpectationSet:
        """With an id for each that has none.

        The id is made of what the expectation matches and a hash of what it holds (`get-pets-id-1f3a9c`), so
        two people who load the same document give the same ids; equal ones get a number.
        """
        taken = {one.id for one in self.expectations}
        found = []
        for one in self.expectations:
            found.append(one if one.id else one.with_id(_new_id(one, taken)))
            taken.add(found[-1].id)
        return ExpectationSet(tuple(found), self.gaps, self.is_array)

    def place(self, index: int, path: Path = ()) -> Place:
        """Where the value at this path of this expectation is; where it would be in, if there is none."""
        one = self.expectations[index]
        spans = (locate(one.text, path[:n]) for n in range(len(path), 0, -1))
        offset = next((span.start for span in spans if span), 0)
        line, column = _after(one.text[:offset], *self._beginnings[index])
        prefix: Path = (index,) if self.is_array else ()
        return Place(to_pointer(prefix + path), line, column, index, one.id)

    @cached_property
    def _beginnings(self) -> list[tuple[int, int]]:
        """The line and column, from 1, in which each expectation begins."""
        found = []
        at = (1, 1)
        for gap, one in zip(self.gaps, self.expectations, strict=False):
            at = _after(gap, *at)
            found.append(at)
            at = _after(one.text, *at)
        return found


def _after(text: str, line: int, column: int) -> tuple[int, int]:
    """The line and column where a text ends that begins in these."""
    breaks = text.count("\n")
    return (line + breaks, len(text) - text.rfind("\n")) if breaks else (line, column + len(text))


def _set_apart(gap: str) -> str:
    """The white space after a bracket: how expectations are set apart."""
    return gap[gap.rfind("[") + 1 :]


def _new_id(expectation: Expectation, taken: set[str]) -> str:
    words = (
        re.sub(r"[^a-z0-9]+", "-", f"{expectation.method} {expectation.path}".lower())
        .strip("-")[:40]
        .strip("-")
    )
    digest = hashlib.sha256(dump(expectation.tree).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    base = f"{words}-{digest}" if words else f"any-{digest}"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name


def load_expectations(source: str | bytes) -> ExpectationSet:
    """The expectations of a document: a JSON array of them, or a single one.

    Raises:
        InvalidInput: not UTF-8, not JSON (says line and column), not expectations, too large or too deep.
    """
    text = decode(source)
    document = split(text)
    found = (Expectation(text[one.start : one.end], one.tree, one.has_repeated_keys) for one in document.parts)
    return ExpectationSet(tuple(found), document.gaps, document.is_array)
