"""The history of a project: what was done beside the deployment's own record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError

if TYPE_CHECKING:
    from automock_tui.domain.project import EventKind
    from automock_tui.operations.workspace import Workspace


def tell(
    workspace: Workspace, name: str, event: EventKind, summary: str, details: dict[str, Any] | None = None
) -> str:
    """Write an entry of a thing that is done already; what it tells counts without it.

    Returns:
        A warning where the entry could not be written, else an empty text.
    """
    try:
        workspace.projects.add_history(name, event, summary, details or {})
    except AutomockError as error:
        return f"Done, but the history could not be written: {error.title}"
    return ""
