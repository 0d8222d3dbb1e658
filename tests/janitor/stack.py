"""One deployment with every part that `terraform/mock` can make, made by real Terraform in an emulated account.

The account lives in this process, so that a fork of it is a copy of the whole account: each test that deletes
does so in a child of its own.
"""

from __future__ import annotations

import functools
import io
import json
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus, Infrastructure
from automock_tui.domain.options import DeploymentOptions
from automock_tui.domain.project import DEPLOYMENT_KEY, STATE_KEY, bucket_name
from automock_tui.provisioning.stack import copy_stack, tfvars
from automock_tui.sandbox.application import SandboxApplication
from automock_tui.sandbox.server import HOST, build_application, serving
from tests.parts import REGION, require_provider, run_terraform, terraform_env

PROJECT = "petstore"
BUCKET = bucket_name(PROJECT, "abc123")
DOMAIN = "mock.petstore.example"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass
class Account:
    """The emulated account of this process, or of a fork of it."""

    application: SandboxApplication
    url: str
    kept: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """The client of a service, made once."""
        if service not in self.kept:
            self.kept[service] = self.new_client(service)
        return self.kept[service]

    def new_client(self, service: str) -> Any:
        """A client that nobody else has."""
        from botocore.config import Config

        made = _session().client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        made.meta.events.register("before-send", self._answer)
        return made

    def _answer(self, request: Any, **_: object) -> Any:
        """Hand a request to the application itself, which takes half the time of the way over loopback."""
        from botocore.awsrequest import AWSResponse
        from urllib3.response import HTTPResponse
        from werkzeug.test import EnvironBuilder, run_wsgi_app

        builder = EnvironBuilder(
            method=request.method,
            path=request.url.removeprefix(self.url) or "/",
            base_url=self.url,
            headers={name: _text(value) for name, value in request.headers.items()},
            data=_body(request.body),
        )
        answer, status, headers = run_wsgi_app(self.application, builder.get_environ(), buffered=True)
        raw = HTTPResponse(io.BytesIO(b"".join(answer)), preload_content=False)
        stamp = {"Date": format_datetime(datetime.now(UTC), usegmt=True)}  # the server's part
        return AWSResponse(request.url, int(status.split()[0]), {**stamp, **dict(headers)}, raw)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **KEYS,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def record(self) -> DeploymentMetadata:
        body = self.client("s3").get_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY)["Body"].read()
        return DeploymentMetadata.from_json(body)

    def write(self, record: DeploymentMetadata) -> None:
        self.client("s3").put_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY, Body=record.to_json())

    def keys(self, prefix: str = "") -> list[str]:
        found = self.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]


@contextmanager
def serve_account() -> Iterator[Account]:
    application = build_application("test")
    with serving(application) as server:
        yield Account(application, f"http://{HOST}:{server.server_port}")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(body: Any) -> bytes:
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else body or b""


@functools.cache
def _session() -> Any:
    """One for all clients: it reads the descriptions of the services once, and forks inherit them."""
    import boto3

    return boto3.session.Session()


def make_zone(account: Account) -> str:
    zone = account.client("route53").create_hosted_zone(Name="petstore.example", CallerReference="1")
    return zone["HostedZone"]["Id"].rpartition("/")[2]


def expired(options: dict[str, Any]) -> DeploymentMetadata:
    """The record of a deployment whose TTL was over a minute ago."""
    now = datetime.now(UTC)
    return DeploymentMetadata(
        project_name=PROJECT,
        deployment_status=DeploymentStatus.DEPLOYED,
        deployed_at=now - timedelta(hours=2),
        running_since=now - timedelta(hours=2),
        ttl_hours=2,
        ttl_expiry=now - timedelta(minutes=1),
        options=options,
        infrastructure=Infrastructure(region=REGION),
        generation=1,
        stack_generation=1,
        job_id="deploy-1",
        updated_by="mary@example",
    )


def full_options(zone: str) -> DeploymentOptions:
    return DeploymentOptions(
        network_mode="private",
        custom_domain=DOMAIN,
        hosted_zone_id=zone,
        notification_email="qa@petstore.example",
        container_insights=True,
        control_plane_cidrs=["192.0.2.0/24"],
    )


def prepare(account: Account, folder: Path, options: DeploymentOptions) -> None:
    """The project's bucket, and the stack's files connected to it."""
    account.client("s3").create_bucket(Bucket=BUCKET)
    account.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    copy_stack(folder, tfvars(options, project=PROJECT, bucket=BUCKET, generation=1))
    backend = {"bucket": BUCKET, "key": STATE_KEY, "region": REGION, "use_lockfile": "true"}
    terraform(account, folder, "init", f"-plugin-dir={require_provider()}", *_backend(backend))


def _backend(settings: dict[str, str]) -> list[str]:
    return [f"-backend-config={name}={value}" for name, value in settings.items()]


def terraform(account: Account, folder: Path, *arguments: str) -> str:
    return run_terraform(folder, *arguments, env=terraform_env(**account.environment)).stdout


def in_a_copy(account: Account, work: Callable[[Account], Any]) -> Any:
    """Do something to a copy of the account, in a child process; returns its JSON-able result."""
    [result] = in_copies(account, [work])
    return result


def in_copies(account: Account, works: list[Callable[[Account], Any]]) -> Iterator[Any]:
    """Do each of these to a copy of the account of its own; as many at once as there are processors."""
    at_once = os.cpu_count() or 1
    for start in range(0, len(works), at_once):
        children = [_start(account, work) for work in works[start : start + at_once]]
        yield from [_result(*child) for child in children]


def _start(account: Account, work: Callable[[Account], Any]) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _answer(account, work, writing)
    os.close(writing)
    return child, reading


def _result(child: int, reading: int) -> Any:
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answer = json.loads(pipe.read() or '{"error": "the child died"}')
    os.waitpid(child, 0)
    assert "error" not in answer, answer["error"]
    return answer["result"]


def _answer(account: Account, work: Callable[[Account], Any], pipe: int) -> None:
    try:
        with serving(account.application) as server:
            copy = Account(account.application, f"http://{HOST}:{server.server_port}")
            answer = {"result": work(copy)}
    except BaseException:  # whatever it is, the parent shall see it
        answer = {"error": traceback.format_exc()}
    with os.fdopen(pipe, "w", encoding="utf-8") as out:
        out.write(json.dumps(answer))
    os._exit(0)
