"""What to save after a conflict: the user chooses expectation by expectation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automock_tui.operations.merging import MergeConflict

if TYPE_CHECKING:
    from automock_tui.storage.versions import SaveConflict
    from automock_tui.ui.app import AutomockApp


@dataclass(frozen=True)
class Resolved:
    """A document that has both sides in it, to be saved on `base_version`.

    `problem` says why it cannot be saved as it is: then it is for the editor.
    """

    text: str
    base_version: str
    problem: str = ""


def can_be_merged(conflict: SaveConflict) -> bool:
    """Whether there is a merge to choose in; else only one of the two whole sets can be kept."""
    return isinstance(conflict, MergeConflict)


async def resolve(app: AutomockApp, project: str, conflict: MergeConflict) -> Resolved | None:
    """Ask which side to keep of each conflict; None where the user leaves, and nothing is changed."""
    from automock_tui.ui.screens.conflict import ConflictScreen

    newest = conflict.theirs.version.version
    if not conflict.merged.conflicts:
        return Resolved(conflict.merged.expectations.save(), newest, conflict.problem)
    text = await app.push_screen_wait(ConflictScreen(project, conflict))
    return None if text is None else Resolved(text, newest)
