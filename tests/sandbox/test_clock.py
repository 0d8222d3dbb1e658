"""The sandbox's time, and the janitor that runs by it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus, Infrastructure
from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.project import DEPLOYMENT_KEY, bucket_name
from automock_tui.sandbox import account
from automock_tui.sandbox import clock as clock_module
from automock_tui.sandbox.clock import LONGEST_HOLD, SandboxClock
from automock_tui.sandbox.info import SandboxInfo
from automock_tui.sandbox.janitor import SandboxJanitor
from automock_tui.sandbox.janitor_log import JanitorLog

from .conftest import client_maker

BUCKET = bucket_name("petstore", "abc123")


class World:
    """The world's time, moved by the test."""

    def __init__(self, monkeypatch) -> None:
        self.seconds = 1000.0
        monkeypatch.setattr(clock_module.time, "monotonic", lambda: self.seconds)

    def passes(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def world(monkeypatch) -> World:
    return World(monkeypatch)


def test_time_runs_as_fast_as_is_said_and_never_jumps(world):
    clock = SandboxClock()
    start = clock.now()
    world.passes(10)
    assert clock.now() - start == timedelta(seconds=10)
    clock.run_at(60)
    assert clock.now() - start == timedelta(seconds=10)
    world.passes(10)
    assert clock.now() - start == timedelta(seconds=610)
    clock.run_at(1)
    world.passes(5)
    assert clock.now() - start == timedelta(seconds=615)
    assert clock.is_artificial  # it stays off the world's for good


def test_time_keeps_the_worlds_pace_while_terraform_works(world):
    clock = SandboxClock(60)
    start = clock.now()
    clock.hold("one")
    clock.hold("two")
    world.passes(90)
    clock.release("one")
    world.passes(10)
    assert (clock.now() - start, clock.pace, clock.speed) == (timedelta(seconds=100), 1, 60)
    clock.release("two")
    clock.release("never held")
    world.passes(1)
    assert (clock.now() - start, clock.pace) == (timedelta(seconds=160), 60)


def test_a_lock_that_a_dead_run_left_does_not_hold_time_for_ever(world):
    clock = SandboxClock(60)
    start = clock.now()
    clock.hold("dead")
    world.passes(LONGEST_HOLD + 1)
    assert clock.now() - start == timedelta(seconds=LONGEST_HOLD + 1)  # no leap
    world.passes(1)
    assert clock.now() - start == timedelta(seconds=LONGEST_HOLD + 61)


@pytest.mark.parametrize("speed", [0, -1, 0.5, 3601, float("nan"), float("inf")])
def test_a_speed_out_of_range_is_refused(speed):
    with pytest.raises(ValueError, match="1 to 3600"):
        SandboxClock().run_at(speed)
    with pytest.raises(InvalidInput):
        account.run_at(SandboxInfo(endpoint_url="http://127.0.0.1:1"), speed)


def test_it_runs_as_often_as_the_lambda_would_and_less_often_after_failures(world):
    clock, notes = SandboxClock(), JanitorLog()
    janitor = SandboxJanitor(SandboxInfo(), clock, notes)
    pauses = []
    for speed in (1, 60, 3600):
        clock.run_at(speed)
        pauses.append(janitor.pause())
    assert pauses == [10, 5, 1]
    notes.failures = 3
    assert janitor.pause() == 8
    notes.failures = 1000
    assert janitor.pause() == 256


@pytest.fixture
def hurried(tmp_path):
    """A sandbox of its own, whose time can be hurried."""
    yield account.up(tmp_path / "sandbox")
    account.down(tmp_path / "sandbox")


def wait_for(condition, seconds: float = 60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.1)
    return found


@pytest.mark.part("moto")
def test_answers_and_objects_are_dated_by_the_sandbox(hurried):
    from automock_tui.sandbox.info import environment

    s3 = client_maker(environment(hurried))("s3")
    account.run_at(hurried, 3600)
    s3.create_bucket(Bucket="dated")
    wait_for(lambda: account.report(hurried).now > datetime.now(UTC) + timedelta(hours=1))
    s3.put_object(Bucket="dated", Key="a.json", Body=b"{}")
    answer = s3.head_object(Bucket="dated", Key="a.json")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    dates = [parsedate_to_datetime(headers["date"]), answer["LastModified"]]
    assert all(date > datetime.now(UTC) + timedelta(hours=1) for date in dates)
    assert headers["automock-speed"] == "3600"
    s3.put_object(Bucket="dated", Key="terraform/terraform.tfstate.tflock", Body=b"{}")
    held = s3.head_object(Bucket="dated", Key="a.json")["ResponseMetadata"]["HTTPHeaders"]
    assert held["automock-speed"] == "1"


@pytest.mark.part("moto")
def test_what_is_over_is_warned_of_and_taken_down_by_the_sandbox_itself(hurried):
    """With nothing to delete: what Terraform makes is the end-to-end tests' part."""
    from automock_tui.sandbox.info import environment

    s3 = client_maker(environment(hurried))("s3")
    s3.create_bucket(Bucket=BUCKET)
    other = bucket_name("elsewhere", "abc123")
    s3.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for bucket, region in ((BUCKET, "us-east-1"), (other, "eu-central-1")):
        s3.put_object(Bucket=bucket, Key=DEPLOYMENT_KEY, Body=deployed(hours=2, region=region).to_json())
    account.run_at(hurried, 1800)
    warned = wait_for(lambda: record(s3, BUCKET).notices.get("janitor", {}).get("warned"))
    assert set().union(*warned.values()) <= {60, 15}
    done = wait_for(lambda: ended(s3, BUCKET))
    proof = done.notices["janitor"]["proof"]
    assert (proof["left"], done.updated_by) == (0, "janitor us-east-1")
    assert wait_for(lambda: ended(s3, other)).updated_by == "janitor eu-central-1"
    assert account.report(hurried).janitor_failures == 0


@pytest.mark.part("moto")
def test_a_record_that_it_cannot_read_is_told_and_does_not_end_it(hurried):
    from automock_tui.sandbox.info import environment

    s3 = client_maker(environment(hurried))("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY, Body=b"[]")
    account.run_at(hurried, 3600)
    report = wait_for(lambda: (told := account.report(hurried)).janitor_failures and told)
    assert "petstore: Unreadable" in report.janitor_failure
    s3.delete_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY)
    wait_for(lambda: account.report(hurried).janitor_failures == 0)


def deployed(*, hours: float, region: str) -> DeploymentMetadata:
    now = datetime.now(UTC)
    return DeploymentMetadata(
        project_name="petstore",
        deployment_status=DeploymentStatus.DEPLOYED,
        deployed_at=now,
        ttl_hours=2,
        ttl_expiry=now + timedelta(hours=hours),
        infrastructure=Infrastructure(region=region),
        generation=1,
        stack_generation=1,
    )


def record(s3, bucket: str) -> DeploymentMetadata:
    body = s3.get_object(Bucket=bucket, Key=DEPLOYMENT_KEY)["Body"].read()
    return DeploymentMetadata.from_dict(json.loads(body))


def ended(s3, bucket: str) -> DeploymentMetadata | None:
    found = record(s3, bucket)
    return found if found.status is DeploymentStatus.DESTROYED else None
