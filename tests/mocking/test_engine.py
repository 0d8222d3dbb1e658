"""The engine by itself: order, counting, reloads, what it cannot do."""

import time

import pytest

from automock_tui.mocking.engine import Engine
from automock_tui.mocking.request import Request
from automock_tui.mocking.request_log import RequestLog


def answers(path, status=200, **more):
    return {"httpRequest": {"path": path}, "httpResponse": {"statusCode": status}} | more


def ask(engine, path="/a", method="GET", **more):
    answer, identity = engine.answer(Request(method, path, **more))
    return answer.status, identity


def loaded(*trees):
    engine = Engine()
    for tree in trees:
        engine.put(tree)
    return engine


def test_a_reload_keeps_the_counts_of_what_did_not_change():
    engine = Engine()
    limited = answers("/a", id="a", times={"remainingTimes": 2})
    engine.load([limited, answers("/b", id="b")])
    assert ask(engine) == (200, "a")
    engine.load([limited, answers("/c", id="c")])
    assert [ask(engine)[0], ask(engine)[0]] == [200, 404]
    assert ask(engine, "/b")[0] == 404
    assert ask(engine, "/c") == (200, "c")


def test_what_is_used_up_begins_anew_with_a_reload_as_with_mockserver():
    once = answers("/a", id="a", times={"remainingTimes": 1})
    engine = Engine()
    engine.load([once])
    assert [ask(engine)[0] for _ in range(2)] == [200, 404]
    engine.load([once, answers("/b", id="b")])
    assert [ask(engine)[0] for _ in range(2)] == [200, 404]


def test_a_reload_leaves_what_the_control_plane_added():
    engine = Engine()
    engine.put(answers("/api", id="api"))
    engine.load([answers("/file", id="file")])
    engine.load([])
    assert [one.id for one in engine.mocks] == ["api"]


def test_a_changed_expectation_keeps_its_place():
    engine = loaded(answers("/a", 201, id="x"), answers("/.*", 202, id="y"))
    engine.put(answers("/a", 203, id="x"))
    assert ask(engine) == (203, "x")


def test_time_to_live_ends_on_the_clock():
    now = 0.0
    engine = Engine(clock=lambda: now)
    engine.put(answers("/a", timeToLive={"timeUnit": "SECONDS", "timeToLive": 5}))
    now = 4.9
    assert ask(engine)[0] == 200
    now = 5.0
    assert ask(engine)[0] == 404
    assert engine.mocks == []


def test_weights_and_percentages_come_out_about_right():
    engine = loaded(
        answers("/w")
        | {
            "httpResponses": [{"statusCode": 201}, {"statusCode": 202}],
            "responseMode": "WEIGHTED",
            "responseWeights": [9, 1],
        },
        answers("/p", percentage=30),
        {
            "httpRequest": {"path": "/r"},
            "httpResponses": [{"statusCode": 201}, {"statusCode": 202}],
            "responseMode": "RANDOM",
        },
    )
    counts = {path: [ask(engine, path)[0] for _ in range(3000)] for path in ("/w", "/p", "/r")}
    assert 2550 < counts["/w"].count(201) < 2850
    assert 750 < counts["/p"].count(200) < 1050
    assert 1300 < counts["/r"].count(201) < 1700


@pytest.mark.parametrize(
    "action",
    [
        "httpWebSocketResponse",
        "grpcStreamResponse",
        "httpLlmResponse",
        "httpResponseClassCallback",
        "dnsResponse",
    ],
)
def test_an_action_it_cannot_do_says_so(action):
    engine = loaded({"httpRequest": {"path": "/a"}, action: {}, "id": "w"})
    answer, identity = engine.answer(Request("GET", "/a"))
    assert (answer.status, identity) == (501, "w")
    assert action.encode() in answer.body


@pytest.mark.parametrize("kind", ["literal", "template", "prefix", "suffix", "none"])
def test_the_index_loses_nobody(kind):
    """Every expectation is found by its own path, removed ones are not, whatever the path looks like."""
    spell = {
        "literal": lambda n: {"path": f"/item/{n}"},
        "template": lambda n: {"path": f"/{{kind}}/{n}", "pathParameters": {"kind": ["item"]}},
        "prefix": lambda n: {"path": f"/item/{n}(/x.*)?"},
        "suffix": lambda n: {"path": f".*m/{n}"},
        "none": lambda n: {"path": f"[/]item[/]({n})"},
    }[kind]
    engine = Engine()
    for n in range(200):
        engine.put({"id": str(n), "httpRequest": spell(n), "httpResponse": {}})
    assert [ask(engine, f"/item/{n}")[1] for n in range(200)] == [str(n) for n in range(200)]
    for n in range(0, 200, 2):
        engine.remove(str(n))
    assert [ask(engine, f"/item/{n}")[1] for n in range(200)] == [
        "" if n % 2 == 0 else str(n) for n in range(200)
    ]


def test_expectations_that_come_and_go_leave_nothing_in_the_index():
    engine = loaded(answers("/stays", id="stays"))
    for number in range(5000):
        engine.put(answers(f"/gone/{number}", id=str(number)))
        engine.remove(str(number))
    assert ask(engine, "/stays") == (200, "stays")
    assert ask(engine, "/gone/4999")[0] == 404
    assert len(engine._index._literal) < 1100


def test_a_hostile_regex_is_given_up_in_time():
    engine = loaded(
        answers("/(a+)+b"),
        {"httpRequest": {"body": {"type": "REGEX", "regex": "(x+x+)+y"}}, "httpResponse": {}},
    )
    start = time.monotonic()
    for _ in range(20):
        assert ask(engine, "/" + "a" * 5000, body=b"x" * 5000)[0] == 404
    assert time.monotonic() - start < 8


def test_the_log_is_bounded_in_number_and_bytes():
    engine = Engine(log=RequestLog(max_entries=10, max_bytes=100_000))
    engine.put(answers("/a"))
    for number in range(25):
        request = Request("POST", "/a", body=b"x" * (50_000 if number == 24 else 1))
        answer, identity = engine.answer(request)
        engine.log.add(0, 0, request, answer, identity)
    assert len(engine.log) <= 10
    assert engine.log.total == 25
    assert engine.log.dropped == 25 - len(engine.log)
    assert sum(one.size for one in engine.log) <= 100_000
