"""Destroy a mock, and delete a project: what goes, what stays, what it saves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from automock_tui.operations.destroy import preview, start_destroy
from automock_tui.provisioning.job import Job
from automock_tui.ui.dialogs.typed_name import TypedNameDialog
from automock_tui.ui.threads import in_thread
from automock_tui.ui.working import start

if TYPE_CHECKING:
    from automock_tui.operations.destroy import DestroyPreview
    from automock_tui.operations.workspace import Workspace


class DestroyDialog(TypedNameDialog[Job | str]):
    """Take a mock down; the answer is the job that does it, or on this machine what was done.

    Args:
        workspace: Where it runs.
        name: The project.
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(f"Destroy {name}?", name, "Destroy", partial(_destroy, workspace, name))
        self._workspace = workspace

    def compose_consequences(self) -> ComposeResult:
        yield Static("Looking at what is there …", id="consequences")

    def on_mount(self) -> None:
        start(self, self._look(), group="look", on_error=self.show_error)

    async def _look(self) -> None:
        found = await in_thread(preview, self._workspace, self._project)
        self.query_one("#consequences", Static).update(_text(found, free=self._workspace.is_emulated))


def _destroy(workspace: Workspace, name: str) -> Job | str:
    if not workspace.is_local:
        return start_destroy(workspace, name)
    from automock_tui.operations.local_deploy import destroy_local

    return destroy_local(workspace, name)


def _text(found: DestroyPreview, *, free: bool) -> Content:
    cost = "It costs nothing here; destroying it saves nothing." if free else "What it costs is not known."
    if found.hourly is not None and not free:
        cost = f"This ends a cost of {found.hourly.hourly_text()}."
    goes = "".join(f"\n  ✕ {item}" for item in found.goes)
    stays = "".join(f"\n  ○ {item}" for item in found.stays)
    return Content.assemble(
        ("This goes:", "bold"), (goes, "$error"), "\n", ("This stays:", "bold"), stays, f"\n{cost}"
    )


class DeleteDialog(TypedNameDialog[bool]):
    """Delete a project with everything in it.

    Args:
        workspace: Where it is.
        name: The project.
        version: Its newest version.
    """

    def __init__(self, workspace: Workspace, name: str, version: str) -> None:
        def delete() -> bool:
            from automock_tui.operations.delete import delete_project

            delete_project(workspace, name)
            return True

        super().__init__(f"Delete the project {name}?", name, "Delete for ever", delete)
        self._version = version

    def compose_consequences(self) -> ComposeResult:
        versions = f"its versions up to {self._version}" if self._version else "its versions"
        items = (f"project {self._project}", versions, "its history and its draft")
        gone = "".join(f"\n  ✕ {item}" for item in items)
        yield Static(
            Content.assemble(("This goes, and cannot come back:", "bold"), (gone, "$error"), "\nNothing stays.")
        )
