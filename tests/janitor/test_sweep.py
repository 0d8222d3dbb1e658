"""The janitor takes down what real Terraform made: all of it, nothing else, whatever fails on the way.

By default every call that changes something fails once, in a way that varies from call to call.
AUTOMOCK_ALL_FAULTS=1 in the environment makes every call fail in every way, 360 runs (an hour on a busy
machine); another number begins with the run of that number, as `pytest -s` prints them.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from automock_janitor.passes import Janitor
from botocore.exceptions import BotoCoreError, ClientError

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus, begin_deploy
from automock_tui.domain.project import DEPLOYMENT_KEY, HistoryEvent
from automock_tui.operations import janitor_notes
from automock_tui.provisioning.janitor_stack import packed_code
from tests.janitor import bystanders
from tests.janitor.command import run_zip
from tests.janitor.faults import FAULTS, Crash, Watched
from tests.janitor.iam_check import EXCEPTIONS, findings, inline_policies, unlimited_deletes
from tests.janitor.stack import BUCKET, DOMAIN, PROJECT, in_a_copy, in_copies, terraform
from tests.leftovers import leftovers
from tests.parts import REGION

FIRST_RUN = int(os.environ.get("AUTOMOCK_ALL_FAULTS") or 0)
THOROUGH = bool(FIRST_RUN)
pytestmark = [pytest.mark.part("aws-provider"), pytest.mark.timeout(7200 if THOROUGH else 600)]

MOST_PASSES = 6


def janitor(clients, **options) -> Janitor:
    settings = {"by": "janitor", "log": lambda line: None, "pause_between": timedelta(0)}
    return Janitor(clients, REGION, **(settings | options))


def run_until_gone(account, clients) -> int:
    """Run passes until the record says `destroyed`; it never says so while something is left."""
    for number in range(1, MOST_PASSES + 1):
        with contextlib.suppress(Crash, ClientError, BotoCoreError):  # as Lambda: the next run comes
            list(janitor(clients).run())
        record = account.record()
        if record.status is DeploymentStatus.DESTROYED:
            assert leftovers(account.client, PROJECT, domain=DOMAIN) == [], "destroyed too early"
            if not record.notices["janitor"].get("owed"):
                return number
        else:
            assert record.status in (DeploymentStatus.DESTROYING, DeploymentStatus.DEPLOYED)
    raise AssertionError(f"still {account.record().status} after {MOST_PASSES} passes")


def history(account) -> list[HistoryEvent]:
    s3 = account.client("s3")
    bodies = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in account.keys("history/")]
    return [HistoryEvent.from_json(body) for body in bodies]


def test_one_pass_leaves_nothing_of_ours_and_everything_of_others(deployed):
    def work(account):
        clients = Watched(account)
        outcomes = list(janitor(clients).run())
        others = bystanders.inventory(account.client)
        return {
            "action": [one.action for one in outcomes],
            "left": leftovers(account.client, PROJECT, domain=DOMAIN),
            "lost": sorted(deployed.others - others),
            "more": sorted(others - deployed.others - forgotten),
            "mails": [mail["Subject"] for mail in clients.mails],
            "record": account.record().to_dict(),
            "events": [[event.event, event.by, event.summary] for event in history(account)],
            "state": account.keys("terraform/"),
            "versions": [
                one["Key"]
                for one in account.client("s3").list_object_versions(Bucket=BUCKET)["Versions"]
                if one["Key"].endswith(".tfstate")
            ],
        }

    forgotten = nat_interfaces(deployed.account)
    made = bystanders.inventory(deployed.account.client) - deployed.others
    assert len(made) > 40  # the deployment was really there
    seen = in_a_copy(deployed.account, work)
    assert seen["action"] == ["destroyed"]
    assert (seen["left"], seen["lost"], seen["more"]) == ([], [], [])
    assert seen["mails"] == ["Mock petstore is gone"]
    check_proof(seen["record"])
    assert [event[0] for event in seen["events"]] == ["expired", "destroyed"]
    assert seen["state"] == [] and seen["versions"]


def nat_interfaces(account) -> set[str]:
    """Interfaces that end with their NAT gateway on AWS; the emulator forgets that."""
    gateways = account.client("ec2").describe_nat_gateways()["NatGateways"]
    return {f"ec2 {one['NetworkInterfaceId']}" for nat in gateways for one in nat["NatGatewayAddresses"]}


def check_proof(record) -> None:
    proof = record["notices"]["janitor"]["proof"]
    assert record["deployment_status"] == "destroyed" and record["updated_by"] == "janitor"
    assert (proof["left"], proof["deleted_count"]) == (0, len(proof["deleted"]))
    assert any(name.startswith("NAT gateway nat-") for name in proof["deleted"])
    assert proof["checked_at"] == record["destroyed_at"]


def test_the_packed_function_runs_by_itself(deployed, tmp_path):
    """As Lambda runs it: from the zip, with nothing of the product in reach."""
    archive = tmp_path / "janitor.zip"
    archive.write_bytes(packed_code())

    def work(account):
        late = run_zip(account, archive, 1000)
        untouched = account.record().status.value
        done = run_zip(account, archive, 200_000)
        account.client("s3").put_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY, Body=b"[]")
        broken = run_zip(account, archive, 200_000)
        return {
            "late": [late.returncode, untouched],
            "done": [done.returncode, done.stdout, done.stderr],
            "broken": [broken.returncode, broken.stderr],
        }

    seen = in_a_copy(deployed.account, work)
    assert seen["late"] == [0, "deployed"]  # too little time left to begin
    assert seen["done"][0] == 0, seen["done"]
    assert '"action": "destroyed"' in seen["done"][1] and "answer {'visited': 1}" in seen["done"][1]
    assert seen["broken"][0] == 1 and "NeedsAttention: petstore: Unreadable" in seen["broken"][1]


def test_the_next_deploy_finds_nothing_in_its_way(deployed):
    def work(account):
        list(janitor(account.client).run())
        now = datetime.now(UTC)
        rest = {"options": {}, "job_id": "deploy-2", "by": "mary", "now": now, "expectations_version": "v1"}
        begun = begin_deploy(account.record(), ttl=timedelta(hours=1), **rest)
        lines = terraform(account, deployed.folder, "plan", "-json", "-lock=true").splitlines()
        summary = next(e["changes"] for e in map(json.loads, lines) if e["type"] == "change_summary")
        return {"status": begun.status.value, "generation": begun.stack_generation, **summary}

    seen = in_a_copy(deployed.account, work)
    assert (seen["status"], seen["generation"]) == ("deploying", 2)
    assert seen["add"] > 40 and seen["change"] == seen["remove"] == 0


def test_what_a_deployment_may_do_itself(deployed):
    policies = inline_policies(deployed.account.client("iam"), BUCKET)
    assert len(policies) == 2
    for policy in policies.values():
        assert findings(policy) - set(EXCEPTIONS) == set()
        assert unlimited_deletes(policy) == set()


@pytest.fixture(scope="module")
def calls(deployed) -> list[str]:
    """The different calls of a whole teardown, in their order."""

    def work(account):
        clients = Watched(account)
        list(janitor(clients).run())
        return list(dict.fromkeys(clients.calls))

    return in_a_copy(deployed.account, work)


def changes(call: str) -> bool:
    verb = call.partition(".")[2]
    return not verb.startswith(("Describe", "List", "Get"))


def test_whatever_fails_once_it_ends_empty(deployed, calls):
    chosen = calls if THOROUGH else [call for call in calls if changes(call)]
    assert len(chosen) > 25
    runs = [
        (call, how)
        for number, call in enumerate(chosen)
        for how in (FAULTS if THOROUGH else FAULTS[number % len(FAULTS) :][:1])
    ]
    first = max(FIRST_RUN, 1)
    copies = in_copies(deployed.account, [with_fault(*run) for run in runs[first - 1 :]])
    for number, (run, seen) in enumerate(zip(runs[first - 1 :], copies, strict=True), start=first):
        print(f"{number}/{len(runs)}", *run)
        assert seen == {"failed": True, "events": ["expired", "destroyed"]}, run


def with_fault(call: str, how: str):
    def work(account):
        clients = Watched(account, call, how)
        try:
            run_until_gone(account, clients)
        except Exception as error:
            raise AssertionError(f"{call} fails once: {how}") from error
        return {"failed": not clients.is_armed, "events": [event.event for event in history(account)]}

    return work


def test_a_lasting_refusal_is_told_with_what_it_costs_and_tried_again(deployed):
    def work(account):
        clients = Watched(account)
        refusing = [True]
        clients("ec2").meta.events.register(
            "before-call.ec2.DeleteNatGateway", lambda **_: refusal() if refusing[0] else None
        )
        prices = {"NAT gateway": "0.045", "address": "0.005"}
        told = [next(janitor(clients, prices=prices).run()) for _ in range(4)]
        stuck = account.record()
        refusing[0] = False
        last = next(janitor(clients).run())
        return {
            "actions": [one.action for one in told],
            "trouble": [one.trouble for one in told],
            "status": stuck.status.value,
            "failure": stuck.failure,
            "mails": [mail["Subject"] for mail in clients.mails],
            "last": last.action,
            "left": leftovers(account.client, PROJECT, domain=DOMAIN),
        }

    seen = in_a_copy(deployed.account, work)
    assert seen["actions"] == ["taking down", "taking down", "stuck", "stuck"]
    assert seen["trouble"] == [False, False, True, True]
    assert seen["status"] == "failed"
    assert "NAT gateway nat-" in seen["failure"] and "(UnauthorizedOperation)" in seen["failure"]
    assert "1 NAT gateway, 1 address, about 0.0500 USD per hour" in seen["failure"]
    assert seen["mails"] == ["Mock petstore cannot be taken down", "Mock petstore is gone"]
    assert (seen["last"], seen["left"]) == ("destroyed", [])


def refusal():
    from tests.janitor.faults import _refusal

    return _refusal("UnauthorizedOperation")


def test_warnings_go_out_once_for_each_expiry(deployed):
    def work(account):
        clients = Watched(account)

        def ends_in(minutes: float) -> list[str]:
            before = len(clients.mails)
            expiry = datetime.now(UTC) + timedelta(minutes=minutes)
            account.write(replace(account.record(), ttl_expiry=expiry))
            for _ in range(2):
                list(janitor(clients).run())
            return [mail["Subject"] for mail in clients.mails[before:]]

        told = [ends_in(minutes) for minutes in (90, 59.9, 14.9, 40)]
        return {"told": told, "status": account.record().status.value}

    seen = in_a_copy(deployed.account, work)
    assert seen["told"] == [
        [],
        ["Mock petstore ends in 60 minutes"],
        ["Mock petstore ends in 15 minutes"],
        ["Mock petstore ends in 40 minutes"],
    ]
    assert seen["status"] == "deployed"


def test_a_janitor_that_came_later_claims_what_was_left_to_reap(deployed):
    left_to_reap = {janitor_notes.ENFORCED_BY: janitor_notes.REAP, "other": 1}

    def work(account):
        later = datetime.now(UTC) + timedelta(hours=2)
        account.write(replace(account.record(), ttl_expiry=later, notices=left_to_reap))
        list(janitor(account.client).run())  # a `reap`, which will not come again by itself
        before = account.record().notices
        list(janitor(account.client, comes_again=True).run())
        return [before, account.record().notices]

    assert in_a_copy(deployed.account, work) == [left_to_reap, {"other": 1}]


def test_an_extension_just_before_the_swap_keeps_the_mock_alive(deployed):
    def work(account):
        clients = Watched(account)
        extended = []

        def extend(**_):
            if not extended:
                extended.append(True)
                later = datetime.now(UTC) + timedelta(hours=2)
                account.write(replace(account.record(), ttl_expiry=later))

        clients("s3").meta.events.register("before-call.s3.PutObject", extend)
        outcomes = [one.action for one in janitor(clients).run()]
        return {"outcomes": outcomes, "status": account.record().status.value, "calls": clients.calls}

    seen = in_a_copy(deployed.account, work)
    assert (seen["outcomes"], seen["status"]) == (["left alone"], "deployed")
    assert [call for call in seen["calls"] if changes(call)] == ["s3.PutObject"]  # refused: If-Match


def test_a_pass_that_was_overtaken_touches_nothing_of_the_next_deployment(deployed):
    """While the first pauses, another finishes, and the user deploys again."""

    def work(account):
        first = Watched(account)
        after: list[list[str]] = []

        def interrupt(model, **_):
            if model.name != "DescribeTargetGroups" or after:
                return
            after.append([])
            list(janitor(account.client).run())
            deploy_again(account)
            after[0] = sorted(bystanders.inventory(account.client))

        first("elbv2").meta.events.register("before-call", interrupt)
        outcomes = [one.action for one in janitor(first).run()]
        kept = sorted(bystanders.inventory(account.client)) == after[0]
        record = account.record()
        return {
            "outcomes": outcomes,
            "kept": kept,
            "status": record.status.value,
            "state": account.keys("terraform/"),
        }

    seen = in_a_copy(deployed.account, work)
    assert seen == {
        "outcomes": ["left alone"],
        "kept": True,
        "status": "deploying",
        "state": ["terraform/terraform.tfstate"],
    }


def deploy_again(account) -> None:
    now = datetime.now(UTC)
    rest = {"options": {}, "job_id": "deploy-2", "by": "mary", "now": now, "expectations_version": "v1"}
    account.write(begin_deploy(account.record(), ttl=timedelta(hours=1), **rest))
    account.client("s3").put_object(Bucket=BUCKET, Key="terraform/terraform.tfstate", Body=b"{}")
    account.client("logs").create_log_group(
        logGroupName=f"/automock/{BUCKET}/mockserver", tags={"automock:project": PROJECT}
    )
    account.client("ec2").create_vpc(
        CidrBlock="10.1.0.0/16",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": [{"Key": "automock:project", "Value": PROJECT}]}],
    )


def test_two_at_once_share_one_teardown(deployed):
    """The second comes in the middle of the first one's pass."""

    def work(account):
        first, second = Watched(account), Watched(account)
        ran = []

        def interrupt(**_):
            if not ran:
                ran.append(True)
                ran.append([one.action for one in janitor(second, by="second").run()])

        first("elbv2").meta.events.register("before-call", interrupt)
        outcomes = [one.action for one in janitor(first, by="first").run()]
        left = leftovers(account.client, PROJECT, domain=DOMAIN)
        record = account.record()
        events = [event.event for event in history(account)]
        return {"ran": ran[1], "outcomes": outcomes, "left": left, "by": record.updated_by, "events": events}

    seen = in_a_copy(deployed.account, work)
    assert seen["ran"] == ["destroyed"] and seen["outcomes"] == ["left alone"]
    assert (seen["left"], seen["by"], seen["events"]) == ([], "second", ["expired", "destroyed"])


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


def test_reap_of_an_unknown_project(account, cli):
    done = cli(account, "reap", "--project", "nobody")
    assert done.returncode == 3
    assert "No project nobody" in done.stderr and "Traceback" not in done.stderr


def test_an_interface_that_somebody_put_into_our_group_is_named_and_left(deployed):
    def work(account):
        ec2 = account.client("ec2")
        tagged = [{"Name": "tag:automock:project", "Values": [PROJECT]}]
        subnet = ec2.describe_subnets(Filters=tagged)["Subnets"][0]["SubnetId"]
        group = ec2.describe_security_groups(Filters=tagged)["SecurityGroups"][0]["GroupId"]
        made = ec2.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"]
        ours = made["NetworkInterfaceId"]
        [first] = janitor(account.client).run()
        there = [one["NetworkInterfaceId"] for one in ec2.describe_network_interfaces()["NetworkInterfaces"]]
        ec2.delete_network_interface(NetworkInterfaceId=ours)
        [last] = janitor(account.client).run()
        return {
            "kept": ours in there,
            "named": f"network interface {ours}" in first.left,
            "actions": [first.action, last.action],
        }

    seen = in_a_copy(deployed.account, work)
    assert seen == {"kept": True, "named": True, "actions": ["taking down", "destroyed"]}


def test_a_record_cannot_name_an_alias_of_somebody_else(deployed):
    """Whoever can write a project's record could otherwise have any alias of the zone deleted."""
    name, there = "www.petstore.example.", "shop-1.us-east-1.elb.amazonaws.com"

    def work(account):
        route53 = account.client("route53")
        record = account.record()
        zone = record.options["hosted_zone_id"]
        target = {"HostedZoneId": "Z35SXDOTRQ7X7K", "DNSName": there, "EvaluateTargetHealth": False}
        alias = {"Name": name, "Type": "A", "AliasTarget": target}
        changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": alias}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
        forged = record.to_dict()
        forged["options"]["custom_domain"] = name
        forged["infrastructure"]["alb_dns"] = there
        account.write(DeploymentMetadata.from_dict(forged))
        actions = [one.action for one in janitor(account.client).run()]
        records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return {"actions": actions, "kept": name in [one["Name"] for one in records]}

    assert in_a_copy(deployed.account, work) == {"actions": ["destroyed"], "kept": True}


def test_notes_that_somebody_spoiled_do_not_keep_a_mock_from_its_end(deployed):
    spoiled = {
        "began_at": "soon",
        "deleted": [{}],
        "failures": {"list alarm": 3},
        "warned": {"x": 1},
        "owed": 1,
    }

    def work(account):
        account.write(replace(account.record(), notices={"janitor": spoiled}))
        clients = Watched(account, "ec2.DeleteVpc", "denied")
        return [one.action for _ in range(2) for one in janitor(clients).run()]

    assert in_a_copy(deployed.account, work) == ["taking down", "destroyed"]
