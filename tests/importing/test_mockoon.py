"""Mockoon environments: routes in their order, rules, modes, data buckets, CRUD, templates."""

import json

import pytest

from tests.importing.documents import from_tree


def environment(*routes, **more):
    return {"lastMigration": 33, "endpointPrefix": "", "routes": list(routes)} | more


def route(*responses, method="get", endpoint="things", **more):
    return {"uuid": endpoint, "method": method, "endpoint": endpoint, "responses": list(responses)} | more


def response(body="", code=200, *rules, **more):
    return {"body": body, "statusCode": code, "rules": list(rules)} | more


def rule(target, modifier, value="", operator="equals", **more):
    return {"target": target, "modifier": modifier, "value": value, "operator": operator} | more


def made_of(*responses, **more):
    return from_tree(environment(route(*responses, **more))).expectations


def said(made):
    return [(one.construct, one.done) for one in made.report]


@pytest.mark.parametrize(
    ("given", "matcher"),
    [
        (rule("header", "X-A", "b"), {"headers": {"X-A": ["b"]}}),
        (rule("header", "X-A", "", "null"), {"headers": {"!X-A": [".*"]}}),
        (rule("header", "X-A", "", "null", invert=True), {"headers": {"X-A": ["[\\s\\S]*"]}}),
        (rule("query", "a.b", "/c$/i", "regex"),
         {"queryStringParameters": {"a[b]": ["[\\s\\S]*(?:c$)[\\s\\S]*"]}}),
        (rule("cookie", "s", "1", invert=True), {"cookies": {"s": "!1"}}),
        (rule("header", "Authorization", "Bearer abcdef012345"), {"headers": {"Authorization": ["Bearer .+"]}}),
        (rule("body", "", "all of it"), {"body": {"type": "STRING", "string": "all of it"}}),
        (rule("body", "a.n", "3"), {"body": {"type": "JSON_SCHEMA", "jsonSchema": {
            "type": "object", "required": ["a"], "properties": {"a": {
                "type": "object", "required": ["n"], "properties": {"n": {
                    "anyOf": [{"enum": ["3", 3]}, {"type": "array", "contains": {"enum": ["3", 3]}}]}}}}}}}),
        (rule("body", "a", "", "empty_array"), {"body": {"type": "JSON_SCHEMA", "jsonSchema": {
            "type": "object", "required": ["a"], "properties": {"a": {"type": "array", "maxItems": 0}}}}}),
        (rule("body", "list.0.a", "x"), {"body": {
            "type": "JSON_PATH", "jsonPath": "$.list[0][?(@.a == 'x')]"}}),
    ],
)  # fmt: skip
def test_a_rule_is_a_matcher(given, matcher):
    ruled, default = made_of(response("d", default=True), response("r", 201, given))
    assert ruled["httpRequest"] == {"method": "GET", "path": "/things"} | matcher
    assert ruled["httpResponse"]["statusCode"] == 201
    assert default["httpResponse"]["body"] == "d"


@pytest.mark.parametrize(
    "given", [rule("request_number", "", "2"), rule("body", "a", "s", "valid_json_schema")]
)
def test_a_rule_that_cannot_be_said_is_reported_and_matches_nothing(given):
    made = from_tree(environment(route(response("d", default=True), response("r", 201, given))))
    assert [one["httpResponse"]["body"] for one in made.expectations] == ["d"]
    assert any(construct.startswith("rule ") and "left out" in done for construct, done in said(made))


def test_rules_joined_by_and_are_one_matcher_those_by_or_several():
    rules = rule("header", "a", "1"), rule("query", "b", "2")
    one, _ = made_of(response("d", default=True), response("r", 201, *rules, rulesOperator="AND"))
    assert one["httpRequest"]["headers"] == {"a": ["1"]}
    assert one["httpRequest"]["queryStringParameters"] == {"b": ["2"]}
    made = made_of(response("d", default=True), response("r", 201, *rules, rulesOperator="OR"))
    assert [one["httpResponse"]["statusCode"] for one in made] == [201, 201, 200]


def test_a_path_has_its_prefix_parameters_and_wildcards():
    def matcher(endpoint):
        return from_tree(environment(route(response(), endpoint=endpoint), endpointPrefix="v1"))

    (one,) = matcher("a/:id(\\d+)/b").expectations
    assert one["httpRequest"]["path"] == "/v1/a/{id}/b"
    assert one["httpRequest"]["pathParameters"] == {"id": ["\\d+"]}
    made = matcher("a/*")
    assert made.expectations[0]["httpRequest"]["path"] == "/v1/a/.*"
    assert ("path with a wildcard", "matched by a regular expression") in said(made)


def test_responses_have_priorities_where_no_other_route_takes_the_requests():
    two = [response("d", default=True), response("r", 201, rule("header", "a", "1"))]
    priorities = [one.get("priority") for one in made_of(*two)]
    assert priorities == [1, None]
    for rival in ("*", ":any", "things"):
        tree = environment(route(*two), route(response(), endpoint=rival, method="all"))
        assert all("priority" not in one for one in from_tree(tree).expectations)
    tree = environment(route(*two), route(response(), endpoint="things", method="post"))
    assert [one.get("priority") for one in from_tree(tree).expectations] == [1, None, None]


def test_modes_latency_and_order():
    slow = made_of(response("a", latency=150), response("b"), responseMode="SEQUENTIAL")
    assert slow[0]["responseMode"] == "SEQUENTIAL"
    assert slow[0]["httpResponses"][0]["delay"] == {"timeUnit": "MILLISECONDS", "value": 150}
    routes = [route(response(name), endpoint=name) for name in ("first", "second", "third", "loose")]
    folders = [{"uuid": "f", "children": [{"uuid": "third"}, {"uuid": "f"}, {"uuid": "first"}]}]
    tree = environment(*routes, folders=folders, rootChildren=[{"uuid": "second"}, {"uuid": "f"}])
    bodies = [one["httpResponse"]["body"] for one in from_tree(tree).expectations]
    assert bodies == ["second", "third", "first", "loose"]


def test_a_crud_route_has_fixed_answers():
    bucket = {"id": "b", "uuid": "u", "value": json.dumps([{"id": "a", "n": 1}, {"id": "b", "n": 2}])}
    crud = route(response(databucketID="b"), type="crud", method="", endpoint="items")
    made = from_tree(environment(crud, data=[bucket]))
    asked = {(one["httpRequest"]["method"], one["httpRequest"]["path"]) for one in made.expectations}
    assert {("GET", "/items"), ("GET", "/items/b"), ("POST", "/items"), ("DELETE", "/items/{id}")} <= asked
    assert made.expectations[0]["httpResponse"]["body"] == [{"id": "a", "n": 1}, {"id": "b", "n": 2}]
    assert ("CRUD route", "its answers are fixed: nothing that is sent is kept") in said(made)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("{{#repeat 3}}x{{/repeat}}", "x,x,x"),
        ("{{#if a}}yes{{else}}no{{/if}}!", "yes!"),
        ("{{queryParam 'q' 'none'}}{{! a comment }}", "none"),
        ("{{int 5 5}}", "5"),
        ("{{faker 'number.int' min=7 max=7}}", "7"),
        ('[{{#repeat 2}}{"id": "{{faker \'string.uuid\'}}"}{{/repeat}}]', None),
    ],
)
def test_a_template_gets_a_fixed_value(body, wanted):
    one, again = (made_of(response(body))[0]["httpResponse"]["body"] for _ in range(2))
    assert one == again
    if wanted is not None:
        assert one == wanted
    else:
        assert [len(item["id"]) for item in one] == [36, 36]


@pytest.mark.parametrize(
    "body", ["{{#repeat 1}}" * 30_000, "{{else}}" * 50_000, "{{a" + " " * 200_000, "{{{" * 60_000]
)
def test_hostile_templates_end(body):
    assert made_of(response(body))


def test_what_is_not_http_or_not_enabled_is_left_out_and_a_file_outside_is_not_read(tmp_path):
    from automock_tui.importing.convert import convert
    from automock_tui.importing.source import open_source

    (tmp_path / "secret.txt").write_text("top")
    folder = tmp_path / "env"
    folder.mkdir()
    (folder / "in.txt").write_text("inside")
    files = [response(bodyType="FILE", filePath=name) for name in ("in.txt", "../secret.txt")]
    routes = [route(one, endpoint=str(n)) for n, one in enumerate(files)]
    tree = environment(*routes, route(response(), type="ws"), route(response(), enabled=False), proxyMode=True)
    (folder / "env.json").write_text(json.dumps(tree))
    made = convert(open_source(folder / "env.json"))
    assert [one["httpResponse"].get("body") for one in made.expectations] == ["inside", None]
    constructs = [construct for construct, _ in said(made)]
    assert {"WebSocket route", "disabled route", "proxy mode", "file ../secret.txt"} <= set(constructs)


def test_the_old_export_holds_several_environments():
    item = environment(route(response("old")))
    export = {"source": "mockoon:1.10.0", "data": [{"type": "environment", "item": item}, {"type": "route"}]}
    assert from_tree(export).format == "mockoon"
    assert from_tree(export).expectations[0]["httpResponse"]["body"] == "old"


def test_what_an_environment_does_beside_its_routes_is_said():
    tree = environment(route(response(callbacks=[{"uuid": "c"}])), tlsOptions={"enabled": True}, name="E")
    assert [str(one) for one in from_tree(tree).report] == [
        "E: certificate: left out: the mock has its own",
        "E: callbacks: left out: the mock makes no calls of its own",
    ]
    assert not from_tree(environment(route(response()), tlsOptions={"enabled": False})).report
