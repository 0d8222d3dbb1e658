"""Projects on any object store: the page that operations read and write by.

Everything is a compare-and-swap or the creation of an object that is never rewritten, so any number of people,
jobs and janitors may work on one project at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, TypeVar

from automock_tui.domain.deployment import DeploymentMetadata
from automock_tui.domain.errors import AutomockError, NotFound
from automock_tui.domain.project import (
    BUCKET_PREFIX,
    DEPLOYMENT_KEY,
    PROJECT_KEY,
    VERSIONS_PREFIX,
    EventKind,
    HistoryEvent,
    ProjectRecord,
    Version,
    check_project_name,
    project_of_bucket,
    version_key,
    version_number,
)
from automock_tui.storage import creation, deployments, history, versions
from automock_tui.storage.creation import BucketState
from automock_tui.storage.deployments import Change, Extension, LockInfo
from automock_tui.storage.documents import DamagedDocument, read_document, to_json
from automock_tui.storage.history import EARLIEST
from automock_tui.storage.objects import BucketNotFound, ObjectStore
from automock_tui.storage.parallel import WORKERS, in_parallel
from automock_tui.storage.swap import read_or_none
from automock_tui.storage.versions import Expectations, SavedVersion

Result = TypeVar("Result")


@dataclass(frozen=True)
class Project:
    """A project that was just created."""

    name: str
    bucket: str
    record: ProjectRecord
    version: Version


@dataclass
class ProjectSnapshot:
    """A project as it was when it was opened; its expectations are read when they are first asked for."""

    name: str
    bucket: str
    record: ProjectRecord
    deployment: DeploymentMetadata
    read: Callable[[], Expectations] = field(repr=False)

    @cached_property
    def expectations(self) -> Expectations:
        """The current expectations, their ETag and version."""
        return self.read()


@dataclass(frozen=True)
class ProjectSummary:
    """One row of the list of projects; `error` says why a part of it could not be read."""

    name: str
    bucket: str
    record: ProjectRecord | None = None
    deployment: DeploymentMetadata | None = None
    error: AutomockError | None = None


class Projects:
    """The projects in one object store. Safe to use from several threads.

    Args:
        store: Where they live.
        author: Who works here; written into versions, history and deployments.
    """

    def __init__(self, store: ObjectStore, author: str) -> None:
        self.store = store
        self.author = author
        self._known: dict[str, str] = {}

    # --- finding and listing

    def create(
        self,
        name: str,
        expectations: bytes | list[Any],
        *,
        description: str = "",
        source: str = "",
        message: str = "",
    ) -> Project:
        """Create a project with its first version.

        Raises:
            InvalidInput: a bad name, a name that is taken, or not a JSON array.
        """
        check_project_name(name)
        body = versions.without_bom(_as_bytes(expectations))
        draft = versions.draft(self.store, self.author, message, versions.check_expectations(body))
        record = ProjectRecord(
            project_name=name, created_at=draft.saved_at, description=description, source=source
        )
        bucket = creation.establish(self.store, record)
        version = versions.append(self.store, bucket, 1, draft, body)
        if version is None:
            raise creation.name_taken(name, bucket)
        versions.settle(self.store, bucket)
        self._known[name] = bucket
        return Project(name, bucket, versions.read_record(self.store, bucket), version)

    def find(self, name: str) -> str:
        """The bucket of a project.

        Raises:
            NotFound: there is no such project; names similar ones.
        """
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> str:
        buckets = creation.buckets_of(self.store, name)
        states = {bucket: creation.state_of(self.store, bucket) for bucket in buckets}
        ours = [bucket for bucket, state in states.items() if state is BucketState.ESTABLISHED]
        if not ours:
            raise self._not_found(name)
        return ours[0] if len(ours) == 1 else min(ours, key=self._age)

    def _age(self, bucket: str) -> tuple[datetime, str]:
        """What the oldest of several buckets of one name is told by (S3 may list a new bucket late)."""
        with contextlib.suppress(AutomockError):
            return versions.read_record(self.store, bucket).created_at or EARLIEST, bucket
        return EARLIEST, bucket

    def _not_found(self, name: str) -> NotFound:
        import difflib

        similar = difflib.get_close_matches(name, self.names(), n=3)
        return NotFound(
            f"There is no project {name}",
            f"Similar names: {', '.join(similar)}." if similar else "",
            "See what there is with: automock-tui projects",
        )

    def names(self) -> list[str]:
        """The names of all projects, from their buckets' names alone."""
        found = (project_of_bucket(bucket) for bucket in self.store.buckets(BUCKET_PREFIX))
        return sorted({name for name in found if name})

    def _at(self, name: str, work: Callable[[str], Result]) -> Result:
        """Work on a project's bucket; on another one if it was deleted and created anew since we looked."""
        try:
            return work(self.find(name))
        except BucketNotFound:
            self._known.pop(name, None)
            return work(self.find(name))

    def open(self, name: str) -> ProjectSnapshot:
        """The project's record and deployment; its expectations come when asked for.

        Raises:
            NotFound: there is no such project.
            DamagedDocument: one of the two documents cannot be read.
        """
        return self._at(name, partial(self._open, name))

    def _open(self, name: str, bucket: str) -> ProjectSnapshot:
        record = versions.read_record(self.store, bucket)
        deployment = deployments.read(self.store, bucket)
        return ProjectSnapshot(name, bucket, record, deployment, partial(self.read_expectations, name))

    def list_all(self, max_workers: int = WORKERS) -> list[ProjectSummary]:
        """All projects, sorted by name. What cannot be read of one is an error in its row."""
        buckets = [bucket for bucket in self.store.buckets(BUCKET_PREFIX) if project_of_bucket(bucket)]
        rows = in_parallel(self._summary, buckets, max_workers)
        return sorted((row for row in rows if row), key=lambda row: (row.name, row.bucket))

    def _summary(self, bucket: str) -> ProjectSummary | None:
        """One row, or None for a bucket that is being created, or that lost to another of its name."""
        name = project_of_bucket(bucket) or bucket
        record = deployment = error = None
        try:
            found = read_or_none(self.store, bucket, PROJECT_KEY)
            if found is None and creation.state_of(self.store, bucket) is not BucketState.ESTABLISHED:
                return None
            if found and creation.is_superseded(found.body):
                return None
            deployment = deployments.read(self.store, bucket)
            record = _record_of(name, bucket, found.body if found else b"{}")
        except BucketNotFound:
            return None
        except AutomockError as failure:
            error = failure
        return ProjectSummary(name, bucket, record, deployment, error)

    def delete(self, name: str, *, force: bool = False) -> None:
        """Delete a project with its versions and history.

        Args:
            name: The project.
            force: Delete it whatever its deployment says, even if that cannot be read.

        Raises:
            NotFound: there is no such project.
            AutomockError: its deployment may still have resources.
            LostRace: a deploy or destroy is under way.
        """
        buckets = creation.buckets_of(self.store, name)
        states = {bucket: creation.state_of(self.store, bucket) for bucket in buckets}
        unused = {bucket for bucket, state in states.items() if state is not BucketState.ESTABLISHED}
        self._known.pop(name, None)
        if buckets and len(unused) < len(buckets):
            bucket = self._find(name)
            if not force:
                deployments.close_for_deletion(self.store, bucket, by=self.author)
            unused.add(bucket)
        if not unused:
            raise self._not_found(name)
        self._known.pop(name, None)
        for bucket in sorted(unused):
            self.store.delete_bucket(bucket)

    # --- expectations and versions

    def read_expectations(self, name: str) -> Expectations:
        """The current expectations, exactly as they were saved.

        Raises:
            NotFound: there is no such project.
            DamagedDocument: they cannot be read.
        """
        return self._at(name, partial(versions.settle, self.store))

    def save_expectations(self, name: str, body: bytes, *, base_version: str, message: str = "") -> Version:
        """Save expectations as the next version.

        Args:
            name: The project.
            body: A JSON array, kept to the byte.
            base_version: The version that they were made from, from `read_expectations`.
            message: What was changed.

        Raises:
            InvalidInput: not a JSON array; says the line and column.
            SaveConflict: somebody saved a newer version; carries both. Nothing was written.
        """
        return self._at(
            name,
            lambda bucket: versions.save(
                self.store, bucket, body, base_version=base_version, author=self.author, message=message
            ),
        )

    def versions(self, name: str) -> list[Version]:
        """All versions, newest first, without their expectations (`expectation_count` has their number)."""
        return self._at(name, self._versions)

    def _versions(self, bucket: str) -> list[Version]:
        keys = self.store.keys(bucket, VERSIONS_PREFIX)
        names = [key.removeprefix(VERSIONS_PREFIX).removesuffix(".json") for key in keys]
        read = partial(self._version_head, bucket)
        return in_parallel(read, sorted(names, key=version_number, reverse=True), WORKERS)

    def _version_head(self, bucket: str, version: str) -> Version:
        try:
            found = versions.read_version(self.store, bucket, version)
        except DamagedDocument as error:
            return Version(version=version, message=f"{history.UNREADABLE}: {error.message}")
        return replace(found.version, expectations=[], as_read={}) if found else Version(version=version)

    def read_version(self, name: str, version: str) -> SavedVersion:
        """One saved version, to the byte.

        Raises:
            NotFound: the project has no such version.
            DamagedDocument: it cannot be read.
        """
        found = self._at(name, lambda bucket: versions.read_version(self.store, bucket, version))
        if found is None:
            raise NotFound(
                f"{name} has no version {version}",
                f"There is no {version_key(version)}.",
                f"See what there is with: automock-tui versions --project {name}",
            )
        return found

    # --- the deployment

    def deployment(self, name: str) -> DeploymentMetadata:
        """The deployment; its status is `none` where there never was one.

        Raises:
            NotFound: there is no such project.
            DamagedDocument: the document cannot be read; it is kept.
        """
        return self._at(name, partial(deployments.read, self.store))

    def update_deployment(self, name: str, change: Change) -> DeploymentMetadata:
        """Change the deployment by compare-and-swap.

        Args:
            name: The project.
            change: From the deployment as it is, and the store's time, to what it shall be. Applied to what is
                there, anew for each attempt; what it raises is raised here, and nothing is written.

        Returns:
            The deployment as this change left it.

        Raises:
            DamagedDocument: the document cannot be read; it is kept.
            LostRace: others came first for a whole minute.
            Unreachable: the store stopped answering; says whether the change may have been made.
        """
        return self._at(name, lambda bucket: deployments.update(self.store, bucket, change))

    def delete_deployment_metadata(self, name: str) -> None:
        """Forget the deployment; what runs in the cloud is not touched."""
        self._at(name, lambda bucket: self.store.delete(bucket, DEPLOYMENT_KEY))

    def is_deployed(self, name: str) -> bool:
        """Whether a running mock should exist."""
        return self.deployment(name).is_deployed

    def ttl_remaining(self, name: str) -> timedelta | None:
        """Time until the deployment ends by the store's clock, negative when over; None without a TTL."""
        return self.deployment(name).remaining(self.store.now())

    def extend_ttl(self, name: str, hours: float) -> Extension:
        """Let the deployment live `hours` longer; two who do so at once both count.

        Raises:
            InvalidInput: hours not above 0, or the new end too far away.
            NotFound: no such project, nothing deployed, or no TTL.
            LostRace: it is being deployed or torn down.
        """
        return self._at(name, lambda bucket: deployments.extend_ttl(self.store, bucket, hours, by=self.author))

    def lock_info(self, name: str) -> LockInfo | None:
        """Who holds the lock on Terraform's state, for what, since when; None where nobody does."""
        return self._at(name, partial(deployments.lock_info, self.store))

    # --- history

    def add_history(
        self, name: str, kind: EventKind, summary: str, details: dict[str, Any] | None = None
    ) -> HistoryEvent:
        """Write down that something happened; `details` must be JSON and hold no secrets."""
        event = history.new_event(self.store, kind, self.author, summary, details or {})
        self._at(name, lambda bucket: history.add(self.store, bucket, event))
        return event

    def history(self, name: str, limit: int = 50, kind: EventKind | None = None) -> list[HistoryEvent]:
        """The last events (of one kind), newest first."""
        return self._at(name, lambda bucket: history.latest(self.store, bucket, limit, kind))


def _as_bytes(expectations: bytes | list[Any]) -> bytes:
    return expectations if isinstance(expectations, bytes) else to_json(expectations)


def _record_of(name: str, bucket: str, body: bytes) -> ProjectRecord:
    return replace(read_document(body, ProjectRecord, f"{bucket}/{PROJECT_KEY}"), project_name=name)
