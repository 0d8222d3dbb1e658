"""The rows of the expectation list: grouped by path, filtered, each expectation on one line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from automock_tui.domain.expectation import Expectation, ExpectationSet
from automock_tui.domain.expectation_enabling import is_enabled
from automock_tui.domain.problems import Severity
from automock_tui.ui.editing.unreadable import Unreadable
from automock_tui.ui.row_filter import compile_filter

FILTER_FIELDS = ("id", "method", "path", "status", "is", "text")
FILTER_HINT = "words, !not, ~regex, method:post, status:404, is:off, is:error, text:anything"

_VERBS = {
    "httpResponses": "seq",
    "httpResponseTemplate": "tmpl",
    "httpForward": "fwd",
    "httpForwardTemplate": "fwd",
    "httpOverrideForwardedRequest": "fwd",
    "httpForwardValidateAction": "fwd",
    "httpForwardWithFallback": "fwd",
    "httpError": "err",
    "httpSseResponse": "sse",
    "httpLlmResponse": "llm",
    "httpWebSocketResponse": "ws",
    "grpcStreamResponse": "grpc",
    "grpcBidiResponse": "grpc",
    "binaryResponse": "bin",
    "dnsResponse": "dns",
    "steps": "steps",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row says about an expectation, and what the filter looks at (in lower case)."""

    group: str
    method: str
    answer: str
    name: str
    notes: str
    is_on: bool
    is_readable: bool
    id: str
    path: str
    status: str
    text: str

    @property
    def all(self) -> str:
        """Everything that a plain word of a filter may match."""
        return self.text


def facts_of(expectation: Expectation) -> Facts:
    """What there is to say about an expectation."""
    is_readable = not isinstance(expectation, Unreadable)
    group = expectation.title if expectation.is_openapi else expectation.path or "any path"
    answer = _answer(expectation)
    return Facts(
        group=group,
        method=expectation.method or ("API" if expectation.is_openapi else "ANY"),
        answer=answer,
        name=expectation.id,
        notes=_notes(expectation),
        is_on=is_enabled(expectation),
        is_readable=is_readable,
        id=expectation.id.lower(),
        path=group.lower(),
        status=answer.lower(),
        text=" ".join((expectation.method, group, expectation.id, answer)).lower(),
    )


def _answer(expectation: Expectation) -> str:
    verb = _VERBS.get(expectation.action)
    if verb:
        return verb
    return "–" if expectation.status_code is None else str(expectation.status_code)


def _notes(expectation: Expectation) -> str:
    times, priority = expectation.times.remaining, expectation.priority
    scenario = expectation.tree.get("scenarioName")
    parts = (
        f"×{times}" if times is not None else "",
        f"p{priority}" if priority else "",
        "ttl" if expectation.time_to_live.amount is not None else "",
        "scn" if isinstance(scenario, str) else "",
    )
    return " ".join(filter(None, parts))


class Row(NamedTuple):
    """A line of the list: the place of an expectation, or with -1 the path of those that follow."""

    at: int
    group: str = ""
    members: int = 0


class _Seen:
    """An expectation as the filter sees it: its facts, and what only its place in the set knows."""

    def __init__(self, facts: Facts, expectation: Expectation, severity: Severity | None) -> None:
        self._facts, self._expectation = facts, expectation
        self.id, self.path, self.status, self.all = facts.id, facts.path, facts.status, facts.text
        self.method = facts.method.lower()
        marks = ("on" if facts.is_on else "off", severity.value if severity else "", severity and "problem")
        self.__dict__["is"] = " ".join(filter(None, marks))

    @property
    def text(self) -> str:
        """All of its JSON."""
        return self._expectation.text.lower()


class ListRows:
    """The rows of a set; facts are kept, so a change of one expectation costs little in a set of thousands."""

    def __init__(self) -> None:
        self._facts: dict[str, Facts] = {}
        self._way: object = None
        self._items: list[Row] = []
        self.rows: tuple[Row, ...] = ()
        self.facts: tuple[Facts, ...] = ()
        self.shown = 0

    def show(
        self,
        expectations: ExpectationSet,
        severities: Sequence[Severity | None] = (),
        *,
        wanted: str = "",
        is_grouped: bool = True,
    ) -> None:
        """Make the rows of these expectations.

        Raises:
            BadFilter: the filter cannot be read.
        """
        found = self._facts_of(expectations)
        way = (wanted, is_grouped, severities if wanted else ())
        if way == self._way and not wanted.strip() and _same_groups(found, self.facts):
            self.facts = found  # one was changed and stays where it is: so do all rows
            return
        indexes = _passing(expectations, found, severities, wanted)
        self.facts, self.shown, self._way = found, len(indexes), way
        # Made once: thousands of new rows at each key would keep the garbage collector busy.
        self._items += [Row(at) for at in range(len(self._items), len(found))]
        items = [self._items[index] for index in indexes]
        self.rows = tuple(_grouped(items, found) if is_grouped else items)

    def _facts_of(self, expectations: ExpectationSet) -> tuple[Facts, ...]:
        known = self._facts
        found = []
        for one in expectations:
            facts = known.get(one.text)
            if facts is None:
                facts = known[one.text] = facts_of(one)
            found.append(facts)
        if len(known) > 2 * len(found) + 1000:
            self._facts = {one.text: facts for one, facts in zip(expectations, found, strict=True)}
        return tuple(found)

    def row_of(self, index: int) -> int | None:
        """The row of an expectation, None where the filter hides it."""
        return next((row for row, one in enumerate(self.rows) if one.at == index), None)

    def neighbour(self, index: int, step: int) -> int | None:
        """The place to move an expectation to, one up (-1) or down (1) in what is shown; None at the end.

        Within its path it changes places with the next one. At the edge of its path it passes all of the next.
        """
        row = self.row_of(index)
        while row is not None and 0 <= (row := row + step) < len(self.rows):
            other = self.rows[row].at
            if other >= 0 and (other - index) * step > 0:
                return self._far_end(index, other, step)
        return None

    def _far_end(self, index: int, other: int, step: int) -> int:
        group = self.facts[other].group
        if group == self.facts[index].group or not any(row.at < 0 for row in self.rows):
            return other
        places = [row.at for row in self.rows if row.at >= 0 and self.facts[row.at].group == group]
        return max(places) if step > 0 else min(places)


def _same_groups(found: Sequence[Facts], before: Sequence[Facts]) -> bool:
    return len(found) == len(before) and all(
        one is other or one.group == other.group for one, other in zip(found, before, strict=True)
    )


def _passing(
    expectations: ExpectationSet, facts: Sequence[Facts], severities: Sequence[Severity | None], wanted: str
) -> list[int]:
    if not wanted.strip():
        return list(range(len(facts)))
    match = compile_filter(wanted, FILTER_FIELDS)
    known = [*severities, *[None] * (len(facts) - len(severities))]
    return [index for index, one in enumerate(facts) if match(_Seen(one, expectations[index], known[index]))]


def _grouped(items: Sequence[Row], facts: Sequence[Facts]) -> list[Row]:
    groups: dict[str, list[Row]] = {}
    for one in items:
        groups.setdefault(facts[one.at].group, []).append(one)
    rows = []
    for name, members in groups.items():
        rows.append(Row(-1, name, len(members)))
        rows += members
    return rows
