"""Deployment metadata: the Go tool's files, guarded transitions, and TTL arithmetic."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.deployment import (
    MAX_TTL_HOURS,
    DeploymentMetadata,
    DeploymentStatus,
    Infrastructure,
    Urgency,
    begin_deploy,
    begin_destroy,
    check_ttl_hours,
    extend,
    fail,
    finish_deploy,
    finish_destroy,
    format_remaining,
    urgency,
    whole_hours,
)
from automock_tui.domain.document import CorruptDocument
from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace, NotFound

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
GO_FILE = """{
  "project_name": "petstore",
  "deployment_status": "deployed",
  "deployed_at": "2026-11-22T20:59:59.123456789Z",
  "destroyed_at": "0001-01-01T00:00:00Z",
  "ttl_hours": 4,
  "ttl_expiry": "2026-11-23T01:59:59+01:00",
  "infrastructure": {"cluster_name": "c", "alb_dns": "x.elb.amazonaws.com", "nat_gateway": "nat-1"},
  "options": {"instance_size": "small", "future_option": [1.50]},
  "outputs": null,
  "x_unknown": {"kept": true}
}"""
STATUSES = list(DeploymentStatus)


def metadata(status=DeploymentStatus.DEPLOYED, **more):
    known = {"project_name": "petstore", "job_id": "job-1", "updated_by": "ann@laptop", "generation": 1}
    expiry = NOW + timedelta(hours=2)
    times = {"deployed_at": NOW - timedelta(hours=2), "ttl_expiry": expiry, "ttl_hours": 4}
    return DeploymentMetadata(deployment_status=status, **(known | times | more))


def deploy(before, job_id="job-2", hours=4.0, **more):
    return begin_deploy(
        before,
        ttl=timedelta(hours=hours),
        options={"min_tasks": 1},
        job_id=job_id,
        by="bob@desk",
        now=NOW,
        expectations_version="v3",
        **more,
    )


def finish(before, job_id="job-2", hours=4.0, now=NOW):
    where = Infrastructure(cluster_name="c")
    life = timedelta(hours=hours)
    return finish_deploy(
        before, ttl=life, outputs={"url": "u"}, infrastructure=where, job_id=job_id, by="bob@desk", now=now
    )


# --- the document


def test_a_file_of_the_go_tool_loads():
    found = DeploymentMetadata.from_json(GO_FILE)
    assert (found.project_name, found.status, found.is_deployed) == (
        "petstore",
        DeploymentStatus.DEPLOYED,
        True,
    )
    assert found.deployed_at == datetime(2026, 11, 22, 20, 59, 59, 123456, tzinfo=UTC)
    assert found.destroyed_at is None, "Go's zero time means not set"
    assert found.ttl_expiry == datetime(2026, 11, 23, 0, 59, 59, tzinfo=UTC)
    assert found.infrastructure.alb_dns == "x.elb.amazonaws.com"


def test_what_nobody_changed_is_written_as_it_was_read():
    before, after = json.loads(GO_FILE), json.loads(DeploymentMetadata.from_json(GO_FILE).to_json())
    assert {key: after[key] for key in before} == before
    assert list(after)[: len(before)] == list(before)


def test_a_change_leaves_unknown_fields_in_their_place():
    later = extend(DeploymentMetadata.from_json(GO_FILE), hours=1, by="bob", now=NOW)
    row = json.loads(later.to_json())
    assert row["x_unknown"] == {"kept": True} and row["infrastructure"]["nat_gateway"] == "nat-1"
    assert row["ttl_expiry"] == "2026-11-23T01:59:59Z" and isinstance(row["ttl_hours"], int)
    assert list(row)[: len(json.loads(GO_FILE))] == list(json.loads(GO_FILE))


def test_an_instant_that_is_not_set_is_gos_zero_time():
    assert json.loads(DeploymentMetadata().to_json())["ttl_expiry"] == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1"),
        ('{"ttl_hours": 4,}', "line 1"),
        ("[]", "list"),
        (b"\xff", "offset 0"),
        ('{"ttl_hours": "4"}', "ttl_hours"),
        ('{"ttl_hours": 4.5}', "ttl_hours"),
        ('{"ttl_hours": true}', "ttl_hours"),
        ('{"deployment_status": "dancing"}', "dancing"),
        ('{"ttl_expiry": "tomorrow"}', "tomorrow"),
        ('{"ttl_expiry": 20261122}', "20261122"),
        ('{"ttl_expiry": "9999-12-31T23:59:59-01:00"}', "out of range"),
        ('{"infrastructure": {"vpc_id": 5}}', "vpc_id"),
        ('{"generation": ' + "9" * 5000 + "}", "digits"),
        ('{"x": ' + "[" * 100_000, "recursion"),
    ],
)
def test_a_corrupt_file_says_what_is_wrong(text, words):
    with pytest.raises(CorruptDocument) as caught:
        DeploymentMetadata.from_json(text)
    assert words in str(caught.value)


def test_half_a_character_in_an_unknown_field_survives():
    text = '{"note": "\\ud83d", "name": "\\u00e9"}'
    row = json.loads(DeploymentMetadata.from_json(text).to_json())
    assert (row["note"], row["name"]) == ("\ud83d", "é")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8).map("x_".__add__), JSON, max_size=4), st.integers(0, 168))
def test_unknown_fields_survive_any_transition(unknown, hours):
    read = DeploymentMetadata.from_json(json.dumps({"project_name": "p-1", **unknown}))
    done = finish(deploy(read, hours=hours), hours=hours)
    gone = finish_destroy(begin_destroy(done, job_id="j", by="b"), job_id="j", by="b", now=NOW)
    row = json.loads(gone.to_json())
    assert {key: row[key] for key in unknown} == unknown


# --- TTL arithmetic


@pytest.mark.parametrize(
    ("hours", "seconds"), [(0, 0), (-0.0, 0), (0.5, 1800), (4, 14_400), (168, 604_800), (Decimal("0.25"), 900)]
)
def test_a_ttl_in_hours(hours, seconds):
    assert check_ttl_hours(hours) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "hours",
    [
        -1,
        -0.001,
        168.001,
        169,
        float("nan"),
        float("inf"),
        10**400,
        1e-12,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("1e999"),
    ],
)
def test_a_ttl_out_of_range(hours):
    with pytest.raises(InvalidInput, match="TTL out of range"):
        check_ttl_hours(hours)


@pytest.mark.parametrize(
    ("life", "hours"),
    [
        (timedelta(0), 0),
        (timedelta(microseconds=1), 1),
        (timedelta(minutes=30), 1),
        (timedelta(hours=4), 4),
        (timedelta(hours=4, microseconds=400), 4),
        (timedelta(hours=4, seconds=1), 5),
    ],
)
def test_whole_hours_are_rounded_up(life, hours):
    assert whole_hours(life) == hours


@given(st.floats(0, MAX_TTL_HOURS))
def test_no_ttl_that_is_given_counts_as_none(hours):
    try:
        life = check_ttl_hours(hours)
    except InvalidInput:
        assert 0 < hours < 1e-9
        return
    assert bool(life) is bool(hours) and bool(whole_hours(life)) is bool(hours)


@pytest.mark.parametrize(
    ("left", "band", "shown"),
    [
        (None, Urgency.NONE, "–"),
        (timedelta(days=3, hours=4, minutes=5), Urgency.CALM, "3d 4h"),
        (timedelta(hours=1, minutes=2), Urgency.CALM, "1h 02m"),
        (timedelta(hours=1), Urgency.CALM, "1h 00m"),
        (timedelta(minutes=59, seconds=59), Urgency.SOON, "59m 59s"),
        (timedelta(minutes=15), Urgency.SOON, "15m 00s"),
        (timedelta(minutes=9, seconds=41), Urgency.CRITICAL, "9m 41s"),
        (timedelta(milliseconds=400), Urgency.CRITICAL, "0m 00s"),
        (timedelta(0), Urgency.EXPIRED, "expired"),
        (timedelta(seconds=-5), Urgency.EXPIRED, "expired"),
    ],
)
def test_urgency_and_countdown_agree(left, band, shown):
    assert (urgency(left), format_remaining(left)) == (band, shown)


# --- transitions


def test_a_deploy_from_nothing_to_running():
    begun = deploy(DeploymentMetadata(project_name="petstore"), hours=0.5)
    assert (begun.status, begun.generation, begun.stack_generation) == (DeploymentStatus.DEPLOYING, 1, 1)
    assert (begun.ttl_expiry, begun.ttl_hours) == (NOW + timedelta(minutes=30), 1), "set before anything exists"
    assert (begun.running_since, begun.deployed_at) == (NOW, None)
    later = NOW + timedelta(minutes=3)
    done = finish(begun, hours=0.5, now=later)
    assert (done.status, done.deployed_at) == (DeploymentStatus.DEPLOYED, later)
    assert done.ttl_expiry == later + timedelta(minutes=30), "the user gets all of it"
    assert done.remaining(later) == timedelta(minutes=30)
    assert (done.running_since, done.outputs) == (NOW, {"url": "u"})


def test_a_deploy_without_ttl_has_no_end():
    done = finish(deploy(DeploymentMetadata(), hours=0), hours=0)
    assert (done.ttl_expiry, done.ttl_hours, done.remaining(NOW)) == (None, 0, None)


def test_a_deploy_over_a_running_mock_keeps_its_tags_and_its_clock():
    before = metadata(stack_generation=1, running_since=NOW - timedelta(hours=2))
    begun = deploy(before)
    assert (begun.generation, begun.stack_generation) == (2, 1)
    assert (begun.running_since, begun.deployed_at) == (before.running_since, before.deployed_at)
    assert begun.notices == {}, "the new end is warned of again"


def test_a_deploy_after_a_destroy_starts_anew():
    begun = deploy(metadata(DeploymentStatus.DESTROYED, stack_generation=1, destroyed_at=NOW, generation=4))
    assert (begun.generation, begun.stack_generation, begun.destroyed_at) == (5, 5, None)
    assert begun.running_since == NOW


def test_a_dead_deploy_is_carried_on_only_by_who_names_it():
    dead = metadata(DeploymentStatus.DEPLOYING, stack_generation=1)
    assert deploy(dead, takes_over="job-1").job_id == "job-2"
    assert deploy(dead, job_id="job-1").status is DeploymentStatus.DEPLOYING
    with pytest.raises(LostRace):
        deploy(dead, takes_over="job-0")


def test_a_failure_keeps_the_ttl_because_it_still_costs():
    begun = deploy(DeploymentMetadata(project_name="p"))
    failed = fail(begun, reason="no capacity", job_id="job-2", by="bob")
    assert (failed.status, failed.failure) == (DeploymentStatus.FAILED, "no capacity")
    assert failed.ttl_expiry == begun.ttl_expiry


def test_a_destroy_leaves_nothing_but_the_record():
    gone = finish_destroy(begin_destroy(metadata(), job_id="j", by="bob"), job_id="j", by="bob", now=NOW)
    assert (gone.status, gone.destroyed_at, gone.ttl_expiry) == (DeploymentStatus.DESTROYED, NOW, None)
    assert (gone.infrastructure, gone.outputs) == (Infrastructure(), {})


def test_a_dead_teardown_is_carried_on_only_by_who_names_it():
    dead = metadata(DeploymentStatus.DESTROYING)
    assert begin_destroy(dead, job_id="job-2", by="bob", takes_over="job-1").job_id == "job-2"
    with pytest.raises(LostRace):
        begin_destroy(dead, job_id="job-2", by="bob")


ACTIONS = {
    "deploy": (lambda one: deploy(one), {"none", "deployed", "failed", "destroyed"}),
    "finish deploy": (lambda one: finish(one, job_id="job-1"), {"deploying"}),
    "fail": (lambda one: fail(one, reason="r", job_id="job-1", by="b"), {"deploying", "destroying"}),
    "extend": (lambda one: extend(one, hours=1, by="b", now=NOW), {"deployed"}),
    "destroy": (
        lambda one: begin_destroy(one, job_id="job-2", by="b"),
        {"deployed", "deploying", "failed"},
    ),
    "finish destroy": (lambda one: finish_destroy(one, job_id="job-1", by="b", now=NOW), {"destroying"}),
}


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("status", STATUSES)
def test_every_action_from_every_status(name, status):
    act, allowed = ACTIONS[name]
    before = metadata(status)
    if status.value in allowed:
        assert act(before).status in STATUSES
        return
    with pytest.raises((LostRace, NotFound)) as caught:
        act(before)
    assert "petstore" in caught.value.title and caught.value.hint
    if isinstance(caught.value, LostRace):
        assert "ann@laptop" in caught.value.message and "job-1" in caught.value.message


@pytest.mark.parametrize("name", ["finish deploy", "fail", "finish destroy"])
@pytest.mark.parametrize("status", [DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING])
def test_only_the_owner_may_finish(name, status):
    with pytest.raises(LostRace):
        ACTIONS[name][0](metadata(status, job_id="somebody-elses"))


# --- extending


def test_extending_counts_from_the_end():
    later = extend(metadata(), hours=4, by="bob", now=NOW)
    assert later.ttl_expiry == NOW + timedelta(hours=6)
    assert later.ttl_hours == 8, "the whole life, from deployed_at"


def test_extending_what_is_over_counts_from_now():
    over = metadata(ttl_expiry=NOW - timedelta(minutes=5))
    assert extend(over, hours=1, by="b", now=NOW).ttl_expiry == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "hours", "error"),
    [
        (metadata(), 0, InvalidInput),
        (metadata(), -1, InvalidInput),
        (metadata(), 1e-12, InvalidInput),
        (metadata(), 167, InvalidInput),
        (metadata(ttl_expiry=None, ttl_hours=0), 1, NotFound),
        (metadata(DeploymentStatus.NONE), 1, NotFound),
        (metadata(DeploymentStatus.DESTROYED), 1, NotFound),
        (metadata(DeploymentStatus.DESTROYING), 1, LostRace),
    ],
)
def test_what_cannot_be_extended(before, hours, error):
    with pytest.raises(error) as caught:
        extend(before, hours=hours, by="b", now=NOW)
    assert caught.value.hint


@given(st.lists(st.floats(0.01, 20), min_size=1, max_size=8), st.integers(-100, 100))
def test_extensions_add_up_and_never_pass_the_limit(steps, minutes):
    now = NOW + timedelta(minutes=minutes)
    one, end = metadata(), max(NOW + timedelta(hours=2), now)
    for hours in steps:
        end += check_ttl_hours(hours)
        if end - now > timedelta(hours=MAX_TTL_HOURS):
            with pytest.raises(InvalidInput):
                extend(one, hours=hours, by="b", now=now)
            return
        one = extend(one, hours=hours, by="b", now=now)
        assert one.ttl_expiry == end
        assert timedelta(hours=one.ttl_hours) >= end - one.deployed_at - timedelta(milliseconds=1)


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.sampled_from(["job-1", "job-2"])), max_size=12))
def test_any_history_keeps_the_rules(steps):
    one = DeploymentMetadata(project_name="petstore")
    for name, job in steps:
        before = one
        one = replace(one, job_id=job) if one.status is DeploymentStatus.NONE else one
        try:
            one = ACTIONS[name][0](one)
        except AutomockError:
            one = before
        assert one.generation >= before.generation and one.stack_generation <= one.generation
        if one.status in (DeploymentStatus.DEPLOYING, DeploymentStatus.DEPLOYED):
            assert one.ttl_expiry is not None, "what costs has an end"
        assert DeploymentMetadata.from_json(one.to_json()) == one


def test_times_of_any_zone_are_stored_in_utc():
    zone = timezone(timedelta(hours=-5))
    done = finish(deploy(DeploymentMetadata()), now=NOW.astimezone(zone))
    assert json.loads(done.to_json())["deployed_at"] == "2026-11-22T21:00:00Z"
