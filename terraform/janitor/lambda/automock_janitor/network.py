"""The network: addresses, gateways, tables, groups, subnets, and the VPC last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from automock_janitor.clients import Clients, pages, tags_of
from automock_janitor.target import Item, Kind, Target

Finder = Callable[[Clients, Target], Iterator[Item]]


def _tagged(operation: str, key: str, name: str, *, filters: str = "Filters") -> Finder:
    """A finder of what EC2 lists with the project's tag."""

    def find(clients: Clients, target: Target) -> Iterator[Item]:
        for entry in pages(clients("ec2"), operation, key, **{filters: target.ec2_filter()}):
            if target.owns(tags_of(entry)) and entry.get("State") != "deleted":
                yield Item(entry[name], leaving=entry.get("State") == "deleting", details=entry)

    return find


_find_groups = _tagged("describe_security_groups", "SecurityGroups", "GroupId")


def _delete_nat(clients: Clients, item: Item) -> None:
    clients("ec2").delete_nat_gateway(NatGatewayId=item.id)


def _release_address(clients: Clients, item: Item) -> None:
    clients("ec2").release_address(AllocationId=item.id)


def _delete_endpoint(clients: Clients, item: Item) -> None:
    refused = clients("ec2").delete_vpc_endpoints(VpcEndpointIds=[item.id]).get("Unsuccessful", [])
    if refused and "NotFound" not in refused[0]["Error"]["Code"]:  # refused with status 200
        from botocore.exceptions import ClientError

        raise ClientError({"Error": refused[0]["Error"]}, "DeleteVpcEndpoints")


def _find_interfaces(clients: Clients, target: Target) -> Iterator[Item]:
    """Those in our security groups: AWS makes them, some without our tags, for tasks and load balancers."""
    groups = [item.id for item in _find_groups(clients, target)]
    if not groups:
        return
    found = pages(
        clients("ec2"),
        "describe_network_interfaces",
        "NetworkInterfaces",
        Filters=[{"Name": "group-id", "Values": groups}],
    )
    for interface in found:
        # AWS takes its own away; what somebody put into our groups by hand is named, and left to them.
        may_go = interface.get("Status") == "available" and target.owns(tags_of(interface))
        yield Item(interface["NetworkInterfaceId"], leaving=not may_go)


def _delete_interface(clients: Clients, item: Item) -> None:
    clients("ec2").delete_network_interface(NetworkInterfaceId=item.id)


def _delete_table(clients: Clients, item: Item) -> None:
    for link in item.details.get("Associations", []):
        if not link.get("Main"):
            clients("ec2").disassociate_route_table(AssociationId=link["RouteTableAssociationId"])
    clients("ec2").delete_route_table(RouteTableId=item.id)


def _find_rules(clients: Clients, target: Target) -> Iterator[Item]:
    groups = [item.id for item in _find_groups(clients, target)]
    if not groups:
        return
    filters = [{"Name": "group-id", "Values": groups}]
    for rule in pages(clients("ec2"), "describe_security_group_rules", "SecurityGroupRules", Filters=filters):
        yield Item(rule["SecurityGroupRuleId"], details=rule)


def _revoke_rule(clients: Clients, item: Item) -> None:
    arguments: dict[str, Any] = {
        "GroupId": item.details["GroupId"],
        "SecurityGroupRuleIds": [item.id],
    }
    if item.details["IsEgress"]:
        clients("ec2").revoke_security_group_egress(**arguments)
    else:
        clients("ec2").revoke_security_group_ingress(**arguments)


def _delete_group(clients: Clients, item: Item) -> None:
    clients("ec2").delete_security_group(GroupId=item.id)


def _delete_subnet(clients: Clients, item: Item) -> None:
    clients("ec2").delete_subnet(SubnetId=item.id)


def _delete_gateway(clients: Clients, item: Item) -> None:
    for attachment in item.details.get("Attachments", []):
        clients("ec2").detach_internet_gateway(InternetGatewayId=item.id, VpcId=attachment["VpcId"])
    clients("ec2").delete_internet_gateway(InternetGatewayId=item.id)


def _delete_vpc(clients: Clients, item: Item) -> None:
    clients("ec2").delete_vpc(VpcId=item.id)


NAT_GATEWAY = Kind(
    "NAT gateway",
    ("aws_nat_gateway",),
    _tagged("describe_nat_gateways", "NatGateways", "NatGatewayId", filters="Filter"),
    _delete_nat,
    price="NAT gateway",
    arns=("ec2:natgateway",),
)
ADDRESS = Kind(
    "address",
    ("aws_eip",),
    _tagged("describe_addresses", "Addresses", "AllocationId"),
    _release_address,
    needs=("NAT gateway",),
    price="address",
    arns=("ec2:elastic-ip",),
)
ENDPOINT = Kind(
    "VPC endpoint",
    ("aws_vpc_endpoint",),
    _tagged("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    _delete_endpoint,
    arns=("ec2:vpc-endpoint",),
)
INTERFACE = Kind(
    "network interface",
    (),
    _find_interfaces,
    _delete_interface,
    needs=("load balancer", "ECS service", "task"),
    arns=("ec2:network-interface",),
)
ROUTE_TABLE = Kind(
    "route table",
    ("aws_route_table", "aws_route", "aws_route_table_association"),
    _tagged("describe_route_tables", "RouteTables", "RouteTableId"),
    _delete_table,
    needs=("NAT gateway", "VPC endpoint", "ECS service", "task"),
    arns=("ec2:route-table",),
)
GROUP_RULE = Kind(
    "security group rule",
    ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"),
    _find_rules,
    _revoke_rule,
    needs=("network interface",),
    arns=("ec2:security-group-rule",),
)
GROUP = Kind(
    "security group",
    ("aws_security_group",),
    _find_groups,
    _delete_group,
    needs=("network interface", "security group rule"),
    arns=("ec2:security-group",),
)
SUBNET = Kind(
    "subnet",
    ("aws_subnet",),
    _tagged("describe_subnets", "Subnets", "SubnetId"),
    _delete_subnet,
    needs=("network interface", "NAT gateway", "load balancer", "route table"),
    arns=("ec2:subnet",),
)
GATEWAY = Kind(
    "internet gateway",
    ("aws_internet_gateway",),
    _tagged("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    _delete_gateway,
    needs=("network interface", "NAT gateway", "address", "load balancer"),
    arns=("ec2:internet-gateway",),
)
VPC = Kind(
    "VPC",
    ("aws_vpc",),
    _tagged("describe_vpcs", "Vpcs", "VpcId"),
    _delete_vpc,
    needs=("subnet", "internet gateway", "security group", "route table", "VPC endpoint", "target group"),
    arns=("ec2:vpc",),
)
