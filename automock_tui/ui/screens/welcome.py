"""The welcome of the first start."""

from __future__ import annotations

from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog
from automock_tui.ui.welcoming import Beginning


class WelcomeDialog(ChoiceDialog[Beginning]):
    """Three ways to begin."""

    def __init__(self) -> None:
        super().__init__(
            "Welcome to automock-tui",
            "Mock APIs that end on time: write what a mock answers, deploy it for some hours, watch, extend, "
            "destroy.\n"
            "You are in the local workspace: mocks run on this machine, with nothing but Python.",
            [
                Choice(
                    Beginning.CREATE,
                    "Create a project and deploy it here",
                    "From the example, from a file, or blank; it answers in a second.",
                ),
                Choice(
                    Beginning.SANDBOX,
                    "Try AWS in the sandbox",
                    "An emulated AWS account on this machine: real Terraform, no account, no cost.",
                ),
                Choice(Beginning.HELP, "Show the keys", "Every action of this screen; ? shows them any time."),
            ],
        )
