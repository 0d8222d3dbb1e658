"""The compare-and-swap loop: read, change, write only if nobody else did, or start again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from automock_tui.domain.errors import LostRace
from automock_tui.storage.objects import (
    BucketNotFound,
    ObjectNotFound,
    ObjectStore,
    PreconditionFailed,
    StoredObject,
    Unreachable,
)

MAX_ATTEMPTS = 60
MAX_SECONDS = 60.0
"""After this long a loop gives up; 32 writers at once need a few seconds."""
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.5
"""Seconds. Pauses are drawn between 0 and a bound that doubles from the first to the longest ("full jitter"),
so that writers that collided spread out."""
MAX_SILENCES = 3
"""How often the store may fail to answer a write before the loop gives up."""


def read_or_none(store: ObjectStore, bucket: str, key: str) -> StoredObject | None:
    """An object, or None where it is not there.

    Raises:
        BucketNotFound: no such bucket.
    """
    try:
        return store.get(bucket, key)
    except BucketNotFound:
        raise
    except ObjectNotFound:
        return None


def swap(
    store: ObjectStore,
    bucket: str,
    key: str,
    change: Callable[[StoredObject | None], bytes | None],
    *,
    landed: Callable[[bytes], bool] = lambda body: False,
) -> None:
    """Change one object, however many others change it at once.

    Args:
        store: Where it is.
        bucket: Its bucket.
        key: Its key.
        change: From what is there (None: nothing) to what shall be; None for nothing to do. Called anew for
            each attempt; what it raises ends the loop.
        landed: Whether content holds our change already: a write whose answer was lost did happen.

    Raises:
        LostRace: others came first each time.
        Unreachable: the store stopped answering; says that the change may have been written.
    """
    silences = 0
    for attempt in _attempts():
        current = _read(store, bucket, key, unsure=silences > 0)
        if attempt and current is not None and landed(current.body):
            return
        body = change(current)
        if body is None:
            return
        try:
            store.put(bucket, key, body, if_match=current.etag if current else "")
            return
        except PreconditionFailed:
            continue
        except Unreachable as error:
            silences += 1
            if silences == MAX_SILENCES:
                raise _unknown_outcome(key, error) from error
    raise LostRace(
        f"{key} is being changed all the time",
        f"{MAX_ATTEMPTS} attempts in {MAX_SECONDS:.0f} s each lost to somebody else ({bucket}).",
        "Nothing was written. Try again.",
    )


def _attempts() -> Iterator[int]:
    end = time.monotonic() + MAX_SECONDS
    for attempt in range(MAX_ATTEMPTS):
        if attempt:
            bound = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt, 10))
            time.sleep(random.uniform(0, bound))
            if time.monotonic() > end:
                return
        yield attempt


def _read(store: ObjectStore, bucket: str, key: str, *, unsure: bool) -> StoredObject | None:
    try:
        return read_or_none(store, bucket, key)
    except Unreachable as error:
        raise (_unknown_outcome(key, error) if unsure else error) from error


def _unknown_outcome(key: str, error: Unreachable) -> Unreachable:
    return Unreachable(
        error.title,
        f"{error.message}\nThe change to {key} was sent, but not confirmed: it may have been made.",
        "Look at what is there before you try again: automock-tui status",
    )
