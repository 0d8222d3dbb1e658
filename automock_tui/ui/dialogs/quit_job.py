"""Leaving while jobs run."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog
from automock_tui.ui.format import plural

if TYPE_CHECKING:
    from automock_tui.provisioning.job import Job


class QuitChoice(StrEnum):
    """What to do with the jobs."""

    LEAVE = "leave"
    CANCEL = "cancel"
    STAY = "stay"


class QuitDialog(ChoiceDialog[QuitChoice]):
    """Leave it running, cancel it, or stay.

    Args:
        jobs: Those at work, at least one.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        what = ", ".join(f"{job.kind.value} of {job.project}" for job in jobs)
        those = "it" if len(jobs) == 1 else "them"
        super().__init__(
            f"{plural(len(jobs), 'job')} at work",
            f"{what}.",
            [
                Choice(
                    QuitChoice.LEAVE, f"Leave {those} running", "A job needs no app; open it again to watch."
                ),
                Choice(
                    QuitChoice.CANCEL,
                    f"Cancel {those} and quit",
                    "Terraform ends what it is doing and saves its state; what exists stays and costs.",
                ),
                Choice(QuitChoice.STAY, "Stay here", "Nothing changes."),
            ],
        )
