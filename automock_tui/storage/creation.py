"""Giving a project its bucket, so that of several that are created at once under one name, one wins.

Buckets end in random letters, so two people who create `petstore` at once may each make one. The object
`metadata.json` decides: it is written once (If-None-Match), either as the project's record or, by somebody who
prefers another bucket, as a note that this one is superseded. Nobody writes a record before every other bucket
of the name that he can see is superseded; so no two records come to be. A bucket left empty by a crash is used
by the next who wants the name.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from enum import Enum

from automock_tui.domain.errors import InvalidInput, LostRace
from automock_tui.domain.project import (
    BUCKET_PREFIX,
    PROJECT_KEY,
    SUFFIX_ALPHABET,
    SUFFIX_LENGTH,
    ProjectRecord,
    bucket_name,
    project_of_bucket,
)
from automock_tui.storage.documents import to_json
from automock_tui.storage.objects import BucketNotFound, ObjectNotFound, ObjectStore, PreconditionFailed
from automock_tui.storage.swap import read_or_none

_ROUNDS = 8
_SUPERSEDED = "superseded_by"
_TAGS = {"automock:managed": "true"}


class BucketState(Enum):
    """What a bucket is to the project in its name."""

    GONE = "gone"
    EMPTY = "empty"
    SUPERSEDED = "superseded"
    ESTABLISHED = "established"


def buckets_of(store: ObjectStore, name: str) -> list[str]:
    """The buckets whose names say that they are this project's, sorted."""
    found = store.buckets(f"{BUCKET_PREFIX}{name}-")
    return [bucket for bucket in found if project_of_bucket(bucket) == name]


def state_of(store: ObjectStore, bucket: str) -> BucketState:
    """Whether a project lives in this bucket, or did not come to live there."""
    try:
        record = read_or_none(store, bucket, PROJECT_KEY)
        if record is None:
            keys = store.keys(bucket, "")
            if PROJECT_KEY not in keys:
                return BucketState.ESTABLISHED if keys else BucketState.EMPTY
            record = store.get(bucket, PROJECT_KEY)  # written since we looked
    except ObjectNotFound:
        return BucketState.GONE
    return BucketState.SUPERSEDED if is_superseded(record.body) else BucketState.ESTABLISHED


def is_superseded(record: bytes) -> bool:
    """Whether a `metadata.json` is the note that another bucket holds the project."""
    try:
        value = json.loads(record)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and _SUPERSEDED in value


def establish(store: ObjectStore, record: ProjectRecord) -> str:
    """The bucket for a new project, with this record in it.

    A project of that name that holds nothing but its record, because whoever created it was stopped there, is
    taken up as it is.

    Raises:
        InvalidInput: the name is taken.
        LostRace: too many others create and delete projects of that name.
    """
    made: set[str] = set()
    bucket = ""
    try:
        for _ in range(_ROUNDS):
            buckets = {*buckets_of(store, record.project_name)}
            if not buckets:
                made.add(_make_bucket(store, record.project_name))
                buckets = made | {*buckets_of(store, record.project_name)}
            bucket = _claim(store, sorted(buckets), record)
            if bucket:
                return bucket
    finally:
        _clear(store, made - {bucket})
    raise LostRace(
        f"{record.project_name} could not be created",
        "Others create or delete a project of that name all the time.",
        "Try again, or choose another name.",
    )


def _make_bucket(store: ObjectStore, name: str) -> str:
    while True:
        import secrets

        suffix = "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_LENGTH))
        bucket = bucket_name(name, suffix)
        with contextlib.suppress(PreconditionFailed):
            store.create_bucket(bucket, tags={**_TAGS, "automock:project": name})
            return bucket


def _claim(store: ObjectStore, buckets: list[str], record: ProjectRecord) -> str:
    """Establish the first bucket that can be, after superseding the others; empty to look again."""
    states = {bucket: state_of(store, bucket) for bucket in buckets}
    for bucket, state in states.items():
        if state is BucketState.ESTABLISHED:
            return _take_up(store, bucket, record.project_name)
    empty = [bucket for bucket, state in states.items() if state is BucketState.EMPTY]
    dead = [bucket for bucket, state in states.items() if state is BucketState.SUPERSEDED]
    if not empty:
        _clear(store, dead)
        return ""
    chosen, *others = empty
    try:
        for other in others:
            _supersede(store, other, chosen)
        store.put(chosen, PROJECT_KEY, record.to_json(), if_match="")
    except (PreconditionFailed, BucketNotFound):
        return ""
    _clear(store, [*dead, *others])
    return chosen


def _take_up(store: ObjectStore, bucket: str, name: str) -> str:
    try:
        if store.keys(bucket, "") == [PROJECT_KEY]:
            return bucket
    except BucketNotFound:
        return ""
    raise name_taken(name, bucket)


def name_taken(name: str, bucket: str) -> InvalidInput:
    """The error for a project name that somebody uses."""
    return InvalidInput(
        f"There is a project {name} already",
        f"It lives in {bucket}.",
        f"Choose another name, or work on that one: automock-tui status --project {name}",
    )


def _supersede(store: ObjectStore, bucket: str, chosen: str) -> None:
    """Make sure that nobody can establish this bucket.

    Raises:
        PreconditionFailed: somebody established it first.
    """
    note = to_json({"project_name": project_of_bucket(bucket), _SUPERSEDED: chosen})
    try:
        store.put(bucket, PROJECT_KEY, note, if_match="")
    except BucketNotFound:
        return
    except PreconditionFailed:
        if state_of(store, bucket) is BucketState.ESTABLISHED:
            raise


def _clear(store: ObjectStore, buckets: Iterable[str]) -> None:
    """Delete buckets that no project came to live in."""
    for bucket in buckets:
        if state_of(store, bucket) is not BucketState.ESTABLISHED:
            store.delete_bucket(bucket)
