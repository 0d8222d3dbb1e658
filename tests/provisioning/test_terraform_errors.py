"""What Terraform says, and what the user is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from automock_tui.domain.event_types import Diagnostic, SourceRange, StateLock
from automock_tui.domain.terraform_events import parse_line
from automock_tui.provisioning.terraform_errors import StateLocked, explain, lock_created

SAMPLES = Path(__file__).parents[1] / "data" / "terraform"


def errors_of(sample):
    events = map(parse_line, (SAMPLES / sample).read_text().splitlines())
    found = [getattr(event, "diagnostic", None) for event in events]
    return [each for each in found if each is not None and each.is_error]


@pytest.mark.parametrize(
    ("summary", "detail", "title", "next_step"),
    [
        (
            "No valid credential sources found",
            "Error: failed to refresh cached credentials, no EC2 IMDS role found",
            "No AWS credentials",
            "Sign in",
        ),
        (
            "Retrieving AWS account details",
            "api error ExpiredToken: The security token included in the request is expired",
            "The AWS credentials have expired",
            "Sign in again",
        ),
        (
            "refreshing SSO",
            "the SSO session has expired or is invalid",
            "The AWS credentials have expired",
            "sso login",
        ),
        (
            "validating provider credentials",
            "api error InvalidClientTokenId: The security token is invalid.",
            "AWS does not accept the credentials",
            "clock",
        ),
        (
            "creating ECS Cluster (x)",
            "operation error ECS: CreateCluster, https response error StatusCode: 400, "
            "AccessDeniedException: User: arn:aws:iam::1:user/u is not authorized to perform: "
            "ecs:CreateCluster on resource: *",
            "No permission: ecs:CreateCluster",
            "policy",
        ),
        (
            "creating EC2 VPC",
            "operation error EC2: CreateVpc, https response error StatusCode: 403, api error "
            "UnauthorizedOperation: You are not authorized",
            "No permission: ec2:CreateVpc",
            "policy",
        ),
        (
            "Failed to query available provider packages",
            "Could not retrieve the list of available versions for "
            "provider hashicorp/aws: could not connect to registry.terraform.io: dial tcp: no such host",
            "The AWS provider of Terraform could not be installed",
            "AUTOMOCK_TF_PLUGIN_DIR",
        ),
        ("Failed to install provider", "write /x: no space left on device", "Disk full", "Free some space"),
        ("Error writing plan", "write plan: no space left on device", "Disk full", "Free some space"),
        (
            "Saved plan is stale",
            "The given plan file can no longer be applied",
            "The plan is out of date",
            "Plan again",
        ),
        (
            "Unsupported Terraform Core version",
            "This configuration does not support Terraform version 1.2.0.",
            "This Terraform is too old or too new for the stack",
            "Install",
        ),
        (
            "Error refreshing state",
            "operation error S3: GetObject, StatusCode: 404, NoSuchBucket: gone",
            "The project's bucket is gone",
            "doctor",
        ),
        (
            "creating EC2 EIP",
            "api error AddressLimitExceeded: The maximum number of addresses has been reached.",
            "A quota of the AWS account is used up",
            "Service Quotas",
        ),
        ("creating ELB", "dial tcp 127.0.0.1:1: connect: connection refused", "The network failed", "endpoint"),
        (
            "Invalid value for variable",
            "min_tasks must be at least 1.",
            "Invalid value for variable",
            "Correct",
        ),
    ],
)
def test_well_known_failures_have_a_name_and_a_next_step(summary, detail, title, next_step):
    told = explain([Diagnostic("error", summary, detail)], [], 1)
    assert told.title == title
    assert next_step in told.hint
    assert summary in told.message


def test_a_recorded_lock_says_who_since_when_and_how_old():
    told = explain(errors_of("plan_locked.jsonl"), [], 1)
    assert isinstance(told, StateLocked)
    assert told.lock.id == "66259dec-ff74-a4b9-b838-8026f661165a"
    assert "root@vm" in told.message
    assert "for: apply" in told.message
    assert lock_created(told.lock) == datetime(2026, 11, 22, 21, 24, 26, tzinfo=UTC)
    young = StateLocked(told.lock, [], datetime(2026, 11, 22, 21, 31, 26, tzinfo=UTC))
    assert "(7 min)" in young.message
    old = StateLocked(told.lock, [], datetime(2026, 11, 23, 21, 31, 26, tzinfo=UTC))
    assert "(24 h)" in old.message


def test_a_lock_without_a_time_is_still_told():
    told = StateLocked(StateLock("id", who="bob@x"), [], datetime.now(UTC))
    assert "bob@x has held it for: run (lock ID id)." in told.message


def test_the_first_error_leads_its_place_follows_and_the_others_are_counted():
    told = explain(errors_of("apply1.jsonl"), [], 1)
    assert told.title.startswith("attaching IAM Policy")
    assert "iam.tf" in told.message or ".tf:" in told.message
    missing = explain(errors_of("plan_missing_var.jsonl"), [], 1)
    assert "(variables.tf:1)" in missing.message
    two = [Diagnostic("error", "one", "", "aws_x.y", SourceRange("a.tf", 3, 1)), Diagnostic("error", "two")]
    told = explain(two, [], 1)
    assert told.title == "one"
    assert "aws_x.y (a.tf:3)" in told.message
    assert "And 1 more: two" in told.message


def test_empty_diagnostics_of_an_interrupt_are_left_out():
    told = explain(errors_of("apply_sigint1.jsonl"), [], 1)
    assert "execution halted" not in told.message


def test_words_for_people_are_taken_out_of_their_frame():
    said = [
        "\x1b[31m╷\x1b[0m",
        "\x1b[31m│\x1b[0m \x1b[1mError: Failed to load state\x1b[0m",
        "│ ",
        "│ It is broken.",
        "╵",
    ]
    told = explain([], said, 1)
    assert (told.title, told.message) == ("Failed to load state", "Failed to load state\nIt is broken.")


def test_a_silent_end_is_told_as_one():
    assert explain([], [], 3).title == "Terraform ended with status 3 and no reason"
    assert explain([], ["out of luck"], 3).message == "out of luck"
    assert explain([], [], -9).title == "Terraform was killed by signal 9"


def test_secrets_stay_out_of_messages():
    told = explain([Diagnostic("error", "bad password=hunter22", "Authorization: Bearer abc123def456")], [], 1)
    assert "hunter22" not in str(told)
    assert "abc123def456" not in str(told)


def test_messages_have_a_bound():
    told = explain([Diagnostic("error", "s" * 5000, "d" * 100_000)], [], 1)
    assert len(told.title) <= 160
    assert len(told.message) <= 2000
