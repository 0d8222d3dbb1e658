"""What the linter says of MockServer, asked of the real one: what it refuses, and what never answers."""

import json
from dataclasses import replace

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.linting import RULES, lint
from tests.conformance.wire import Sent, control, get, matching, post, send
from tests.linting.languages import refused, taken

pytestmark = pytest.mark.part("mockserver")

BODY = "/b"
NEVER = {
    "path-parameters": [
        ({"path": "/p/{id}"}, get("/p/1")),
        ({"path": "/p/{id}.json", "pathParameters": {"id": [".*"]}}, get("/p/1.json")),
        ({"path": "/p/{id}", "pathParameters": {"id": [".*"], "more": [".*"]}}, get("/p/1")),
        ({"path": "/p/1", "pathParameters": {"id": [".*"]}}, get("/p/1")),
    ],
    "impossible-path": [
        ({"path": "p"}, get("/p")),
        ({"path": "/p?x=1"}, get("/p?x=1")),
        ({"path": "/my pets"}, get("/my%20pets")),
        ({"path": "/größe"}, get("/gr%C3%B6%C3%9Fe")),
        ({"path": "http://mock.test/p"}, get("/p")),
        ({"path": "*"}, get("/p")),
    ],
    "glob-path": [({"path": "/p/*"}, get("/p/q"))],
    "invalid-regex": [
        ({"path": "/r/[0-9"}, get("/r/1")),
        ({"path": "/r/(a|b"}, get("/r/a")),
        ({"path": BODY, "body": {"type": "REGEX", "regex": "a(b"}}, post("ab", target=BODY)),
    ],
    "invalid-json-path": [
        (
            {"path": BODY, "body": {"type": "JSON_PATH", "jsonPath": path}},
            post('{"a": [{"b": 11}]}', target=BODY),
        )
        for path in ("$.a[?(@.b > 10]", "$[", "$.a[?(@.b >)]", "")
    ],
    "invalid-json-schema": [
        (
            {"path": BODY, "body": {"type": "JSON_SCHEMA", "jsonSchema": {"type": "odd"}}},
            post("{}", target=BODY),
        )
    ],
    "invalid-xml": [({"path": BODY, "body": {"type": "XML", "xml": "<a>"}}, post("<a>", "text/xml", BODY))],
    "invalid-xpath": [
        ({"path": BODY, "body": {"type": "XPATH", "xpath": "/a["}}, post("<a/>", "text/xml", BODY))
    ],
}
FAILING = {
    "VELOCITY": ("#if(true)a", "#end", "#if true #end", "#foreach($x in [1])a", "#set($a = 1", "${a", "#else"),
    "MUSTACHE": ("{{#a}}x", "{{/a}}", "{{#a}}x{{/b}}", "{{{a}}", "{{}}", "{{>p}}"),
    "JAVASCRIPT": ("x",),
}  # fmt: skip
WORKING = {
    "VELOCITY": ("#if(true)a#end", "#{if}(true)a#{end}", "#set($a = 1)x", "#color", "$foo.bar()", "a # b"),
    "MUSTACHE": (
        "{{#a}}x{{/a}}",
        "{{a",
        "{{{request.path}}}",
        "{{! c }}",
        "{{ request.path }}",
        "}}",
        "{{a}}}",
    ),
}
HIDING = [
    ({"path": "/a/.*"}, {"path": "/a/b"}, get("/a/b")),
    ({"path": "/a/{x}", "pathParameters": {"x": ["[a-z]+"]}}, {"path": "/a/b"}, get("/a/b")),
    (
        {"path": "/a/{x}/{y}", "pathParameters": {"x": [".*"], "y": [".*"]}},
        {"path": "/a/{z}/b", "pathParameters": {"z": ["[0-9]+"]}},
        get("/a/5/b"),
    ),
    ({"headers": {"X": ["1.*"]}}, {"headers": {"x": ["12"], "y": ["2"]}}, get("/a", x="12", y="2")),
    (
        {"headers": [{"name": "X", "values": ["1"]}]},
        {"headers": [{"name": "x", "values": ["1"]}, {"name": "y", "values": ["2", "3"]}]},
        Sent("/a", headers=(("x", "1"), ("y", "2"), ("y", "3"))),
    ),
    (
        {"path": BODY, "body": {"type": "JSON", "json": {"a": [1]}}},
        {"path": BODY, "body": {"type": "JSON", "json": {"a": [2, 1], "b": 3}}},
        post('{"a": [2, 1], "b": 3}', target=BODY),
    ),
]  # fmt: skip
REFUSED = {
    "newer-field": [
        {"httpRequest": {"clientIp": "::1"}, "httpResponse": {}},
        {"httpResponse": {}, "metadata": {}},
        {"httpError": {"resetConnection": True}},
        {"httpResponseTemplate": {"templateType": "VELOCITY", "template": "x", "parameters": {}}},
    ],
    "invalid-json": [matching({"path": BODY, "body": {"type": "JSON", "json": "{bad"}})],
}


def rules_of(*trees):
    return [one.rule for one in lint(load_expectations(json.dumps(trees)))]


def answer(address, sent, *trees):
    """The status line of what MockServer answers, and whether it took the expectations at all."""
    control(address, "reset")
    status, _ = control(address, "expectation", list(trees))
    return status, send(address, replace(sent, waits=60)).split(b"\r\n")[0].decode()


@pytest.mark.parametrize("rule", NEVER)
def test_what_is_said_never_to_match_does_not(real, rule):
    for request, sent in NEVER[rule]:
        assert rules_of(matching(request)) == [rule], request
        assert answer(real, sent, matching(request)) == (201, "HTTP/1.1 404 Not Found"), request


def taken_by(address, trees):
    """Which of several expectations answer, each asked by its place in the path: `/n7`."""
    control(address, "reset")
    assert control(address, "expectation", list(trees.values()))[0] == 201
    answers = {text: send(address, get(f"/n{index}", x="go")) for index, text in enumerate(trees)}
    return [text for text, answer in answers.items() if b" 404 " not in answer]


def test_the_patterns_of_the_table_are_what_java_takes(real):
    patterns = [one for one in (*taken("regex"), *refused("regex")) if one[0] not in "!?"]
    trees = {
        one: matching({"path": f"/n{index}", "headers": {"x": [f"go|{one}"]}})
        for index, one in enumerate(patterns)
    }
    assert taken_by(real, trees) == [one for one in patterns if one in taken("regex")]


@pytest.mark.parametrize("language", ["velocity", "mustache"])
def test_the_templates_of_the_tables_are_what_the_engines_take(real, language):
    texts = [*taken(language), *refused(language)]
    trees = {}
    for index, text in enumerate(texts):
        made = {"templateType": language.upper(), "template": f'{{"statusCode": 200}}\n{text}'}
        trees[text] = {"httpRequest": {"path": f"/n{index}"}, "httpResponseTemplate": made}
    assert taken_by(real, trees) == taken(language)


def template(kind, text):
    written = json.dumps({"statusCode": 200, "body": text})
    return {"httpRequest": {"path": "/t"}, "httpResponseTemplate": {"templateType": kind, "template": written}}


@pytest.mark.parametrize("kind", FAILING)
def test_a_template_with_an_error_is_answered_with_404(real, kind):
    for text in FAILING[kind]:
        tree = template(kind, text)
        assert rules_of(tree) == ["javascript-template" if kind == "JAVASCRIPT" else "invalid-template"], text
        assert answer(real, get("/t"), tree) == (201, "HTTP/1.1 404 Not Found"), text


@pytest.mark.parametrize("kind", WORKING)
def test_a_template_without_an_error_is_filled_in(real, kind):
    for text in WORKING[kind]:
        tree = template(kind, text)
        assert rules_of(tree) == [], text
        assert answer(real, get("/t"), tree) == (201, "HTTP/1.1 200 OK"), text


@pytest.mark.parametrize("index", range(len(HIDING)))
def test_a_hidden_expectation_never_answers(real, index):
    broad, narrow, sent = HIDING[index]
    first, second = matching(broad), matching(narrow) | {"httpResponse": {"statusCode": 418}}
    assert rules_of(first, second) == ["shadowed"]
    assert answer(real, sent, first, second)[1] == "HTTP/1.1 200 OK"
    assert answer(real, sent, second, first)[1].startswith("HTTP/1.1 418")
    assert rules_of(second, first) == []


@pytest.mark.parametrize("rule", REFUSED)
def test_what_is_said_to_be_refused_is(real, rule):
    for tree in REFUSED[rule]:
        assert rules_of(tree) == [rule]
        assert answer(real, get("/x"), tree)[0] == 400, tree


def test_times_of_none_never_answer(real):
    for times in ({}, {"remainingTimes": 0}):
        tree = matching({"path": "/x"}, times=times)
        assert rules_of(tree) == ["never-answers"]
        assert answer(real, get("/x"), tree) == (201, "HTTP/1.1 404 Not Found")


def test_the_later_of_two_with_one_id_replaces_the_earlier(real):
    first, second = matching({"path": "/x"}, id="one"), matching({"path": "/y"}, id="one")
    assert rules_of(first, second) == ["duplicate-id"] and RULES["duplicate-id"].is_refused
    assert answer(real, get("/x"), first, second)[1] == "HTTP/1.1 404 Not Found"
    assert answer(real, get("/y"), first, second)[1] == "HTTP/1.1 200 OK"
