"""Workspaces on folders: real stores, no network."""

from dataclasses import replace
from datetime import timedelta

import pytest

from automock_tui.bootstrap import open_workspace
from automock_tui.domain.deployment import Infrastructure, begin_deploy, finish_deploy
from automock_tui.settings import Settings, find_folders


@pytest.fixture
def folders(tmp_path):
    return find_folders({"AUTOMOCK_HOME": str(tmp_path / "home")})


@pytest.fixture
def workspace(folders):
    return open_workspace(Settings(author="ann@here"), folders, kind="local")


@pytest.fixture
def other(workspace, folders):
    """The same projects, somebody else at work."""
    return replace(open_workspace(Settings(author="bob@there"), folders, kind="local"))


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
