"""How far a run is: a pure reducer from the events of a job to one immutable picture of it.

Terraform does not say how much there is to do: applying a saved plan repeats the planned changes but sends no
summary before it starts. So the denominator is counted here, from the planned changes; replacing a resource is
two steps (delete and create), reading a data source is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from automock_tui.domain.progress_parts import (
    NO_CHANGES,
    Counts,
    ResourceProgress,
    ResourceState,
    Stage,
    StageState,
    plus,
)
from automock_tui.domain.terraform_events import (
    ApplyCompleted,
    ApplyErrored,
    ApplyProgressed,
    ApplyStarted,
    ChangeSummary,
    Diagnostic,
    DiagnosticEvent,
    Event,
    Failure,
    LogEvent,
    Output,
    OutputsEvent,
    PlannedChange,
    ResultEvent,
    StageEvent,
    VersionEvent,
)

__all__ = [
    "DEPLOY_STAGES",
    "DESTROY_STAGES",
    "Card",
    "Counts",
    "Progress",
    "ResourceProgress",
    "ResourceState",
    "Result",
    "Stage",
    "StageState",
    "abandon",
    "advance",
]

DEPLOY_STAGES = ("init", "plan", "review", "apply", "health", "record")
DESTROY_STAGES = ("init", "plan", "review", "destroy", "record")

_STEPS = {"create": 1, "update": 1, "delete": 1, "replace": 2}
_HALTED = "execution halted"
"""What Terraform adds, empty, for each part of the graph that an interrupt kept from starting."""


@dataclass(frozen=True, slots=True)
class Card:
    """A diagnostic to show, and how often it came."""

    diagnostic: Diagnostic
    count: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """How the job ended; `planned` is a plan that waits for its review."""

    status: str
    summary: str = ""
    error: Failure | None = None
    at: datetime | None = None


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Progress:
    """One immutable picture of a job.

    `planned` and `applied` count changes from the events; `summary` is Terraform's own count at the end of an
    apply or destroy. `outputs` are those of the last apply.
    """

    stages: Mapping[str, Stage] = field(default_factory=_nothing)
    resources: Mapping[str, ResourceProgress] = field(default_factory=_nothing)
    diagnostics: tuple[Card, ...] = ()
    outputs: Mapping[str, Output] = field(default_factory=_nothing)
    planned: Counts = NO_CHANGES
    applied: Counts = NO_CHANGES
    steps_total: int = 0
    steps_done: int = 0
    operation: str = ""
    summary: ChangeSummary | None = None
    result: Result | None = None
    terraform_version: str = ""
    interrupted: bool = False
    started_at: datetime | None = None
    last_at: datetime | None = None
    new_run: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended; one whose plan waits for a review has not."""
        return self.result is not None and not self.awaits_review

    @property
    def awaits_review(self) -> bool:
        """Whether the plan is made and nobody has said yes or no."""
        return self.result is not None and self.result.status == "planned"

    @property
    def fraction(self) -> float:
        """Done steps of all, 0 to 1; 0 while nothing is planned."""
        return min(1.0, self.steps_done / self.steps_total) if self.steps_total else 0.0

    @property
    def cards(self) -> tuple[Card, ...]:
        """What to show of the diagnostics: errors first, and "execution halted" only where nothing says why."""
        errors = [card for card in self.diagnostics if card.diagnostic.is_error]
        said = [card for card in errors if not _is_empty_halt(card.diagnostic)]
        return (*(said or errors), *(card for card in self.diagnostics if not card.diagnostic.is_error))

    def stage(self, name: str) -> Stage:
        """A stage by name; one that has not come yet is pending."""
        return self.stages.get(name) or Stage(name)

    def in_state(self, state: ResourceState) -> tuple[ResourceProgress, ...]:
        """The resources in this state, in the order they were planned."""
        return tuple(one for one in self.resources.values() if one.state is state)


def advance(progress: Progress, events: Iterable[Event]) -> Progress:
    """The picture after these events. Give many at once: what changes is copied once per call."""
    draft = _Draft(progress)
    for event in events:
        draft.take(event)
    return draft.freeze()


def abandon(progress: Progress) -> Progress:
    """The picture of a run whose process died without a word: what was under way is lost."""
    draft = _Draft(progress)
    draft.lose_running()
    return draft.freeze()


class _Draft:
    """A progress while events are added to it."""

    def __init__(self, progress: Progress) -> None:
        self._base = progress
        self._changes: dict[str, Any] = {}
        self._stages = dict(progress.stages)
        self._resources = dict(progress.resources)
        self._cards = {card.diagnostic: card for card in progress.diagnostics}
        self.planned, self.applied = progress.planned, progress.applied
        self.total, self.done = progress.steps_total, progress.steps_done
        self.last_at = progress.last_at
        self.started_at = progress.started_at
        self.new_run, self.interrupted = progress.new_run, progress.interrupted
        self.result = progress.result

    def freeze(self) -> Progress:
        return replace(
            self._base,
            stages=MappingProxyType(self._stages),
            resources=MappingProxyType(self._resources),
            diagnostics=tuple(self._cards.values()),
            planned=self.planned,
            applied=self.applied,
            steps_total=self.total,
            steps_done=self.done,
            last_at=self.last_at,
            started_at=self.started_at,
            new_run=self.new_run,
            interrupted=self.interrupted,
            result=self.result,
            **self._changes,
        )

    def take(self, event: Event) -> None:
        if event.at is not None:
            self.last_at = event.at
            self.started_at = self.started_at or event.at
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def on_version(self, event: VersionEvent) -> None:
        self._changes["terraform_version"] = event.terraform
        self.new_run = True
        self.result = None

    def _begin_run(self) -> None:
        """Forget the former command's resources, but only when the new one has some to tell of."""
        if not self.new_run:
            return
        self.new_run = self.interrupted = False
        self._resources.clear()
        self._cards = {key: card for key, card in self._cards.items() if not card.diagnostic.is_error}
        self.planned = self.applied = NO_CHANGES
        self.total = self.done = 0
        self._changes.update(operation="", summary=None)

    def on_planned(self, event: PlannedChange) -> None:
        self._begin_run()
        steps = _STEPS.get(event.action, 0)
        if not steps:
            return
        address, before = event.resource.address, self._resources.get(event.resource.address)
        self.planned = plus(self.planned, event.action)
        self.total += steps
        if before is None:
            self._resources[address] = ResourceProgress(
                event.resource, event.action, steps=steps, reason=event.reason
            )
        else:  # the same address twice: an instance and its deposed predecessor
            self._resources[address] = replace(before, steps=before.steps + steps)

    def on_started(self, event: ApplyStarted) -> None:
        if event.action not in _STEPS:
            return
        self._update(
            event,
            state=ResourceState.RUNNING,
            started_at=self._of(event).started_at or event.at,
            reported_seconds=0.0,
        )

    def on_progressed(self, event: ApplyStarted) -> None:
        if event.action in _STEPS:
            self._update(event, reported_seconds=event.elapsed_seconds)

    def on_completed(self, event: ApplyStarted) -> None:
        if event.action not in _STEPS:
            return
        before = self._of(event)
        steps_done = before.steps_done + 1
        self.done += 1
        self.applied = plus(self.applied, event.action)
        is_done = steps_done >= before.steps
        self._update(
            event,
            started_at=before.started_at or _began(event),
            state=ResourceState.DONE if is_done else ResourceState.RUNNING,
            steps_done=steps_done,
            finished_at=event.at if is_done else None,
            reported_seconds=event.elapsed_seconds,
            id=event.id or before.id,
        )

    def on_errored(self, event: ApplyStarted) -> None:
        if event.action not in _STEPS:
            return
        self._update(
            event,
            started_at=self._of(event).started_at or _began(event),
            state=ResourceState.CANCELLED if self.interrupted else ResourceState.FAILED,
            finished_at=event.at,
            reported_seconds=event.elapsed_seconds,
        )

    def _of(self, event: ApplyStarted) -> ResourceProgress:
        self._begin_run()
        found = self._resources.get(event.resource.address)
        if found is None:  # a stream that we joined without its plan
            found = ResourceProgress(event.resource, event.action)
            self.total += 1
            self._resources[event.resource.address] = found
        return found

    def _update(self, event: ApplyStarted, **changes: Any) -> None:
        self._resources[event.resource.address] = replace(self._of(event), **changes)

    def on_diagnostic(self, event: DiagnosticEvent) -> None:
        before = self._cards.get(event.diagnostic)
        self._cards[event.diagnostic] = Card(event.diagnostic, before.count + 1 if before else 1)
        failed = self._resources.get(event.diagnostic.address)
        if failed is not None and event.diagnostic.is_error and not failed.error:
            self._resources[failed.address] = replace(failed, error=event.diagnostic.summary)

    def on_log(self, event: LogEvent) -> None:
        if "interrupt" in event.message.lower():
            self.interrupted = True

    def on_summary(self, event: ChangeSummary) -> None:
        self._begin_run()
        self._changes["operation"] = event.operation
        if event.operation != "plan":
            self._changes["summary"] = event

    def on_outputs(self, event: OutputsEvent) -> None:
        if not event.planned:
            self._changes["outputs"] = MappingProxyType(dict(event.outputs))

    def on_stage(self, event: StageEvent) -> None:
        before = self._stages.get(event.stage) or Stage(event.stage)
        self._stages[event.stage] = _stage_after(before, event)
        self.result = None

    def on_result(self, event: ResultEvent) -> None:
        self.result = Result(event.status, event.summary, event.error, event.at)
        if event.status != "planned":
            self.lose_running()

    def lose_running(self) -> None:
        for address, one in self._resources.items():
            if one.state is ResourceState.RUNNING:
                self._resources[address] = replace(one, state=ResourceState.LOST, finished_at=self.last_at)
        for name, stage in self._stages.items():
            if stage.state is StageState.RUNNING:
                self._stages[name] = replace(stage, state=StageState.FAILED, finished_at=self.last_at)


def _stage_after(before: Stage, event: StageEvent) -> Stage:
    if event.status == "started":
        return Stage(event.stage, StageState.RUNNING, started_at=event.at)
    state = StageState.DONE if event.status == "done" else StageState.FAILED
    return replace(before, state=state, finished_at=event.at, elapsed_seconds=event.elapsed_seconds)


def _began(event: ApplyStarted) -> datetime | None:
    return None if event.at is None else event.at - timedelta(seconds=event.elapsed_seconds)


def _is_empty_halt(diagnostic: Diagnostic) -> bool:
    return diagnostic.summary == _HALTED and not diagnostic.detail


_HANDLERS: dict[type[Event], Callable[[_Draft, Any], None]] = {
    VersionEvent: _Draft.on_version,
    PlannedChange: _Draft.on_planned,
    ApplyStarted: _Draft.on_started,
    ApplyProgressed: _Draft.on_progressed,
    ApplyCompleted: _Draft.on_completed,
    ApplyErrored: _Draft.on_errored,
    DiagnosticEvent: _Draft.on_diagnostic,
    LogEvent: _Draft.on_log,
    ChangeSummary: _Draft.on_summary,
    OutputsEvent: _Draft.on_outputs,
    StageEvent: _Draft.on_stage,
    ResultEvent: _Draft.on_result,
}
