"""WireMock mappings: matchers, priorities, scenarios, faults, delays, files."""

import json

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.expectation_check import check_expectations
from tests.importing.documents import from_tree, imported


def one(request=None, response=None, **more):
    tree = {
        "request": {"url": "/a", "method": "GET"} | (request or {}),
        "response": response or {"status": 200},
    }
    made = from_tree(tree | more)
    found = load_expectations(json.dumps(made.expectations))
    assert not [problem for problem in check_expectations(found) if problem.is_error]
    (expectation,) = made.expectations
    return expectation, {finding.construct for finding in made.report}


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ({"url": "/a?x=1&y=%20z"}, {"path": "/a", "queryStringParameters": {"x": ["1"], "y": [" z"]}}),
        ({"url": None, "urlPathTemplate": "/u/{user-id}"},
         {"path": "/u/{user_id}", "pathParameters": {"user_id": [".+"]}}),
        ({"url": None, "urlPathPattern": "/u/[0-9]+"}, {"path": "/u/[0-9]+"}),
        ({"url": None, "urlPattern": "/u\\?x=.*"}, {"path": "/u"}),
        ({"headers": {"A": {"contains": "b.c"}}}, {"headers": {"A": ["[\\s\\S]*b\\.c[\\s\\S]*"]}}),
        ({"headers": {"A": {"absent": True}}}, {"headers": {"!A": [".*"]}}),
        ({"queryParameters": {"q": {"doesNotMatch": "x.*"}}}, {"queryStringParameters": {"q": ["!x.*"]}}),
        ({"cookies": {"c": {"equalTo": "v"}}}, {"cookies": {"c": "v"}}),
        ({"bodyPatterns": [{"equalToJson": '{"a": 1}'}]},
         {"body": {"type": "JSON", "json": {"a": 1}, "matchType": "STRICT"}}),
        ({"bodyPatterns": [{"matchesJsonPath": {"expression": "$.a.b", "equalTo": "x"}}]},
         {"body": {"type": "JSON_PATH", "jsonPath": "$.a[?(@.b == 'x')]"}}),
        ({"bodyPatterns": [{"matches": ".*a.*"}, {"contains": "b"}]},
         {"body": {"type": "ALL_OF", "bodyAllOf": [{"type": "REGEX", "regex": ".*a.*"},
                                                    {"type": "STRING", "string": "b", "subString": True}]}}),
    ],
)  # fmt: skip
def test_patterns_become_matchers(request_, wanted):
    given = {key: value for key, value in ({"url": "/a"} | request_).items() if value is not None}
    (found,) = from_tree({"request": given, "response": {"status": 200}}).expectations
    for key, value in wanted.items():
        assert found["httpRequest"][key] == value


def test_what_mockserver_cannot_match_is_said():
    request = {"customMatcher": {}, "bodyPatterns": [{"and": []}], "headers": {"D": {"before": "now"}}}
    _, said = one(request)
    assert {"customMatcher", "body pattern and", "matcher before"} <= said


def test_priorities_and_the_newest_first():
    mappings = [
        {"request": {"url": "/a"}, "response": {"status": 200}},
        {"request": {"url": "/a"}, "response": {"status": 201}},
        {"request": {"url": "/a"}, "response": {"status": 202}, "priority": 1},
        {"request": {"url": "/a"}, "response": {"status": 203}, "priority": 9},
    ]
    made = from_tree({"mappings": mappings}).expectations
    ordered = sorted(made, key=lambda item: -item.get("priority", 0))
    assert [item["httpResponse"]["statusCode"] for item in ordered] == [202, 201, 200, 203]


def test_scenarios_faults_delays_and_proxies():
    found, _ = one(scenarioName="s", requiredScenarioState="Started", newScenarioState="next")
    names = ("scenarioName", "scenarioState", "newScenarioState")
    assert [found[name] for name in names] == ["s", "Started", "next"]
    found, said = one(response={"fault": "EMPTY_RESPONSE"})
    assert (found["httpError"], said) == ({"dropConnection": True}, {"fault EMPTY_RESPONSE"})
    found, _ = one(response={"proxyBaseUrl": "https://api.test/x"})
    assert found["httpForward"] == {"host": "api.test", "port": 443, "scheme": "HTTPS"}
    found, _ = one(response={"delayDistribution": {"type": "lognormal", "median": 90, "sigma": 0.1}})
    assert found["httpResponse"]["delay"]["distribution"] == {"type": "LOG_NORMAL", "median": 90, "p99": 113}


def test_bodies_of_files_stay_in_their_folder(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "s" / "mappings").mkdir(parents=True)
    (tmp_path / "s" / "__files").mkdir()
    (tmp_path / "s" / "__files" / "a.bin").write_bytes(b"\x00\xff")
    for name, file in (("in", "a.bin"), ("out", "../../secret.txt"), ("none", "b.bin")):
        tree = {"request": {"url": f"/{name}"}, "response": {"bodyFileName": file}}
        (tmp_path / "s" / "mappings" / f"{name}.json").write_text(json.dumps(tree))
    (tmp_path / "s" / "mappings" / "bad.json").write_text("{")
    made = imported(tmp_path / "s")
    bodies = {item["httpRequest"]["path"]: item["httpResponse"].get("body") for item in made.expectations}
    assert bodies == {"/in": {"type": "BINARY", "base64Bytes": "AP8="}, "/out": None, "/none": None}
    assert "mappings/bad.json" in {finding.where for finding in made.report}


def test_templates_are_said_to_be_sent_as_they_are():
    _, said = one(response={"body": "{{request.path}}"})
    assert "response template" in said


@pytest.mark.parametrize(
    ("patterns", "body"),
    [
        ([{"not": {"contains": "z"}}], {"type": "STRING", "string": "z", "subString": True, "not": True}),
        ([{"equalTo": "Ab", "caseInsensitive": True}], {"type": "REGEX", "regex": "(?i)Ab"}),
        ([{"and": [{"contains": "a"}, {"and": [{"matches": "b+"}]}]}], {"type": "ALL_OF", "bodyAllOf": [
            {"type": "STRING", "string": "a", "subString": True}, {"type": "REGEX", "regex": "b+"}]}),
    ],
)  # fmt: skip
def test_bodies_may_be_joined_and_turned_round(patterns, body):
    made = from_tree({"request": {"url": "/a", "bodyPatterns": patterns}, "response": {}})
    assert made.expectations[0]["httpRequest"]["body"] == body
    assert made.report == []


def test_values_without_regard_to_case_and_one_of_several():
    query = {
        "a": {"equalTo": "x.Y", "caseInsensitive": True},
        "b": {"or": [{"equalTo": "1+"}, {"matches": "[a-z]"}, {"equalTo": "q", "caseInsensitive": True}]},
        "c": {"or": [{"equalTo": "1"}, {"doesNotMatch": "2"}]},
    }
    made = from_tree({"request": {"urlPath": "/a", "queryParameters": query}, "response": {}})
    assert made.expectations[0]["httpRequest"]["queryStringParameters"] == {
        "a": [r"(?i)x\.Y"], "b": [r"(?:1\+)|(?:[a-z])|(?:(?i)q)"], "c": [".*"],
    }  # fmt: skip
    assert [one.construct for one in made.report] == ["matcher or"]


def test_parameters_of_a_path_keep_their_pattern_under_any_name():
    request = {"urlPathTemplate": "/a/{my-id}", "pathParameters": {"my-id": {"matches": "[0-9]+"}}}
    made = from_tree({"request": request, "response": {}})
    assert made.expectations[0]["httpRequest"] == {
        "path": "/a/{my_id}",
        "pathParameters": {"my_id": ["[0-9]+"]},
    }


def test_what_a_proxy_would_change_is_said():
    response = {"proxyBaseUrl": "http://real:8080/base", "removeProxyRequestHeaders": ["a"]}
    made = from_tree({"request": {"url": "/a"}, "response": response})
    assert made.expectations[0]["httpForward"] == {"host": "real", "port": 8080, "scheme": "HTTP"}
    assert [one.construct for one in made.report] == [
        "removeProxyRequestHeaders", "path /base of proxyBaseUrl",
    ]  # fmt: skip


def test_options_of_a_comparison_that_there_are_not_are_said():
    pattern = {"equalToXml": "<a/>", "enablePlaceholders": True, "exemptedComparisons": ["NAMESPACE_URI"]}
    made = from_tree({"request": {"url": "/a", "bodyPatterns": [pattern]}, "response": {}})
    assert [one.construct for one in made.report] == [
        "body pattern option enablePlaceholders", "body pattern option exemptedComparisons",
    ]  # fmt: skip
