from datetime import timedelta

import pytest

from automock_tui.domain.deployment import begin_destroy
from automock_tui.domain.errors import InvalidInput, LostRace, NotFound
from automock_tui.operations.extend import extend_ttl, ttl_of


def test_an_extension_adds_to_the_current_expiry(workspace, deployed):
    name = deployed(hours=2)
    before = ttl_of(workspace, name)
    done = extend_ttl(workspace, name, 4)
    assert done.old_expiry == before.expires_at
    assert done.new_expiry == before.expires_at + timedelta(hours=4)
    assert done.new_remaining - done.old_remaining == timedelta(hours=4)
    assert workspace.projects.deployment(name).ttl_hours == 6
    assert not done.warning


def test_an_extension_is_in_the_history(workspace, deployed):
    name = deployed()
    extend_ttl(workspace, name, 1.5)
    newest = workspace.projects.history(name)[0]
    assert (newest.event, newest.by, newest.details) == ("extended", "ann@here", {"hours": 1.5})


def test_two_people_who_extend_both_count(workspace, other, deployed):
    name = deployed(hours=2)
    first = extend_ttl(workspace, name, 1)
    second = extend_ttl(other, name, 1)
    assert second.new_expiry == first.new_expiry + timedelta(hours=1)
    assert workspace.projects.deployment(name).updated_by == "bob@there"


@pytest.mark.parametrize("hours", [0, -1, 169, float("nan"), float("inf")])
def test_hours_out_of_range_change_nothing(workspace, deployed, hours):
    name = deployed()
    before = workspace.projects.deployment(name)
    with pytest.raises(InvalidInput):
        extend_ttl(workspace, name, hours)
    assert workspace.projects.deployment(name) == before


def test_nothing_deployed_has_no_ttl(workspace):
    workspace.projects.create("petstore", b"[]\n")
    with pytest.raises(NotFound, match="petstore is not deployed"):
        extend_ttl(workspace, "petstore", 1)


def test_a_deployment_for_ever_has_no_ttl(workspace, deployed):
    with pytest.raises(NotFound, match="has no TTL"):
        extend_ttl(workspace, deployed(hours=0), 1)


def test_an_extension_loses_to_a_teardown_and_says_to_whom(workspace, other, deployed):
    name = deployed()
    other.projects.update_deployment(
        name, lambda metadata, now: begin_destroy(metadata, job_id="job-2", by="bob@there")
    )
    with pytest.raises(LostRace) as lost:
        extend_ttl(workspace, name, 1)
    assert "bob@there" in lost.value.message
    assert "job-2" in lost.value.message
