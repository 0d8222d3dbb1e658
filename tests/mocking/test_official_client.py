"""MockServer's own Python client against our server."""

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from mockserver import (
    Delay,
    Expectation,
    HttpRequest,
    HttpResponse,
    MockServerClient,
    MockServerError,
    MockServerVerificationError,
    OpenAPIExpectation,
    Times,
    VerificationTimes,
)

from tests.mocking.serving import start_engine


@pytest.fixture
def address():
    with start_engine() as found:
        yield found


@pytest.fixture
def client(address):
    with MockServerClient(*address) as found:
        yield found


def fetch(address, path, method="GET", body=None):
    request = urllib.request.Request(f"http://{address[0]}:{address[1]}{path}", method=method, data=body)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_it_sees_the_server(client, address):
    assert client.has_started()
    assert client.bind(address[1]) == [address[1]]


def test_when_and_respond(client, address):
    request = HttpRequest(method="GET", path="/hello", query_string_parameters={"a": ["1"]})
    response = HttpResponse(status_code=201, body="hi", headers={"X-A": ["1"]}, delay=Delay("MILLISECONDS", 10))
    client.when(request, times=Times.exactly(2)).respond(response)
    assert [fetch(address, "/hello?a=1") for _ in range(3)] == [(201, "hi"), (201, "hi"), (404, "")]


def test_upsert_replaces_by_id(client, address):
    for body in ("one", "two"):
        stored = client.upsert(
            Expectation(id="x", http_request=HttpRequest(path="/x"), http_response=HttpResponse(body=body))
        )
        assert [one.id for one in stored] == ["x"]
    assert fetch(address, "/x") == (200, "two")
    assert [one.id for one in client.retrieve_active_expectations()] == ["x"]


def test_verify(client, address):
    client.when(HttpRequest(path="/.*")).respond(HttpResponse(status_code=200))
    for path in ("/a", "/b", "/b"):
        fetch(address, path)
    client.verify(HttpRequest(path="/a"), VerificationTimes.once())
    client.verify(HttpRequest(path="/b"), VerificationTimes.exactly(2))
    client.verify(HttpRequest(path="/[ab]"), VerificationTimes.at_least(3))
    with pytest.raises(MockServerVerificationError, match="at most once"):
        client.verify(HttpRequest(path="/b"), VerificationTimes.at_most(1))
    with pytest.raises(MockServerVerificationError, match="Request not found"):
        client.verify(HttpRequest(path="/c"), VerificationTimes.once())


def test_verify_sequence(client, address):
    for path in ("/a", "/b", "/c"):
        fetch(address, path)
    client.verify_sequence(HttpRequest(path="/a"), HttpRequest(path="/c"))
    with pytest.raises(MockServerVerificationError, match="sequence"):
        client.verify_sequence(HttpRequest(path="/c"), HttpRequest(path="/a"))


def test_retrieve(client, address):
    client.when(HttpRequest(path="/json", method="POST")).respond(HttpResponse(status_code=202, body="ok"))
    fetch(address, "/json", "POST", b'{"a": 1}')
    (request,) = client.retrieve_recorded_requests(HttpRequest(path="/json"))
    assert (request.method, request.path) == ("POST", "/json")
    (pair,) = client.retrieve_recorded_requests_and_responses()
    assert pair.http_response.status_code == 202
    assert client.retrieve_recorded_requests(HttpRequest(path="/other")) == []
    received, returned = client.retrieve_log_messages()
    assert ("received request" in received, "returning response" in returned) == (True, True)


def test_clear_and_reset(client, address):
    for path in ("/c/1", "/c/2", "/d"):
        client.when(HttpRequest(path=path)).respond(HttpResponse(body="ok"))
    fetch(address, "/c/1")
    client.clear(HttpRequest(path="/c/.*"), "EXPECTATIONS")
    assert [fetch(address, path)[0] for path in ("/c/1", "/c/2", "/d")] == [404, 404, 200]
    client.clear(clear_type="LOG")
    assert client.retrieve_recorded_requests() == []
    client.reset()
    assert client.retrieve_active_expectations() == []
    client.verify_zero_interactions()


def test_clear_by_id(client, address):
    client.upsert(
        Expectation(id="x", http_request=HttpRequest(path="/x"), http_response=HttpResponse(body="1"))
    )
    client.clear_by_id("x")
    assert fetch(address, "/x")[0] == 404


def test_openapi(client, address):
    spec = (Path(__file__).parents[1] / "data/importing/openapi/30-petstore-expanded.yaml").read_text()
    client.open_api_expectation(OpenAPIExpectation(spec_url_or_payload=spec))
    assert len(client.retrieve_active_expectations()) == 4
    status, body = fetch(address, "/api/pets/7")
    assert (status, json.loads(body)) == (
        200,
        {"name": "some_string_value", "tag": "some_string_value", "id": 0},
    )
    assert fetch(address, "/api/pets/x")[0] == 404
    with pytest.raises(MockServerError, match="Unable to load API spec"):
        client.open_api_expectation(OpenAPIExpectation(spec_url_or_payload="no description"))


def test_what_is_refused_says_why(client):
    with pytest.raises(MockServerError, match="no action"):
        client.upsert(Expectation(id="x", http_request=HttpRequest(path="/x")))
