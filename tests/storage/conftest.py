"""Object stores to test against: a folder, a real S3 server, and moto for what it answers more like AWS."""

from __future__ import annotations

import boto3
import pytest

from automock_tui.storage.folder import FolderStore
from automock_tui.storage.projects import Projects
from automock_tui.storage.s3 import S3Store
from tests.parts import REGION, require, seaweedfs_executable, start_seaweedfs


@pytest.fixture(scope="session")
def weed(tmp_path_factory):
    """One SeaweedFS for all tests here; every test uses buckets of its own, removed after it."""
    seaweedfs_executable()
    with start_seaweedfs(tmp_path_factory.mktemp("weed")) as server:
        yield server


def s3_store(server, endpoint=""):
    """A store on a SeaweedFS, by its own address or through a proxy."""
    return S3Store(
        lambda: boto3.Session(server.access_key, server.secret_key),
        REGION,
        endpoint_url=endpoint or server.endpoint,
    )


@pytest.fixture
def weed_store(weed):
    store = s3_store(weed)
    yield store
    for bucket in store.buckets("auto-mock-"):
        store.delete_bucket(bucket)


@pytest.fixture
def folder_store(tmp_path):
    return FolderStore(tmp_path / "share" / "projects")


@pytest.fixture
def moto_store(monkeypatch):
    """In this process; signatures are not checked and writes are not atomic, but answers are AWS's."""
    try:
        from moto import mock_aws
    except ImportError:
        mock_aws = None
    require("moto", mock_aws, "pip install 'automock-tui[sandbox]'")
    for name, value in {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield S3Store(boto3.Session, "eu-west-1")


@pytest.fixture(
    params=[
        "folder_store",
        pytest.param("weed_store", marks=pytest.mark.part("seaweedfs")),
        pytest.param("moto_store", marks=pytest.mark.part("moto")),
    ]
)
def store(request):
    """Each object store in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def projects(store):
    return Projects(store, "ann@desk")
