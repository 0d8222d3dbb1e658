"""Create: a new project from expectations, or blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.project import EventKind, check_project_name
from automock_tui.operations.history import tell
from automock_tui.operations.save import usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.domain.problems import Problem
    from automock_tui.operations.workspace import Workspace

BLANK = "[]\n"


@dataclass(frozen=True)
class Created:
    """A project that now exists."""

    name: str
    version: str
    expectations: int
    problems: Sequence[Problem]
    warning: str = ""


def create_project(
    workspace: Workspace, name: str, text: str | bytes | None, *, source: str = "", description: str = ""
) -> Created:
    """Make a project; `text` is a MockServer JSON document, None for a blank one.

    Raises:
        InvalidInput: a bad name, a name that is taken, or expectations that cannot be read (line and column).
    """
    check_project_name(name)
    try:
        found, problems = usable(BLANK if text is None else text)
    except InvalidInput as error:
        error.title = f"{source}: {error.title}" if source else error.title
        raise
    project = workspace.projects.create(
        name,
        found.as_array().save().encode(),
        description=description,
        source=source,
        message=f"Created from {source}" if source else "Created",
    )
    origin = f" from {source}" if source else ""
    warning = tell(workspace, name, EventKind.CREATED, f"{len(found)} expectations{origin}")
    return Created(name, project.version.version, len(found), problems, warning)
