"""From a file of expectations to a running mock and back, with the deploy's own command killed half-way.

One story in order: each test is its next step. A deploy takes over a minute, so the story is told once.
"""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest

from tests import parts
from tests.e2e.conftest import EXAMPLE, wait_until

pytestmark = [pytest.mark.part("terraform"), pytest.mark.part("aws-provider"), pytest.mark.timeout(600)]


FOLLOWED_WITHIN = 5
"""Seconds in which a saved edit is served."""


def curl(url):
    """What curl prints for an address, read as JSON; whether it was refused, where nobody listens."""
    done = subprocess.run(
        ["curl", "--silent", "--max-time", "5", url], capture_output=True, text=True, check=False
    )
    if done.returncode == 7:
        return "refused"
    return json.loads(done.stdout) if done.stdout else None


def hours(row):
    return row["ttl_remaining_seconds"] / 3600


def test_1_a_project_is_made_from_the_shipped_example(home):
    made = home.json("init", "--project", "petstore", "--from", str(EXAMPLE))
    assert made["version"] == "v1"
    assert home.json("status", "--project", "petstore")["status"] == "none"


def test_2_a_plan_changes_nothing(home):
    plan = home.json("deploy", "--project", "petstore", "--plan-only")
    assert plan["add"] > 30
    assert (plan["change"], plan["remove"], plan["no_changes"]) == (0, 0, False)
    assert home.json("status", "--project", "petstore")["status"] == "none"
    assert home.leftovers("petstore") == []


def test_3_killing_the_command_in_the_middle_of_the_apply_harms_nothing(home):
    command = home.start("deploy", "--project", "petstore", "--ttl-hours", "2", "--yes", start_new_session=True)

    def applying():
        jobs = [job for job in home.json("jobs") if job["kind"] == "deploy" and not job["plan_only"]]
        return jobs and jobs[0]["stage"] == "apply" and "Creation complete" in home.run("logs", jobs[0]["id"])

    wait_until(applying, 120, "the apply has made something")
    during = home.json("status", "--project", "petstore")
    os.killpg(command.pid, signal.SIGKILL)
    command.wait()
    assert during["status"] == "deploying"
    assert 1.9 < hours(during) <= 2
    job = home.json("jobs")[0]
    assert job["status"] == "running"
    log = home.run("logs", job["id"], "--follow")
    assert "aws_vpc.mock" in log
    assert log.splitlines()[0].startswith("init")
    assert "petstore answers at http" in log.splitlines()[-1]
    assert home.json("jobs")[0]["status"] == "succeeded"


def test_4_it_is_deployed_with_its_whole_ttl(home):
    row = home.json("status", "--project", "petstore")
    assert row["status"] == "deployed"
    assert 1.9 < hours(row) <= 2
    assert row["ttl_hours"] == 2
    assert row["tasks"] == "1/1"
    assert row["address"].startswith("http://")
    assert (row["deployed_version"], row["generation"]) == ("v1", 1)


def test_5_a_second_plan_reports_no_changes(home):
    assert home.json("deploy", "--project", "petstore", "--plan-only")["no_changes"] is True
    assert "No changes" in home.run("deploy", "--project", "petstore", "--plan-only")


def test_5_the_shown_address_answers_and_follows_what_is_saved(home, tmp_path):
    parts.require("curl", shutil.which("curl"), "no curl on PATH")
    address = home.json("status", "--project", "petstore")["address"]
    assert {pet["name"] for pet in curl(f"{address}/pets")} >= {"Rex"}
    edited = tmp_path / "greeting.json"
    edited.write_text(
        '[{"id": "new", "httpRequest": {"path": "/new"}, "httpResponse": {"body": {"said": "hello"}}}]'
    )
    home.run("import", "--project", "petstore", str(edited))
    saved = time.monotonic()
    wait_until(lambda: curl(f"{address}/new") == {"said": "hello"}, FOLLOWED_WITHIN, "the new answer")
    print(f"the answer changed {time.monotonic() - saved:.1f} s after the save")


def test_6_extending_tells_before_and_after(home):
    shown = home.run("extend-ttl", "--project", "petstore", "--hours", "4")
    words = ("current expiry", "time remaining", "new expiry", "new remaining")
    assert [line[:17].strip() for line in shown.splitlines()] == list(words)
    row = home.json("status", "--project", "petstore")
    assert 5.9 < hours(row) <= 6
    assert row["ttl_hours"] == 6


def test_7_the_load_balancer_keeps_strangers_from_the_control_plane(home):
    rules = home.client("elbv2")
    (balancer,) = rules.describe_load_balancers()["LoadBalancers"]
    (listener,) = rules.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    closed = {
        path
        for rule in rules.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        if rule["Actions"][0].get("FixedResponseConfig", {}).get("StatusCode") == "403"
        for condition in rule["Conditions"]
        for path in condition.get("PathPatternConfig", {}).get("Values", [])
    }
    assert "/mockserver/*" in closed


def test_8_nothing_secret_is_kept_and_all_is_private(home):
    for folder in home.folders.jobs.iterdir():
        assert folder.stat().st_mode & 0o077 == 0, folder
        for path in folder.glob("*.*"):
            assert path.stat().st_mode & 0o077 == 0, path
    logs = b"".join(path.read_bytes() for path in home.folders.jobs.rglob("*.jsonl"))
    assert b"AWS_SECRET" not in logs


def test_9_destroying_leaves_the_project_and_nothing_else(home):
    address = home.json("status", "--project", "petstore")["address"]
    assert curl(f"{address}/pets")
    home.run("destroy", "--project", "petstore", "--yes")
    row = home.json("status", "--project", "petstore")
    assert (row["status"], row["version"], row["address"]) == ("destroyed", "v2", None)
    assert curl(f"{address}/pets") == "refused"
    assert home.leftovers("petstore") == []
    events = [one["event"] for one in history(home)]
    assert events[:4] == ["destroyed", "extended", "saved", "deployed"]


def history(home):
    s3 = home.client("s3")
    (bucket,) = [one["Name"] for one in s3.list_buckets()["Buckets"] if "petstore" in one["Name"]]
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="history/")["Contents"]]
    return [
        json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in sorted(keys, reverse=True)
    ]


def test_a_destroying_again_says_that_there_is_nothing(home):
    home.run("destroy", "--project", "petstore", "--yes", code=3)
    home.run("extend-ttl", "--project", "petstore", "--hours", "1", code=3)


def test_b_the_sandbox_offers_to_keep_its_projects_before_it_ends(home):
    home.run("sandbox", "down", code=2)
    home.run("sandbox", "down", "--copy")
    (kept,) = json.loads(home.run("projects", "--json", workspace="local"))
    assert kept["project"] == "petstore"
    home.run("sandbox", "status", code=3)
