"""What the status table shows of a project: its words, shapes and roles of colour. Pure.

A role is a name such as `good` or `critical`; the table's stylesheet gives it a colour. Every state has its own
shape and word too, so the colour never carries the meaning alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from automock_tui.domain.deployment import DeploymentStatus, Urgency, format_remaining, urgency
from automock_tui.ui.format import NOTHING, dollars, host_of
from automock_tui.ui.row_filter import Texts

if TYPE_CHECKING:
    from automock_tui.operations.status import ProjectStatus

BAR_CELLS = 10


class Cell(NamedTuple):
    """A text and its role."""

    text: str
    role: str = "plain"


class JobSteps(NamedTuple):
    """How far a running job is."""

    done: int
    total: int


@dataclass(frozen=True)
class State:
    """How one state of a project looks."""

    marker: str
    word: str
    role: str


_STATES = {
    DeploymentStatus.NONE: State("○", "not deployed", "muted"),
    DeploymentStatus.DEPLOYING: State("◌", "deploying", "busy"),
    DeploymentStatus.DEPLOYED: State("●", "deployed", "good"),
    DeploymentStatus.DESTROYING: State("■", "tearing down", "busy"),
    DeploymentStatus.FAILED: State("✕", "failed", "bad"),
    DeploymentStatus.DESTROYED: State("○", "destroyed", "muted"),
}
_UNREADABLE = State("✕", "unreadable", "bad")
_REVIEW = State("◇", "review plan", "soon")
_LOST = State("!", "job lost", "bad")
_STARTING = State("◌", "planning", "busy")
_STOPPED = State("■", "stopped", "bad")
_MARKERS = {Urgency.SOON: "△", Urgency.CRITICAL: "▲", Urgency.EXPIRED: "▲"}
_ROLES = {
    Urgency.NONE: "muted",
    Urgency.CALM: "plain",
    Urgency.SOON: "soon",
    Urgency.CRITICAL: "critical",
    Urgency.EXPIRED: "critical",
}


def state_of(project: ProjectStatus) -> State:
    """The state of a project, its job counted in."""
    job = project.job.status.value if project.job is not None else ""
    if project.error:
        return _UNREADABLE
    if project.is_stopped:
        return _STOPPED
    if job == "planned":
        return _REVIEW
    if job == "lost":
        return _LOST
    state = _STATES[project.status or DeploymentStatus.NONE]
    return _STARTING if job in ("starting", "running") and state.role not in ("busy",) else state


def status_cell(project: ProjectStatus, steps: JobSteps | None) -> Cell:
    """The status in words, with the job's progress where there is one."""
    state = state_of(project)
    if steps is not None and steps.total and state.role == "busy":
        return Cell(f"{state.word} {steps.done}/{steps.total}", state.role)
    return Cell("deployed, warned" if _was_warned(project, state) else state.word, state.role)


def _was_warned(project: ProjectStatus, state: State) -> bool:
    return project.is_warned and state is _STATES[DeploymentStatus.DEPLOYED]


def marker_cell(project: ProjectStatus, now: datetime) -> Cell:
    """The shape before the name; a running mock whose end is near has a triangle."""
    state = state_of(project)
    band = urgency(remaining(project, now))
    if project.status is DeploymentStatus.DEPLOYED and state.role == "good" and band in _MARKERS:
        return Cell(_MARKERS[band], _ROLES[band])
    return Cell(state.marker, state.role)


def remaining(project: ProjectStatus, now: datetime) -> timedelta | None:
    """Time until the project's end; None where it has none."""
    return project.remaining(now)


def ends_in_cell(project: ProjectStatus, now: datetime) -> Cell:
    """The countdown."""
    left = remaining(project, now)
    return Cell(format_remaining(left), _ROLES[urgency(left)])


def life_cell(project: ProjectStatus, now: datetime) -> Cell:
    """How much of its life is used up, as a bar."""
    left = remaining(project, now)
    began = project.metadata.deployed_at if project.metadata else None
    if left is None or began is None or project.expires_at is None:
        return Cell("", "muted")
    life = (project.expires_at - began).total_seconds()
    used = 1.0 if life <= 0 else 1 - left.total_seconds() / life
    full = round(min(1.0, max(0.0, used)) * BAR_CELLS)
    return Cell("█" * full + "░" * (BAR_CELLS - full), _ROLES[urgency(left)])


def version_cell(project: ProjectStatus) -> Cell:
    """The saved version, and which one is live."""
    if not project.version:
        return Cell(NOTHING, "muted")
    if not project.is_up or not project.deployed_version:
        return Cell(project.version)
    if project.deployed_version == project.version:
        return Cell(f"{project.version} live")
    return Cell(f"{project.deployed_version} ({project.version} saved)", "soon")


def address_cell(project: ProjectStatus) -> Cell:
    """The address, or why there is none."""
    if project.error:
        return Cell(first_line(project.error), "bad")
    if project.status is DeploymentStatus.FAILED and project.note:
        return Cell(first_line(project.note), "bad")
    if project.address:
        return Cell(host_of(project.address))
    return Cell(first_line(project.note) or NOTHING, "muted")


def first_line(text: str) -> str:
    """The first line of a text."""
    return text.strip().partition("\n")[0]


def cells_of(project: ProjectStatus, now: datetime, steps: JobSteps | None) -> dict[str, Cell]:
    """Every cell of a row, by its column."""
    return {
        "marker": marker_cell(project, now),
        "name": Cell(project.name, "name"),
        "status": status_cell(project, steps),
        "ends": ends_in_cell(project, now),
        "life": life_cell(project, now),
        "tasks": Cell(project.tasks or NOTHING, "plain" if project.tasks else "muted"),
        "cost": Cell(dollars(project.cost_so_far)),
        "version": version_cell(project),
        "address": address_cell(project),
        "region": Cell(project.region or NOTHING, "muted"),
    }


def texts_of(project: ProjectStatus) -> Texts:
    """What the filter looks at."""
    words = (project.name, state_of(project).word, project.address, project.region, version_cell(project).text)
    return Texts(*(word.lower() for word in words))
