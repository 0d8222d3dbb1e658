"""By what a project's expectations are judged: the rules that are silenced, and its API descriptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from automock_tui.domain.project import DESCRIPTIONS_PREFIX, PROJECT_KEY, ProjectRecord, project_of_bucket
from automock_tui.storage.documents import read_document
from automock_tui.storage.objects import ObjectStore, StoredObject
from automock_tui.storage.swap import swap

Rules = frozenset[str]


def change_silenced(store: ObjectStore, bucket: str, change: Callable[[Rules], Rules]) -> Rules:
    """Change which rules are silenced, by compare-and-swap; returns them.

    Raises:
        DamagedDocument: the project's record cannot be read; it is kept.
        LostRace: others changed it each time.
    """
    chosen: Rules = frozenset()

    def changed(current: StoredObject | None) -> bytes | None:
        nonlocal chosen
        where = f"{bucket}/{PROJECT_KEY}"
        new = ProjectRecord(project_name=project_of_bucket(bucket) or bucket)
        record = read_document(current.body, ProjectRecord, where) if current else new
        before = frozenset(map(str, record.silenced_rules))
        chosen = change(before)
        return None if chosen == before else replace(record, silenced_rules=sorted(chosen)).to_json()

    swap(store, bucket, PROJECT_KEY, changed)
    return chosen


def keep_description(store: ObjectStore, bucket: str, name: str, body: bytes) -> None:
    """Keep an API description beside the expectations; one of the same name is replaced."""
    swap(
        store,
        bucket,
        DESCRIPTIONS_PREFIX + name,
        lambda current: None if current is not None and current.body == body else body,
        landed=lambda there: there == body,
    )


def read_descriptions(store: ObjectStore, bucket: str) -> list[tuple[str, bytes]]:
    """The API descriptions of a project by their names."""
    keys = store.keys(bucket, DESCRIPTIONS_PREFIX)
    return [(key.removeprefix(DESCRIPTIONS_PREFIX), store.get(bucket, key).body) for key in keys]
