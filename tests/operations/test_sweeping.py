"""Sweeping what is left of a deployment: all of it, or only what the state does not know."""

import pytest
from botocore.exceptions import ClientError

from automock_tui.domain.errors import AutomockError, LostRace
from automock_tui.domain.state_names import StateNames, names_in_state
from automock_tui.operations.sweeping import Sweep
from tests.leftovers import leftovers
from tests.operations.account import tagged, tags

pytestmark = pytest.mark.part("moto")


def ignore(_):
    """A log that nobody reads, or a wait that does not wait."""


STATE = {
    "resources": [
        {"mode": "data", "type": "aws_region", "instances": [{"attributes": {"id": "not-ours"}}]},
        {"mode": "managed", "type": "aws_vpc", "instances": [{"attributes": {"id": "vpc-1", "arn": "arn:1"}}]},
        {
            "mode": "managed",
            "type": "aws_route",
            "instances": [{"attributes": {"route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0"}}],
        },
        {"mode": "managed", "type": "aws_lb", "instances": [{"attributes": None}]},
    ]
}


def test_a_state_is_read_for_its_names():
    assert names_in_state(STATE) == StateNames(
        frozenset({"vpc-1", "arn:1"}), frozenset({("rtb-1", "0.0.0.0/0")})
    )
    assert names_in_state({}) == StateNames()


class Network:
    """A small network of a project, some of it known to a state."""

    def __init__(self, account, project="petstore"):
        self.ec2, self.elb = account.client("ec2"), account.client("elbv2")

        def tag(kind):
            return tagged(kind, project)

        self.vpc = self.ec2.create_vpc(CidrBlock="10.9.0.0/16", **tag("vpc"))["Vpc"]["VpcId"]
        self.gateway = self.ec2.create_internet_gateway(**tag("internet-gateway"))
        self.gateway = self.gateway["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.subnets = [
            self.ec2.create_subnet(
                VpcId=self.vpc,
                CidrBlock=f"10.9.{i}.0/24",
                AvailabilityZone=f"{account.region}{z}",
                **tag("subnet"),
            )["Subnet"]["SubnetId"]
            for i, z in enumerate("ab")
        ]
        self.table = self.ec2.create_route_table(VpcId=self.vpc, **tag("route-table"))
        self.table = self.table["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=self.gateway)
        self.link = self.ec2.associate_route_table(RouteTableId=self.table, SubnetId=self.subnets[0])
        self.link = self.link["AssociationId"]
        made = self.elb.create_load_balancer(Name="mine", Subnets=self.subnets, Tags=tags(project))
        self.balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
        fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
        self.listeners = [
            self.elb.create_listener(
                LoadBalancerArn=self.balancer, Protocol="HTTP", Port=port, DefaultActions=[fixed]
            )["Listeners"][0]["ListenerArn"]
            for port in (80, 81)
        ]
        condition = {"Field": "path-pattern", "Values": ["/x"]}
        self.rule = self.elb.create_rule(
            ListenerArn=self.listeners[0], Priority=1, Conditions=[condition], Actions=[fixed]
        )["Rules"][0]["RuleArn"]

    def routes(self):
        (table,) = self.ec2.describe_route_tables(RouteTableIds=[self.table])["RouteTables"]
        links = [one["RouteTableAssociationId"] for one in table["Associations"] if not one.get("Main")]
        return [one["DestinationCidrBlock"] for one in table["Routes"]], links

    def listening(self):
        found = self.elb.describe_listeners(LoadBalancerArn=self.balancer)["Listeners"]
        return [one["ListenerArn"] for one in found]

    def rules(self):
        return len(self.elb.describe_rules(ListenerArn=self.listeners[0])["Rules"])


def sweep_of(in_account, is_ours=lambda: True, **more):
    return Sweep(
        account=in_account.need_account(),
        project="petstore",
        bucket=in_account.projects.find("petstore"),
        options={},
        is_ours=is_ours,
        log=ignore,
        wait=ignore,
        **more,
    )


def test_parts_that_the_state_lost_go_and_what_it_knows_stays(in_account, account):
    net = Network(account)
    known = {net.vpc, net.gateway, net.subnets[0], net.subnets[1], net.table, net.balancer, net.listeners[0]}
    lost = account.client("ec2").create_security_group(
        GroupName="lost", Description="x", VpcId=net.vpc, **tagged("security-group", "petstore")
    )["GroupId"]
    gone = sweep_of(in_account).unknown(StateNames(frozenset(known)))
    assert net.routes() == (["10.9.0.0/16"], [])
    assert net.listening() == [net.listeners[0]] and net.rules() == 1
    groups = account.client("ec2").describe_security_groups()["SecurityGroups"]
    assert lost not in [one["GroupId"] for one in groups]
    assert len(gone) == 5
    assert sweep_of(in_account).unknown(StateNames(frozenset(known))) == []


def test_nothing_is_swept_where_the_state_knows_everything(in_account, account):
    net = Network(account)
    ids = {net.vpc, net.gateway, *net.subnets, net.table, net.link, net.balancer, *net.listeners, net.rule}
    before = leftovers(account.client, "petstore")
    known = StateNames(frozenset(ids), frozenset({(net.table, "0.0.0.0/0")}))
    assert sweep_of(in_account).unknown(known) == []
    assert leftovers(account.client, "petstore") == before


def test_a_sweep_of_everything_spares_a_neighbour(in_account, account):
    Network(account)
    vpc = account.client("ec2").create_vpc(CidrBlock="10.7.0.0/16", **tagged("vpc", "neighbour"))
    sweep_of(in_account).everything()
    assert sweep_of(in_account).left() == []
    assert leftovers(account.client, "petstore") == []
    assert leftovers(account.client, "neighbour") == [f"ec2 Vpcs {vpc['Vpc']['VpcId']}"]


def test_a_sweep_stops_when_somebody_takes_the_deployment_over(in_account, account):
    Network(account)
    before = leftovers(account.client, "petstore")
    for work in (lambda one: one.everything(), lambda one: one.unknown(StateNames())):
        with pytest.raises(LostRace, match="took petstore over"):
            work(sweep_of(in_account, is_ours=lambda: False))
    assert leftovers(account.client, "petstore") == before


def test_a_refusal_ends_the_sweep_and_names_what_is_left(in_account, account):
    account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", **tagged("vpc", "petstore"))
    client = in_account.need_account().client("ec2")

    def refuse(**_):
        raise ClientError({"Error": {"Code": "UnauthorizedOperation"}}, "DeleteVpc")

    client.meta.events.register("before-call.ec2.DeleteVpc", refuse)
    with pytest.raises(AutomockError) as refused:
        sweep_of(in_account).everything()
    assert refused.value.title == "1 resource of petstore is left"
    assert "VPC vpc-" in refused.value.message and "UnauthorizedOperation" in refused.value.message


def test_what_cannot_be_listed_is_not_said_to_be_there(in_account):
    client = in_account.need_account().client("cloudwatch")

    def refuse(**_):
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListDashboards")

    client.meta.events.register("before-call.cloudwatch.ListDashboards", refuse)
    with pytest.raises(AutomockError) as refused:
        sweep_of(in_account).left()
    assert refused.value.title == "What is left of petstore is not known"
    assert refused.value.message == "list dashboard: AccessDenied"
