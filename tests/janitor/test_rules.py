"""The janitor's rules are the product's own, although it cannot import them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from automock_janitor import passes, rules, store
from automock_janitor.clients import says_gone
from automock_janitor.rules import Action
from automock_janitor.target import Target
from botocore.exceptions import ClientError

from automock_tui.domain import deployment as product
from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus
from automock_tui.domain.document import GO_ZERO_TIME
from automock_tui.domain.errors import AutomockError
from automock_tui.domain.project import (
    BUCKET_PREFIX,
    DEPLOYMENT_KEY,
    LOCK_KEY,
    STATE_KEY,
    HistoryEvent,
    bucket_name,
    history_key,
    project_of_bucket,
)
from automock_tui.operations import janitor_notes

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=5)


def record(status: DeploymentStatus, **fields) -> DeploymentMetadata:
    known = {
        "project_name": "petstore",
        "deployment_status": status,
        "deployed_at": NOW - timedelta(hours=3),
        "ttl_hours": 3,
        "ttl_expiry": NOW - timedelta(minutes=1),
        "generation": 4,
        "stack_generation": 3,
        "job_id": "somebody-1",
        "updated_by": "mary",
        "outputs": {"alb_dns": "x"},
        "infrastructure": product.Infrastructure(alb_dns="x", vpc_id="vpc-1"),
        "as_read": {"of_a_later_version": {"kept": True}},
    }
    return DeploymentMetadata(**(known | fields))


def raw(metadata: DeploymentMetadata) -> dict:
    return json.loads(metadata.to_json())


def decide(metadata: DeploymentMetadata, *, locked_at=None, written_at=LONG_AGO) -> Action:
    return rules.decide(raw(metadata), NOW, locked_at=locked_at, written_at=written_at)


@pytest.mark.parametrize("status", list(DeploymentStatus))
def test_a_teardown_starts_from_the_same_states(status):
    try:
        product.begin_destroy(record(status), job_id="mine", by="me")
        allowed = True
    except AutomockError:
        allowed = False
    # Of a teardown of somebody else's the janitor takes over what died; the product asks for its job's name.
    took_over = status is DeploymentStatus.DESTROYING
    assert (decide(record(status)) is Action.SWEEP) == (allowed or took_over)


@pytest.mark.parametrize("status", list(DeploymentStatus))
def test_nothing_ends_before_its_time_or_without_a_ttl(status):
    for expiry in (NOW + timedelta(hours=2), None):
        assert decide(record(status, ttl_expiry=expiry)) is Action.NOTHING


def test_a_status_that_nobody_knows_is_said_and_not_taken_for_rest():
    unknown = raw(record(DeploymentStatus.DEPLOYED)) | {"deployment_status": "melting"}
    with pytest.raises(ValueError, match="melting"):
        rules.decide(unknown, NOW, locked_at=None, written_at=LONG_AGO)
    assert {status.value for status in DeploymentStatus} == set(rules._STATES)
    assert rules.ENFORCED_BY == janitor_notes.ENFORCED_BY


def test_what_cannot_be_listed_is_told_apart_from_what_cannot_be_deleted():
    said = passes._what_fails(
        ["list alarm (AccessDenied)", "alarm (could not be listed)", "VPC vpc-1 (Denied)"]
    )
    assert said == "cannot delete VPC vpc-1 (Denied) and cannot list alarm (AccessDenied)"
    assert passes._what_fails(["VPC vpc-1"]) == "cannot delete VPC vpc-1"
    assert passes._what_fails(["list alarm (AccessDenied)"]) == "cannot list alarm (AccessDenied)"


def test_the_very_instant_of_the_expiry_is_over():
    assert decide(record(DeploymentStatus.DEPLOYED, ttl_expiry=NOW)) is Action.SWEEP
    later = NOW + timedelta(microseconds=1)
    assert decide(record(DeploymentStatus.DEPLOYED, ttl_expiry=later)) is not Action.SWEEP


def test_beginning_changes_the_same_fields():
    before = record(DeploymentStatus.DEPLOYED)
    ours = rules.begin(raw(before), job_id="janitor-1", by="janitor", now=NOW)
    theirs = raw(product.begin_destroy(before, job_id="janitor-1", by="janitor"))
    assert ours.pop("notices") == {"janitor": {"began_at": "2026-11-22T12:00:00Z"}}
    assert ours == {name: value for name, value in theirs.items() if name != "notices"}


def test_finishing_changes_the_same_fields():
    before = record(DeploymentStatus.DESTROYING, job_id="janitor-1")
    ours = rules.finish(raw(before), by="janitor", now=NOW, proof={"left": 0})
    theirs = raw(product.finish_destroy(before, job_id="janitor-1", by="janitor", now=NOW))
    assert ours.pop("notices")["janitor"]["proof"] == {"left": 0}
    assert ours == {name: value for name, value in theirs.items() if name != "notices"}


def test_failing_changes_the_same_fields():
    before = record(DeploymentStatus.DESTROYING, job_id="janitor-1")
    ours = rules.give_up_for_now(raw(before), reason="refused", by="janitor")
    assert ours == raw(product.fail(before, reason="refused", job_id="janitor-1", by="janitor"))
    assert decide(DeploymentMetadata.from_dict(ours)) is Action.SWEEP  # it keeps trying


def test_names_and_bounds_are_the_same():
    assert (rules.GO_ZERO_TIME, rules.REMEMBERED_WRITES) == (GO_ZERO_TIME, product.REMEMBERED_WRITES)
    keys = (DEPLOYMENT_KEY, STATE_KEY, LOCK_KEY)
    assert keys == (store.RECORD_KEY, store.STATE_KEY, store.LOCK_KEY)
    for bucket in (
        bucket_name("pet-store", "abc123"),
        bucket_name("x", "abc123"),
        f"{BUCKET_PREFIX}x",
        "other",
    ):
        found = store.BUCKET.fullmatch(bucket)
        assert (found["project"] if found else None) == project_of_bucket(bucket)


@pytest.mark.parametrize("at", [NOW, NOW.replace(microsecond=120)])
def test_history_keys_are_the_same(at):
    class Bucket:
        def put_object(self, **arguments):
            self.put = arguments

    bucket = Bucket()
    store.add_history(bucket, "b", "expired", at, by="janitor", summary="over")
    event = HistoryEvent.from_json(bucket.put["Body"])
    assert (event.event, event.at) == ("expired", at)
    assert bucket.put["Key"] == history_key(event)
    assert bucket.put["IfNoneMatch"] == "*"


@pytest.mark.parametrize(
    "text", ["2026-11-22T12:00:00Z", "2026-11-22T13:00:00.123456789+01:00", GO_ZERO_TIME, ""]
)
def test_instants_are_read_the_same(text):
    from automock_tui.domain.document import parse_instant

    assert rules.parse_instant(text) == parse_instant(text)


def test_a_run_that_lives_is_waited_for():
    deploying, theirs = DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING

    def minutes(count):
        return NOW - timedelta(minutes=count)

    assert decide(record(deploying), locked_at=minutes(59)) is Action.WAIT
    assert decide(record(deploying), locked_at=minutes(61)) is Action.SWEEP
    assert decide(record(deploying), written_at=minutes(9)) is Action.WAIT  # it may be downloading the provider
    assert decide(record(deploying), written_at=minutes(11)) is Action.SWEEP
    assert decide(record(theirs), written_at=minutes(59)) is Action.WAIT
    assert decide(record(theirs), locked_at=minutes(59)) is Action.WAIT
    assert decide(record(theirs), locked_at=minutes(61), written_at=minutes(61)) is Action.SWEEP


def test_a_project_that_is_being_deleted_is_left_to_whoever_does():
    assert decide(record(DeploymentStatus.DESTROYING, job_id="delete-1")) is Action.NOTHING


def test_a_teardown_of_a_janitor_goes_on_whatever_the_ttl_says():
    for expiry in (None, NOW + timedelta(hours=1)):
        begun = record(DeploymentStatus.DESTROYING, job_id="janitor-1", ttl_expiry=expiry)
        assert decide(begun, written_at=NOW) is Action.SWEEP


def test_warnings_that_were_due_before_it_was_up_are_none():
    for hours, expected in ((0.2, []), (0.5, [15]), (1, [15]), (2, [60, 15])):
        started = record(
            DeploymentStatus.DEPLOYED,
            deployed_at=NOW - timedelta(hours=hours) + timedelta(minutes=5),
            ttl_expiry=NOW + timedelta(minutes=5),
        )
        assert rules.due_warnings(raw(started), NOW) == expected


def test_warnings_are_remembered_for_one_expiry_only():
    due = raw(record(DeploymentStatus.DEPLOYED, ttl_expiry=NOW + timedelta(minutes=10)))
    told = rules.warned(due, [60, 15])
    assert rules.due_warnings(told, NOW) == []
    longer = raw(replace(DeploymentMetadata.from_dict(told), ttl_expiry=NOW + timedelta(minutes=11)))
    assert rules.due_warnings(longer, NOW) == [60, 15]


def test_things_of_the_same_project_in_another_region_are_not_ours():
    ours = Target("petstore", "auto-mock-petstore-abc123", "us-east-1")
    tags = {"automock:project": "petstore"}
    assert ours.owns(tags, "auto-mock-petstore-abc123-task") and ours.owns(tags)
    assert not ours.owns(tags, "auto-mock-petstore-zzz999-task")
    assert not ours.owns(tags | {"Name": "auto-mock-petstore-zzz999"})
    assert not ours.owns({"automock:project": "petstore-2"}, "auto-mock-petstore-abc123-task")
    assert not ours.owns({}, "auto-mock-petstore-abc123-task")


@pytest.mark.parametrize(
    ("infrastructure", "ours"),
    [
        ({"region": "us-east-1"}, True),
        ({"region": "eu-west-1"}, False),
        ({"region": ""}, True),
        ({}, True),
        (3, True),
    ],
)
def test_the_record_of_another_region_is_left_to_that_regions_janitor(infrastructure, ours):
    """Where the S3 server does not say in which region a bucket is, every janitor sees it."""
    assert rules.is_of_region({"infrastructure": infrastructure}, "us-east-1") is ours
    assert rules.is_of_region({}, "us-east-1")


@pytest.mark.parametrize(
    ("code", "message", "gone"),
    [
        ("InvalidChangeBatch", "[Tried to delete resource record set [name='a.'] but it was not found]", True),
        ("InvalidChangeBatch", "[... but the values provided do not match the current values]", False),
        ("NoSuchHostedZone", "No hosted zone found with ID: Z1", True),
        ("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist", True),
        ("DependencyViolation", "resource sg-1 has a dependent object, it was not found by us", False),
    ],
)
def test_what_says_that_a_thing_is_gone(code, message, gone):
    error = ClientError({"Error": {"Code": code, "Message": message}}, "Delete")
    assert says_gone(error) is gone
