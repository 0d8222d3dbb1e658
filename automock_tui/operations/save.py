"""Save: open a project's expectations, check them, and keep them as a new version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.domain.expectation import load_expectations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automock_tui.domain.problems import Problem
    from automock_tui.operations.workspace import Workspace


@dataclass(frozen=True)
class OpenedSet:
    """A project's expectations as stored, and the version they are."""

    text: str
    version: str


@dataclass(frozen=True)
class Saved:
    """A version that now exists."""

    version: str
    problems: Sequence[Problem]


def open_expectations(workspace: Workspace, name: str) -> OpenedSet:
    """The current expectations of a project.

    Raises:
        NotFound: no such project.
    """
    current = workspace.projects.read_expectations(name)
    return OpenedSet(current.body.decode("utf-8", "replace"), current.version)


def check_expectations(text: str) -> Sequence[Problem]:
    """What is wrong or doubtful in a text of expectations.

    Raises:
        InvalidInput: it is not JSON, or not expectations at all; says line and column.
    """
    return load_expectations(text).problems


def save_expectations(workspace: Workspace, name: str, text: str, *, base_version: str, message: str) -> Saved:
    """Keep a text as the project's next version; a running mock picks it up by itself.

    Raises:
        InvalidInput: the text cannot be read as expectations.
        LostRace: somebody saved a newer version than `base_version`; nothing was written.
    """
    found = load_expectations(text)
    version = workspace.projects.save_expectations(
        name, text.encode(), base_version=base_version, message=message
    )
    return Saved(version.version, found.problems)
