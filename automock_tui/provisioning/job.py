"""A job: one background run, its record and the files of its folder."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from automock_tui.domain.document import INSTANT, INTEGER, OBJECT, TEXT, Codec, Document, choice, nested, stored
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.workspace import WorkspaceRef
from automock_tui.provisioning.engine import Engine
from automock_tui.provisioning.processes import ProcessIdentity

_ID = re.compile(r"\d{8}-\d{9}-[0-9a-z]{4}")


class JobKind(StrEnum):
    """What a job does."""

    DEPLOY = "deploy"
    DESTROY = "destroy"


class JobStatus(StrEnum):
    """Where a job is in its life; `lost` means that its process ended without leaving a result.

    `serving` is the job of a local mock that is up: its process lives as long as the mock, and nobody waits for
    its end.
    """

    STARTING = "starting"
    RUNNING = "running"
    SERVING = "serving"
    PLANNED = "planned"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"
    LOST = "lost"


ACTIVE_STATUSES = frozenset({JobStatus.STARTING, JobStatus.RUNNING})
"""A process is (or is about to be) at work."""
LIVE_STATUSES = ACTIVE_STATUSES | {JobStatus.SERVING}
"""A process says that it is there; whether it is, the kernel knows."""
FINAL_STATUSES = frozenset(JobStatus) - LIVE_STATUSES - {JobStatus.PLANNED}
"""Nothing will happen to the job any more."""


class JobPhase(StrEnum):
    """Which of a job's two processes this is: the one that plans, or the one that applies a reviewed plan."""

    PLAN = "plan"
    APPLY = "apply"


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError(f"expected true or false, found {value!r}")


def _maybe(kind: type[Document]) -> Codec:
    return Codec(nested(kind).decode, lambda value: None if value is None else value.to_dict())


FLAG = Codec(_flag)


@dataclass(frozen=True, kw_only=True)
class Changes(Document):
    """How many resources a plan would change or an apply has changed; a replacement is one add, one remove."""

    add: int = stored(INTEGER, 0)
    change: int = stored(INTEGER, 0)
    remove: int = stored(INTEGER, 0)

    def __str__(self) -> str:
        return f"{self.add} to add, {self.change} to change, {self.remove} to destroy"


@dataclass(frozen=True, kw_only=True)
class JobError(Document):
    """Why a job did not do its work, as the user will read it."""

    title: str = stored(TEXT, "")
    message: str = stored(TEXT, "")
    hint: str = stored(TEXT, "")
    exit_code: int = stored(INTEGER, 1)

    @classmethod
    def of(cls, error: AutomockError) -> Self:
        """The stored form of an error."""
        return cls(title=error.title, message=error.message, hint=error.hint, exit_code=error.exit_code)


@dataclass(frozen=True, kw_only=True)
class Job(Document):
    """The record of one job, the document `job.json`.

    `arguments` is what its script was asked to do (options, ttl_hours, generation, ...), never a secret.
    `changes` counts the plan until the apply is over, then what was done. Times are UTC; None is "not yet".
    """

    schema_version: int = stored(INTEGER, 1)
    id: str = stored(TEXT, "")
    kind: JobKind = stored(choice(JobKind), JobKind.DEPLOY)
    project: str = stored(TEXT, "")
    bucket: str = stored(TEXT, "")
    workspace: WorkspaceRef = stored(nested(WorkspaceRef), factory=WorkspaceRef)
    arguments: dict[str, Any] = stored(OBJECT, factory=dict)
    plan_only: bool = stored(FLAG, False)
    auto_approve: bool = stored(FLAG, False)
    by: str = stored(TEXT, "")
    created_at: datetime | None = stored(INSTANT)
    started_at: datetime | None = stored(INSTANT)
    finished_at: datetime | None = stored(INSTANT)
    status: JobStatus = stored(choice(JobStatus), JobStatus.STARTING)
    phase: JobPhase = stored(choice(JobPhase), JobPhase.PLAN)
    stage: str = stored(TEXT, "")
    process: ProcessIdentity | None = stored(_maybe(ProcessIdentity))
    engine: Engine | None = stored(_maybe(Engine))
    changes: Changes | None = stored(_maybe(Changes))
    outputs: dict[str, Any] = stored(OBJECT, factory=dict)
    error: JobError | None = stored(_maybe(JobError))
    summary: str = stored(TEXT, "")

    @property
    def pid(self) -> int | None:
        """The number of the job's process, if it has had one."""
        return self.process.pid if self.process else None

    @property
    def is_active(self) -> bool:
        """Whether a process is at work or about to be."""
        return self.status in ACTIVE_STATUSES

    @property
    def is_live(self) -> bool:
        """Whether the job has a process, at work or serving."""
        return self.status in LIVE_STATUSES

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen any more; a plan that waits for review is neither active nor final."""
        return self.status in FINAL_STATUSES

    @property
    def is_after_review(self) -> bool | None:
        """Whether its (last) process works after the plan's review; None where one process does everything."""
        return None if self.auto_approve else self.phase is JobPhase.APPLY

    def elapsed_seconds(self, now: datetime) -> float:
        """Seconds from the start (of the last process) until its end, or until now."""
        if self.started_at is None:
            return 0.0
        return max(0.0, ((self.finished_at or now) - self.started_at).total_seconds())


def new_job_id(now: datetime) -> str:
    """A name that sorts by time, down to the millisecond, with four random characters against a tie."""
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    tail = "".join(secrets.choice(alphabet) for _ in range(4))
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}{now.microsecond // 1000:03d}-{tail}"


def is_job_id(name: str) -> bool:
    """Whether this can be the name of a job (and so of a folder of ours)."""
    return _ID.fullmatch(name) is not None


class JobFolder:
    """The files of one job, by name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.record = path / "job.json"
        self.events = path / "events.jsonl"
        """Terraform's lines as they came, redacted, and our own events between them."""
        self.log = path / "terraform.log"
        """The same for people, with local time."""
        self.errors = path / "stderr.log"
        """What Terraform and the job's process wrote to stderr."""
        self.process_output = path / "process.log"
        """Whatever else the job's process said: empty unless Python itself failed."""
        self.lock = path / "lock"
        self.cancel_request = path / "cancel"
        self.work = path / "work"
        """Terraform's working directory."""
        self.plan = self.work / "plan.tfplan"
        """The plan under review; holds secrets in clear, so it goes when the job ends."""
        self.errored_state = self.work / "errored.tfstate"
        """What Terraform leaves when it could not save the state: never deleted by us."""
