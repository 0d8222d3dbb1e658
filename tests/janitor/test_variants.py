"""Each variant of the deployment is made by real Terraform, taken down by the janitor, and made again.

The fullest variant is test_sweep's, and the default one is deployed and ended by the sandbox's own clock in
tests/e2e/test_ttl_ends.py: both run always. These take a minute or two each, so they run where
AUTOMOCK_ALL_VARIANTS=1 is in the environment.
"""

from __future__ import annotations

import os

import pytest
from automock_janitor.passes import Janitor

from automock_tui.domain.options import DeploymentOptions
from tests.janitor import bystanders, stack
from tests.janitor.stack import DOMAIN, PROJECT, in_a_copy, terraform
from tests.leftovers import leftovers
from tests.parts import REGION, require_provider

pytestmark = [
    pytest.mark.part("aws-provider"),
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not os.environ.get("AUTOMOCK_ALL_VARIANTS"), reason="AUTOMOCK_ALL_VARIANTS=1 runs these"
    ),
]

VARIANTS = {
    "public": {},
    "private": {"network_mode": "private"},
    "domain": {"custom_domain": DOMAIN},
    "existing": {"network_mode": "existing"},
    "existing-private": {"network_mode": "existing", "private": True},
    "email": {"notification_email": "qa@petstore.example"},
    "most": {
        "network_mode": "private",
        "instance_size": "xlarge",
        "min_tasks": 10,
        "max_tasks": 100,
        "custom_domain": DOMAIN,
        "notification_email": "qa@petstore.example",
        "container_insights": True,
        "control_plane_cidrs": ["192.0.2.0/24", "198.51.100.0/24"],
        "allowed_cidrs": ["203.0.113.0/24", "192.0.2.0/24", "10.0.0.0/8"],
        "log_retention_days": 30,
    },
}


def own_network(account) -> dict[str, object]:
    """The user's VPC with two public and two private subnets; it has to stay."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.77.{i}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for i, zone in enumerate(("us-east-1a", "us-east-1b") * 2)
    ]
    return {"vpc_id": vpc, "public_subnet_ids": subnets[:2], "private_subnet_ids": subnets[2:]}


def options_of(account, variant: str) -> DeploymentOptions:
    chosen = dict(VARIANTS[variant])
    if chosen.get("network_mode") == "existing":
        network = own_network(account)
        if not chosen.pop("private", False):
            network.pop("private_subnet_ids")
        chosen |= network
    if "custom_domain" in chosen:
        chosen["hosted_zone_id"] = stack.make_zone(account)
    return DeploymentOptions(**chosen)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_ends_and_can_be_made_again(account, variant, tmp_path):
    require_provider()

    def work(account):
        zone = stack.make_zone(account)
        bystanders.make(account.client, zone, "neighbour", {"automock:project": "petstore-2"})
        bystanders.make(account.client, zone, "untagged", {})
        options = options_of(account, variant)
        stack.prepare(account, tmp_path / "run", options)
        before = bystanders.inventory(account.client)
        terraform(account, tmp_path / "run", "apply", "-auto-approve")
        gateways = account.client("ec2").describe_nat_gateways()["NatGateways"]
        forgotten = {f"ec2 {a['NetworkInterfaceId']}" for nat in gateways for a in nat["NatGatewayAddresses"]}
        made = len(bystanders.inventory(account.client) - before)
        account.write(stack.expired(options.model_dump(mode="json")))
        janitor = Janitor(account.client, REGION, "janitor", log=lambda line: None)
        outcomes = list(janitor.run())
        assert [one.action for one in outcomes] == ["destroyed"], outcomes
        after = bystanders.inventory(account.client)
        left = leftovers(account.client, PROJECT, domain=options.custom_domain)
        assert left == []
        terraform(account, tmp_path / "run", "apply", "-auto-approve")
        return {
            "made": made,
            "lost": sorted(before - after),
            "more": sorted(after - before - forgotten),
            "again": len(bystanders.inventory(account.client) - after),
            "state": account.keys("terraform/"),
        }

    seen = in_a_copy(account, work)
    assert seen["made"] > 25 and seen["again"] >= seen["made"] - 2, seen
    assert (seen["lost"], seen["more"]) == ([], [])
    assert seen["state"] == [f"terraform/{name}" for name in ("terraform.tfstate",)]
