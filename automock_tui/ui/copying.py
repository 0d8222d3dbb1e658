"""Copy, and say how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automock_tui.ui.clipboard import copy_natively, copy_to_file, fits_terminal
from automock_tui.ui.threads import in_thread

if TYPE_CHECKING:
    from automock_tui.ui.app import AutomockApp


async def copy(app: AutomockApp, text: str, what: str = "") -> None:
    """Copy a text with a desktop tool, else through the terminal, else to a file.

    Args:
        app: The app.
        text: What to copy.
        what: Its name for the toast that says how; no toast without one.

    Raises:
        AutomockError: not even a file can be written.
    """
    tool = await in_thread(copy_natively, text)
    if tool:
        how = f"with {tool}"
    elif fits_terminal(text):
        app.terminal_copy(text)
        how = "through the terminal, if it allows that"
    else:
        how = f"to the file {await in_thread(copy_to_file, text, app.folders.state)}"
    if what or how.startswith("to the file"):
        app.notify(f"{text if len(text) <= 200 else ''}\n{how}".strip(), title=f"Copied {what}".strip())
