"""What a run's progress is made of: stages, resources, and counts of changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from automock_tui.domain.event_types import Resource


class StageState(StrEnum):
    """Where a stage of a job is."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ResourceState(StrEnum):
    """Where a change of a resource is.

    `cancelled`: it was under way when the run was interrupted, and Terraform gave it up. `lost`: it was under
    way when the run itself died, so nobody knows whether it happened.
    """

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


_SETTLED = {ResourceState.DONE, ResourceState.FAILED, ResourceState.CANCELLED, ResourceState.LOST}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a job."""

    name: str
    state: StageState = StageState.PENDING
    started_at: datetime | None = None
    finished_at: datetime | None = None
    elapsed_seconds: float = 0.0

    def elapsed(self, now: datetime) -> float:
        """Seconds it took, or has taken until now."""
        if self.state is StageState.RUNNING and self.started_at is not None:
            return max(0.0, (now - self.started_at).total_seconds())
        return self.elapsed_seconds


@dataclass(frozen=True, slots=True)
class ResourceProgress:
    """One resource of the run; `steps_done` of `steps` says how far a replacement is."""

    resource: Resource
    action: str
    state: ResourceState = ResourceState.PLANNED
    steps: int = 1
    steps_done: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    reported_seconds: float = 0.0
    id: str = ""
    error: str = ""
    reason: str = ""

    @property
    def address(self) -> str:
        """Terraform's address of the resource."""
        return self.resource.address

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to it in this run."""
        return self.state in _SETTLED

    def elapsed(self, now: datetime) -> float:
        """Seconds it took, or has taken until now; 0 before it starts."""
        if self.started_at is None:
            return self.reported_seconds
        until = self.finished_at if self.is_settled else now
        if until is None:
            return self.reported_seconds
        return max(self.reported_seconds, (until - self.started_at).total_seconds())


class Counts(NamedTuple):
    """Resources to add, change and remove; a replacement is one to add and one to remove."""

    add: int = 0
    change: int = 0
    remove: int = 0

    def __str__(self) -> str:
        return f"+{self.add} ~{self.change} \N{MINUS SIGN}{self.remove}"


NO_CHANGES = Counts()
_COUNTS = {
    "create": Counts(add=1),
    "update": Counts(change=1),
    "delete": Counts(remove=1),
    "replace": Counts(add=1, remove=1),
}


def plus(left: Counts, action: str) -> Counts:
    """Counts with one more action of Terraform's."""
    right = _COUNTS.get(action, NO_CHANGES)
    return Counts(left.add + right.add, left.change + right.change, left.remove + right.remove)
