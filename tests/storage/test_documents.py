"""Stored documents: what other tools wrote loads, what we do not know stays, what is damaged is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus
from automock_tui.storage import deployments
from automock_tui.storage.documents import DamagedDocument, loads, read_document

WHERE = "auto-mock-petstore-abc123/deployment-metadata.json"

BY_GO = b"""{
  "project_name": "petstore",
  "deployment_status": "deployed",
  "deployed_at": "2025-11-02T09:14:03.123456789Z",
  "destroyed_at": "0001-01-01T00:00:00Z",
  "ttl_hours": 8,
  "ttl_expiry": "2025-11-02T12:14:03.123456789-05:00",
  "infrastructure": {"cluster_name": "c", "alb_dns": "x.elb.amazonaws.com", "nat_gateway_ids": ["nat-1"]},
  "options": {"instance_size": "medium", "min_tasks": 10, "cpu_target": 70.5},
  "outputs": null,
  "cost_estimate": {"hourly": 0.170, "big": 12345678901234567890123}
}"""


def test_what_the_go_tool_wrote_loads():
    found = read_document(BY_GO, DeploymentMetadata, WHERE)
    assert found.deployment_status is DeploymentStatus.DEPLOYED
    assert found.deployed_at == datetime(2025, 11, 2, 9, 14, 3, 123456, UTC)
    assert found.destroyed_at is None
    assert found.ttl_expiry == datetime(2025, 11, 2, 17, 14, 3, 123456, UTC)
    assert (found.infrastructure.cluster_name, found.infrastructure.vpc_id) == ("c", "")
    assert found.options["min_tasks"] == 10
    assert (found.outputs, found.generation, found.job_id) == ({}, 0, "")


def test_what_nobody_changed_is_written_as_it_was():
    found = read_document(BY_GO, DeploymentMetadata, WHERE)
    before, after = json.loads(BY_GO), json.loads(replace(found, updated_by="ann").to_json())
    assert {key: after[key] for key in before} == before  # nanoseconds, null, offset, unknown fields
    assert list(after)[: len(before)] == list(before)
    assert after["updated_by"] == "ann"


def test_what_we_write_has_the_types_that_go_reads():
    """time.Time wants RFC 3339 and not null; int wants no fraction; string and map no null."""
    at = datetime(2026, 1, 2, 3, 4, 5, 600000, UTC)
    written = json.loads(DeploymentMetadata(project_name="p", deployed_at=at, ttl_hours=3).to_json())
    assert written["deployed_at"] == "2026-01-02T03:04:05.600000Z"
    assert written["ttl_expiry"] == written["destroyed_at"] == "0001-01-01T00:00:00Z"
    assert (written["ttl_hours"], written["deployment_status"]) == (3, "none")
    assert written["infrastructure"]["alb_dns"] == "" and written["outputs"] == {}
    assert None not in written.values()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "Line 1, column 1"),
        (b'{\n  "ttl_hours": 4,\n  oops\n}', "Line 3, column 3"),
        (b'{"project_name": "\xff"}', "Byte 18 is not UTF-8"),
        (b"[]", "must be a JSON object"),
        (b'{"ttl_hours": "4"}', "ttl_hours"),
        (b'{"deployment_status": "sleeping"}', "deployment_status"),
        (b'{"ttl_expiry": "tomorrow"}', "ttl_expiry"),
        (b'{"infrastructure": {"vpc_id": 3}}', "infrastructure"),
        (b'{"x": NaN}', "NaN is not a JSON number"),
        (b'{"x": 1e999}', "1e999 is not a JSON number"),
        (b'{"x": ' + b"9" * 5000 + b"}", "Exceeds the limit"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    ],
)
def test_what_is_damaged_is_named_and_kept(body, problem):
    with pytest.raises(DamagedDocument) as damaged:
        read_document(body, DeploymentMetadata, WHERE)
    assert problem in damaged.value.message
    assert WHERE in damaged.value.title
    assert damaged.value.body == body
    assert damaged.value.exit_code == 1 and damaged.value.hint


def test_a_value_that_may_be_a_secret_is_not_told():
    with pytest.raises(DamagedDocument) as damaged:
        read_document(b'{"outputs": "AKIAIOSFODNN7EXAMPLE"}', DeploymentMetadata, WHERE)
    assert "outputs" in damaged.value.message
    assert "AKIA" not in str(damaged.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values, max_size=6))
def test_unknown_fields_survive_in_their_order(unknown):
    body = json.dumps({f"x-{key}": value for key, value in unknown.items()} | {"ttl_hours": 4}).encode()
    found = read_document(body, DeploymentMetadata, WHERE)
    again = replace(found, ttl_hours=5).to_json()
    before = loads(body)
    after = {key: value for key, value in loads(again).items() if key in before}
    assert after == before | {"ttl_hours": 5}
    assert list(after) == list(before)


def test_a_lock_of_terraform_is_read(folder_store):
    bucket = "auto-mock-petstore-abc123"
    folder_store.create_bucket(bucket)
    assert deployments.lock_info(folder_store, bucket) is None
    lock = (
        b'{"ID":"5b2f7a0e-9f0c","Operation":"OperationTypeApply","Info":"","Who":"ann@desk",'
        b'"Version":"1.15.5","Created":"2026-11-22T10:00:00.123456789Z","Path":"auto-mock/terraform.tfstate"}'
    )
    folder_store.put(bucket, "terraform/terraform.tfstate.tflock", lock, if_match="")
    found = deployments.lock_info(folder_store, bucket)
    assert (found.ID, found.Who, found.Operation) == ("5b2f7a0e-9f0c", "ann@desk", "OperationTypeApply")
    assert found.Created == datetime(2026, 11, 22, 10, 0, 0, 123456, UTC)
