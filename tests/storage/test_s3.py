"""What only S3 has: how buckets are made, answers that fail, silence, the Date header."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from automock_tui.domain.errors import AutomockError
from automock_tui.storage.clock import ServerClock
from automock_tui.storage.objects import BucketNotFound, Forbidden, PreconditionFailed, Unreachable
from automock_tui.storage.s3 import CONFLICT_ATTEMPTS, S3Store
from tests.parts import free_ports

BUCKET = "auto-mock-petstore-abc123"


class Body:
    """A response body as urllib3 hands it to botocore."""

    def __init__(self, data):
        self.data = data

    def stream(self, **_):
        yield self.data


def answering(store, operation, *answers):
    """Let S3 answer the next calls of an operation with (status, code) in turn; returns what was to be sent."""
    sent, left = [], list(answers)

    def answer(params, **_):
        sent.append(params)
        if not left:
            return None
        status, code = left.pop(0)
        http = AWSResponse("", status, {"Date": "Sun, 22 Nov 2026 10:00:00 GMT"}, Body(b""))
        return http, {
            "Error": {"Code": code, "Message": "said so"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }

    store._client.meta.events.register(f"before-call.s3.{operation}", answer)
    return sent


# --- making and deleting buckets


@pytest.mark.part("moto")
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_bucket_is_private_encrypted_versioned_and_tagged(moto_store, region):
    store = S3Store(boto3.Session, region)
    store.create_bucket(BUCKET, tags={"automock:project": "petstore"})
    client = boto3.client("s3", region_name=region)
    closed = client.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert len(closed) == 4 and all(closed.values())
    rule = client.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert client.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert client.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == [
        {"Key": "automock:project", "Value": "petstore"}
    ]
    (rule,) = client.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    location = client.get_bucket_location(Bucket=BUCKET)["LocationConstraint"]
    assert location == (None if region == "us-east-1" else region)


@pytest.mark.part("moto")
def test_a_taken_name_is_refused_in_us_east_1_too(moto_store):
    store = S3Store(boto3.Session, "us-east-1")  # where S3 answers 200 to one's own bucket
    store.create_bucket(BUCKET)
    with pytest.raises(PreconditionFailed):
        store.create_bucket(BUCKET)


@pytest.mark.part("moto")
def test_buckets_of_other_regions_are_not_ours(moto_store):
    moto_store.create_bucket(BUCKET)
    S3Store(boto3.Session, "us-west-2").create_bucket("auto-mock-elsewhere-abc123")
    assert moto_store.buckets("auto-mock-") == [BUCKET]


@pytest.mark.part("moto")
def test_buckets_of_other_regions_are_not_ours_where_the_server_lists_them_all(moto_store):
    listed = [{"Name": "auto-mock-b-abc123", "BucketRegion": "us-west-2"}, {"Name": BUCKET}]
    told = {
        "Buckets": [*listed, {"Name": "auto-mock-a-abc123", "BucketRegion": "eu-west-1"}, {"Name": "other"}]
    }
    events = moto_store._client.meta.events
    events.register("before-call.s3.ListBuckets", lambda **_: (AWSResponse("", 200, {}, Body(b"")), told))
    assert moto_store.buckets("auto-mock-") == ["auto-mock-a-abc123", BUCKET]


@pytest.mark.part("moto")
def test_a_bucket_that_cannot_be_protected_is_not_left_behind(moto_store):
    answering(moto_store, "PutBucketEncryption", (403, "AccessDenied"))
    with pytest.raises(Forbidden, match="s3:PutEncryptionConfiguration"):
        moto_store.create_bucket(BUCKET)
    assert moto_store.buckets("auto-mock-") == []


@pytest.mark.part("moto")
def test_a_server_without_public_access_blocks_will_do(moto_store):
    answering(moto_store, "PutPublicAccessBlock", (501, "NotImplemented"))
    moto_store.create_bucket(BUCKET)
    assert moto_store.buckets("auto-mock-") == [BUCKET]


@pytest.mark.part("moto")
def test_more_than_one_page_of_keys_is_listed_and_deleted(moto_store):
    moto_store.create_bucket(BUCKET)
    keys = [f"history/{number:04}" for number in range(1003)]
    for key in keys:
        moto_store.put(BUCKET, key, b"x", if_match="")
    assert moto_store.keys(BUCKET, "history/") == keys
    moto_store.delete_bucket(BUCKET)
    assert moto_store.buckets("auto-mock-") == []


@pytest.mark.part("moto")
def test_an_object_that_may_not_be_deleted_is_told(moto_store):
    moto_store.create_bucket(BUCKET)
    moto_store.put(BUCKET, "a", b"x", if_match="")
    denied = {"Errors": [{"Key": "a", "Code": "AccessDenied"}], "ResponseMetadata": {}}

    def answer(**_):
        return AWSResponse("", 200, {}, Body(b"")), denied

    moto_store._client.meta.events.register("before-call.s3.DeleteObjects", answer)
    with pytest.raises(Forbidden, match="s3:DeleteObjectVersion"):
        moto_store.delete_bucket(BUCKET)
    assert moto_store.get(BUCKET, "a").body == b"x"


@pytest.mark.part("moto")
def test_a_bucket_that_others_fill_is_emptied_again(moto_store):
    moto_store.create_bucket(BUCKET)
    sent = answering(moto_store, "DeleteBucket", (409, "BucketNotEmpty"), (409, "OperationAborted"))
    moto_store.delete_bucket(BUCKET)
    assert len(sent) == 3 and moto_store.buckets("auto-mock-") == []


@pytest.mark.part("moto")
def test_a_bucket_that_never_stays_empty_is_told(moto_store, monkeypatch):
    monkeypatch.setattr("automock_tui.storage.s3._pause", lambda attempt: None)
    moto_store.create_bucket(BUCKET)
    answering(moto_store, "DeleteBucket", *[(409, "BucketNotEmpty")] * CONFLICT_ATTEMPTS)
    with pytest.raises(AutomockError, match="does not stay empty"):
        moto_store.delete_bucket(BUCKET)


# --- conditional writes


@pytest.mark.part("moto")
def test_a_conflict_with_a_request_under_way_is_asked_again(moto_store):
    moto_store.create_bucket(BUCKET)
    sent = answering(moto_store, "PutObject", (409, "ConditionalRequestConflict"))
    moto_store.put(BUCKET, "a", b"1", if_match="")
    assert len(sent) == 2
    assert {request["headers"]["If-None-Match"] for request in sent} == {"*"}
    assert moto_store.get(BUCKET, "a").body == b"1"


@pytest.mark.part("moto")
def test_a_conflict_that_stays_is_a_lost_race(moto_store, monkeypatch):
    monkeypatch.setattr("automock_tui.storage.s3._pause", lambda attempt: None)
    moto_store.create_bucket(BUCKET)
    sent = answering(moto_store, "PutObject", *[(409, "ConditionalRequestConflict")] * 20)
    with pytest.raises(PreconditionFailed):
        moto_store.put(BUCKET, "a", b"1", if_match="")
    assert len(sent) == CONFLICT_ATTEMPTS


# --- answers that fail


@pytest.mark.part("moto")
@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (400, "ExpiredToken", AutomockError, "credentials have expired"),
        (403, "InvalidAccessKeyId", AutomockError, "does not accept these credentials"),
        (403, "SignatureDoesNotMatch", AutomockError, "does not accept these credentials"),
        (403, "AccessDenied", Forbidden, f"s3:PutObject on s3://{BUCKET}/a"),
        (403, "RequestTimeTooSkewed", AutomockError, "clock is wrong"),
        (404, "NoSuchBucket", BucketNotFound, "is gone"),
        (404, "NoSuchKey", PreconditionFailed, "deleted by somebody else"),
        (412, "PreconditionFailed", PreconditionFailed, "changed by somebody else"),
        (400, "AuthorizationHeaderMalformed", AutomockError, "another region"),
        (400, "KMS.DisabledException", AutomockError, "said so"),
    ],
)
def test_what_s3_refuses_has_words_and_a_next_step(moto_store, status, code, kind, words):
    answering(moto_store, "PutObject", *[(status, code)] * 5)
    with pytest.raises(kind) as refused:
        moto_store.put(BUCKET, "a", b"", if_match='"0"')
    assert words in str(refused.value)
    assert refused.value.hint or isinstance(refused.value, PreconditionFailed)


@pytest.mark.part("moto")
def test_throttling_is_told_after_retries(moto_store):
    sent = []

    def answer(request, **_):
        sent.append(request)
        return AWSResponse(request.url, 503, {}, Body(b"<Error><Code>SlowDown</Code></Error>"))

    moto_store._client.meta.events.register("before-send.s3.GetObject", answer)
    with pytest.raises(AutomockError, match="slow down"):
        moto_store.get(BUCKET, "a")
    assert len(sent) == 3


@pytest.mark.part("moto")
def test_a_refused_read_tells_of_the_listing_permission(moto_store):
    answering(moto_store, "GetObject", (403, "AccessDenied"))
    with pytest.raises(Forbidden, match="s3:GetObject") as refused:
        moto_store.get(BUCKET, "a")
    assert "s3:ListBucket" in refused.value.message


def test_no_credentials(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(AutomockError, match="No AWS credentials") as refused:
        S3Store(boto3.Session, "eu-west-1").buckets("auto-mock-")
    assert "--workspace local" in refused.value.hint


def test_no_such_profile(monkeypatch):
    store = S3Store(lambda: boto3.Session(profile_name="nobody-has-this"), "eu-west-1")
    with pytest.raises(AutomockError, match="No such AWS profile"):
        store.buckets("auto-mock-")


# --- silence


def _store_at(port):
    return S3Store(lambda: boto3.Session("a", "b"), "us-east-1", endpoint_url=f"http://127.0.0.1:{port}")


def test_nobody_there_is_told_within_seconds():
    start = time.monotonic()
    with pytest.raises(Unreachable, match="does not answer"):
        _store_at(free_ports(1)[0]).get(BUCKET, "a")
    assert time.monotonic() - start < 10


def test_the_clock_needs_an_answer():
    store = _store_at(free_ports(1)[0])
    assert store.clock_skew() == 0
    with pytest.raises(Unreachable):
        store.now()


def test_a_body_that_breaks_off_is_asked_for_again():
    whole = (
        b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: "e"\r\nLast-Modified: Sun, 22 Nov 2026 10:00:00 GMT\r\n'
    )
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            for body in (b"abc", b"abcde"):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(whole + b"Connection: close\r\n\r\n" + body)

        thread = threading.Thread(target=serve)
        thread.start()
        found = _store_at(server.getsockname()[1]).get(BUCKET, "a")
        thread.join()
    assert found.body == b"abcde"


def test_threads_share_one_client_made_once():
    made = []

    def session():
        made.append(1)
        time.sleep(0.05)
        return boto3.Session("a", "b")

    store = S3Store(session, "us-east-1", endpoint_url="http://127.0.0.1:1")
    with ThreadPoolExecutor(8) as pool:
        clients = {id(client) for client in pool.map(lambda _: store._client, range(8))}
    assert len(clients) == 1 and made == [1]


# --- the store's clock


@pytest.mark.part("moto")
def test_the_clock_is_the_date_header(moto_store, monkeypatch):
    answering(moto_store, "ListBuckets", (403, "AccessDenied"))
    late = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
    assert timedelta(0) <= moto_store.now() - late < timedelta(seconds=2)
    assert moto_store.clock_skew() == pytest.approx((datetime.now(UTC) - late).total_seconds(), abs=2)


class Ticks:
    """A clock that the test moves."""

    def __init__(self, monkeypatch):
        self.at = 100.0
        monkeypatch.setattr("automock_tui.storage.clock.ticks", lambda: self.at)


def _date(seconds):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def test_whole_seconds_are_narrowed_down(monkeypatch):
    """The server's clock is 0.7 s into a second at tick 100; Date headers say only the second."""
    ticks, clock = Ticks(monkeypatch), ServerClock()
    true_offset = 0.7 - 100.0
    for step in range(40):
        sent = 100 + step * 0.37
        received = sent + 0.02
        whole = int(sent + 0.01 + true_offset)
        clock.observe(_date(whole), sent, received)
    ticks.at = 115.0
    assert abs((clock.now() - _date(115 + true_offset)).total_seconds()) < 0.1


def test_a_machine_that_slept_starts_anew(monkeypatch):
    ticks, clock = Ticks(monkeypatch), ServerClock()
    clock.observe(_date(0), 99.9, 100.0)
    clock.observe(_date(3600), 100.9, 101.0)
    ticks.at = 101.0
    assert abs((clock.now() - _date(3600)).total_seconds()) < 1
