"""A job's own process, with real Terraform: its log, its result, and what it survives."""

import contextlib
import json
import os
import pty
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace
from automock_tui.domain.redaction import MASK
from automock_tui.domain.terraform_events import RawLine, ResultEvent, StageEvent, parse_line
from automock_tui.provisioning.job import Changes
from automock_tui.provisioning.jobs import JobStatus
from automock_tui.provisioning.runner import JobRun
from automock_tui.provisioning.tail import EventTail
from tests import parts
from tests.provisioning.stacks import (
    ONE,
    WORKSPACE,
    chain,
    finished,
    job_store,
    new_job,
    said,
    script_environment,
    until,
    write_stack,
)

needs_terraform = pytest.mark.part("terraform")


@pytest.fixture
def store(tmp_path):
    return job_store(tmp_path / "jobs")


@pytest.fixture
def start(store):
    parts.terraform()

    def start_job(job, **environment):
        return store.start(job, environment=script_environment(**environment))

    return start_job


def events(store, job):
    return [parse_line(line) for line in said(store, job).splitlines()]


def stages(store, job):
    found = [event for event in events(store, job) if isinstance(event, StageEvent)]
    return [(event.stage, event.status) for event in found]


def state_of(stack):
    return json.loads((stack / "terraform.tfstate").read_text())


@needs_terraform
def test_a_deploy_in_one_go(store, start, tmp_path):
    stack = write_stack(tmp_path / "stack", ONE)
    job = finished(store, start(new_job(store, stack)))
    assert (job.status, job.summary, job.error) == (JobStatus.SUCCEEDED, "Applied 1", None)
    assert job.outputs == {"url": "http://mock"}
    assert job.changes == Changes(add=1)
    assert job.engine.label.startswith("terraform 1.")
    assert stages(store, job) == [
        (name, status) for name in ("init", "plan", "apply") for status in ("started", "done")
    ]
    last = events(store, job)[-1]
    assert isinstance(last, ResultEvent)
    assert (last.status, last.summary, last.error) == ("succeeded", "Applied 1", None)
    files = store.files(job)
    assert "terraform_data.one: Creation complete" in files.log.read_text()
    assert not files.plan.exists(), "it holds secrets"
    for path in (files.record, files.events, files.log, files.errors, files.process_output):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    ours = [path for path in files.path.rglob("*") if path.is_file() and path.name != "main.tf"]
    assert "do not show me" not in "".join(path.read_text("utf-8", "replace") for path in ours)


@needs_terraform
def test_a_reviewed_plan_is_applied_by_a_second_process_into_the_same_log(store, start, tmp_path):
    stack = write_stack(tmp_path / "stack", ONE)
    planned = finished(store, start(new_job(store, stack, auto_approve=False)))
    assert (planned.status, planned.stage) == (JobStatus.PLANNED, "review")
    assert not planned.is_final
    first = said(store, planned)
    assert store.files(planned).plan.exists()
    assert stat.S_IMODE(store.files(planned).plan.stat().st_mode) == 0o600
    assert not (stack / "terraform.tfstate").exists(), "nothing is done before the review"
    (stack / "main.tf").write_text("this would not even parse")
    done = finished(store, start(planned))
    assert (done.status, done.phase.value) == (JobStatus.SUCCEEDED, "apply")
    assert said(store, done).startswith(first)
    assert stages(store, done)[4:] == [
        ("review", "started"),
        ("review", "done"),
        ("apply", "started"),
        ("apply", "done"),
    ]
    assert done.pid != planned.pid


@needs_terraform
def test_a_discarded_plan_cannot_be_started(store, start, tmp_path):
    planned = finished(store, start(new_job(store, write_stack(tmp_path / "stack", ONE), auto_approve=False)))
    store.discard(planned)
    with pytest.raises(AutomockError, match="cannot start"):
        start(planned)
    assert events(store, planned)[-1].status == "discarded"


@needs_terraform
def test_a_failure_is_the_result(store, start, tmp_path):
    stack = write_stack(tmp_path / "stack", chain(1, "echo token=supersecret1; exit 7"))
    job = finished(store, start(new_job(store, stack)))
    assert job.status is JobStatus.FAILED
    assert job.error.title == "local-exec provisioner error"
    assert "main.tf" in job.error.message
    assert job.error.hint
    assert stages(store, job)[-1] == ("apply", "failed")
    assert events(store, job)[-1].error.title == job.error.title
    everything = "".join(p.read_text("utf-8", "replace") for p in store.folder(job).glob("*") if p.is_file())
    assert "supersecret1" not in everything
    assert MASK in everything


@needs_terraform
def test_the_sessions_own_credentials_never_reach_the_log(store, start, tmp_path):
    key, token = "Zm9vYmFyIGJheg9QdXJlTm9uc2Vuc2VWYWx1ZQ", "plain-words-token"
    stack = write_stack(tmp_path / "stack", chain(1, "echo said $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"))
    job = finished(store, start(new_job(store, stack), AWS_SECRET_ACCESS_KEY=key, AWS_SESSION_TOKEN=token))
    assert job.status is JobStatus.SUCCEEDED
    assert f"said {MASK} {MASK}" in said(store, job)
    for path in store.folder(job).rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8", "replace")
            assert key not in text, path
            assert token not in text, path


@needs_terraform
def test_cancel_interrupts_terraform_once_and_keeps_its_state(store, start, tmp_path):
    stack = write_stack(tmp_path / "stack", chain(40, "sleep 0.3"))
    job = start(new_job(store, stack))
    until(lambda: said(store, job).count('"apply_complete"') >= 2, "two resources are done")
    store.cancel(job)
    for _ in range(2):
        with contextlib.suppress(InvalidInput):  # it may be over by now
            store.cancel(job)
    done = finished(store, job)
    assert (done.status, done.error.exit_code, done.stage) == (JobStatus.CANCELLED, 130, "apply")
    log = said(store, job)
    assert "Interrupt received" in log
    assert "Two interrupts" not in log
    assert 2 <= len(state_of(stack)["resources"]) < 40
    again = finished(store, start(new_job(store, write_stack(stack, chain(40, "true")))))
    assert again.status is JobStatus.SUCCEEDED
    assert len(state_of(stack)["resources"]) == 40


@needs_terraform
def test_a_killed_job_stops_terraform_gently_and_the_next_one_goes_on(store, start, tmp_path):
    stack = write_stack(tmp_path / "stack", chain(40, "sleep 0.3"))
    job = start(new_job(store, stack))
    until(lambda: said(store, job).count('"apply_complete"') >= 2, "two resources are done")
    os.kill(store.load(job.id).pid, signal.SIGKILL)
    lost = finished(store, job)
    assert lost.status is JobStatus.LOST
    assert "apply" in lost.error.message
    lock = stack / ".terraform.tfstate.lock.info"
    until(lambda: not lock.exists(), "Terraform saves its state and lets go", seconds=20)
    kept = len(state_of(stack)["resources"])
    assert 2 <= kept < 40
    again = finished(store, start(new_job(store, write_stack(stack, chain(40, "true")))))
    assert again.status is JobStatus.SUCCEEDED
    assert again.changes.add <= 40 - kept + 1, "only what was not there, and what was half made"


@needs_terraform
def test_the_job_goes_on_when_its_starter_is_killed_and_its_terminal_closed(store, tmp_path):
    parts.terraform()
    stack = write_stack(tmp_path / "stack", chain(4, "sleep 0.5"))
    job = new_job(store, stack)
    code = (
        "import sys, time; from pathlib import Path\n"
        "from automock_tui.provisioning.jobs import JobStore\n"
        "store = JobStore(Path(sys.argv[1]), module='terraform_job')\n"
        "store.start(store.load(sys.argv[2])); print('started', flush=True); time.sleep(600)\n"
    )
    terminal, inner = pty.openpty()
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(store.root), job.id],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=script_environment(),
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(inner)
    until(lambda: '"apply_start"' in said(store, job), "the apply is under way")
    os.close(terminal)  # the terminal hangs up: SIGHUP to its session
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    assert store.load(job.id).is_active
    done = finished(job_store(store.root), job)
    assert done.status is JobStatus.SUCCEEDED
    assert len(state_of(stack)["resources"]) == 4
    whole = EventTail(store.files(job).events).read(100_000)
    assert len(whole) == said(store, job).count("\n")
    assert parse_line(whole[-1]).status == "succeeded"


def _take_terminal():
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@needs_terraform
def test_the_log_comes_while_terraform_works(store, start, tmp_path):
    job = start(new_job(store, write_stack(tmp_path / "stack", chain(3, "sleep 1"))))
    tail, seen_early = EventTail(store.files(job).events), []
    until(
        lambda: seen_early.extend(tail.read()) or '"apply_complete"' in "".join(seen_early), "a first resource"
    )
    assert store.load(job.id).is_active
    assert "".join(seen_early).count('"apply_complete"') < 3
    assert finished(store, job).status is JobStatus.SUCCEEDED


@needs_terraform
def test_a_full_disk_does_not_end_the_run(store, start, tmp_path):
    stack = write_stack(tmp_path / "stack", ONE)
    job = new_job(store, stack)
    for path in (store.files(job).events, store.files(job).log):
        path.symlink_to("/dev/full")
    done = finished(store, start(job))
    assert done.status is JobStatus.SUCCEEDED
    assert "lines of the log are missing" in done.summary
    assert len(state_of(stack)["resources"]) == 1


@needs_terraform
def test_lines_of_an_own_wrapper_and_its_stderr_stay_apart(store, start, tmp_path):
    wrapper = tmp_path / "terraform"
    wrapper.write_text(
        '#!/bin/sh\necho "wrapped: no json"\necho "password=hidden12 on stderr" >&2\n'
        f'exec {parts.terraform()} "$@"\n'
    )
    wrapper.chmod(0o755)
    job = finished(store, start(new_job(store, write_stack(tmp_path / "stack", ONE), setting=str(wrapper))))
    raw = [event for event in events(store, job) if isinstance(event, RawLine)]
    assert "wrapped: no json" in {event.message for event in raw}
    assert "on stderr" not in said(store, job)
    assert f"password={MASK} on stderr" in store.files(job).errors.read_text()


def test_an_unexpected_error_is_a_result_with_its_traceback_kept(store):
    job = finished(store, store.start(new_job(store, **{"raise": True}), environment=script_environment()))
    assert (job.status, job.error.title, job.error.exit_code) == (JobStatus.FAILED, "Internal error", 1)
    assert "ZeroDivisionError" in job.error.message
    trace = store.files(job).errors.read_text()
    assert "Traceback" in trace
    assert "abcdefgh1" not in trace + job.error.message + said(store, job)


def test_a_run_in_this_process_holds_its_project_and_gives_back_what_it_took(store):
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    mask = os.umask(0o022)
    open_files = len(list(Path("/proc/self/fd").iterdir()))
    job = new_job(store)
    with JobRun(store, job) as run:
        assert store.load(job.id).status is JobStatus.RUNNING
        with pytest.raises(LostRace):
            store.start(new_job(store), environment=script_environment())
        with run.stage("health"):
            run.log("looking", "warn")
        run.succeed("well", {"url": "http://x"})
    assert run.exit_code == 0
    assert {number: signal.getsignal(number) for number in before} == before
    assert os.umask(mask) == 0o022
    assert len(list(Path("/proc/self/fd").iterdir())) == open_files
    assert store.load(job.id).outputs == {"url": "http://x"}
    assert store.active(WORKSPACE, "petstore") is None
    assert not (store.folder(job) / "reserve").exists()


def test_a_late_cancel_does_not_keep_the_record_from_being_written(store):
    job, done = new_job(store), []
    with JobRun(store, job) as run:
        os.kill(os.getpid(), signal.SIGTERM)
        with run.stage("record"):
            done.append("record")
        with run.stage("health"):
            done.append("never")
    assert done == ["record"]
    assert run.exit_code == 130
    assert store.load(job.id).status is JobStatus.CANCELLED


def test_a_wait_ends_with_the_cancel(store):
    began = time.monotonic()
    with JobRun(store, new_job(store)) as run:
        killer = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -INT {os.getpid()}"])
        run.wait(60)
    killer.wait()
    assert run.exit_code == 130
    assert time.monotonic() - began < 10


def test_the_end_of_the_interpreter_is_not_swallowed(store):
    job = new_job(store)
    with pytest.raises(SystemExit), JobRun(store, job):
        sys.exit(3)
    assert store.load(job.id).status is JobStatus.FAILED


def test_a_log_that_broke_off_in_a_line_goes_on_in_the_next(store):
    job = new_job(store)
    store.files(job).events.write_text('{"half": ')
    with JobRun(store, job):
        pass
    lines = said(store, job).splitlines()
    assert lines[0] == '{"half": '
    assert all(isinstance(json.loads(line), dict) for line in lines[1:])
