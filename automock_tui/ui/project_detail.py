"""What the Projects screen says about the project under the cursor. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from automock_tui.ui.format import clock_time
from automock_tui.ui.status_cells import first_line

if TYPE_CHECKING:
    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.status import ProjectStatus

_GAP = "   "


def detail_of(project: ProjectStatus, now: datetime, *, utc: bool = False) -> tuple[str, str]:
    """Two lines: name, address and what is wrong; size, end and whose change came last."""
    said = first_line(project.error) or first_line(project.note)
    first = _GAP.join(filter(None, (project.name, project.address, said)))
    metadata = project.metadata
    if metadata is None or (not metadata.generation and metadata.status.value == "none"):
        return first, "not deployed" if not project.error else ""
    verb = "would have ended" if project.is_stopped else "ends"
    ends = f"{verb} {clock_time(metadata.ttl_expiry, now, utc=utc)}" if metadata.ttl_expiry else "no end"
    ended = f"destroyed {clock_time(metadata.destroyed_at, now, utc=utc)}" if metadata.destroyed_at else ""
    cost = project.hourly.hourly_text() if project.hourly else ""
    by = f"by {metadata.updated_by}" if metadata.updated_by else ""
    version = f"runs {metadata.expectations_version}" if project.is_up else ""
    second = (_size(metadata), ended or ends, cost, version, project.region, by)
    return first, " · ".join(filter(None, second))


def _size(metadata: DeploymentMetadata) -> str:
    options = metadata.options
    if not options.get("instance_size"):
        return ""
    return f"{options['instance_size']} ×{options.get('min_tasks', '?')}–{options.get('max_tasks', '?')}"
