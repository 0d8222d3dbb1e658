"""The object-store contract, the same for folders and S3."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from automock_tui.storage.objects import BucketNotFound, ObjectNotFound, PreconditionFailed

BUCKET = "auto-mock-contract-abc123"


@pytest.fixture
def bucket(store):
    store.create_bucket(BUCKET, tags={"automock:project": "contract"})
    return BUCKET


def test_reads_back_to_the_byte(store, bucket):
    body = bytes(range(256)) * 500
    etag = store.put(bucket, "versions/v1.json", body, if_match="")
    found = store.get(bucket, "versions/v1.json")
    assert (found.key, found.body, found.etag) == ("versions/v1.json", body, etag)
    assert abs(found.last_modified - datetime.now(UTC)) < timedelta(minutes=1)


def test_an_empty_object_is_an_object(store, bucket):
    etag = store.put(bucket, "empty", b"", if_match="")
    assert store.get(bucket, "empty").body == b""
    store.put(bucket, "empty", b"x", if_match=etag)
    assert store.get(bucket, "empty").body == b"x"


def test_creates_only_what_is_not_there(store, bucket):
    store.put(bucket, "a", b"first", if_match="")
    with pytest.raises(PreconditionFailed):
        store.put(bucket, "a", b"second", if_match="")
    assert store.get(bucket, "a").body == b"first"


def test_writes_only_over_what_was_read(store, bucket):
    old = store.put(bucket, "a", b"1", if_match="")
    new = store.put(bucket, "a", b"2", if_match=old)
    with pytest.raises(PreconditionFailed):
        store.put(bucket, "a", b"3", if_match=old)
    assert store.get(bucket, "a").body == b"2"
    store.put(bucket, "a", b"4", if_match=new)
    assert store.get(bucket, "a").body == b"4"


def test_does_not_write_over_what_was_deleted(store, bucket):
    etag = store.put(bucket, "a", b"1", if_match="")
    store.delete(bucket, "a")
    with pytest.raises(PreconditionFailed):
        store.put(bucket, "a", b"2", if_match=etag)
    with pytest.raises(ObjectNotFound):
        store.get(bucket, "a")
    store.put(bucket, "a", b"3", if_match="")
    assert store.get(bucket, "a").body == b"3"


def test_a_missing_object_is_told_from_a_missing_bucket(store, bucket):
    with pytest.raises(ObjectNotFound) as missing:
        store.get(bucket, "nothing/here")
    assert not isinstance(missing.value, BucketNotFound)
    nowhere = "auto-mock-nowhere-abc123"
    for call in (
        lambda: store.get(nowhere, "a"),
        lambda: store.put(nowhere, "a", b"", if_match=""),
        lambda: store.keys(nowhere, ""),
    ):
        with pytest.raises(BucketNotFound):
            call()
    with pytest.raises((BucketNotFound, PreconditionFailed)):  # SeaweedFS looks at the condition first
        store.put(nowhere, "a", b"", if_match='"0123456789abcdef0123456789abcdef"')


def test_deleting_what_is_gone_is_no_error(store, bucket):
    store.delete(bucket, "nothing")
    store.delete("auto-mock-nowhere-abc123", "nothing")
    store.delete_bucket("auto-mock-nowhere-abc123")


def test_keys_are_sorted_and_filtered(store, bucket):
    for key in ("history/b", "history/a", "history.json", "a b", "a/b", "terraform/terraform.tfstate"):
        store.put(bucket, key, b"x", if_match="")
    assert store.keys(bucket, "history/") == ["history/a", "history/b"]
    assert store.keys(bucket, "") == sorted(
        ["a b", "a/b", "history.json", "history/a", "history/b", "terraform/terraform.tfstate"]
    )
    assert store.keys(bucket, "zzz") == []


def test_buckets_are_listed_by_prefix(store, bucket):
    store.create_bucket("auto-mock-another-abc123")
    assert store.buckets("auto-mock-contract-") == [BUCKET]
    assert store.buckets("auto-mock-") == ["auto-mock-another-abc123", BUCKET]


def test_a_bucket_name_is_taken_once(store, bucket):
    store.put(bucket, "a", b"kept", if_match="")
    with pytest.raises(PreconditionFailed):
        store.create_bucket(BUCKET)
    assert store.get(bucket, "a").body == b"kept"


def test_a_bucket_goes_with_all_that_is_in_it(store, bucket):
    etag = store.put(bucket, "a/b/c", b"1", if_match="")
    store.put(bucket, "a/b/c", b"2", if_match=etag)
    store.put(bucket, "gone", b"x", if_match="")
    store.delete(bucket, "gone")
    store.delete_bucket(bucket)
    assert store.buckets(BUCKET) == []
    with pytest.raises(BucketNotFound):
        store.get(bucket, "a/b/c")
    store.create_bucket(BUCKET)
    assert store.keys(BUCKET, "") == []


def test_the_clock_is_near_and_goes_on(store, bucket):
    first = store.now()
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=2)
    assert first.utcoffset() == timedelta(0)
    assert store.now() >= first
    assert abs(store.clock_skew()) < 2


def _race(store, bucket, key, if_match, count=16):
    def attempt(number):
        try:
            store.put(bucket, key, b"writer %d" % number, if_match=if_match)
        except PreconditionFailed:
            return None
        return number

    with ThreadPoolExecutor(count) as pool:
        return [number for number in pool.map(attempt, range(count)) if number is not None]


@pytest.mark.parametrize(
    "atomic", ["folder_store", pytest.param("weed_store", marks=pytest.mark.part("seaweedfs"))]
)
def test_of_many_writers_at_once_one_wins(request, atomic):
    store = request.getfixturevalue(atomic)
    store.create_bucket(BUCKET)
    etag = store.put(BUCKET, "over", b"0", if_match="")
    for number in range(3):
        key = f"new-{number}"
        (winner,) = _race(store, BUCKET, key, "")
        assert store.get(BUCKET, key).body == b"writer %d" % winner
        (winner,) = _race(store, BUCKET, "over", etag)
        found = store.get(BUCKET, "over")
        assert found.body == b"writer %d" % winner
        etag = store.put(BUCKET, "over", b"again %d" % number, if_match=found.etag)
