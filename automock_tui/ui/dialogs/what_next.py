"""After an import or a new set of expectations: what next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog


class WhatNext(StrEnum):
    """What to do with the expectations."""

    SAVE = "save"
    DEPLOY = "deploy"
    RUN = "run"
    EDIT = "edit"
    DISCARD = "discard"


_NAMES = {
    WhatNext.SAVE: ("Save", "As {what}."),
    WhatNext.DEPLOY: ("Save and deploy", "Then choose size and hours, see the price, and decide."),
    WhatNext.RUN: ("Run locally", "Serve them on this machine and look; nothing is saved yet."),
    WhatNext.EDIT: ("Save and edit", "Change what the mock answers."),
    WhatNext.DISCARD: ("Discard", "Nothing is saved, and what you typed is forgotten."),
}


class WhatNextDialog(ChoiceDialog[WhatNext]):
    """Save, save and deploy, run locally, save and edit, or discard.

    Args:
        name: The project.
        text: What there is.
        what: What saving makes of it, such as "version 1 of pets".
        why_not: Why an answer cannot be taken now.
    """

    def __init__(
        self, name: str, text: str, *, what: str, why_not: Mapping[WhatNext, str] | None = None
    ) -> None:
        reasons = why_not or {}
        choices = [
            Choice(answer, title, help.format(what=what), reasons.get(answer, ""))
            for answer, (title, help) in _NAMES.items()
        ]
        super().__init__(f"{name}: what next?", text, choices)
