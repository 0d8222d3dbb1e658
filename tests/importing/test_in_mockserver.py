"""Every imported expectation, in the real MockServer: it loads, and its request gets its response."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from automock_tui.importing.exporters.answers import answered
from automock_tui.importing.imported import Report
from tests.importing.documents import DOCUMENTS, imported, name_of
from tests.parts import start_mockserver

pytestmark = pytest.mark.part("mockserver")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with start_mockserver(
        tmp_path_factory.mktemp("mockserver"),
        MOCKSERVER_LOG_LEVEL="WARN",
        MOCKSERVER_ATTEMPT_TO_PROXY_IF_NO_MATCHING_EXPECTATION="false",
    ) as url:
        yield url


def send(address, method, target, headers=(), body=b""):
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers:
        if name.lower() not in ("host", "content-length", "connection", "accept-encoding"):
            connection.putheader(name, value.encode("utf-8"))
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response, data


def load(address, expectations):
    send(address, "PUT", "/mockserver/reset")
    response, data = send(address, "PUT", "/mockserver/expectation", (), json.dumps(expectations).encode())
    assert response.status == 201, data.decode()


HEADERS = {"get-test-200": ("Authorization", "x"), "post-test-200": ("Authorization", "x")}
"""What to send so that no expectation before it answers, by the id of the expectation."""
BODIES = {
    "post-cop-v1-online-provisioning-account-info-200": '{"Identification": "mock0100000000"}',
    "get-rules-id-200-6": '{"user": [{"name": "John"}]}',
}
"""What to send where the matcher is a JSON path, by the id of the expectation."""


def same(expected, found):
    """The same bytes, or the same JSON: MockServer writes JSON in its own layout."""
    expected = expected if isinstance(expected, bytes) else expected.encode()
    return expected == found or json.loads(expected) == json.loads(found)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_each_imported_request_gets_its_response(address, path):
    expectations = imported(path, keep_secrets=path.parent.name == "mockserver").expectations
    load(address, expectations)
    checked = 0
    for one in answered(expectations, Report()):
        target = one.request.url.removeprefix("http://localhost:1080")
        headers = [*one.request.headers, *([HEADERS[one.where]] if one.where in HEADERS else [])]
        body = one.request.body or BODIES.get(one.where, "")
        response, data = send(address, one.request.method, target, headers, body.encode())
        assert response.status == one.status, (one.where, target, headers, one.request.body)
        if one.request.method != "HEAD":
            assert same(one.body, data), one.where
        for name, value in one.headers:
            assert value in response.headers.get_all(name, []), one.where
        checked += 1
    assert checked == sum(len(one.get("httpResponses", [1])) for one in expectations) > 0


@pytest.mark.parametrize("path", [one for one in DOCUMENTS if one.parent.name == "har"], ids=name_of)
def test_a_recording_replays_as_it_was_recorded(address, path):
    load(address, imported(path, keep_secrets=True).expectations)
    replayed = 0
    for entry in json.loads(path.read_text())["log"]["entries"]:
        asked, wanted = entry["request"], entry.get("response", {})
        if not asked["url"] or not wanted.get("status"):
            continue
        parts = urlsplit(asked["url"])
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = [(one["name"], one["value"]) for one in asked.get("headers", [])]
        body = asked.get("postData", {}).get("text", "").encode()
        response, _ = send(address, asked["method"], target, headers, body)
        assert response.status == wanted["status"]
        replayed += 1
    assert replayed


def entry(method="GET", url="http://api/x", headers=(), body="", status=200, answer=""):
    posted = {"postData": {"mimeType": "application/json", "text": body}} if body else {}
    sent = [{"name": name, "value": value} for name, value in headers]
    content = {"content": {"mimeType": "text/plain", "text": answer}}
    return {
        "request": {"method": method, "url": url, "headers": sent} | posted,
        "response": {"status": status} | content,
    }


FILM = '{"query": "query f($id: ID) { f(id: $id) }", "variables": {"id": %d}}'
TOLD_APART = [
    entry(url="http://api/pets?page=1", answer="page 1"),
    entry(url="http://api/pets?page=2", answer="page 2"),
    entry(url="http://api/pets", answer="no page"),
    entry(url="http://api/pets?page=1&size=5", answer="page 1 of 5"),
    entry(url="http://api/me", headers=[("Authorization", "Bearer abcdef0123456789")], answer="me"),
    entry(url="http://api/me", status=401, answer="who?"),
    entry("POST", "http://api/login", body='{"user": "ann", "password": "correct-1"}', answer="welcome"),
    entry("POST", "http://api/login", body='{"user": "bob"}', status=400, answer="no password"),
    entry("POST", "http://api/graphql", body=FILM % 1, answer="one"),
    entry("POST", "http://api/graphql", body=FILM % 2, answer="two"),
    entry(url="http://api/q?a=!x", answer="not x"),
    entry(url="http://api/q?a=y.*", answer="stars"),
    entry(url="http://api/job", answer="running"),
    entry(url="http://api/job", answer="done"),
    entry(url="http://api/a%20b/c+d", answer="encoded"),
]  # fmt: skip


TYPED = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {"/pets": {"post": {
        "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {
            "type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "minLength": 1},
                "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
                "owner": {"type": ["string", "null"]}}}}}},
        "responses": {code: {"description": ""} for code in ("201", "400", "404")},
    }}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("target", "body", "status"),
    [
        ("/pets", '{"name": "Rex"}', 201),
        ("/pets?dry=true", '{"name": "Rex", "tags": ["a"], "owner": null, "more": 1}', 201),
        ("/pets?dry=maybe", '{"name": "Rex"}', 400),
        ("/pets", '{"name": ""}', 400),
        ("/pets", '{"name": "Rex", "tags": ["c"]}', 400),
        ("/pets", "{}", 400),
        ("/pets", "name=Rex", 400),
        ("/pets", "", 400),
    ],
)
def test_what_does_not_fit_a_description_gets_its_documented_error(address, target, body, status):
    from tests.importing.documents import from_tree

    load(address, from_tree(TYPED).expectations)
    headers = [("Content-Type", "application/json")]
    assert send(address, "POST", target, headers, body.encode())[0].status == status
    asked = [*headers, ("x-mock-response-code", "404")]
    assert send(address, "POST", "/pets", asked, b'{"name": "Rex"}')[0].status == 404


def test_requests_to_one_endpoint_are_told_apart(address):
    from tests.importing.documents import from_tree

    load(address, from_tree({"log": {"entries": TOLD_APART}}).expectations)
    for one in TOLD_APART:
        asked, wanted = one["request"], one["response"]
        parts = urlsplit(asked["url"])
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = [(pair["name"], pair["value"]) for pair in asked["headers"]]
        body = asked.get("postData", {}).get("text", "").encode()
        response, data = send(address, asked["method"], target, headers, body)
        assert (response.status, data.decode()) == (wanted["status"], wanted["content"]["text"]), target


STUBS = [
    {"request": {"url": "/c?q=1", "method": "GET"}, "response": {"body": "exact"}},
    {"request": {"urlPath": "/i", "queryParameters": {"q": {"equalTo": "x.Y", "caseInsensitive": True}}},
     "response": {"body": "any case"}},
    {"request": {"urlPath": "/o", "headers": {"X": {"or": [{"equalTo": "1+"}, {"matches": "[a-z]"}]}}},
     "response": {"body": "either"}},
    {"request": {"urlPath": "/n", "method": "POST", "bodyPatterns": [{"not": {"contains": "z"}}]},
     "response": {"body": "without z"}},
    {"request": {"urlPathTemplate": "/p/{my-id}", "pathParameters": {"my-id": {"matches": "[0-9]+"}}},
     "response": {"body": "number"}},
]  # fmt: skip


def test_patterns_of_wiremock_match_as_they_do_there(address):
    from tests.importing.documents import from_tree

    load(address, from_tree({"mappings": STUBS}).expectations)
    for method, target, headers, body, wanted in (
        ("GET", "/c?q=1", (), "", "exact"),
        ("GET", "/i?q=X.y", (), "", "any case"),
        ("GET", "/i?q=XZy", (), "", None),
        ("GET", "/o", [("X", "1+")], "", "either"),
        ("GET", "/o", [("X", "q")], "", "either"),
        ("GET", "/o", [("X", "11")], "", None),
        ("POST", "/n", (), "abc", "without z"),
        ("POST", "/n", (), "xyz", None),
        ("GET", "/p/12", (), "", "number"),
        ("GET", "/p/ab", (), "", None),
    ):
        response, data = send(address, method, target, headers, body.encode())
        found = data.decode() if response.status == 200 else None
        assert (target, body, found) == (target, body, wanted)
