"""Services of the emulated ECS that really answer, at the address of their load balancer."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import time
import urllib.request

import pytest

from automock_tui.sandbox import account
from tests import parts

pytestmark = pytest.mark.part("moto")
numbers = itertools.count(1)
SOON = 30.0
"""Seconds to wait for what takes about one on an idle machine."""


def says(body):
    return json.dumps([{"httpRequest": {"path": "/greeting"}, "httpResponse": {"body": body}}]).encode()


def answer(address):
    with urllib.request.urlopen(f"http://{address}/greeting", timeout=5) as found:
        return found.read().decode()


def is_open(address):
    host, port = address.split(":")
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) == 0


def until(condition):
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass  # not there yet, or no longer
        time.sleep(0.05)
    pytest.fail(f"not within {SOON} s")


class Mock:
    """A project's bucket, load balancer and service, as terraform/mock makes them."""

    def __init__(self, clients, body=None):
        self.name = f"endpoint-{next(numbers)}"
        self.s3, self.ecs, self.elbv2 = clients("s3"), clients("ecs"), clients("elbv2")
        self.s3.create_bucket(Bucket=self.name)
        if body is not None:
            self.save(body)
        ec2 = clients("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
        zones = enumerate(("us-east-1a", "us-east-1b"))
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.8.{i}.0/24", AvailabilityZone=zone)["Subnet"][
                "SubnetId"
            ]
            for i, zone in zones
        ]
        (balancer,) = self.elbv2.create_load_balancer(Name=self.name, Subnets=subnets)["LoadBalancers"]
        self.balancer, self.address = balancer["LoadBalancerArn"], balancer["DNSName"]
        (group,) = self.elbv2.create_target_group(
            Name=self.name, Protocol="HTTP", Port=1080, VpcId=vpc, TargetType="ip"
        )["TargetGroups"]
        self.elbv2.create_listener(
            LoadBalancerArn=self.balancer,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
        )
        self._create_service(group["TargetGroupArn"], subnets)

    def _create_service(self, group, subnets):
        variables = {"AUTOMOCK_BUCKET": self.name, "AUTOMOCK_KEY": "expectations.json"}
        containers = [
            {
                "name": "sync",
                "image": "sync",
                "memory": 128,
                "environment": [{"name": name, "value": value} for name, value in variables.items()],
            },
            {"name": "mock", "image": "mock", "memory": 128},
        ]
        self.ecs.create_cluster(clusterName=self.name)
        self.ecs.register_task_definition(
            family=self.name, networkMode="awsvpc", containerDefinitions=containers
        )
        self.ecs.create_service(
            cluster=self.name,
            serviceName=self.name,
            taskDefinition=self.name,
            desiredCount=1,
            launchType="FARGATE",
            loadBalancers=[{"targetGroupArn": group, "containerName": "mock", "containerPort": 1080}],
            networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": []}},
        )

    def save(self, body):
        self.s3.put_object(Bucket=self.name, Key="expectations.json", Body=body)

    def scale(self, tasks):
        self.ecs.update_service(cluster=self.name, service=self.name, desiredCount=tasks)

    def delete_service(self):
        self.ecs.delete_service(cluster=self.name, service=self.name, force=True)


def test_a_service_answers_follows_its_object_and_closes_its_port(clients):
    mock = Mock(clients, says("hello"))
    until(lambda: answer(mock.address) == "hello")
    mock.save(says("changed"))
    until(lambda: answer(mock.address) == "changed")
    mock.delete_service()
    until(lambda: not is_open(mock.address))


def test_a_bad_object_leaves_what_was_there_and_a_good_one_takes_its_place(clients):
    mock, other = Mock(clients, says("hello")), Mock(clients, says("other"))
    until(lambda: answer(mock.address) == "hello")
    mock.save(b'[{"httpRequest":')
    other.save(says("seen"))
    until(lambda: answer(other.address) == "seen")  # so the bad one was looked at too
    assert answer(mock.address) == "hello"
    mock.save(says("mended"))
    until(lambda: answer(mock.address) == "mended")


def test_no_tasks_no_answer(clients):
    mock = Mock(clients, says("hello"))
    until(lambda: answer(mock.address) == "hello")
    mock.scale(0)
    until(lambda: not is_open(mock.address))
    mock.scale(2)
    until(lambda: answer(mock.address) == "hello")


def test_a_service_waits_for_its_first_expectations(clients):
    mock = Mock(clients)
    assert not is_open(mock.address)
    mock.save(says("late"))
    until(lambda: answer(mock.address) == "late")


def test_every_load_balancer_has_an_address_of_its_own(clients):
    mocks = [Mock(clients, says(str(number))) for number in range(3)]
    assert len({mock.address for mock in mocks}) == 3
    for number, mock in enumerate(mocks):
        until(lambda mock=mock, number=number: answer(mock.address) == str(number))


def test_no_port_outlives_the_sandbox_not_even_one_that_is_killed(tmp_path):
    parts.require("moto", account.missing_packages() == [], account.INSTALL_COMMAND)
    from automock_tui.sandbox.info import environment
    from tests.sandbox.conftest import client_maker

    for end in (lambda info: os.kill(info.pid, signal.SIGKILL), lambda info: account.down(tmp_path)):
        info = account.up(tmp_path)
        mock = Mock(client_maker(environment(info)), says("hello"))
        until(lambda mock=mock: answer(mock.address) == "hello")
        end(info)
        until(lambda mock=mock: not is_open(mock.address))
