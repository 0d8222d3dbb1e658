"""What a death leaves behind on this machine and in the account: told, settled, swept, or offered."""

import contextlib
import json
import subprocess
from dataclasses import replace

import pytest

from automock_tui.domain.deployment import DeploymentStatus, begin_destroy, fail
from automock_tui.domain.errors import InvalidInput, LostRace
from automock_tui.operations import recovery
from automock_tui.operations.half_done import describe_lock, note_of, trouble_of, way_on
from automock_tui.operations.janitor_notes import ENFORCED_BY, JANITOR_PREFIX, REAP
from automock_tui.operations.status import status
from automock_tui.provisioning.dead_runs import processes_in
from automock_tui.provisioning.engine_discovery import find_engine
from automock_tui.provisioning.job import JobKind, JobStatus
from automock_tui.provisioning.terraform import Terraform
from tests import parts
from tests.operations.account import (
    begin,
    dead_job,
    lock,
    start_in,
    tagged,
)
from tests.provisioning.stacks import ONE, write_stack

pytestmark = pytest.mark.part("moto")


def ignore(_):
    """A log that nobody reads, or a wait that does not wait."""


# --- locks


def test_the_lock_of_a_dead_job_is_removed_and_said(in_account):
    job = dead_job(in_account, "petstore")
    lock(in_account, "petstore")
    said = []
    recovery.release_dead_lock(in_account, "petstore", said.append)
    assert in_account.projects.lock_info("petstore") is None
    assert job.id in said[0]


@pytest.mark.parametrize(
    ("who", "minutes"), [("bob@elsewhere", 1), ("", 60)], ids=["of-somebody-else", "older-than-any-job"]
)
def test_a_lock_that_no_dead_job_explains_stays(in_account, who, minutes):
    dead_job(in_account, "petstore")
    lock(in_account, "petstore", who=who, minutes=minutes)
    recovery.release_dead_lock(in_account, "petstore", ignore)
    assert in_account.projects.lock_info("petstore") is not None


def test_a_lock_stays_while_terraform_outlives_its_job(in_account):
    job = dead_job(in_account, "petstore")
    lock(in_account, "petstore")
    terraform = start_in(in_account.jobs.files(job).work)
    try:
        recovery.release_dead_lock(in_account, "petstore", ignore)
        assert in_account.projects.lock_info("petstore") is not None
    finally:
        terraform.kill()
        terraform.wait()
    recovery.release_dead_lock(in_account, "petstore", ignore)
    assert in_account.projects.lock_info("petstore") is None


def test_a_sweep_holds_the_state_and_names_whoever_holds_it(in_account):
    with recovery.holding_state(in_account, "petstore"):
        held = in_account.projects.lock_info("petstore")
        assert (held.Who, held.Operation) == (recovery.terraform_user(), "OperationTypeDestroy")
        with pytest.raises(LostRace) as lost, recovery.holding_state(in_account, "petstore"):
            pytest.fail("two hold it")
    assert recovery.terraform_user() in lost.value.message and lost.value.exit_code == 4
    assert in_account.projects.lock_info("petstore") is None


def test_a_lock_is_told_with_its_holder_and_age(in_account):
    lock(in_account, "petstore", who="bob@elsewhere", minutes=180)
    text = describe_lock(in_account.projects.lock_info("petstore"))
    assert text.startswith("bob@elsewhere holds its state for apply since ") and text.endswith("(3 h)")


# --- processes


def test_what_is_left_at_work_is_found_by_its_folder(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    left = [start_in(here), start_in(here, "terraform-provider-aws_v5"), start_in(there)]
    try:
        found = {process.pid: process.is_provider for process in processes_in([here])}
        assert found == {left[0].pid: False, left[1].pid: True}
        assert processes_in([]) == []
    finally:
        for process in left:
            process.kill()
            process.wait()
    assert processes_in([here, there]) == []


def test_settling_waits_for_terraform_and_ends_a_lone_provider(in_account):
    work = in_account.jobs.files(dead_job(in_account, "petstore")).work
    terraform, provider = start_in(work), start_in(work, "terraform-provider-aws_v5")
    said, waits = [], []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            assert provider.poll() is None  # it serves a Terraform that is saving its state
            terraform.kill()
        for process in (terraform, provider):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)

    try:
        recovery.settle(in_account, "petstore", said.append, wait)
    finally:
        terraform.kill()
    assert (terraform.wait(), provider.wait()) == (-9, -9)
    assert len(said) == 1 and f"process {terraform.pid}" in said[0]


def test_a_terraform_that_goes_on_is_named(in_account, monkeypatch):
    monkeypatch.setattr(recovery, "SETTLE_SECONDS", 0.0)
    left = start_in(in_account.jobs.files(dead_job(in_account, "petstore")).work)
    try:
        with pytest.raises(LostRace, match="still at work") as lost:
            recovery.settle(in_account, "petstore", ignore, ignore)
    finally:
        left.kill()
        left.wait()
    assert str(left.pid) in lost.value.message


# --- states that could not be saved


@pytest.mark.part("terraform")
def test_of_unsaved_states_the_newest_is_pushed_and_none_is_lost(in_account, tmp_path):
    terraform, state = applied_stack(tmp_path)
    older, newest = (in_account.jobs.files(dead_job(in_account, "petstore")) for _ in range(2))
    for files, serial in ((older, 1), (newest, 40)):
        files.errored_state.write_text(json.dumps(state | {"serial": serial}))
    recovery.push_unsaved_state(in_account, "petstore", terraform, ignore)
    assert terraform.state_pull()["serial"] == 40
    assert [path.name for path in newest.work.glob("*tfstate*")] == ["errored.tfstate.saved"]
    assert [path.name for path in older.work.glob("*tfstate*")] == ["errored.tfstate.superseded"]


def test_an_unsaved_state_of_what_the_janitor_took_down_is_put_aside(in_account):
    files = in_account.jobs.files(dead_job(in_account, "petstore"))
    files.errored_state.write_text("{}")
    in_account.projects.update_deployment(
        "petstore", lambda found, now: replace(found, deployment_status=DeploymentStatus.DESTROYED)
    )
    recovery.push_unsaved_state(in_account, "petstore", None, ignore)  # Terraform is not even asked
    assert [path.name for path in files.work.glob("*tfstate*")] == ["errored.tfstate.superseded"]


@pytest.mark.part("terraform")
def test_an_unsaved_state_that_is_out_of_date_is_put_aside(in_account, tmp_path):
    terraform, state = applied_stack(tmp_path)
    files = in_account.jobs.files(dead_job(in_account, "petstore"))
    files.errored_state.write_text(json.dumps(state | {"serial": 0}))
    said = []
    recovery.push_unsaved_state(in_account, "petstore", terraform, said.append)
    assert terraform.state_pull()["serial"] == state["serial"]
    assert not files.errored_state.exists() and "older" in said[-1]


def applied_stack(tmp_path):
    parts.terraform()
    folder = write_stack(tmp_path / "stack", ONE)
    terraform = Terraform(find_engine(""), folder, environment=parts.terraform_env())
    terraform.init()
    terraform.plan()
    terraform.apply()
    return terraform, terraform.state_pull()


# --- what is half done


def test_a_lost_deploy_says_what_exists_and_how_to_go_on(in_account, account):
    job = dead_job(in_account, "petstore")
    assert job.status is JobStatus.LOST
    begin(in_account, "petstore", job.id)
    lock(in_account, "petstore")
    account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", **tagged("vpc", "petstore"))
    (row,) = status(in_account).rows
    told = row.as_json(in_account.projects.store.now())
    assert row.note == "its deploy died; 1 resource in AWS; deploy again to carry on, or destroy to clean up"
    assert told["status"] == "deploying"
    assert told["trouble"]["resources"] == 1 and told["trouble"]["carries_on"] == "deploy"
    assert told["trouble"]["lock"]["who"] == recovery.terraform_user()
    assert way_on(in_account, row.metadata).ttl_hours == 1.5


def test_somebody_elses_deploy_is_left_to_them_and_their_lock_is_shown(in_account):
    begin(in_account, "petstore", "20261122-120000000-zzzz", by="bob@elsewhere")
    lock(in_account, "petstore", who="bob@elsewhere")
    metadata = in_account.projects.deployment("petstore")
    trouble = trouble_of(in_account, metadata)
    assert way_on(in_account, metadata) is None and trouble.carries_on == ""
    assert note_of(metadata, trouble).startswith("bob@elsewhere holds its state for apply")
    with pytest.raises(InvalidInput, match="half done"):
        recovery.resume(in_account, "petstore")


def test_who_holds_the_state_does_not_hide_that_no_janitor_ends_it(in_account):
    begin(in_account, "petstore", "20261122-120000000-zzzz", by="bob@elsewhere")
    in_account.projects.update_deployment(
        "petstore", lambda found, now: replace(found, notices={ENFORCED_BY: REAP})
    )
    lock(in_account, "petstore", who="bob@elsewhere")
    (row,) = status(in_account).rows
    nobody, held = row.note.split("; ")
    assert nobody.startswith("no janitor ends it") and held.startswith("bob@elsewhere holds its state")


def test_a_teardown_that_the_janitor_cannot_finish_is_not_deployed_again(in_account):
    begin(in_account, "petstore", "job-1")

    def stuck(found, now):
        begun = begin_destroy(replace(found, job_id="job-1"), job_id=f"{JANITOR_PREFIX}1", by="janitor r")
        return fail(begun, reason="The janitor cannot delete it.", job_id=begun.job_id, by="janitor r")

    in_account.projects.update_deployment("petstore", stuck)
    (row,) = status(in_account).rows
    assert way_on(in_account, row.metadata).kind is JobKind.DESTROY
    assert row.note == (
        "The janitor cannot delete it; no resources in AWS; it is tried again; destroy does it with your rights"
    )
    alone = replace(row.metadata, notices={ENFORCED_BY: REAP})
    assert "it is tried again" not in note_of(alone, row.trouble)
    with pytest.raises(InvalidInput, match="destroy of petstore"):
        recovery.resume_deploy(in_account, "petstore")


def test_a_destroy_that_died_is_not_resumed_as_a_deploy(in_account):
    job = dead_job(in_account, "petstore", JobKind.DESTROY)
    begin(in_account, "petstore", "20261122-120000000-zzzz")
    in_account.projects.update_deployment(
        "petstore", lambda metadata, now: begin_destroy(metadata, job_id=job.id, by="ann@here")
    )
    assert way_on(in_account, in_account.projects.deployment("petstore")).kind is JobKind.DESTROY
    with pytest.raises(InvalidInput, match="destroy of petstore"):
        recovery.resume_deploy(in_account, "petstore")


def test_a_teardown_keeps_off_a_deploy_of_another_machine(in_account):
    begin(in_account, "petstore", "20261122-120000000-zzzz", by="bob@elsewhere")
    metadata = in_account.projects.deployment("petstore")
    with pytest.raises(LostRace) as just_begun:
        recovery.refuse_while_deploying(in_account, metadata)
    assert "bob@elsewhere" in just_begun.value.message and "generation 1" in just_begun.value.message
    lock(in_account, "petstore", who="bob@elsewhere")
    with pytest.raises(LostRace) as locked:
        recovery.refuse_while_deploying(in_account, metadata)
    assert "bob@elsewhere" in locked.value.message and "doctor" in locked.value.hint


def test_a_failed_deployment_tells_its_reason_and_count(in_account):
    begin(in_account, "petstore", "job-1")
    in_account.projects.update_deployment(
        "petstore", lambda found, now: fail(found, reason="No quota\nmore", job_id="job-1", by="ann@here")
    )
    (row,) = status(in_account).rows
    assert row.note == "No quota; no resources in AWS; deploy again to carry on, or destroy to clean up"
