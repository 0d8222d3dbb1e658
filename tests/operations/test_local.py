"""Mocks of the local workspace: their real processes, from the deploy to the last sign of life."""

import json
import os
import signal
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from automock_tui.bootstrap import open_workspace
from automock_tui.domain.deployment import DeploymentStatus, begin_deploy
from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace, NotFound
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.operations.delete import delete_project
from automock_tui.operations.doctor import checkup
from automock_tui.operations.extend import extend_ttl
from automock_tui.operations.jobs import JobFeed, find_job
from automock_tui.operations.local_deploy import (
    check_port,
    deploy_and_wait,
    destroy_local,
    local_basis,
    start_local_deploy,
)
from automock_tui.operations.save import save_expectations
from automock_tui.operations.status import status
from automock_tui.provisioning.job import JobKind, JobStatus
from automock_tui.settings import Settings

SOON = 30.0
"""Seconds to wait for what takes about one on an idle machine."""


def says(body):
    return json.dumps([{"httpRequest": {"path": "/greeting"}, "httpResponse": {"body": body}}]).encode()


def ask(url):
    with urllib.request.urlopen(url + "/greeting", timeout=5) as answer:
        return answer.read().decode()


def is_open(url):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


def until(condition, what="it"):
    end = time.monotonic() + SOON
    while not (found := condition()):
        assert time.monotonic() < end, f"{what}: not within {SOON} s"
        time.sleep(0.03)
    return found


@pytest.fixture
def here(folders, monkeypatch):
    """The local workspace with a project; its mocks end with the test."""
    workspace = open_workspace(Settings(author="ann@here"), folders, kind="local")
    monkeypatch.setenv("AUTOMOCK_HOME", str(folders.state.parent))
    workspace.projects.create("shop", says("hello"))
    yield workspace
    for job in workspace.jobs.all():
        if job.is_live and job.process is not None:
            os.kill(job.process.pid, signal.SIGKILL)


@pytest.fixture
def other(folders):
    """The same place, somebody else at work."""
    return open_workspace(Settings(author="bob@here"), folders, kind="local")


def row(workspace, name="shop"):
    return status(workspace, [name]).rows[0]


def deployed(workspace, ttl_hours=1.0, **options):
    """Deploy the project; its address."""
    return deploy_and_wait(workspace, "shop", ttl_hours, **options).outputs["mockserver_url"]


def kill(workspace, job_id=""):
    job = workspace.jobs.load(job_id or workspace.projects.deployment("shop").job_id)
    os.kill(job.process.pid, signal.SIGKILL)
    until(lambda: not workspace.jobs.load(job.id).is_live, "the process is gone")


def events(workspace):
    return [event.event for event in workspace.projects.history("shop")]


def test_a_deploy_answers_with_its_ttl_and_costs_nothing(here):
    url = deployed(here, 2.0)
    found = row(here)
    assert ask(url) == "hello"
    assert (found.word, found.address, found.tasks, found.deployed_version) == ("deployed", url, "1/1", "v1")
    assert found.cost_so_far.amount == 0
    assert timedelta(hours=1.9) < found.remaining(here.projects.store.now()) <= timedelta(hours=2)
    assert "deployed" in events(here)


def test_destroying_closes_the_port_and_keeps_the_project(here):
    url = deployed(here)
    assert url.rpartition(":")[2] in destroy_local(here, "shop")
    assert not is_open(url)
    found = row(here)
    assert (found.word, found.version, found.address) == ("destroyed", "v1", "")
    assert events(here)[0] == "destroyed"
    with pytest.raises(NotFound):
        destroy_local(here, "shop")


def test_it_follows_what_is_saved(here):
    url = deployed(here)
    save_expectations(here, "shop", says("changed").decode(), base_version="v1", message="")
    until(lambda: ask(url) == "changed", "the new answer")
    until(lambda: row(here).deployed_version == "v2", "the record says which version is live")


def test_its_time_ends_it_with_proof_and_says_so(here):
    job = deploy_and_wait(here, "shop", 1 / 3600)
    url = job.outputs["mockserver_url"]
    until(lambda: row(here).word == "destroyed", "the end of the TTL")
    until(lambda: here.jobs.load(job.id).status is JobStatus.SUCCEEDED, "the end of its process")
    assert not is_open(url)
    (event,) = [one for one in here.projects.history("shop") if one.event == "expired"]
    assert event.details == {"port": int(url.rpartition(":")[2]), "port_closed": True}
    assert here.projects.deployment("shop").updated_by == "its TTL"


def test_an_extension_is_noticed_by_the_process(here):
    url = deployed(here, 4 / 3600)
    extend_ttl(here, "shop", 1)
    until(lambda: here.projects.store.now() > row(here).expires_at - timedelta(hours=1), "the first end")
    time.sleep(1.5)  # longer than the process takes to look: it has seen that the first end is past
    assert ask(url) == "hello"
    assert row(here).word == "deployed"


def test_a_machine_that_slept_through_the_end_ends_it_when_it_wakes(here):
    job = deploy_and_wait(here, "shop", 2 / 3600)
    os.kill(job.process.pid, signal.SIGSTOP)
    until(lambda: here.projects.store.now() > here.projects.deployment("shop").ttl_expiry, "the end has passed")
    assert here.projects.deployment("shop").is_deployed
    os.kill(job.process.pid, signal.SIGCONT)
    until(lambda: here.projects.deployment("shop").status is DeploymentStatus.DESTROYED, "the end")
    assert not is_open(job.outputs["mockserver_url"])


def test_a_killed_process_shows_as_stopped_and_comes_back_at_its_address(here):
    url = deployed(here)
    kill(here)
    found = row(here)
    assert (found.word, found.tasks, found.address, found.is_running) == ("stopped", "0/1", "", False)
    assert "killed" in found.note
    assert found.as_json(here.projects.store.now())["ttl_remaining_seconds"] is None
    with pytest.raises(NotFound, match="has stopped"):
        extend_ttl(here, "shop", 1)
    assert deployed(here) == url
    assert (row(here).word, row(here).metadata.generation) == ("deployed", 2)


def test_a_killed_mock_can_be_destroyed_and_its_project_deleted(here):
    deployed(here)
    kill(here)
    destroy_local(here, "shop")
    assert row(here).word == "destroyed"
    deployed(here)
    kill(here)
    delete_project(here, "shop")
    assert here.projects.names() == []


def test_a_running_mock_keeps_its_project_from_being_deleted(here):
    url = deployed(here)
    with pytest.raises(AutomockError, match="still"):
        delete_project(here, "shop")
    assert ask(url) == "hello"


def test_a_dead_mock_whose_time_is_over_counts_as_ended(here):
    deployed(here, 2 / 3600)
    kill(here)
    until(lambda: row(here).word == "destroyed", "the end of its TTL")
    assert events(here)[0] == "expired"


def test_a_signal_stops_it_and_does_not_destroy_it(here):
    job = deploy_and_wait(here, "shop", 1)
    here.jobs.cancel(job)
    until(lambda: not here.jobs.load(job.id).is_live, "the end of the process")
    assert (row(here).word, "told to stop" in row(here).note) == ("stopped", True)
    assert not is_open(job.outputs["mockserver_url"])


def test_its_control_plane_can_end_it(here):
    url = deployed(here)
    urllib.request.urlopen(urllib.request.Request(url + "/mockserver/stop", method="PUT"), timeout=5).close()
    until(lambda: row(here).word == "destroyed", "the end")


def test_a_second_deploy_replaces_the_first_at_the_same_address(here):
    url = deployed(here, 1)
    first = here.projects.deployment("shop").job_id
    assert deployed(here, 3) == url
    found = row(here)
    assert ask(url) == "hello"
    assert found.metadata.generation == 2
    assert found.remaining(here.projects.store.now()) > timedelta(hours=2.9)
    assert "another deploy" in here.jobs.load(first).summary


def test_a_port_can_be_asked_for_and_is_asked_for_again(here):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert deployed(here, port=port) == f"http://127.0.0.1:{port}"
    assert local_basis(here, "shop").port == port
    assert deployed(here, port=port).endswith(str(port))


def test_a_port_that_is_taken_is_refused_before_anything_changes(here):
    url = deployed(here)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"Port {port} cannot be had"):
            start_local_deploy(here, "shop", 1, port=port)
    assert ask(url) == "hello"
    assert len(here.jobs.all()) == 1


@pytest.mark.parametrize("port", [-1, 65536])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(InvalidInput, match="No such port"):
        check_port(port)


def test_a_port_lost_at_the_last_moment_fails_the_deploy_with_its_reason(here, monkeypatch):
    monkeypatch.setattr("automock_tui.operations.local_deploy.check_port", lambda *_, **__: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AutomockError, match=f"Cannot listen on 127.0.0.1:{port}"):
            deploy_and_wait(here, "shop", 1, port=port)
    found = row(here)
    assert (found.word, "Cannot listen" in found.note) == ("failed", True)
    assert ask(deployed(here)) == "hello"


def test_expectations_that_mockserver_refuses_are_refused_before_anything_changes(here):
    here.projects.create("broken", b'[{"httpRequest": {"path": "/x"}, "httpResponse": {"statusCode": "ok"}}]')
    with pytest.raises(InvalidInput, match="cannot be served"):
        start_local_deploy(here, "broken", 1)
    assert row(here, "broken").word == "none"
    assert here.jobs.all() == []


def test_of_two_who_deploy_at_once_one_is_told_who_won(here, other):
    def attempt(workspace):
        try:
            return deploy_and_wait(workspace, "shop", 1).id
        except LostRace as lost:
            return lost

    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(attempt, [here, other]))
    winners = [one for one in ended if isinstance(one, str)]
    assert row(here).metadata.job_id in winners
    live = [job for job in here.jobs.all() if job.is_live]
    assert [job.id for job in live] == [row(here).metadata.job_id]
    assert ask(row(here).address) == "hello"


def test_who_comes_second_is_told_and_leaves_nothing_behind(here):
    first = here.jobs.create(kind=JobKind.DEPLOY, project="shop", workspace=here.ref)
    here.projects.update_deployment(
        "shop",
        lambda metadata, now: begin_deploy(
            metadata,
            ttl=timedelta(hours=1),
            options={},
            job_id=first.id,
            by="bob@here",
            now=now,
            expectations_version="v1",
        ),
    )
    with pytest.raises(LostRace, match="it is deploying"):
        start_local_deploy(here, "shop", 1)
    assert [job.id for job in here.jobs.all()] == [first.id]


def test_two_who_extend_at_once_both_count(here, other):
    deployed(here, 1)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda workspace: extend_ttl(workspace, "shop", 2), [here, other]))
    assert row(here).remaining(here.projects.store.now()) > timedelta(hours=4.9)


def test_a_mock_that_is_coming_up_can_be_destroyed(here):
    job = start_local_deploy(here, "shop", 1)
    destroy_local(here, "shop")
    assert row(here).word == "destroyed"
    assert not here.jobs.load(job.id).is_live
    assert events(here)[0] == "destroyed"


def test_a_process_that_hangs_is_killed(here, monkeypatch):
    monkeypatch.setattr("automock_tui.operations.local_deploy.END_SECONDS", 1.0)
    job = deploy_and_wait(here, "shop", 1)
    os.kill(here.jobs.load(job.id).process.pid, signal.SIGSTOP)
    destroy_local(here, "shop")
    assert row(here).word == "destroyed"
    assert not is_open(job.outputs["mockserver_url"])


def test_a_project_that_is_deleted_by_force_takes_its_mock_with_it(here):
    url = deployed(here)
    here.projects.delete("shop", force=True)
    until(lambda: not is_open(url), "the port is closed")


def test_a_damaged_record_leaves_the_mock_and_ends_it_on_time(here, folders):
    url = deployed(here, 3 / 3600)
    (record,) = folders.projects.glob("*/deployment-metadata.json")
    record.write_bytes(b"{")
    assert ask(url) == "hello"
    until(lambda: not is_open(url), "the end of its TTL")
    assert record.read_bytes() == b"{"


def test_a_job_of_another_machine_is_not_taken_for_one_of_here(here):
    deployed(here)
    here.projects.update_deployment(
        "shop", lambda metadata, now: replace(metadata, job_id="20200101-000000000-abcd")
    )
    assert (row(here).word, "not known" in row(here).note) == ("stopped", True)


def test_doctor_says_what_runs_and_what_has_stopped(here, folders):
    def mocks():
        found = checkup(here.settings, folders, WorkspaceKind.LOCAL, lambda: here)
        return next(check for check in found if check.name == "mocks")

    assert (mocks().ok, "0 running" in mocks().detail) == (True, True)
    deployed(here)
    assert "1 running" in mocks().detail
    kill(here)
    assert (mocks().ok, "stopped: shop" in mocks().detail) == (False, True)


def test_its_log_is_found_beside_a_newer_one_of_the_same_name_elsewhere(here):
    job = deploy_and_wait(here, "shop", 1)
    elsewhere = here.jobs.create(
        kind=JobKind.DEPLOY, project="shop", workspace=WorkspaceRef(kind=WorkspaceKind.SANDBOX)
    )
    assert find_job(here.jobs, project="shop").id == elsewhere.id
    assert find_job(here.jobs, project="shop", kind="local").id == job.id
    assert any("answers at" in line for line in JobFeed(here.jobs, job.id).lines())
