"""The product as its user runs it: its own processes, real Terraform and provider, the sandbox as AWS."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest

from automock_tui.sandbox.account import down, status
from automock_tui.sandbox.info import environment
from automock_tui.settings import find_folders
from tests import parts
from tests.leftovers import leftovers

EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"
DEPLOY_SECONDS = 400


@dataclass
class Home:
    """One user's machine: everything that the tool keeps is in `root`."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "AUTOMOCK_", "TF_"))
        }
        self.environment = kept | {"AUTOMOCK_HOME": str(self.root), "AWS_EC2_METADATA_DISABLED": "true"}
        self.folders = find_folders(self.environment)

    @property
    def program(self):
        """The installed console script."""
        return str(Path(sys.executable).with_name("automock-tui"))

    def command(self, *arguments, workspace="sandbox"):
        """The words of a command."""
        return [self.program, "--workspace", workspace, *arguments]

    def start(self, *arguments, **options):
        """Start a command and leave it running."""
        return subprocess.Popen(self.command(*arguments), env=self.environment, **options)

    def run(self, *arguments, code=0, workspace="sandbox"):
        """Run a command to its end; its stdout."""
        done = subprocess.run(
            self.command(*arguments, workspace=workspace),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEPLOY_SECONDS,
        )
        assert done.returncode == code, f"{arguments}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout

    def json(self, *arguments):
        """Run a command and read its JSON."""
        return json.loads(self.run(*arguments, "--json"))

    def client(self, service):
        """A boto3 client of the sandbox."""
        info = status(self.folders.sandbox)
        there = environment(info)
        return boto3.session.Session().client(
            service,
            endpoint_url=info.endpoint_url,
            region_name=info.region,
            aws_access_key_id=there["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=there["AWS_SECRET_ACCESS_KEY"],
        )

    def leftovers(self, project):
        """What of a project exists, asked of every service's own listing."""
        return leftovers(self.client, project)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A user's machine with a sandbox of its own, which ends with the module."""
    parts.terraform()
    parts.require_provider()
    machine = Home(tmp_path_factory.mktemp("home"))
    yield machine
    down(machine.folders.sandbox)


def wait_until(condition, seconds, what):
    """Poll until a condition is true; fails with what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    pytest.fail(f"{what}: not within {seconds} s")
    return None
