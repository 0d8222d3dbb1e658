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
            "You are in the local workspace: projects are kept on this machine.",
            [
                Choice(
                    Beginning.SANDBOX,
                    "Try it in the sandbox",
                    "An emulated AWS account on this machine: real Terraform, no account, no cost.",
                ),
                Choice(Beginning.CREATE, "Create a project", "From the example, from a file, or blank."),
                Choice(Beginning.HELP, "Show the keys", "Every action of this screen; ? shows them any time."),
            ],
        )
