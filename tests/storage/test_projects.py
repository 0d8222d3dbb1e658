"""Projects on every store: finding, listing, the deployment, history, deletion."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from automock_tui.domain.deployment import (
    REMEMBERED_WRITES,
    DeploymentMetadata,
    DeploymentStatus,
    Infrastructure,
    begin_deploy,
    begin_destroy,
    fail,
    finish_deploy,
    finish_destroy,
)
from automock_tui.domain.errors import AutomockError, InvalidInput, LostRace, NotFound
from automock_tui.domain.project import EventKind
from automock_tui.storage import swap
from automock_tui.storage.documents import DamagedDocument
from automock_tui.storage.history import UNREADABLE
from automock_tui.storage.objects import BucketNotFound, Unreachable
from automock_tui.storage.projects import Projects
from tests.storage.faults import LosesAnswers, Wrapped

NAME = "petstore"
DEPLOYMENT = "deployment-metadata.json"


def deploying(hours=2.0, job="job-1"):
    def change(metadata, now):
        return begin_deploy(
            metadata,
            ttl=timedelta(hours=hours),
            options={"min_tasks": 1},
            job_id=job,
            by="ann",
            now=now,
            expectations_version="v1",
        )

    return change


def deployed(hours=2.0, job="job-1"):
    def change(metadata, now):
        return finish_deploy(
            metadata,
            ttl=timedelta(hours=hours),
            outputs={"mockserver_url": "http://x"},
            infrastructure=Infrastructure(alb_dns="x"),
            job_id=job,
            by="ann",
            now=now,
        )

    return change


def deploy(projects, name=NAME, hours=2.0):
    projects.update_deployment(name, deploying(hours))
    return projects.update_deployment(name, deployed(hours))


@pytest.fixture
def project(projects):
    return projects.create(NAME, [{"id": "a"}])


@pytest.fixture
def quick(folder_store, monkeypatch):
    """A project in a folder, and no pauses between attempts."""
    monkeypatch.setattr(swap, "FIRST_PAUSE", 0.0001)
    projects = Projects(folder_store, "ann")
    projects.create(NAME, [])
    return projects


# --- finding and listing


def test_an_unknown_project_is_told_with_similar_names(projects, project):
    with pytest.raises(NotFound, match="There is no project petstor") as missing:
        projects.open("petstor")
    assert "petstore" in missing.value.message and missing.value.exit_code == 3
    for call in (
        projects.find,
        projects.deployment,
        projects.read_expectations,
        projects.versions,
        projects.delete,
    ):
        with pytest.raises(NotFound):
            call("nothing-like-it")


def test_buckets_that_are_not_ours_are_not_projects(projects, project):
    projects.store.create_bucket("auto-mock-x")
    projects.store.create_bucket("auto-mock-petstore-toolong7")
    assert projects.names() == [NAME]
    assert [row.name for row in projects.list_all()] == [NAME]


def test_one_project_that_cannot_be_read_is_a_row_with_its_error(projects):
    for name in ("alpha", "bravo", "carol", "delta"):
        projects.create(name, [])
    deploy(projects, "delta")
    broken = projects.find("bravo")
    projects.store.put(broken, DEPLOYMENT, b'{"ttl_hours": "many"}', if_match="")
    etag = projects.store.get(projects.find("carol"), "metadata.json").etag
    projects.store.put(projects.find("carol"), "metadata.json", b"\0", if_match=etag)
    rows = projects.list_all()
    assert [row.name for row in rows] == ["alpha", "bravo", "carol", "delta"]
    assert [type(row.error) for row in rows] == [type(None), DamagedDocument, DamagedDocument, type(None)]
    assert rows[1].error.where == f"{broken}/{DEPLOYMENT}" and "ttl_hours" in rows[1].error.message
    assert rows[2].deployment is not None, "what can be read of it is shown"
    assert rows[3].deployment.is_deployed and rows[3].record.current_version == "v1"


def test_a_project_that_goes_away_during_a_listing_is_left_out(folder_store):
    Projects(folder_store, "ann").create("alpha", [])
    Projects(folder_store, "ann").create("bravo", [])

    class Vanishes(Wrapped):
        def before(self, name, args):
            if name == "get" and "bravo" in args[0]:
                raise BucketNotFound("gone")

    assert [row.name for row in Projects(Vanishes(folder_store), "ann").list_all()] == ["alpha"]


def test_a_store_that_does_not_answer_for_one_project_only_costs_its_row(folder_store):
    for name in ("alpha", "bravo"):
        Projects(folder_store, "ann").create(name, [])

    class Silent(Wrapped):
        def before(self, name, args):
            if name == "get" and "bravo" in args[0]:
                raise Unreachable("AWS does not answer")

    rows = Projects(Silent(folder_store), "ann").list_all()
    assert [(row.name, row.error and row.error.title) for row in rows] == [
        ("alpha", None),
        ("bravo", "AWS does not answer"),
    ]


def test_a_listing_asks_many_at_once(folder_store):
    for number in range(16):
        Projects(folder_store, "ann").create(f"project-{number:02}", [])
    at_once, most, lock = [0], [0], threading.Lock()

    class Slow(Wrapped):
        def before(self, name, args):
            if name == "get":
                with lock:
                    at_once[0] += 1
                    most[0] = max(most[0], at_once[0])
                time.sleep(0.02)
                with lock:
                    at_once[0] -= 1

    assert len(Projects(Slow(folder_store), "ann").list_all()) == 16
    assert most[0] >= 12


def test_a_project_that_was_deleted_and_made_anew_is_found_again(projects, project):
    other = Projects(projects.store, "bob")
    assert projects.find(NAME) == project.bucket
    other.delete(NAME)
    again = other.create(NAME, [2])
    assert again.bucket != project.bucket
    assert projects.read_expectations(NAME).body == projects.read_version(NAME, "v1").body == b"[\n  2\n]\n"
    assert projects.extend_ttl and projects.deployment(NAME).status is DeploymentStatus.NONE


# --- the deployment


def test_a_deployment_from_none_to_destroyed(projects, project):
    assert projects.deployment(NAME).status is DeploymentStatus.NONE
    assert not projects.is_deployed(NAME) and projects.ttl_remaining(NAME) is None
    made = deploy(projects)
    assert made.is_deployed and projects.is_deployed(NAME)
    assert projects.deployment(NAME) == made
    remaining = projects.ttl_remaining(NAME)
    assert timedelta(hours=1, minutes=59) < remaining <= timedelta(hours=2)
    projects.update_deployment(NAME, lambda metadata, now: begin_destroy(metadata, job_id="job-2", by="ann"))
    projects.update_deployment(
        NAME, lambda metadata, now: finish_destroy(metadata, job_id="job-2", by="ann", now=now)
    )
    assert projects.deployment(NAME).status is DeploymentStatus.DESTROYED
    assert projects.ttl_remaining(NAME) is None


def test_an_extension_says_before_after_and_now(projects, project):
    before = deploy(projects).ttl_expiry
    extension = projects.extend_ttl(NAME, 4)
    assert (extension.before, extension.after) == (before, before + timedelta(hours=4))
    assert abs(extension.now - datetime.now(UTC)) < timedelta(seconds=3)
    found = projects.deployment(NAME)
    assert (found.ttl_expiry, found.ttl_hours, found.updated_by) == (extension.after, 6, "ann@desk")


def test_an_extension_that_is_not_possible_changes_nothing(projects, project):
    with pytest.raises(NotFound, match="not deployed"):
        projects.extend_ttl(NAME, 1)
    deploy(projects)
    stored = projects.store.get(project.bucket, DEPLOYMENT)
    for hours, kind in (
        (0, InvalidInput),
        (-1, InvalidInput),
        (167, InvalidInput),
        (float("nan"), InvalidInput),
    ):
        with pytest.raises(kind):
            projects.extend_ttl(NAME, hours)
    assert projects.store.get(project.bucket, DEPLOYMENT).etag == stored.etag
    projects.update_deployment(NAME, lambda metadata, now: begin_destroy(metadata, job_id="j", by="janitor"))
    with pytest.raises(LostRace, match="it is destroying") as lost:
        projects.extend_ttl(NAME, 1)
    assert "janitor came first" in lost.value.message and lost.value.exit_code == 4


def test_a_change_starts_anew_from_what_others_wrote(quick):
    deploy(quick)
    seen = []

    def change(metadata, now):
        seen.append(metadata.ttl_expiry)
        if len(seen) < 4:
            Projects(quick.store, "bob").extend_ttl(NAME, 1)
        return replace(metadata, failure="mine")

    made = quick.update_deployment(NAME, change)
    assert len(seen) == 4 and made.ttl_expiry == seen[-1] == seen[0] + timedelta(hours=3)
    assert quick.deployment(NAME) == made


@pytest.mark.parametrize("retried", [True, False])
@pytest.mark.parametrize("others", [0, 1, REMEMBERED_WRITES - 1])
def test_a_write_whose_answer_was_lost_counts_once_even_under_later_writes(quick, retried, others):
    start = deploy(quick, hours=1).ttl_expiry

    def meanwhile():
        for _ in range(others):
            Projects(quick.store, "bob").extend_ttl(NAME, 0.5)

    unlucky = Projects(LosesAnswers(quick.store, DEPLOYMENT, retried=retried, meanwhile=meanwhile), "ann")
    extension = unlucky.extend_ttl(NAME, 1)
    assert extension.after == start + timedelta(hours=1)
    assert quick.deployment(NAME).ttl_expiry == start + timedelta(hours=1 + others / 2)
    assert len(quick.deployment(NAME).recent_writes) <= REMEMBERED_WRITES


def test_a_store_that_stops_answering_is_told_with_what_is_not_known(quick):
    deploy(quick)

    class Dead(Wrapped):
        dead = False

        def before(self, name, args):
            if self.dead:
                raise Unreachable("AWS does not answer", "s3:PutObject")

        def after(self, name, args):
            if name == "put":
                self.dead = True
                raise Unreachable("AWS does not answer", "s3:PutObject")

    with pytest.raises(Unreachable) as unknown:
        Projects(Dead(quick.store), "ann").extend_ttl(NAME, 1)
    assert "may have been made" in unknown.value.message and "status" in unknown.value.hint


def test_a_write_that_is_never_answered_ends(quick, monkeypatch):
    class Deaf(Wrapped):
        puts = 0

        def before(self, name, args):
            if name == "put":
                self.puts += 1
                raise Unreachable("AWS does not answer", "s3:PutObject")

    deaf = Deaf(quick.store)
    with pytest.raises(Unreachable, match="does not answer"):
        Projects(deaf, "ann").update_deployment(NAME, deploying())
    assert deaf.puts == swap.MAX_SILENCES
    assert quick.deployment(NAME).status is DeploymentStatus.NONE


def test_one_who_always_loses_is_told_in_the_end(quick, monkeypatch):
    monkeypatch.setattr(swap, "LONGEST_PAUSE", 0.0001)
    deploy(quick, hours=1)

    def change(metadata, now):
        Projects(quick.store, "bob").extend_ttl(NAME, 0.5)
        return replace(metadata, failure="mine")

    with pytest.raises(LostRace, match="changed all the time") as lost:
        quick.update_deployment(NAME, change)
    assert "Nothing was written" in lost.value.hint
    assert quick.deployment(NAME).failure == ""


def test_unknown_fields_survive_every_change(projects, project):
    document = {
        "zebra": [1, {"y": None}],
        "project_name": NAME,
        "deployment_status": "deployed",
        "deployed_at": "2026-11-22T10:00:00.123456789Z",
        "infrastructure": {"nat": "n-1", "alb_dns": "x"},
        "ttl_expiry": projects.store.now().isoformat().replace("+00:00", "Z"),
        "aardvark": 1.50,
    }
    projects.store.put(project.bucket, DEPLOYMENT, json.dumps(document).encode(), if_match="")
    projects.extend_ttl(NAME, 1)
    after = json.loads(projects.store.get(project.bucket, DEPLOYMENT).body)
    same = {key: value for key, value in document.items() if key != "ttl_expiry"}
    assert {key: after[key] for key in same} == same
    assert list(after)[: len(document)] == list(document)


def test_unknown_fields_survive_a_change_that_starts_from_nothing(projects, project):
    projects.store.put(project.bucket, DEPLOYMENT, b'{"zebra": 1, "failure": "old"}', if_match="")
    projects.update_deployment(NAME, lambda metadata, now: DeploymentMetadata(project_name=NAME))
    after = json.loads(projects.store.get(project.bucket, DEPLOYMENT).body)
    assert (after["zebra"], after["failure"]) == (1, "")


def test_a_damaged_deployment_is_kept(projects, project):
    projects.store.put(project.bucket, DEPLOYMENT, b'{"deployment_status": ', if_match="")
    for call in (
        lambda: projects.deployment(NAME),
        lambda: projects.extend_ttl(NAME, 1),
        lambda: projects.update_deployment(NAME, deploying()),
        lambda: projects.delete(NAME),
    ):
        with pytest.raises(DamagedDocument, match=DEPLOYMENT) as damaged:
            call()
        assert "Line 1, column 23" in damaged.value.message
    assert projects.store.get(project.bucket, DEPLOYMENT).body == b'{"deployment_status": '


def test_a_forgotten_deployment_is_none(projects, project):
    deploy(projects)
    projects.delete_deployment_metadata(NAME)
    assert projects.deployment(NAME).status is DeploymentStatus.NONE
    projects.delete_deployment_metadata(NAME)


# --- history


def test_history_is_newest_first_and_bounded(projects, project):
    made = [projects.add_history(NAME, EventKind.EXTENDED, f"number {n}", {"hours": n}) for n in range(5)]
    assert projects.history(NAME) == made[::-1]
    assert [event.summary for event in projects.history(NAME, limit=2)] == ["number 4", "number 3"]
    assert made[0].by == "ann@desk" and made[0].details == {"hours": 0}


def test_an_event_that_cannot_be_read_does_not_hide_the_others(projects, project):
    projects.add_history(NAME, EventKind.SAVED, "kept")
    projects.store.put(project.bucket, "history/20200101T000000Z-saved-x.json", b"{", if_match="")
    events = projects.history(NAME)
    assert [event.event for event in events] == ["saved", UNREADABLE]
    assert "Line 1" in events[1].summary


# --- deletion


def test_a_project_goes_with_everything(projects, project):
    projects.save_expectations(NAME, b"[1]", base_version="v1")
    projects.add_history(NAME, EventKind.SAVED, "x")
    projects.delete(NAME)
    assert projects.list_all() == [] and projects.store.buckets("auto-mock-") == []
    with pytest.raises(NotFound):
        projects.find(NAME)


def _destroyed(projects):
    deploy(projects)
    projects.update_deployment(NAME, lambda m, now: begin_destroy(m, job_id="j", by="ann"))
    projects.update_deployment(NAME, lambda m, now: finish_destroy(m, job_id="j", by="ann", now=now))


def _failed(projects, outputs=None):
    projects.update_deployment(NAME, deploying())
    projects.update_deployment(NAME, lambda m, now: fail(m, reason="no", job_id="job-1", by="ann"))


def _state(projects, resources):
    state = json.dumps({"version": 4, "resources": resources}).encode()
    projects.store.put(projects.find(NAME), "terraform/terraform.tfstate", state, if_match="")


_ALB = {"mode": "managed", "type": "aws_lb", "instances": [{}]}
_ZONES = {"mode": "data", "type": "aws_availability_zones", "instances": [{}]}


@pytest.mark.parametrize(
    ("prepare", "kind"),
    [
        (lambda p: deploy(p), AutomockError),
        (lambda p: p.update_deployment(NAME, deploying()), LostRace),
        (lambda p: (_failed(p), _state(p, [_ALB])), AutomockError),
        (lambda p: _state(p, [_ALB]), AutomockError),
        (
            lambda p: p.store.put(p.find(NAME), "terraform/terraform.tfstate", b"{", if_match=""),
            DamagedDocument,
        ),
        (
            lambda p: (
                deploy(p),
                p.update_deployment(NAME, lambda m, now: begin_destroy(m, job_id="j", by="b")),
            ),
            LostRace,
        ),
    ],
    ids=[
        "deployed",
        "deploying",
        "failed-with-resources",
        "state-without-metadata",
        "damaged-state",
        "destroying",
    ],
)
def test_what_may_still_cost_is_not_deleted_unless_forced(quick, prepare, kind):
    prepare(quick)
    with pytest.raises(kind):
        quick.delete(NAME)
    assert quick.read_expectations(NAME).body == b"[]\n"
    quick.delete(NAME, force=True)
    assert quick.list_all() == []


@pytest.mark.parametrize(
    "prepare",
    [lambda p: None, _destroyed, _failed, lambda p: (_failed(p), _state(p, [_ZONES]))],
    ids=["none", "destroyed", "failed-before-anything", "failed-with-nothing-managed"],
)
def test_what_costs_nothing_can_be_deleted(quick, prepare):
    prepare(quick)
    quick.delete(NAME)
    assert quick.list_all() == []


def test_nobody_deploys_into_a_project_that_is_being_deleted(quick):
    late = []

    class DeploysMeanwhile(Wrapped):
        def before(self, name, args):
            if name == "delete_bucket":
                try:
                    quick.update_deployment(NAME, deploying())
                except LostRace as error:
                    late.append(error)

    Projects(DeploysMeanwhile(quick.store), "bob").delete(NAME)
    assert len(late) == 1 and "bob came first" in late[0].message


def test_a_deletion_that_was_stopped_can_be_done_again(quick):
    class Stops(Wrapped):
        def before(self, name, args):
            if name == "delete_bucket":
                raise Unreachable("AWS does not answer")

    with pytest.raises(Unreachable):
        Projects(Stops(quick.store), "bob").delete(NAME)
    quick.delete(NAME)
    assert quick.list_all() == []
