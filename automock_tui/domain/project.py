"""A project: its name, its bucket, its own record, its versions and its history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from automock_tui.domain.document import ARRAY, INSTANT, INTEGER, OBJECT, TEXT, Document, stored
from automock_tui.domain.errors import InvalidInput

BUCKET_PREFIX = "auto-mock-"
SUFFIX_LENGTH = 6
SUFFIX_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

_PROJECT_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{1,38}[a-z0-9])")
_BUCKET_NAME = re.compile(rf"{BUCKET_PREFIX}(?P<project>{_PROJECT_NAME.pattern})-(?P<suffix>[a-z0-9]{{6}})")

EXPECTATIONS_KEY = "expectations.json"
PROJECT_KEY = "metadata.json"
DEPLOYMENT_KEY = "deployment-metadata.json"
VERSIONS_PREFIX = "versions/"
HISTORY_PREFIX = "history/"
DESCRIPTIONS_PREFIX = "descriptions/"
STATE_KEY = "terraform/terraform.tfstate"
LOCK_KEY = STATE_KEY + ".tflock"


def check_project_name(name: str) -> str:
    """The name itself if it can name a project.

    Raises:
        InvalidInput: not 3 to 40 of a-z, 0-9 and hyphen, starting and ending with a letter or digit.
    """
    if _PROJECT_NAME.fullmatch(name):
        return name
    raise InvalidInput(
        f"Bad project name: {name!r}",
        "A project name has 3 to 40 characters of a-z, 0-9 and hyphen, and starts and ends with a letter or "
        "digit, because it becomes part of a bucket's name.",
        "Choose another name, such as petstore or orders-v2.",
    )


def bucket_name(project: str, suffix: str) -> str:
    """The bucket of a project; the suffix keeps names apart in S3's one global space."""
    return f"{BUCKET_PREFIX}{project}-{suffix}"


def project_of_bucket(bucket: str) -> str | None:
    """The project whose bucket this is, or None for a bucket that is not ours."""
    found = _BUCKET_NAME.fullmatch(bucket)
    return found["project"] if found else None


def version_number(version: str) -> int:
    """The number in a version's name (`v14` is 14); 0 for a name without one."""
    digits = re.fullmatch(r"v([0-9]{1,18})", version)
    return int(digits[1]) if digits else 0


def version_name(number: int) -> str:
    """The name of the version with this number: `v14`."""
    return f"v{number}"


def version_key(version: str) -> str:
    """Where a version is stored."""
    return f"{VERSIONS_PREFIX}{version}.json"


@dataclass(frozen=True, kw_only=True)
class ProjectRecord(Document):
    """The document `metadata.json` of a project."""

    schema_version: int = stored(INTEGER, 1)
    project_name: str = stored(TEXT, "")
    current_version: str = stored(TEXT, "")
    created_at: datetime | None = stored(INSTANT)
    updated_at: datetime | None = stored(INSTANT)
    description: str = stored(TEXT, "")
    source: str = stored(TEXT, "")
    recent_writes: list[str] = stored(ARRAY, factory=list)
    silenced_rules: list[str] = stored(ARRAY, factory=list)
    """Rules of the linter that are not reported here."""


@dataclass(frozen=True, kw_only=True)
class Version(Document):
    """The document `versions/{version}.json`: one saved set of expectations, never rewritten."""

    version: str = stored(TEXT, "")
    saved_at: datetime | None = stored(INSTANT)
    author: str = stored(TEXT, "")
    message: str = stored(TEXT, "")
    write_id: str = stored(TEXT, "")
    expectation_count: int = stored(INTEGER, 0)
    expectations: list[Any] = stored(ARRAY, factory=list)


class EventKind(StrEnum):
    """What a history entry tells."""

    CREATED = "created"
    SAVED = "saved"
    DEPLOYED = "deployed"
    EXTENDED = "extended"
    ROLLED_BACK = "rolled-back"
    DESTROYED = "destroyed"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class HistoryEvent(Document):
    """One entry of a project's history, a small immutable object."""

    id: str = stored(TEXT, "")
    event: str = stored(TEXT, "")
    at: datetime | None = stored(INSTANT)
    by: str = stored(TEXT, "")
    summary: str = stored(TEXT, "")
    details: dict[str, Any] = stored(OBJECT, factory=dict)


def history_key(event: HistoryEvent) -> str:
    """Where a history entry is stored; keys sort by time, which is why each has its microseconds."""
    at = event.at or datetime.min.replace(tzinfo=UTC)
    stamp = at.astimezone(UTC).strftime("%m%dT%H%M%S.%fZ")
    return f"{HISTORY_PREFIX}{at.astimezone(UTC).year:04}{stamp}-{event.event}-{event.id}.json"
