"""Which expectation answers: order, priority, times, time to live, scenarios, sequences."""

from tests.conformance.wire import Case, get, matching

A, B, S = get("/a"), get("/b"), get("/s")


def status(code, request=None, **more):
    return {"httpRequest": request or {"path": "/a"}, "httpResponse": {"statusCode": code}} | more


def several(name, *requests, **more):
    responses = [{"statusCode": 201}, {"statusCode": 202}, {"statusCode": 203}]
    return Case(name, {"httpRequest": {"path": "/a"}, "httpResponses": responses} | more, requests)


CASES = [
    Case("the first of equals", [status(201), status(202)], (A,)),
    Case("priority", [status(201, {"path": "/a.*"}), status(202, {"path": "/ab"}, priority=1)], (get("/ab"), get("/ac"))),
    Case("negative priority", [status(201, priority=-1), status(202)], (A,)),
    Case("no specificity", [status(201, {"path": ".*"}), status(202)], (A,)),
    Case("regex before literal", [status(201, {"path": "/[a-z]"}), status(202)], (A, B)),
    Case("template before literal",
         [status(201, {"path": "/a/{id}", "pathParameters": {"id": [".*"]}}), status(202, {"path": "/a/1"})],
         (get("/a/1"), get("/a/2"))),
    Case("literal before template",
         [status(202, {"path": "/a/1"}), status(201, {"path": "/a/{id}", "pathParameters": {"id": [".*"]}})],
         (get("/a/1"), get("/a/2"))),
    Case("priority over kinds",
         [status(201, {"path": "/a/1"}), status(202, {"path": "/a/{id}", "pathParameters": {"id": ["1"]}}, priority=3),
          status(203, {"path": "/a/.*"}, priority=2), status(204, {"path": ".*/1"}, priority=1), status(205, {"path": "!/b"})],
         (get("/a/1"), get("/a/2"), get("/c/1"), get("/z"), get("/b"))),
    Case("same id", [status(201, id="x"), status(203, {"path": ".*"}), status(202, id="x")], (A, B)),
    Case("times", status(200, times={"remainingTimes": 2}), (A, A, A)),
    Case("times, then another", [status(201, times={"remainingTimes": 1}), status(202)], (A, A, A)),
    Case("times 0", status(200, times={"remainingTimes": 0}), (A,)),
    Case("times below 0", status(200, times={"remainingTimes": -1}), (A,)),
    Case("times without end", status(200, times={"remainingTimes": 1, "unlimited": True}), (A, A)),
    Case("times of nothing", status(200, times={}), (A,)),
    Case("times not without end", status(200, times={"unlimited": False}), (A,)),
    Case("time to live 0", status(200, timeToLive={"timeUnit": "SECONDS", "timeToLive": 0}), (A,)),
    Case("time to live", status(200, timeToLive={"timeUnit": "SECONDS", "timeToLive": 60}), (A,)),
    Case("time to live without end", status(200, timeToLive={"unlimited": True}), (A,)),
    Case("time to live of nothing", status(200, timeToLive={}), (A,)),
    Case("time to live without a unit", status(200, timeToLive={"timeToLive": 5}), (A,)),
    Case("time to live of a unit", status(200, timeToLive={"timeUnit": "SECONDS"}), (A,)),
    Case("percentage 0", [status(201, percentage=0), status(202)], (A, A)),
    Case("percentage 100", [status(201, percentage=100), status(202)], (A, A)),
    Case("scenario",
         [status(201, scenarioName="S", scenarioState="Started", newScenarioState="two"),
          status(202, scenarioName="S", scenarioState="two", newScenarioState="Started")], (A, A, A)),
    Case("scenario without a state",
         [status(201, {"path": "/s"}, scenarioName="S", newScenarioState="X"),
          status(202, scenarioName="S", scenarioState="X")], (A, S, A, A)),
    Case("scenario in another case", status(202, scenarioName="S", scenarioState="started"), (A,)),
    Case("scenario that does not move", status(202, scenarioName="S", scenarioState="Started"), (A, A)),
    Case("scenarios apart",
         [status(201, scenarioName="S", scenarioState="Started", newScenarioState="end"),
          status(202, {"path": "/b"}, scenarioName="T", scenarioState="Started", newScenarioState="end")], (A, B, A, B)),
    Case("scenario name only", status(202, scenarioName="S"), (A, A)),
    several("in sequence", A, A, A, A),
    several("in sequence by name", A, A, A, A, responseMode="SEQUENTIAL"),
    several("switching", A, A, A, A, A, A, responseMode="SWITCH", switchAfter=2),
    several("switching at once", A, A, A, A, responseMode="SWITCH"),
    several("in sequence, times", A, A, A, times={"remainingTimes": 2}),
    several("in sequence and a single one", A, A, A, httpResponse={"statusCode": 205}),
    several("weighted to one", A, A, responseMode="WEIGHTED", responseWeights=[1, 1, 1], times={"remainingTimes": 0}),
    Case("primary", {"httpRequest": {"path": "/a"}, "httpError": {"dropConnection": True},
                     "httpResponse": {"statusCode": 203, "primary": True}}, (A,)),
    Case("primary the other", {"httpRequest": {"path": "/a"}, "httpError": {"dropConnection": True, "primary": True},
                               "httpResponse": {"statusCode": 203}}, (A,)),
    Case("refused: no action", {"httpRequest": {"path": "/a"}}, (A,)),
    Case("refused: two actions", {"httpResponse": {}, "httpError": {}}, ()),
    Case("refused: unknown field", matching({"path": "/a"}, nope=1), (A,)),
    Case("refused: wrong type", {"httpResponse": {"statusCode": "200"}}, (A,)),
    Case("refused: one of two", [matching({"path": "/a"}), {"httpRequest": {}}], (A,)),
    Case("refused: nothing", [], (A,)),
    Case("refused: body of a number", {"httpResponse": {"body": 5}}, (A,)),
    Case("refused: percentage", matching({"path": "/a"}, percentage=101), (A,)),
]  # fmt: skip
