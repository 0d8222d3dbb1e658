"""The form is a view: a field that is edited changes its own value and no other byte."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import locate, members
from automock_tui.ui.editing.form import (
    STEPS,
    Cell,
    FieldError,
    FormView,
    Kind,
    Line,
    Step,
    also_of,
    edited,
    lines_of,
    step_of,
)
from automock_tui.ui.editing.unreadable import Unreadable


class _Maker:
    """Makes expectations of every shape: right ones, wrong ones, and unknown fields.

    A seed and our own choices, because strategies this deep take seconds to put together.
    """

    PLAIN = (None, True, False, 0, -3, 200, 1.5, 1e300, "", "x", "200", "a\nb", "\u2028", "\u00e9")
    ANY = (*PLAIN, [], {}, [1], {"a": 1}, {"a": {"b": [None]}}, [{"a": "b"}], {"": 0}, {"a/b": "~"})
    TEXTS = ("/pets/{id}", "a\nb", "x\u2028y", "", "x", '"', "\\", "\t", "\U0001f600")
    NAMES = ("a", "b", "!c", "?d", "keyMatchStyle", "", "a b", "\u00e9", "\n")
    TYPES = (
        *("STRING", "JSON", "JSON_SCHEMA", "JSON_PATH", "REGEX", "XML", "XML_SCHEMA", "XPATH", "PARAMETERS"),
        *("MULTIPART", "BINARY", "FUZZY", "JSON_RPC", "GRAPHQL", "FILE", "ALL_OF", "OTHER"),
    )

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one_of(self, values: Any) -> Any:
        found = self._random.choice(values)
        return found() if callable(found) else copy.deepcopy(found)

    def fields(self, **makers: Any) -> dict[str, Any]:
        names = [name for name in makers if self._random.random() < 0.5]
        self._random.shuffle(names)
        return {name: self.one_of(makers[name]) for name in names}

    def several(self, values: Any, most: int = 3) -> list[Any]:
        return [self.one_of(values) for _ in range(self._random.randint(0, most))]

    def matcher(self) -> Any:
        return self.one_of(
            [*self.TEXTS, lambda: self.fields(value=self.TEXTS, schema=self.ANY) | {"not": True}]
        )

    def multi(self) -> Any:
        values = [
            *self.TEXTS,
            lambda: self.several([self.matcher]),
            lambda: {"values": self.several(self.TEXTS)},
        ]
        named = [lambda: {"name": self.one_of(self.NAMES), "values": self.several(self.TEXTS)}, {"name": "x"}]

        def by_name() -> Any:
            return {name: self.one_of(values) for name in self.several(self.NAMES)}

        return self.one_of([by_name, by_name, lambda: self.several(named), *self.ANY])

    def single(self) -> Any:
        named = [lambda: {"name": self.one_of(self.NAMES), "value": self.one_of(self.TEXTS)}]

        def by_name() -> Any:
            return {name: self.matcher() for name in self.several(self.NAMES)}

        return self.one_of([by_name, lambda: self.several(named)])

    def delay(self) -> Any:
        def spread() -> Any:
            kinds = ("UNIFORM", "GAUSSIAN", "LOG_NORMAL", "?")
            return self.fields(min=self.PLAIN, mean=self.PLAIN) | {"type": self.one_of(kinds)}

        def parts() -> Any:
            return self.fields(timeUnit=["SECONDS"], value=[1], template=self.TEXTS, distribution=[spread])

        return self.one_of([parts, parts, parts, *self.ANY])

    def body(self) -> Any:
        def typed() -> Any:
            main = dict.fromkeys(("json", "odd", "xml"), self.ANY)
            main |= dict.fromkeys(("string", "regex", "query"), self.TEXTS)
            return {"type": self.one_of(self.TYPES)} | self.fields(**main, parameters=[self.multi])

        return self.one_of([typed] * 20 + [*self.ANY])

    def request(self) -> Any:
        names = {key: [self.multi] for key in ("pathParameters", "queryStringParameters", "headers")}
        texts = {key: [self.matcher] for key in ("method", "path")}
        return self.fields(
            **names, **texts, cookies=[self.single], body=[self.body], secure=self.PLAIN, odd=self.ANY
        )

    def response(self) -> Any:
        parts = self.fields(
            statusCode=self.PLAIN, headers=[self.multi], cookies=[self.single], body=[self.body]
        )
        return parts | self.fields(delay=[self.delay], connectionOptions=self.ANY, primary=[True], odd=self.ANY)

    def expectation(self) -> Expectation:
        odd = dict.fromkeys(("timeToLive", "chaos", "rateLimit", "something"), self.ANY)
        rare = self.fields(
            httpForward=self.ANY,
            httpOverrideForwardedRequest=self.ANY,
            httpError=self.ANY,
            specUrlOrPayload=["x"],
        )
        tree = self.fields(
            id=self.PLAIN,
            priority=self.PLAIN,
            httpRequest=[self.request] * 20 + [*self.ANY],
            httpResponse=[self.response] * 20 + [*self.ANY],
            httpResponses=[lambda: self.several([self.response])] * 20 + [*self.ANY],
            times=[lambda: self.fields(remainingTimes=self.PLAIN, unlimited=self.PLAIN), *self.ANY],
            scenarioName=self.PLAIN,
            **odd,
        )
        tree |= rare if self._random.random() < 0.2 else {}
        return Expectation.parse(
            json.dumps(tree, indent=self.one_of([None, 2]), ensure_ascii=self.one_of([True, False]))
        )


_EXPECTATIONS = some.integers(0, 2**64).map(lambda seed: _Maker(seed).expectation())
_TYPED = some.sampled_from(["200", "-1.5", "x y", "yes", '{"a": [1]}', "[", "", "name", *_Maker.TEXTS])


def _fields(expectation: Expectation, view: FormView) -> list[tuple[Line, Cell]]:
    steps = (lines_of(expectation, step, view) for step in STEPS)
    return [(line, cell) for lines in steps for line in lines for cell in line.cells if not cell.fixed]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {at: leaf for key, one in items for at, leaf in _leaves(one, (*path, key)).items()}
    return {path: repr(value)}


def _scope(line: Line, cell: Cell, before: Expectation, after: Expectation) -> list[tuple[Any, ...]]:
    """What an edit of this field may change."""
    if cell.kind is Kind.BUTTON:
        return [("httpRequest", "body"), ("httpResponses",)]
    if line.key == "answer|choice":
        return [(name,) for name in (before.action, *(set(after.tree) - set(before.tree)))]
    if "|pair" in line.key:
        return [tuple(line.key.partition("|")[0].split("/"))]
    if cell.path[-1] in ("remainingTimes", "timeToLive") and len(cell.path) == 2:
        return [cell.path[:1]]
    # The type of a body or delay decides what all of it looks like.
    return [cell.path[:-1] if cell.path[-1] == "type" and cell.kind is Kind.CHOICE else cell.path]


def _is_within(path: tuple[Any, ...], scope: tuple[Any, ...]) -> bool:
    shared = min(len(path), len(scope))
    return tuple(map(str, path[:shared])) == tuple(map(str, scope[:shared]))


def _check_only(line: Line, cell: Cell, before: Expectation, after: Expectation) -> None:
    scopes = _scope(line, cell, before, after)
    old, new = _leaves(before.tree), _leaves(after.tree)
    changed = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    strangers = [path for path in changed if path and not any(_is_within(path, scope) for scope in scopes)]
    assert not strangers
    touched = {str(scope[0]) for scope in scopes}
    assert _others(before, touched) == _others(after, touched)


def _others(expectation: Expectation, touched: set[str]) -> list[tuple[Any, str]]:
    """The texts of all values but these."""
    text = expectation.text
    start = locate(text, ()).start
    found = [(one.key, text[one.value.start : one.value.end]) for one in members(text, start)]
    return [one for one in found if one[0] not in touched]


@settings(max_examples=100, deadline=None)
@given(_EXPECTATIONS, some.integers(0, 10_000), _TYPED, some.integers(0, 30))
def test_a_field_that_is_edited_changes_that_field_only(before, place, typed, choice):
    fields = _fields(before, FormView())
    if not fields:
        return
    line, cell = fields[place % len(fields)]
    text = cell.choices[choice % len(cell.choices)] if cell.choices else typed
    try:
        after = edited(before, cell, text)
    except (FieldError, KeyError):
        return
    if isinstance(after, Unreadable):
        assert after.base == before
        assert after.raw == text
        assert text in after.text or "\n" in text
        return
    if text != cell.text or cell.kind is Kind.BUTTON:
        _check_only(line, cell, before, after)


@settings(max_examples=100, deadline=None)
@given(_EXPECTATIONS)
def test_what_stands_in_a_field_is_its_value(expectation):
    for _line, cell in _fields(expectation, FormView()):
        if cell.kind in (Kind.BUTTON, Kind.CHOICE) or not cell.text:
            continue
        try:
            same = edited(expectation, cell, cell.text)
        except FieldError:  # a name that MockServer refuses
            continue
        if cell.kind is not Kind.NUMBER:
            assert _leaves(same.tree) == _leaves(expectation.tree)


@settings(max_examples=100, deadline=None)
@given(_EXPECTATIONS)
def test_what_the_form_does_not_know_is_named(expectation):
    one = expectation.with_value(("unheardOf",), {"a": 1})
    assert "unheardOf" in also_of(one, FormView())


def _all_open() -> FormView:
    groups = ("request-more", "response-more", "scenario", "rate-limit", "chaos", "connection", "more")
    return FormView(opened=dict.fromkeys(groups, True))


@settings(max_examples=100, deadline=None)
@given(_EXPECTATIONS, _TYPED)
def test_every_field_of_every_open_group_can_be_typed_in(expectation, typed):
    for line, cell in _fields(expectation, _all_open()):
        text = cell.choices[-1] if cell.choices else typed
        try:
            after = edited(expectation, cell, text)
        except (FieldError, KeyError):
            continue
        if not isinstance(after, Unreadable) and text != cell.text:
            _check_only(line, cell, expectation, after)


@settings(max_examples=100, deadline=None)
@given(_EXPECTATIONS)
def test_setting_and_clearing_gives_the_same_text(expectation):
    for line, cell in _fields(expectation, _all_open()):
        if cell.kind not in (Kind.TEXT, Kind.LINES, Kind.NUMBER) or "|pair" in line.key:
            continue
        if _value(expectation, cell.path) is not None:
            continue
        if len(cell.path) > 1 and not isinstance(_value(expectation, cell.path[:-1]), dict | None):
            continue
        if _value(expectation, cell.path[:1]) == {} or {"times", "timeToLive"} & set(cell.path):
            continue
        if "pathParameters" in cell.path:
            continue  # one that the path names stays, empty: without it MockServer never matches
        try:
            after = edited(expectation, cell, "7")
        except KeyError:
            continue
        again = next(one for _, one in _fields(after, _all_open()) if one.path == cell.path)
        if not any(value in ({}, []) for value in _containers(expectation, cell.path)):
            assert edited(after, again, "").tree == expectation.tree


def _value(expectation: Expectation, path: tuple[Any, ...]) -> Any:
    try:
        return expectation.value(path)
    except KeyError:
        return None


def _containers(expectation: Expectation, path: tuple[Any, ...]) -> list[Any]:
    return [_value(expectation, path[:length]) for length in range(1, len(path))]


PETS = Expectation.parse(
    """{
    "id": "pets",
    "httpRequest": { "method": "GET", "path": "/pets/{id}", "headers": { "accept": "a" } },
    "httpResponse": {
      "statusCode": 2.0e2,
      "body": {
        "a": 1
      }
    },
    "chaos": { "strange": true, "errorStatus": 500 }
  }"""
)


def _cell(expectation: Expectation, step: Step, key: str, place: int = 0, view: FormView | None = None) -> Cell:
    lines = lines_of(expectation, step, view or FormView())
    return next(line.cells[place] for line in lines if line.key == key)


def test_a_path_parameter_that_mockserver_needs_has_a_field():
    cell = _cell(PETS, Step.REQUEST, "httpRequest/pathParameters/id")
    after = edited(PETS, cell, "[0-9]+")
    assert after.tree["httpRequest"]["pathParameters"] == {"id": "[0-9]+"}


def test_json_in_a_field_has_no_indentation_and_gets_it_back():
    cell = _cell(PETS, Step.RESPONSE, "httpResponse/body")
    assert cell.text == '{\n  "a": 1\n}'
    assert '\n        "a": 2\n      }' in edited(PETS, cell, '{\n  "a": 2\n}').text


def test_json_that_is_not_finished_is_kept_and_the_form_goes_on():
    broken = edited(PETS, _cell(PETS, Step.RESPONSE, "httpResponse/body"), '{"a": ')
    assert isinstance(broken, Unreadable)
    assert '"body": {"a": \n' in broken.text
    assert _cell(broken, Step.RESPONSE, "httpResponse/body").text == '{"a": '
    further = edited(broken, _cell(broken, Step.REQUEST, "httpRequest/method"), "PUT")
    assert isinstance(further, Unreadable)
    assert '"method": "PUT"' in further.text
    mended = edited(further, _cell(further, Step.RESPONSE, "httpResponse/body"), '{"a": 3}')
    assert (mended.method, mended.response["body"]) == ("PUT", {"a": 3})


def test_json_that_would_break_out_of_its_field_does_not():
    after = edited(PETS, _cell(PETS, Step.RESPONSE, "httpResponse/body"), '1}, "id": {"b": 2')
    assert isinstance(after, Unreadable)


@pytest.mark.parametrize(
    "shape", [{"a": "1"}, {"a": ["1"]}, {"a": {"values": ["1"]}}, [{"name": "a", "values": ["1"]}]]
)
def test_headers_keep_the_shape_they_have(shape):
    one = Expectation.of({"httpRequest": {"headers": shape}})
    key = "httpRequest/headers|pair/0/0"
    renamed = edited(one, _cell(one, Step.REQUEST, key), "b")
    changed = edited(renamed, _cell(renamed, Step.REQUEST, key, 1), "2")
    assert changed.tree["httpRequest"]["headers"] == json.loads(
        json.dumps(shape).replace('"a"', '"b"').replace("1", "2")
    )


def test_a_name_that_is_there_already_is_not_taken():
    one = Expectation.of({"httpRequest": {"headers": {"a": "1", "b": "2"}}})
    with pytest.raises(FieldError, match="b is there already"):
        edited(one, _cell(one, Step.REQUEST, "httpRequest/headers|pair/0/0"), "b")


def test_another_value_of_a_name_and_out_again():
    one = Expectation.of({"httpRequest": {"headers": {"a": "1"}}})
    (line,) = [line for line in lines_of(one, Step.REQUEST, FormView()) if line.more]
    two = line.more(one)
    assert two.tree["httpRequest"]["headers"] == {"a": ["1", ""]}
    lines = [line for line in lines_of(two, Step.REQUEST, FormView()) if line.remove]
    assert lines[1].remove(two).tree["httpRequest"]["headers"] == {"a": ["1"]}
    assert lines[0].remove(lines[1].remove(two)).tree == {}


def test_a_body_that_says_nothing_yet_puts_no_braces_into_a_regex():
    key, view = "httpRequest/body/type|choice", FormView()
    empty = edited(PETS, _cell(PETS, Step.BODY, key, view=view), "plain JSON")
    for kind, name in (("REGEX", "regex"), ("XPATH", "xpath"), ("STRING", "string")):
        found = edited(empty, _cell(empty, Step.BODY, key, view=view), kind)
        assert found.request["body"] == {"type": kind, name: ""}


def test_a_choice_that_is_taken_back_brings_back_what_it_held():
    view = FormView()
    body = "httpResponse/body/type|choice"
    text = edited(PETS, _cell(PETS, Step.RESPONSE, body, view=view), "none")
    assert "body" not in text.tree["httpResponse"]
    back = edited(text, _cell(text, Step.RESPONSE, body, view=view), "plain JSON")
    assert back.tree == PETS.tree
    forward = edited(PETS, _cell(PETS, Step.RESPONSE, "answer|choice", view=view), "forward")
    assert forward.action == "httpForward"
    again = edited(forward, _cell(forward, Step.FORWARD, "answer|choice", view=view), "response")
    assert again.text == PETS.text


def test_a_response_becomes_the_first_of_a_sequence():
    view = FormView()
    several = edited(PETS, _cell(PETS, Step.RESPONSE, "answer|choice", view=view), "sequence")
    assert several.tree["httpResponses"] == [PETS.tree["httpResponse"]]
    two = edited(several, _cell(several, Step.RESPONSE, "responses/add", view=view), "")
    assert len(two.tree["httpResponses"]) == 2
    cell = _cell(two, Step.RESPONSE, "httpResponses/1/statusCode", view=view)
    assert edited(two, cell, "503").tree["httpResponses"][1] == {"statusCode": 503}


def test_fields_that_are_unknown_are_named_and_stay():
    assert also_of(PETS, FormView()) == ("chaos.strange",)
    after = edited(PETS, _cell(PETS, Step.BEHAVIOUR, "chaos/errorStatus"), "")
    assert after.tree["chaos"] == {"strange": True}


def test_times_take_the_place_of_unlimited():
    one = Expectation.of({"times": {"unlimited": True}, "httpResponse": {}})
    cell = _cell(one, Step.BEHAVIOUR, "times")
    assert cell.text == ""
    assert edited(one, cell, "3").tree["times"] == {"remainingTimes": 3}


@pytest.mark.parametrize(
    ("path", "step"),
    [
        (("httpRequest", "path"), Step.REQUEST),
        (("httpRequest", "body", "regex"), Step.BODY),
        (("httpResponse", "statusCode"), Step.RESPONSE),
        (("httpResponses", 1), Step.RESPONSE),
        (("httpResponse", "connectionOptions", "chunkSize"), Step.BEHAVIOUR),
        (("times",), Step.BEHAVIOUR),
        (("id",), Step.BEHAVIOUR),
        (("httpForward", "host"), Step.FORWARD),
        ((), Step.RESPONSE),
    ],
)
def test_where_a_problem_is_shown(path, step):
    assert step_of(path) is step
