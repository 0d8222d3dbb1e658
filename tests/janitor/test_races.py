"""Whoever changes a deployment at the same moment: one wins, the others are told, on a real S3 server.

By default 60 rounds; AUTOMOCK_ALL_RACES=1 in the environment runs 1,000 (a few minutes).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from automock_janitor.passes import Janitor, target_of

from automock_tui.domain.deployment import DeploymentStatus, begin_deploy, begin_destroy
from automock_tui.domain.errors import LostRace
from automock_tui.domain.project import DEPLOYMENT_KEY
from automock_tui.storage import deployments
from automock_tui.storage.s3 import S3Store
from tests.janitor.stack import BUCKET, PROJECT, expired
from tests.parts import REGION, start_seaweedfs

pytestmark = [pytest.mark.part("seaweedfs"), pytest.mark.timeout(900)]

ROUNDS = 1000 if os.environ.get("AUTOMOCK_ALL_RACES") else 60
HEAD_START = 0.02
"""Seconds that each starts later than the others at most: a few requests' time."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with start_seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as running:
        running.client().create_bucket(Bucket=BUCKET)
        yield running


class Race:
    """One deployment whose TTL is just over, and those who want something of it."""

    def __init__(self, server) -> None:
        session = boto3.session.Session(
            aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key
        )
        self.store = S3Store(lambda: session, REGION, endpoint_url=server.endpoint)
        self.client = server.client()

    def reset(self) -> None:
        body = expired({}).to_json()
        self.client.put_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY, Body=body)

    def extend(self) -> str:
        try:
            deployments.extend_ttl(self.store, BUCKET, 2, by="mary")
        except LostRace as lost:
            assert lost.message.startswith(("janitor", "john"))  # who came first
            return ""
        return "extended"

    def destroy(self) -> str:
        def begun(metadata, now):
            return begin_destroy(metadata, job_id="john-1", by="john")

        try:
            return deployments.update(self.store, BUCKET, begun).job_id
        except LostRace as lost:
            assert lost.message.startswith("janitor")
            return ""

    def expire(self) -> str:
        janitor = Janitor(lambda service: self.client, REGION, "janitor", log=lambda line: None)
        record = janitor.begin(target_of(PROJECT, BUCKET, REGION, {}), None)
        return str(record["job_id"]) if record else ""

    def run(self, *racers: Callable[[], str]) -> list[str]:
        """What each came to; they start at random moments close to each other."""
        self.reset()

        def start(racer: Callable[[], str]) -> str:
            time.sleep(random.uniform(0, HEAD_START))
            return racer()

        with ThreadPoolExecutor(len(racers)) as pool:
            return list(pool.map(start, racers))


@pytest.fixture
def race(server) -> Race:
    return Race(server)


def test_one_wins_and_the_record_is_the_winners(race):
    seen: Counter[str] = Counter()
    for _ in range(ROUNDS):
        extended, destroyed, first, second = race.run(race.extend, race.destroy, race.expire, race.expire)
        record = deployments.read(race.store, BUCKET)
        janitors = {job for job in (first, second) if job}
        assert len(janitors) <= 1  # the second carries on what the first began
        assert not (janitors and destroyed)
        assert not (extended and janitors)  # an extension that succeeded keeps it from the janitor
        if not extended:
            assert janitors or destroyed
        check_record(record, extended, destroyed or "".join(janitors))
        seen[destroyed or ("janitor" if janitors else "alive")] += 1
    assert {"john-1", "janitor"} <= set(seen)  # the races were real: it went either way


def check_record(record, extended: str, winner: str) -> None:
    assert record.job_id == (winner or "deploy-1")
    assert record.status is (DeploymentStatus.DESTROYING if winner else DeploymentStatus.DEPLOYED)
    if extended:
        assert record.ttl_expiry is not None
        assert record.ttl_expiry > race_time() + timedelta(hours=1, minutes=59)


def race_time():
    return expired({}).ttl_expiry


def test_extensions_and_the_janitor_alone(race):
    seen: Counter[str] = Counter()
    for _ in range(ROUNDS):
        first, second, job = race.run(race.extend, race.extend, race.expire)
        record = deployments.read(race.store, BUCKET)
        assert {first, second} in ({"extended"}, {""})
        assert bool(job) != bool(first)
        if not job:
            assert record.ttl_expiry > race_time() + timedelta(hours=3, minutes=59)  # both count
        seen["expired" if job else "extended"] += 1
    assert set(seen) == {"expired", "extended"}


def test_a_teardown_under_way_is_not_begun_again(race):
    """A user's destroy that came first is waited for, not taken over, while it may be alive."""
    race.reset()
    assert race.destroy() == "john-1"
    assert race.expire() == ""
    record = deployments.read(race.store, BUCKET)
    assert (record.status, record.job_id) == (DeploymentStatus.DESTROYING, "john-1")
    race.reset()
    job = race.expire()
    assert race.expire() == job and job
    assert race.destroy() == race.extend() == ""
    healed = replace(deployments.read(race.store, BUCKET), deployment_status=DeploymentStatus.FAILED)
    race.client.put_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY, Body=healed.to_json())
    assert race.destroy() == "john-1"  # what the janitor could not do, a user may


class Users(Race):
    """Two people on two machines, and a deploy that died before they came."""

    def reset(self) -> None:
        died = replace(expired({}), deployment_status=DeploymentStatus.DEPLOYING, job_id="dead")
        self.client.put_object(Bucket=BUCKET, Key=DEPLOYMENT_KEY, Body=died.to_json())

    def deploy(self, who: str) -> str:
        def begun(metadata, now):
            return begin_deploy(
                metadata,
                ttl=timedelta(hours=1),
                options={},
                job_id=f"{who}-deploy",
                by=who,
                now=now,
                expectations_version="v1",
                takes_over="dead",
            )

        return self.attempt(begun)

    def take_down(self, who: str) -> str:
        def begun(metadata, now):
            return begin_destroy(metadata, job_id=f"{who}-destroy", by=who, takes_over="dead")

        return self.attempt(begun)

    def attempt(self, change) -> str:
        try:
            return deployments.update(self.store, BUCKET, change).job_id
        except LostRace as lost:
            winner = deployments.read(self.store, BUCKET)
            assert lost.exit_code == 4
            assert lost.message == (
                f"{winner.updated_by} came first (job {winner.job_id}, generation {winner.generation})."
            )
            return ""


def test_of_two_people_who_carry_on_or_clean_up_one_wins(server):
    """Whoever comes second is told by whom, and with which job, and touches nothing."""
    users, seen = Users(server), Counter[str]()
    for _ in range(ROUNDS):
        won = users.run(
            lambda: users.deploy("mary"),
            lambda: users.deploy("john"),
            lambda: users.take_down("mary"),
            lambda: users.take_down("john"),
        )
        record = deployments.read(users.store, BUCKET)
        (winner,) = [job for job in won if job]
        assert record.job_id == winner
        wanted = DeploymentStatus.DEPLOYING if "deploy" in winner else DeploymentStatus.DESTROYING
        assert (record.status, record.generation) == (wanted, 2 if "deploy" in winner else 1)
        seen[winner.partition("-")[2]] += 1
    assert set(seen) == {"deploy", "destroy"}
