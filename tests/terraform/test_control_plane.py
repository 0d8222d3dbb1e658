"""Nobody rewrites a public mock: the closed paths against what the real MockServer answers on.

A load balancer cannot run here, so its rules are applied by the few lines of `Lists.close`; which paths
MockServer has is asked of MockServer itself, so that an alias missing from the list fails the test.
"""

from __future__ import annotations

import fnmatch
import http.client
import http.server
import itertools
import json
import re
import struct
import threading
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import hcl2
import pytest
from hcl2.utils import SerializationOptions

from automock_tui.provisioning.stack import stack_folder
from tests.parts import mockserver_jar, start_mockserver

pytestmark = pytest.mark.part("mockserver")

METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")
HARMLESS = {("GET", "/ready"), ("GET", "/mockserver/ready")}
"""Says READY, as the load balancer's health check wants it."""
NOT_ASKED = {("PUT", "/stop"), ("PUT", "/preemption"), ("DELETE", "/preemption")}
"""Taken as answered: they would take the server away from under the other questions."""
SOCKETS = ("/_mockserver_ui_websocket", "/_mockserver_callback_websocket")
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


class Lists(NamedTuple):
    """The literal lists of control_plane.tf."""

    prefixed_paths: list[str]
    classic_puts: list[str]
    other_puts: list[str]
    gets: list[str]
    deletes: list[str]
    own_names: list[str]

    def close(self, method: str, path: str) -> bool:
        """Whether the load balancer answers 403 while some addresses are allowed and this is another."""
        by_method = {"PUT": self.classic_puts + self.other_puts, "GET": self.gets, "DELETE": self.deletes}
        patterns = self.prefixed_paths + self.own_names + by_method.get(method, [])
        return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


@pytest.fixture(scope="module")
def lists() -> Lists:
    style = SerializationOptions(strip_string_quotes=True, with_comments=False)
    parsed = hcl2.loads((stack_folder() / "control_plane.tf").read_text(), serialization_options=style)
    return Lists(**{name: parsed["locals"][0][name] for name in Lists._fields})


@pytest.fixture(scope="module")
def paths() -> list[str]:
    """Every path that stands in MockServer's request handlers, and some below each that ends with a slash."""
    with zipfile.ZipFile(mockserver_jar()) as jar:
        handlers = ["org/mockserver/mock/HttpState.class", "org/mockserver/netty/HttpRequestHandler.class"]
        found = {text for name in handlers for text in texts_of(jar.read(name))}
    named = {text for text in found if re.fullmatch(r"/[\w/.]+", text)}
    below = {
        f"{text}{name}" for text in named if text.endswith("/") for name in ("one", "one/trigger", "one/report")
    }
    assert len(named) > 100
    return sorted(named | below)


def texts_of(class_file: bytes) -> Iterator[str]:
    """The texts in a Java class file's constant pool (JVM specification, 4.4)."""
    sizes = {
        3: 4,
        4: 4,
        5: 8,
        6: 8,
        7: 2,
        8: 2,
        9: 4,
        10: 4,
        11: 4,
        12: 4,
        15: 3,
        16: 2,
        17: 4,
        18: 4,
        19: 2,
        20: 2,
    }
    (count,) = struct.unpack(">H", class_file[8:10])
    at, index = 10, 1
    while index < count:
        tag, at = class_file[at], at + 1
        if tag == 1:
            (length,) = struct.unpack(">H", class_file[at : at + 2])
            yield class_file[at + 2 : at + 2 + length].decode(errors="replace")
            at += 2 + length
        else:
            at += sizes[tag]
        index += 2 if tag in (5, 6) else 1


def ask(address: str, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        body = None if headers else b"{}"
        connection.request(method, path, body=body, headers={"Host": "mock.example.com", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, b"" if headers else answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """What both kinds of deployment give MockServer."""
    return {
        "MOCKSERVER_LOG_LEVEL": "ERROR",
        "MOCKSERVER_ATTEMPT_TO_PROXY_IF_NO_MATCHING_EXPECTATION": "false",
        "MOCKSERVER_FORWARD_PROXY_BLOCK_PRIVATE_NETWORKS": "true",
        "JAVA_TOOL_OPTIONS": "-Xmx460m",
    }


def test_every_path_is_closed_by_a_rule(tmp_path, lists, paths, environment):
    """For the deployments that let some addresses in, where only the load balancer can tell who asks."""
    answered = {*NOT_ASKED, *(("GET", path) for path in SOCKETS)}
    with start_mockserver(tmp_path, **environment) as address:
        for method, path in itertools.product(METHODS, paths):
            if path.endswith(("/stop", "/preemption")) and method != "GET":
                continue
            if ask(address, method, path) != (404, b""):
                answered.add((method, path))
        assert {ask(address, "GET", path, UPGRADE)[0] for path in SOCKETS} == {101}
    assert len(answered) > 150
    assert {pair for pair in answered if not lists.close(*pair)} == {("GET", "/ready")}


def test_other_spellings_are_not_the_control_plane(tmp_path, environment):
    """The rules match exact spellings; so must MockServer."""
    spellings = [
        "/MOCKSERVER/expectation", "//mockserver/expectation", "/x/mockserver/expectation", "/expectation/",
        "/%6dockserver/expectation", "/%65xpectation", "/expectation;a=b", "/EXPECTATION", "/./expectation",
    ]  # fmt: skip
    with start_mockserver(tmp_path, **environment) as address:
        assert {ask(address, "PUT", spelling) for spelling in spellings} == {(404, b"")}


def test_with_nobody_allowed_mockserver_refuses_by_itself(tmp_path, lists, paths, environment):
    """The default: whatever the rules miss, MockServer has no key that could let anybody in."""
    expectations = tmp_path / "expectations.json"
    expectations.write_text(json.dumps([{"httpRequest": {"path": "/pets"}, "httpResponse": {"body": "two"}}]))
    closed = {
        "MOCKSERVER_CONTROL_PLANE_JWT_AUTHENTICATION_REQUIRED": "true",
        "MOCKSERVER_CONTROL_PLANE_JWT_AUTHENTICATION_JWK_SOURCE": "/control-plane-closed/no-keys.json",
        "MOCKSERVER_INITIALIZATION_JSON_PATH": str(expectations),
    }
    assert all(value in (stack_folder() / "service.tf").read_text() for value in list(closed.values())[:2])
    open_ones = set()
    with start_mockserver(tmp_path / "run", **environment, **closed) as address:
        for path in paths:
            for method in METHODS:
                status, body = ask(address, method, path)
                if status != 401 and (status, body) != (404, b""):
                    open_ones.add((method, path))
        assert ask(address, "GET", "/pets") == (200, b"two")
    assert {pair for pair in open_ones if not lists.close(*pair)} <= HARMLESS
    assert open_ones - HARMLESS <= {("PUT", "/status"), ("PUT", "/mockserver/status")}


@pytest.mark.parametrize(("blocked", "status"), [("true", 502), ("false", 200)])
def test_forwards_do_not_reach_private_networks(tmp_path, environment, blocked, status):
    """Fargate hands out the task's role at 169.254.170.2 to whoever can make the task fetch a page."""
    secret = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=secret.serve_forever, daemon=True).start()
    forward = {"host": "127.0.0.1", "port": secret.server_port}
    expectations = tmp_path / "expectations.json"
    expectations.write_text(json.dumps([{"httpRequest": {"path": "/"}, "httpForward": forward}]))
    variables = {
        **environment,
        "MOCKSERVER_FORWARD_PROXY_BLOCK_PRIVATE_NETWORKS": blocked,
        "MOCKSERVER_INITIALIZATION_JSON_PATH": str(expectations),
    }
    with start_mockserver(tmp_path / "run", **variables) as address:
        assert ask(address, "GET", "/")[0] == status
    secret.shutdown()
    secret.server_close()
