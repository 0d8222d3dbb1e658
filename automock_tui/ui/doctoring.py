"""What is left over, stuck or locked in the account, and its fixes, in a dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.ui.messages import ProjectsChanged
from automock_tui.ui.threads import in_thread

if TYPE_CHECKING:
    from automock_tui.operations.findings import Finding
    from automock_tui.operations.workspace import Workspace
    from automock_tui.ui.app import AutomockApp


async def look_for_trouble(app: AutomockApp) -> None:
    """Look, show what was found, and put right what the user picks, until nothing more is picked."""
    from automock_tui.ui.dialogs.choice import Choice, ChoiceDialog

    workspace = app.workspace
    app.notify("Asking AWS what is left over, stuck or locked ...", title="Looking")
    while found := await in_thread(_findings, workspace):
        choices = [Choice(one, f"{one.project}: {one.text}", *_told(one)) for one in found]
        text = "Pick what to put right. Nothing else is touched."
        picked = await app.push_screen_wait(
            ChoiceDialog("Left over, stuck or locked", text, choices, danger=True)
        )
        if picked is None or picked.fix is None:
            return
        done = await in_thread(picked.fix, lambda line: None)
        app.notify(done, title="Put right")
        app.projects_changed(ProjectsChanged())
    app.notify("Nothing is left over, stuck or locked.", title="All is well")


def _findings(workspace: Workspace) -> list[Finding]:
    from automock_tui.operations.findings import findings

    return list(findings(workspace))


def _told(finding: Finding) -> tuple[str, str]:
    """What picking it does, and why it cannot be picked."""
    if finding.fix is None:
        return "", finding.hint or "there is no fix from here"
    return finding.question, ""
