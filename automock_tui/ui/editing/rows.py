"""The rows of the expectation list: grouped by path, filtered, each expectation on one line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

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


class _Seen:
    """An expectation as the filter sees it: its facts, and what only its place in the set knows."""

    __slots__ = ("_expectation", "_facts", "_severity", "all")

    def __init__(self, facts: Facts, expectation: Expectation, severity: Severity | None) -> None:
        self._facts, self._expectation, self._severity = facts, expectation, severity
        self.all = facts.text

    def __getattr__(self, name: str) -> str:
        if name == "is":
            found = self._severity
            marks = ("on" if self._facts.is_on else "off", found.value if found else "", found and "problem")
            return " ".join(filter(None, marks))
        if name == "text":
            return self._expectation.text.lower()
        return str(getattr(self._facts, name)).lower()


class ListRows:
    """The rows of a set; facts are kept, so a change of one expectation costs little in a set of thousands.

    A row is the place of an expectation, or below zero the head of a group: the path of those that follow.
    Whole numbers, for thousands of new objects at each key would keep the garbage collector busy.
    """

    def __init__(self) -> None:
        self._facts: dict[str, Facts] = {}
        self._way: object = None
        self._heads: Sequence[str] = ()
        self.rows: Sequence[int] = ()
        self.facts: Sequence[Facts] = ()
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
        self.rows, self._heads = _grouped(indexes, found) if is_grouped else (indexes, ())

    def _facts_of(self, expectations: ExpectationSet) -> Sequence[Facts]:
        known = self._facts
        found = []
        for one in expectations:
            facts = known.get(one.text)
            if facts is None:
                facts = known[one.text] = facts_of(one)
            found.append(facts)
        if len(known) > 2 * len(found) + 1000:
            self._facts = {one.text: facts for one, facts in zip(expectations, found, strict=True)}
        return found

    def head(self, row: int) -> str:
        """The path of a group."""
        return self._heads[-1 - self.rows[row]]

    def row_of(self, index: int) -> int | None:
        """The row of an expectation, None where the filter hides it."""
        try:
            return self.rows.index(index)
        except ValueError:
            return None

    def moved(self, chosen: Collection[int], step: int) -> list[int]:
        """The order of all places once the chosen ones went up (-1) or down (1) by one of what is shown.

        Within its path an expectation changes places with the next one. At the edge of its path it passes all
        of the next. Chosen ones of one path, ungrouped all of them, keep their order and pass others together.
        """
        order = list(range(len(self.facts)))
        stuck: set[int] = set()
        rows = {index: row for row, index in enumerate(self.rows) if index in chosen}
        for index in sorted(rows, reverse=step > 0):
            other = self._next(rows[index], step)
            if other is None or other in stuck:
                stuck.add(index)
                continue
            beside = other if other in chosen else self._far_end(index, other, chosen, step)
            order.remove(index)
            order.insert(order.index(beside) + ((step > 0) is not (other in chosen)), index)
        return order

    def _next(self, row: int, step: int) -> int | None:
        """The expectation that is shown next in a direction, and also lies there in the file."""
        index = self.rows[row]
        while 0 <= (row := row + step) < len(self.rows):
            other = self.rows[row]
            if other >= 0 and (other - index) * step > 0:
                return other
        return None

    def _far_end(self, index: int, other: int, chosen: Collection[int], step: int) -> int:
        """What to pass: the next one, or the last of its path where that is another one."""
        group = self.facts[other].group
        if group == self.facts[index].group or not self._heads:
            return other
        members = [at for at in self.rows if at >= 0 and at not in chosen and self.facts[at].group == group]
        return max(members) if step > 0 else min(members)


def _same_groups(found: Sequence[Facts], before: Sequence[Facts]) -> bool:
    return len(found) == len(before) and all(
        one is other or one.group == other.group for one, other in zip(found, before, strict=True)
    )


def _passing(
    expectations: ExpectationSet, facts: Sequence[Facts], severities: Sequence[Severity | None], wanted: str
) -> Sequence[int]:
    if not wanted.strip():
        return range(len(facts))
    match = compile_filter(wanted, FILTER_FIELDS)
    known = [*severities, *[None] * (len(facts) - len(severities))]
    every = map(_Seen, facts, expectations, known)
    return [index for index, one in enumerate(every) if match(one)]


def _grouped(indexes: Sequence[int], facts: Sequence[Facts]) -> tuple[list[int], list[str]]:
    """The rows, each group behind its head and in the place of its first member; and the heads."""
    names = {index: facts[index].group for index in indexes}
    heads = list(dict.fromkeys(names.values()))
    numbers = {name: number for number, name in enumerate(heads)}
    rows: list[int] = []
    before = -1
    for index in sorted(indexes, key=lambda index: numbers[names[index]]):
        number = numbers[names[index]]
        if number != before:
            rows.append(-1 - number)
            before = number
        rows.append(index)
    return rows, heads
