"""What of a project is left in an AWS account, asked of each service's own listing.

The tagging API alone proves nothing: it knows neither every type nor, in an emulator, every change. A thing
belongs to a project if it carries the tag `automock:project` with its name, or, where AWS has no tags or does
not hand them on (dashboards, scaling policies and their alarms, DNS records), if its name says so. The
project's bucket is not a leftover: it outlives the deployment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

TAG = "automock:project"
AwsClient = Any
Clients = Callable[[str], AwsClient]

_EC2_LISTINGS = {
    "describe_vpcs": ("Vpcs", "VpcId"),
    "describe_subnets": ("Subnets", "SubnetId"),
    "describe_security_groups": ("SecurityGroups", "GroupId"),
    "describe_security_group_rules": ("SecurityGroupRules", "SecurityGroupRuleId"),
    "describe_internet_gateways": ("InternetGateways", "InternetGatewayId"),
    "describe_route_tables": ("RouteTables", "RouteTableId"),
    "describe_addresses": ("Addresses", "AllocationId"),
    "describe_nat_gateways": ("NatGateways", "NatGatewayId"),
    "describe_vpc_endpoints": ("VpcEndpoints", "VpcEndpointId"),
    "describe_network_interfaces": ("NetworkInterfaces", "NetworkInterfaceId"),
}
_GONE = {"deleted", "deleting", "INACTIVE"}
"""States in which AWS shows a thing for a while after its end, at no cost."""


def leftovers(clients: Clients, project: str, *, domain: str = "") -> list[str]:
    """Everything of a project's deployment that exists, as `service kind id`, sorted.

    Args:
        clients: Makes a boto3 client for a service in the deployment's region.
        project: The project's name.
        domain: The custom domain whose DNS records are looked for too.
    """
    listings = (_ec2, _elbv2, _ecs, _scaling, _logs, _cloudwatch, _sns, _iam, _acm)
    found = {item for listing in listings for item in listing(clients, project)}
    return sorted(found | set(_route53(clients, domain)))


def _named(project: str, name: str) -> bool:
    return re.search(rf"auto-mock-{project}-[a-z0-9]{{6}}(?![a-z0-9])", name) is not None


def _tagged(project: str, tags: Iterable[dict[str, str]]) -> bool:
    pairs = {(tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))) for tag in tags}
    return (TAG, project) in pairs


def _pages(client: AwsClient, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments)[key]
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]


def _ec2(clients: Clients, project: str) -> Iterator[str]:
    client = clients("ec2")
    for operation, (key, name) in _EC2_LISTINGS.items():
        for item in _pages(client, operation, key):
            mine = _tagged(project, item.get("Tags", item.get("TagSet", [])))
            if mine and item.get("State") not in _GONE:
                yield f"ec2 {key} {item[name]}"


def _elbv2(clients: Clients, project: str) -> Iterator[str]:
    client = clients("elbv2")
    balancers = [b["LoadBalancerArn"] for b in _pages(client, "describe_load_balancers", "LoadBalancers")]
    listeners = [
        item["ListenerArn"]
        for arn in balancers
        for item in _pages(client, "describe_listeners", "Listeners", LoadBalancerArn=arn)
    ]
    rules = [
        item["RuleArn"]
        for arn in listeners
        for item in _pages(client, "describe_rules", "Rules", ListenerArn=arn)
        if not item["IsDefault"]
    ]
    groups = [g["TargetGroupArn"] for g in _pages(client, "describe_target_groups", "TargetGroups")]
    for arn in [*balancers, *listeners, *rules, *groups]:
        tags = client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
        if _tagged(project, tags) or _named(project, arn):
            yield f"elbv2 {arn}"


def _ecs(clients: Clients, project: str) -> Iterator[str]:
    client = clients("ecs")
    listed = client.describe_clusters(clusters=list(_pages(client, "list_clusters", "clusterArns")))["clusters"]
    clusters = [c["clusterArn"] for c in listed if c["status"] not in _GONE]
    services = [s for c in clusters for s in _pages(client, "list_services", "serviceArns", cluster=c)]
    tasks = [t for c in clusters for t in _pages(client, "list_tasks", "taskArns", cluster=c)]
    definitions = list(_pages(client, "list_task_definitions", "taskDefinitionArns", status="ACTIVE"))
    for arn in [*clusters, *services, *tasks, *definitions]:
        tags = client.list_tags_for_resource(resourceArn=arn).get("tags", [])
        if _tagged(project, tags) or _named(project, arn):
            yield f"ecs {arn}"


def _scaling(clients: Clients, project: str) -> Iterator[str]:
    client = clients("application-autoscaling")
    for target in _pages(client, "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs"):
        tags = client.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])["Tags"]
        if tags.get(TAG) == project or _named(project, target["ResourceId"]):
            yield f"application-autoscaling target {target['ResourceId']}"
    for policy in _pages(client, "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="ecs"):
        if _named(project, policy["ResourceId"]):
            yield f"application-autoscaling policy {policy['PolicyARN']}"


def _logs(clients: Clients, project: str) -> Iterator[str]:
    client = clients("logs")
    for group in _pages(client, "describe_log_groups", "logGroups"):
        name = group["logGroupName"]
        if client.list_tags_log_group(logGroupName=name)["tags"].get(TAG) == project or _named(project, name):
            yield f"logs {name}"


def _cloudwatch(clients: Clients, project: str) -> Iterator[str]:
    client = clients("cloudwatch")
    for alarm in _pages(client, "describe_alarms", "MetricAlarms"):
        tags = client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        if _tagged(project, tags) or _named(project, alarm["AlarmName"]):
            yield f"cloudwatch alarm {alarm['AlarmName']}"
    for dashboard in _pages(client, "list_dashboards", "DashboardEntries"):
        if _named(project, dashboard["DashboardName"]):
            yield f"cloudwatch dashboard {dashboard['DashboardName']}"


def _sns(clients: Clients, project: str) -> Iterator[str]:
    client = clients("sns")
    for topic in _pages(client, "list_topics", "Topics"):
        arn = topic["TopicArn"]
        if _tagged(project, client.list_tags_for_resource(ResourceArn=arn)["Tags"]) or _named(project, arn):
            yield f"sns topic {arn}"
    for subscription in _pages(client, "list_subscriptions", "Subscriptions"):
        if _named(project, subscription["TopicArn"]):
            yield f"sns subscription {subscription['SubscriptionArn']}"


def _iam(clients: Clients, project: str) -> Iterator[str]:
    client = clients("iam")
    for role in _pages(client, "list_roles", "Roles"):
        tags = client.list_role_tags(RoleName=role["RoleName"])["Tags"]
        if _tagged(project, tags) or _named(project, role["RoleName"]):
            yield f"iam role {role['RoleName']}"
    for policy in _pages(client, "list_policies", "Policies", Scope="Local"):
        tags = client.list_policy_tags(PolicyArn=policy["Arn"])["Tags"]
        if _tagged(project, tags) or _named(project, policy["PolicyName"]):
            yield f"iam policy {policy['Arn']}"


def _acm(clients: Clients, project: str) -> Iterator[str]:
    client = clients("acm")
    for certificate in _pages(client, "list_certificates", "CertificateSummaryList"):
        arn = certificate["CertificateArn"]
        if _tagged(project, client.list_tags_for_certificate(CertificateArn=arn)["Tags"]):
            yield f"acm {arn}"


def _route53(clients: Clients, domain: str) -> Iterator[str]:
    client = clients("route53")
    for zone in _pages(client, "list_hosted_zones", "HostedZones") if domain else ():
        for record in _pages(
            client, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]
        ):
            if record["Name"].rstrip(".").endswith(domain) and record["Type"] not in ("NS", "SOA"):
                yield f"route53 {record['Type']} {record['Name']}"
