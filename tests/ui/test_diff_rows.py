"""The lines of a difference: what is the same stands level, what differs is found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.expectation_diff import diff_sets
from automock_tui.ui.diff_rows import PairedLine, change_row, differing, left_out, paired_lines, stacked
from tests.domain.expectation_sets import a_set, edits, expectation, sets


def told(lines):
    return [(line.before, line.after) for line in lines if line.is_changed]


def test_one_value_is_one_line():
    before = expectation("a")
    after = before.with_value(("httpResponse", "statusCode"), 404)
    lines = paired_lines(before, after)
    assert [(one.strip(), other.strip()) for one, other in told(lines)] == [
        ('"statusCode": 200', '"statusCode": 404')
    ]


def test_one_more_field_is_one_line_though_the_one_before_gets_a_comma():
    before = expectation("a")
    assert told(paired_lines(before, before.with_value(("priority",), 1))) == [(None, '  "priority": 1')]


def test_the_order_of_keys_is_no_difference():
    before, after = (
        Expectation.parse('{"id":"a","x":{"p":1,"q":2}}'),
        Expectation.parse('{"x":{"q":2,"p":1},"id":"a"}'),
    )
    assert told(paired_lines(before, after)) == []


def test_what_is_new_or_gone_is_all_on_one_side():
    assert {line.before for line in paired_lines(None, expectation("a"))} == {None}
    assert {line.after for line in paired_lines(expectation("a"), None)} == {None}


def test_long_ones_stand_line_beside_line():
    before = expectation("a").with_value(
        ("httpResponse", "body"), [{"n": n, "x": "y" * 90} for n in range(3000)]
    )
    after = before.with_value(("httpResponse", "body", 1500, "n"), -1)
    assert len(told(paired_lines(before, after))) == 1


@pytest.mark.parametrize("prefix", ["x" * 500, "共通 " * 100, "слово " * 90])
def test_where_two_long_lines_differ_is_in_sight(prefix):
    one, other = f"{prefix}mine", f"{prefix}theirs and more"
    cut = left_out(one, other, 40)
    assert cell_len(one[cut:]) <= 40
    assert one[cut:].endswith("mine")
    assert left_out("a short one", "a short two", 40) == 0
    assert left_out(f"a{prefix}", f"b{prefix}", 40) == 0


def test_stacked_has_what_went_before_what_came():
    lines = [PairedLine("a", "a"), PairedLine("b", "c"), PairedLine("d", None), PairedLine("e", "e")]
    assert stacked(lines) == [
        PairedLine("a", "a"),
        PairedLine("b", None, "c"),
        PairedLine("d", None),
        PairedLine(None, "c", "b"),
        PairedLine("e", "e"),
    ]


def test_rows_name_what_happened():
    a, b, c = (expectation(name, path=f"/{name}") for name in "abc")
    rows = [change_row(one) for one in diff_sets(a_set(a, b, c), a_set(c, a, b.with_value(("x",), 2))).changes]
    assert [(row.mark, row.title, row.note) for row in rows] == [
        ("↕", "GET /c", "c · moved from 3 to 1"),
        ("~", "GET /b", "b · 1 field"),
    ]


def test_a_number_differs_as_a_whole():
    assert differing('"statusCode": 200,', '"statusCode": 410,') == (14, 17, 17)


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_differs_is_between_two_same_ends(one, other):
    start, end, other_end = differing(one, other)
    assert one[:start] == other[:start]
    assert one[end:] == other[other_end:]
    assert start <= end
    assert start <= other_end


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_each_side_has_all_its_lines(data):
    before = data.draw(sets())
    after = data.draw(edits(before))
    for change in diff_sets(before, after).changes:
        lines = paired_lines(change.before, change.after)
        both = stacked(lines)
        for side in ("before", "after"):
            there = [getattr(line, side) for line in lines if getattr(line, side) is not None]
            alone = paired_lines(None, getattr(change, side)) if getattr(change, side) else []
            if side == "after" and change.before is None:
                assert there == [line.after for line in alone]
            if getattr(change, side) is not None:
                assert len(there) == len(alone)
            assert len([line for line in both if getattr(line, side) is not None]) == len(there)
