"""The copier beside MockServer, run as its container runs it, against a real S3 server."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from automock_tui.provisioning.stack import stack_folder
from tests.parts import SeaweedFS, python, start_seaweedfs

pytestmark = pytest.mark.part("seaweedfs")

BUCKET = "auto-mock-petstore-abc123"
KEY = "expectations.json"
ONE = b'[\n  {"id": "a", "httpRequest": {"path": "/pets"}, "httpResponse": {"body": "caf\xc3\xa9"}}\n]\n'
TWO = b'[{"id": "a"}, {"id": "b"}]'


class Copier:
    """The script in a process of its own, with its log as it comes."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.file = folder / "expectations.json"
        self._lines: queue.Queue[dict] = queue.Queue()
        self.process = subprocess.Popen(
            [python(), "-u", "-c", (stack_folder() / "files" / "sync_expectations.py").read_text()],
            env={
                "PATH": os.environ["PATH"],
                **environment,
                "AUTOMOCK_BUCKET": BUCKET,
                "AUTOMOCK_KEY": KEY,
                "AUTOMOCK_FILE": str(self.file),
                "AUTOMOCK_POLL_SECONDS": "0.1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def next(self, event: str, timeout: float = 20) -> dict:
        """The next line of the log, which must be of this event."""
        line = self._lines.get(timeout=timeout)
        assert line["event"] == event, line
        return line

    def says_nothing(self, seconds: float = 1.0) -> None:
        time.sleep(seconds)
        assert self._lines.empty(), self._lines.get_nowait()

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors


@pytest.fixture(scope="module")
def weed(tmp_path_factory) -> Iterator[SeaweedFS]:
    with start_seaweedfs(tmp_path_factory.mktemp("weed")) as server:
        server.client().create_bucket(Bucket=BUCKET)
        yield server


@pytest.fixture
def put(weed: SeaweedFS):
    s3 = weed.client()
    s3.delete_object(Bucket=BUCKET, Key=KEY)
    return lambda body: s3.put_object(Bucket=BUCKET, Key=KEY, Body=body)


@contextlib.contextmanager
def running(folder: Path, environment: dict[str, str]) -> Iterator[Copier]:
    copier = Copier(folder, environment)
    try:
        copier.next("started")
        yield copier
    finally:
        copier.process.kill()
        copier.process.communicate()


def test_copies_the_first_document_and_every_change(weed, put, tmp_path):
    put(ONE)
    with running(tmp_path, weed.environment) as copier:
        told = copier.next("replaced")
        assert copier.file.read_bytes() == ONE
        assert told["sha256"] == hashlib.sha256(ONE).hexdigest()
        assert (told["expectations"], told["bytes"]) == (1, len(ONE))
        put(TWO)
        assert copier.next("replaced")["expectations"] == 2
        assert copier.file.read_bytes() == TWO
        copier.says_nothing()


def test_mockserver_runs_as_another_user_and_can_read_the_file(weed, put, tmp_path):
    put(ONE)
    with running(tmp_path, weed.environment) as copier:
        copier.next("replaced")
        assert copier.file.stat().st_mode & 0o777 == 0o644


def test_an_empty_set_is_a_document_too(weed, put, tmp_path):
    put(b"[]")
    with running(tmp_path, weed.environment) as copier:
        assert copier.next("replaced")["expectations"] == 0
        assert copier.file.read_bytes() == b"[]"


def test_the_same_content_again_does_not_touch_the_file(weed, put, tmp_path):
    """As after a restart of the container, or a save that changed nothing."""
    put(ONE)
    with running(tmp_path, weed.environment) as copier:
        copier.next("replaced")
    before = copier.file.stat()
    with running(tmp_path, weed.environment) as copier:
        copier.next("unchanged")
        copier.says_nothing(0.5)
    after = copier.file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"[{]",
        b'[{"id": "a"}',
        b'{"id": "a"}',
        b'["a"]',
        b'[{"priority": NaN}]',
        b"[\xff]",
        b"[" * 100_000,
        b'[{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}]",
    ],
    ids=["empty", "broken", "truncated", "object", "strings", "nan", "not-utf8", "deep-truncated", "deep"],
)
def test_a_bad_document_is_refused_once_and_the_good_one_stays(weed, put, tmp_path, bad):
    put(ONE)
    with running(tmp_path, weed.environment) as copier:
        copier.next("replaced")
        put(bad)
        told = copier.next("refused")
        assert told["reason"]
        assert told["keeps_serving"] is True
        copier.says_nothing(0.4)
        assert copier.file.read_bytes() == ONE
        put(TWO)
        copier.next("replaced")
        assert copier.file.read_bytes() == TWO
        assert [path.name for path in tmp_path.iterdir()] == ["expectations.json"]


def test_a_document_that_would_not_fit_in_memory_is_refused(weed, put, tmp_path):
    put(ONE)
    with running(tmp_path, weed.environment) as copier:
        copier.next("replaced")
        put(b"[" + b'{"id": "' + b"x" * 12 * 2**20 + b'"}]')
        assert "larger than" in copier.next("refused")["reason"]
        copier.says_nothing(0.5)
        assert copier.file.read_bytes() == ONE


def test_a_bad_first_document_makes_no_file(weed, put, tmp_path):
    put(b"oops")
    with running(tmp_path, weed.environment) as copier:
        assert copier.next("refused")["keeps_serving"] is False
        assert not list(tmp_path.iterdir())


def test_a_byte_order_mark_is_taken_off(weed, put, tmp_path):
    put(b"\xef\xbb\xbf" + TWO)
    with running(tmp_path, weed.environment) as copier:
        copier.next("replaced")
        assert copier.file.read_bytes() == TWO


def test_waits_for_an_object_that_comes_later_and_keeps_one_that_goes(weed, put, tmp_path):
    with running(tmp_path, weed.environment) as copier:
        assert "NoSuchKey" in copier.next("failed")["reason"]
        put(ONE)
        copier.next("replaced")
        weed.client().delete_object(Bucket=BUCKET, Key=KEY)
        assert copier.next("failed")["keeps_serving"] is True
        assert copier.file.read_bytes() == ONE


def test_wrong_keys_are_told(weed, put, tmp_path):
    put(ONE)
    wrong = {**weed.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}
    with running(tmp_path, wrong) as copier:
        assert "SignatureDoesNotMatch" in copier.next("failed")["reason"]
        assert "wrong" not in copier.process.args[-1]


def test_goes_on_when_the_store_comes_back(tmp_path):
    with start_seaweedfs(tmp_path / "weed") as weed:
        s3 = weed.client()
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=ONE)
        folder = tmp_path / "volume"
        folder.mkdir()
        with running(folder, weed.environment) as copier:
            copier.next("replaced")
            weed.kill()
            assert copier.next("failed")["keeps_serving"] is True
            weed.start()
            s3.put_object(Bucket=BUCKET, Key=KEY, Body=TWO)
            while (line := copier._lines.get(timeout=30))["event"] != "replaced":
                assert line["event"] == "failed"
            assert copier.file.read_bytes() == TWO


def test_a_volume_that_cannot_be_written_is_told_and_tried_again(weed, put, tmp_path):
    folder = tmp_path / "volume"
    put(ONE)
    with running(folder, weed.environment) as copier:
        assert "No such file" in copier.next("failed")["reason"]
        folder.mkdir()
        copier.next("replaced")
        assert copier.file.read_bytes() == ONE


def test_a_reader_never_sees_half_a_file(weed, put, tmp_path):
    documents = [json.dumps([{"id": name * 2_000_000}]).encode() for name in "ab"]
    put(documents[0])
    with running(tmp_path, weed.environment) as copier:
        copier.next("replaced")
        seen: list[bytes] = []
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                seen.append(hashlib.sha256(copier.file.read_bytes()).digest())

        reader = threading.Thread(target=read)
        reader.start()
        for turn in range(6):
            put(documents[(turn + 1) % 2])
            copier.next("replaced")
        stop.set()
        reader.join()
    whole = {hashlib.sha256(document).digest() for document in documents}
    assert set(seen) == whole


def test_sigterm_ends_it_with_zero(weed, put, tmp_path):
    put(ONE)
    with running(tmp_path, weed.environment) as copier:
        copier.next("replaced")
        begun = time.monotonic()
        code, errors = copier.stop()
        assert (code, errors) == (0, "")
        assert time.monotonic() - begun < 3
