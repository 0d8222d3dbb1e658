"""A project's history: one small object per event, never rewritten."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.project import HISTORY_PREFIX, EventKind, HistoryEvent, history_key
from automock_tui.storage.documents import read_document
from automock_tui.storage.objects import BucketNotFound, ObjectStore, PreconditionFailed
from automock_tui.storage.parallel import in_parallel

UNREADABLE = "unreadable"
"""The `event` of an entry that cannot be read; its summary says why."""
EARLIEST = datetime.min.replace(tzinfo=UTC)


def new_event(
    store: ObjectStore, kind: EventKind, by: str, summary: str, details: dict[str, Any]
) -> HistoryEvent:
    """An event that happens now, by the store's clock."""
    return HistoryEvent(
        id=os.urandom(4).hex(), event=kind.value, at=store.now(), by=by, summary=summary, details=details
    )


def add(store: ObjectStore, bucket: str, event: HistoryEvent) -> None:
    """Write an event down."""
    with contextlib.suppress(PreconditionFailed):  # our own write, sent again after its answer was lost
        store.put(bucket, history_key(event), event.to_json(), if_match="")


def latest(store: ObjectStore, bucket: str, limit: int, kind: EventKind | None = None) -> list[HistoryEvent]:
    """The last events (of one kind, which their keys tell), newest first."""
    keys = [key for key in store.keys(bucket, HISTORY_PREFIX) if kind is None or f"-{kind.value}-" in key]
    keys = keys[::-1][:limit]
    events = in_parallel(partial(_read, store, bucket), keys)
    return sorted(events, key=lambda event: event.at or EARLIEST, reverse=True)


def _read(store: ObjectStore, bucket: str, key: str) -> HistoryEvent:
    try:
        return read_document(store.get(bucket, key).body, HistoryEvent, f"{bucket}/{key}")
    except BucketNotFound:
        raise
    except AutomockError as error:
        return HistoryEvent(id=key, event=UNREADABLE, at=None, summary=f"{error.title}: {error.message}")
