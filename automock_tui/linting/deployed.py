"""What is different once a mock is deployed: several tasks, and an address that everybody reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automock_tui.domain.expectation import UNLIMITED, Expectation
from automock_tui.domain.expectation_fields import FORWARDS
from automock_tui.domain.json_text import Path
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.walking import responses

_CHAOS = {
    "quotaLimit": "The quota",
    "succeedFirst": "The count of successes",
    "failRequestCount": "The count of failures",
    "outageAfterMillis": "The clock of the outage",
    "degradationRampMillis": "The clock of the degradation",
}
_COUNTING = ("SEQUENTIAL", "SWITCH")


def check_state(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """State that each of several tasks keeps for itself."""
    tasks = context.max_tasks or 1
    if tasks < 2:
        return
    for path, what, verb in _state(expectation.tree):
        yield Finding("state-per-task", path, f"{what} {verb} kept by each of up to {tasks} tasks for itself.")


def _state(tree: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    times = tree.get("times")
    if isinstance(times, dict) and times.get("remainingTimes", 0) != 0 and times.get(UNLIMITED) is not True:
        yield ("times",), "The remaining times", "are"
    if tree.get("scenarioName"):
        yield ("scenarioName",), "The state of the scenario", "is"
    if isinstance(tree.get("rateLimit"), dict):
        yield ("rateLimit",), "The rate limit", "is"
    several = tree.get("httpResponses")
    is_sequence = isinstance(several, list) and len(several) > 1
    if is_sequence and tree.get("responseMode", "SEQUENTIAL") in _COUNTING:
        yield ("httpResponses",), "The place in the sequence of responses", "is"
    chaos = tree.get("chaos")
    for name in (name for name in _CHAOS if isinstance(chaos, dict) and chaos.get(name)):
        yield ("chaos", name), _CHAOS[name], "is"
    for one in responses(tree):
        if isinstance(one.value.get("recoverAfter"), dict):
            yield (*one.path, "recoverAfter"), "The count of failures", "is"


def check_forwards(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """Requests that are sent on to another host, from an address that everybody reaches."""
    if not context.is_public:
        return
    tree = expectation.tree
    for name in (name for name in FORWARDS if name in tree):
        yield _forward((name,), tree[name])
    steps = tree.get("steps")
    for index, one in enumerate(steps if isinstance(steps, list) else ()):
        for name in (name for name in FORWARDS if isinstance(one, dict) and name in one):
            yield _forward(("steps", index, name), one[name])


def _forward(path: Path, spec: Any) -> Finding:
    host = _host(spec)
    target = f" to {host}" if host else ""
    return Finding("public-forward", path, f"{path[-1]} sends what anybody asks on{target}.")


def _host(spec: Any) -> str:
    if not isinstance(spec, dict):
        return ""
    if isinstance(spec.get("host"), str):
        return str(spec["host"])
    for name in ("httpForward", "requestOverride", "httpRequest", "socketAddress"):
        if found := _host(spec.get(name)):
            return found
    return ""
