"""A deploy that is killed in the middle: the truth after it, and one action that ends it well.

Each point is its own project with its own Terraform, all in one sandbox, several at a time, because a deploy
mostly waits. By default three points; AUTOMOCK_ALL_POINTS=1 in the environment takes all ten (some minutes).
"""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from automock_tui.domain.project import project_of_bucket
from automock_tui.provisioning.dead_runs import processes_in
from automock_tui.sandbox.account import status
from automock_tui.sandbox.info import environment as sandbox_environment
from tests.e2e.conftest import EXAMPLE, Home, wait_until
from tests.e2e.expiring import expiring

pytestmark = [pytest.mark.part("terraform"), pytest.mark.part("aws-provider"), pytest.mark.timeout(1500)]

DESTROYED, DEPLOYED = "destroyed", "deployed"
AT_ONCE = 3
APPLY_SECONDS = 240


@dataclass(frozen=True)
class Point:
    """When the job dies, what dies with it, and what the user does about it.

    Args:
        made: After so many of the 40 resources and data sources of the apply are done.
        hard: Terraform and its provider are killed too, so that the state is lost; else they get the
            interrupt that the kernel sends when a job dies.
        ends: What the user's one action leads to.
        after: Seconds after that many were done: for what happens while the load balancer is waited for.
    """

    made: int
    hard: bool
    ends: str
    after: float = 0

    @property
    def name(self):
        return f"p{self.made}-{'hard' if self.hard else 'soft'}-{int(self.after)}-{self.ends}"


IN_CI = (Point(20, True, DEPLOYED), Point(8, False, DESTROYED), Point(14, True, DESTROYED))
MORE = (
    Point(1, True, DESTROYED),
    Point(3, False, DEPLOYED),
    Point(6, True, DEPLOYED),
    Point(11, True, DEPLOYED),
    Point(17, False, DEPLOYED),
    Point(21, True, DEPLOYED, after=25),
    Point(30, True, DESTROYED),
)
POINTS = IN_CI + MORE if os.environ.get("AUTOMOCK_ALL_POINTS") else IN_CI


class Story:
    """What happens to one point's project."""

    def __init__(self, home, point):
        self.home, self.point, self.project = home, point, point.name
        self.seconds = {}
        self.existed = self.known = -1

    def tell(self):
        self.home.run("init", "--project", self.project, "--from", str(EXAMPLE))
        self.die()
        self.check_truth()
        self.known = self.resources_in_state()
        began = time.monotonic()
        if self.point.ends == DEPLOYED:
            self.home.run("deploy", "--project", self.project, "--resume")
        else:
            self.home.run("destroy", "--project", self.project, "--yes")
        self.seconds[self.point.ends] = time.monotonic() - began
        self.check_end()

    def row(self, point):
        """A line of the table that is printed at the end (pytest -s)."""
        what = "all of it" if point.hard else "the job"
        took = self.seconds.get(point.ends, 0)
        return f"{point.made:>12} {what:>10} {self.existed:>8} {self.known:>9}  {point.ends:<10} {took:>4.0f} s"

    def die(self):
        command = self.home.start(
            "deploy", "--project", self.project, "--ttl-hours", "2", "--yes", stderr=subprocess.DEVNULL
        )
        try:
            wait_until(self.is_there, APPLY_SECONDS, f"{self.project}: {self.point.made} resources")
            time.sleep(self.point.after)
            self.kill(self.first())
        finally:
            command.wait(60)
        assert command.returncode != 0

    def kill(self, job):
        left = processes_in([self.home.folders.jobs / job["id"] / "work"])
        os.kill(job["process"]["pid"], signal.SIGKILL)
        for process in left if self.point.hard else ():
            with contextlib.suppress(ProcessLookupError):  # a provider may end with its Terraform
                os.kill(process.pid, signal.SIGKILL)

    def newest(self):
        found = [job for job in self.home.json("jobs") if job["project"] == self.project]
        return found[0] if found else None

    def first(self):
        """The deploy's job from its folder: asking a command takes seconds, in which the job goes on."""
        jobs = [json.loads(path.read_text()) for path in self.home.folders.jobs.glob("*/job.json")]
        return next((job for job in jobs if job["project"] == self.project), None)

    def events(self):
        job = self.first()
        path = job and self.home.folders.jobs / job["id"] / "events.jsonl"
        return path.read_text().splitlines() if path and path.exists() else []

    def is_there(self):
        return self.made() >= self.point.made

    def made(self):
        """How much of the apply is done."""
        applying = False
        made = 0
        for line in self.events():
            applying = applying or '"stage": "apply"' in line or '"stage":"apply"' in line
            made += applying and '"type":"apply_complete"' in line
        return made

    def check_truth(self):
        job = self.newest()
        assert (job["status"], job["stage"]) == ("lost", "apply")
        row = self.home.json("status", "--project", self.project)
        assert row["status"] == "deploying"
        assert row["note"].startswith("its deploy died") and row["trouble"]["carries_on"] == "deploy"
        self.existed = row["trouble"]["resources"]
        assert self.existed > 0
        held = row["trouble"]["lock"]
        assert held is None or held["operation"] == "OperationTypeApply"
        if self.point.hard:
            assert held is not None

    def check_end(self):
        row = self.home.json("status", "--project", self.project)
        assert row["status"] == self.point.ends, row
        if self.point.ends == DESTROYED:
            assert self.home.leftovers(self.project) == []
        else:
            assert row["address"].startswith("http://")
            self.check_nothing_is_double()

    def state(self):
        """Terraform's state as it is in the bucket, empty if it is not."""
        s3 = self.home.client("s3")
        names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
        (bucket,) = [name for name in names if project_of_bucket(name) == self.project]
        try:
            return s3.get_object(Bucket=bucket, Key="terraform/terraform.tfstate")["Body"].read().decode()
        except s3.exceptions.NoSuchKey:
            return ""

    def resources_in_state(self):
        """How many resources Terraform knows of."""
        found = json.loads(self.state() or '{"resources": []}')["resources"]
        return sum(len(one["instances"]) for one in found if one["mode"] == "managed")

    def check_nothing_is_double(self):
        """Whatever exists is in the state: nothing of the first run stays beside the second's."""
        state = self.state()
        left = self.home.leftovers(self.project)
        assert len(left) > 25
        unknown = [name for name in left if name.split()[-1].rpartition(" ")[2] not in state]
        assert unknown == []


@pytest.fixture(scope="module")
def stories(home, request):
    items = (item for item in request.session.items if hasattr(item, "callspec"))
    chosen = {item.callspec.params.get("point") for item in items}
    told = {point: Story(home, point) for point in POINTS if point in chosen}
    gate = threading.Semaphore(AT_ONCE)

    def tell(story):
        with gate:
            story.tell()

    home.run("sandbox", "up")
    with ThreadPoolExecutor(len(told)) as pool:
        yield {point: pool.submit(tell, story) for point, story in told.items()}
    print(f"\n{'killed after':>12} {'of':>10} {'existed':>8} {'in state':>9}  {'then':<10} {'took':>6}")
    for point, story in told.items():
        print(story.row(point))


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_a_deploy_that_died_ends_well_by_one_action(stories, point):
    stories[point].result()


class ExpiredStory(Story):
    """The credentials expire in the middle: nothing more is made, no state saved, no lock freed."""

    def __init__(self, home, point, endpoint):
        super().__init__(home, point)
        self.project, self.endpoint = "expired", endpoint

    def tell(self):
        self.home.run("init", "--project", self.project, "--from", str(EXAMPLE))
        command = self.home.start(
            "deploy", "--project", self.project, "--ttl-hours", "2", "--yes", "--no-janitor",
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        wait_until(self.is_there, APPLY_SECONDS, "half of it is made")
        self.endpoint.expired.set()
        _, said = command.communicate(timeout=APPLY_SECONDS)
        assert command.returncode == 1 and "Traceback" not in said
        assert "Keep that file" in said and "expired" in said
        self.home.run("status", "--project", self.project, code=1)  # says why, and nothing is lost
        self.check_after_signing_in()
        self.home.run("destroy", "--project", self.project, "--yes")
        self.check_end()
        assert [path.name for path in self.states()] == ["errored.tfstate.superseded"]

    def check_after_signing_in(self):
        self.endpoint.expired.clear()
        row = self.home.json("status", "--project", self.project)
        assert row["status"] == "failed" and "could not be saved" in row["failure"]
        trouble = row["trouble"]
        assert trouble["carries_on"] == "deploy" and trouble["resources"] > 0
        assert trouble["lock"]["operation"] == "OperationTypeApply"
        assert [path.name for path in self.states()] == ["errored.tfstate"]
        assert {"s3", "ec2"} <= self.endpoint.refused

    def states(self):
        return list(self.home.folders.jobs.glob("*/work/errored.tfstate*"))


class AccountHome(Home):
    """A user's machine that reaches the sandbox as it would reach AWS."""

    account: Home

    def command(self, *arguments, workspace="aws"):
        return super().command(*arguments, workspace="aws")

    def client(self, service):
        return self.account.client(service)


def test_credentials_that_expire_lose_nothing(home, tmp_path):
    home.run("sandbox", "up")
    there = sandbox_environment(status(home.folders.sandbox))
    with expiring(there["AWS_ENDPOINT_URL"]) as endpoint:
        machine = AccountHome(tmp_path)
        kept = {name: value for name, value in there.items() if name != "AWS_ENDPOINT_URL"}
        machine.environment |= kept | {"AWS_ENDPOINT_URL": endpoint.url, "AWS_MAX_ATTEMPTS": "2"}
        machine.account = home
        ExpiredStory(machine, Point(9, False, DESTROYED), endpoint).tell()
