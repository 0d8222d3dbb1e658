"""The control plane's answers, as MockServer 8.0.0 gives them."""

import http.client
import json

import pytest

from tests.conformance.wire import control, matching, send
from tests.conformance.wire import get as request
from tests.mocking.serving import start_engine


@pytest.fixture
def address():
    with start_engine() as found:
        yield found


def put(address, path, body=None):
    status, content = control(address, path, body)
    text = content.decode()
    return status, json.loads(text) if text.startswith(("[", "{")) else text


def test_an_expectation_comes_back_normalised(address):
    given = {"httpRequest": {"headers": [{"name": "A", "values": ["1"]}], "path": {"not": True, "value": "/n"}},
             "httpResponse": {}, "times": {"remainingTimes": 2}}  # fmt: skip
    status, (found,) = put(address, "expectation", given)
    assert status == 201
    assert found.pop("id")
    assert found == {
        "httpRequest": {"path": "!/n", "headers": {"A": ["1"]}}, "httpResponse": {}, "priority": 0,
        "timeToLive": {"unlimited": True}, "times": {"remainingTimes": 2},
    }  # fmt: skip


def test_active_expectations_are_in_the_order_of_matching_with_the_times_left(address):
    put(address, "expectation", [matching({"path": "/a"}, id="a", times={"remainingTimes": 2}),
                                 matching({"path": "/b"}, id="b", priority=5)])  # fmt: skip
    send(address, request("/a"))
    _, found = put(address, "retrieve?type=ACTIVE_EXPECTATIONS")
    assert [(one["id"], one["times"]) for one in found] == [
        ("b", {"unlimited": True}),
        ("a", {"remainingTimes": 1}),
    ]
    assert [one["id"] for one in put(address, "retrieve?type=active_expectations", {"path": "/b"})[1]] == ["b"]


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("expectation", b"", 400, 'required but value was "null"'),
        ("expectation", [], 400, "an expectation or array of expectations is required"),
        ("expectation", b"{x", 400, "incorrect expectation json format"),
        ("expectation", {"httpRequest": {}}, 400, "no action"),
        ("expectation", {"foo": 1, "httpResponse": {"statusCode": "x"}}, 400, "2 errors:"),
        ("retrieve?type=BAD", None, 400, '"BAD" is not a valid value for "type" parameter'),
        ("retrieve?format=JAVA", None, 400, "does not make JAVA; it makes json, log_entries, har, curl"),
        ("retrieve?format=XML", None, 400, "not a valid value"),
        ("clear?type=BAD", {}, 400, "[log, expectations, all]"),
        ("clear", {"id": "nope"}, 400, "No expectation found with id nope"),
        ("verify", {"expectationId": {"id": "nope"}}, 400, "No expectation found with id nope"),
        ("verify", {}, 400, "verification"),
        ("verify", b"x", 400, "not a JSON object"),
        ("verifySequence", {}, 400, "sequence"),
        ("openapi", {}, 400, "specUrlOrPayload is missing"),
        ("openapi", {"specUrlOrPayload": "text"}, 400, "Unable to load API spec"),
        ("openapi", {"specUrlOrPayload": "https://a.test/x.json"}, 400, "not fetched"),
    ],
)
def test_what_is_refused_says_why(address, path, body, status, words):
    found, text = control(address, path, body)
    assert (found, words in text.decode()) == (status, True), text


def test_nothing_of_a_refused_array_is_kept(address):
    put(address, "expectation", [matching({"path": "/a"}), {"httpRequest": {}}])
    assert put(address, "retrieve?type=ACTIVE_EXPECTATIONS") == (200, [])


def test_verification_without_times_is_exactly_once(address):
    assert control(address, "verify", {"httpRequest": {"path": "/a"}})[0] == 406
    send(address, request("/a"))
    assert control(address, "verify", {"httpRequest": {"path": "/a"}})[0] == 202
    send(address, request("/a"))
    status, text = control(address, "verify", {"httpRequest": {"path": "/a"}})
    assert (status, b"Request not found exactly once" in text) == (406, True)


def test_a_failed_verification_shows_how_near_the_nearest_was(address):
    send(address, request("/orders"))
    _, text = control(address, "verify", {"httpRequest": {"path": "/order"}})
    assert "closest match diff:\n  path:\n      expected: /order\n      found: /orders" in text.decode()


def test_requests_that_are_mocked_are_logged_and_control_requests_are_not(address):
    send(address, request("/a"))
    control(address, "status")
    _, found = put(address, "retrieve")
    assert [one["path"] for one in found] == ["/a"]


def test_it_is_ready_and_open_to_browsers(address):
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.request("GET", "/mockserver/ready", headers={"Origin": "http://page.test"})
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())) == (200, {"status": "READY"})
    assert response.headers["access-control-allow-origin"] == "http://page.test"
    asked = {
        "Origin": "http://page.test",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-y",
    }
    for path in ("/mockserver/expectation", "/not/mocked"):
        connection.request("OPTIONS", path, headers=asked)
        response = connection.getresponse()
        response.read()
        assert (response.status, response.headers["access-control-allow-headers"]) == (200, "x-y")


@pytest.fixture
def asked(address):
    """A server that answered two requests and missed one."""
    response = {"statusCode": 201, "headers": {"X": ["1"]}, "body": {"v": 1}}
    second = {"id": "b", "httpRequest": {"path": "/b"}, "httpResponse": response}
    put(address, "expectation", [matching({"path": "/a"}, id="a"), second])
    for path in ("/a?q=1", "/b", "/no"):
        send(address, request(path))
    return address


@pytest.mark.parametrize(
    ("query", "paths"),
    [("requests", ["/a", "/b", "/no"]), ("request_responses", ["/a", "/b"]), ("recorded_expectations", [])],
)
def test_log_entries_and_archives_hold_the_same_requests(asked, query, paths):
    _, entries = put(asked, f"retrieve?type={query}&format=LOG_ENTRIES")
    assert [one["httpRequest"]["path"] for one in entries] == paths
    _, archive = put(asked, f"retrieve?type={query}&format=HAR")
    assert [one["request"]["url"].partition("?")[0] for one in archive["log"]["entries"]] == [
        f"http://mock.test{path}" for path in paths
    ]


def test_log_entries_tell_who_answered(asked):
    _, entries = put(asked, "retrieve?type=LOGS&format=LOG_ENTRIES")
    assert [(one["type"], one.get("expectationId")) for one in entries if "httpResponse" in one] == [
        ("EXPECTATION_RESPONSE", "a"), ("EXPECTATION_RESPONSE", "b"), ("NO_MATCH_RESPONSE", None),
    ]  # fmt: skip


def test_an_archive_holds_the_answers(asked):
    _, archive = put(asked, "retrieve?type=REQUEST_RESPONSES&format=HAR")
    response = archive["log"]["entries"][1]["response"]
    assert (response["status"], json.loads(response["content"]["text"])) == (201, {"v": 1})


def test_requests_come_as_curl_commands(asked):
    _, text = put(asked, "retrieve?format=CURL", {"path": "/a"})
    assert text.startswith("curl -v 'http://mock.test/a?q=1' -H 'Host: mock.test'")


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"httpResponse": {"statusCode": 201}}, 202),
        ({"httpResponse": {"statusCode": 299}}, 406),
        ({"httpResponse": {"statusCode": 201}, "times": {"atLeast": 2}}, 406),
        ({"httpResponse": {"body": {"v": 1}}}, 202),
        ({"httpResponse": {"body": "ok"}}, 202),
        ({"httpResponse": {"body": "no"}}, 406),
        ({"httpResponse": {"headers": {"X": ["1"]}}}, 202),
        ({"httpResponse": {"statusCode": 201}, "httpRequest": {"path": "/b"}}, 202),
        ({"httpResponse": {"statusCode": 201}, "httpRequest": {"path": "/a"}}, 406),
        ({"httpResponse": {}, "times": {"atLeast": 3}}, 406),
        ({"httpRequest": {"path": "/b"}, "disposition": "MOCKED"}, 202),
        ({"httpRequest": {"path": "/b"}, "disposition": "FORWARDED"}, 406),
        ({"httpRequest": {"path": "/no"}, "disposition": "MOCKED"}, 406),
    ],
)
def test_answers_are_verified(asked, wanted, status):
    found, text = control(asked, "verify", wanted)
    assert found == status, text


@pytest.mark.parametrize(("statuses", "status"), [([200, 201], 202), ([201, 200], 406), ([201], 202)])
def test_answers_are_verified_in_their_order(asked, statuses, status):
    wanted = {"httpResponses": [{"statusCode": one} for one in statuses]}
    assert control(asked, "verifySequence", wanted)[0] == status


def test_a_description_becomes_expectations_and_again_the_same(address):
    spec = {"openapi": "3.0.0", "info": {"title": "My API", "version": "1"}, "paths": {"/a": {
        "get": {"operationId": "a", "responses": {"200": {"description": "", "content": {"application/json": {
            "schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}}}}}}}}  # fmt: skip
    for _ in range(2):
        status, (found,) = put(address, "openapi", {"specUrlOrPayload": json.dumps(spec)})
        assert (status, found["id"][:15], found["id"][-2:]) == (201, "openapi:my_api_", ":a")
    _, active = put(address, "retrieve?type=ACTIVE_EXPECTATIONS")
    assert len(active) == 1
    assert b'{\n  "n" : 0\n}' in send(address, request("/a"))
    operation = {"specUrlOrPayload": json.dumps(spec), "operationId": "a"}
    assert control(address, "verify", {"httpRequest": operation})[0] == 202
