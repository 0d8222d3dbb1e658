"""An emulated account with a workspace on it, and a machine whose jobs and processes died."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from automock_tui.bootstrap import open_workspace
from automock_tui.domain.deployment import begin_deploy
from automock_tui.domain.project import LOCK_KEY
from automock_tui.operations.recovery import terraform_user
from automock_tui.provisioning.job import JobKind, JobStatus
from automock_tui.sandbox import info as sandbox_info
from automock_tui.settings import Settings

TAG = "automock:project"


@dataclass
class EmulatedAccount:
    """A sandbox's account as its environment, with one client per service."""

    environment: dict[str, str]
    regions: list[str] = field(default_factory=list)
    kept: dict[str, object] = field(default_factory=dict)

    @property
    def url(self):
        """Its endpoint."""
        return self.environment["AWS_ENDPOINT_URL"]

    def client(self, service):
        """The client of a service, made once."""
        if service not in self.kept:
            import boto3

            self.kept[service] = boto3.session.Session().client(
                service,
                endpoint_url=self.url,
                aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
                region_name=self.region,
            )
        return self.kept[service]

    @property
    def region(self):
        """Its region."""
        return self.environment["AWS_REGION"]

    def elsewhere(self):
        """The same account in a region where nothing was made yet."""
        region = self.regions.pop()
        return EmulatedAccount(self.environment | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region})


def account_of(sandbox):
    """The account of a running sandbox."""
    import boto3

    regions = boto3.session.Session().get_available_regions("ec2")
    return EmulatedAccount(sandbox_info.environment(sandbox), [one for one in regions if one != "us-east-1"])


def workspace_of(account, folders, monkeypatch, author="ann@here"):
    """A workspace on the account, as for any endpoint that the user names."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    return open_workspace(
        Settings(author=author), folders, kind="aws", region=account.region, endpoint_url=account.url
    )


def begin(workspace, name, job_id, by="ann@here"):
    """Write that a deploy has begun."""
    workspace.projects.update_deployment(
        name,
        lambda metadata, now: begin_deploy(
            metadata,
            ttl=timedelta(hours=2),
            options={"instance_size": "small"},
            job_id=job_id,
            by=by,
            now=now,
            expectations_version="v1",
        ),
    )


def dead_job(workspace, name, kind=JobKind.DEPLOY, status=JobStatus.RUNNING):
    """A job whose process is not there: its record says what it said last."""
    job = workspace.jobs.create(
        kind=kind,
        project=name,
        workspace=workspace.ref,
        bucket=workspace.projects.find(name),
        arguments={"ttl_seconds": 5400, "options": {}},
        by="ann@here",
    )
    died = replace(job, status=status, started_at=datetime.now(UTC) - timedelta(minutes=5), stage="apply")
    workspace.jobs.save(died)
    return workspace.jobs.load(job.id)


def lock(workspace, name, *, who="", minutes=1.0, lock_id="1b671a64-40d5-491e-99b0-da01ff1f3341"):
    """Hold the state as Terraform does."""
    created = datetime.now(UTC) - timedelta(minutes=minutes)
    body = {
        "ID": lock_id,
        "Operation": "OperationTypeApply",
        "Info": "",
        "Who": who or terraform_user(),
        "Version": "1.11.4",
        "Created": created.isoformat().replace("+00:00", "123Z"),  # nanoseconds, as Terraform writes
        "Path": "x",
    }
    bucket = workspace.projects.find(name)
    workspace.projects.store.delete(bucket, LOCK_KEY)
    workspace.projects.store.put(bucket, LOCK_KEY, json.dumps(body).encode(), if_match="")


def start_in(folder: Path, name: str = "") -> subprocess.Popen[bytes]:
    """A process at work in a folder, under a program name of its own."""
    program = Path(sys.executable)
    if name:
        program = folder / name
        program.symlink_to(shutil.which("sleep") or "/bin/sleep")
        return subprocess.Popen([str(program), "300"], cwd=folder)
    return subprocess.Popen([str(program), "-c", "import time; time.sleep(300)"], cwd=folder)


def tags(project, **more):
    """Tags as EC2 wants them."""
    return [{"Key": key, "Value": value} for key, value in {TAG: project, **more}.items()]


def tagged(kind, project, **more):
    """The argument that tags a new EC2 resource."""
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags(project, **more)}]}
