"""The draft of one editor on disk: the newest text always wins, whoever writes it on whichever thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError

if TYPE_CHECKING:
    from automock_tui.operations.drafts import Draft
    from automock_tui.operations.workspace import Workspace


class DraftKeeper:
    """Writes the drafts of a project; its methods block for a moment.

    Args:
        workspace: Where the project is.
        name: The project.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace = workspace
        self._name = name
        self._lock = threading.Lock()
        self._newest = -1

    def read(self) -> Draft | None:
        """The draft there is.

        Raises:
            AutomockError: whether there is one cannot be seen.
        """
        from automock_tui.operations.drafts import read_draft

        try:
            return read_draft(self._workspace, self._name)
        except OSError as error:
            raise _failed("read", error) from error

    def write(self, number: int, text: str, base_version: str) -> None:
        """Keep a text; one with a lower number than what is there already comes too late and is dropped.

        Raises:
            AutomockError: it cannot be written.
        """
        from automock_tui.operations.drafts import write_draft

        with self._lock:
            if number < self._newest:
                return
            try:
                write_draft(self._workspace, self._name, text, base_version)
            except OSError as error:
                raise _failed("written", error) from error
            self._newest = number

    def drop(self, number: int) -> None:
        """Forget the draft, unless a newer text is in it."""
        from automock_tui.operations.drafts import drop_draft

        with self._lock:
            if number >= self._newest:
                drop_draft(self._workspace, self._name)
                self._newest = number


def _failed(verb: str, error: OSError) -> AutomockError:
    return AutomockError(
        f"The draft cannot be {verb}",
        f"{error.filename or 'The drafts folder'}: {error.strerror or error}.",
        "Free some space, or save now: the text is only in this editor.",
    )
