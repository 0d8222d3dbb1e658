"""The janitor's own stack, made and taken away by real Terraform; and `reap`, as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from automock_tui.provisioning.janitor_stack import packed_code
from tests.janitor.stack import DOMAIN, PROJECT, Account, in_a_copy
from tests.janitor.test_stack_files import EXCEPTIONS, reads_only
from tests.leftovers import leftovers
from tests.parts import REGION, require_provider

pytestmark = [pytest.mark.part("aws-provider"), pytest.mark.timeout(600)]
NAME = f"automock-janitor-{REGION}"


class Cli:
    """The command line in a home of its own, in an emulated account."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, account: Account, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        mirror = {"AUTOMOCK_TF_PLUGIN_DIR": str(require_provider())}
        homes = {f"XDG_{kind}_HOME": str(self.home / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
        return subprocess.run(
            [sys.executable, "-m", "automock_tui", "--workspace", "aws", *arguments],
            env={**kept, **mirror, **homes, "HOME": str(self.home), **account.environment},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@pytest.fixture
def cli(tmp_path) -> Cli:
    return Cli(tmp_path)


def test_installed_upgraded_and_taken_away(account, applying, cli):
    """One test, because each run of Terraform takes its time."""
    assert cli(account, "janitor", "status").returncode == 1
    done = cli(account, "janitor", "install", "--email", "ops@petstore.example")
    assert done.returncode == 0, done.stderr
    check_function(account)
    check_policy(account)
    check_status(account, cli)
    again = cli(account, "janitor", "install", "--email", "ops@petstore.example")
    assert "0 added, 0 changed, 0 destroyed" in again.stderr
    refused = cli(account, "janitor", "uninstall")
    assert refused.returncode == 2 and "--yes" in refused.stderr
    gone = cli(account, "janitor", "uninstall", "--yes")
    assert gone.returncode == 0, gone.stderr
    assert remains(account) == []
    assert cli(account, "janitor", "uninstall", "--yes").returncode == 3


def check_function(account: Account) -> None:
    client = account.client("lambda")
    found = client.get_function(FunctionName=NAME)
    assert found["Configuration"]["Handler"] == "automock_janitor.handler.handler"
    assert found["Configuration"]["CodeSize"] == len(packed_code())
    assert "VpcConfig" not in found["Configuration"] or not found["Configuration"]["VpcConfig"].get("VpcId")
    assert found["Concurrency"]["ReservedConcurrentExecutions"] == 1
    failed = client.get_function_event_invoke_config(FunctionName=NAME)
    assert failed["DestinationConfig"]["OnFailure"]["Destination"].endswith(f"{NAME}-failed-runs")
    assert failed["MaximumRetryAttempts"] == 0
    prices = json.loads(found["Configuration"]["Environment"]["Variables"]["AUTOMOCK_PRICES"])
    assert prices == {"NAT gateway": "0.045", "address": "0.005", "load balancer": "0.0225"}
    rule = account.client("events").describe_rule(Name=NAME)
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(5 minutes)", "ENABLED")
    [target] = account.client("events").list_targets_by_rule(Rule=NAME)["Targets"]
    assert target["Arn"] == found["Configuration"]["FunctionArn"]
    [group] = account.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{NAME}")["logGroups"]
    assert group["retentionInDays"] == 30


def check_policy(account: Account) -> None:
    """As it is in the account, not as it is written."""
    document: Any = account.client("iam").get_role_policy(RoleName=NAME, PolicyName="janitor")["PolicyDocument"]
    policy = document if isinstance(document, dict) else json.loads(unquote(document))
    unlimited = {
        action
        for statement in policy["Statement"]
        if "*" in as_list(statement["Resource"]) and "Condition" not in statement
        for action in as_list(statement["Action"])
        if not reads_only(action)
    }
    assert unlimited == set(EXCEPTIONS)


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def check_status(account: Account, cli: Cli) -> None:
    done = cli(account, "janitor", "status", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["installed"], found["current"], found["enabled"]) == (True, True, True)
    assert set(found["alarms"]) == {"failing", "silent"}


def remains(account: Account) -> list[str]:
    """What is left of the janitor, asked of each service."""
    listings = {
        "lambda": [f["FunctionName"] for f in account.client("lambda").list_functions()["Functions"]],
        "events": [r["Name"] for r in account.client("events").list_rules()["Rules"]],
        "iam": [r["RoleName"] for r in account.client("iam").list_roles()["Roles"]],
        "logs": [g["logGroupName"] for g in account.client("logs").describe_log_groups()["logGroups"]],
        "sqs": account.client("sqs").list_queues().get("QueueUrls", []),
        "sns": [t["TopicArn"] for t in account.client("sns").list_topics()["Topics"]],
        "cloudwatch": [a["AlarmName"] for a in account.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "s3": [b["Name"] for b in account.client("s3").list_buckets()["Buckets"]],
    }
    return [
        f"{kind} {name}" for kind, names in listings.items() for name in names if "automock-janitor" in name
    ]


def test_reap_takes_down_what_is_over(deployed, cli):
    def work(account):
        done = cli(account, "reap", "--json")
        again = cli(account, "reap")
        left = leftovers(account.client, PROJECT, domain=DOMAIN)
        record = account.record().to_dict()
        return {
            "codes": [done.returncode, again.returncode],
            "done": json.loads(done.stdout),
            "said": [done.stderr, again.stderr],
            "left": left,
            "record": record,
        }

    seen = in_a_copy(deployed.account, work)
    assert seen["codes"] == [0, 0], seen["said"]
    [one] = seen["done"]
    assert (one["project"], one["action"], one["left"]) == (PROJECT, "destroyed", [])
    assert seen["said"][1] == "Nothing is due.\n"
    assert (seen["left"], seen["record"]["deployment_status"]) == ([], "destroyed")
    assert seen["record"]["updated_by"].endswith("(reap)")


def test_reap_of_an_unknown_project(account, cli):
    done = cli(account, "reap", "--project", "nobody")
    assert done.returncode == 3
    assert "No project nobody" in done.stderr and "Traceback" not in done.stderr


def test_reap_says_what_is_wrong_with_a_record_and_goes_on(deployed, cli):
    def work(account):
        s3 = account.client("s3")
        s3.create_bucket(Bucket="auto-mock-broken-abc123")
        s3.put_object(Bucket="auto-mock-broken-abc123", Key="deployment-metadata.json", Body=b"{no")
        done = cli(account, "reap", "--json")
        body = s3.get_object(Bucket="auto-mock-broken-abc123", Key="deployment-metadata.json")["Body"].read()
        return {"code": done.returncode, "said": done.stderr, "out": done.stdout, "kept": body.decode()}

    seen = in_a_copy(deployed.account, work)
    assert (seen["code"], seen["kept"]) == (1, "{no")
    assert "deployment-metadata.json is not JSON" in seen["said"]
    assert "Traceback" not in seen["said"]
    assert {one["project"]: one["action"] for one in json.loads(seen["out"])} == {
        "broken": "failed",
        PROJECT: "destroyed",
    }
