"""Expectations without loss: what is loaded is saved, a change touches only what it is about."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automock_tui.domain.errors import InvalidInput
from automock_tui.domain.expectation import (
    Expectation,
    ExpectationSet,
    Times,
    TimeToLive,
    load_expectations,
)
from automock_tui.domain.json_text import MAX_DEPTH, NumberLiteral, dump, parse

EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"
ODD = (
    '[ {"httpRequest":{"path":"\\/a","b":null}, "x-later": [1.0, 1e3, -0, 12345678901234567890123, 0.10],\r\n'
    '   "httpResponse" : {"body":"\\u00e9 \\ud83d\\ude00 é","statusCode":2e2} }\n,{\t"httpResponse":{}}]  \n\n'
)


def tree(text):
    """The JSON of a text, with the spelling of every number kept."""
    return json.loads(text, parse_int=lambda x: ("int", x), parse_float=lambda x: ("float", x))


KEYS = st.text(max_size=6) | st.sampled_from(
    ["id", "priority", "httpRequest", "httpResponse", "path", "statusCode", "body", "times", "headers", "x/y~z"]
)
NUMBERS = st.integers() | st.sampled_from(["1.0", "1e3", "1E+2", "-0", "-0.0", "0.10", "9" * 40, "1e400"]).map(
    NumberLiteral
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=6)
SPACE = st.sampled_from(["", " ", "\n", "\r\n", "\n  ", "\t"])


def spell(value, draw):
    """A JSON text of a value with any white space and any spelling of its texts."""
    gap = lambda: draw(SPACE)  # noqa: E731 - short, and used ten times
    if isinstance(value, NumberLiteral):
        return value.text
    if isinstance(value, dict):
        parts = [f"{gap()}{spell(k, draw)}{gap()}:{gap()}{spell(v, draw)}{gap()}" for k, v in value.items()]
        return "{" + (",".join(parts) or gap()) + "}"
    if isinstance(value, list):
        return "[" + (",".join(f"{gap()}{spell(one, draw)}{gap()}" for one in value) or gap()) + "]"
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


@st.composite
def documents(draw):
    text = spell(draw(OBJECTS | st.lists(OBJECTS, max_size=5)), draw)
    return f"{draw(SPACE)}{text}{draw(SPACE)}"


def paths(value, path=()):
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from paths(part, (*path, key))


def changed(value, path, new):
    """An independent way to set a value in a tree."""
    key, *rest = path
    new = changed(value[key], rest, new) if rest else new
    if isinstance(value, dict):
        return {k: new if k == key else v for k, v in value.items()}
    return [new if k == key else v for k, v in enumerate(value)]


@given(documents())
def test_any_document_is_saved_as_it_was_loaded(text):
    assert load_expectations(text).save() == text
    assert load_expectations(text.encode()).save().encode() == text.encode()


@settings(deadline=None)
@given(documents(), st.data())
def test_a_changed_value_is_the_only_change(text, data):
    found = load_expectations(text)
    spots = [(n, path) for n, one in enumerate(found) for path in paths(one.tree)]
    if not spots:
        return
    index, path = data.draw(st.sampled_from(spots))
    value = data.draw(VALUES)
    after = found.replaced(index, found[index].with_value(path, value)).save()
    expected = changed(tree(text), ((index, *path) if found.is_array else path), tree(spell(value, data.draw)))
    assert json.dumps(tree(after)) == json.dumps(expected), "same values, same order, same spellings"


@settings(deadline=None)
@given(documents(), st.data())
def test_a_removed_value_is_the_only_change(text, data):
    found = load_expectations(text)
    spots = [(n, path) for n, one in enumerate(found) for path in paths(one.tree)]
    if not spots:
        return
    index, path = data.draw(st.sampled_from(spots))
    after = found[index].without(path)
    expected = tree(found[index].text)
    place = expected
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    assert json.dumps(tree(after.text)) == json.dumps(expected)


@given(OBJECTS, KEYS, KEYS, VALUES)
def test_a_new_value_comes_last_and_its_objects_are_made(whole, outer, inner, value):
    if outer in whole:
        return
    before = Expectation.of(whole)
    after = before.with_value((outer, inner), value)
    assert list(after.tree) == [*before.tree, outer]
    assert dump(after.value((outer, inner))) == dump(value)
    assert {key: after.tree[key] for key in before.tree} == before.tree


@settings(deadline=None)
@given(st.lists(OBJECTS, max_size=4), documents(), st.data())
def test_sets_change_like_lists(values, text, data):
    document = load_expectations(text)
    model = list(document)
    for value in values:
        step = data.draw(st.sampled_from(["insert", "append", "remove", "move", "replace"]))
        one = Expectation.of(value)
        at = data.draw(st.integers(0, max(0, len(model) - 1)))
        if step == "insert":
            document, _ = document.inserted(at, one), model.insert(at, one)
        elif step == "append" or not model:
            document, _ = document.appended(one), model.append(one)
        elif step == "remove":
            document, _ = document.removed(at), model.pop(at)
        elif step == "move":
            to = data.draw(st.integers(0, len(model) - 1))
            document = document.moved(at, to)
            model.insert(to, model.pop(at))
        else:
            document, model[at] = document.replaced(at, one), one
    assert list(document) == model
    again = load_expectations(document.save())
    assert [one.tree for one in again] == [one.tree for one in model]


def test_odd_spellings_survive_a_change_elsewhere():
    found = load_expectations(ODD)
    after = found.replaced(0, found[0].with_value(("httpRequest", "path"), "/b")).save()
    assert after == ODD.replace('"\\/a"', '"/b"')


def test_a_single_object_is_a_set_of_one_and_can_become_an_array():
    found = load_expectations(' {"httpResponse": {}}\n')
    assert (len(found), found.is_array) == (1, False)
    assert found.as_array().save() == '[\n {"httpResponse": {}}\n]\n'
    assert found.as_array() is found.as_array().as_array() or found.as_array().is_array


def test_inserting_keeps_the_layout():
    two = load_expectations('[\n    {"id": "a"},\n    {"id": "b"}\n]\n')
    one = Expectation.parse('{"id": "c"}')
    assert two.appended(one).save() == '[\n    {"id": "a"},\n    {"id": "b"},\n    {"id": "c"}\n]\n'
    assert two.inserted(0, one).save() == '[\n    {"id": "c"},\n    {"id": "a"},\n    {"id": "b"}\n]\n'
    assert two.removed(0).save() == '[\n    {"id": "b"}\n]\n'
    assert two.removed(1).save() == '[\n    {"id": "a"}\n]\n'
    assert load_expectations("[]\n").appended(one).save() == '[\n  {"id": "c"}\n]\n'


def test_a_new_field_takes_the_indentation_of_its_neighbours():
    before = '{\n    "httpResponse": {\n        "statusCode": 200\n    }\n}'
    after = Expectation.parse(before).with_value(("httpResponse", "delay"), {"timeUnit": "SECONDS", "value": 1})
    assert after.text == (
        '{\n    "httpResponse": {\n        "statusCode": 200,\n        "delay": {\n'
        '          "timeUnit": "SECONDS",\n          "value": 1\n        }\n    }\n}'
    )
    line = Expectation.parse('{"httpResponse": {"statusCode": 200}}')
    assert line.with_value(("priority",), 3).text == '{"httpResponse": {"statusCode": 200}, "priority": 3}'


def test_views_of_a_full_expectation():
    one = Expectation.of(
        {
            "id": "x",
            "priority": NumberLiteral("5.0"),
            "httpRequest": {"method": {"value": "GET", "not": True}, "path": "/pets/{id}"},
            "httpResponse": {"statusCode": NumberLiteral("2e2")},
            "times": {"remainingTimes": 2},
            "timeToLive": {"timeUnit": "HOURS", "timeToLive": 3},
        }
    )
    assert (one.id, one.priority, one.method, one.path, one.status_code) == ("x", 5, "!GET", "/pets/{id}", 200)
    assert (one.times, one.time_to_live) == (Times(2), TimeToLive(3, "HOURS"))
    assert one.summary == "!GET /pets/{id} → 200" and one.action == "httpResponse"


@pytest.mark.parametrize(
    ("text", "summary", "status"),
    [
        ("{}", "ANY any path", None),
        ('{"httpResponse": {}}', "ANY any path → 200", 200),
        ('{"httpResponses": [{"statusCode": 503}, {}]}', "ANY any path → 503", 503),
        ('{"httpResponses": [7]}', "ANY any path → 200", 200),
        ('{"httpForward": {"host": "h"}}', "ANY any path → httpForward", None),
        ('{"httpResponse": {}, "httpError": {"primary": true}}', "ANY any path → httpError", None),
        ('{"httpRequest": {"specUrlOrPayload": "x", "operationId": "list"}, "httpResponse": {}}', None, 200),
        ('{"specUrlOrPayload": {}}', "OpenAPI description", None),
        ('{"priority": "9", "id": 4, "httpRequest": 5, "httpResponse": null, "times": []}', None, None),
    ],
)
def test_views_answer_whatever_is_there(text, summary, status):
    one = Expectation.parse(text)
    assert summary in (None, one.summary)
    assert isinstance(one.id, str) and isinstance(one.priority, int) and isinstance(one.title, str)
    assert (one.times, one.time_to_live) == (Times(), TimeToLive())
    if status is not None:
        assert one.status_code == status


def test_a_value_that_is_not_there():
    one = Expectation.parse('{"a": [1], "b": 2}')
    assert one.value(("a", 0)) == 1
    for path in (("c",), ("a", 1), ("a", "0"), ("b", "c"), ("b", 0)):
        with pytest.raises(KeyError):
            one.value(path)
        assert one.without(path).text == one.text


@pytest.mark.parametrize("path", [("b", "c"), ("a", 5), ("a", "x"), ("z", 0)])
def test_what_cannot_be_set_says_so(path):
    with pytest.raises(KeyError):
        Expectation.parse('{"a": [1], "b": 2}').with_value(path, 1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
def test_what_is_no_json_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        Expectation.parse("{}").with_value(("a",), value)


def test_a_repeated_key_survives_and_the_last_one_is_changed():
    one = Expectation.parse('{"a": 1, "a": 2}')
    assert one.has_repeated_keys and one.value(("a",)) == 2
    assert one.with_value(("a",), 3).text == '{"a": 1, "a": 3}'
    assert one.without(("a",)).text == "{}"


def test_ids_are_given_once_and_are_the_same_everywhere():
    text = '[{"httpRequest": {"method": "GET", "path": "/a/{b}"}}, {"id": "mine"}, {"id": ""}, {}, {}]'
    found = load_expectations(text).with_ids()
    ids = [one.id for one in found]
    assert ids[0].startswith("get-a-b-") and ids[1] == "mine"
    assert len(set(ids)) == 5 and ids[4] == f"{ids[3]}-2"
    assert next(iter(found[0].tree)) == "id", "it comes first"
    assert found.save() == load_expectations(text).with_ids().save()
    assert found.with_ids() == found
    assert found[1] is load_expectations(text)[1] or found[1].text == '{"id": "mine"}'
    assert found.find("mine") == 1 and found.find("nobody's") is None


def test_places_count_lines_and_columns():
    found = load_expectations('[\n  {"id": "a"},\n  {"id": "b", "httpResponse":\n    {"x/y": [0, 1]}}\n]')
    place = found.place(1, ("httpResponse", "x/y", 1))
    assert (place.line, place.column, place.pointer) == (4, 17, "/1/httpResponse/x~1y/1")
    assert (place.index, place.expectation_id, str(place)) == (1, "b", "4:17 /1/httpResponse/x~1y/1")
    missing = found.place(0, ("httpResponse", "delay"))
    assert (missing.line, missing.column, missing.pointer) == (2, 3, "/0/httpResponse/delay")
    assert load_expectations('{"id": 1}').place(0, ("id",)).pointer == "/id"


@pytest.mark.parametrize(
    ("source", "title", "words"),
    [
        ('[\n {"a": 1,}\n]', "line 2, column 9", "comma with nothing after it"),
        ("[{},]", "line 1, column 4", "comma with nothing after it"),
        ("[{} {}]", "line 1, column 5", "comma"),
        ("[{}", "line 1, column 4", "ends too early"),
        ("[", "line 1, column 2", "ends too early"),
        ("", "line 1, column 1", "nothing here"),
        ("{/* hi */}", "line 1, column 2", "comment"),
        ("# hi", "line 1, column 1", "YAML"),
        ("{'a': 1}", "line 1, column 2", "single quotes"),
        ('{"a": True}', "line 1, column 7", "small letters"),
        ('{"a": [1, NaN]}', "line 1, column 11", "NaN is no JSON number"),
        ('{"a": "x\ny"}', "line 1, column 9", "line break"),
        ('{"a": "\\x"}', "line 1, column 8", "escape"),
        ('{"a": "x}', "line 1, column 7", "never closed"),
        ("{a: 1}", "line 1, column 2", "name in double quotes"),
        ('{"a" 1}', "line 1, column 6", "colon"),
        ('{"a": 1} x', "line 1, column 10", "follows after the end"),
        ("[{}] []", "line 1, column 6", "follows after the end"),
        ('[{}, 5, "x"]', "Not an expectation: line 1, column 6", "JSON object"),
        ("[[{}]]", "Not an expectation", "JSON object"),
        ("null", "Not an expectation", "JSON object"),
        ("[" * 300 + "]" * 300, "column 2", "nested more than 200"),
        ('{"a":' * 100_000, "Not valid JSON", "nested more than 200"),
        ('{"a": "\\ud83d"}', "Half a character: line 1, column 8", "surrogate"),
        ('{"a": "\\\\\\ude00"}', "Half a character: line 1, column 10", "surrogate"),
        ('{"a": "\ud83d"}', "Half a character", "surrogate"),
        ("\ufeff{}", "Not plain UTF-8", "byte order mark"),
        (b"\xef\xbb\xbf{}", "Not plain UTF-8", "byte order mark"),
        ("{}".encode("utf-16"), "Not plain UTF-8", "UTF-16"),
        (b'{"a":\n "\xe9"}', "Not plain UTF-8", "Line 2, byte 3: 0xe9"),
        (b" " * (33 * 1024 * 1024), "too large", "33 MiB"),
    ],
)
def test_what_cannot_be_read_says_what_and_where(source, title, words):
    with pytest.raises(InvalidInput) as caught:
        load_expectations(source)
    assert title in caught.value.title and words in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint and caught.value.exit_code == 2


def test_an_error_shows_the_line_and_points_at_it():
    with pytest.raises(InvalidInput) as caught:
        load_expectations('[\n  {"path": /pets}\n]')
    assert caught.value.message.splitlines()[1:] == ['2 |   {"path": /pets}', "  |            ^"]


def test_an_escaped_backslash_is_no_half_character():
    assert load_expectations('{"a": "\\\\ud83d \\ud83d\\ude00"}')[0].tree == {"a": "\\ud83d \U0001f600"}


@given(st.text(), st.text())
def test_any_text_loads_or_says_why(before, after):
    for text in (before, f'[{{"a": {before}}}{after}'):
        try:
            load_expectations(text)
        except InvalidInput as error:
            assert error.title and error.message


@given(st.binary())
def test_any_bytes_load_or_say_why(source):
    try:
        load_expectations(source)
    except InvalidInput as error:
        assert error.title and error.message


def test_the_example_is_complete():
    found = load_expectations(EXAMPLE.read_bytes())
    assert isinstance(found, ExpectationSet) and len(found) == 14
    assert all(one.id for one in found) and found.with_ids().save() == EXAMPLE.read_text()
    assert {one.status_code for one in found} == {200, 201, 204, 400, 401, 404, 422}
    assert any("delay" in one.response for one in found)


def test_a_number_keeps_its_spelling_through_a_copy():
    import copy
    import pickle

    number = NumberLiteral("1.50")
    assert [repr(copy.deepcopy(number)), repr(pickle.loads(pickle.dumps(number)))] == ["1.50", "1.50"]


@pytest.mark.parametrize(
    "nested",
    [
        lambda depth: "[" * depth + "]" * depth,
        lambda depth: '{"a": ' * depth + "1" + "}" * depth,
        lambda depth: '{"a": ' + "[" * (depth - 1) + "]" * (depth - 1) + ', "a": 1}',
        lambda depth: "[" * (depth - 1) + '"[[[{{{", {}' + "]" * (depth - 1),
    ],
    ids=["arrays", "objects", "a key that is there twice", "brackets in a text"],
)
def test_only_what_is_nested_too_deeply_is_refused(nested):
    assert parse(nested(MAX_DEPTH)) is not None
    with pytest.raises(InvalidInput, match=f"more than {MAX_DEPTH} deep"):
        parse(nested(MAX_DEPTH + 1))
