"""One test for each addition to moto: it fails without the addition, and when moto changes underneath it."""

from __future__ import annotations

import itertools
import json

import botocore.exceptions
import pytest

pytestmark = pytest.mark.part("moto")

numbers = itertools.count(1)


@pytest.fixture
def service(clients):
    """Makes an ECS service behind a target group; returns its cluster, name and target group."""

    def make(desired: int, **options):
        name = f"addition-{next(numbers)}"
        ec2, ecs, elbv2 = clients("ec2"), clients("ecs"), clients("elbv2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{i}.0/24", AvailabilityZone=zone)["Subnet"][
                "SubnetId"
            ]
            for i, zone in enumerate(("us-east-1a", "us-east-1b"))
        ]
        group = elbv2.create_target_group(Name=name, Protocol="HTTP", Port=1080, VpcId=vpc, TargetType="ip")
        arn = group["TargetGroups"][0]["TargetGroupArn"]
        ecs.create_cluster(clusterName=name)
        register(ecs, name)
        ecs.create_service(
            cluster=name,
            serviceName=name,
            taskDefinition=name,
            desiredCount=desired,
            launchType="FARGATE",
            loadBalancers=[{"targetGroupArn": arn, "containerName": "mock", "containerPort": 1080}],
            networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": []}},
            **options,
        )
        return name, arn

    return make


def register(ecs, name):
    container = {"name": "mock", "image": "mock", "memory": 128}
    answer = ecs.register_task_definition(family=name, networkMode="awsvpc", containerDefinitions=[container])
    return answer["taskDefinition"]["taskDefinitionArn"]


def described(ecs, name):
    return ecs.describe_services(cluster=name, services=[name])["services"][0]


@pytest.mark.parametrize("desired", [0, 1, 3, 200])
def test_new_service_is_steady_at_any_count(clients, service, desired):
    name, _ = service(desired)
    ecs = clients("ecs")
    found = described(ecs, name)
    assert (found["runningCount"], found["pendingCount"], found["desiredCount"]) == (desired, 0, desired)
    assert [(d["rolloutState"], d["runningCount"]) for d in found["deployments"]] == [("COMPLETED", desired)]
    ecs.get_waiter("services_stable").wait(cluster=name, services=[name])
    cluster = ecs.describe_clusters(clusters=[name])["clusters"][0]
    assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (desired, 0)


def test_new_service_keeps_what_it_was_given(clients, service):
    given = {
        "healthCheckGracePeriodSeconds": 77,
        "availabilityZoneRebalancing": "ENABLED",
        "enableECSManagedTags": True,
        "enableExecuteCommand": True,
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
        },
    }
    name, _ = service(1, **given)
    found = described(clients("ecs"), name)
    assert {key: found.get(key) for key in given} == given


def test_update_is_steady_and_runs_what_was_asked_for(clients, service):
    name, _ = service(1)
    ecs = clients("ecs")
    before = described(ecs, name)["deployments"][0]["id"]
    second = register(ecs, name)
    ecs.update_service(cluster=name, service=name, taskDefinition=second, desiredCount=4)
    found = described(ecs, name)
    deployment = found["deployments"][0]
    assert (found["taskDefinition"], found["runningCount"]) == (second, 4)
    assert (deployment["taskDefinition"], deployment["runningCount"], deployment["rolloutState"]) == (
        second,
        4,
        "COMPLETED",
    )
    assert deployment["id"] != before
    assert ecs.describe_clusters(clusters=[name])["clusters"][0]["runningTasksCount"] == 4


def test_deleted_service_runs_nothing_and_is_not_listed(clients, service):
    name, arn = service(2)
    ecs = clients("ecs")
    assert len(ecs.list_services(cluster=name)["serviceArns"]) == 1
    ecs.delete_service(cluster=name, service=name, force=True)
    found = described(ecs, name)
    assert (found["status"], found["runningCount"]) == ("INACTIVE", 0)
    assert ecs.list_services(cluster=name)["serviceArns"] == []
    assert clients("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"] == []
    assert ecs.describe_clusters(clusters=[name])["clusters"][0]["runningTasksCount"] == 0


def test_healthy_targets_follow_the_running_tasks(clients, service):
    name, arn = service(3)
    elbv2 = clients("elbv2")

    def targets():
        return elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]

    assert [item["TargetHealth"]["State"] for item in targets()] == ["healthy"] * 3
    assert {item["Target"]["Id"].rpartition(".")[0] for item in targets()} == {"10.9.0", "10.9.1"}
    assert {item["Target"]["Port"] for item in targets()} == {1080}
    clients("ecs").update_service(cluster=name, service=name, desiredCount=5)
    assert len({item["Target"]["Id"] for item in targets()}) == 5


def test_targets_registered_by_hand_are_left_alone(clients, service):
    _, arn = service(3)
    elbv2 = clients("elbv2")
    elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.9.0.200", "Port": 1080}])
    found = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert [item["Target"]["Id"] for item in found] == ["10.9.0.200"]


def test_tags_of_a_scalable_target(clients, service):
    name, _ = service(1)
    scaling = clients("application-autoscaling")
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{name}/{name}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    arn = scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=3, Tags={"a": "1"})[
        "ScalableTargetARN"
    ]

    def tags():
        return scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]

    assert tags() == {"a": "1"}
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=5)
    assert tags() == {"a": "1"}
    scaling.tag_resource(ResourceARN=arn, Tags={"b": "2"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a", "unknown"])
    assert tags() == {"b": "2"}
    scaling.deregister_scalable_target(**target)
    with pytest.raises(botocore.exceptions.ClientError, match="ResourceNotFoundException"):
        tags()


def test_managed_policies_are_there(clients):
    iam = clients("iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="managed", AssumeRolePolicyDocument=json.dumps(document))
    policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    iam.attach_role_policy(RoleName="managed", PolicyArn=policy)
    attached = iam.list_attached_role_policies(RoleName="managed")["AttachedPolicies"]
    assert [item["PolicyArn"] for item in attached] == [policy]


def test_certificates_are_issued_at_once(clients):
    acm = clients("acm")
    arn = acm.request_certificate(DomainName="mock.example.org", ValidationMethod="DNS")["CertificateArn"]
    statuses = [acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] for _ in range(2)]
    assert statuses[-1] == "ISSUED"


def test_lambda_needs_no_docker(clients):
    import io
    import zipfile

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("handler.py", "def handle(event, context): return event")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}
    role = clients("iam").create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(trust))
    functions = clients("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="handler.handle",
        Code={"ZipFile": archive.getvalue()},
    )
    answer = functions.invoke(FunctionName="f", Payload=b'{"a": 1}')
    assert "FunctionError" not in answer


def test_every_region_is_there(sandbox):
    from automock_tui.sandbox import info

    from .conftest import client_maker

    europe = client_maker({**info.environment(sandbox), "AWS_REGION": "eu-central-1"})
    zones = europe("ec2").describe_availability_zones()["AvailabilityZones"]
    assert {zone["RegionName"] for zone in zones} == {"eu-central-1"}


@pytest.fixture
def change_records(clients):
    """Makes a hosted zone; returns what changes a record in it."""
    route53 = clients("route53")
    name = f"zone-{next(numbers)}.example"
    zone = route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]

    def change(action, label, address="192.0.2.1"):
        record = {
            "Name": f"{label}.{name}",
            "Type": "A",
            "TTL": 60,
            "ResourceRecords": [{"Value": address}],
        }
        changes = [{"Action": action, "ResourceRecordSet": record}]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    return change


def test_a_record_that_was_deleted_can_be_made_again(change_records):
    change_records("CREATE", "mock")
    change_records("CREATE", "zebra")  # comes after it in the zone
    change_records("DELETE", "mock")
    change_records("CREATE", "mock")
    change_records("DELETE", "mock")


@pytest.mark.parametrize("address", ["192.0.2.1", "192.0.2.2"])
def test_a_record_that_exists_is_not_created_again(change_records, address):
    change_records("CREATE", "mock")
    with pytest.raises(botocore.exceptions.ClientError, match="already exists"):
        change_records("CREATE", "mock", address)
    change_records("UPSERT", "mock", address)


def test_a_record_that_is_gone_cannot_be_deleted(change_records):
    change_records("CREATE", "mock")
    change_records("DELETE", "mock")
    with pytest.raises(botocore.exceptions.ClientError, match="not found") as refused:
        change_records("DELETE", "mock")
    assert refused.value.response["Error"]["Code"] == "InvalidChangeBatch"
