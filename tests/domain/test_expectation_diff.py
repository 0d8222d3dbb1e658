"""The difference of two sets: which expectation, what happened to it, which fields."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automock_tui.domain.expectation import Expectation, ExpectationSet, load_expectations
from automock_tui.domain.expectation_diff import ABSENT, ChangeKind, diff_fields, diff_sets
from automock_tui.domain.expectation_matching import match, same_content
from tests.domain.expectation_sets import a_set, edits, expectation, sets

A, B, C = expectation("a", path="/a"), expectation("b", path="/b"), expectation("c", path="/c")


def told(diff):
    return [(change.kind.value, change.id) for change in diff.changes]


def test_each_kind_of_change_in_the_order_of_the_newer_set():
    changed = B.with_value(("httpResponse", "statusCode"), 404)
    diff = diff_sets(a_set(A, B, C), a_set(changed, C, expectation("d", path="/d")))
    assert told(diff) == [("removed", "a"), ("changed", "b"), ("added", "d")]
    assert diff.summary == "1 added, 1 removed, 1 changed"
    (field,) = diff.changes[1].fields
    assert (field.pointer, field.before, field.after) == ("/httpResponse/statusCode", 200, 404)
    assert [change.title for change in diff.changes] == ["GET /a", "GET /b", "GET /d"]


def test_a_move_names_what_moved_and_nothing_else():
    five = [expectation(name, path=f"/{name}") for name in "abcde"]
    diff = diff_sets(a_set(*five), a_set(five[4], *five[:4]))
    assert told(diff) == [("moved", "e")]
    assert (diff.changes[0].position_before, diff.changes[0].position_after) == (4, 0)


def test_what_moved_and_changed_is_a_change_that_moved():
    changed = C.with_value(("priority",), 5)
    (change,) = diff_sets(a_set(A, B, C), a_set(changed, A, B)).changes
    assert (change.kind, change.is_moved) == (ChangeKind.CHANGED, True)


def test_layout_and_key_order_are_no_change_but_told():
    before = load_expectations('[{"id":"a","priority":1}]')
    diff = diff_sets(before, load_expectations('[ {"priority": 1,\n "id": "a"} ]'))
    assert not diff
    assert diff.summary == "only the layout changed"
    assert diff_sets(before, before).summary == "no changes"


@pytest.mark.parametrize(("before", "after"), [("1", "1.0"), ("1", "true"), ("null", "0"), ("1.0", "1.00")])
def test_values_that_python_takes_for_equal_are_changes(before, after):
    texts = ['[{"id":"a","x":%s}]' % value for value in (before, after)]  # noqa: UP031 - braces all over
    (change,) = diff_sets(*map(load_expectations, texts)).changes
    assert change.fields[0].pointer == "/x"


def test_a_missing_field_is_something_else_than_null():
    (field,) = diff_fields(A, A.with_value(("x",), None))
    assert (field.before, field.after) == (ABSENT, None)


def test_one_more_item_is_one_change():
    before = A.with_value(("httpResponse", "body"), {"pets": [1, 2, 3]})
    after = A.with_value(("httpResponse", "body"), {"pets": [1, 9, 2, 3]})
    (field,) = diff_fields(before, after)
    assert (field.pointer, field.before, field.after) == ("/httpResponse/body/pets/1", ABSENT, 9)


def test_pointers_escape_what_they_must():
    (field,) = diff_fields(A, A.with_value(("x/y~z",), 1))
    assert field.pointer == "/x~1y~0z"


def test_without_ids_the_same_content_is_the_same_and_then_the_same_title():
    plain = [expectation(path="/a"), expectation(path="/b"), expectation(path="/c")]
    after = a_set(plain[2], plain[0].with_id("new"), expectation(path="/b", status=500))
    diff = diff_sets(a_set(*plain), after)
    assert {change.title: change.kind.value for change in diff.changes} == {
        "GET /c": "moved",
        "GET /b": "changed",
        "GET /a": "changed",
    }
    assert next(one for one in diff.changes if one.title == "GET /a").fields[0].pointer == "/id"


def test_two_of_one_id_are_told_apart_by_their_order():
    twice = a_set(A, A.with_value(("priority",), 1))
    diff = diff_sets(twice, a_set(A, A.with_value(("priority",), 2)))
    assert [(one.kind, one.position_after) for one in diff.changes] == [(ChangeKind.CHANGED, 1)]


def test_a_key_given_twice_is_compared_as_text():
    before, after = (Expectation.parse('{"id":"a","x":%d,"x":3}' % n) for n in (1, 2))  # noqa: UP031
    (change,) = diff_sets(a_set(before), a_set(after)).changes
    assert change.fields[0].pointer == ""
    assert not diff_sets(a_set(before), a_set(before))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_diff_is_empty_exactly_where_the_sets_say_the_same(data):
    before = data.draw(sets(nameless=True))
    after = data.draw(edits(before))
    same = len(before) == len(after) and all(map(same_content, before, after))
    assert bool(diff_sets(before, after)) is not same


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_diff_holds_all_that_is_needed_to_go_from_one_set_to_the_other(data):
    before = data.draw(sets(nameless=True))
    after = data.draw(edits(before, prefix=data.draw(st.sampled_from(["", "n-"]))))
    diff = diff_sets(before, after)
    gone = {one.position_before for one in diff.changes if one.position_before is not None}
    here = {one.position_after: one.after for one in diff.changes if one.position_after is not None}
    stay = iter(one for index, one in enumerate(before) if index not in gone)
    rebuilt = [here[index] if index in here else next(stay) for index in range(len(after))]
    assert all(map(same_content, rebuilt, after))
    assert next(stay, None) is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_fields_lead_from_before_to_after(data):
    before = data.draw(sets())
    after = data.draw(edits(before))
    for change in diff_sets(before, after).changes:
        if change.before is None or change.after is None:
            continue
        rebuilt = change.before
        for field in change.fields:
            gone = field.after is ABSENT
            rebuilt = rebuilt.without(field.path) if gone else rebuilt.with_value(field.path, field.after)
        assert same_content(rebuilt, change.after)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sets(nameless=True), sets(nameless=True))
def test_a_matching_has_every_expectation_once(before, after):
    found = match(before.expectations, after.expectations)
    assert sorted([old for old, _ in found.pairs] + [*found.only_before]) == list(range(len(before)))
    assert sorted([new for _, new in found.pairs] + [*found.only_after]) == list(range(len(after)))


def test_five_thousand_are_no_matter():
    many = a_set(*[expectation(f"e{n}", path=f"/{n}") for n in range(5000)])
    turned = ExpectationSet(tuple(reversed(many.expectations)), many.gaps)
    assert len(diff_sets(many, turned).changes) == 4999
    assert diff_sets(many, ExpectationSet()).counts[ChangeKind.REMOVED] == 5000


def test_thousands_are_told_as_everywhere():
    many = a_set(*(expectation(f"e{number}") for number in range(1200)))
    assert diff_sets(a_set(), many).summary == "1,200 added"
