"""Starting, joining, finding and ending the sandbox's process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from automock_tui.domain.errors import AutomockError
from automock_tui.sandbox import account, info

from .conftest import client_maker

pytestmark = pytest.mark.part("moto")


@pytest.fixture
def state_dir(tmp_path, sandbox):
    folder = tmp_path / "state"
    yield folder
    account.down(folder)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_up_status_join_down(state_dir):
    assert account.status(state_dir) is None
    assert account.down(state_dir) is False
    started = account.up(state_dir)
    assert account.status(state_dir) == started
    assert account.up(state_dir) == started
    assert account.report(started).unsupported == {}
    assert account.down(state_dir) is True
    assert account.status(state_dir) is None
    assert not alive(started.pid)
    with pytest.raises(AutomockError, match="does not answer"):
        account.report(started)


def test_region_is_the_callers(state_dir):
    account.up(state_dir)
    assert account.up(state_dir, "eu-central-1").region == "eu-central-1"


def test_listens_on_loopback_only(state_dir):
    port = int(account.up(state_dir).endpoint_url.rpartition(":")[2])
    others = {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in others - {"127.0.0.1", "127.0.1.1"}:
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((address, port)) != 0
    listening = Path("/proc/net/tcp")
    if listening.exists():
        rows = [row.split() for row in listening.read_text().splitlines()[1:]]
        bound = {row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}")}
        assert bound == {f"0100007F:{port:04X}"}


def test_files_are_private_even_with_an_open_umask(state_dir):
    before = os.umask(0)
    try:
        account.up(state_dir)
    finally:
        os.umask(before)
    assert state_dir.stat().st_mode & 0o077 == 0
    files = {file.name: file.stat().st_mode & 0o077 for file in state_dir.iterdir()}
    assert {account.INFO_FILE, account.LOG_FILE} <= files.keys()
    assert set(files.values()) == {0}


def test_starters_at_once_end_with_one_server(state_dir):
    code = (
        "import sys; from pathlib import Path; from automock_tui.sandbox import account;"
        "print(account.up(Path(sys.argv[1])).pid)"
    )
    command = [sys.executable, "-c", code, str(state_dir)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    pids = {process.communicate(timeout=120)[0].strip() for process in processes}
    assert len(pids) == 1
    with ThreadPoolExecutor(8) as pool:
        threads = {found.pid for found in pool.map(lambda _: account.up(state_dir), range(8))}
    assert threads == {int(pids.pop())}


def test_outlives_the_process_group_that_started_it(state_dir):
    code = (  # SIGHUP anew, because nohup leaves it ignored
        "import sys, os, signal; from pathlib import Path; from automock_tui.sandbox import account;"
        "account.up(Path(sys.argv[1])); signal.signal(signal.SIGHUP, signal.SIG_DFL);"
        "os.killpg(0, signal.SIGHUP)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(state_dir)], start_new_session=True, check=False)
    assert done.returncode == -signal.SIGHUP
    assert account.status(state_dir) is not None


def test_killed_server_is_gone_and_the_next_starts(state_dir):
    first = account.up(state_dir)
    os.kill(first.pid, signal.SIGKILL)
    end = time.monotonic() + 5
    while account.status(state_dir) and time.monotonic() < end:
        time.sleep(0.01)
    assert account.status(state_dir) is None
    second = account.up(state_dir)
    assert second.id != first.id


def test_stale_file_naming_an_innocent_process_does_it_no_harm(state_dir):
    first = account.up(state_dir)
    account.down(state_dir)
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        stale = {**first.to_dict(), "pid": innocent.pid}
        (state_dir / account.INFO_FILE).write_text(json.dumps(stale))
        assert account.status(state_dir) is None
        assert account.down(state_dir) is False
        assert account.up(state_dir).pid != innocent.pid
        account.down(state_dir)
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"pid": 0}', '{"pid": "x"}', '{"pid": 1, "endpoint_url": "http://127.0.0.1:1"}']
)
def test_corrupt_file_of_a_live_server_is_reported_and_nobody_is_signalled(state_dir, text, monkeypatch):
    server = account.up(state_dir)
    good = (state_dir / account.INFO_FILE).read_bytes()
    (state_dir / account.INFO_FILE).write_text(text)
    monkeypatch.setattr(account, "_JOIN_SECONDS", 0.1)
    try:
        assert account.status(state_dir) is None
        for attempt in (account.up, account.down):
            with pytest.raises(AutomockError) as caught:
                attempt(state_dir)
            assert caught.value.hint
        assert alive(server.pid)
    finally:
        (state_dir / account.INFO_FILE).write_bytes(good)


def test_hung_server_is_told_and_can_be_ended(state_dir, monkeypatch):
    server = account.up(state_dir)
    monkeypatch.setattr(account, "STOP_SECONDS", 0.5)
    monkeypatch.setattr(account, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(account, "_JOIN_SECONDS", 0.1)
    os.kill(server.pid, signal.SIGSTOP)
    assert account.status(state_dir) is None
    with pytest.raises(AutomockError, match="does not answer"):
        account.up(state_dir)
    assert account.down(state_dir) is True
    assert not alive(server.pid)


def test_start_that_fails_says_why(state_dir, monkeypatch, tmp_path):
    broken = tmp_path / "broken"
    (broken / "flask").mkdir(parents=True)
    (broken / "flask" / "__init__.py").write_text("raise ImportError('flask is broken here')")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    with pytest.raises(AutomockError) as caught:
        account.up(state_dir)
    assert "flask is broken here" in caught.value.message
    assert account.INSTALL_COMMAND in caught.value.hint


def test_missing_extra_names_the_command(state_dir, monkeypatch):
    monkeypatch.setattr(account, "missing_packages", lambda: ["moto"])
    with pytest.raises(AutomockError) as caught:
        account.up(state_dir)
    assert caught.value.hint == "Install it with: pip install 'automock-tui[sandbox]'"
    assert not state_dir.exists()


def test_folder_that_cannot_be_written(tmp_path, sandbox):
    (tmp_path / "file").write_text("")
    with pytest.raises(AutomockError, match="cannot use its folder"):
        account.up(tmp_path / "file" / "state")


def test_user_secrets_do_not_reach_the_process(state_dir, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "very-secret")
    server = account.up(state_dir)
    environ = Path(f"/proc/{server.pid}/environ")
    if not environ.exists():
        pytest.skip("this system does not show a process's environment")
    assert b"very-secret" not in environ.read_bytes()


def test_environment_leads_to_the_sandbox_whatever_the_user_has(sandbox):
    users = {
        "PATH": os.environ["PATH"],
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    code = """if True:
        import boto3
        print(boto3.client("sts").get_caller_identity()["Account"])
        print("Buckets" in boto3.client("s3").list_buckets())
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=info.isolated(sandbox, users),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [info.ACCOUNT_ID, "True"], done.stderr


def test_describe_says_that_nothing_lasts(sandbox):
    assert sandbox.volatile
    assert "volatile" in info.describe(sandbox)
    assert sandbox.endpoint_url in info.describe(sandbox)


def test_log_names_what_failed_and_is_bounded(state_dir):
    import botocore.exceptions

    from automock_tui.sandbox import server

    started = account.up(state_dir)
    ecs = client_maker(info.environment(started))("ecs")
    with pytest.raises(botocore.exceptions.ClientError):
        ecs.describe_service_revisions(serviceRevisionArns=["private-detail"])
    text = started.log_path.read_text()
    assert "cannot do ecs:DescribeServiceRevisions" in text
    assert "private-detail" not in text
    assert server.LOG_BYTES <= 1_000_000


def test_importing_the_account_loads_neither_moto_nor_boto3():
    heavy = {"moto", "boto3", "botocore", "pydantic", "flask", "werkzeug", "http.client"}
    code = f"import sys, automock_tui.sandbox.account; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
