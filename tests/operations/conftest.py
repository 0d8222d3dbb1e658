"""Workspaces on folders: real stores, no network."""

from dataclasses import replace
from datetime import timedelta

import pytest

from automock_tui.bootstrap import open_workspace
from automock_tui.domain.deployment import Infrastructure, begin_deploy, finish_deploy
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.sandbox import account as sandbox_account
from automock_tui.settings import Settings, find_folders
from tests import parts
from tests.operations.account import account_of, workspace_of


@pytest.fixture
def folders(tmp_path):
    return find_folders({"AUTOMOCK_HOME": str(tmp_path / "home")})


def of(author, folders, kind=WorkspaceKind.SANDBOX):
    """Projects in a folder; whose mocks are not processes of this machine unless the kind is local."""
    local = open_workspace(Settings(author=author), folders, kind="local")
    return replace(local, ref=WorkspaceRef(kind=kind))


@pytest.fixture
def workspace(folders):
    return of("ann@here", folders)


@pytest.fixture
def other(folders):
    """The same projects, somebody else at work."""
    return of("bob@there", folders)


@pytest.fixture
def deployed(workspace):
    """A function that marks a new project as deployed for so many hours, as a finished job does."""

    def make(name="petstore", hours=2.0):
        workspace.projects.create(name, b"[]\n")
        ttl = timedelta(hours=hours)
        workspace.projects.update_deployment(
            name,
            lambda metadata, now: begin_deploy(
                metadata,
                ttl=ttl,
                options={"instance_size": "small"},
                job_id="job-1",
                by="ann@here",
                now=now,
                expectations_version="v1",
            ),
        )
        workspace.projects.update_deployment(
            name,
            lambda metadata, now: finish_deploy(
                metadata,
                ttl=ttl,
                outputs={},
                infrastructure=Infrastructure(mockserver_url="http://mock.example", region="eu-central-1"),
                job_id="job-1",
                by="ann@here",
                now=now,
            ),
        )
        return name

    return make


@pytest.fixture(scope="session")
def fresh_accounts(tmp_path_factory):
    """Emulated accounts in a process of their own, each in a region where nothing is.

    Emptying an account would take ten seconds; a new process is started when all regions were used.
    """
    parts.require("moto", sandbox_account.missing_packages() == [], sandbox_account.INSTALL_COMMAND)
    state_dir = tmp_path_factory.mktemp("sandbox")

    def fresh():
        while True:
            served = account_of(sandbox_account.up(state_dir))
            while served.regions:
                yield served.elsewhere()
            sandbox_account.down(state_dir)

    yield fresh()
    sandbox_account.down(state_dir)


@pytest.fixture
def account(fresh_accounts):
    """The emulated account in a region where nothing is."""
    return next(fresh_accounts)


@pytest.fixture
def in_account(account, folders, monkeypatch):
    """A workspace in the emulated account, with the project petstore."""
    made = workspace_of(account, folders, monkeypatch)
    made.projects.create("petstore", b"[]\n")
    return made
