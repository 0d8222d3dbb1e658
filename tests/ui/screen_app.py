"""The app over a real workspace whose projects are in a folder, for tests of its screens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from automock_tui.aws.session import AwsAccount
from automock_tui.bootstrap import open_workspace
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.operations.create import create_project
from automock_tui.operations.workspace import Workspace
from automock_tui.settings import Folders, Settings, find_folders
from automock_tui.ui.app import AutomockApp

EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
NOWHERE = "http://127.0.0.1:9"
"""An endpoint that nobody serves: what asks AWS fails at once."""


def folders_in(path: Path) -> Folders:
    return find_folders({"AUTOMOCK_HOME": str(path)})


def workspace_in(path: Path, *, kind: WorkspaceKind = WorkspaceKind.SANDBOX, region: str = "us-east-1") -> Workspace:
    """Projects in a folder, behind them an account that does not answer."""
    local = open_workspace(Settings(author="tester@here"), folders_in(path), kind="local")
    if kind is WorkspaceKind.LOCAL:
        return local
    endpoint = NOWHERE if kind is WorkspaceKind.SANDBOX else ""
    account = AwsAccount(profile="", region=region, endpoint_url=endpoint, isolated=KEYS)
    ref = WorkspaceRef(kind=kind, region=region, endpoint_url=endpoint)
    return replace(local, ref=ref, account=account)


def with_petstore(workspace: Workspace, name: str = "petstore", **options: Any) -> Workspace:
    create_project(workspace, name, EXAMPLE.read_bytes(), source=EXAMPLE.name, **options)
    return workspace


def app_of(workspace: Workspace) -> AutomockApp:
    return AutomockApp(workspace.settings, workspace.folders, lambda: workspace)
