"""News that the app tells its screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automock_tui.domain.errors import AutomockError
    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True)
class Connecting:
    """The app is opening a workspace."""

    label: str


@dataclass(frozen=True)
class Connected:
    """The workspace is open."""

    workspace: Workspace


@dataclass(frozen=True)
class NotConnected:
    """The workspace could not be opened."""

    label: str
    error: AutomockError


Connection = Connecting | Connected | NotConnected
"""Where the app stands with its workspace."""


@dataclass(frozen=True)
class ProjectsChanged:
    """What the Projects screen shows may have changed; `select` is the project to put the cursor on."""

    select: str = ""
