"""Projects' buckets on S3, or on any server that speaks S3 with conditional writes."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.project import BUCKET_PREFIX
from automock_tui.storage.clock import ServerClock, ticks
from automock_tui.storage.objects import (
    BucketNotFound,
    Forbidden,
    ObjectNotFound,
    PreconditionFailed,
    StoredObject,
)
from automock_tui.storage.s3_errors import Request, error_code, from_answer, no_answer

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config
    from mypy_boto3_s3 import S3Client

CONNECT_TIMEOUT = 3
"""Seconds to wait for a connection: with three attempts, "no network" is said within ten seconds."""
READ_TIMEOUT = 20
"""Seconds to wait for the next byte of an answer."""
ATTEMPTS = 3
POOL = 64
"""Connections kept: more than the threads of one refresh."""
CONFLICT_ATTEMPTS = 6
"""How often a 409 is asked again: it tells of a request under way on the same key, over within milliseconds."""
OLD_VERSIONS_DAYS = 30
PACE_HEADER = "Automock-Speed"
"""In the answers of a sandbox whose time is not the world's: how many times as fast it runs."""


class S3Store:
    """An object store on S3.

    Args:
        session: Makes the boto3 session; called once, at the first request, so that starting costs nothing.
        region: Where new buckets go; buckets of other regions are not seen.
        endpoint_url: Another S3 server, empty for AWS.
    """

    def __init__(self, session: Callable[[], Session], region: str, *, endpoint_url: str = "") -> None:
        self._session = session
        self._region = region
        self._endpoint_url = endpoint_url
        self._clock = ServerClock()
        self._is_time_made_up = False
        self._lock = threading.Lock()
        self._made: S3Client | None = None

    def buckets(self, prefix: str) -> list[str]:
        """Names of the account's buckets in this region that start with prefix, sorted."""
        with _explained(Request("ListBuckets")):
            pages = self._client.get_paginator("list_buckets").paginate(
                Prefix=prefix, BucketRegion=self._region, PaginationConfig={"PageSize": 1000}
            )
            found = [bucket for page in pages for bucket in page.get("Buckets", [])]
        return sorted(
            bucket["Name"]
            for bucket in found
            if bucket["Name"].startswith(prefix) and bucket.get("BucketRegion", self._region) == self._region
        )

    def create_bucket(self, bucket: str, *, tags: dict[str, str] | None = None) -> None:
        """Create a bucket that is private, encrypted and keeps old versions of its objects for a month.

        Raises:
            PreconditionFailed: the name is taken.
        """
        self._refuse_existing(bucket)
        where: Any = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        with _explained(Request("CreateBucket", bucket)):
            self._client.create_bucket(Bucket=bucket, **({} if self._region == "us-east-1" else where))
        try:
            self._protect(bucket, tags or {})
        except AutomockError:
            with suppress(AutomockError):  # only if empty: somebody may have put a project into it by now
                self._remove_empty(bucket)
            raise

    def _refuse_existing(self, bucket: str) -> None:
        """In us-east-1 alone, S3 answers 200 to creating a bucket that one has already."""
        from botocore.exceptions import ClientError

        with _explained(Request("HeadBucket", bucket)):
            try:
                self._client.head_bucket(Bucket=bucket)
            except ClientError as error:
                if error_code(error) in {"404", "NoSuchBucket", "403"}:
                    return
                raise
        raise PreconditionFailed(f"The bucket name {bucket} is taken")

    def _protect(self, bucket: str, tags: dict[str, str]) -> None:
        client = self._client
        closed = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        encrypted = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
        steps: list[tuple[str, Callable[..., object], dict[str, Any]]] = [
            (
                "PutPublicAccessBlock",
                client.put_public_access_block,
                {"PublicAccessBlockConfiguration": closed},
            ),
            (
                "PutBucketEncryption",
                client.put_bucket_encryption,
                {"ServerSideEncryptionConfiguration": encrypted},
            ),
            (
                "PutBucketVersioning",
                client.put_bucket_versioning,
                {"VersioningConfiguration": {"Status": "Enabled"}},
            ),
            (
                "PutBucketLifecycleConfiguration",
                client.put_bucket_lifecycle_configuration,
                {"LifecycleConfiguration": _lifecycle()},
            ),
        ]
        if tags:
            pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
            steps.append(("PutBucketTagging", client.put_bucket_tagging, {"Tagging": {"TagSet": pairs}}))
        for operation, call, arguments in steps:
            _apply_if_implemented(Request(operation, bucket), call, arguments)

    def delete_bucket(self, bucket: str) -> None:
        """Delete a bucket with every version of everything in it; a bucket that is gone is no error."""
        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                self._empty(bucket)
                if self._remove_empty(bucket):
                    return
            except BucketNotFound:
                return
            _pause(attempt)
        raise AutomockError(
            f"Bucket {bucket} does not stay empty",
            "Somebody writes into it while it is being deleted.",
            "Stop what uses it (automock-tui jobs), then delete it again.",
        )

    def _remove_empty(self, bucket: str) -> bool:
        from botocore.exceptions import ClientError

        with _explained(Request("DeleteBucket", bucket)):
            try:
                self._client.delete_bucket(Bucket=bucket)
            except ClientError as error:
                if error_code(error) in {"BucketNotEmpty", "OperationAborted"}:
                    return False
                raise
        return True

    def _empty(self, bucket: str) -> None:
        with _explained(Request("ListObjectVersions", bucket)):
            for page in self._client.get_paginator("list_object_versions").paginate(Bucket=bucket):
                listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                self._delete_versions(bucket, [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in listed])

    def _delete_versions(self, bucket: str, versions: list[Any]) -> None:
        """Delete one page of a listing, which is as long as DeleteObjects takes: 1,000."""
        from botocore.exceptions import ClientError

        if not versions:
            return
        with _explained(Request("DeleteObjects", bucket)):
            answer = self._client.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True})
            if failed := answer.get("Errors"):
                raise ClientError({"Error": {"Code": failed[0].get("Code", "")}}, "DeleteObjects")

    def get(self, bucket: str, key: str) -> StoredObject:
        """Read one object.

        Raises:
            ObjectNotFound: no such object.
            BucketNotFound: no such bucket.
        """
        from botocore.exceptions import HTTPClientError, IncompleteReadError

        with _explained(Request("GetObject", bucket, key)):
            for attempt in range(ATTEMPTS):
                answer = self._client.get_object(Bucket=bucket, Key=key)
                try:
                    body = answer["Body"].read()
                except (HTTPClientError, IncompleteReadError):
                    # botocore's retries end with the headers; a body that breaks off is asked for again here.
                    if attempt == ATTEMPTS - 1:
                        raise
                else:
                    return StoredObject(key, body, answer["ETag"], answer["LastModified"])
        raise AssertionError("the last attempt returns or raises")

    def put(self, bucket: str, key: str, body: bytes, *, if_match: str) -> str:
        """Write one object only if its ETag still is `if_match`; empty means that it must not exist.

        Raises:
            PreconditionFailed: it is not so; or it was, and this very write was sent twice.
            BucketNotFound: no such bucket.
            Unreachable: no answer; the write may have happened.
        """
        condition: Any = {"IfMatch": if_match} if if_match else {"IfNoneMatch": "*"}
        request = Request("PutObject", bucket, key)
        try:
            with _explained(request):
                return self._put_through_conflicts(
                    {"Bucket": bucket, "Key": key, "Body": body, "ContentType": "application/json", **condition}
                )
        except BucketNotFound:
            raise
        except ObjectNotFound as error:
            raise PreconditionFailed(f"{request.target} was deleted by somebody else") from error

    def _put_through_conflicts(self, arguments: dict[str, Any]) -> str:
        from botocore.exceptions import ClientError

        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                return self._client.put_object(**arguments)["ETag"]
            except ClientError as error:
                last = attempt == CONFLICT_ATTEMPTS - 1
                if last or error_code(error) not in {"ConditionalRequestConflict", "OperationAborted"}:
                    raise
            _pause(attempt)
        raise AssertionError("the last attempt returns or raises")

    def delete(self, bucket: str, key: str) -> None:
        """Delete one object; one that is gone is no error."""
        with suppress(ObjectNotFound), _explained(Request("DeleteObject", bucket, key)):
            self._client.delete_object(Bucket=bucket, Key=key)

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Keys that start with prefix, sorted.

        Raises:
            BucketNotFound: no such bucket.
        """
        with _explained(Request("ListObjectsV2", bucket)):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            return sorted(item["Key"] for page in pages for item in page.get("Contents", []))

    def now(self) -> datetime:
        """The store's clock, UTC: from the Date headers of its answers, carried forward between them.

        Raises:
            Unreachable: nothing has been asked of the store so far, and it does not answer.
        """
        if not self._clock.known:
            with suppress(Forbidden):  # a refusal tells the time as well
                self.buckets(BUCKET_PREFIX)
        return self._clock.now() if self._clock.known else datetime.now(UTC)

    def clock_skew(self) -> float:
        """Seconds that this machine's clock is ahead of the store's; 0 until the store has answered.

        0 too where the store's time is made up: nobody has to set a clock because of that.
        """
        if not self._clock.known or self._is_time_made_up:
            return 0.0
        return (datetime.now(UTC) - self._clock.now()).total_seconds()

    def clock_pace(self) -> float:
        """Seconds that pass by the store's clock in one of this machine's: 1, but for a hurried sandbox."""
        return self._clock.pace

    @property
    def _client(self) -> S3Client:
        with self._lock:  # boto3 clients may be shared by threads, making them may not
            if self._made is None:
                self._made = self._make_client()
            return self._made

    def _make_client(self) -> S3Client:
        client = self._session().client(
            "s3",
            region_name=self._region,
            endpoint_url=self._endpoint_url or None,
            config=_config(custom_endpoint=bool(self._endpoint_url)),
        )
        client.meta.events.register("before-call.s3", _note_when_sent)
        client.meta.events.register("after-call.s3", self._note_date)
        return client

    def _note_date(self, http_response: Any, context: dict[str, Any], **_: object) -> None:
        received = ticks()
        try:
            date = parsedate_to_datetime(http_response.headers.get("Date", ""))
        except (TypeError, ValueError):
            return
        utc = date if date.tzinfo else date.replace(tzinfo=UTC)
        told = http_response.headers.get(PACE_HEADER, "")
        self._is_time_made_up = self._is_time_made_up or bool(told)
        self._clock.observe(utc, context.get("automock_sent", received), received, pace=_pace(told))


def _pace(told: str) -> float:
    try:
        return float(told or 1)
    except ValueError:
        return 1.0


def _note_when_sent(context: dict[str, Any], **_: object) -> None:
    context["automock_sent"] = ticks()


def _config(*, custom_endpoint: bool) -> Config:
    from botocore.config import Config

    # Names in front of the host, and checksums in trailers, are not understood by every other S3 server.
    other: Any = {"s3": {"addressing_style": "path"}, "request_checksum_calculation": "when_required"}
    return Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=POOL,
        tcp_keepalive=True,
        **(other if custom_endpoint else {}),
    )


def _lifecycle() -> Any:
    rule = {
        "ID": "forget-old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": OLD_VERSIONS_DAYS},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    return {"Rules": [rule]}


def _apply_if_implemented(request: Request, call: Callable[..., object], arguments: dict[str, Any]) -> None:
    from botocore.exceptions import ClientError

    with _explained(request):
        try:
            call(Bucket=request.bucket, **arguments)
        except ClientError as error:
            if error_code(error) not in {"NotImplemented", "501"}:
                raise


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, 0.05 * 2**attempt))


@contextmanager
def _explained(request: Request) -> Iterator[None]:
    """Turn what botocore raises inside into errors with a next step."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise from_answer(error, request) from error
    except BotoCoreError as error:
        raise no_answer(error, request) from error
