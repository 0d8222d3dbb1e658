"""What every command starts from: the global options, the settings, and the workspace they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automock_tui.operations.workspace import Workspace
    from automock_tui.settings import Folders, Settings


@dataclass
class Context:
    """The global options as given; empty where they were not."""

    kind: str = ""
    profile: str = ""
    region: str = ""
    endpoint_url: str = ""

    @cached_property
    def folders(self) -> Folders:
        """Where the tool keeps its files."""
        from automock_tui.settings import find_folders

        return find_folders()

    @cached_property
    def settings(self) -> Settings:
        """The settings of the file and the environment."""
        from automock_tui.settings import load_settings

        return load_settings(self.folders)

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace, opened on first use."""
        return self.open(self.kind)

    def open(self, kind: str) -> Workspace:
        """Open a workspace of this kind with the global options."""
        from automock_tui.bootstrap import open_workspace

        return open_workspace(
            self.settings,
            self.folders,
            kind=kind,
            profile=self.profile,
            region=self.region,
            endpoint_url=self.endpoint_url,
        )

    def workspace_opener(self) -> Callable[[], Workspace]:
        """What the app calls once it is on the screen."""
        return lambda: self.open(self.kind)
