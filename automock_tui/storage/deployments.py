"""The document `deployment-metadata.json` in a project's bucket, changed by compare-and-swap."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from automock_tui.domain.deployment import (
    REMEMBERED_WRITES,
    DeploymentMetadata,
    DeploymentStatus,
    extend,
)
from automock_tui.domain.document import INSTANT, TEXT, Document, stored
from automock_tui.domain.errors import AutomockError, LostRace
from automock_tui.domain.project import DEPLOYMENT_KEY, LOCK_KEY, STATE_KEY, project_of_bucket
from automock_tui.storage.documents import DamagedDocument, read_document
from automock_tui.storage.objects import ObjectStore, StoredObject
from automock_tui.storage.swap import read_or_none, swap

Change = Callable[[DeploymentMetadata, datetime], DeploymentMetadata]
"""From the deployment as it is, and the store's time, to the deployment as it shall be."""

_DELETING = "delete-"


class Extension(NamedTuple):
    """An extended TTL: when it ended before, when it ends now, and the store's time of the change."""

    before: datetime
    after: datetime
    now: datetime


@dataclass(frozen=True, kw_only=True)
class LockInfo(Document):
    """Terraform's `.tflock`: who holds the state's lock, for what, since when; Terraform's names."""

    ID: str = stored(TEXT, "")
    Operation: str = stored(TEXT, "")
    Info: str = stored(TEXT, "")
    Who: str = stored(TEXT, "")
    Version: str = stored(TEXT, "")
    Created: datetime | None = stored(INSTANT)
    Path: str = stored(TEXT, "")


def read(store: ObjectStore, bucket: str) -> DeploymentMetadata:
    """The deployment; its status is `none` where there is no document.

    Raises:
        DamagedDocument: it cannot be read.
    """
    return _decoded(bucket, read_or_none(store, bucket, DEPLOYMENT_KEY))


def _decoded(bucket: str, found: StoredObject | None) -> DeploymentMetadata:
    name = project_of_bucket(bucket) or bucket
    if found is None:
        return DeploymentMetadata(project_name=name)
    metadata = read_document(found.body, DeploymentMetadata, f"{bucket}/{DEPLOYMENT_KEY}")
    return replace(metadata, project_name=metadata.project_name or name)


def update(store: ObjectStore, bucket: str, change: Change) -> DeploymentMetadata:
    """Apply a change to the deployment, however many others change it at once, exactly once.

    Each attempt starts from what is there then. The document remembers the last writes by a nonce, so that a
    write whose answer was lost is known even if others wrote after it.

    Returns:
        The deployment as this change left it.

    Raises:
        DamagedDocument: the document cannot be read; it is left as it is.
        LostRace: from `change`, or others came first each time.
    """
    nonce = os.urandom(8).hex()
    made = DeploymentMetadata()
    where = f"{bucket}/{DEPLOYMENT_KEY}"

    def changed(found: StoredObject | None) -> bytes:
        nonlocal made
        before = _decoded(bucket, found)
        writes = [*before.recent_writes, nonce][-REMEMBERED_WRITES:]
        made = replace(change(before, store.now()), as_read=before.as_read, recent_writes=writes)
        return made.to_json()

    def landed(body: bytes) -> bool:
        return nonce in read_document(body, DeploymentMetadata, where).recent_writes

    swap(store, bucket, DEPLOYMENT_KEY, changed, landed=landed)
    return made


def extend_ttl(store: ObjectStore, bucket: str, hours: float, *, by: str) -> Extension:
    """Let the deployment live `hours` longer; two who do so at once both count.

    Raises:
        InvalidInput: hours not above 0, or the new end too far away.
        NotFound: nothing is deployed, or it has no TTL.
        LostRace: it is being deployed or torn down.
    """
    done: list[Extension] = []

    def extended(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        longer = extend(metadata, hours=hours, by=by, now=now)
        assert metadata.ttl_expiry is not None and longer.ttl_expiry is not None  # extend refuses without
        done.append(Extension(metadata.ttl_expiry, longer.ttl_expiry, now))
        return longer

    update(store, bucket, extended)
    return done[-1]


def close_for_deletion(store: ObjectStore, bucket: str, *, by: str) -> None:
    """Make sure that nothing is deployed, and that nobody deploys from now on.

    Raises:
        AutomockError: resources may exist.
        LostRace: a deploy or destroy is under way.
    """
    left = resources_in_state(store, bucket)

    def closed(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        _refuse_while_resources(metadata, left)
        return replace(
            metadata,
            deployment_status=DeploymentStatus.DESTROYING,
            job_id=f"{_DELETING}{os.urandom(4).hex()}",
            updated_by=by,
        )

    update(store, bucket, closed)


def _refuse_while_resources(metadata: DeploymentMetadata, left: int) -> None:
    name, status = metadata.project_name, metadata.status
    resumes = status is DeploymentStatus.DESTROYING and metadata.job_id.startswith(_DELETING)
    if status in {DeploymentStatus.DEPLOYING, DeploymentStatus.DESTROYING} and not resumes:
        raise LostRace(
            f"{name} is {status.value}",
            f"{metadata.updated_by or 'Somebody'} is at it (job {metadata.job_id or 'unknown'}).",
            "Wait for it, then delete the project.",
        )
    if status is DeploymentStatus.DESTROYED:
        return  # proven when it was written; a state that still names something is only out of date
    if status is DeploymentStatus.DEPLOYED or left or (status is DeploymentStatus.FAILED and metadata.outputs):
        raise AutomockError(
            f"{name} still has resources in the cloud",
            f"Its status is {status.value}" + (f"; Terraform's state names {left} resources." if left else "."),
            f"Destroy them first: automock-tui destroy --project {name}",
        )


def resources_in_state(store: ObjectStore, bucket: str) -> int:
    """How many resources Terraform's state names; 0 where there is no state.

    Raises:
        DamagedDocument: the state cannot be read.
    """
    found = read_or_none(store, bucket, STATE_KEY)
    if found is None:
        return 0
    try:
        resources = json.loads(found.body)["resources"]
        return sum(len(resource["instances"]) for resource in resources if resource["mode"] == "managed")
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedDocument(f"{bucket}/{STATE_KEY}", f"No list of resources ({error}).", found.body) from None


def lock_info(store: ObjectStore, bucket: str) -> LockInfo | None:
    """Who holds the lock on Terraform's state, or None.

    Raises:
        DamagedDocument: there is a lock that cannot be read.
    """
    found = read_or_none(store, bucket, LOCK_KEY)
    return read_document(found.body, LockInfo, f"{bucket}/{LOCK_KEY}") if found else None
