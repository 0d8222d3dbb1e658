"""Creating projects: one of each name, whoever creates at once and wherever they are stopped."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automock_tui.domain.errors import AutomockError, InvalidInput, NotFound
from automock_tui.storage import creation
from automock_tui.storage.folder import FolderStore
from automock_tui.storage.objects import Forbidden
from automock_tui.storage.projects import Project, Projects
from tests.storage.faults import Crash, CrashAfter, InTurns, LosesAnswers, Turns, Wrapped

NAME = "petstore"


def created(results):
    """The one project of several attempts; all others were told that the name is taken."""
    projects = [result for result in results if isinstance(result, Project)]
    refused = [result for result in results if isinstance(result, InvalidInput)]
    assert len(projects) == 1 and len(refused) == len(results) - 1, results
    return projects[0]


def attempt(projects, number):
    try:
        return projects.create(NAME, [number])
    except InvalidInput as error:
        return error


def check_only(store, project, *, other_buckets=False):
    """Nothing is there but this project, whole."""
    assert other_buckets or store.buckets("auto-mock-") == [project.bucket]
    projects = Projects(store, "later")
    assert [row.name for row in projects.list_all()] == [NAME]
    assert projects.find(NAME) == project.bucket
    found = projects.read_expectations(NAME)
    assert found.version == "v1"
    assert projects.read_version(NAME, "v1").version.expectations == project.version.expectations
    assert projects.read_version(NAME, "v1").version.author == project.version.author


def test_a_project_starts_with_its_first_version(projects):
    project = projects.create(
        NAME, b'[{"id":"a"}]\n', description="for tests", source="petstore.json", message="imported"
    )
    assert project.bucket.startswith("auto-mock-petstore-") and len(project.bucket) == 25
    assert project.version.message == "imported"
    snapshot = projects.open(NAME)
    assert (snapshot.record.description, snapshot.record.source) == ("for tests", "petstore.json")
    assert snapshot.record.created_at == snapshot.record.updated_at == project.version.saved_at
    assert snapshot.deployment.status.value == "none"
    assert snapshot.expectations.body == b'[{"id":"a"}]\n'


def test_a_taken_name_is_refused(projects):
    first = projects.create(NAME, [1])
    with pytest.raises(InvalidInput, match="There is a project petstore already") as refused:
        projects.create(NAME, [2])
    assert first.bucket in refused.value.message and refused.value.exit_code == 2
    check_only(projects.store, first)


@pytest.mark.parametrize(
    "name", ["ab", "Petstore", "-pet", "pet-", "pet_store", "p" * 41, "", "pet store", "../x"]
)
def test_a_bad_name_makes_nothing(folder_store, name):
    with pytest.raises(InvalidInput, match="Bad project name"):
        Projects(folder_store, "ann").create(name, [])
    assert folder_store.buckets("") == []


def test_expectations_that_cannot_be_read_make_nothing(folder_store):
    with pytest.raises(InvalidInput, match="cannot be read"):
        Projects(folder_store, "ann").create(NAME, b"{")
    assert folder_store.buckets("") == []


def test_names_that_begin_alike_are_different_projects(projects):
    for name in ("pet", "pet-abc123", "pet-abc123-def456"):
        projects.create(name, [name])
    for name in ("pet", "pet-abc123", "pet-abc123-def456"):
        again = Projects(projects.store, "b")
        assert again.read_version(name, "v1").version.expectations == [name]
    projects.delete("pet")
    assert projects.names() == ["pet-abc123", "pet-abc123-def456"]


@pytest.mark.parametrize(
    "atomic", ["folder_store", pytest.param("weed_store", marks=pytest.mark.part("seaweedfs"))]
)
def test_of_many_who_create_at_once_one_wins(request, atomic):
    store = request.getfixturevalue(atomic)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: attempt(Projects(store, f"author {number}"), number), range(8)))
    # SeaweedFS makes a deleted bucket anew for a write that was under way; AWS refuses the write.
    check_only(store, created(results), other_buckets=atomic == "weed_store")


bursts = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([1, 1, 1, 2, 3, 5, 8])), max_size=50)


@settings(max_examples=150, deadline=None)
@given(bursts, st.integers(2, 3))
def test_in_any_order_of_steps_one_wins(bursts, count):
    schedule = [number for number, length in bursts for _ in range(length)]
    with tempfile.TemporaryDirectory() as folder:
        store, turns = FolderStore(Path(folder)), Turns(schedule)

        def work(number):
            return Projects(InTurns(store, turns, number), f"author {number}").create(NAME, [number])

        check_only(store, created(turns.run([work] * count)))


class SupersededMeanwhile(Wrapped):
    """A store where somebody supersedes a bucket between the look at its record and the listing of its keys."""

    def before(self, name, args):
        if name == "keys":
            self._store.put(
                args[0], "metadata.json", b'{"superseded_by": "auto-mock-petstore-other1"}', if_match=""
            )


def test_a_bucket_that_is_superseded_while_we_look_is_not_taken_for_a_project(folder_store):
    folder_store.create_bucket("auto-mock-petstore-abc123")
    state = creation.state_of(SupersededMeanwhile(folder_store), "auto-mock-petstore-abc123")
    assert state is creation.BucketState.SUPERSEDED


class LateListing(Wrapped):
    """A store whose listing of buckets does not show what others made while this one works."""

    def __init__(self, store, hidden):
        super().__init__(store)
        self._hidden = hidden

    def buckets(self, prefix):
        return [bucket for bucket in self._store.buckets(prefix) if bucket not in self._hidden]


def test_of_two_projects_that_s3_did_not_list_in_time_the_older_is_found(folder_store):
    first = Projects(folder_store, "ann").create(NAME, [1])
    late = LateListing(folder_store, {first.bucket})
    second = Projects(late, "bob").create(NAME, [2])
    later = Projects(folder_store, "later")
    assert later.find(NAME) == first.bucket
    assert {row.bucket for row in later.list_all()} == {first.bucket, second.bucket}
    later.delete(NAME)
    assert Projects(folder_store, "later").find(NAME) == second.bucket


@pytest.mark.parametrize(("step", "done"), [(step, done) for step in range(5) for done in (False, True)])
def test_a_creation_that_crashes_anywhere_can_be_done_again(folder_store, step, done):
    with pytest.raises(Crash):
        Projects(CrashAfter(folder_store, step, done=done), "ann").create(NAME, [1])
    projects = Projects(folder_store, "bob")
    rows = projects.list_all()
    assert [row.error for row in rows] in ([], [None])
    result = attempt(projects, 2)
    if isinstance(result, InvalidInput):  # the first one got as far as its first version
        found = projects.read_expectations(NAME)
        assert found.version == "v1" and projects.read_version(NAME, "v1").version.expectations == [1]
    else:
        check_only(folder_store, result)
    assert len(folder_store.buckets("auto-mock-")) == 1


@pytest.mark.parametrize("key", ["metadata.json", "versions/v1.json"])
@pytest.mark.parametrize("retried", [True, False])
def test_a_creation_whose_answer_is_lost(folder_store, key, retried):
    """botocore's retry finds its own record or version there; that must not read as taken by somebody else."""
    projects = Projects(LosesAnswers(folder_store, key, retried=retried), "ann")
    try:
        project = projects.create(NAME, [1])
    except AutomockError as error:
        assert not isinstance(error, InvalidInput)
        assert not retried and key == "metadata.json"
        project = Projects(folder_store, "ann").create(NAME, [1])
    check_only(folder_store, project)


class MayNotProtect(Wrapped):
    """A store that cannot finish making a bucket."""

    def create_bucket(self, bucket, *, tags=None):
        raise Forbidden("Not allowed: s3:CreateBucket", "", "Ask for it.")


def test_who_may_not_create_buckets_is_told(folder_store):
    with pytest.raises(Forbidden, match="s3:CreateBucket"):
        Projects(MayNotProtect(folder_store), "ann").create(NAME, [])


def test_a_folder_of_that_name_that_is_no_project_of_ours_is_left_alone(folder_store):
    folder_store.create_bucket("auto-mock-petstore-abc123")
    folder_store.put("auto-mock-petstore-abc123", "something", b"theirs", if_match="")
    with pytest.raises(InvalidInput, match="already"):
        Projects(folder_store, "ann").create(NAME, [])
    assert folder_store.keys("auto-mock-petstore-abc123", "") == ["something"]


def test_a_bucket_left_empty_is_no_project_but_can_be_used_or_deleted(folder_store):
    folder_store.create_bucket("auto-mock-petstore-abc123")
    projects = Projects(folder_store, "ann")
    assert projects.list_all() == []
    with pytest.raises(NotFound):
        projects.find(NAME)
    projects.delete(NAME)
    assert folder_store.buckets("") == []
    folder_store.create_bucket("auto-mock-petstore-abc123")
    assert projects.create(NAME, []).bucket == "auto-mock-petstore-abc123"
