"""The janitor as an account has it: whole, half installed, of another version, or known to no state."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from automock_tui import __version__
from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.event_types import Diagnostic
from automock_tui.operations import janitor, janitor_status
from automock_tui.operations.doctor import checkup
from automock_tui.operations.janitor_notes import NOBODY
from automock_tui.operations.janitor_status import function_name, presence
from automock_tui.operations.janitor_strays import remove_strays
from automock_tui.operations.status import status
from automock_tui.provisioning import janitor_stack
from automock_tui.provisioning.terraform_errors import StateNotSaved, explain
from automock_tui.settings import Settings

pytestmark = pytest.mark.part("moto")
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}],
}


def ignore(_):
    """A log that nobody reads."""


@pytest.fixture
def name(in_account):
    return function_name(in_account.region)


@pytest.fixture
def half_installed(account, name):
    """A function without its schedule, as of an installation that died."""
    account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    account.client("iam").put_role_policy(
        RoleName=name, PolicyName="janitor", PolicyDocument=json.dumps(POLICY)
    )
    account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
    account.client("sqs").create_queue(QueueName=f"{name}-failed-runs")
    account.client("sns").create_topic(Name=name)
    make_function(account, name, __version__)
    return name


def make_function(account, name, version):
    """Some code under the janitor's name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handler.py", "")
    account.client("lambda").create_function(
        FunctionName=name,
        Role=f"arn:aws:iam::123456789012:role/{name}",
        Runtime="python3.12",
        Handler="handler.handler",
        Code={"ZipFile": packed.getvalue()},
        Environment={"Variables": {"AUTOMOCK_VERSION": version}},
    )


def schedule(account, name):
    """Its rule with its target; returns the rule's arn."""
    events = account.client("events")
    events.put_rule(Name=name, ScheduleExpression="rate(5 minutes)", State="ENABLED")
    arn = account.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])


def test_a_schedule_that_runs_nothing_is_none(in_account, account, half_installed):
    """An installation that died before its last step: nothing would end a mock."""
    name = half_installed
    assert (presence(in_account).installed, presence(in_account).enabled) == (True, False)
    account.client("events").put_rule(Name=name, ScheduleExpression="rate(5 minutes)", State="ENABLED")
    assert not presence(in_account).enabled
    schedule(account, name)
    assert presence(in_account).enabled
    account.client("events").disable_rule(Name=name)
    assert not presence(in_account).enabled


def test_a_silent_janitor_is_none_to_rely_on_unless_it_is_young(
    in_account, account, half_installed, monkeypatch
):
    name, store = half_installed, type(in_account.projects.store)
    schedule(account, name)
    alarm = {"AlarmName": f"{name}-silent", "StateReason": "no runs"}
    account.client("cloudwatch").put_metric_alarm(
        AlarmName=alarm["AlarmName"],
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )
    monkeypatch.setattr(janitor_stack, "is_newer", lambda version: True)  # its code is none of ours
    assert presence(in_account).ends_mocks
    account.client("cloudwatch").set_alarm_state(**alarm, StateValue="ALARM")
    assert presence(in_account).ends_mocks  # it was made a moment ago and has not had its first run
    later = in_account.projects.store.now() + timedelta(minutes=16)
    monkeypatch.setattr(store, "now", lambda self: later)
    assert not presence(in_account).ends_mocks
    assert presence(in_account).complaint == "its alarm goes off: silent"
    account.client("cloudwatch").delete_alarms(AlarmNames=[alarm["AlarmName"]])
    assert janitor_status.status(in_account).complaint == "it has not run in the last 24 hours"


@pytest.mark.parametrize(("version", "current"), [("99.0.0", True), (__version__, False), ("", False)])
def test_an_older_program_leaves_a_newer_janitor_alone(in_account, account, half_installed, version, current):
    account.client("lambda").delete_function(FunctionName=half_installed)
    make_function(account, half_installed, version)
    assert presence(in_account).current is current


def test_what_no_state_knows_is_removed_and_nothing_else(in_account, account, half_installed):
    name = half_installed
    schedule(account, name)
    account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}-other")
    known = {"aws_iam_role.janitor"}
    removed = remove_strays(in_account, known | set(janitor.TAKEN_OVER), ignore)
    assert removed == [
        "aws_cloudwatch_event_rule.schedule",
        "aws_lambda_function.janitor",
        "aws_cloudwatch_log_group.janitor",
    ]
    assert not presence(in_account).installed
    groups = account.client("logs").describe_log_groups()["logGroups"]
    assert [one["logGroupName"] for one in groups] == [f"/aws/lambda/{name}-other"]
    assert remove_strays(in_account, known, ignore) == ["aws_sqs_queue.failed_runs", "aws_sns_topic.alarms"]
    assert remove_strays(in_account, known, ignore) == []


def test_it_goes_although_somebody_deleted_its_bucket(in_account, account, half_installed):
    in_account.projects.update_deployment(
        "petstore",
        lambda found, now: replace(
            found, deployment_status=DeploymentStatus.DEPLOYING, ttl_expiry=now + timedelta(hours=1)
        ),
    )
    changes = janitor.uninstall(in_account)
    assert changes.remove == 5 and not presence(in_account).installed
    assert status(in_account, live=False).rows[0].note == NOBODY


class HalfDone:
    """A Terraform whose first apply meets what an installation that died had made."""

    def __init__(self, error):
        self.errors = [error]
        self.plans = 0

    def apply(self):
        if self.errors:
            raise self.errors.pop()

    def plan(self):
        self.plans += 1

    def state_pull(self):
        known = {"mode": "managed", "type": "aws_cloudwatch_log_group", "name": "janitor"}
        return {"resources": [known]}


def in_the_way():
    """As the provider puts IAM's refusal."""
    said = (
        "creating IAM Role (automock-janitor-us-east-1): operation error IAM: CreateRole, https response error "
        "StatusCode: 409, EntityAlreadyExists: Role with name automock-janitor-us-east-1 already exists."
    )
    return explain([Diagnostic("error", said, "")], [], 1)


def test_another_installation_gets_past_one_that_died(in_account, account, half_installed):
    terraform = HalfDone(in_the_way())
    janitor._apply(in_account, terraform, ignore)
    assert terraform.plans == 1 and not presence(in_account).installed
    assert account.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]  # known


def test_a_state_that_was_not_saved_is_not_said_to_be_in_a_file(in_account, tmp_path):
    with pytest.raises(StateNotSaved) as lost:
        janitor._apply(in_account, HalfDone(StateNotSaved(tmp_path / "errored.tfstate")), ignore)
    assert str(tmp_path) not in str(lost.value) and "Install it again" in lost.value.hint


def janitor_check(in_account):
    settings = Settings(author="ann@here")
    checks = checkup(settings, in_account.folders, in_account.ref.kind, lambda: in_account)
    [found] = [one for one in checks if one.name == "janitor"]
    return found


def test_doctor_says_whether_mocks_end_by_themselves(in_account, account, half_installed):
    in_account.projects.update_deployment("petstore", lambda found, now: found)
    found = janitor_check(in_account)
    assert (found.ok, "not run" in found.detail) == (False, True)
    schedule(account, half_installed)
    assert janitor_check(in_account).ok
    remove_strays(in_account, {"aws_iam_role.janitor"}, ignore)
    assert janitor_check(in_account).ok is None  # nothing needs it
