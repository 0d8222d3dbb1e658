"""Names of projects, buckets, versions and history entries."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.project import (
    SUFFIX_ALPHABET,
    SUFFIX_LENGTH,
    HistoryEvent,
    ProjectRecord,
    Version,
    bucket_name,
    check_project_name,
    history_key,
    project_of_bucket,
    version_key,
    version_name,
    version_number,
)

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]", fullmatch=True)
SUFFIXES = st.text(SUFFIX_ALPHABET, min_size=SUFFIX_LENGTH, max_size=SUFFIX_LENGTH)


@pytest.mark.parametrize("name", ["abc", "a-b", "petstore", "orders-v2", "0x0", "a--b", "a" * 40])
def test_good_names(name):
    assert check_project_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "a", "ab", "-ab", "ab-", "Abc", "a_b", "a b", "a.b", "über", "abc\n", "a" * 41, "../abc", "a٣b"],
)
def test_bad_names(name):
    with pytest.raises(InvalidInput) as caught:
        check_project_name(name)
    assert repr(name) in caught.value.title and caught.value.hint


@given(NAMES, SUFFIXES)
def test_a_bucket_names_its_project(name, suffix):
    bucket = bucket_name(check_project_name(name), suffix)
    assert project_of_bucket(bucket) == name
    assert 3 <= len(bucket) <= 63, "S3's limits"


@pytest.mark.parametrize(
    "bucket",
    [
        "",
        "auto-mock-",
        "auto-mock-petstore",
        "auto-mock-ab-abc123",
        "x-auto-mock-abc-abc123",
        "auto-mock-abc-ABC123",
    ],
)
def test_other_buckets_are_not_ours(bucket):
    assert project_of_bucket(bucket) is None


@given(st.integers(1, 10**12))
def test_a_version_has_a_name_and_a_number(number):
    assert version_number(version_name(number)) == number
    assert version_key(version_name(number)) == f"versions/v{number}.json"


@pytest.mark.parametrize("name", ["", "v", "14", "v-1", "v1.2", "V1", "v1\n", "v٣", "v" + "9" * 5000, "latest"])
def test_what_is_no_version_has_no_number(name):
    assert version_number(name) == 0


INSTANTS = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))]), min_value=datetime(1, 1, 2)
)


@given(INSTANTS, INSTANTS)
def test_history_keys_sort_by_time(one, other):
    keys = [history_key(HistoryEvent(id="x", event="saved", at=at)) for at in (one, other)]
    assert (keys[0] < keys[1]) is (one < other)


def test_history_keys_hold_the_time_the_event_and_the_id():
    at = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    key = history_key(HistoryEvent(id="7f3a", event="rolled-back", at=at))
    assert key == "history/20261122T210000.000000Z-rolled-back-7f3a.json"
    assert history_key(HistoryEvent(id="7f3a", event="saved")).startswith("history/00010101T000000.000000Z-")


@pytest.mark.parametrize("kind", [ProjectRecord, Version, HistoryEvent])
def test_documents_keep_what_they_do_not_know(kind):
    text = b'{\n  "from_the_future": [\n    1.5\n  ]\n}\n'
    row = kind.from_json(text).to_json()
    assert row.startswith(text.rstrip(b"\n}"))
    assert kind.from_json(row) == kind.from_json(text)
