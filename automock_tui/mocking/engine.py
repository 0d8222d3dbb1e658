"""The engine: a set of expectations that answers requests, one at a time and in the order of matching."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from typing import Any

from automock_tui.mocking.answer import Answer
from automock_tui.mocking.index import PathIndex
from automock_tui.mocking.limits import Limits
from automock_tui.mocking.mock import Mock
from automock_tui.mocking.request import Request
from automock_tui.mocking.request_log import RequestLog
from automock_tui.mocking.services import FIRST_STATE, Services

HINT_HEADER = "x-mockserver-closest-match-hint"
API, FILE = "api", "file"
"""Where an expectation came from; a reload of the file touches only its own."""
_MAX_KNOWN = 20_000
"""Expectations whose request definitions are remembered after they are gone, for `verify` by id."""
_HINTED = 20
"""Expectations of the same path that are looked at for the hint of a miss."""


class Engine:
    """Expectations at work. Not for several threads at once: the server asks it from its one loop."""

    def __init__(
        self,
        *,
        log: RequestLog | None = None,
        clock: Callable[[], float] = time.monotonic,
        services: Services | None = None,
    ) -> None:
        """An engine without expectations.

        Args:
            log: Where requests are kept.
            clock: Says what time it is.
            services: Where files are, and what reads OpenAPI descriptions; nothing by default.
        """
        self.services = services if services is not None else Services()
        self.log = log if log is not None else RequestLog()
        self.limits = Limits()
        self.recorder: Callable[[Request], Answer] | None = None
        """Answers what no expectation matches, from the real API; None for the 404 of a miss."""
        self.scenarios = self.services.scenarios
        self._clock = clock
        self._mocks: dict[str, Mock] = {}
        self._sources: dict[str, str] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self._index: PathIndex[Mock] = PathIndex()
        self._counter = count()
        self._removed = 0

    # --- the set

    @property
    def mocks(self) -> list[Mock]:
        """The active expectations in the order of matching."""
        self.drop_inactive()
        return sorted(self._mocks.values(), key=lambda mock: mock.rank)

    def __len__(self) -> int:
        return len(self._mocks)

    def find(self, identity: str) -> Mock | None:
        """The expectation with this id."""
        return self._mocks.get(identity)

    def known_request(self, identity: str) -> dict[str, Any] | None:
        """The request definition of an expectation that is or was here."""
        return self._known.get(identity)

    def put(self, tree: dict[str, Any], source: str = API) -> Mock:
        """Add an expectation; one with the same id is replaced and keeps its place."""
        mock = Mock(tree, next(self._counter), self._clock, self.services)
        old = self._mocks.get(mock.id)
        if old is not None:
            mock.created = old.created
            self._index.remove(old, old.matcher.paths)
        self._mocks[mock.id] = mock
        self._sources[mock.id] = source
        self._known[mock.id] = tree.get("httpRequest") or {}
        while len(self._known) > max(_MAX_KNOWN, len(self._mocks)):
            self._known.pop(next(iter(self._known)))
        self._index.add(mock, mock.matcher.paths)
        return mock

    def load(self, trees: Iterable[dict[str, Any]], source: str = FILE, *, rereads: bool = False) -> None:
        """Make these the expectations of a source; what it gave before and is unchanged keeps its counts.

        What is used up and is still given begins anew, as with MockServer.

        Args:
            trees: The expectations, as parsed.
            source: Where they come from.
            rereads: Whether files that they are made of have changed, so that those are made anew.
        """
        served = self._expanded(trees)
        wanted = list({str(tree.get("id") or n): tree for n, tree in enumerate(served)}.values())
        kept = set()
        for tree in wanted:
            identity = str(tree.get("id") or "")
            old = self._mocks.get(identity)
            if old is None or old.tree != tree or (rereads and old.is_of_files):
                identity = self.put(tree, source).id
            kept.add(identity)
        for identity in [one for one, origin in self._sources.items() if origin == source and one not in kept]:
            self.remove(identity)

    def _expanded(self, trees: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Expectations, those of OpenAPI descriptions among them; without those that cannot be read."""
        found: list[dict[str, Any]] = []
        for tree in trees:
            if "specUrlOrPayload" in tree:
                from automock_tui.mocking.openapi.expectations import readable_expectations

                found += readable_expectations(tree, self.services)
            else:
                found.append(tree)
        return found

    def remove(self, identity: str) -> None:
        """Remove an expectation, and the state of a scenario that nobody else is in."""
        mock = self._mocks.pop(identity, None)
        self._sources.pop(identity, None)
        if mock is None:
            return
        self._index.remove(mock, mock.matcher.paths)
        self._removed += 1
        if self._removed > max(1000, len(self._mocks)):
            self._rebuild()
        if mock.scenario and not any(one.scenario == mock.scenario for one in self._mocks.values()):
            self.scenarios.pop(mock.scenario, None)

    def _rebuild(self) -> None:
        """Make the index anew, without the places that removed expectations have left in it."""
        self._index, self._removed = PathIndex(), 0
        for mock in self._mocks.values():
            self._index.add(mock, mock.matcher.paths)

    def clear(self) -> None:
        """Remove all expectations and scenarios."""
        self._mocks.clear()
        self._sources.clear()
        self._index = PathIndex()
        self.scenarios.clear()

    def reset(self) -> None:
        """Remove and forget everything."""
        self.clear()
        self._known.clear()
        self.limits.clear()
        self.log.restart()

    def drop_inactive(self) -> None:
        """Remove the expectations whose times or time to live are over."""
        for identity in [one.id for one in self._mocks.values() if not one.is_active]:
            self.remove(identity)

    # --- requests

    def answer(self, request: Request) -> tuple[Answer, str]:
        """The answer to a request, and the id of the expectation that gave it (empty for a miss)."""
        candidates = self._index.candidates(request.path) if request.path else self.mocks
        for mock in candidates:
            if not mock.is_active:
                continue
            if mock.matcher.matches(request) and self._takes(mock):
                answer = self._respond(mock, request)
                if mock.remaining is not None and not mock.is_active:
                    self.remove(mock.id)
                return answer, mock.id
        return self._miss(request, candidates), ""

    def _takes(self, mock: Mock) -> bool:
        """Whether a matching expectation takes the request: its scenario, its percentage, its times."""
        if mock.scenario and mock.scenario_state is not None:
            if self.scenarios.get(mock.scenario, FIRST_STATE) != mock.scenario_state:
                return False
            if mock.new_state is not None:
                self.scenarios[mock.scenario] = mock.new_state
        if not mock.is_lucky:
            return False
        if mock.scenario and mock.scenario_state is None and mock.new_state is not None:
            self.scenarios[mock.scenario] = mock.new_state
        mock.consume()
        return True

    def hindrance(self, mock: Mock) -> str:
        """Why an expectation would not take a request that it matches, in words; empty where it may."""
        if not mock.is_active:
            return "its times or its time to live are over"
        state = self.scenarios.get(mock.scenario, FIRST_STATE)
        if mock.scenario and mock.scenario_state not in (None, state):
            return f"scenario {mock.scenario} is in state {state}, not {mock.scenario_state}"
        return "it never answers: percentage is 0" if mock.percentage == 0 else ""

    def _respond(self, mock: Mock, request: Request) -> Answer:
        if mock.rate_limit is not None and (refusal := self.limits.refusal(mock.rate_limit, mock.id)):
            return refusal
        if mock.chaos is None:
            return mock.respond(request, mock.matches)
        since = mock.since_first_match
        fault = mock.chaos.fault(mock.matches, since, self.limits)
        if fault is not None:
            return fault
        return mock.chaos.changed(mock.respond(request, mock.matches), mock.matches, since)

    def _miss(self, request: Request, candidates: list[Mock]) -> Answer:
        if self.recorder is not None:
            return self.recorder(request)
        if is_preflight(request):
            return preflight_answer(request)
        near = [(mock.matcher.differences(request), mock.id) for mock in candidates[:_HINTED]]
        found = min(near, key=lambda one: len(one[0]), default=None)
        if found is None or not found[0]:
            return _NOT_FOUND
        first = found[0][0]
        what = f"(expected: {first.expected} found: {first.actual})"
        hint = f"expectation {found[1]}: {first.field} did not match {what}"
        return replace(_NOT_FOUND, headers=[(HINT_HEADER, " ".join(hint.split())[:1000])], _wire={})


_NOT_FOUND = Answer(404)


def is_preflight(request: Request) -> bool:
    """Whether a browser asks before it sends a request of another origin."""
    return request.method == "OPTIONS" and bool(
        request.header("origin") and request.header("access-control-request-method")
    )


_METHODS = "CONNECT, DELETE, GET, HEAD, OPTIONS, POST, PUT, PATCH, TRACE"
_HEADERS = (
    "Allow, Content-Encoding, Content-Length, Content-Type, ETag, Expires, Last-Modified, Location, Server, "
    "Vary, Authorization"
)


def preflight_answer(request: Request) -> Answer:
    """The answer to a browser that asks whether it may send a request of another origin."""
    asked = request.header("access-control-request-headers")
    return Answer(200, cors_headers(request.header("origin"), asked or _HEADERS))


def cors_headers(origin: str, allowed: str = _HEADERS) -> list[tuple[str, str]]:
    """The headers that let a browser's script of another origin in."""
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "false"),
        ("access-control-allow-methods", _METHODS),
        ("access-control-allow-headers", allowed),
        ("access-control-expose-headers", allowed),
        ("access-control-max-age", "0"),
    ]
