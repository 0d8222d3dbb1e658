"""The object-store protocol: small objects in buckets, changed by compare-and-swap on their ETag.

S3 and a folder on this machine speak it alike; everything above knows only this page. Calls block; whoever
needs many at once uses threads. Every implementation turns its own failures into the errors below or into an
`AutomockError` with a next step (no credentials, no permission, no network, bucket gone, disk full).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from automock_tui.domain.aws_errors import Forbidden, Unreachable
from automock_tui.domain.errors import AutomockError

__all__ = [
    "BucketNotFound",
    "Forbidden",
    "ObjectNotFound",
    "ObjectStore",
    "PreconditionFailed",
    "StoredObject",
    "Unreachable",
]


@dataclass(frozen=True)
class StoredObject:
    """An object as it was read: `etag` is what a later conditional write must still find."""

    key: str
    body: bytes
    etag: str
    last_modified: datetime


class ObjectNotFound(AutomockError):
    """There is no such object (or no such bucket)."""

    exit_code = 3


class PreconditionFailed(AutomockError):
    """The object is not what the conditional write expected: somebody else wrote first (S3's 412 and 409)."""

    exit_code = 4


class BucketNotFound(ObjectNotFound):
    """There is no such bucket, or it was deleted meanwhile."""


class ObjectStore(Protocol):
    """Buckets of small objects with compare-and-swap."""

    def buckets(self, prefix: str) -> list[str]:
        """Names of all buckets that start with prefix, sorted."""

    def create_bucket(self, bucket: str, *, tags: dict[str, str] | None = None) -> None:
        """Create a private, encrypted bucket.

        Raises:
            PreconditionFailed: the name is taken.
        """

    def delete_bucket(self, bucket: str) -> None:
        """Delete a bucket with everything in it, old versions too; a bucket that is gone is no error."""

    def get(self, bucket: str, key: str) -> StoredObject:
        """Read one object.

        Raises:
            ObjectNotFound: no such object.
            BucketNotFound: no such bucket.
        """

    def put(self, bucket: str, key: str, body: bytes, *, if_match: str) -> str:
        """Write one object only if its ETag still is `if_match`; an empty `if_match` means it must not exist.

        There is no unconditional write. Returns the new ETag.

        Raises:
            PreconditionFailed: somebody else wrote, created or deleted it. A write whose answer was lost and
                that was sent again raises this too: callers keep a nonce in the body to tell.
            BucketNotFound: no such bucket.
            Unreachable: no answer; the write may have happened.
        """

    def delete(self, bucket: str, key: str) -> None:
        """Delete one object; one that is gone is no error."""

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Keys that start with prefix, sorted.

        Raises:
            BucketNotFound: no such bucket.
        """

    def now(self) -> datetime:
        """The store's clock, UTC: S3's Date header, carried forward between answers."""

    def clock_skew(self) -> float:
        """Seconds that this machine's clock is ahead of the store's; 0 where they are the same."""

    def clock_pace(self) -> float:
        """Seconds that pass by the store's clock in one of this machine's: 1, but for a hurried sandbox."""
