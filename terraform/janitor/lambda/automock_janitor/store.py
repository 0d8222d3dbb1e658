"""A project's bucket: its record by compare-and-swap, its history, Terraform's state."""

from __future__ import annotations

import json
import random
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from automock_janitor.clients import Client, code_of, pages, says_gone
from automock_janitor.rules import REMEMBERED_WRITES, Record

BUCKET = re.compile(r"auto-mock-(?P<project>[a-z0-9][a-z0-9-]{1,38}[a-z0-9])-[a-z0-9]{6}")
RECORD_KEY = "deployment-metadata.json"
STATE_KEY = "terraform/terraform.tfstate"
LOCK_KEY = STATE_KEY + ".tflock"
SAVED_STATE_KEY = "terraform/before-teardown.tfstate"
ATTEMPTS = 30
_CONFLICTS = {
    "PreconditionFailed",
    "412",
    "ConditionalRequestConflict",
    "409",
    "OperationAborted",
    "ConflictException",
}


class Unreadable(Exception):
    """A record that cannot be understood; it is left as it is."""


class Contended(Exception):
    """Others changed the record at every attempt."""


@dataclass(frozen=True)
class Found:
    """A record as it was read: its version, when it was written, and the store's time."""

    record: Record
    etag: str
    written_at: datetime
    now: datetime


def project_buckets(s3: Client, region: str) -> list[str]:
    """The buckets of projects in this region."""
    listed = pages(s3, "list_buckets", "Buckets", Prefix="auto-mock-", BucketRegion=region)
    return sorted(
        bucket["Name"]
        for bucket in listed
        if BUCKET.fullmatch(bucket["Name"]) and bucket.get("BucketRegion", region) == region
    )


def read(s3: Client, bucket: str) -> Found | None:
    """The deployment's record, None where there is none.

    Raises:
        Unreadable: it is not a JSON object.
    """
    from botocore.exceptions import ClientError

    try:
        answer = s3.get_object(Bucket=bucket, Key=RECORD_KEY)
    except ClientError as error:
        if says_gone(error):
            return None
        raise
    return Found(
        _object(answer["Body"].read(), bucket), answer["ETag"], answer["LastModified"], _date_of(answer)
    )


def _object(body: bytes, bucket: str) -> Record:
    try:
        record = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{bucket}/{RECORD_KEY} is not JSON") from error
    if not isinstance(record, dict):
        raise Unreadable(f"{bucket}/{RECORD_KEY} is not a JSON object")
    return record


def _date_of(answer: dict[str, Any]) -> datetime:
    """S3's clock, which every TTL is measured by."""
    date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def update(s3: Client, bucket: str, change: Callable[[Found], Record | None]) -> Record | None:
    """Change the record exactly once, however many others change it at the same time.

    Args:
        s3: The client.
        bucket: The project's bucket.
        change: From what is there to what shall be, None to leave it; called anew for each attempt.

    Returns:
        The record as this change left it, None where it was left alone or is gone.

    Raises:
        Contended: others came first each time.
    """
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    nonce = secrets.token_hex(8)
    for attempt in range(ATTEMPTS):
        found = read(s3, bucket)
        if found is None:
            return None
        writes = _writes(found.record)
        if nonce in writes:
            return found.record  # written, although the answer was lost
        record = change(found)
        if record is None:
            return None
        record = {**record, "recent_writes": [*writes, nonce][-REMEMBERED_WRITES:]}
        try:
            _put(s3, bucket, RECORD_KEY, record, IfMatch=found.etag)
            return record
        except ClientError as error:
            if code_of(error) not in _CONFLICTS:
                raise
        except (ConnectionError, HTTPClientError):
            if attempt > 3:
                raise
        time.sleep(random.uniform(0, min(1.5, 0.02 * 2**attempt)))
    raise Contended(f"{bucket}/{RECORD_KEY} is being changed all the time")


def _writes(record: Record) -> list[str]:
    writes = record.get("recent_writes")
    return writes if isinstance(writes, list) else []


def _put(s3: Client, bucket: str, key: str, document: Any, **condition: str) -> None:
    body = json.dumps(document, indent=2, ensure_ascii=False).encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", **condition)


def add_history(
    s3: Client, bucket: str, event: str, at: datetime, *, by: str, summary: str, **details: Any
) -> None:
    """One entry of the history; told again, the same event of the same instant is not written again."""
    from botocore.exceptions import ClientError

    stamp = f"{at.year:04}{at:%m%dT%H%M%S.%fZ}"
    entry = {
        "id": "janitor",
        "event": event,
        "at": at.isoformat().replace("+00:00", "Z"),
        "by": by,
        "summary": summary,
        "details": details,
    }
    try:
        _put(s3, bucket, f"history/{stamp}-{event}-janitor.json", entry, IfNoneMatch="*")
    except ClientError as error:
        if code_of(error) not in _CONFLICTS:
            raise


def locked_since(s3: Client, bucket: str) -> datetime | None:
    """Since when Terraform's state is locked, None where it is not.

    By the store's clock: what the lock itself says is by the clock of whoever took it.
    """
    from botocore.exceptions import ClientError

    try:
        answer = s3.head_object(Bucket=bucket, Key=LOCK_KEY)
    except ClientError as error:
        if says_gone(error) or code_of(error) == "404":
            return None
        raise
    written: datetime = answer["LastModified"]
    return written


def remove_state(s3: Client, bucket: str) -> None:
    """Remove Terraform's state and a lock that was left; the bucket's versions, or a copy, keep the state."""
    from botocore.exceptions import ClientError

    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        try:
            s3.copy_object(Bucket=bucket, Key=SAVED_STATE_KEY, CopySource={"Bucket": bucket, "Key": STATE_KEY})
        except ClientError as error:
            if not says_gone(error):
                raise
    for key in (STATE_KEY, LOCK_KEY):
        s3.delete_object(Bucket=bucket, Key=key)
