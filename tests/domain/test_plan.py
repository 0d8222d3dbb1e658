"""Plans for a review, from what Terraform 1.11.4 printed for a small configuration of `terraform_data`."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.errors import AutomockError
from automock_tui.domain.plan import (
    MASK,
    UNKNOWN,
    Action,
    AttributeChange,
    OutputChange,
    PlanSummary,
    parse_plan,
)
from automock_tui.domain.progress_parts import Counts

DATA = Path(__file__).parent.parent / "data" / "terraform"


def plan(name):
    return parse_plan((DATA / f"show_plan_{name}.json").read_bytes())


def one_change(**change):
    whole = {"before": None, "after": None, "actions": ["update"], **change}
    part = {"address": "aws_vpc.main", "type": "aws_vpc", "name": "main", "change": whole}
    return parse_plan(json.dumps({"format_version": "1.2", "resource_changes": [part]})).changes[0]


@pytest.mark.parametrize(
    ("name", "counts", "unchanged", "is_empty", "is_destructive"),
    [
        ("create", Counts(add=4), 0, False, False),
        ("noop", Counts(), 4, True, False),
        ("mixed", Counts(add=2, change=1, remove=2), 1, False, True),
        ("destroy", Counts(remove=4), 0, False, True),
    ],
)
def test_counts_of_real_plans(name, counts, unchanged, is_empty, is_destructive):
    found = plan(name)
    assert (found.counts, found.unchanged) == (counts, unchanged)
    assert (found.is_empty, found.is_destructive) == (is_empty, is_destructive)
    assert found.terraform_version == "1.11.4"


def test_what_is_lost_comes_first():
    found = plan("mixed")
    assert [(one.action, one.address, one.reason) for one in found.changes] == [
        (Action.DELETE, "terraform_data.deleted[0]", "delete_because_count_index"),
        (Action.REPLACE, "terraform_data.replaced", "replace_because_cannot_update"),
        (Action.UPDATE, "terraform_data.updated", ""),
        (Action.CREATE, 'terraform_data.created["a b"]', ""),
    ]
    assert [one.address for one in found.of(Action.CREATE)] == ['terraform_data.created["a b"]']


def test_values_before_and_after():
    by_address = {one.address: one.attributes for one in plan("mixed").changes}
    assert by_address["terraform_data.replaced"] == (
        AttributeChange("id", "a501582b-39a6-fc59-1f31-d74af591ca61", UNKNOWN),
        AttributeChange("output", "x", UNKNOWN),
        AttributeChange("triggers_replace[0]", "a", "b", forces_replacement=True),
    )
    size, secret = (
        next(one for one in by_address["terraform_data.updated"] if one.path == path)
        for path in ("input.size", "input.secret")
    )
    assert size == AttributeChange("input.size", "small", "large")
    assert secret == AttributeChange("input.secret", MASK, MASK)


def test_outputs_that_change():
    assert plan("mixed").outputs == (
        OutputChange("id", Action.UPDATE, "a501582b-39a6-fc59-1f31-d74af591ca61", UNKNOWN),
        OutputChange("secret", Action.UPDATE, MASK, MASK),
        OutputChange("size", Action.UPDATE, "small", "large"),
    )


@pytest.mark.parametrize("name", ["create", "noop", "mixed", "destroy"])
def test_a_sensitive_value_is_nowhere_in_the_summary(name):
    text = (DATA / f"show_plan_{name}.json").read_text()
    assert "hunter" in text, "the plan itself holds it, also where Terraform lost the mark"
    assert "hunter" not in repr(plan(name))


def test_an_equal_secret_is_no_change():
    same = {"key": "hunter22", "size": 1}
    change = one_change(before=same, after={**same, "size": 2}, before_sensitive={"key": True})
    assert [one.path for one in change.attributes] == ["size"]


def test_a_value_that_becomes_sensitive_is_masked_on_both_sides():
    change = one_change(before={"key": "old"}, after={"key": "new"}, after_sensitive={"key": True})
    assert change.attributes == (AttributeChange("key", MASK, MASK),)


def test_nested_blocks_and_unknown_parts():
    change = one_change(
        before={"rule": [{"port": 80}], "tags": {}, "gone": None},
        after={"rule": [{"port": 80}, {"port": 443, "on": True}], "tags": {"a": "b"}, "gone": None},
        after_unknown={"rule": [{}, {"arn": True}]},
    )
    assert change.attributes == (
        AttributeChange("rule[1].port", "", "443"),
        AttributeChange("rule[1].on", "", "true"),
        AttributeChange("rule[1].arn", "", UNKNOWN),
        AttributeChange("tags.a", "", "b"),
    )


def test_drift_is_kept_apart():
    part = json.loads((DATA / "show_plan_mixed.json").read_text())["resource_changes"][-1]
    found = parse_plan(json.dumps({"format_version": "1.2", "resource_drift": [part]}))
    assert found.is_empty and [one.address for one in found.drift] == [part["address"]]


@pytest.mark.parametrize(
    ("actions", "mode", "expected"),
    [
        (["create", "delete"], "managed", Action.REPLACE),
        (["delete", "create"], "managed", Action.REPLACE),
        (["create", "forget"], "managed", Action.CREATE),
        (["forget"], "managed", Action.FORGET),
        (["read"], "data", None),
        (["no-op"], "managed", None),
    ],
)
def test_actions(actions, mode, expected):
    change = {"actions": actions, "before": None, "after": {"id": "x"}}
    part = {"address": "a.b", "type": "a", "name": "b", "mode": mode, "change": change}
    found = parse_plan(json.dumps({"format_version": "1.2", "resource_changes": [part]}))
    assert [one.action for one in found.changes] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        ("{}", "format_version"),
        ('{"format_version":"2.0"}', "Upgrade automock-tui"),
        ('{"format_version":"1.2","resource_changes":[{}]}', "cannot be read"),
        ('{"format_version":"1.2","resource_changes":[{"change":{"actions":["dance"]}}]}', "dance"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_plan_says_so(text, words):
    with pytest.raises(AutomockError, match=words):
        parse_plan(text)


def test_an_empty_plan():
    assert parse_plan('{"format_version":"1.0"}') == PlanSummary()


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "a", "hunter2 and more"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.none() | st.dictionaries(st.sampled_from("abc"), TREES, max_size=3)


@given(OBJECTS, OBJECTS, TREES, TREES, TREES)
def test_any_values_and_masks_make_a_summary(before, after, unknown, before_mask, after_mask):
    change = one_change(
        before=before,
        after=after,
        after_unknown=unknown,
        before_sensitive=before_mask,
        after_sensitive=after_mask,
    )
    for one in change.attributes:
        assert isinstance(one.before, str) and isinstance(one.after, str)
    if before == after and not unknown:
        assert change.attributes == ()
