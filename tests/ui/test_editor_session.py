"""The model of the editor: every step can be undone, and undoing all of them gives the very text back."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as some

from automock_tui.domain.expectation import Expectation, ExpectationSet, load_expectations
from automock_tui.domain.problems import Severity
from automock_tui.ui.editing.rows import ListRows
from automock_tui.ui.editing.session import EditSession
from automock_tui.ui.editing.unreadable import Unreadable

TEXT = """[
  {"id": "a", "httpRequest": {"path": "/x"}, "httpResponse": {"statusCode": 2.0e2}},
  {"id": "b", "httpRequest": {"path": "/y"}, "httpResponse": {}},
  {"httpRequest": {"path": "/x"}, "times": {"remainingTimes": 3}},
  {"id":"d","percentage":30,"httpResponse":{"statusCode":404}}
]
"""


def _session(text: str = TEXT) -> EditSession:
    return EditSession(load_expectations(text))


_DO = {
    "add": EditSession.add_here,
    "duplicate": lambda one: one.duplicate() if one.targets else None,
    "delete": lambda one: one.delete() if one.targets else None,
    "switch": lambda one: one.switch() if one.targets and not one.why_no_switch() else None,
    "turn": lambda one: one.reorder(range(len(one.expectations))[::-1]),
    "text": lambda one: one.put_text('{"id": "t"}'),
    "broken": lambda one: one.put_text('{"id": '),
    "undo": lambda one: one.undo() if one.history.can_undo else None,
    "redo": lambda one: one.redo() if one.history.can_redo else None,
}


@settings(deadline=None)
@given(some.lists(some.sampled_from(sorted(_DO)), max_size=12), some.randoms(use_true_random=False))
def test_undoing_every_step_gives_the_very_text_back(names: list[str], chance: random.Random):
    session = _session()
    for name in names:
        if len(session.expectations):
            session.look_at(chance.randrange(len(session.expectations)))
            if chance.random() < 0.3:
                session.select(chance.randrange(len(session.expectations)))
        _DO[name](session)
    last = session.expectations.save()
    while session.history.can_undo:
        session.undo()
    assert session.expectations.save() == TEXT
    while session.history.can_redo:
        session.redo()
    if "undo" not in names:
        assert session.expectations.save() == last


def test_a_copy_has_an_id_of_its_own():
    session = _session()
    session.duplicate()
    session.look_at(0)
    session.duplicate()
    assert [one.id for one in session.expectations][:3] == ["a", "a-3", "a-2"]


def test_one_that_cannot_be_read_is_saved_as_it_is_typed():
    session = _session()
    session.put_text('{"id": "a", ')
    assert isinstance(session.current, Unreadable)
    assert not session.is_readable
    assert '  {"id": "a", ,\n' in session.expectations.save()
    assert session.why_no_switch() == "its JSON cannot be read"


def test_keys_typed_in_one_place_are_one_step():
    session = _session()
    for text in ('{"id": "1"}', '{"id": "12"}', '{"id": "123"}'):
        session.put_text(text)
    session.undo()
    assert session.expectations.save() == TEXT


def _rows(wanted: str = "", severities: tuple[Severity | None, ...] = (), **more: bool) -> list[int]:
    rows = ListRows()
    rows.show(load_expectations(TEXT), severities, wanted=wanted, **more)
    return [max(-1, row) for row in rows.rows]


def test_rows_are_grouped_by_path_or_as_in_the_file():
    assert _rows() == [-1, 0, 2, -1, 1, -1, 3]
    assert _rows(is_grouped=False) == [0, 1, 2, 3]


def test_the_filter_knows_fields_marks_and_the_whole_text():
    assert _rows("status:404", is_grouped=False) == [3]
    assert _rows("text:remainingtimes", is_grouped=False) == [2]
    assert _rows("is:warning", (None, Severity.WARNING), is_grouped=False) == [1]
    assert _rows("!path:/x", is_grouped=False) == [1, 3]


def test_moving_stays_among_its_path_and_then_passes_all_of_the_next():
    rows = ListRows()
    rows.show(load_expectations(TEXT))
    assert rows.moved([0], 1) == [1, 2, 0, 3]
    assert rows.moved([2], -1) == [2, 0, 1, 3]
    assert rows.moved([1], -1) == [1, 0, 2, 3]
    assert rows.moved([0], -1) == rows.moved([3], 1) == [0, 1, 2, 3]


@given(
    some.text("xyz", max_size=8), some.sets(some.integers(0, 7)), some.sampled_from([-1, 1]), some.booleans()
)
def test_several_move_together_and_keep_their_order(paths: str, chosen: set[int], step: int, is_grouped: bool):
    rows, every = ListRows(), range(len(paths))
    rows.show(
        ExpectationSet.of([Expectation.of({"httpRequest": {"path": one}}) for one in paths]),
        is_grouped=is_grouped,
    )
    chosen &= set(every)
    order = rows.moved(chosen, step)
    assert sorted(order) == [*every]
    for part in map({*every}.intersection, (chosen, {*every} - chosen)):
        for path in set(paths) if is_grouped else {""}:
            found = [one for one in order if one in part and path in paths[one]]
            assert found == sorted(found)


def test_those_side_by_side_pass_the_next_one_together():
    rows = ListRows()
    rows.show(load_expectations(TEXT), is_grouped=False)
    assert rows.moved([1, 2], -1) == [1, 2, 0, 3]
    assert rows.moved([1, 2], 1) == [0, 3, 1, 2]
    assert rows.moved([0, 1, 3], -1) == [0, 1, 3, 2]  # the first two are at the top already


def test_a_selection_moves_with_its_expectations_as_one_step():
    session = _session()
    session.selected = frozenset((1, 2))
    session.look_at(1)
    session.reorder([1, 2, 0, 3])
    assert [one.id for one in session.expectations] == ["b", "", "a", "d"]
    assert session.selected == {0, 1}
    assert session.index == 0
    assert session.undo() == "moving 2 expectations"
    assert session.expectations.save() == TEXT
    session.reorder([0, 1, 2, 3])
    assert not session.history.can_undo


@given(some.sets(some.integers(0, 3)))
def test_several_at_once_are_as_one_after_the_other(chosen: set[int]):
    whole, one_by_one, behind = load_expectations(TEXT), load_expectations(TEXT), load_expectations(TEXT)
    for index in sorted(chosen, reverse=True):
        one_by_one = one_by_one.removed(index)
        behind = behind.inserted(index + 1, whole[3])
    assert whole.removed(*chosen).save() == one_by_one.save()
    assert whole.inserted_behind(dict.fromkeys(chosen, whole[3])).save() == behind.save()


def test_a_step_made_aside_is_one_step_here():
    session = _session()
    session.selected = frozenset((0, 1))
    aside = session.aside()
    aside.switch()
    session.adopt(aside)
    assert [one.tree.get("percentage") for one in session.expectations] == [0, 0, None, 30]
    assert session.selected == {0, 1}
    assert session.undo() == "switching off 2 expectations"
    assert session.expectations.save() == TEXT


def test_what_is_being_typed_is_read_when_somebody_asks():
    session = _session()
    texts = ['{"id": "1"}']
    session.type(texts.pop)
    assert texts
    assert session.expectations[0].id == "1"
    assert not texts
    session.type(lambda: '{"id": "2"}')
    session.look_at(1)
    assert session.expectations[0].id == "2"
    assert session.current.id == "b"


def test_a_change_of_one_keeps_the_rows_and_a_new_path_makes_them_anew():
    rows, expectations = ListRows(), load_expectations(TEXT)
    rows.show(expectations)
    before = rows.rows
    changed = expectations.replaced(0, expectations[0].with_value(("priority",), 5))
    rows.show(changed)
    assert rows.rows is before
    assert rows.facts[0].notes == "p5"
    rows.show(changed.replaced(0, changed[0].with_value(("httpRequest", "path"), "/z")))
    heads = [rows.head(place) for place, row in enumerate(rows.rows) if row < 0]
    assert heads == ["/z", "/y", "/x", "any path"]
    rows.show(ExpectationSet())
    assert not rows.rows
