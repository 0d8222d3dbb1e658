"""One expectation at work: its matcher, how often and how long it still answers, and its responder."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from typing import Any

from automock_tui.mocking.chaos import Chaos
from automock_tui.mocking.delays import seconds
from automock_tui.mocking.matcher import RequestMatcher, compile_request
from automock_tui.mocking.responders import Responder, compile_responder
from automock_tui.mocking.services import Services


class Mock:
    """An expectation that answers. Times are seconds of `clock`, a monotonic one."""

    def __init__(
        self,
        tree: dict[str, Any],
        created: int,
        clock: Callable[[], float] = time.monotonic,
        services: Services | None = None,
    ) -> None:
        """An expectation from its JSON object.

        Args:
            tree: The expectation, as parsed.
            created: Its place in the order of insertion.
            clock: Says what time it is.
            services: What its action may use; shared by all of an engine.
        """
        self.tree = tree
        self.id = str(tree.get("id") or uuid.uuid4())
        self.priority = int(tree.get("priority") or 0)
        self.created = created
        shared = services if services is not None else Services()
        reads = shared.reads
        self.matcher: RequestMatcher = compile_request(tree.get("httpRequest"), shared)
        self.respond: Responder = compile_responder(tree, self.id, shared)
        self.is_of_files = shared.reads != reads
        """Whether files are part of it, so that it is another one when they change."""
        self.matches = 0
        self.remaining: int | None = _remaining(tree.get("times"))
        self._clock = clock
        self._born = clock()
        self._first_match: float | None = None
        self._lifetime = _lifetime(tree.get("timeToLive"))
        self.percentage = tree.get("percentage")
        self.scenario = str(tree.get("scenarioName") or "")
        self.scenario_state = tree.get("scenarioState")
        self.new_state = tree.get("newScenarioState")
        limit = tree.get("rateLimit")
        self.rate_limit: dict[str, Any] | None = limit if isinstance(limit, dict) else None
        faults = tree.get("chaos")
        self.chaos = Chaos(faults) if isinstance(faults, dict) else None

    @property
    def rank(self) -> tuple[int, int]:
        """Its place in the order of matching; lower comes first."""
        return (-self.priority, self.created)

    @property
    def is_active(self) -> bool:
        """Whether it still answers: times are left and its time to live is not over."""
        if self.remaining is not None and self.remaining <= 0:
            return False
        return self._lifetime is None or self._clock() - self._born < self._lifetime

    @property
    def is_lucky(self) -> bool:
        """Whether this request is one of its `percentage`; drawn anew each time."""
        if self.percentage is None or self.percentage >= 100:
            return True
        return random.random() * 100 < float(self.percentage)

    @property
    def since_first_match(self) -> float:
        """Seconds since it first matched."""
        return 0.0 if self._first_match is None else self._clock() - self._first_match

    def consume(self) -> None:
        """Count one match."""
        self.matches += 1
        if self._first_match is None:
            self._first_match = self._clock()
        if self.remaining is not None:
            self.remaining -= 1

    def normal_tree(self) -> dict[str, Any]:
        """The expectation as MockServer shows it, with the times that remain."""
        from automock_tui.mocking.control.normalising import normal_expectation

        return normal_expectation(self.tree, self.id, self.remaining)


def _remaining(times: Any) -> int | None:
    """The matches that are left; None for without end."""
    if not isinstance(times, dict) or times.get("unlimited") is True:
        return None
    return int(times.get("remainingTimes") or 0)


def _lifetime(spec: Any) -> float | None:
    """The seconds that an expectation lives; None for without end."""
    if not isinstance(spec, dict) or spec.get("unlimited") is True or "timeUnit" not in spec:
        return None
    return seconds(float(spec.get("timeToLive") or 0), str(spec["timeUnit"]))
