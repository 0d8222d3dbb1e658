"""Everything the Project screen shows, read in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError, NotFound

if TYPE_CHECKING:
    from automock_tui.domain.project import HistoryEvent, ProjectRecord, Version
    from automock_tui.operations.status import ProjectStatus
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job

EVENTS = 100
"""Entries of the history that are shown."""


@dataclass(frozen=True)
class ProjectFacts:
    """A project as it was when it was read; `changed` are the options that are not at their default."""

    status: ProjectStatus
    record: ProjectRecord | None
    versions: Sequence[Version]
    history: Sequence[HistoryEvent]
    jobs: Sequence[Job]
    changed: Mapping[str, Any] = field(default_factory=dict)


def read_facts(workspace: Workspace, name: str) -> ProjectFacts:
    """Read a project; blocks. A document of it that is damaged is an error in its status, the rest is shown.

    Raises:
        NotFound: no such project.
        AutomockError: the store cannot be asked.
    """
    from automock_tui.operations.jobs import jobs_here

    projects = workspace.projects
    status = _status(workspace, name)
    return ProjectFacts(
        status=status,
        record=None if status.error else projects.open(name).record,
        versions=projects.versions(name),
        history=projects.history(name, EVENTS),
        jobs=[job for job in jobs_here(workspace) if job.project == name],
        changed=_changed(status),
    )


def _status(workspace: Workspace, name: str) -> ProjectStatus:
    from automock_tui.operations.status import ProjectStatus, status

    try:
        return status(workspace, [name]).rows[0]
    except NotFound:
        raise
    except AutomockError as error:
        bucket = workspace.projects.find(name)
        return ProjectStatus(
            name, bucket, error=" ".join(filter(None, (error.title + ".", error.message, error.hint)))
        )


def _changed(status: ProjectStatus) -> dict[str, Any]:
    if status.metadata is None or not status.metadata.options:
        return {}
    from automock_tui.domain.options import DeploymentOptions

    defaults = DeploymentOptions().model_dump(mode="json")
    return {name: value for name, value in status.metadata.options.items() if value != defaults.get(name)}
