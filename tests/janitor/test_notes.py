"""What the record tells of the janitor's work, as status shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from automock_janitor import rules

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus
from automock_tui.operations import janitor_notes
from automock_tui.operations.janitor_notes import (
    ENFORCED_BY,
    REAP,
    note_of_the_end,
    overdue,
    warned_minutes,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DEPLOYED = DeploymentMetadata(
    project_name="petstore",
    deployment_status=DeploymentStatus.DEPLOYED,
    deployed_at=NOW - timedelta(hours=2),
    ttl_expiry=NOW + timedelta(minutes=10),
    ttl_hours=3,
)


def told(record: dict) -> DeploymentMetadata:
    """Through JSON, as the janitor writes it."""
    return DeploymentMetadata.from_dict(record)


def test_the_warning_the_teardown_and_the_proof():
    warned = rules.warned(DEPLOYED.to_dict(), [60, 15])
    assert warned_minutes(told(warned)) == 15
    assert "warned 15 minutes before its end" in note_of_the_end(told(warned), NOW)
    begun = rules.begin(warned, job_id=f"{rules.OWNER_PREFIX}1", by="janitor us-east-1", now=NOW)
    assert note_of_the_end(told(begun), NOW) == "its time is over: the janitor takes it down"
    proof = {"deleted_count": 57, "left": 0, "checked_at": rules.format_instant(NOW)}
    done = rules.finish(begun, by="janitor us-east-1", now=NOW, proof=proof)
    assert note_of_the_end(told(done), NOW) == (
        "destroyed by janitor us-east-1: 57 deleted, 0 left, checked at 2026-11-23 02:00:00 UTC"
    )
    assert janitor_notes.JANITOR_PREFIX == rules.OWNER_PREFIX


def test_an_extension_makes_the_warning_old():
    warned = told(rules.warned(DEPLOYED.to_dict(), [60]))
    assert warned_minutes(replace(warned, ttl_expiry=NOW + timedelta(hours=3))) == 0


def test_that_nobody_ends_it():
    alone = replace(DEPLOYED, notices={ENFORCED_BY: REAP})
    assert "automock-tui reap" in note_of_the_end(alone, NOW)
    warned = told(rules.warned(alone.to_dict(), [60]))
    assert note_of_the_end(warned, NOW) == (
        "warned 60 minutes before its end; extend it to keep it; no janitor ends it: `automock-tui reap` does"
    )
    assert note_of_the_end(replace(alone, ttl_expiry=None), NOW) == ""
    assert note_of_the_end(DEPLOYED, NOW) == ""


def test_a_mock_that_outlives_its_end_is_told():
    """Whatever became of the janitor: it costs money, and a countdown alone would be a lie."""
    end = DEPLOYED.ttl_expiry
    said = note_of_the_end(DEPLOYED, end + timedelta(hours=3))
    assert said == "its time was over 3 h ago, and nothing has ended it: run `automock-tui reap`"
    assert note_of_the_end(DEPLOYED, end + timedelta(minutes=14)) == ""  # the janitor has its passes
    assert note_of_the_end(DEPLOYED, end + timedelta(hours=3), pace=60) == ""  # three minutes of the world's
    assert "2 days ago" in note_of_the_end(DEPLOYED, end + timedelta(days=2))
    gone = replace(DEPLOYED, deployment_status=DeploymentStatus.DESTROYED)
    assert overdue(gone, end + timedelta(hours=3)) is None


@pytest.mark.parametrize(
    "notices", [{"janitor": 3}, {"janitor": {"proof": [], "warned": 1}}, {ENFORCED_BY: {}}]
)
@pytest.mark.parametrize("status", list(DeploymentStatus))
def test_notices_of_another_shape_are_left_alone(status, notices):
    assert isinstance(note_of_the_end(replace(DEPLOYED, deployment_status=status, notices=notices), NOW), str)


@pytest.mark.parametrize("checked", ["soon", 3, None, [], {}])
def test_a_proof_that_cannot_be_read_is_none(checked):
    notices = {"janitor": {"proof": {"checked_at": checked}}}
    gone = replace(DEPLOYED, deployment_status=DeploymentStatus.DESTROYED, notices=notices)
    assert note_of_the_end(gone, NOW) == ""
