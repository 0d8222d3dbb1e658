"""Three-way merge: nothing lost, no byte changed that nobody changed, conflicts where they are real."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.domain.expectation_matching import canonical, same_content
from automock_tui.domain.expectation_merge import ConflictKind, Side, merge_sets
from tests.domain.expectation_sets import a_set, edits, expectation, sets

A, B, C = (expectation(name, path=f"/{name}") for name in "abc")
STATUS = ("httpResponse", "statusCode")
BODY = ("httpResponse", "body")
BASE = a_set(A, B, C)


def ids(found):
    return [one.id for one in found]


def put(found, identity, path, value):
    at = found.find(identity)
    return found.replaced(at, found[at].with_value(path, value))


def drop(found, identity):
    return found.removed(found.find(identity))


def test_edits_of_different_expectations_go_together():
    merged = merge_sets(BASE, put(BASE, "a", STATUS, 201), put(BASE, "c", STATUS, 404))
    assert not merged.conflicts
    assert merged.expectations.save() == put(put(BASE, "a", STATUS, 201), "c", STATUS, 404).save()


def test_what_both_add_is_there_theirs_first():
    mine, theirs = BASE.appended(expectation("m")), BASE.appended(expectation("t"))
    assert ids(merge_sets(BASE, mine, theirs).expectations) == ["a", "b", "c", "t", "m"]


def test_what_i_added_follows_what_it_followed():
    mine = BASE.inserted(1, expectation("m1")).inserted(2, expectation("m2")).inserted(0, expectation("m0"))
    theirs = drop(BASE, "c")
    assert ids(merge_sets(BASE, mine, theirs).expectations) == ["m0", "a", "m1", "m2", "b"]


def test_a_move_and_an_edit_go_together():
    mine, theirs = BASE.moved(2, 0), put(BASE, "c", STATUS, 404)
    merged = merge_sets(BASE, mine, theirs)
    assert not merged.conflicts
    assert ids(merged.expectations) == ["c", "a", "b"]
    assert merged.expectations[0].status_code == 404


def test_fields_of_one_expectation_go_together():
    merged = merge_sets(BASE, put(BASE, "a", STATUS, 201), put(BASE, "a", ("priority",), 3))
    assert not merged.conflicts
    assert (merged.expectations[0].status_code, merged.expectations[0].priority) == (201, 3)
    assert merge_sets(
        BASE, put(BASE, "a", STATUS, 201), put(BASE, "a", ("priority",), 3), fields=False
    ).conflicts


def test_the_same_field_is_a_conflict_and_each_answer_keeps_what_it_says():
    mine, theirs = put(BASE, "b", STATUS, 201), put(BASE, "b", STATUS, 404)
    merged = merge_sets(BASE, mine, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.kind, conflict.id, conflict.title) == (ConflictKind.BOTH_CHANGED, "b", "GET /b")
    assert merged.expectations.save() == theirs.save()
    assert merged.resolve(conflict, Side.THEIRS).expectations.save() == theirs.save()
    assert merged.resolve(conflict, Side.MINE).expectations.save() == mine.save()
    both = merged.resolve(conflict, Side.BOTH)
    assert not both.conflicts
    assert [(one.id, one.status_code) for one in both.expectations] == [
        ("a", 200),
        ("b", 404),
        ("b-2", 201),
        ("c", 200),
    ]


@pytest.mark.parametrize("mine_deletes", [True, False])
def test_a_deletion_against_an_edit_is_a_conflict(mine_deletes):
    deleted, edited = drop(BASE, "b"), put(BASE, "b", STATUS, 404)
    mine, theirs = (deleted, edited) if mine_deletes else (edited, deleted)
    merged = merge_sets(BASE, mine, theirs)
    (conflict,) = merged.conflicts
    assert conflict.kind is (ConflictKind.MINE_DELETED if mine_deletes else ConflictKind.THEIRS_DELETED)
    assert ids(merged.resolve(conflict, Side.MINE).expectations) == ids(mine)
    assert ids(merged.resolve(conflict, Side.THEIRS).expectations) == ids(theirs)
    assert merged.resolve(conflict, Side.BOTH).expectations.save() == edited.save()


def test_a_deletion_of_what_nobody_else_changed_counts():
    assert ids(merge_sets(BASE, drop(BASE, "a"), drop(BASE, "c")).expectations) == ["b"]
    assert ids(merge_sets(BASE, drop(BASE, "a"), put(BASE, "c", STATUS, 404)).expectations) == ["b", "c"]


def test_all_deleted_by_them_and_one_added_by_me():
    merged = merge_sets(BASE, BASE.appended(expectation("m")), ExpectationSet())
    assert ids(merged.expectations) == ["m"]
    assert load_expectations(merged.expectations.save()) == merged.expectations


def test_two_new_ones_of_one_id_are_a_conflict_unless_they_are_the_same():
    mine, theirs = BASE.appended(expectation("n", status=201)), BASE.appended(expectation("n", status=404))
    (conflict,) = merge_sets(BASE, mine, theirs).conflicts
    assert conflict.kind is ConflictKind.BOTH_ADDED
    assert merge_sets(BASE, mine, put(mine, "a", STATUS, 404)).conflicts == ()


def test_a_new_id_that_they_gave_another_one_is_made_another():
    mine = put(BASE, "a", ("id",), "x")
    merged = merge_sets(BASE, mine, BASE.appended(expectation("x", path="/x")))
    # An id is what an expectation is told by: to the merge "a" is gone and "x" is new, on both sides.
    (conflict,) = merged.conflicts
    both = merged.resolve(conflict, Side.BOTH).expectations
    assert sorted((one.id, one.path) for one in both if one.id not in "bc") == [("x", "/x"), ("x-2", "/a")]


def test_an_id_given_to_a_nameless_one_does_not_meet_theirs():
    base = a_set(expectation(path="/a"), B)
    mine = base.replaced(0, base[0].with_id("x"))
    theirs = base.appended(expectation("x", path="/x"))
    merged = merge_sets(base, mine, theirs)
    found = merged.expectations
    assert sorted(one.path for one in found) == ["/a", "/b", "/x"]
    assert len({one.id for one in found}) == 3


def test_lists_and_amounts_with_units_are_one_thing():
    for path, mine_value, their_value in (
        (
            ("httpResponse", "delay"),
            {"timeUnit": "SECONDS", "value": 9},
            {"timeUnit": "MILLISECONDS", "value": 1},
        ),
        (("times",), {"remainingTimes": 2, "unlimited": False}, {"remainingTimes": 1, "unlimited": True}),
        (("httpResponses",), [{"statusCode": 500}, {}], [{}, {"statusCode": 500}]),
        (BODY, {"type": "STRING", "string": "x"}, {"type": "JSON", "json": "y"}),
    ):
        start = {
            "delay": {"timeUnit": "SECONDS", "value": 1},
            "times": {"remainingTimes": 1, "unlimited": False},
            "httpResponses": [{}, {}],
            "body": {"type": "JSON", "json": "x"},
        }[path[-1]]
        base = put(BASE, "a", path, start)
        assert merge_sets(base, put(base, "a", path, mine_value), put(base, "a", path, their_value)).conflicts


def test_two_who_choose_another_action_each_are_in_conflict():
    base = a_set(expectation("a").without(("httpResponse",)), B)
    mine = put(base, "a", ("httpResponse",), {"statusCode": 200})
    theirs = put(base, "a", ("httpForward",), {"host": "example.com"})
    assert merge_sets(base, mine, theirs).conflicts


def test_what_is_spelled_in_their_own_way_stays_so():
    base = load_expectations('[ {"id":"a",\t"x" : 1.0 }\r\n,{"id":"b", "y":[ 1 ]}]\n\n')
    mine = base.replaced(0, base[0].with_value(("x",), 2))
    theirs = base.replaced(1, base[1].with_value(("z",), 1e3))
    assert merge_sets(base, mine, theirs).expectations.save() == (
        '[ {"id":"a",\t"x" : 2 }\r\n,{"id":"b", "y":[ 1 ], "z": 1000.0}]\n\n'
    )


# --- for any three sets


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(nameless=True), st.data())
def test_where_one_side_did_nothing_the_other_comes_through_byte_for_byte(base, data):
    changed = data.draw(edits(base))
    assert merge_sets(base, changed, base).expectations.save() == changed.save()
    assert merge_sets(base, base, changed).expectations.save() == changed.save()
    assert merge_sets(base, changed, changed).expectations.save() == changed.save()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(nameless=True), st.data())
def test_nothing_is_lost_that_the_other_side_did_not_delete_unchanged(base, data):
    mine = data.draw(edits(base))
    theirs = data.draw(edits(base, prefix=data.draw(st.sampled_from(["", "t-"]))))
    both = merge_sets(base, mine, theirs).resolve_all(Side.BOTH)
    kept = [one.id for one in both.expectations]
    assert not both.conflicts
    for side, other in ((mine, theirs), (theirs, mine)):
        for one in side:
            was_there = one.id and base.find(one.id) is not None
            deleted_unchanged = (
                was_there and other.find(one.id) is None and same_content(base[base.find(one.id)], one)
            )
            if one.id:
                assert deleted_unchanged or one.id in kept
    assert len(kept) == len(set(kept) - {""}) + kept.count("")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(), st.data())
def test_unresolved_or_not_every_changed_text_is_somewhere(base, data):
    mine, theirs = data.draw(edits(base)), data.draw(edits(base))
    merged = merge_sets(base, mine, theirs)
    in_conflict = {one.text for c in merged.conflicts for one in (c.mine, c.theirs) if one}
    known = {one.text for one in base}
    for side, other in ((mine, theirs), (theirs, mine)):
        for one in side:
            found = merged.expectations.find(one.id)
            if one.text in known or one.text in in_conflict:
                continue
            # Changed by this side alone: there as it is. By both: there with the changes of both.
            assert found is not None
            at = other.find(one.id)
            start = base.find(one.id)
            if at is not None and start is not None and same_content(other[at], base[start]):
                assert same_content(merged.expectations[found], one)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(), st.data())
def test_who_is_mine_and_who_is_theirs_makes_no_difference_to_what_is_kept(base, data):
    one, other = data.draw(edits(base, prefix="o-")), data.draw(edits(base, prefix="t-"))
    first, second = merge_sets(base, one, other), merge_sets(base, other, one)
    assert {c.id for c in first.conflicts} == {c.id for c in second.conflicts}
    open_ids = {c.id for c in first.conflicts}

    def content(merged):
        return {e.id: canonical(e.tree) for e in merged.expectations if e.id not in open_ids}

    assert content(first) == content(second)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(), st.data())
def test_where_they_only_edited_my_order_counts(base, data):
    mine = data.draw(edits(base, prefix="m-"))
    theirs = data.draw(edits(base, prefix="t-", reorder=False))
    merged = merge_sets(base, mine, theirs).resolve_all(Side.MINE).expectations
    common = [one.id for one in mine if merged.find(one.id) is not None]
    assert [one.id for one in merged if mine.find(one.id) is not None] == common


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(nameless=True), st.data())
def test_a_merge_is_a_document_that_loads_as_it_is(base, data):
    mine, theirs = data.draw(edits(base)), data.draw(edits(base))
    for side in Side:
        merged = merge_sets(base, mine, theirs).resolve_all(side).expectations
        assert load_expectations(merged.save()).expectations == merged.expectations


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(nameless=True), st.data())
def test_no_merge_has_an_id_twice_and_both_agree_on_what_is_in_conflict(base, data):
    mine, theirs = data.draw(edits(base)), data.draw(edits(base, prefix=data.draw(st.sampled_from(["", "t-"]))))
    merged = merge_sets(base, mine, theirs)
    for made in (merged.expectations, *(merged.resolve_all(side).expectations for side in Side)):
        named = [one.id for one in made if one.id]
        assert len(named) == len(set(named))
    assert len(merged.conflicts) == len(merge_sets(base, theirs, mine).conflicts)


def test_five_thousand_are_no_matter():
    many = a_set(*[expectation(f"e{n}", path=f"/{n}") for n in range(5000)])
    mine = ExpectationSet(tuple(one.with_value(STATUS, 201) for one in many), many.gaps)
    theirs = ExpectationSet(tuple(one.with_value(("priority",), 1) for one in many), many.gaps)
    merged = merge_sets(many, mine, theirs)
    assert not merged.conflicts
    assert all((one.status_code, one.priority) == (201, 1) for one in merged.expectations)


def test_five_thousand_conflicts_are_resolved_at_once():
    many = a_set(*[expectation(f"e{n}", path=f"/{n}") for n in range(5000)])
    mine, theirs = (
        ExpectationSet(tuple(one.with_value(STATUS, status) for one in many), many.gaps)
        for status in (201, 404)
    )
    both = merge_sets(many, mine, theirs).resolve_all(Side.BOTH).expectations
    assert (len(both), len({one.id for one in both})) == (10_000, 10_000)
