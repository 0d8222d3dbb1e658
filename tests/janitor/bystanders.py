"""Things of others, one of every type that the janitor deletes, and a list of everything that exists."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Clients = Callable[[str], Any]

_TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
_GONE = {"deleted", "deleting", "INACTIVE"}

_LISTINGS = (
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("acm", "list_certificates", "CertificateSummaryList", "CertificateArn"),
)


def inventory(clients: Clients) -> set[str]:
    """Everything in the account, as `service id`."""
    found = {f"{service} {item}" for service, item in _listed(clients)}
    return found | set(_services(clients)) | set(_scaling(clients)) | set(_records(clients))


def _listed(clients: Clients) -> Iterator[tuple[str, str]]:
    for service, operation, key, name in _LISTINGS:
        for entry in _pages(clients(service), operation, key):
            if str(entry.get("State")) not in _GONE:
                yield service, entry[name]


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments)[key]
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]


def _services(clients: Clients) -> Iterator[str]:
    client = clients("ecs")
    for cluster in _pages(client, "list_clusters", "clusterArns"):
        if client.describe_clusters(clusters=[cluster])["clusters"][0]["status"] in _GONE:
            continue
        yield f"ecs {cluster}"
        for service in _pages(client, "list_services", "serviceArns", cluster=cluster):
            yield f"ecs {service}"
    for definition in _pages(client, "list_task_definitions", "taskDefinitionArns"):
        yield f"ecs {definition}"


def _scaling(clients: Clients) -> Iterator[str]:
    client = clients("application-autoscaling")
    for target in _pages(client, "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs"):
        yield f"scaling {target['ResourceId']}"
    for policy in _pages(client, "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="ecs"):
        yield f"scaling {policy['PolicyARN']}"


def _records(clients: Clients) -> Iterator[str]:
    client = clients("route53")
    for zone in _pages(client, "list_hosted_zones", "HostedZones"):
        for record in _pages(
            client, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]
        ):
            yield f"route53 {record['Type']} {record['Name']}"


def make(clients: Clients, zone: str, name: str, tags: dict[str, str]) -> None:
    """One thing of every type, of this name and with these tags."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    tagged: dict[str, Any] = {"Tags": pairs} if pairs else {}
    vpc, subnets = _network(clients("ec2"), name, pairs)
    _balancer(clients, zone, vpc, subnets, name, tagged)
    _service(clients, name, tags)
    _around(clients, name, tags, tagged)


def _network(ec2: Any, name: str, pairs: list[dict[str, str]]) -> tuple[str, list[str]]:
    def tagged(kind: str) -> dict[str, Any]:
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs}]} if pairs else {}

    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", **tagged("vpc"))["Vpc"]["VpcId"]
    zones = ("us-east-1a", "us-east-1b")
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{i}.0/24", AvailabilityZone=zone, **tagged("subnet"))[
            "Subnet"
        ]["SubnetId"]
        for i, zone in enumerate(zones)
    ]
    ec2.create_security_group(GroupName=name, Description="x", VpcId=vpc, **tagged("security-group"))
    gateway = ec2.create_internet_gateway(**tagged("internet-gateway"))["InternetGateway"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc, **tagged("route-table"))["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    address = ec2.allocate_address(Domain="vpc", **tagged("elastic-ip"))["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address, **tagged("natgateway"))
    ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[table], **tagged("vpc-endpoint")
    )
    ec2.create_network_interface(SubnetId=subnets[0], **tagged("network-interface"))
    return vpc, subnets


def _balancer(
    clients: Clients, zone: str, vpc: str, subnets: list[str], name: str, tagged: dict[str, Any]
) -> None:
    elbv2 = clients("elbv2")
    balancer = elbv2.create_load_balancer(Name=name, Subnets=subnets, **tagged)["LoadBalancers"][0]
    elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip", **tagged)
    clients("acm").request_certificate(DomainName=f"{name}.petstore.example", **tagged)
    alias = {
        "DNSName": balancer["DNSName"],
        "HostedZoneId": balancer["CanonicalHostedZoneId"],
        "EvaluateTargetHealth": False,
    }
    record = {"Name": f"{name}.petstore.example", "Type": "A", "AliasTarget": alias}
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    clients("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def _service(clients: Clients, name: str, tags: dict[str, str]) -> None:
    ecs, scaling = clients("ecs"), clients("application-autoscaling")
    pairs = [{"key": key, "value": value} for key, value in tags.items()]
    tagged: dict[str, Any] = {"tags": pairs} if pairs else {}
    container = {"name": "mock", "image": "mock", "memory": 128}
    ecs.create_cluster(clusterName=name, **tagged)
    ecs.register_task_definition(family=name, containerDefinitions=[container], **tagged)
    ecs.create_service(cluster=name, serviceName=name, taskDefinition=name, desiredCount=1, **tagged)
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{name}/{name}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=3, **({"Tags": tags} if tags else {}))
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    scaling.put_scaling_policy(
        **target,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 70, "PredefinedMetricSpecification": metric},
    )


def _around(clients: Clients, name: str, tags: dict[str, str], tagged: dict[str, Any]) -> None:
    clients("logs").create_log_group(logGroupName=f"/automock/{name}", **({"tags": tags} if tags else {}))
    cloudwatch = clients("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        MetricName="m",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Sum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        **tagged,
    )
    cloudwatch.put_dashboard(DashboardName=name, DashboardBody='{"widgets": []}')
    topic = clients("sns").create_topic(Name=name, **tagged)["TopicArn"]
    clients("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="qa@petstore.example")
    clients("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST), **tagged)
