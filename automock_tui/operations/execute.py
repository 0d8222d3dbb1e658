"""Real answers for requests that were saved without one: asked for once, called in order, recorded.

Nothing is called that was not agreed to: the hosts are those that were shown.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError
from automock_tui.importing.calls import SAFE_METHODS, Call, Carried, Prepared, Promise, host_of
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
    """

    hosts: Mapping[str, Counter[str]] = field(default_factory=dict)
    skipped: Sequence[tuple[str, str]] = ()
    agreed: frozenset[int] = frozenset()

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
    """

    agrees: Callable[[Preview], bool]
    tells: Callable[[Outcome], None] = lambda _: None
    variables: Mapping[str, str] = field(default_factory=dict)


def execute(collected: Collected, execution: Execution, options: Options) -> list[Outcome]:
    """Call the real servers for the requests without an answer, one after the other, and keep what they say.

    Raises:
        AutomockError: it was not agreed to; nothing was called.
    """
    wanted = [one for one in collected.exchanges if one.is_generated and one.call]
    if not wanted:
        return []
    preview = preview_of(wanted, execution.variables)
    if preview.hosts and not execution.agrees(preview):
        raise AutomockError("Not confirmed", "Nothing was called and nothing was changed.")
    run = _Run(collected, preview, execution.variables)
    outcomes = []
    for place, exchange in enumerate(wanted):
        outcomes.append(run.one(exchange, is_agreed=place in preview.agreed))
        execution.tells(outcomes[-1])
    keep(run.recordings, run.carried.values, options, collected.report)
    return outcomes


def preview_of(exchanges: Sequence[Exchange], variables: Mapping[str, str]) -> Preview:
    """What calling these requests would touch."""
    hosts: dict[str, Counter[str]] = {}
    skipped = []
    agreed = set()
    promise = Promise()
    known = _made_up() | dict(variables)
    for place, one in enumerate(exchanges):
        asked = one.call
        prepared = asked.prepare(Carried(known)) if asked else Prepared(None)
        if asked and prepared.request and (not prepared.reason or _may_be(prepared, asked, promise, known)):
            agreed.add(place)
            hosts.setdefault(host_of(prepared.request), Counter())[prepared.request.method] += 1
            promise.add(asked)
        else:
            skipped.append((one.where, prepared.reason))
    return Preview(hosts, skipped, frozenset(agreed))


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

    def __init__(self, collected: Collected, preview: Preview, variables: Mapping[str, str]) -> None:
        self.carried = Carried(dict(variables))
        self.recordings: list[Recording] = []
        self._report = collected.report
        self._hosts = preview.hosts
        self._unreachable: set[str] = set()
        self._bytes = 0

    def one(self, exchange: Exchange, *, is_agreed: bool) -> Outcome:
        """Make one call, or say why not."""
        assert exchange.call is not None
        made_up = _made_up()
        known = Carried(made_up | self.carried.values, self.carried.answers)
        prepared = exchange.call.prepare(known)
        request = prepared.request
        reason = prepared.reason or (self._refusal(request, is_agreed) if request else "")
        if reason or request is None:
            return self._not_recorded(exchange, request, reason)
        return self._made(exchange, exchange.call, request, tuple(made_up.values()))

    def _made(self, exchange: Exchange, asked: Call, request: Request, made_up: tuple[str, ...]) -> Outcome:
        begun = time.monotonic()
        try:
            answer = call(request, follows=asked.follows)
        except CallFailed as error:
            if error.is_unreachable:
                self._unreachable.add(host_of(request))
            return self._not_recorded(exchange, request, error.reason, time.monotonic() - begun)
        seconds = time.monotonic() - begun
        said = self._said(request)
        self._bytes += len(answer.data)
        self._take(exchange, asked, answer)
        self.recordings.append(Recording(exchange, request, answer, made_up))
        is_elsewhere = 300 < answer.status < 400 and answer.header("location") and asked.follows
        reason = "a redirect to another host: not followed" if is_elsewhere else ""
        return Outcome(exchange.where, said, answer.status, seconds, reason)

    def _take(self, exchange: Exchange, asked: Call, answer: Answer) -> None:
        for name in self.carried.take(asked, answer):
            self._report.add(exchange.where, f"carried variable {name}", f"not in the answer ({answer.status})")
        for words in asked.read.unread:
            self._report.add(exchange.where, f"script: {words}", "not understood: its variable is not carried")

    def _refusal(self, request: Request, is_agreed: bool) -> str:
        host = host_of(request)
        if not is_agreed or host not in self._hosts:
            return "its host was not among those that were agreed to"
        if self._bytes > MAX_RECORDED:
            return f"over {MAX_RECORDED // 1024 // 1024} MiB of answers are recorded already"
        return "its host could not be reached before" if host in self._unreachable else ""

    def _not_recorded(
        self, exchange: Exchange, request: Request | None, reason: str, seconds: float | None = None
    ) -> Outcome:
        self._report.add(exchange.where, "no real answer", reason)
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
