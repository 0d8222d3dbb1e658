"""Forwards: what the other server gets, what the client gets, and what happens where nobody is there."""

import contextlib
import gzip
import http.client
import http.server
import json
import threading

import pytest

from automock_tui.mocking.engine import Engine
from tests.mocking.serving import start_engine
from tests.parts import free_ports


class Upstream(http.server.BaseHTTPRequestHandler):
    """Tells in its answer what it was asked."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = {"method": self.command, "target": self.path, "body": body.decode(), "headers": headers}
        told = json.dumps(seen).encode()
        if self.path.startswith("/drop"):
            self.close_connection = True
            return
        status = int(self.path[1:4]) if self.path[1:4].isdigit() else 200
        self.send_response(status, "Told")
        self.send_header("X-Up", "1")
        if self.path.startswith("/gzip"):
            told = gzip.compress(told)
            self.send_header("Content-Encoding", "gzip")
        if self.path.startswith("/chunked"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(told), told))
            return
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told)

    do_GET = do_POST = do_PUT = do_HEAD = answer

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def upstream():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"host": "127.0.0.1", "port": server.server_port}
    server.shutdown()


@contextlib.contextmanager
def serving(action):
    engine = Engine()
    engine.put({"id": "f", "httpRequest": {}} | action)
    with start_engine(engine) as address:
        connection = http.client.HTTPConnection(*address, timeout=10)
        yield connection
        connection.close()


def ask(connection, path="/a", method="GET", body=None, headers=None):
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response, response.read()


def test_everything_is_passed_on(upstream):
    with serving({"httpForward": upstream}) as connection:
        response, body = ask(connection, "/a%20b?q=1+2", "POST", '{"x":1}', {"X-A": "1", "Cookie": "c=d"})
        told = json.loads(body)
        assert (response.status, response.reason, response.headers["X-Up"]) == (200, "Told", "1")
        assert (told["method"], told["target"], told["body"]) == ("POST", "/a%20b?q=1+2", '{"x":1}')
        assert (told["headers"]["x-a"], told["headers"]["cookie"]) == ("1", "c=d")
        assert told["headers"]["host"] == f"127.0.0.1:{upstream['port']}"
        response, _ = ask(connection, "/404")
        assert response.status == 404


@pytest.mark.parametrize("path", ["/gzip", "/chunked"])
def test_the_answer_comes_plain(upstream, path):
    with serving({"httpForward": upstream}) as connection:
        response, body = ask(connection, path)
        assert json.loads(body)["target"] == path
        assert response.headers["content-length"] == str(len(body))
        assert response.headers["content-encoding"] is None


def test_head(upstream):
    with serving({"httpForward": upstream}) as connection:
        response, body = ask(connection, "/a", "HEAD")
        assert (response.status, body) == (200, b"")
        assert ask(connection, "/b")[0].status == 200


def test_nobody_there_is_a_bad_gateway(upstream):
    with serving({"httpForward": {"host": "127.0.0.1", "port": free_ports(1)[0]}}) as connection:
        assert ask(connection)[0].status == 502
    with serving({"httpForward": upstream}) as connection:
        assert ask(connection, "/drop")[0].status == 502


def test_fallback(upstream):
    fallback = {"statusCode": 299, "body": "instead"}
    with serving(
        {"httpForwardWithFallback": {"httpForward": upstream, "fallbackResponse": fallback}}
    ) as connection:
        assert ask(connection, "/a")[0].status == 200
        assert ask(connection, "/404")[0].status == 404
        assert ask(connection, "/500")[1] == b"instead"
        assert ask(connection, "/drop")[1] == b"instead"
    action = {"httpForward": upstream, "fallbackResponse": fallback, "fallbackOnStatusCodes": [404]}
    with serving({"httpForwardWithFallback": action}) as connection:
        assert ask(connection, "/404")[1] == b"instead"
        assert ask(connection, "/500")[0].status == 500


def test_override(upstream):
    changes = {
        "requestOverride": {
            "path": "/new", "method": "PUT", "body": "new", "queryStringParameters": {"z": ["1 2"]},
            "headers": {"Host": [f"127.0.0.1:{upstream['port']}"], "X-N": ["1"]},
        },
        "responseOverride": {"statusCode": 277, "headers": {"X-R": ["1"]}},
    }  # fmt: skip
    with serving({"httpOverrideForwardedRequest": changes}) as connection:
        response, body = ask(connection, "/a?q=1", "POST", "old", {"X-A": "1"})
        told = json.loads(body)
        assert (response.status, response.headers["X-R"], response.headers["X-Up"]) == (277, "1", "1")
        assert (told["method"], told["target"], told["body"]) == ("PUT", "/new?q=1&z=1%202", "new")
        assert (told["headers"]["x-a"], told["headers"]["x-n"]) == ("1", "1")


def test_override_by_socket_address(upstream):
    changes = {
        "httpRequest": {"socketAddress": upstream | {"scheme": "HTTP"}},
        "httpResponse": {"body": "mine"},
    }
    with serving({"httpOverrideForwardedRequest": changes}) as connection:
        response, body = ask(connection, "/a")
        assert (response.status, response.headers["X-Up"], body) == (200, "1", b"mine")


def test_what_is_forwarded_can_be_retrieved_as_expectations(upstream):
    with serving({"httpForward": upstream}) as connection:
        ask(connection, "/404")
        _, body = ask(connection, "/mockserver/retrieve?type=RECORDED_EXPECTATIONS", "PUT")
        (found,) = json.loads(body)
        assert (found["httpRequest"]["path"], found["httpResponse"]["statusCode"]) == ("/404", 404)


def test_request_and_answer_are_modified(upstream):
    changes = {
        "requestOverride": {"headers": {"Host": [f"127.0.0.1:{upstream['port']}"]}},
        "requestModifier": {
            "path": {"regex": "^/a/(.+)$", "substitution": "/b/$1"},
            "queryStringParameters": {"add": {"n": ["1"]}, "remove": ["q"]},
            "headers": {"replace": {"X-A": ["2"], "X-None": ["3"]}, "remove": ["X-B"]},
            "cookies": {"add": {"c": "d"}},
        },
        "responseModifier": {
            "headers": {"add": {"X-N": ["1"]}, "remove": ["X-Up"]},
            "jsonPatch": [{"op": "remove", "path": "/headers"}, {"op": "add", "path": "/n", "value": [1]}],
            "jsonMergePatch": {"body": None, "m": {"a": 1}},
            "condition": {"statusCodeRange": "2xx"},
        },
    }
    with serving({"httpOverrideForwardedRequest": changes}) as connection:
        response, body = ask(connection, "/a/x?q=1", headers={"X-A": "1", "X-B": "1"})
        assert json.loads(body) == {"method": "GET", "target": "/b/x?n=1", "n": [1], "m": {"a": 1}}
        assert (response.headers["X-N"], response.headers["X-Up"]) == ("1", None)


def test_the_answer_is_made_anew_by_a_template(upstream):
    template = (
        '{"statusCode": $response.statusCode, "body": "$request.path $response.headers.get(\'x-up\')[0]"}'
    )
    changes = {
        "requestOverride": {"headers": {"Host": [f"127.0.0.1:{upstream['port']}"]}},
        "responseTemplate": {"templateType": "VELOCITY", "template": template},
    }
    with serving({"httpOverrideForwardedRequest": changes}) as connection:
        response, body = ask(connection, "/404")
        assert (response.status, body) == (404, b"/404 1")


@pytest.mark.parametrize(
    ("kind", "path", "method"),
    [
        ("VELOCITY", "$request.path", "$request.method"),
        ("MUSTACHE", "{{request.path}}", "{{request.method}}"),
    ],
)
def test_a_request_is_made_by_a_template(upstream, kind, path, method):
    host = f"127.0.0.1:{upstream['port']}"
    made = {"path": f"/v{path}", "headers": {"Host": [host]}, "body": {"a": method}}
    action = {"templateType": kind, "template": json.dumps(made), "responseOverride": {"statusCode": 203}}
    with serving({"httpForwardTemplate": action}) as connection:
        response, body = ask(connection, "/a", "POST", "old")
        told = json.loads(body)
        assert (response.status, told["target"], json.loads(told["body"])) == (203, "/v/a", {"a": "POST"})
        assert told["headers"]["content-type"].startswith("application/json")
