"""Constructs of collections, one by one: folders, environments, variables, sign-in, mock routes."""

from __future__ import annotations

import json

from automock_tui.importing.convert import collect, convert
from automock_tui.importing.source import Source, open_source
from tests.importing.documents import from_tree
from tests.importing.test_collections import answer, postman


def requests_of(tree):
    """The requests as they would be sent, and what is said of them."""
    collected = collect(Source("x", json.dumps(tree).encode()))
    return [one.request for one in collected.exchanges], [str(one) for one in collected.report.findings]


def asking(name, url, **more):
    return {"name": name, "request": {"method": "GET", "url": url, **more}}


def test_a_segment_that_nobody_knows_takes_any_value():
    tree = postman(
        asking("a", "{{base}}/users/{{userId}}/{{kind}}-x?q={{q}}"), asking("b", "{{base}}/{{$guid}}")
    )
    made = from_tree(tree)
    first, second = (one["httpRequest"] for one in made.expectations)
    assert (first["path"], first["pathParameters"]) == ("/users/{userId}/kind-x", {"userId": [".+"]})
    assert (second["path"], second["pathParameters"]) == ("/{guid}", {"guid": [".+"]})
    said = {str(one) for one in made.report}
    assert "a: variable userId: not known: any value is taken in its place in the path" in said
    assert "a: variable kind: not known: its name is used as its value" in said


def test_what_is_not_http_or_no_request_is_left_out():
    made = from_tree(postman(asking("ws", "wss://h/x"), {"name": "empty"}, asking("ok", "https://h/x")))
    assert len(made.expectations) == 1
    assert [str(one) for one in made.report][:2] == [
        "ws: address wss://h/x: left out: not HTTP but wss",
        "empty: item without a request: left out",
    ]


def test_a_token_of_oauth_is_sent():
    values = [{"key": "accessToken", "value": "t-1"}, {"key": "headerPrefix", "value": "Token"}]
    with_token = asking("a", "http://h/a", auth={"type": "oauth2", "oauth2": values})
    in_query = asking("b", "http://h/b", auth={"type": "oauth2", "oauth2": [
        *values, {"key": "addTokenTo", "value": "queryParams"},
    ]})  # fmt: skip
    [first, second], said = requests_of(postman(with_token, in_query))
    assert first.header("authorization") == "Token t-1"
    assert (second.headers, second.unsent) == ([], "sign-in by oauth2")
    assert said == ["b: auth oauth2: not matched: the mock answers with and without it"]


def test_variables_of_graphql_tell_requests_apart():
    def body(value):
        graphql = {
            "query": "query Q($i: ID) {a(i: $i)}",
            "variables": json.dumps({"i": str(value)}),
            "operationName": "Q",
        }
        return {"mode": "graphql", "graphql": graphql}

    items = [
        {"name": name, "request": {"method": "POST", "url": "http://h/graphql", "body": body(value)},
         "response": [answer(name, 200, json.dumps({"data": name}))]}
        for name, value in (("a", 1), ("b", "{{two}}"))
    ]  # fmt: skip
    made = from_tree(postman(*items, variable=[{"key": "two", "value": "2"}]))
    assert [json.loads(one["httpRequest"]["body"]["variablesSchema"]) for one in made.expectations] == [
        {"const": {"i": "1"}}, {"const": {"i": "2"}},
    ]  # fmt: skip


def test_cookies_that_were_saved_without_their_header_are_said():
    saved = answer("ok", 200, "{}") | {"cookie": [{"name": "sid", "value": "1"}]}
    made = from_tree(postman(asking("a", "http://h/a") | {"response": [saved]}))
    assert "cookies of a response" in {one.construct for one in made.report}


def insomnia(*resources):
    return {"_type": "export", "__export_format": 4, "resources": list(resources)}


def test_the_first_environment_below_the_base_counts_in_insomnia():
    base = {"_id": "e", "_type": "environment", "parentId": "w", "data": {"host": "http://base", "v": "1"}}
    first, second = (
        {"_id": name, "_type": "environment", "parentId": "e", "name": name, "data": {"host": f"http://{name}"}}
        for name in ("staging", "prod")
    )
    asked = {"_id": "r", "_type": "request", "name": "r", "method": "GET", "url": "{{ _.host }}/{{ _.v }}/x"}
    [request], said = requests_of(insomnia(base, first, second, asked))
    assert (request.origin, request.path) == ("http://staging", "/1/x")
    assert said == ["prod: environment: left out: staging is taken"]
    tree = {
        "type": "collection.insomnia.rest/5.0",
        "collection": [{"name": "r", "method": "GET", "url": "{{ _.host }}/{{ _.v }}/x", "meta": {"id": "r"}}],
        "environments": {"data": base["data"], "subEnvironments": [first, second]},
    }
    [request], said = requests_of(tree)
    assert (request.origin, said) == ("http://staging", ["prod: environment: left out: staging is taken"])


def test_a_tag_that_is_a_segment_takes_any_value():
    asked = {
        "_id": "r",
        "_type": "request",
        "name": "r",
        "method": "GET",
        "url": "http://h/a/{% uuid 'v4' %}/b",
    }
    made = from_tree(insomnia(asked))
    assert made.expectations[0]["httpRequest"]["path"] == "/a/{tag}/b"


def test_folders_of_insomnia_send_headers():
    folder = {"_id": "f", "_type": "request_group", "name": "f",
              "headers": [{"name": "X-A", "value": "{{ _.v }}"}, {"name": "X-B", "value": "above"}],
              "environment": {"v": "1"}}  # fmt: skip
    asked = {"_id": "r", "_type": "request", "parentId": "f", "method": "GET", "url": "http://h/a",
             "headers": [{"name": "x-b", "value": "own"}]}  # fmt: skip
    [request], _ = requests_of(insomnia(folder, asked))
    assert request.headers == [("X-A", "1"), ("x-b", "own")]
    tree = {"type": "collection.insomnia.rest/5.0", "collection": [folder | {"children": [asked]}]}
    [request], _ = requests_of(tree)
    assert request.headers == [("X-A", "1"), ("x-b", "own")]


ROUTE = {"name": "/mock/users", "method": "POST", "statusCode": 201, "statusText": "Made",
         "mimeType": "application/json", "body": '{"ok": true}',
         "headers": [{"name": "X-M", "value": "1"}]}  # fmt: skip


def test_routes_of_mock_servers_of_insomnia_keep_their_answers():
    wanted = {
        "statusCode": 201,
        "reasonPhrase": "Made",
        "headers": {"X-M": ["1"], "Content-Type": ["application/json"]},
        "body": {"ok": True},
    }
    for tree in (
        insomnia(ROUTE | {"_id": "m", "_type": "mock_route"}),
        {"type": "mock.insomnia.rest/5.0", "name": "m", "routes": [ROUTE]},
    ):
        [one] = from_tree(tree).expectations
        assert one["httpRequest"] == {"method": "POST", "path": "/mock/users"}
        assert one["httpResponse"] == wanted


BRU = """meta {
  name: a
  type: http
}

get {
  url: {{base}}/a
  auth: none
}

headers {
  X-Own: 1
  x-both: own
}

assert {
  res.status: eq 200
}
"""


def test_a_folder_of_bruno(tmp_path):
    (tmp_path / "bruno.json").write_text('{"version": "1", "name": "c", "type": "collection"}')
    (tmp_path / "collection.bru").write_text(
        "headers {\n  X-All: {{v}}\n  X-Both: all\n}\n\nscript:pre-request {\n  x()\n}\n"
    )
    (tmp_path / "environments").mkdir()
    for name in ("dev", "prod"):
        (tmp_path / "environments" / f"{name}.bru").write_text(f"vars {{\n  base: http://{name}\n  v: 1\n}}\n")
    (tmp_path / "a.bru").write_text(BRU)
    (tmp_path / "bad.bru").write_text("no such language")
    collected = collect(open_source(tmp_path))
    [one] = collected.exchanges
    assert one.request.origin == "http://dev"
    assert one.request.headers == [("X-All", "1"), ("X-Own", "1"), ("x-both", "own")]
    assert [str(each) for each in collected.report.findings] == [
        "bad.bru: file: left out: it is not in the language of Bruno",
        "environment prod: variables: those of dev come before them",
        "collection: scripts and tests: not run",
        "a: scripts and tests: not run",
    ]


def test_headers_of_an_open_collection():
    tree = {
        "opencollection": "1.0.0",
        "request": {"headers": [{"name": "X-All", "value": "1"}]},
        "items": [{"info": {"name": "a", "type": "http"}, "http": {"method": "GET", "url": "http://h/a"}}],
    }
    [request], _ = requests_of(tree)
    assert request.headers == [("X-All", "1")]


def test_half_letters_in_files_of_a_folder_are_no_matter(tmp_path):
    (tmp_path / "opencollection.yml").write_text('opencollection: "1.0.0"\ninfo: {name: "\\uD800"}\n')
    (tmp_path / "a.yml").write_text('info: {name: a, type: http}\nhttp: {method: GET, url: "http://h/a"}\n')
    assert len(convert(open_source(tmp_path)).expectations) == 1


def recorded(*entries):
    found = []
    for method, url, status, content in entries:
        request = {"method": method, "url": url, "headers": []}
        found.append({"request": request, "response": {"status": status, "headers": [], "content": content}})
    return from_tree({"log": {"version": "1.2", "entries": found}})


def test_a_recording_answers_whole_also_where_the_client_had_a_cache():
    made = recorded(
        ("GET", "http://a/x", 304, {}),
        ("GET", "http://a/x", 200, {"text": "x"}),
        ("GET", "http://a/y", 304, {}),
    )
    assert [one["httpResponse"]["statusCode"] for one in made.expectations] == [200, 304]
    assert [one.construct for one in made.report] == ["answer from the client's cache (304)"]


def test_a_recording_of_several_hosts_and_of_no_bodies_says_so():
    made = recorded(("GET", "http://a/x", 200, {"size": 5_000}), ("GET", "http://b/y", 200, {"text": "x"}))
    assert [str(one) for one in made.report] == [
        "entry 1 GET http://a/x: body of 5,000 bytes: left out: it was not recorded",
        "recording: several hosts (a 1, b 1): not matched: all answer at the mock's own address",
    ]
