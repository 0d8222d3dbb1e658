"""After writing expectations: what next."""

from __future__ import annotations

from enum import StrEnum

from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog


class WhatNext(StrEnum):
    """What to do with the expectations."""

    SAVE = "save"
    DEPLOY = "deploy"
    EDIT = "edit"
    LEAVE = "leave"


class WhatNextDialog(ChoiceDialog[WhatNext]):
    """Save, deploy, edit, or leave.

    Args:
        name: The project.
        text: What was just done.
        can_save: Whether there is something to save.
        why_not_deploy: Why it cannot be deployed here, empty where it can.
    """

    def __init__(self, name: str, text: str, *, can_save: bool = False, why_not_deploy: str = "") -> None:
        choices = [
            Choice(
                WhatNext.DEPLOY,
                "Deploy it",
                "Choose size and hours, see the price, then decide.",
                why_not_deploy,
            ),
            Choice(WhatNext.EDIT, "Edit its expectations", "Change what the mock answers."),
            Choice(WhatNext.LEAVE, "Leave it", "Back to the projects."),
        ]
        if can_save:
            choices.insert(0, Choice(WhatNext.SAVE, "Save", "As a new version of the project."))
        super().__init__(f"{name}: what next?", text, choices)
