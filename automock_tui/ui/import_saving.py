"""An import is saved: a new project, or a new version of one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.operations.create import create_project
from automock_tui.operations.judging import keep_description
from automock_tui.operations.save import save_expectations

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.beginnings import Found


@dataclass(frozen=True)
class Target:
    """Where the expectations go: a new project, or one that is there (`is_new` false)."""

    name: str
    is_new: bool = True
    description: str = ""


def save_found(
    workspace: Workspace, target: Target, found: Found, text: str | None, base_version: str | None
) -> str:
    """Save expectations; blocks.

    Args:
        workspace: Where the project is, or will be.
        target: Which project.
        found: Where the expectations are from.
        text: All of the project's expectations, None for none.
        base_version: The version that they were joined with; None for a new project.

    Returns:
        What hindered keeping the description beside them, if anything: responses are checked against it.

    Raises:
        AutomockError: they cannot be saved; nothing was.
    """
    if base_version is None:
        create_project(workspace, target.name, text, source=found.source, description=target.description)
    else:
        message = f"Imported from {found.source}"
        save_expectations(workspace, target.name, text or "", base_version=base_version, message=message)
    if found.document is None or found.format != "openapi":
        return ""
    return keep_description(workspace, target.name, found.document)
