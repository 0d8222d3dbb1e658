"""The example that ships with the tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError
from automock_tui.ui.messages import ProjectsChanged
from automock_tui.ui.threads import in_thread

if TYPE_CHECKING:
    from automock_tui.ui.app import AutomockApp

EXAMPLE = "petstore"
_PACKAGE = Path(__file__).parents[1]


def example_text(name: str = EXAMPLE) -> str:
    """The expectations of an example: from the installed package, or from a source tree.

    Raises:
        AutomockError: the installation has no examples.
    """
    for folder in (_PACKAGE / "_examples", _PACKAGE.parent / "examples"):
        path = folder / f"{name}.json"
        if path.is_file():
            return path.read_text("utf-8")
    raise AutomockError(
        "The example is missing", f"{name}.json is not in the installation.", "Install it again."
    )


async def make_example(app: AutomockApp) -> None:
    """Create the example project and put the cursor on it.

    Raises:
        InvalidInput: there is a project of that name already.
    """
    from automock_tui.operations.create import create_project

    created = await in_thread(
        create_project, app.workspace, EXAMPLE, example_text(), source="example", description="The example"
    )
    app.notify(f"{EXAMPLE} {created.version}, {created.expectations} expectations", title="Created")
    app.projects_changed(ProjectsChanged(EXAMPLE))
