"""The store of jobs: its folders, who may start what, and the truth about dead processes."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from automock_tui.domain.document import CorruptDocument
from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace, NotFound
from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.provisioning.job import Changes, Job, JobError, is_job_id, new_job_id
from automock_tui.provisioning.jobs import JobKind, JobStatus, JobStore
from automock_tui.provisioning.locks import FileLock, is_held
from automock_tui.provisioning.processes import ProcessIdentity, identify, is_running, send_signal
from tests.provisioning.stacks import WORKSPACE, finished, job_store, new_job, script_environment, until


@pytest.fixture
def store(tmp_path):
    return job_store(tmp_path / "jobs")


def start(store, job):
    return store.start(job, environment=script_environment())


def test_a_job_is_stored_whole_and_private(store):
    job = new_job(store, options={"instance_size": "small"}, ttl_hours=2)
    assert store.load(job.id) == job
    folder = store.folder(job)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(store.files(job).record.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.root.stat().st_mode) == 0o700


def test_every_field_survives_the_record(store):
    now = datetime.now(UTC)
    job = replace(
        new_job(store),
        started_at=now,
        finished_at=now + timedelta(seconds=2),
        status=JobStatus.FAILED,
        process=ProcessIdentity(pid=4, started="5", boot="b", host="h"),
        changes=Changes(add=1, change=2, remove=3),
        outputs={"url": "http://x", "list": [1]},
        error=JobError(title="t", message="m", hint="h", exit_code=4),
        summary="s",
    )
    store.save(job)
    assert store.load(job.id) == job


def test_fields_of_a_later_version_survive(store):
    job = new_job(store)
    record = store.files(job).record
    record.write_text(json.dumps(json.loads(record.read_text()) | {"later": [1]}))
    store.save(replace(store.load(job.id), summary="x"))
    assert json.loads(record.read_text())["later"] == [1]


def test_ids_sort_by_time_and_are_told_from_other_names():
    early = new_job_id(datetime(2026, 11, 22, 9, 5, 1, 2000, UTC))
    late = new_job_id(datetime(2026, 11, 22, 9, 5, 1, 3000, UTC))
    assert early < late
    assert is_job_id(early)
    assert not any(map(is_job_id, ("", "..", "../x", early + "/..", "locks", early.upper())))


@pytest.mark.parametrize("name", ["nope", "../../etc", "20260101-000000000-zzzz"])
def test_an_unknown_job_is_not_found(store, name):
    with pytest.raises(NotFound, match=r"No such job"):
        store.load(name)


def test_all_jobs_come_newest_first_and_foreign_folders_are_left_alone(store):
    jobs = [new_job(store, project=f"p{number:03}") for number in range(5)]
    (store.root / "foreign").mkdir()
    (store.root / "20260101-000000000-aaaa").mkdir()
    broken = new_job(store)
    store.files(broken).record.write_text('{"kind": "nonsense"')
    empty = new_job(store)
    store.files(empty).record.write_text("{}")
    found = store.all()
    assert sorted(found, key=lambda job: job.id, reverse=True) == found
    assert {job.id for job in found} == {job.id for job in jobs}
    for each in (broken, empty):
        with pytest.raises(AutomockError, match="cannot be read"):
            store.load(each.id)


def test_no_folder_yet_means_no_jobs(tmp_path):
    store = JobStore(tmp_path / "nowhere" / "jobs")
    assert store.all() == []
    assert store.active(WORKSPACE, "petstore") is None
    assert store.prune(3) == []


def test_a_thousand_jobs_are_listed_at_once(store):
    template = new_job(store)
    for _ in range(999):
        job = replace(template, id=new_job_id(datetime.now(UTC)), status=JobStatus.SUCCEEDED)
        store.folder(job).mkdir()
        store.files(job).record.write_bytes(job.to_json())
    fresh = JobStore(store.root)
    began = time.process_time()
    assert len(fresh.all()) == 1000
    first = time.process_time() - began
    began = time.process_time()
    assert len(fresh.all()) == 1000
    again = time.process_time() - began
    assert first < 1.0, first
    assert again < 0.25, again


def test_a_record_that_another_process_changed_is_read_again(store):
    job = new_job(store)
    other = JobStore(store.root)
    assert other.load(job.id).summary == ""
    store.save(replace(job, summary="changed"))
    assert other.load(job.id).summary == "changed"


def test_a_job_runs_detached_and_ends_by_itself(store):
    job = start(store, new_job(store, wait=0.2))
    assert job.status is JobStatus.STARTING
    until(lambda: store.load(job.id).process is not None, "the process says who it is")
    running = store.load(job.id)
    assert running.status is JobStatus.RUNNING
    assert os.getsid(running.pid) == running.pid != os.getsid(0)
    done = finished(store, job)
    assert (done.status, done.summary, done.error) == (JobStatus.SUCCEEDED, "waited", None)
    assert done.started_at < done.finished_at
    assert store.files(job).process_output.read_text() == ""


def test_a_second_job_of_a_project_is_told_who_works(store):
    first = start(store, new_job(store, wait=60))
    second = new_job(store)
    with pytest.raises(LostRace) as told:
        start(store, second)
    assert first.id in str(told.value)
    assert "ann@desk" in str(told.value)
    assert told.value.exit_code == 4
    assert store.active(WORKSPACE, "petstore").id == first.id
    assert store.active(WORKSPACE, "orders") is None
    elsewhere = WorkspaceRef(kind=WorkspaceKind.AWS, region="eu-west-1")
    assert store.active(elsewhere, "petstore") is None
    other = start(store, new_job(store, project="orders", wait=0.1))
    store.cancel(first)
    assert finished(store, first).status is JobStatus.CANCELLED
    assert finished(store, other).status is JobStatus.SUCCEEDED
    assert store.active(WORKSPACE, "petstore") is None


def test_of_many_who_start_jobs_of_one_project_at_once_one_gets_through(store):
    jobs = [new_job(store, wait=30) for _ in range(8)]
    code = (
        "import sys; from pathlib import Path\n"
        "from automock_tui.provisioning.jobs import JobStore\n"
        "from automock_tui.domain.errors import LostRace\n"
        "store = JobStore(Path(sys.argv[1]), module='terraform_job')\n"
        "sys.stdin.read()\n"
        "try: store.start(store.load(sys.argv[2])); print('started')\n"
        "except LostRace as error: print('lost')\n"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(store.root), job.id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=script_environment(),
            text=True,
        )
        for job in jobs
    ]
    time.sleep(1)
    for starter in starters:
        starter.stdin.close()
    answers = [starter.stdout.read().strip() for starter in starters]
    for starter in starters:
        starter.wait()
        starter.stdout.close()
    assert sorted(answers) == ["lost"] * 7 + ["started"]
    active = store.active(WORKSPACE, "petstore")
    store.cancel(active)
    assert finished(store, active).status is JobStatus.CANCELLED


def test_a_job_starts_only_once(store):
    job = start(store, new_job(store, wait=0.1))
    with pytest.raises((LostRace, InvalidInput)):
        start(store, job)
    done = finished(store, job)
    with pytest.raises(InvalidInput, match="cannot start"):
        start(store, done)


def test_cancel_ends_a_wait_at_once_and_says_so(store):
    job = start(store, new_job(store, wait=60))
    until(lambda: store.load(job.id).stage == "health", "the job waits")
    began = time.monotonic()
    store.cancel(job)
    done = finished(store, job)
    assert time.monotonic() - began < 5
    assert (done.status, done.error.exit_code, done.stage) == (JobStatus.CANCELLED, 130, "health")
    with pytest.raises(InvalidInput, match="not running"):
        store.cancel(job)


def test_cancel_reaches_a_process_that_has_hardly_begun(store):
    job = start(store, new_job(store, wait=60))
    store.cancel(job)
    assert finished(store, job, seconds=20).status is JobStatus.CANCELLED


def test_a_killed_job_is_lost_and_its_project_free(store):
    job = start(store, new_job(store, wait=60))
    until(lambda: store.load(job.id).stage == "health", "the job waits")
    os.kill(store.load(job.id).pid, signal.SIGKILL)
    lost = finished(store, job)
    assert lost.status is JobStatus.LOST
    assert lost.is_final
    assert "health" in lost.error.message
    assert lost.error.hint
    assert lost.finished_at is not None
    again = start(store, new_job(store, wait=0.1))
    assert finished(store, again).status is JobStatus.SUCCEEDED


def test_a_process_that_dies_before_it_begins_is_lost_with_its_words(tmp_path):
    store = JobStore(tmp_path / "jobs", module="no_such_module_anywhere")
    job = store.start(new_job(store), environment=script_environment())
    lost = finished(store, job)
    assert lost.status is JobStatus.LOST
    assert "no_such_module_anywhere" in lost.error.message


def test_a_job_from_before_a_reboot_is_lost_though_its_number_is_in_use(store):
    job = new_job(store)
    before = replace(identify(os.getpid()), boot="another boot")
    store.save(
        replace(job, status=JobStatus.RUNNING, started_at=datetime.now(UTC), process=before, stage="apply")
    )
    assert store.load(job.id).status is JobStatus.LOST
    assert not is_running(before)
    assert not send_signal(before, signal.SIGTERM), "it would have hit this test"


def test_a_job_never_started_is_lost_only_after_a_while(store):
    job = new_job(store)
    assert store.load(job.id).status is JobStatus.STARTING
    store.save(replace(job, created_at=datetime.now(UTC) - timedelta(minutes=5)))
    assert store.load(job.id).status is JobStatus.LOST


def test_only_a_plan_that_waits_can_be_discarded(store):
    job = new_job(store)
    store.save(replace(job, status=JobStatus.PLANNED, started_at=datetime.now(UTC)))
    store.files(job).plan.write_bytes(b"secret")
    assert store.discard(job).status is JobStatus.DISCARDED
    assert not store.files(job).plan.exists()
    last = json.loads(store.files(job).events.read_text().splitlines()[-1])
    assert (last["type"], last["status"]) == ("automock_result", "discarded")
    with pytest.raises(InvalidInput, match="does not wait"):
        store.discard(job)


def test_prune_keeps_what_runs_what_waits_what_holds_a_state_and_the_newest_of_a_project(store):
    def job(status):
        made = new_job(store)
        store.save(replace(made, status=status, started_at=datetime.now(UTC)))
        return made

    other = new_job(store)
    other = replace(other, project="orders", status=JobStatus.FAILED, started_at=datetime.now(UTC))
    store.save(other)
    old, waiting, unsaved = job(JobStatus.SUCCEEDED), job(JobStatus.PLANNED), job(JobStatus.FAILED)
    store.files(unsaved).errored_state.write_text("{}")
    running = start(store, new_job(store, wait=60))
    newest = job(JobStatus.SUCCEEDED)
    assert store.unsaved_states(WORKSPACE, "petstore") == [store.files(unsaved).errored_state]
    assert store.prune(keep=1) == [old.id]
    assert {each.id for each in store.all()} == {newest.id, running.id, waiting.id, unsaved.id, other.id}
    store.cancel(running)
    finished(store, running)


def test_a_full_or_read_only_disk_is_told_with_a_next_step(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AutomockError) as told:
        new_job(JobStore(tmp_path / "file" / "jobs"))
    assert told.value.hint
    assert str(tmp_path) in told.value.message


def test_a_lock_ends_with_its_last_holder(tmp_path):
    path = tmp_path / "lock"
    assert not is_held(path)
    lock = FileLock(path)
    assert lock.acquire()
    assert is_held(path)
    assert not FileLock(path).acquire()
    child = subprocess.Popen(["sleep", "60"], pass_fds=[lock.descriptor])
    lock.release()
    assert is_held(path), "the child inherited it"
    child.kill()
    child.wait()
    assert not is_held(path)
    assert lock.acquire()
    lock.release()


def test_looking_at_a_lock_keeps_nobody_from_it(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    looker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from automock_tui.provisioning.locks import is_held\n"
            "while True: is_held(Path(sys.argv[1]))",
            str(path),
        ]
    )
    try:
        time.sleep(0.5)
        for _ in range(200):
            lock = FileLock(path)
            assert lock.acquire()
            lock.release()
    finally:
        looker.kill()
        looker.wait()


def test_an_endpoint_with_a_password_is_refused(store):
    with pytest.raises(InvalidInput, match="password"):
        WorkspaceRef(kind=WorkspaceKind.AWS, endpoint_url="http://user:pw@host")


def test_a_record_of_a_wrong_type_is_named():
    with pytest.raises(CorruptDocument, match="plan_only"):
        Job.from_dict({"plan_only": "yes"})


def test_kinds_are_those_that_scripts_exist_for():
    assert {kind.value for kind in JobKind} == {"deploy", "destroy"}
    assert shutil.which("sleep")
