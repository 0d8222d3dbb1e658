"""What is never reached: certain where it is said, and found where a person would see it."""

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from automock_tui.linting import lint
from automock_tui.linting.coverage import covers
from automock_tui.linting.shadowing import shadowed
from automock_tui.linting.shape import Shape
from automock_tui.mocking.engine import Engine
from automock_tui.mocking.matcher import compile_request
from automock_tui.mocking.request import Request
from tests.linting.sets import SEGMENTS, SETS, answering, as_object, expectations, found, loaded

WORDS = st.sampled_from(
    (*SEGMENTS, "aXb", "c", "", ",", "A", "i=5", "a.*", "{i}", "[ab]", "[", "1", "2", "> 1", "3", "ab", "aa")
)
BODIES = (
    "", "text", "texts", "1", '"a"', '{"k": 1}', '{"k": 1, "l": "a"}', '{"k": {"l": 1}}', "[1, 2]", "[2, 1, 1]",
    '{"k": [1, "a"], "l": 2}', '{"k": null, "l": true}', '{"k": "a", "l": {"k": 2, "l": []}}',
)  # fmt: skip


@st.composite
def requests_for(draw, tree):
    """A request that has, with luck, what an expectation asks for, and perhaps more."""
    spec = tree["httpRequest"]
    given = str(spec.get("path") or "/a").lstrip("!").split("/")[1:] or [""]
    parts = [draw(WORDS) if any(char in part for char in "{[*+|?") else part for part in given]
    if not draw(st.integers(0, 5)):
        parts.append(draw(WORDS))
    method = draw(st.sampled_from((str(spec.get("method") or "GET").strip("!.*"), "GET", "POST")))
    query = "&".join(f"{name}={value}" for name, value in draw(pairs_for(spec.get("queryStringParameters"))))
    headers = draw(pairs_for(spec.get("headers")))
    headers += [("Cookie", f"{name}={value}") for name, value in draw(pairs_for(spec.get("cookies")))]
    wanted = spec.get("body")
    value = wanted.get("json", wanted) if isinstance(wanted, dict) else wanted
    own = value if isinstance(value, str) else json.dumps(value)
    body = draw(st.sampled_from((own if wanted is not None else "", *BODIES)))
    kind = [("Content-Type", "application/json")] if body else []
    target = "/" + "/".join(parts) + (f"?{query}" if query else "")
    return Request(method, target, headers + kind, body.encode(), secure=draw(st.booleans()))


@st.composite
def pairs_for(draw, spec):
    found = []
    for name, values in as_object(spec).items():
        for value in values if isinstance(values, list) else [values]:
            plain = value.lstrip("!?")
            found.append((name.strip("!?.*"), plain if draw(st.booleans()) else draw(WORDS)))
    extra = st.tuples(st.sampled_from(("x", "y", "X", "xz", "z")), WORDS)
    return found[: draw(st.integers(max(0, len(found) - 1), len(found)))] + draw(st.lists(extra, max_size=2))


def hidden_in(trees):
    expectations = loaded(*trees)
    return list(shadowed(expectations, [Shape(one) for one in expectations]))


TIMES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def widened(draw, tree):
    """An expectation that asks for less than another, more or less."""
    spec = dict(tree["httpRequest"])
    for name in list(spec):
        choice = draw(st.integers(0, 4))
        if choice == 0:
            del spec[name]
        elif choice == 1 and name == "path":
            spec["path"] = draw(st.sampled_from((".*", "/.*", "/.+", "/a/.*", "/{i}", "/{i}/{j}", "/a/{j}")))
            names = [part[1:-1] for part in spec["path"].split("/") if part.startswith("{")]
            spec["pathParameters"] = {one: [draw(st.sampled_from((".*", ".+", "5", "a")))] for one in names}
        elif choice == 2 and isinstance(spec[name], dict) and name != "pathParameters":
            spec[name] = {key: value for key, value in spec[name].items() if draw(st.booleans())}
        elif choice == 3 and name in ("queryStringParameters", "headers"):
            pairs = as_object(spec[name])
            spec[name] = {key: draw(st.sampled_from((".*", "", value))) for key, value in pairs.items()}
        elif choice == 4 and isinstance(spec[name], list):
            spec[name] = spec[name][1:]
    return answering({key: value for key, value in spec.items() if value != {}})


@TIMES
@given(st.data())
def test_what_is_said_to_be_hidden_never_answers(data):
    trees = data.draw(SETS)
    at = data.draw(st.integers(0, len(trees) - 1))
    trees.insert(0, data.draw(widened(trees[at])) | {"id": "w", "priority": trees[at].get("priority", 0)})
    hidden = dict(hidden_in(trees))
    assume(hidden)
    engine = Engine()
    engine.load(trees)
    for index in hidden:
        for _ in range(4):
            request = data.draw(requests_for(trees[index]))
            assert engine.answer(request)[1] not in {trees[one]["id"] for one in hidden}


@TIMES
@given(st.data())
def test_who_covers_another_takes_all_its_requests(data):
    narrow = data.draw(expectations())
    broad = data.draw(st.one_of(widened(narrow), widened(narrow), expectations()))
    one, other = (Shape(found) for found in loaded(broad, narrow))
    assume(covers(one, other))
    matchers = [compile_request(tree["httpRequest"]) for tree in (broad, narrow)]
    for _ in range(6):
        request = data.draw(requests_for(narrow))
        if matchers[1].matches(request):
            assert matchers[0].matches(request), (broad, narrow, request.target, request.headers, request.body)


@TIMES
@given(SETS)
def test_the_index_finds_what_comparing_all_with_all_finds(trees):
    shapes = [Shape(one) for one in loaded(*trees)]
    order = sorted(range(len(trees)), key=lambda index: (-trees[index].get("priority", 0), index))
    all_pairs = {
        later
        for at, later in enumerate(order)
        for earlier in order[:at]
        if covers(shapes[earlier], shapes[later]) and shapes[later].is_comparable and not shapes[later].is_off
    }
    assert {index for index, _ in hidden_in(trees)} == all_pairs


# --- what a person would see

HIDDEN = {
    "the same again": ({"path": "/a"}, {"path": "/a"}),
    "any request": ({}, {"path": "/a", "body": "x"}),
    "a regex before a literal": ({"path": "/a/.*"}, {"path": "/a/b"}),
    "a regex before a template": ({"path": "/a/.+"}, {"path": "/a/{x}", "pathParameters": {"x": [".*"]}}),
    "a regex before a narrower one": ({"path": "/v1.0/.*"}, {"path": "/v1.0/pets/[0-9]+"}),
    "a template before a literal": ({"path": "/a/{x}", "pathParameters": {"x": ["[a-z]+"]}}, {"path": "/a/b"}),
    "a template before a template": (
        {"path": "/a/{x}/{y}", "pathParameters": {"x": [".*"], "y": [".*"]}},
        {"path": "/a/{z}/b", "pathParameters": {"z": ["[0-9]+"]}},
    ),
    "any method": ({"path": "/a"}, {"method": "POST", "path": "/a"}),
    "a query less": (
        {"path": "/a", "queryStringParameters": {"x": ["1"]}},
        {"path": "/a", "queryStringParameters": {"x": ["1"], "y": ["2"]}},
    ),
    "a header less, in a list": (
        {"headers": [{"name": "x", "values": ["1"]}]},
        {"headers": [{"name": "X", "values": ["1"]}, {"name": "y", "values": ["2"]}]},
    ),
    "a list and an object": (
        {"headers": [{"name": "x", "values": ["1.*"]}]},
        {"headers": {"x": ["12"], "y": ["2"]}},
    ),
    "a query less, of several values": (
        {"path": "/a", "queryStringParameters": {"x": ["1", "2"]}},
        {"path": "/a", "queryStringParameters": {"x": ["1", "2"], "y": ["3"]}},
    ),
    "a broader header": ({"headers": {"Accept": [".*json.*"]}}, {"headers": {"accept": ["application/json"]}}),
    "a part of the JSON": (
        {"body": {"type": "JSON", "json": {"a": {"b": 1}}}},
        {"body": {"type": "JSON", "json": {"a": {"b": 1, "c": [2]}}, "matchType": "STRICT"}},
    ),
    "case aside": ({"path": "/A"}, {"path": "/a", "method": "GET"}),
}
REACHED = {
    "another value of a template": ({"path": "/a/{x}", "pathParameters": {"x": ["[0-9]+"]}}, {"path": "/a/b"}),
    "another length": ({"path": "/a/{x}", "pathParameters": {"x": [".*"]}}, {"path": "/a/b/c"}),
    "another query": (
        {"path": "/a", "queryStringParameters": {"x": ["1"]}},
        {"path": "/a", "queryStringParameters": {"y": ["2"]}},
    ),
    "a header that may be absent": ({"headers": {"x": ["1"]}}, {"headers": {"?x": ["1"]}}),
    "a header that must be absent": ({"headers": {"!x": [".*"]}}, {"path": "/a"}),
    "one of several values": (
        {"path": "/a", "headers": {"x": ["1"]}},
        {"path": "/a", "headers": {"x": ["1", "2"]}},
    ),
    "another body": (
        {"body": {"type": "JSON", "json": {"a": 1}}},
        {"body": {"type": "JSON", "json": {"a": 2}}},
    ),
    "over TLS only": ({"secure": True}, {"path": "/a"}),
    "the narrower first": ({"path": "/a/b"}, {"path": "/a/.*"}),
}
SOMETIMES = [
    {"times": {"remainingTimes": 1}},
    {"timeToLive": {"timeUnit": "HOURS", "timeToLive": 1}},
    {"percentage": 99},
    {"scenarioName": "s", "scenarioState": "Started"},
]


@pytest.mark.parametrize("name", HIDDEN)
def test_a_broader_one_before_hides_it(name):
    first, second = HIDDEN[name]
    assert found([answering(first), answering(second)]) == [("shadowed", "/1/httpRequest")]
    assert hidden_in([answering(second), answering(first, priority=1)]) == [(0, 1)]


@pytest.mark.parametrize("name", REACHED)
def test_what_some_requests_reach_is_not_hidden(name):
    first, second = REACHED[name]
    assert hidden_in([answering(first), answering(second)]) == []


@pytest.mark.parametrize("more", SOMETIMES, ids=str)
def test_one_that_answers_sometimes_hides_nothing(more):
    assert hidden_in([answering({"path": "/a"}, **more), answering({"path": "/a"})]) == []


def test_of_two_for_the_same_requests_none_is_moved():
    expectations = loaded(answering({"path": "/A"}), answering({"path": "/a"}))
    assert [(one.rule, one.can_fix) for one in lint(expectations)] == [("shadowed", False)]


def test_one_of_the_same_state_hides_the_other():
    state = {"scenarioName": "s", "scenarioState": "open"}
    one = answering({"path": "/a"})
    assert hidden_in([one | state, one | state]) == [(1, 0)]
    assert hidden_in([one | state, one | state | {"scenarioState": "shut"}]) == []


def test_one_that_is_switched_off_is_neither_hidden_nor_hides():
    off = answering({"path": "/a"}, percentage=0)
    assert hidden_in([off, answering({"path": "/a"})]) == []
    assert hidden_in([answering({"path": "/a"}), off]) == []
