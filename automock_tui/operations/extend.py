"""Extend: give a running mock more time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import extend, format_remaining
from automock_tui.domain.project import EventKind
from automock_tui.operations.history import tell

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True)
class TtlNow:
    """When a mock ends and how long that is, by the store's clock; None for no TTL."""

    expires_at: datetime | None
    remaining: timedelta | None
    now: datetime


@dataclass(frozen=True)
class Extension:
    """An extension that counts. `warning` says what could not be done beside it."""

    old_expiry: datetime
    old_remaining: timedelta
    new_expiry: datetime
    new_remaining: timedelta
    warning: str = ""


def ttl_of(workspace: Workspace, name: str) -> TtlNow:
    """The TTL of a project as it stands.

    Raises:
        NotFound: no such project.
    """
    metadata = workspace.projects.deployment(name)
    now = workspace.projects.store.now()
    return TtlNow(metadata.ttl_expiry, metadata.remaining(now), now)


def extend_ttl(workspace: Workspace, name: str, hours: float) -> Extension:
    """Add hours to a mock's TTL.

    Raises:
        InvalidInput: hours out of range.
        NotFound: no such project, not deployed, or no TTL.
        LostRace: it is being deployed or torn down; says by whom.
    """
    from automock_tui.operations.pending import record_pending

    record_pending(workspace)
    if workspace.is_local:
        from automock_tui.operations.local_state import check_running

        check_running(workspace, name)
    seen: list[tuple[datetime, datetime]] = []

    def change(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        extended = extend(metadata, hours=hours, by=workspace.by, now=now)
        assert metadata.ttl_expiry is not None
        seen.append((metadata.ttl_expiry, now))
        return extended

    after = workspace.projects.update_deployment(name, change)
    old, now = seen[-1]
    new = after.ttl_expiry
    assert new is not None
    summary = f"{hours:g} h more, {format_remaining(new - now)} left"
    warning = tell(workspace, name, EventKind.EXTENDED, summary, {"hours": hours})
    return Extension(old, old - now, new, new - now, warning)
