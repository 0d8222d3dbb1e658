"""What doctor finds in an account, and what its fixes do: locks, records that nobody finishes, orphans."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from automock_tui.domain.deployment import DeploymentStatus, finish_deploy
from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace
from automock_tui.domain.prices import Item
from automock_tui.operations import destroy, janitor, reap
from automock_tui.operations import findings as findings_module
from automock_tui.operations.estimate import price_book
from automock_tui.operations.findings import findings
from automock_tui.operations.janitor_notes import JANITOR_PREFIX
from automock_tui.operations.orphans import find_orphans, sweep_orphan
from automock_tui.operations.status import status
from tests.leftovers import leftovers
from tests.operations.account import begin, lock, tagged, tags

pytestmark = pytest.mark.part("moto")


def ignore(_):
    """A log that nobody reads."""


def found_in(in_account, project=""):
    return list(findings(in_account, project))


def pass_time(in_account, monkeypatch, *, minutes):
    """The store's clock shows a later time from now on."""
    later = in_account.projects.store.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(type(in_account.projects.store), "now", lambda self: later)
    return later


def test_a_healthy_account_has_no_findings(in_account):
    assert found_in(in_account) == []


def test_a_young_lock_of_another_machine_is_named_and_no_fix_is_offered(in_account, monkeypatch):
    lock(in_account, "petstore", who="bob@elsewhere")
    pass_time(in_account, monkeypatch, minutes=5)
    (found,) = found_in(in_account)
    assert "bob@elsewhere" in found.text and "5 min" in found.text and found.fix is None


def test_a_lock_is_as_old_as_its_store_says(in_account):
    """Whoever took it has a clock hours behind, and is at work."""
    lock(in_account, "petstore", who="bob@elsewhere", minutes=200)
    (found,) = found_in(in_account)
    assert found.fix is None and found.text.endswith("(0 min)")


def test_an_old_lock_is_removed_once_agreed_unless_it_is_another_by_then(in_account, monkeypatch):
    lock(in_account, "petstore", who="bob@elsewhere", minutes=200)
    pass_time(in_account, monkeypatch, minutes=200)
    (found,) = found_in(in_account)
    assert "bob@elsewhere" in found.question
    lock(in_account, "petstore", who="eve@else", lock_id="00000000-0000-0000-0000-000000000000")
    with pytest.raises(LostRace, match="another one"):
        found.fix(ignore)
    lock(in_account, "petstore", who="bob@elsewhere", minutes=200)
    assert "removed" in found.fix(ignore)
    assert in_account.projects.lock_info("petstore") is None


def test_a_record_that_nobody_finishes_can_be_given_up_and_its_owner_is_told(in_account, monkeypatch):
    begin(in_account, "petstore", "20261122-120000000-zzzz", by="bob@elsewhere")
    assert found_in(in_account) == []  # it has just begun
    later = pass_time(in_account, monkeypatch, minutes=20)
    (found,) = found_in(in_account, "petstore")
    assert "bob@elsewhere" in found.text and "generation 1" in found.text
    found.fix(ignore)
    metadata = in_account.projects.deployment("petstore")
    assert metadata.status is DeploymentStatus.FAILED and "ann@here" in metadata.failure
    with pytest.raises(LostRace, match="failed") as lost:
        finish_deploy(
            metadata,
            ttl=timedelta(hours=1),
            outputs={},
            infrastructure=metadata.infrastructure,
            job_id="20261122-120000000-zzzz",
            by="bob@elsewhere",
            now=later,
        )
    assert "ann@here" in lost.value.message
    with pytest.raises(LostRace):
        found.fix(ignore)  # a second one comes too late


def deployed_until(in_account, end, region=""):
    """A mock with this end. The account's own janitor takes it down some seconds after that."""

    def change(metadata, now):
        there = replace(metadata.infrastructure, region=region)
        return replace(
            metadata, deployment_status=DeploymentStatus.DEPLOYED, ttl_expiry=end, infrastructure=there
        )

    in_account.projects.update_deployment("petstore", change)


def status_of(in_account):
    return in_account.projects.deployment("petstore").status


def test_a_mock_that_nothing_ended_is_found_and_taken_down(in_account, monkeypatch):
    now = datetime.now(UTC)
    deployed_until(in_account, now + timedelta(hours=1))
    pass_time(in_account, monkeypatch, minutes=70)
    assert found_in(in_account) == []  # its janitor has its passes
    pass_time(in_account, monkeypatch, minutes=180)
    (found,) = found_in(in_account)
    assert found.text == "its time was over 3 h ago, and nothing has ended it"
    deployed_until(in_account, now - timedelta(minutes=1))
    assert found.fix(ignore).startswith("petstore: ")
    assert status_of(in_account) is DeploymentStatus.DESTROYED
    assert "nothing is due" in found.fix(ignore)


def test_a_fix_that_leaves_something_is_none(in_account, account, monkeypatch):
    vpc = account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", **tagged("vpc", "petstore"))["Vpc"]
    held = account.client("ec2").create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.1.0/24")["Subnet"]
    deployed_until(in_account, datetime.now(UTC) - timedelta(minutes=1))
    monkeypatch.setattr(reap, "reap", partial(reap.reap, once=True))
    fix = findings_module._reaps(in_account, "petstore")
    with pytest.raises(AutomockError, match="not down yet"):
        fix(ignore)
    account.client("ec2").delete_subnet(SubnetId=held["SubnetId"])
    fix(ignore)
    assert status_of(in_account) is DeploymentStatus.DESTROYED


def test_a_teardown_that_its_janitor_left_is_carried_on_from_here(in_account):
    deployed_until(in_account, datetime.now(UTC) + timedelta(hours=1))
    left = replace(
        in_account.projects.deployment("petstore"),
        deployment_status=DeploymentStatus.DESTROYING,
        job_id=f"{JANITOR_PREFIX}1",
        updated_by="janitor r",
    )
    now = in_account.projects.store.now()
    assert list(findings_module._unmoved(in_account, left, now)) == []
    (found,) = findings_module._unmoved(in_account, left, now + timedelta(minutes=20))
    assert "janitor r began to take it down and has not gone on for 20 min" in found.text
    assert found.fix is not None and "from here" in found.question
    assert "automock-tui reap --project petstore" in destroy._from_here(left)
    assert destroy._from_here(replace(left, job_id="20261122-120000000-zzzz")) == ""


def test_a_mock_of_another_region_is_not_said_to_be_fine(in_account):
    deployed_until(in_account, datetime.now(UTC) - timedelta(hours=3), region="mars-1")
    (found,) = found_in(in_account)
    assert "it is in mars-1" in found.text and found.fix is None
    assert "--region mars-1" in found.hint and "--region mars-1 reap" in status(in_account).rows[0].note
    assert janitor.depending(in_account) == []
    with pytest.raises(InvalidInput, match="petstore is in mars-1"):
        reap.reap(in_account, project="petstore")


def test_a_damaged_record_hides_no_other_finding(in_account, account):
    in_account.projects.create("orders", b"[]\n")
    bucket = in_account.projects.find("orders")
    account.client("s3").put_object(Bucket=bucket, Key="deployment-metadata.json", Body=b"{")
    lock(in_account, "petstore", who="bob@elsewhere", minutes=200)
    assert {found.project for found in found_in(in_account)} == {"orders", "petstore"}


# --- orphans


def leave_behind(account, project):
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16", **tagged("vpc", project))["Vpc"]["VpcId"]
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24", **tagged("subnet", project))
    ec2.allocate_address(Domain="vpc", **tagged("elastic-ip", project))


def test_orphans_are_found_with_their_cost_and_swept_alone(in_account, account):
    leave_behind(account, "petstore")
    leave_behind(account, "forgotten")
    in_account.projects.create("orders", b"[]\n")
    begin(in_account, "orders", "job-1")
    leave_behind(account, "orders")
    found = {orphan.project: orphan for orphan in find_orphans(in_account)}
    assert set(found) == {"petstore", "forgotten"}
    assert found["petstore"].text.startswith("3 resources in AWS though it was never deployed")
    price = price_book(in_account.folders).find(Item.PUBLIC_IPV4_HOUR, account.region)
    assert found["petstore"].hourly == (price.amount if price else 0)
    assert "there is no project forgotten" in found["forgotten"].text
    for orphan in found.values():
        assert len(sweep_orphan(in_account, orphan, ignore)) == 3
    assert leftovers(account.client, "petstore") == leftovers(account.client, "forgotten") == []
    assert len(leftovers(account.client, "orders")) == 3


def test_what_costs_by_the_hour_is_found_quickly_too(in_account, account):
    leave_behind(account, "cheap")
    assert find_orphans(in_account, costly=True) == []
    ec2, elb = account.client("ec2"), account.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.8.{i}.0/24", AvailabilityZone=f"{account.region}{zone}")
        for i, zone in enumerate("ab")
    ]
    elb.create_load_balancer(
        Name="left", Subnets=[one["Subnet"]["SubnetId"] for one in subnets], Tags=tags("forgotten")
    )
    (orphan,) = find_orphans(in_account, costly=True)
    assert orphan.project == "forgotten" and orphan.resources[0].startswith("load balancer arn:")
    price = price_book(in_account.folders).find(Item.ALB_HOUR, account.region)
    assert orphan.hourly == (price.amount if price else 0)


def test_an_orphan_that_is_deployed_by_then_is_let_live(in_account, account):
    leave_behind(account, "petstore")
    (found,) = [one for one in found_in(in_account) if one.fix]
    begin(in_account, "petstore", "job-1")
    with pytest.raises(LostRace):
        found.fix(ignore)
    assert len(leftovers(account.client, "petstore")) == 3
