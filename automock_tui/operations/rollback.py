"""Rollback: an earlier version becomes the newest again, and, if wanted, its deployment's options too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from automock_tui.domain.deployment import MAX_TTL_HOURS
from automock_tui.domain.errors import InvalidInput, NotFound
from automock_tui.domain.project import EventKind, version_name, version_number
from automock_tui.operations.history import tell
from automock_tui.operations.save import usable
from automock_tui.storage.versions import SaveConflict

if TYPE_CHECKING:
    from automock_tui.domain.project import HistoryEvent
    from automock_tui.operations.janitor_part import Choice
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job

_EVENTS = 200
"""Deployments that are looked through, newest first."""


@dataclass(frozen=True)
class RolledBack:
    """What a rollback did: `version` holds what `to` held. Where nothing differed there is no new version."""

    to: str
    before: str
    version: str
    warning: str = ""

    @property
    def is_new(self) -> bool:
        """Whether a version was made."""
        return self.version != self.before


@dataclass(frozen=True)
class PastDeployment:
    """How a version was deployed; `ttl_hours` is 0 for without end."""

    options: Mapping[str, Any]
    ttl_hours: float
    at: datetime | None
    by: str


def roll_back(
    workspace: Workspace, name: str, to: str, *, base_version: str = "", message: str = ""
) -> RolledBack:
    """Make an earlier version the newest again, as a new version; a running mock takes it over by itself.

    Args:
        workspace: Where the project is.
        name: The project.
        to: The version to go back to, such as `v3`.
        base_version: The newest version that the user knows of; whatever is the newest where it is empty.
        message: Why.

    Raises:
        NotFound: no such project or version.
        InvalidInput: not a version's name, or MockServer would refuse what that version holds.
        LostRace: somebody saved a newer version; nothing was written.
    """
    if not version_number(to):
        raise InvalidInput(
            f"{to!r} is no version",
            "Versions are called v1, v2 and so on.",
            f"See what there is with: automock-tui versions --project {name}",
        )
    body = workspace.projects.read_version(name, to).body
    usable(body)
    current = workspace.projects.read_expectations(name)
    before = base_version or current.version
    if body == current.body and before == current.version:
        return RolledBack(to, before, before)
    told = f"Rolled back to {to}" + (f": {message}" if message else "")
    try:
        version = workspace.projects.save_expectations(name, body, base_version=before, message=told).version
    except SaveConflict as conflict:
        conflict.hint = "Look at what they changed, and roll back again if that shall go too."
        raise
    details = {"to": to, "from": before, "version": version}
    warning = tell(workspace, name, EventKind.ROLLED_BACK, f"{version}: {told}", details)
    return RolledBack(to, before, version, warning)


def deployment_of(workspace: Workspace, name: str, version: str) -> PastDeployment:
    """How a version was deployed: the last deploy that began with it, else the last before the next version.

    Raises:
        InvalidInput: what runs locally has no infrastructure.
        NotFound: no such project, or it is not recorded.
    """
    if workspace.is_local:
        raise InvalidInput(
            "A mock of the local workspace has no infrastructure",
            "It is a process of this machine, and takes over by itself what is rolled back.",
            "Roll back without --infrastructure.",
        )
    events = [
        event
        for event in workspace.projects.history(name, _EVENTS, EventKind.DEPLOYED)
        if isinstance(event.details.get("options"), dict)
    ]
    exact = (event for event in events if event.details.get("expectations_version") == version)
    if found := next(exact, None) or _in_force(workspace, name, version, events):
        return _past(found)
    metadata = workspace.projects.deployment(name)
    if metadata.expectations_version == version and metadata.options:
        return PastDeployment(metadata.options, metadata.ttl_hours, metadata.deployed_at, metadata.updated_by)
    raise NotFound(
        f"It is not recorded how {version} of {name} was deployed",
        "The history of the project has no deployment with that version.",
        f"Roll back without --infrastructure, or deploy with options: automock-tui deploy --project {name}",
    )


def _in_force(workspace: Workspace, name: str, version: str, events: list[HistoryEvent]) -> HistoryEvent | None:
    """The last deploy that happened while this version, or one before it, was the newest."""
    try:
        later = workspace.projects.read_version(name, version_name(version_number(version) + 1))
    except NotFound:
        return events[0] if events else None
    end = later.version.saved_at
    return next((event for event in events if end and event.at and event.at < end), None)


def _past(event: HistoryEvent) -> PastDeployment:
    seconds = event.details.get("ttl_seconds")
    hours = seconds / 3600 if isinstance(seconds, int | float) else 0.0
    return PastDeployment(event.details["options"], min(hours, MAX_TTL_HOURS), event.at, event.by)


def start_redeploy(
    workspace: Workspace,
    name: str,
    past: PastDeployment,
    ttl_hours: float,
    *,
    auto_approve: bool = False,
    janitor: Choice | None = None,
) -> Job:
    """Start the job that deploys with the options of an earlier deployment; `janitor` as for a deploy.

    Raises:
        InvalidInput: this workspace cannot deploy, or the TTL is out of range.
        LostRace: a deploy or destroy of the project is under way.
    """
    from automock_tui.operations.deploy import start_deploy
    from automock_tui.operations.options import stored_options

    options = stored_options(past.options)
    return start_deploy(
        workspace, name, options, ttl_hours, auto_approve=auto_approve, janitor=janitor, problems=()
    )
