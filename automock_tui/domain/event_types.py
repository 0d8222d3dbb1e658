"""The events of a job's stream: what Terraform says (`-json`), and what we add.

Plain frozen, slotted dataclasses: a long log is read again whenever somebody attaches to a job.
`terraform_events.parse_line` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

SUPPORTED_UI_MAJOR = 1
"""The major version of Terraform's UI protocol that these events were written for."""


class Resource(NamedTuple):
    """One resource instance as Terraform names it; `key` is its count index or for_each key."""

    address: str
    type: str = ""
    name: str = ""
    module: str = ""
    key: str | int | None = None


class SourceRange(NamedTuple):
    """Where in the configuration a diagnostic points; lines and columns count from 1."""

    filename: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}"


class Snippet(NamedTuple):
    """The lines of configuration that a diagnostic is about; offsets are into `code`."""

    code: str
    context: str
    start_line: int
    highlight_start: int
    highlight_end: int


class Diagnostic(NamedTuple):
    """An error or warning from Terraform or a provider."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    range: SourceRange | None = None
    snippet: Snippet | None = None

    @property
    def is_error(self) -> bool:
        """Whether this stops the run."""
        return self.severity == "error"


class Output(NamedTuple):
    """A Terraform output; the value of a sensitive one is never kept."""

    name: str
    value: Any = None
    sensitive: bool = False
    type: Any = None


class Failure(NamedTuple):
    """Why a job failed, in the words of an `AutomockError`."""

    title: str
    message: str = ""
    hint: str = ""


class StateLock(NamedTuple):
    """Who holds the state, read from Terraform's diagnostic about a lock that it could not get."""

    id: str
    path: str = ""
    operation: str = ""
    who: str = ""
    version: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What every event has. `at` is the instant it was written, None where the line has none."""

    at: datetime | None
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class RawLine(Event):
    """A line that is not a JSON object; `message` is the line."""


@dataclass(frozen=True, slots=True)
class UnknownEvent(Event):
    """A JSON object of a type that is not ours to understand, or that lacks what its type promises."""

    type: str


@dataclass(frozen=True, slots=True)
class VersionEvent(Event):
    """The first line of each Terraform command."""

    terraform: str
    ui: str

    @property
    def is_supported(self) -> bool:
        """Whether this major version of the stream is one that we read."""
        return self.ui.split(".", 1)[0] == str(SUPPORTED_UI_MAJOR)


@dataclass(frozen=True, slots=True)
class LogEvent(Event):
    """Something that Terraform says in passing, such as that it was interrupted."""


@dataclass(frozen=True, slots=True)
class InitOutput(Event):
    """A line of `terraform init -json`; `code` is Terraform's name of the message."""

    code: str


@dataclass(frozen=True, slots=True)
class StateLockEvent(Event):
    """The state is being locked or released; `step` is `acquire` or `release`."""

    step: str


@dataclass(frozen=True, slots=True)
class DiagnosticEvent(Event):
    """A diagnostic."""

    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class PlannedChange(Event):
    """What the plan will do to one resource; `reason` says why it must be replaced or deleted."""

    resource: Resource
    action: str
    reason: str
    previous_address: str


@dataclass(frozen=True, slots=True)
class ResourceDrift(Event):
    """A change that was made outside Terraform (noisy: computed fields count too)."""

    resource: Resource
    action: str


@dataclass(frozen=True, slots=True)
class ChangeSummary(Event):
    """Counts of a plan (`operation` plan) or of what was done (apply, destroy)."""

    operation: str
    add: int
    change: int
    remove: int
    imported: int


@dataclass(frozen=True, slots=True)
class OutputsEvent(Event):
    """Outputs. While planning they have no values, only names: `planned` is true then."""

    outputs: dict[str, Output]
    planned: bool


@dataclass(frozen=True, slots=True)
class RefreshStarted(Event):
    """Terraform reads the real state of a resource."""

    resource: Resource
    id: str


@dataclass(frozen=True, slots=True)
class RefreshCompleted(Event):
    """Terraform has read the real state of a resource."""

    resource: Resource
    id: str


@dataclass(frozen=True, slots=True)
class ApplyStarted(Event):
    """An action on a resource begins; `action` is create, update, delete or read."""

    resource: Resource
    action: str
    id: str
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class ApplyProgressed(ApplyStarted):
    """An action goes on; Terraform says so every ten seconds."""


@dataclass(frozen=True, slots=True)
class ApplyCompleted(ApplyStarted):
    """An action succeeded; `id` is the id of the resource."""


@dataclass(frozen=True, slots=True)
class ApplyErrored(ApplyStarted):
    """An action failed; a diagnostic follows at the end of the run."""


@dataclass(frozen=True, slots=True)
class ProvisionEvent(Event):
    """A provisioner; `step` is start, progress, complete or errored."""

    resource: Resource
    step: str
    provisioner: str
    output: str


@dataclass(frozen=True, slots=True)
class StageEvent(Event):
    """Our own: a stage of a job; `status` is started, done or failed."""

    stage: str
    status: str
    elapsed_seconds: float


@dataclass(frozen=True, slots=True)
class AutomockLog(Event):
    """Our own: a line for the reader."""


@dataclass(frozen=True, slots=True)
class ResultEvent(Event):
    """Our own: how a job ended; `status` is succeeded, failed, cancelled or planned."""

    status: str
    summary: str
    error: Failure | None
