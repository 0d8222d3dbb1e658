"""The starters of real parts work: otherwise every test on top of them would be skipped or lie."""

from __future__ import annotations

import botocore.exceptions
import pytest

from tests.parts import SeaweedFS, require, start_seaweedfs


@pytest.mark.part("seaweedfs")
def test_seaweedfs_keeps_data_over_a_crash(tmp_path):
    with start_seaweedfs(tmp_path / "weed") as server:
        client = server.client()
        client.create_bucket(Bucket="auto-mock-parts-abc123")
        client.put_object(Bucket="auto-mock-parts-abc123", Key="a", Body=b"kept", IfNoneMatch="*")
        for _ in range(3):
            server.kill()
            server.start()
            assert client.get_object(Bucket="auto-mock-parts-abc123", Key="a")["Body"].read() == b"kept"


@pytest.mark.part("seaweedfs")
def test_seaweedfs_refuses_a_wrong_key(tmp_path):
    with start_seaweedfs(tmp_path / "weed") as server:
        intruder = SeaweedFS(tmp_path / "other", access_key=server.access_key)
        intruder.port = server.port
        with pytest.raises(botocore.exceptions.ClientError, match="SignatureDoesNotMatch"):
            intruder.client().list_buckets()


def test_a_missing_part_skips_here_and_fails_in_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not here"):
        require("nothing", None, "not here")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="not here"):
        require("nothing", None, "not here")
