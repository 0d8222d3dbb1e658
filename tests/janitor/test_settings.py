"""With what the janitor was installed stays when a deploy brings it up to date."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from automock_tui.domain.event_types import Diagnostic, StateLock
from automock_tui.domain.prices import PriceBook
from automock_tui.domain.project import LOCK_KEY
from automock_tui.operations import estimate, janitor
from automock_tui.provisioning.job import Changes
from automock_tui.provisioning.terraform_errors import StateLocked, TerraformError, explain
from automock_tui.storage.folder import FolderStore

DESTROY = "destroy"
BUCKET = "automock-janitor-123456789012-eu-central-1"


class Place:
    """A workspace whose buckets are folders."""

    region = "eu-central-1"
    folders = None

    def __init__(self, folder):
        self.projects = self
        self.folder = folder
        self.store = FolderStore(folder)


@pytest.fixture
def runs(monkeypatch):
    """The variables of each run of Terraform, or DESTROY; an exception in `fails` is raised by the next one."""
    seen, fails = [], []

    def run(workspace, bucket, variables, on_line, *, destroy):
        if fails:
            raise fails.pop()
        seen.append(DESTROY if destroy else dict(variables))
        return Changes(add=1)

    monkeypatch.setattr(janitor, "_run", run)
    monkeypatch.setattr(janitor, "state_bucket", lambda workspace: BUCKET)
    monkeypatch.setattr(estimate, "price_book", lambda folders: PriceBook({}))
    return seen, fails


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def test_what_is_not_given_stays_as_it_was(place, runs):
    seen, _ = runs
    janitor.install(place)
    assert seen[-1] == {"prices": {}}  # Terraform's own defaults
    janitor.install(place, email="ops@petstore.example", zones=["Z1"], reserve=False)
    janitor.install(place)
    kept = {"notification_email": "ops@petstore.example", "hosted_zone_ids": ["Z1"], "reserved_concurrency": -1}
    assert seen[-1] == kept | {"prices": {}}
    janitor.install(place, email="", zones=["*"])
    assert seen[-1] == {**kept, "notification_email": "", "hosted_zone_ids": ["*"], "prices": {}}


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b"\xff", b'{"other": 1}'])
def test_damaged_settings_are_the_defaults(place, runs, damage):
    seen, _ = runs
    janitor.install(place, email="ops@petstore.example")
    place.store.put(BUCKET, janitor.SETTINGS_KEY, damage, if_match=etag(place))
    janitor.install(place)
    assert seen[-1] == {"prices": {}}
    janitor.install(place, reserve=True)
    janitor.install(place)
    assert seen[-1] == {"reserved_concurrency": 1, "prices": {}}


def etag(place) -> str:
    return place.store.get(BUCKET, janitor.SETTINGS_KEY).etag


def test_a_failed_installation_keeps_no_settings(place, runs):
    seen, fails = runs
    fails.append(RuntimeError("Terraform failed"))
    with pytest.raises(RuntimeError):
        janitor.install(place, email="ops@petstore.example")
    janitor.install(place)
    assert seen[-1] == {"prices": {}}


def test_whoever_comes_second_waits_for_the_first(place, runs):
    seen, fails = runs
    waited = []
    fails += [locked(), locked()]
    janitor.install(place, wait_seconds=60, pause=waited.append)
    assert len(waited) == 2 and len(seen) == 1
    fails.append(locked())
    with pytest.raises(StateLocked):
        janitor.install(place, wait_seconds=-1, pause=waited.append)


def hold(place, *, minutes):
    """The lock of a run on the janitor's own state."""
    place.store.create_bucket(BUCKET)
    place.store.put(BUCKET, LOCK_KEY, b"{}", if_match="")
    taken = time.time() - 60 * minutes
    [path] = place.folder.rglob(Path(LOCK_KEY).name)
    os.utime(path, (taken, taken))


def test_the_lock_of_an_installation_that_died_stops_nobody_for_long(place, runs):
    seen, fails = runs
    hold(place, minutes=16)
    fails.append(locked())
    janitor.install(place, wait_seconds=-1, pause=lambda seconds: None)
    assert seen == [{"prices": {}}] and place.store.keys(BUCKET, LOCK_KEY) == []


def test_the_lock_of_one_that_lives_stays_and_its_life_is_told(place, runs):
    hold(place, minutes=5)
    runs[1].append(locked())
    with pytest.raises(StateLocked) as refused:
        janitor.install(place, wait_seconds=-1, pause=lambda seconds: None)
    assert "after 15 minutes" in refused.value.hint
    assert place.store.keys(BUCKET, LOCK_KEY) == [LOCK_KEY]


def denied(what="CreateFunction") -> TerraformError:
    said = f"operation error Lambda: {what}, api error AccessDeniedException: User: tom is not authorized"
    return explain([Diagnostic("error", said, "")], [], 1)


def test_of_a_first_installation_that_is_refused_nothing_is_left(place, runs):
    seen, fails = runs
    fails.append(denied())
    with pytest.raises(TerraformError, match="No permission") as refused:
        janitor.install(place)
    assert refused.value.message.endswith("was taken back.")
    assert seen == [DESTROY] and place.store.buckets(BUCKET) == []


def test_an_upgrade_that_is_refused_leaves_the_janitor_as_it_was(place, runs):
    seen, fails = runs
    janitor.install(place)
    fails.append(denied())
    with pytest.raises(TerraformError):
        janitor.install(place)
    assert DESTROY not in seen and place.store.buckets(BUCKET) == [BUCKET]


def test_what_cannot_be_taken_back_is_told(place, runs):
    runs[1].extend([denied("DeleteRole"), denied()])
    with pytest.raises(TerraformError) as refused:
        janitor.install(place)
    assert "No permission: lambda:DeleteRole" in refused.value.message
    assert "automock-tui janitor uninstall" in refused.value.hint
    assert place.store.buckets(BUCKET) == [BUCKET]
    runs[1].append(denied())
    with pytest.raises(TerraformError):
        janitor.install(place)  # nothing was installed yet, so this takes the rest back
    assert place.store.buckets(BUCKET) == []


def test_an_account_with_nothing_to_reserve_goes_without(place, runs):
    seen, fails = runs
    fails.append(nothing_to_reserve())
    janitor.install(place)
    assert seen[-1] == {"reserved_concurrency": -1, "prices": {}}
    janitor.install(place)
    assert seen[-1] == {"reserved_concurrency": -1, "prices": {}}  # it is remembered
    fails.append(nothing_to_reserve())
    with pytest.raises(TerraformError):
        janitor.install(place, reserve=True)  # who asks for it is told


def test_who_may_not_reserve_goes_without(place, runs):
    seen, fails = runs
    fails.append(denied("PutFunctionConcurrency"))
    janitor.install(place)
    assert seen == [{"reserved_concurrency": -1, "prices": {}}]


def nothing_to_reserve() -> TerraformError:
    """As the provider puts Lambda's refusal."""
    said = (
        "setting Lambda Function (automock-janitor-eu-central-1) concurrency: operation error Lambda: "
        "PutFunctionConcurrency, https response error StatusCode: 400, InvalidParameterValueException: "
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [10]."
    )
    return explain([Diagnostic("error", said, "")], [], 1)


def locked() -> StateLocked:
    return StateLocked(StateLock("lock-1"), [], datetime.now(UTC))
