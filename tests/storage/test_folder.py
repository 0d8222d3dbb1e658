"""What only folders have: permissions, full disks, writers killed half-way, keys that are paths."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.storage.folder import FolderStore
from automock_tui.storage.objects import Forbidden

BUCKET = "auto-mock-petstore-abc123"


@pytest.fixture
def store(folder_store):
    folder_store.create_bucket(BUCKET)
    return folder_store


def names_in(folder):
    return [path.name for path in folder.iterdir()]


def test_only_the_user_may_read(store, tmp_path):
    old = os.umask(0)
    try:
        store.put(BUCKET, "versions/deep/v1.json", b"x", if_match="")
        store.create_bucket("auto-mock-other-abc123")
    finally:
        os.umask(old)
    root = tmp_path / "share" / "projects"
    modes = {path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*")}
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert modes[f"{BUCKET}/versions/deep/v1.json"] == 0o600
    assert {mode for name, mode in modes.items() if (root / name).is_dir()} == {0o700}
    assert {mode for name, mode in modes.items() if (root / name).is_file()} == {0o600}


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/./b", "a\0b", "a/", ".x.partial"]
)
def test_a_key_cannot_lead_out_of_its_bucket(store, key):
    with pytest.raises(InvalidInput, match="Bad object key"):
        store.put(BUCKET, key, b"x", if_match="")


@pytest.mark.parametrize("bucket", ["", ".", "..", "a/b", ".locks", "a\0b"])
def test_a_bucket_cannot_lead_out_of_the_root(store, bucket):
    with pytest.raises(InvalidInput, match="Bad bucket name"):
        store.create_bucket(bucket)


def test_nothing_is_made_by_looking(tmp_path):
    store = FolderStore(tmp_path / "none")
    assert store.buckets("auto-mock-") == []
    assert not (tmp_path / "none").exists()


def test_a_file_that_somebody_edited_is_not_overwritten(store, tmp_path):
    from automock_tui.storage.objects import PreconditionFailed

    etag = store.put(BUCKET, "a", b"1", if_match="")
    (tmp_path / "share/projects" / BUCKET / "a").write_bytes(b"by hand")
    with pytest.raises(PreconditionFailed):
        store.put(BUCKET, "a", b"2", if_match=etag)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_keeps_what_was_there(store, tmp_path, monkeypatch, number):
    etag = store.put(BUCKET, "a", b"old", if_match="")

    def full(handle):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("automock_tui.storage.folder.os.fsync", full)
    with pytest.raises(AutomockError, match="The disk is full") as refused:
        store.put(BUCKET, "a", b"new", if_match=etag)
    monkeypatch.undo()
    assert "Make room" in refused.value.hint
    assert store.get(BUCKET, "a").body == b"old"
    assert names_in(tmp_path / "share/projects" / BUCKET) == ["a"]


_WRITE_TOO_MUCH = """
import resource, sys
from pathlib import Path
from automock_tui.domain.errors import AutomockError
from automock_tui.storage.folder import FolderStore
store = FolderStore(Path(sys.argv[1]))
etag = store.get(sys.argv[2], "a").etag
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    store.put(sys.argv[2], "a", b"x" * 1_000_000, if_match=etag)
except AutomockError as error:
    print(error.title)
"""


def test_a_write_that_the_kernel_stops_half_way_keeps_what_was_there(store, tmp_path):
    store.put(BUCKET, "a", b"old", if_match="")
    root = tmp_path / "share/projects"
    done = subprocess.run(
        [sys.executable, "-c", _WRITE_TOO_MUCH, root, BUCKET], capture_output=True, text=True, check=True
    )
    assert done.stdout == "The disk is full\n"
    assert store.get(BUCKET, "a").body == b"old"
    assert names_in(root / BUCKET) == ["a"]


def test_a_system_that_refuses_is_told(store, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("automock_tui.storage.folder.os.open", refuse)
    with pytest.raises(Forbidden, match="cannot be used") as refused:
        store.put(BUCKET, "a", b"x", if_match="")
    assert "Check who owns it" in refused.value.hint


def test_what_a_killed_writer_left_is_not_seen_and_goes_away(store, tmp_path):
    folder = tmp_path / "share/projects" / BUCKET
    (folder / ".0123.partial").write_bytes(b"half")
    assert store.keys(BUCKET, "") == []
    store.put(BUCKET, "a", b"x", if_match="")
    assert names_in(folder) == ["a"]


def test_what_a_killed_deletion_left_is_not_seen_and_goes_away(store, tmp_path):
    root = tmp_path / "share/projects"
    (root / ".deleted-0123" / "versions").mkdir(parents=True)
    assert store.buckets("") == [BUCKET]
    store.delete_bucket(BUCKET)
    assert [name for name in names_in(root) if name != ".locks"] == []


_WRITER = """
import sys
from pathlib import Path
from automock_tui.storage.folder import FolderStore
store = FolderStore(Path(sys.argv[1]))
etag = store.get(sys.argv[2], "a").etag
number = int(sys.argv[3])
while True:
    number += 1
    body = (b"%08d" % number) * 50_000
    etag = store.put(sys.argv[2], "a", body, if_match=etag)
    print(number, flush=True)
"""


def test_kill_9_in_the_middle_of_a_write_leaves_old_or_new(store, tmp_path):
    """Eight writers of 400 kB objects, each killed somewhere; what they reported is there, whole."""
    store.put(BUCKET, "a", b"", if_match="")
    root = tmp_path / "share/projects"
    for round_ in range(8):
        before = store.get(BUCKET, "a").etag
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, root, BUCKET, str(1_000_000 * round_)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(0.003 * round_)
        os.kill(writer.pid, signal.SIGKILL)
        reported = int((first + writer.stdout.read()).split()[-1])
        writer.wait()
        found = store.get(BUCKET, "a")
        assert found.etag != before
        assert len(found.body) == 400_000 and found.body == found.body[:8] * 50_000
        assert int(found.body[:8]) in {reported, reported + 1}
    assert Path(root, BUCKET, "a").stat().st_mode & 0o777 == 0o600
