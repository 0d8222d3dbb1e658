"""Every rule finds its problem and nothing else, is documented, and mends what it says it can mend."""

import json
import re
from pathlib import Path

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.problems import Severity
from automock_tui.linting import RULES, Description, LintContext, Linter, apply_fix, lint
from automock_tui.linting.schema import NEWER_FIELDS
from tests.linting.sets import answering, found, loaded

ROOT = Path(__file__).parents[2]
RANDOM = "Zk3vQ9xW1pR7tL5mB2nH8c"
DESCRIPTION = {
    "openapi": "3.0.3",
    "info": {"title": "pets", "version": "1"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "paths": {
        "/pets/{id}": {
            "get": {
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                    "4XX": {"description": "wrong"},
                }
            }
        }
    },
    "components": {
        "schemas": {"Pet": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}
    },
}
CONTEXT = LintContext(
    max_tasks=2, is_public=True, descriptions=(Description("pets.json", json.dumps(DESCRIPTION).encode()),)
)


def body(spec):
    return answering({"path": "/b", "body": spec})


def template(kind, text):
    return {"httpRequest": {"path": "/t"}, "httpResponseTemplate": {"templateType": kind, "template": text}}


def pet(response):
    request = {"method": "GET", "path": "/v1/pets/{id}", "pathParameters": {"id": [".*"]}}
    return {"httpRequest": request, "httpResponse": response}


ONE_OF_EACH = {
    "wrong-type": [({"httpResponse": {"statusCode": "200"}}, "/httpResponse/statusCode")],
    "out-of-range": [(answering({"path": "/x"}, percentage=101), "/percentage")],
    "unknown-word": [(answering({"protocol": "HTTP"}), "/httpRequest/protocol")],
    "bad-name": [(answering({"headers": {"a b": ["1"]}}), "/httpRequest/headers/a b")],
    "missing-field": [({"httpError": {"delay": {"distribution": {}}}}, "/httpError/delay/distribution")],
    "no-action": [({"httpRequest": {"path": "/n"}}, "")],
    "several-actions": [({"httpResponse": {}, "httpError": {}}, "")],
    "unknown-field": [({"httpResponse": {"status": 200}}, "/httpResponse/status")],
    "newer-field": [
        (answering({"clientIp": "10.0.0.1"}), "/httpRequest/clientIp"),
        ({"httpError": {"resetConnection": True}}, "/httpError/resetConnection"),
        (answering({}, metadata={}), "/metadata"),
    ],
    "path-parameters": [
        (answering({"path": "/a/{id}"}), "/httpRequest/path"),
        (answering({"path": {"value": "/a/{id}"}}), "/httpRequest/path"),
        (answering({"path": "/a/{id}.json", "pathParameters": {}}), "/httpRequest/path"),
        (answering({"path": "/a", "pathParameters": {"id": ["1"]}}), "/httpRequest/pathParameters"),
        (answering({"if": {"path": "/a/{id}"}, "then": {}, "else": {}}), "/httpRequest/if/path"),
    ],
    "impossible-path": [
        (answering({"path": "a"}), "/httpRequest/path"),
        (answering({"path": "/a?x=1"}), "/httpRequest/path"),
        (answering({"path": {"value": "a"}}), "/httpRequest/path/value"),
        (answering({"path": "*"}), "/httpRequest/path"),
        (answering({"path": "/my pets"}), "/httpRequest/path"),
        (answering({"path": "/größe/{id}", "pathParameters": {"id": [".*"]}}), "/httpRequest/path"),
        (answering({"path": "/a#top"}), "/httpRequest/path"),
        (answering({"path": "http://localhost:1080/a"}), "/httpRequest/path"),
    ],
    "glob-path": [
        (answering({"path": "/api/*"}), "/httpRequest/path"),
        (answering({"path": "/api/*/pets"}), "/httpRequest/path"),
    ],
    "never-answers": [
        (answering({"path": "/0"}, times={"remainingTimes": 0}), "/times"),
        (answering({"path": "/0"}, times={}), "/times"),
    ],
    "invalid-regex": [
        (answering({"path": "/a/[0-9"}), "/httpRequest/path"),
        (answering({"path": "/a/(b|c"}), "/httpRequest/path"),
        (answering({"headers": {"x": ["ok", "(.*"]}}), "/httpRequest/headers/x/1"),
        (answering({"cookies": [{"name": "x", "value": "a{2.*"}]}), "/httpRequest/cookies/0/value"),
        (body({"type": "REGEX", "regex": "a(b"}), "/httpRequest/body/regex"),
    ],
    "invalid-json": [(body({"type": "JSON", "json": "{bad"}), "/httpRequest/body/json")],
    "invalid-json-path": [
        (body({"type": "JSON_PATH", "jsonPath": "$.items[?(@.price >)]"}), "/httpRequest/body/jsonPath"),
        (body({"type": "JSON_PATH", "jsonPath": "$["}), "/httpRequest/body/jsonPath"),
    ],
    "invalid-json-schema": [
        (body({"type": "JSON_SCHEMA", "jsonSchema": {"type": "strange"}}), "/httpRequest/body/jsonSchema"),
        (body({"type": "JSON_SCHEMA", "jsonSchema": "{"}), "/httpRequest/body/jsonSchema"),
        (answering({"headers": {"x": [{"schema": {"type": 1}}]}}), "/httpRequest/headers/x/0/schema"),
    ],
    "invalid-xml": [
        (body({"type": "XML", "xml": "<a>"}), "/httpRequest/body/xml"),
        (body({"type": "XML_SCHEMA", "xmlSchema": "<a/>"}), "/httpRequest/body/xmlSchema"),
    ],
    "invalid-xpath": [(body({"type": "XPATH", "xpath": "/a["}), "/httpRequest/body/xpath")],
    "invalid-template": [
        (template("VELOCITY", "#if($a) x"), "/httpResponseTemplate/template"),
        (template("VELOCITY", '{"body": "${request.path"}'), "/httpResponseTemplate/template"),
        (template("MUSTACHE", "{{#a}} x"), "/httpResponseTemplate/template"),
    ],
    "javascript-template": [(template("JAVASCRIPT", "return {}"), "/httpResponseTemplate/templateType")],
    "status-range": [
        ({"httpResponse": {"statusCode": 99}}, "/httpResponse/statusCode"),
        ({"httpResponses": [{}, {"statusCode": 7}], "responseMode": "RANDOM"}, "/httpResponses/1/statusCode"),
    ],
    "breaks-description": [
        (pet({"statusCode": 200, "body": {"name": "Mia"}}), "/httpResponse/body"),
        (pet({"statusCode": 500}), "/httpResponse/statusCode"),
    ],
    "secret": [
        (answering({"headers": {"Authorization": f"Bearer {RANDOM}"}}), "/httpRequest/headers/Authorization"),
        (answering({"headers": [{"name": "x-token", "values": [RANDOM]}]}), "/httpRequest/headers/0/values/0"),
        ({"httpResponse": {"body": {"apiKey": RANDOM}}}, "/httpResponse/body/apiKey"),
        ({"httpResponse": {"body": "AKIAQ3EGRZ7VPL2MWXKT"}}, "/httpResponse/body"),
    ],
    "state-per-task": [
        (answering({"path": "/s"}, times={"remainingTimes": 2}), "/times"),
        (answering({"path": "/s"}, scenarioName="s"), "/scenarioName"),
        (answering({"path": "/s"}, rateLimit={"limit": 1, "windowMillis": 1000}), "/rateLimit"),
        (answering({"path": "/s"}, chaos={"quotaLimit": 1, "quotaWindowMillis": 10}), "/chaos/quotaLimit"),
        ({"httpResponses": [{}, {"statusCode": 201}]}, "/httpResponses"),
    ],
    "public-forward": [
        ({"httpForward": {"host": "10.0.0.1"}}, "/httpForward"),
        ({"httpOverrideForwardedRequest": {"requestOverride": {}}}, "/httpOverrideForwardedRequest"),
    ],
}  # fmt: skip
OF_SETS = {
    "duplicate-id": ([answering({"path": "/a"}, id="x"), answering({"path": "/b"}, id="x")], "/1/id"),
    "duplicate-key": (
        '[{"httpResponse": {"statusCode": 200, "statusCode": 201}}]',
        "/0/httpResponse/statusCode",
    ),
    "shadowed": ([answering({"path": "/.*"}), answering({"path": "/b"})], "/1/httpRequest"),
    "equal-priority-tie": (
        [
            {"httpRequest": {"method": "GET", "path": "/a", "headers": {"x": ["1"]}}, "httpResponse": {}},
            {
                "httpRequest": {"method": "GET", "path": "/a", "queryStringParameters": {"y": ["2"]}},
                "httpResponse": {"statusCode": 404},
            },
        ],
        "/1/httpRequest",
    ),
}
CASES = [(rule, *case) for rule, cases in ONE_OF_EACH.items() for case in cases]


@pytest.mark.parametrize(("rule", "tree", "pointer"), CASES, ids=[f"{one[0]} {one[2]}" for one in CASES])
def test_a_problem_is_found_where_it_is_and_nothing_else(rule, tree, pointer):
    problems = lint(load_expectations(json.dumps([tree])), CONTEXT)
    assert [(one.rule, one.place.pointer) for one in problems] == [(rule, f"/0{pointer}")]
    assert problems[0].severity is RULES[rule].severity
    assert problems[0].message and problems[0].why and problems[0].fix


@pytest.mark.parametrize("rule", OF_SETS)
def test_a_problem_of_a_set_is_found_where_it_is(rule):
    given, pointer = OF_SETS[rule]
    text = given if isinstance(given, str) else json.dumps(given)
    assert [(one.rule, one.place.pointer) for one in lint(load_expectations(text))] == [(rule, pointer)]


def one_of_each():
    """A document with one problem of each rule, as text; each under a method of its own, so that none meet."""
    texts = []
    for rule, cases in ONE_OF_EACH.items():
        tree = json.loads(json.dumps(cases[0][0]))
        tree.setdefault("httpRequest", {}).setdefault("method", rule.upper())
        texts.append(json.dumps(tree))
    for rule, (given, _) in OF_SETS.items():
        for tree in given if isinstance(given, list) else ():
            own = tree["httpRequest"] | {"method": rule.upper()}
            texts.append(json.dumps(tree | {"httpRequest": own}))
    texts.append(OF_SETS["duplicate-key"][0][1:-1])
    return f"[{', '.join(texts)}]"


def test_a_set_with_one_of_each_has_exactly_those():
    rules = [one.rule for one in lint(load_expectations(one_of_each()), CONTEXT)]
    assert sorted(rules) == sorted(RULES)


def test_every_rule_has_a_case_and_is_documented():
    assert {*ONE_OF_EACH, *OF_SETS} == set(RULES)
    text = (ROOT / "docs" / "problems.md").read_text()
    told = dict(re.findall(r"^### (\S+)\n\n\*\*(\w+)\.\*\*", text, re.MULTILINE))
    assert told == {rule.id: rule.severity.value.capitalize() for rule in RULES.values()}


def test_the_example_and_the_templates_have_no_problems():
    documents = [ROOT / "examples" / "petstore.json", *(ROOT / "automock_tui" / "templates").glob("*.json")]
    assert len(documents) > 8
    for path in documents:
        assert lint(load_expectations(path.read_bytes())) == [], path.name


ORDINARY = [
    answering({"path": "/a", "headers": {"Accept": ["*/*"], "x": ["a+b", "[1", "Bearer {token}", "C:\\dir"]}}),
    answering({"path": "/v1.0/{a}/{b}", "pathParameters": {"a": ["[0-9]+"], "b": [".*"]}}),
    answering({"path": "/a/{x}/{y}", "pathParameters": {"x": ["1"]}}),
    answering({"path": "/a", "pathParameters": {"?x": ["1"]}}),
    answering({"path": ".*/b"}),
    answering({"path": "/a/b{2}"}),
    body({"type": "JSON_PATH", "jsonPath": "$.items[?(@.name nin ['a'])]"}),
    body({"type": "JSON_PATH", "jsonPath": "$.items.length()"}),
    body({"type": "XPATH", "xpath": "/a/b[@c='1']"}),
    body({"type": "JSON", "json": '{"a": 1}'}),
    template(
        "VELOCITY", "#set($a = 1)#if($a == 1)x#else y #end ## c\n#foreach($i in [1])$i#end #{if}(true)x#{end}"
    ),
    template("MUSTACHE", '{{#a}}{{b}}{{/a}} {"x": {{{c}}}} {{! d }}{{^e}}f{{/e}} }} {{g'),
    {
        "httpResponse": {
            "body": {"templateType": "JAVASCRIPT", "token": "your-token-goes-here-1", "n": "passw0rd"}
        }
    },
    {"httpResponse": {"statusCode": 599}},
    answering({"path": "/p"}, percentage=0),
    answering({"headers": {"Authorization": ["Bearer .+"]}}),
]


@pytest.mark.parametrize("tree", ORDINARY, ids=lambda tree: json.dumps(tree)[16:70])
def test_what_is_ordinary_has_no_problems(tree):
    assert found([tree]) == []


# --- silencing, contexts


def test_a_silenced_rule_is_not_reported_unless_mockserver_enforces_it():
    trees = [answering({"path": "a"}), {"httpResponse": {"statusCode": "200"}}]
    silenced = frozenset(("impossible-path", "wrong-type", "shadowed"))
    assert found(trees, silenced=silenced) == [("wrong-type", "/1/httpResponse/statusCode")]


@pytest.mark.parametrize(
    ("version", "expected"), [("8.0.0", 1), ("8.1", 1), ("9.2.0", 0), ("9.10.1", 0), ("", 0)]
)
def test_a_newer_image_knows_newer_fields(version, expected):
    assert len(found([answering({"clientIp": "::1"})], mockserver_version=version)) == expected


def test_the_newer_fields_are_those_of_the_official_client():
    import dataclasses

    import mockserver.models as models

    def camel(name):
        head, *tail = name.split("_")
        return head + "".join(part.capitalize() for part in tail)

    kinds = {"": "Expectation", "httpRequest": "HttpRequest", "httpError": "HttpError"}
    for parent, name in NEWER_FIELDS:
        kind = getattr(models, kinds.get(parent, "HttpTemplate"))
        assert name in {camel(one.name) for one in dataclasses.fields(kind)}


def test_one_task_or_a_closed_address_needs_no_word():
    trees = [tree for rule in ("state-per-task", "public-forward") for tree, _ in ONE_OF_EACH[rule]]
    for tree in trees:
        assert found([tree], max_tasks=1, is_public=False) == []


# --- fixes

FIXED = {
    "wrong-type": ({"httpResponse": {"statusCode": "200"}}, {"httpResponse": {"statusCode": 200}}),
    "path-parameters": (
        answering({"path": "/a/{x}/{y}"}),
        answering({"path": "/a/{x}/{y}", "pathParameters": {"x": [".*"], "y": [".*"]}}),
    ),
    "never-answers": (answering({"path": "/a"}, times={}), answering({"path": "/a"})),
}
PATHS = {
    "a": {"path": "/a"},
    "/a?x=1&y=%202&x=3": {"path": "/a", "queryStringParameters": {"x": ["1", "3"], "y": [" 2"]}},
    "/my pets/größe": {"path": "/my%20pets/gr%C3%B6%C3%9Fe"},
    "/a b?x=1": {"path": "/a%20b", "queryStringParameters": {"x": ["1"]}},
}
NOT_MENDED = [
    answering({"path": "/a?x=1", "queryStringParameters": {"x": ["2"]}}),
    answering({"path": "/a?x=1", "queryStringParameters": [{"name": "y", "values": ["2"]}]}),
    answering({"path": "http://localhost/a"}),
    answering({"path": "/a/{x y}"}),
    answering({"path": "/a/{!x}"}),
    answering({"path": "/a#b"}),
    answering({"path": "*"}),
]
MENDED = [
    [answering(one)]
    for one in (
        {"path": {"value": "a"}},
        {"path": {"value": "/a?x=1"}, "queryStringParameters": None},
        {"path": "/a?x=1", "queryStringParameters": []},
        {"path": "/a?x=1", "queryStringParameters": {"y": ["1"], "keyMatchStyle": "MATCHING_KEY"}},
        {"if": {"path": "b"}, "then": {"path": "/c?x=1"}, "else": {"path": "/{d}"}},
        {"path": "/a/{x}", "pathParameters": []},
        {"path": "/{.x}/{;y*}/[0-9]"},
    )
] + [
    [answering({"path": "/.*"}), answering({"path": "/a"}), answering({"path": "/b"}, priority=1)],
    [
        answering({"path": "/a"}),
        answering({"path": "/.*"}),
        answering({"path": "/b"}),
        answering({"path": "/c"}),
    ],
    [answering({"path": "/.*"}), answering({"path": "/a.*"}), answering({"path": "/ab"})],
    [answering({"path": "/a"}, id="x"), answering({"path": "/b"}, id="x"), answering({"path": "/c"}, id="x")],
    [{"httpResponse": {"statusCode": "200", "reasonPhrase": True, "delay": {"value": "1"}}, "priority": "2"}],
    [answering({"path": "/a", "secure": "true", "headers": {"x": 1}}, times={"remainingTimes": -1})],
]


@pytest.mark.parametrize("trees", MENDED, ids=lambda trees: json.dumps(trees)[:70])
def test_each_fix_takes_its_own_problem_away_and_no_other_comes(trees):
    expectations = loaded(*trees)
    before = lint(expectations)
    assert any(one.can_fix for one in before)
    for problem in (one for one in before if one.can_fix):
        after = lint(apply_fix(expectations, problem))
        assert len(after) < len(before), (problem, after)
        others = {one.text for place, one in enumerate(expectations) if place != problem.place.index}
        assert others <= {one.text for one in apply_fix(expectations, problem)}


@pytest.mark.parametrize("tree", NOT_MENDED, ids=lambda tree: json.dumps(tree)[16:60])
def test_what_nobody_can_be_sure_of_is_not_mended(tree):
    assert [one.can_fix for one in lint(loaded(tree))] == [False]


@pytest.mark.parametrize("rule", FIXED)
def test_a_fix_mends_the_problem_and_changes_nothing_else(rule):
    before, after = FIXED[rule]
    assert mended(loaded(before)) == [after]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_no_request_has_is_mended(path):
    assert mended(loaded(answering({"path": path}))) == [answering(PATHS[path])]


def test_a_single_expectation_is_mended_in_place():
    expectations = load_expectations('{"httpResponse": {"statusCode": "404",  "reasonPhrase": 5}}')
    for problem in lint(expectations):
        expectations = apply_fix(expectations, problem)
    assert expectations.save() == '{"httpResponse": {"statusCode": 404,  "reasonPhrase": "5"}}'


def test_a_second_id_gets_a_number_that_is_free():
    trees = [answering({"path": f"/{index}"}, id=name) for index, name in enumerate(("x", "x-2", "x"))]
    assert [one["id"] for one in mended(loaded(*trees))] == ["x", "x-2", "x-3"]


def test_a_hidden_expectation_is_moved_before_what_hides_it():
    trees = [answering({"path": path}, id=path) for path in ("/z", "/a/.*", "/a/b", "/c")]
    assert [one["id"] for one in mended(loaded(*trees))] == ["/z", "/a/b", "/a/.*", "/c"]


def test_what_cannot_be_mended_stays_as_it_is():
    expectations = loaded(answering({"path": "/a"}), {"httpResponse": {"statusCode": "many"}})
    (problem,) = lint(expectations)
    assert not problem.can_fix and apply_fix(expectations, problem) is expectations


def mended(expectations):
    """The set after each fix that is offered; what was mended is not reported again."""
    for _ in range(5):
        problems = [one for one in lint(expectations) if one.can_fix]
        if not problems:
            break
        expectations = apply_fix(expectations, problems[0])
    assert lint(expectations) == []
    return [one.tree for one in expectations]


# --- the same linter again


def test_a_linter_that_saw_the_set_before_says_the_same_as_a_new_one():
    trees = [answering({"path": f"/{index % 7}/{{x}}"}, id=str(index % 9)) for index in range(12)]
    linter, expectations = Linter(CONTEXT), loaded(*trees)
    for index in (3, 0, 11, 3):
        expectations = expectations.replaced(
            index, expectations[index].with_value(("httpRequest", "path"), "/.*")
        )
        assert linter.lint(expectations) == lint(expectations, CONTEXT)
    for index, status in ((4, 201), (5, 99)):
        expectations = expectations.replaced(
            index, expectations[index].with_value(("httpResponse", "statusCode"), status)
        )
        assert linter.lint(expectations) == lint(expectations, CONTEXT)
    expectations = expectations.removed(0).moved(2, 5)
    assert linter.lint(expectations) == lint(expectations, CONTEXT)


def test_severities_are_one_of_three():
    assert {rule.severity for rule in RULES.values()} == set(Severity)
