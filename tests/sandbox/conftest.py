"""One running sandbox for the tests of this folder, and boto3 clients of it."""

from __future__ import annotations

import pytest

from automock_tui.sandbox import account, info
from tests import parts


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    parts.require("moto", account.missing_packages() == [], account.INSTALL_COMMAND)
    state_dir = tmp_path_factory.mktemp("sandbox")
    yield account.up(state_dir)
    account.down(state_dir)


@pytest.fixture(scope="session")
def clients(sandbox):
    """Makes boto3 clients of the running sandbox."""
    return client_maker(info.environment(sandbox))


def client_maker(variables):
    import boto3
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=50)

    def client(service):
        return boto3.session.Session().client(
            service,
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=variables["AWS_REGION"],
            config=config,
        )

    return client
