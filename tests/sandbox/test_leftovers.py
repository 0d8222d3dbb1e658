"""`leftovers` finds a thing of every type, so that its empty answer means something."""

from __future__ import annotations

import json

import pytest

from tests.leftovers import TAG, leftovers

pytestmark = pytest.mark.part("moto")

PROJECT = "found-again"
NAME = f"auto-mock-{PROJECT}-abc123"
DOMAIN = "mock.found.example"
KINDS = {
    "ec2 Vpcs",
    "ec2 Subnets",
    "ec2 SecurityGroups",
    "ec2 SecurityGroupRules",
    "ec2 InternetGateways",
    "ec2 RouteTables",
    "ec2 Addresses",
    "ec2 NatGateways",
    "ec2 VpcEndpoints",
    "ec2 NetworkInterfaces",
    "elbv2 loadbalancer",
    "elbv2 targetgroup",
    "elbv2 listener",
    "elbv2 listener-rule",
    "ecs cluster",
    "ecs service",
    "ecs task-definition",
    "application-autoscaling target",
    "application-autoscaling policy",
    "logs group",
    "cloudwatch alarm",
    "cloudwatch dashboard",
    "sns topic",
    "sns subscription",
    "iam role",
    "iam policy",
    "acm certificate",
    "route53 A",
}


def tags(project=PROJECT):
    return [{"Key": TAG, "Value": project}]


def ec2_tags(kind, project=PROJECT):
    return [{"ResourceType": kind, "Tags": tags(project)}]


def kind(item: str) -> str:
    """The type of one leftover, without its id."""
    service, first, *_ = item.split()
    if service in ("elbv2", "ecs", "acm"):
        return f"{service} {first.split(':')[5].partition('/')[0]}"
    return "logs group" if service == "logs" else f"{service} {first}"


def make_network(ec2, project=PROJECT):
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16", TagSpecifications=ec2_tags("vpc", project))["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.8.{i}.0/24",
            AvailabilityZone=zone,
            TagSpecifications=ec2_tags("subnet", project),
        )["Subnet"]["SubnetId"]
        for i, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    return vpc, subnets


def make_rest_of_network(ec2, vpc, subnets):
    group = ec2.create_security_group(
        GroupName=NAME, Description="x", VpcId=vpc, TagSpecifications=ec2_tags("security-group")
    )["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        ],
        TagSpecifications=ec2_tags("security-group-rule"),
    )
    ec2.create_internet_gateway(TagSpecifications=ec2_tags("internet-gateway"))
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=ec2_tags("route-table"))["RouteTable"]
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=ec2_tags("elastic-ip"))["AllocationId"]
    ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address, TagSpecifications=ec2_tags("natgateway"))
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=[table["RouteTableId"]],
        TagSpecifications=ec2_tags("vpc-endpoint"),
    )
    ec2.create_network_interface(SubnetId=subnets[0], TagSpecifications=ec2_tags("network-interface"))


def make_balancer(elbv2, vpc, subnets):
    balancer = elbv2.create_load_balancer(Name="found", Subnets=subnets, Tags=tags())["LoadBalancers"][0]
    group = elbv2.create_target_group(
        Name="found", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip", Tags=tags()
    )["TargetGroups"][0]
    forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=forward,
        Tags=tags(),
    )["Listeners"][0]
    elbv2.create_rule(
        ListenerArn=listener["ListenerArn"],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
        Actions=forward,
        Tags=tags(),
    )


def make_service(clients):
    ecs, scaling = clients("ecs"), clients("application-autoscaling")
    own = [{"key": TAG, "value": PROJECT}]
    container = {"name": "mock", "image": "mock", "memory": 128}
    ecs.create_cluster(clusterName=NAME, tags=own)
    ecs.register_task_definition(family="found", containerDefinitions=[container], tags=own)
    ecs.create_service(cluster=NAME, serviceName=NAME, taskDefinition="found", desiredCount=1, tags=own)
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{NAME}/{NAME}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=3, Tags={TAG: PROJECT})
    scaling.put_scaling_policy(
        **target,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        },
    )


def make_observability(clients):
    clients("logs").create_log_group(logGroupName="/found", tags={TAG: PROJECT})
    cloudwatch = clients("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="found",
        MetricName="m",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Sum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Tags=tags(),
    )
    cloudwatch.put_dashboard(DashboardName=NAME, DashboardBody='{"widgets": []}')
    sns = clients("sns")
    topic = sns.create_topic(Name=NAME, Tags=tags())["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="qa@found.example")


def make_global(clients):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
    clients("iam").create_role(RoleName="found", AssumeRolePolicyDocument=json.dumps(document), Tags=tags())
    allowed = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
    }
    clients("iam").create_policy(PolicyName="found", PolicyDocument=json.dumps(allowed), Tags=tags())
    clients("acm").request_certificate(DomainName=DOMAIN, Tags=tags())
    route53 = clients("route53")
    zone = route53.create_hosted_zone(Name="found.example", CallerReference="1")["HostedZone"]["Id"]
    record = {"Name": DOMAIN, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def test_every_type_is_found_and_nothing_of_another_project(clients):
    assert leftovers(clients, PROJECT, domain=DOMAIN) == []
    vpc, subnets = make_network(clients("ec2"))
    make_network(clients("ec2"), project="bystander")
    make_rest_of_network(clients("ec2"), vpc, subnets)
    make_balancer(clients("elbv2"), vpc, subnets)
    make_service(clients)
    make_observability(clients)
    make_global(clients)
    found = leftovers(clients, PROJECT, domain=DOMAIN)
    assert {kind(item) for item in found} == KINDS
    assert {kind(item) for item in leftovers(clients, "bystander")} == {"ec2 Vpcs", "ec2 Subnets"}
