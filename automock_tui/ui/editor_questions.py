"""What the editor asks: what to do with a draft, with a newer version, and what a save is about."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from automock_tui.ui.dialogs.ask_line import AskLine
from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog
from automock_tui.ui.format import clock_time

if TYPE_CHECKING:
    from automock_tui.domain.project import Version
    from automock_tui.operations.drafts import Draft


class DraftAnswer(StrEnum):
    """What to do with a draft that was found."""

    CONTINUE = "continue"
    DISCARD = "discard"


class ConflictAnswer(StrEnum):
    """What to do when somebody saved first."""

    MINE = "mine"
    THEIRS = "theirs"


def ask_draft(draft: Draft, version: str, now: datetime) -> ChoiceDialog[DraftAnswer]:
    """Whether to go on with a draft."""
    when = clock_time(draft.written_at, now)
    based = (
        f"It was made from {draft.base_version}" if draft.base_version else "It has no version it was made from"
    )
    newer = (
        f"; meanwhile {version} was saved: saving brings both together."
        if draft.base_version != version
        else "."
    )
    return ChoiceDialog(
        "There is a draft that was not saved",
        f"Typed here until {when}. {based}{newer}",
        [
            Choice(DraftAnswer.CONTINUE, "Continue with the draft", "What was typed is put into the editor"),
            Choice(DraftAnswer.DISCARD, f"Discard it and open {version}", "What was typed is gone for good"),
        ],
    )


def ask_conflict(theirs: Version, base: str, now: datetime, aside: str) -> ChoiceDialog[ConflictAnswer]:
    """What to do when a newer version is there."""
    who = theirs.author or "Somebody"
    message = f": “{theirs.message}”" if theirs.message else ""
    return ChoiceDialog(
        f"{theirs.version} was saved meanwhile",
        f"{who} saved {theirs.version} at {clock_time(theirs.saved_at, now)}{message}. Yours is based on "
        f"{base} and is not saved; its draft is on disk.",
        [
            Choice(
                ConflictAnswer.MINE,
                "Save mine as a new version on top",
                f"The mock then serves yours; {theirs.version} stays in the versions",
            ),
            Choice(
                ConflictAnswer.THEIRS,
                f"Load {theirs.version} into the editor",
                f"Yours goes to {aside}; undo brings it back too",
            ),
        ],
        danger=True,
    )


def ask_message(version: str, findings: str, *, is_running: bool) -> AskLine:
    """What the save is about."""
    live = "The running mock takes it over by itself within seconds. " if is_running else ""
    return AskLine(
        "Save a new version", "What changed", text=f"After {version}. {live}{findings}".strip(), yes="Save"
    )


def ask_line_number(count: int) -> AskLine:
    """Which line to go to."""
    return AskLine("Go to line", f"1 to {count}", yes="Go", whole_number=True)
