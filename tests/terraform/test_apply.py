"""The stack as real Terraform makes it in the sandbox: nothing differs afterwards, and nothing is left.

By default only the default choices are applied (about two minutes). AUTOMOCK_ALL_NETWORKS=1 in the environment
applies the other networks too, and moves a deployment from one to another (about eight minutes more).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from automock_tui.domain.options import DeploymentOptions
from automock_tui.domain.project import EXPECTATIONS_KEY, STATE_KEY, bucket_name
from automock_tui.provisioning.stack import copy_stack, tfvars
from automock_tui.sandbox import account, info
from tests import parts
from tests.leftovers import leftovers
from tests.parts import python, require_provider, run_terraform, start_mockserver, terraform_env

pytestmark = [pytest.mark.part("aws-provider"), pytest.mark.timeout(600)]

PETS = [{"id": "pets", "httpRequest": {"path": "/pets"}, "httpResponse": {"body": "two"}}]
more_networks = pytest.mark.skipif(
    not os.environ.get("AUTOMOCK_ALL_NETWORKS"), reason="set AUTOMOCK_ALL_NETWORKS=1 to apply every network"
)


@dataclass
class Sandbox:
    """One emulated account."""

    environment: dict[str, str]

    def client(self, service: str) -> Any:
        import boto3

        return boto3.session.Session().client(
            service,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region_name=self.environment["AWS_REGION"],
        )


@dataclass
class Deployment:
    """A project's stack in a folder of its own."""

    sandbox: Sandbox
    folder: Path
    project: str

    @property
    def bucket(self) -> str:
        return bucket_name(self.project, "abc123")

    def prepare(self) -> None:
        self.sandbox.client("s3").create_bucket(Bucket=self.bucket)
        self.choose(DeploymentOptions())
        backend = {
            "bucket": self.bucket,
            "key": STATE_KEY,
            "region": self.sandbox.environment["AWS_REGION"],
            "use_lockfile": "true",
        }
        settings = [f"-backend-config={name}={value}" for name, value in backend.items()]
        self.run("init", f"-plugin-dir={require_provider()}", *settings)

    def choose(self, options: DeploymentOptions) -> None:
        wired = {"project": self.project, "bucket": self.bucket, "generation": 1}
        copy_stack(self.folder, tfvars(options, **wired))

    def run(self, *args: str, ok: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        return run_terraform(self.folder, *args, env=terraform_env(**self.sandbox.environment), ok=ok)

    def apply(self) -> None:
        self.run("apply", "-auto-approve")

    def differences(self) -> str:
        """What a second plan would change, empty for nothing."""
        done = self.run("plan", "-detailed-exitcode", ok=(0, 2))
        return done.stdout if done.returncode else ""

    def outputs(self) -> dict[str, Any]:
        found = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in found.items()}

    def destroy(self) -> None:
        self.run("destroy", "-auto-approve")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Iterator[Sandbox]:
    parts.require("moto", account.missing_packages() == [], account.INSTALL_COMMAND)
    state = tmp_path_factory.mktemp("sandbox")
    yield Sandbox(info.environment(account.up(state)))
    account.down(state)


@pytest.fixture
def deployment(sandbox, tmp_path) -> Callable[[str], Deployment]:
    def make(project: str) -> Deployment:
        made = Deployment(sandbox, tmp_path / "run", project)
        made.prepare()
        return made

    return make


def test_default_choices(deployment, tmp_path):
    """One apply for all that hangs on it, because it takes a minute."""
    mock = deployment("petstore")
    mock.apply()
    assert mock.differences() == ""
    outputs = mock.outputs()
    assert outputs["mockserver_url"] == f"http://{outputs['alb_dns']}"
    assert len(outputs["alarm_names"]) == 4
    check_running(mock, outputs["task_definition_arn"], tmp_path)
    check_nobody_else_may(mock)
    mock.destroy()
    assert leftovers(mock.sandbox.client, mock.project) == []


def check_running(mock: Deployment, task_definition: str, folder: Path) -> None:
    """The containers as they are registered, run as processes here, serve what the bucket holds."""
    s3 = mock.sandbox.client("s3")
    s3.put_object(Bucket=mock.bucket, Key=EXPECTATIONS_KEY, Body=json.dumps(PETS))
    registered = mock.sandbox.client("ecs").describe_task_definition(taskDefinition=task_definition)
    containers = {c["name"]: c for c in registered["taskDefinition"]["containerDefinitions"]}
    [mount] = containers["sync"]["mountPoints"]
    volume = folder / "volume"
    volume.mkdir()

    def here(text: str) -> str:
        return text.replace(f"{mount['containerPath']}/", f"{volume}/")

    environments = {
        name: {pair["name"]: here(pair["value"]) for pair in container["environment"]}
        for name, container in containers.items()
    }
    assert containers["mockserver"]["dependsOn"] == [{"containerName": "sync", "condition": "HEALTHY"}]
    probe = [here(part) for part in containers["sync"]["healthCheck"]["command"]]
    assert subprocess.run([python(), *probe[2:]], check=False).returncode == 1  # not before the first file
    with copying(containers["sync"], {**mock.sandbox.environment, **environments["sync"]}):
        wait_until(lambda: subprocess.run([python(), *probe[2:]], check=False).returncode == 0)
        with start_mockserver(folder / "mockserver", **environments["mockserver"]) as address:
            wait_until(lambda: answer(address, "/pets") == (200, "two"))
            assert answer(address, "/expectation", method="PUT")[0] == 401
            assert answer(address, "/cats") == (404, "")
            changed = [{**PETS[0], "httpResponse": {"body": "three"}}]
            s3.put_object(Bucket=mock.bucket, Key=EXPECTATIONS_KEY, Body=json.dumps(changed))
            wait_until(lambda: answer(address, "/pets") == (200, "three"), seconds=30)
            s3.put_object(Bucket=mock.bucket, Key=EXPECTATIONS_KEY, Body="[{oops")
            time.sleep(12)  # longer than a poll and a look of MockServer's together
            assert answer(address, "/pets") == (200, "three")
            s3.put_object(Bucket=mock.bucket, Key=EXPECTATIONS_KEY, Body="[]")
            wait_until(lambda: answer(address, "/pets") == (404, ""), seconds=30)


def check_nobody_else_may(mock: Deployment) -> None:
    """The task reads one object, and its network takes calls from the load balancer only."""
    iam = mock.sandbox.client("iam")
    role = f"{mock.bucket}-task"
    [policy] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    [statement] = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]["Statement"]
    assert statement["Action"] == "s3:GetObject"
    assert statement["Resource"] == f"arn:aws:s3:::{mock.bucket}/{EXPECTATIONS_KEY}"
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    groups = mock.sandbox.client("ec2").describe_security_groups()["SecurityGroups"]
    [tasks] = [group for group in groups if group["GroupName"] == f"{mock.bucket}-tasks"]
    [rule] = tasks["IpPermissions"]
    assert (rule["FromPort"], rule["ToPort"], rule["IpRanges"]) == (1080, 1080, [])
    [source] = rule["UserIdGroupPairs"]
    [clients] = [group for group in groups if group["GroupName"] == f"{mock.bucket}-alb"]
    assert source["GroupId"] == clients["GroupId"]


@more_networks
def test_private_network_with_everything(deployment):
    mock = deployment("private-one")
    chosen = DeploymentOptions(
        network_mode="private",
        container_insights=True,
        notification_email="team@example.com",
        control_plane_cidrs=["203.0.113.0/24"],
    )
    mock.choose(chosen)
    mock.apply()
    assert mock.differences() == ""
    mock.destroy()
    assert leftovers(mock.sandbox.client, mock.project) == []


@more_networks
def test_existing_network_with_own_domain(deployment, sandbox):
    mock = deployment("existing-one")
    chosen = DeploymentOptions(
        **existing_network(sandbox),
        custom_domain="mock.example.com",
        hosted_zone_id=hosted_zone(sandbox),
    )
    mock.choose(chosen)
    mock.apply()
    assert mock.differences() == ""
    assert mock.outputs()["mockserver_url"] == "https://mock.example.com"
    mock.destroy()
    assert leftovers(mock.sandbox.client, mock.project, domain="mock.example.com") == []


@more_networks
def test_a_deployment_moves_to_another_network(deployment):
    """The load balancer and all that hangs on a network is made anew before the old goes."""
    mock = deployment("moving")
    mock.apply()
    before = mock.outputs()
    mock.choose(DeploymentOptions(vpc_cidr="10.9.0.0/20", network_mode="private"))
    mock.apply()
    after = mock.outputs()
    assert before["vpc_id"] != after["vpc_id"]
    assert before["alb_arn"] != after["alb_arn"]
    assert before["cluster_name"] == after["cluster_name"]
    assert mock.differences() == ""
    mock.destroy()
    # The emulator forgets the alarms of a scaling policy that is put again; AWS replaces them.
    left = [
        item for item in leftovers(mock.sandbox.client, mock.project) if "alarm TargetTracking-" not in item
    ]
    assert left == []


def existing_network(sandbox: Sandbox) -> dict[str, Any]:
    ec2 = sandbox.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{n}.0/24", AvailabilityZone=f"us-east-1{'ab'[n % 2]}")
        for n in range(4)
    ]
    ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    return {
        "network_mode": "existing",
        "vpc_id": vpc,
        "public_subnet_ids": ids[:2],
        "private_subnet_ids": ids[2:],
    }


def hosted_zone(sandbox: Sandbox) -> str:
    zone = sandbox.client("route53").create_hosted_zone(Name="example.com", CallerReference="once")
    return zone["HostedZone"]["Id"].removeprefix("/hostedzone/")


@contextlib.contextmanager
def copying(container: dict[str, Any], environment: dict[str, str]) -> Iterator[None]:
    assert container["entryPoint"] == ["python3", "-u", "-c"]
    process = subprocess.Popen(
        [python(), "-u", "-c", *container["command"]],
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(10) == 0


def answer(address: str, path: str, method: str = "GET") -> tuple[int, str]:
    request = urllib.request.Request(address + path, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode() if error.code == 404 else ""


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.3)
