"""An outcome that the store did not take is written later, once, and only while it is still true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from automock_tui.domain.deployment import DeploymentStatus, begin_deploy, begin_destroy, check_ttl_hours
from automock_tui.domain.errors import AutomockError, LostRace
from automock_tui.domain.project import EventKind
from automock_tui.operations import outcomes
from automock_tui.operations.pending import JobOutcome, record_outcome, record_pending
from automock_tui.operations.status import status


class Unwilling:
    """Projects whose store takes no write."""

    def __init__(self, projects):
        self._projects = projects

    def __getattr__(self, name):
        return getattr(self._projects, name)

    def update_deployment(self, name, change):
        raise AutomockError("S3 does not answer")


@pytest.fixture
def deploying(workspace):
    workspace.projects.create("petstore", b"[]\n")
    workspace.projects.update_deployment(
        "petstore",
        lambda metadata, now: begin_deploy(
            metadata,
            ttl=check_ttl_hours(2),
            options={},
            job_id="job-1",
            by="ann@here",
            now=now,
            expectations_version="v1",
        ),
    )
    return workspace


def outcome(workspace, event=EventKind.DEPLOYED):
    return JobOutcome(
        job_id="job-1",
        project="petstore",
        workspace=workspace.ref,
        event=event,
        at=workspace.projects.store.now(),
        by="ann@here",
        reason="all of it",
        details={"ttl_seconds": 7200, "outputs": {"url": "http://x"}, "infrastructure": {"region": "r-1"}},
    )


def test_an_outcome_is_written(deploying):
    written = record_outcome(deploying, outcome(deploying))
    assert written.status is DeploymentStatus.DEPLOYED
    assert written.infrastructure.region == "r-1"
    assert deploying.projects.history("petstore")[0].event == "deployed"


def test_an_outcome_that_is_not_taken_lands_with_the_next_command(deploying):
    broken = replace(deploying, projects=Unwilling(deploying.projects))
    assert record_outcome(broken, outcome(deploying)) is None
    assert deploying.projects.deployment("petstore").status is DeploymentStatus.DEPLOYING
    (row,) = status(deploying).rows
    assert row.status is DeploymentStatus.DEPLOYED
    assert record_pending(deploying) == []


def test_the_waiting_file_is_private(deploying, folders):
    record_outcome(replace(deploying, projects=Unwilling(deploying.projects)), outcome(deploying))
    (path,) = (folders.state / "unrecorded").iterdir()
    assert path.stat().st_mode & 0o077 == 0


def test_it_waits_for_as_long_as_the_store_refuses(deploying):
    broken = replace(deploying, projects=Unwilling(deploying.projects))
    record_outcome(broken, outcome(deploying))
    assert record_pending(broken) == []
    assert record_pending(deploying) == ["petstore"]


def test_an_outcome_that_somebody_overtook_is_dropped(deploying):
    broken = replace(deploying, projects=Unwilling(deploying.projects))
    record_outcome(broken, outcome(deploying))
    deploying.projects.update_deployment(
        "petstore", lambda metadata, now: begin_destroy(metadata, job_id="job-2", by="bob@there")
    )
    assert record_pending(deploying) == []
    assert deploying.projects.deployment("petstore").status is DeploymentStatus.DESTROYING
    with pytest.raises(LostRace):
        record_outcome(deploying, outcome(deploying))


def test_a_failure_keeps_the_ttl(deploying):
    before = deploying.projects.deployment("petstore").ttl_expiry
    written = record_outcome(deploying, outcome(deploying, EventKind.FAILED))
    assert (written.status, written.failure) == (DeploymentStatus.FAILED, "all of it")
    assert written.ttl_expiry == before


def test_a_hurried_store_is_asked_for_its_time_anew(deploying, monkeypatch):
    """It stood still while Terraform worked: what was known before would make the mock's life longer."""
    projects, asked = deploying.projects, []
    there = projects.store.now()
    late = there + timedelta(hours=1)
    monkeypatch.setattr(type(projects.store), "clock_pace", lambda self: 60.0)
    monkeypatch.setattr(type(projects.store), "now", lambda self: there if asked else late)
    read = projects.deployment
    monkeypatch.setattr(projects, "deployment", lambda name: asked.append(name) or read(name), raising=False)
    assert outcomes._store_time(deploying, "petstore") == there
