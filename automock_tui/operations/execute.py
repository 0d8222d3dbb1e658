"""Real answers for requests that were saved without one: asked for once, called in order, recorded.

Nothing is called that was not agreed to: the hosts are those that were shown.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from automock_tui.domain.errors import AutomockError
from automock_tui.importing.calls import SAFE_METHODS, Call, Carried, Prepared, Promise, host_of
from automock_tui.importing.imported import Finding, Report
from automock_tui.importing.recorded import Recording, keep, path_told
from automock_tui.operations.http_call import CallFailed, call

if TYPE_CHECKING:
    from automock_tui.importing.captures import Answer
    from automock_tui.importing.convert import Collected
    from automock_tui.importing.exchange import Exchange, Request
    from automock_tui.importing.imported import Options

MAX_RECORDED = 64 * 1024 * 1024
"""Bytes of answers that are held of one collection; what comes after them is not called."""


@dataclass(frozen=True)
class Preview:
    """What would be called.

    Attributes:
        hosts: How many requests of each method go to each host.
        skipped: Requests that will not be called, each with the reason.
        agreed: The places of those that will be.
        lacking: Variables that are not known, and that somebody may know.
    """

    hosts: Mapping[str, Counter[str]] = field(default_factory=dict)
    skipped: Sequence[tuple[str, str]] = ()
    agreed: frozenset[int] = frozenset()
    lacking: Sequence[str] = ()

    @property
    def methods(self) -> Counter[str]:
        """How many requests there are of each method."""
        return sum(self.hosts.values(), Counter())

    @property
    def unsafe(self) -> Counter[str]:
        """Those of them that may change something on the server."""
        return Counter({name: count for name, count in self.methods.items() if name not in SAFE_METHODS})


@dataclass(frozen=True)
class Outcome:
    """How one call went.

    Attributes:
        where: The request in the document.
        request: Its method, host and path.
        status: The answer's; None without one.
        seconds: How long it took; None where it was not made.
        reason: Why there is no answer, or what is special about it.
    """

    where: str
    request: str
    status: int | None = None
    seconds: float | None = None
    reason: str = ""

    def as_data(self) -> dict[str, object]:
        """As data, its time in milliseconds."""
        took = round(self.seconds * 1000) if self.seconds is not None else None
        return {
            "where": self.where,
            "request": self.request,
            "status": self.status,
            "milliseconds": took,
            "reason": self.reason or None,
        }

    def __str__(self) -> str:
        took = f" in {self.seconds:.2f} s" if self.seconds is not None else ""
        said = f"{self.status}{took}" if self.status else f"not recorded{took}"
        return f"{self.where}: {self.request}: {said}" + (f" ({self.reason})" if self.reason else "")


@dataclass(frozen=True)
class Execution:
    """How calls are agreed to and told of.

    Attributes:
        agrees: Asks whether all this may be called.
        tells: Hears of each call, done or not.
        variables: Variables that the collection lacks, or has another value for.
        is_stopped: Asked before each call; once it says yes, no more are made.
    """

    agrees: Callable[[Preview], bool]
    tells: Callable[[Outcome], None] = lambda _: None
    variables: Mapping[str, str] = field(default_factory=dict)
    is_stopped: Callable[[], bool] = lambda: False


class Heard(NamedTuple):
    """One real answer: the request as it was sent, what came, and values that were made up for this call."""

    sent: Request
    answer: Answer
    made_up: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calls:
    """What real servers said to a collection's requests; expectations can be made of it again and again.

    Attributes:
        outcomes: How each call went, in their order.
        heard: The answers, by the place of their request in the collection.
        carried: What was carried from answers to requests.
        findings: What there is to report of the calls.
    """

    outcomes: Sequence[Outcome] = ()
    heard: Mapping[int, Heard] = field(default_factory=dict)
    carried: Carried = field(default_factory=Carried)
    findings: Sequence[Finding] = ()

    @property
    def recorded(self) -> int:
        """How many requests have a real answer."""
        return len(self.heard)

    def and_then(self, later: Calls) -> Calls:
        """With what was called after them; of a request that was called again the later outcome counts."""
        again = {one.where for one in later.outcomes}
        kept = [one for one in self.outcomes if one.where not in again]
        said = [one for one in self.findings if one.where not in again]
        return replace(
            later,
            outcomes=(*kept, *later.outcomes),
            heard={**self.heard, **later.heard},
            findings=(*said, *later.findings),
        )


def execute(collected: Collected, execution: Execution, before: Calls | None = None) -> Calls:
    """Call the real servers for the requests without an answer, one after the other.

    Args:
        collected: The collection.
        execution: How that is agreed to.
        before: What was heard already; only the other requests are called.

    Raises:
        AutomockError: it was not agreed to; nothing was called.
    """
    before = before or Calls()
    wanted = _wanted(collected, before)
    if not wanted:
        return before
    carried = Carried({**before.carried.values, **execution.variables}, dict(before.carried.answers))
    preview = _preview_of(wanted, carried)
    if preview.hosts and not execution.agrees(preview):
        raise AutomockError("Not confirmed", "Nothing was called and nothing was changed.")
    run = _Run(carried, preview)
    outcomes = []
    for place, exchange in wanted.items():
        if execution.is_stopped():
            outcomes.append(run.not_recorded(exchange, None, "stopped before it"))
            continue
        outcomes.append(run.one(place, exchange))
        execution.tells(outcomes[-1])
    return before.and_then(Calls(outcomes, run.heard, run.carried, run.report.findings))


def put_answers(collected: Collected, calls: Calls, options: Options) -> None:
    """Give the requests of a collection their real answers, without the secrets in them if so wanted."""
    for finding in calls.findings:
        collected.report.add(*finding)
    recordings = [
        Recording(collected.exchanges[place], deepcopy(one.sent), one.answer, one.made_up)
        for place, one in calls.heard.items()
    ]
    keep(recordings, calls.carried.values, options, collected.report)


def preview_of(
    collected: Collected, variables: Mapping[str, str] | None = None, before: Calls | None = None
) -> Preview:
    """What calling the requests without an answer would touch; nothing is called."""
    before = before or Calls()
    carried = Carried({**before.carried.values, **(variables or {})}, dict(before.carried.answers))
    return _preview_of(_wanted(collected, before), carried)


def _wanted(collected: Collected, before: Calls) -> dict[int, Exchange]:
    return {
        place: one
        for place, one in enumerate(collected.exchanges)
        if one.is_generated and one.call and place not in before.heard
    }


def _preview_of(wanted: Mapping[int, Exchange], carried: Carried) -> Preview:
    hosts: dict[str, Counter[str]] = {}
    skipped, agreed = [], set()
    lacking: dict[str, None] = {}
    promise = Promise()
    known = _made_up() | carried.values
    for place, one in wanted.items():
        asked = one.call
        prepared = asked.prepare(Carried(known, carried.answers)) if asked else Prepared(None)
        if asked and prepared.request and (not prepared.reason or _may_be(prepared, asked, promise, known)):
            agreed.add(place)
            hosts.setdefault(host_of(prepared.request), Counter())[prepared.request.method] += 1
            promise.add(asked)
        else:
            skipped.append((one.where, prepared.reason))
            lacking |= dict.fromkeys(name for name in prepared.missing if not promise.gives((name,)))
    return Preview(hosts, skipped, frozenset(agreed), [name for name in lacking if _is_name(name)])


def _is_name(missing: str) -> bool:
    """Whether a value can be given for it: template tags and what a shell makes up have no name."""
    return missing[:1] not in ("{", "$") and "=" not in missing


def _may_be(prepared: Prepared, asked: Call, promise: Promise, known: dict[str, str]) -> bool:
    """Whether a request only lacks what answers before it give, and goes to a host that is known already."""
    return (
        prepared.request is not None
        and bool(prepared.missing)
        and not prepared.request.unsent
        and promise.gives(prepared.missing)
        and _knows_host(asked, prepared, known)
    )


def _knows_host(asked: Call, prepared: Prepared, known: dict[str, str]) -> bool:
    """Whether the host does not hang on what is missing: with other text for that it is the same."""
    others = Carried(known | dict.fromkeys(prepared.missing, "other.invalid"))
    request = asked.prepare(others).request
    here = prepared.request.origin if prepared.request else ""
    return bool(here) and request is not None and request.origin == here


class _Run:
    """The calls of one collection, with what is carried from one to the next."""

    def __init__(self, carried: Carried, preview: Preview) -> None:
        self.carried = carried
        self.heard: dict[int, Heard] = {}
        self.report = Report()
        self._preview = preview
        self._unreachable: set[str] = set()
        self._bytes = 0

    def one(self, place: int, exchange: Exchange) -> Outcome:
        """Make one call, or say why not."""
        assert exchange.call is not None
        made_up = _made_up()
        known = Carried(made_up | self.carried.values, self.carried.answers)
        prepared = exchange.call.prepare(known)
        request = prepared.request
        is_agreed = place in self._preview.agreed
        reason = prepared.reason or (self._refusal(request, is_agreed) if request else "")
        if reason or request is None:
            return self.not_recorded(exchange, request, reason)
        outcome, answer = self._made(exchange, exchange.call, request)
        if answer is not None:
            self.heard[place] = Heard(request, answer, tuple(made_up.values()))
        return outcome

    def _made(self, exchange: Exchange, asked: Call, request: Request) -> tuple[Outcome, Answer | None]:
        begun = time.monotonic()
        try:
            answer = call(request, follows=asked.follows)
        except CallFailed as error:
            if error.is_unreachable:
                self._unreachable.add(host_of(request))
            return self.not_recorded(exchange, request, error.reason, time.monotonic() - begun), None
        seconds = time.monotonic() - begun
        said = self._said(request)
        self._bytes += len(answer.data)
        self._take(exchange, asked, answer)
        is_elsewhere = 300 < answer.status < 400 and answer.header("location") and asked.follows
        reason = "a redirect to another host: not followed" if is_elsewhere else ""
        return Outcome(exchange.where, said, answer.status, seconds, reason), answer

    def _take(self, exchange: Exchange, asked: Call, answer: Answer) -> None:
        for name in self.carried.take(asked, answer):
            self.report.add(exchange.where, f"carried variable {name}", f"not in the answer ({answer.status})")
        for words in asked.read.unread:
            self.report.add(exchange.where, f"script: {words}", "not understood: its variable is not carried")

    def _refusal(self, request: Request, is_agreed: bool) -> str:
        host = host_of(request)
        if not is_agreed or host not in self._preview.hosts:
            return "its host was not among those that were agreed to"
        if self._bytes > MAX_RECORDED:
            return f"over {MAX_RECORDED // 1024 // 1024} MiB of answers are recorded already"
        return "its host could not be reached before" if host in self._unreachable else ""

    def not_recorded(
        self, exchange: Exchange, request: Request | None, reason: str, seconds: float | None = None
    ) -> Outcome:
        """Say why there is no answer."""
        self.report.add(exchange.where, "no real answer", reason)
        return Outcome(exchange.where, self._said(request or exchange.request), None, seconds, reason)

    def _said(self, request: Request) -> str:
        """A request in a few words; without its query, which is long and may hold secrets."""
        return f"{request.method} {host_of(request)}{path_told(request, self.carried.values)}"


def _made_up() -> dict[str, str]:
    """The values that clients make up anew for each request."""
    now = datetime.now(UTC)
    guid = str(uuid.uuid4())
    return {
        "$guid": guid,
        "$randomUUID": guid,
        "$timestamp": str(int(now.timestamp())),
        "$isoTimestamp": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z",
    }
