"""The checks of known fields: against recorded answers of the real MockServer 8.0.0, and rule by rule."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.expectation_check import check_expectations
from automock_tui.domain.problems import Severity

DATA = Path(__file__).parent.parent / "data" / "mockserver"
EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"
ANSWERS = [json.loads(line) for line in (DATA / "taken_or_refused.jsonl").read_text().splitlines()]
KNOWN_DIFFERENCE = {
    "httpResponse": {},
    "beforeActions": [
        {
            "httpRequest": {"path": {"value": 0}},
            "blocking": True,
            "timeout": {"timeUnit": "SECONDS", "value": 1},
            "failurePolicy": "FAIL_FAST",
        }
    ],
    "afterActions": {"httpRequest": {"path": "/z"}},
}
"""MockServer lets a path of the wrong type pass in a side action, and refuses it everywhere else."""


def problems(value):
    return check_expectations(load_expectations(value if isinstance(value, str) else json.dumps(value)))


def found(value):
    return [(one.rule, one.place.pointer, one.severity.value) for one in problems(value)]


@pytest.mark.parametrize("taken", [True, False])
def test_what_the_real_mockserver_took_or_refused(taken):
    """The recorded answers: expectations damaged at random, and whether the real MockServer took them (201)."""
    cases = [answer["expectation"] for answer in ANSWERS if answer["taken"] is taken]
    assert len(cases) > 100
    wrong = [case for case in cases if bool(problems(case)) is taken]
    assert wrong == ([KNOWN_DIFFERENCE] if taken else [])


def test_the_example_has_no_problems():
    assert check_expectations(load_expectations(EXAMPLE.read_bytes())) == ()


RESPONSE = {"httpResponse": {}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"httpResponse": {"statusCode": "200"}}, [("wrong-type", "/httpResponse/statusCode", "error")]),
        ('{"httpResponse": {"statusCode": 200.0}}', []),
        ('{"httpResponse": {"statusCode": 200.5}}', [("wrong-type", "/httpResponse/statusCode", "error")]),
        ({"httpResponse": {"statusCode": 2**31}}, [("out-of-range", "/httpResponse/statusCode", "error")]),
        ({**RESPONSE, "priority": True}, [("wrong-type", "/priority", "error")]),
        ({**RESPONSE, "id": None}, [("wrong-type", "/id", "error")]),
        ({**RESPONSE, "percentage": 101}, [("out-of-range", "/percentage", "error")]),
        ({**RESPONSE, "times": {"remainingTimes": "2"}}, [("wrong-type", "/times/remainingTimes", "error")]),
        ({**RESPONSE, "timeToLive": {"timeUnit": "days"}}, [("unknown-word", "/timeToLive/timeUnit", "error")]),
        (
            {"httpResponse": {"delay": {"timeUnit": "SECONDS", "value": 0.5}}},
            [("wrong-type", "/httpResponse/delay/value", "error")],
        ),
        ({**RESPONSE, "fromTheFuture": 1}, [("unknown-field", "/fromTheFuture", "warning")]),
        ({"httpResponse": {"statuscode": 1}}, [("unknown-field", "/httpResponse/statuscode", "warning")]),
        ({"httpRequest": {"path": "/a"}}, [("no-action", "", "error")]),
        ({"httpResponse": {}, "httpError": {}}, [("several-actions", "", "error")]),
        ({"httpResponse": {"primary": True}, "httpError": {}}, []),
        (
            {"httpResponse": {"primary": True}, "httpError": {"primary": True}},
            [("several-actions", "", "error")],
        ),
        ({"httpResponse": {}, "httpResponses": [{}]}, []),
        ({"httpResponses": []}, [("out-of-range", "/httpResponses", "error")]),
        (
            {"httpRequest": {"headers": {"a b": "c"}}, "httpResponse": {}},
            [("bad-name", "/httpRequest/headers/a b", "error")],
        ),
        (
            {"httpRequest": {"headers": {"a": [1]}}, "httpResponse": {}},
            [("wrong-type", "/httpRequest/headers/a/0", "error")],
        ),
        ({"httpResponse": {"body": None}}, [("wrong-type", "/httpResponse/body", "error")]),
        ({"httpError": {"responseBytes": "?"}}, [("wrong-type", "/httpError/responseBytes", "error")]),
        (
            {**RESPONSE, "capture": {"source": "header"}},
            [("missing-field", "/capture", "error"), ("missing-field", "/capture", "error")],
        ),
        ({**RESPONSE, "beforeActions": [{}]}, [("missing-field", "/beforeActions/0", "error")]),
        (
            {**RESPONSE, "chaos": {"errorProbability": 2}},
            [("out-of-range", "/chaos/errorProbability", "error")],
        ),
        (
            {"httpRequest": {"if": {"then": {}}}, **RESPONSE},
            [("unknown-field", "/httpRequest/if/then", "warning")],
        ),
        ({"specUrlOrPayload": "openapi.yaml"}, []),
        ({"specUrlOrPayload": 5}, [("wrong-type", "/specUrlOrPayload", "error")]),
        (
            [{"id": "a", **RESPONSE}, {"id": "b", **RESPONSE}, {"id": "a", **RESPONSE}],
            [("duplicate-id", "/2/id", "error")],
        ),
        (
            '{"httpResponse": {"body": {"a": [{"b": 1, "b": 2}]}}}',
            [("duplicate-key", "/httpResponse/body/a/0/b", "warning")],
        ),
    ],
)
def test_each_rule(value, expected):
    assert found(value) == expected


def test_a_problem_says_where_why_and_what_to_do():
    (one,) = problems('[\n  {"id": "x",\n   "httpResponse": {"statusCode": "200"}}\n]')
    assert (one.place.line, one.place.column, one.place.expectation_id, one.place.index) == (3, 35, "x", 0)
    assert one.severity is Severity.ERROR and one.is_error
    assert one.message == "statusCode is a text; it must be a whole number."
    assert "refuses the whole document" in one.why and one.fix == "Write 200 without quotes."


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ({"httpResponse": {}, "timeToLive": {"timeUnit": "days"}}, 'Write "DAYS".'),
        ({"httpresponse": {}, "httpResponse": {}}, "Did you mean httpResponse?"),
        ({"httpResponse": {"headers": {"a": 1}}}, 'Write "1" in quotes.'),
        ({"httpResponse": {"primary": "true"}}, "Write true without quotes."),
    ],
)
def test_a_fix_that_can_be_told_is_told(value, fix):
    assert [one.fix for one in problems(value)] == [fix]


def test_problems_come_in_the_order_of_the_document():
    bad = {"httpResponse": {"statusCode": "1"}, "priority": "2"}
    lines = [one.place.pointer for one in problems([bad, {}, bad])]
    assert lines == [
        "/0/httpResponse/statusCode",
        "/0/priority",
        "/1",
        "/2/httpResponse/statusCode",
        "/2/priority",
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.sampled_from([answer for answer in ANSWERS if answer["expectation"]]), st.data())
def test_no_damage_breaks_the_check(answer, data):
    row = json.loads(json.dumps(answer["expectation"]))
    place, key = row, data.draw(st.sampled_from(sorted(row)))
    while isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place)))
    place[key] = data.draw(JSON)
    for one in problems(row):
        assert one.message and one.why and one.fix and one.place.line >= 1
