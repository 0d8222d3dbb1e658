"""A TTL ends by itself: the first deploy installs the janitor; the table shows the warning and the proof.

One story in order, in the sandbox's account as if it were AWS: there a deploy installs the janitor's stack. The
sandbox itself runs the janitor's handler, as EventBridge would.
"""

import json

import pytest

from automock_tui.bootstrap import open_workspace
from automock_tui.provisioning.janitor_stack import packed_code
from automock_tui.sandbox.account import up
from automock_tui.sandbox.info import environment
from automock_tui.settings import Settings
from automock_tui.ui.app import AutomockApp
from tests.e2e.conftest import EXAMPLE, wait_until
from tests.janitor import iam_check
from tests.parts import REGION

pytestmark = [pytest.mark.part("terraform"), pytest.mark.part("aws-provider"), pytest.mark.timeout(600)]
NAME = f"automock-janitor-{REGION}"
SPEED = 300
"""Two hours in 24 seconds: fifteen minutes are three."""
MAY_RETIRE = {"ecs:DeregisterTaskDefinition"}
"""ECS knows no resource for it; what is deregistered still exists and runs."""


@pytest.fixture(scope="module")
def aws(home):
    """The sandbox's account, reached as AWS is."""
    home.environment |= environment(up(home.folders.sandbox))

    def run(*arguments, code=0):
        return home.run(*arguments, code=code, workspace="aws")

    return run


def test_1_nothing_is_installed_before(home, aws):
    aws("init", "--project", "petstore", "--from", str(EXAMPLE))
    assert "not installed" in aws("janitor", "status", code=1)


def test_2_the_first_deploy_installs_the_janitor(home, aws):
    aws("deploy", "--project", "petstore", "--ttl-hours", "2", "--yes")
    [job] = json.loads(aws("jobs", "--json"))
    log = aws("logs", job["id"])
    assert log.index("plan: done") < log.index("janitor: started") < log.index("apply: started")
    assert "janitor: aws_lambda_function.janitor: Creation complete" in log
    row = json.loads(aws("status", "--project", "petstore", "--json"))
    assert (row["status"], row["note"]) == ("deployed", None)


def test_3_it_is_installed_as_it_should_be(home, aws):
    client = home.client("lambda")
    found = client.get_function(FunctionName=NAME)
    configuration = found["Configuration"]
    assert configuration["Handler"] == "automock_janitor.handler.handler"
    assert configuration["CodeSize"] == len(packed_code())
    assert not configuration.get("VpcConfig", {}).get("VpcId")
    assert found["Concurrency"]["ReservedConcurrentExecutions"] == 1
    failed = client.get_function_event_invoke_config(FunctionName=NAME)
    assert failed["DestinationConfig"]["OnFailure"]["Destination"].endswith(f"{NAME}-failed-runs")
    assert failed["MaximumRetryAttempts"] == 0
    prices = json.loads(configuration["Environment"]["Variables"]["AUTOMOCK_PRICES"])
    assert prices == {"NAT gateway": "0.045", "address": "0.005", "load balancer": "0.0225"}
    rule = home.client("events").describe_rule(Name=NAME)
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(5 minutes)", "ENABLED")
    [target] = home.client("events").list_targets_by_rule(Rule=NAME)["Targets"]
    assert target["Arn"] == configuration["FunctionArn"]
    [group] = home.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{NAME}")["logGroups"]
    assert group["retentionInDays"] == 30
    status = json.loads(aws("janitor", "status", "--json"))
    assert (status["installed"], status["current"], status["enabled"], status["well"]) == (True,) * 4
    assert set(status["alarms"]) == {"failing", "silent"}


def test_4_what_it_may_do_is_limited(home):
    """As it is in the account, not as it is written."""
    [policy] = iam_check.inline_policies(home.client("iam"), NAME).values()
    assert iam_check.unlimited_deletes(policy) == MAY_RETIRE
    accepted = set(iam_check.EXCEPTIONS)
    assert iam_check.findings(policy) - accepted == set()
    found = iam_check.findings(iam_check.widened(policy)) - accepted
    assert {("RESOURCE_STAR", "ec2:DeleteVpc"), ("RESOURCE_STAR", "iam:DeleteRole")} <= found  # it can fail


async def test_5_its_end_is_warned_of_comes_and_is_proven(home, aws):
    settings = Settings(author="ann@laptop", refresh_seconds=1)
    app = AutomockApp(settings, home.folders, lambda: open_workspace(settings, home.folders, kind="sandbox"))
    seen = []

    async with app.run_test(size=(160, 30)) as pilot:

        async def until_shown(text, seconds):
            for _ in range(int(seconds / 0.1)):
                await pilot.pause(0.1)
                lines = app.screen._compositor.render_strips()
                seen.append("\n".join(strip.text for strip in lines))
                if text in seen[-1]:
                    return
            pytest.fail(f"never shown: {text}\n{seen[-1]}")

        await until_shown("petstore", 60)
        home.run("sandbox", "up", "--speed", str(SPEED))
        await until_shown("warned 60 minutes before its end", 90)
        assert "deployed, warned" in seen[-1]
        await until_shown("destroyed by janitor us-east-1", 120)
        assert "0 left, checked at" in seen[-1]
    row = json.loads(aws("status", "--project", "petstore", "--json"))
    assert (row["status"], row["address"], row["ttl_expiry"]) == ("destroyed", None, None)
    assert "0 left" in row["note"]
    assert home.leftovers("petstore") == []
    wait_until(lambda: history(home)[:2] == ["destroyed", "expired"], 10, "its end is in its history")


def history(home):
    s3 = home.client("s3")
    [bucket] = [one["Name"] for one in s3.list_buckets()["Buckets"] if "petstore" in one["Name"]]
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="history/")["Contents"]]
    bodies = [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in sorted(keys, reverse=True)]
    return [json.loads(body)["event"] for body in bodies]


def test_6_it_goes_whole_and_says_what_that_means(home, aws):
    aws("janitor", "uninstall", code=2)
    aws("janitor", "uninstall", "--yes")
    assert remains(home.client) == []
    aws("janitor", "uninstall", "--yes", code=3)


def remains(client):
    """What is left of the janitor, asked of each service."""
    listings = {
        "lambda": [one["FunctionName"] for one in client("lambda").list_functions()["Functions"]],
        "events": [one["Name"] for one in client("events").list_rules()["Rules"]],
        "iam": [one["RoleName"] for one in client("iam").list_roles()["Roles"]],
        "logs": [one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]],
        "sqs": client("sqs").list_queues().get("QueueUrls", []),
        "sns": [one["TopicArn"] for one in client("sns").list_topics()["Topics"]],
        "cloudwatch": [one["AlarmName"] for one in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "s3": [one["Name"] for one in client("s3").list_buckets()["Buckets"]],
    }
    return [
        f"{kind} {name}" for kind, names in listings.items() for name in names if "automock-janitor" in name
    ]
