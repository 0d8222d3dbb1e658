"""Delete: remove a project with its versions and history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.operations.drafts import drop_draft

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace


def delete_project(workspace: Workspace, name: str) -> None:
    """Delete a project, its bucket and all in it.

    Raises:
        NotFound: no such project.
        InvalidInput: something of it may still run; destroy it first.
    """
    if workspace.is_local:
        from automock_tui.operations.local_state import clear_stopped

        clear_stopped(workspace, name)
    workspace.projects.delete(name)
    drop_draft(workspace, name)
