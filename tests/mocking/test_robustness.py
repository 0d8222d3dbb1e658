"""Hostile and unlucky clients: each gets an error within a bound, and the others do not notice."""

import concurrent.futures
import http.client
import json
import socket
import threading
import time

import pytest

from automock_tui.mocking import server as server_module
from automock_tui.mocking.engine import Engine
from tests.mocking.serving import start_engine


@pytest.fixture
def engine():
    return Engine()


@pytest.fixture
def address(engine):
    engine.put({"id": "ok", "httpRequest": {"path": "/ok"}, "httpResponse": {"body": "ok"}})
    with start_engine(engine) as found:
        yield found


def talk(address, content, timeout=5.0):
    with socket.create_connection(address, timeout=timeout) as client:
        client.sendall(content)
        received = b""
        while True:
            try:
                piece = client.recv(65536)
            except (TimeoutError, ConnectionError):
                return received
            if not piece:
                return received
            received += piece


def get(address, path="/ok", body=None, method="GET", headers=None):
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"garbage\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET /ok HTTP/9.9\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nbad header\r\n\r\n",
        b"GET /ok HTTP/1.1\r\nA: b\x00c\r\n\r\n",
        b"POST /ok HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /ok HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /ok HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /ok HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /ok HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"FOO /ok HTTP/1.1\r\n\r\n",
    ],
)
def test_malformed_http_is_refused(address, content):
    answer = talk(address, content)
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert b"connection: close" in answer
    assert get(address) == (200, b"ok")


def test_a_head_that_is_too_large_is_refused(address):
    answer = talk(address, b"GET /ok HTTP/1.1\r\n" + b"A: " + b"x" * 300_000 + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert get(address) == (200, b"ok")


def test_a_body_that_is_too_large_is_refused(address, monkeypatch):
    monkeypatch.setattr(server_module, "MAX_BODY_BYTES", 1000)
    head = b"POST /ok HTTP/1.1\r\nContent-Length: 2000\r\n\r\n"
    assert talk(address, head + b"x" * 2000).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_ten_megabytes_comes_through(address, engine):
    engine.put(
        {
            "id": "big",
            "httpRequest": {"path": "/big", "method": "POST"},
            "httpResponse": {"body": "x" * 10_000_000},
        }
    )
    status, body = get(address, "/big", b"y" * 10_000_000, "POST")
    assert (status, len(body)) == (200, 10_000_000)


def test_requests_in_one_packet_are_answered_in_order(address, engine):
    response = {"body": "slow", "delay": {"timeUnit": "MILLISECONDS", "value": 200}}
    engine.put({"id": "slow", "httpRequest": {"path": "/slow"}, "httpResponse": response})
    one = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"
    last = b"GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answer = talk(address, one % b"slow" + one % b"ok" + one % b"nothing" + one % b"slow" + last)
    bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert bodies == [b"slow", b"ok", b"", b"slow", b"ok"]


def test_a_client_that_has_said_everything_still_gets_all_answers(address, engine):
    response = {"body": "slow", "delay": {"timeUnit": "MILLISECONDS", "value": 200}}
    engine.put({"id": "slow", "httpRequest": {"path": "/slow"}, "httpResponse": response})
    one = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(address, timeout=5) as client:
        client.sendall(one % b"slow" + one % b"ok" + one % b"slow")
        client.shutdown(socket.SHUT_WR)
        received = b""
        while piece := client.recv(65536):
            received += piece
    assert [part.partition(b"\r\n\r\n")[2] for part in received.split(b"HTTP/1.1 ")[1:]] == [
        b"slow",
        b"ok",
        b"slow",
    ]


def test_a_request_byte_by_byte(address):
    with socket.create_connection(address, timeout=5) as client:
        for byte in b"POST /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc":
            client.sendall(bytes([byte]))
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_a_chunked_body_is_read(address, engine):
    engine.put({"id": "b", "httpRequest": {"path": "/b", "body": "hello"}, "httpResponse": {"body": "yes"}})
    head = b"POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert talk(address, head + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n").endswith(b"yes")


def test_a_slow_client_is_dropped_and_harms_nobody(address, monkeypatch):
    monkeypatch.setattr(server_module, "SLOW_SECONDS", 0.5)
    start = time.monotonic()
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(b"GET /ok HTTP/1.1\r\nHost:")
        assert get(address) == (200, b"ok")
        assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - start < 10


def test_a_client_that_does_not_read_holds_up_nobody(address, engine):
    engine.put({"id": "big", "httpRequest": {"path": "/big"}, "httpResponse": {"body": "x" * 5_000_000}})
    with socket.create_connection(address, timeout=5) as client:
        for _ in range(20):
            client.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.3)
        assert get(address) == (200, b"ok")


def test_clients_that_break_off_leave_nothing(address):
    for content in (b"", b"GET", b"POST /ok HTTP/1.1\r\nContent-Length: 10\r\n\r\nab"):
        for _ in range(50):
            with socket.create_connection(address, timeout=5) as client:
                client.sendall(content)
    assert get(address) == (200, b"ok")


_ENTITIES = "".join(
    f"<!ENTITY {name} '{f'&{below};' * 20}'>"
    for below, name in zip("abcdefghijkl", "bcdefghijklz", strict=True)
)
BOMB = f"<!DOCTYPE a [<!ENTITY a '1234567890'>{_ENTITIES}]><a>&z;</a>"


@pytest.mark.parametrize(
    ("body", "matcher"),
    [
        ("[" * 100_000, {"a": 1}),
        ('{"a":' * 50_000, {"type": "JSON_PATH", "jsonPath": "$..a"}),
        ("[" * 900 + "]" * 900, {"type": "JSON_SCHEMA", "jsonSchema": {"type": "object"}}),
        (BOMB, {"type": "XML", "xml": "<a/>"}),
        (BOMB, {"type": "XPATH", "xpath": "//b"}),
        ("<a>" * 100_000, {"type": "XML", "xml": "<a/>"}),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', {"type": "XPATH", "xpath": "/a"}),
        ("a" * 50_000 + "!", {"type": "REGEX", "regex": "(a+)+"}),
        ("9" * 100_000, {"a": 1}),
        ("{'a': " * 20_000, {"a": 1}),
    ],
)
def test_hostile_bodies_end_in_time(address, engine, body, matcher):
    engine.put({"id": "trap", "httpRequest": {"path": "/trap", "body": matcher}, "httpResponse": {}})
    start = time.monotonic()
    status, _ = get(address, "/trap", body.encode(), "POST", {"Content-Type": "application/json"})
    assert status == 404
    assert time.monotonic() - start < 2
    assert get(address) == (200, b"ok")


def test_hostile_regexes_in_paths_slow_the_others_down_little(address, engine):
    engine.put({"id": "trap", "httpRequest": {"path": "/(x+x+)+y"}, "httpResponse": {}})
    waits = []

    def attack():
        for _ in range(10):
            get(address, "/" + "x" * 200)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        attacks = [pool.submit(attack) for _ in range(4)]
        while not all(one.done() for one in attacks):
            start = time.monotonic()
            assert get(address) == (200, b"ok")
            waits.append(time.monotonic() - start)
    assert sorted(waits)[len(waits) // 2] < 0.25


def test_under_load_times_are_counted_exactly(address, engine):
    """Hits, misses, garbage and changes at once: no wrong answer, and nobody answers more than its times."""
    for number in range(20):
        limited = {"httpRequest": {"path": f"/t{number}"}, "httpResponse": {"body": f"t{number}"}}
        engine.put(limited | {"id": f"t{number}", "times": {"remainingTimes": 50}})
    hits, wrong = [0] * 20, []
    lock, end = threading.Lock(), time.monotonic() + 4

    def client(seed):
        connection = http.client.HTTPConnection(*address, timeout=20)
        step = 0
        while time.monotonic() < end:
            number = (seed * 7 + step) % 20
            step += 1
            for path, wanted in ((f"/t{number}", f"t{number}"), ("/ok", "ok"), ("/none", "")):
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read().decode()
                if response.status == 200 and path.startswith("/t"):
                    with lock:
                        hits[number] += 1
                if body not in (wanted, "") or (path == "/ok" and body != "ok"):
                    wrong.append((path, body))
            if step % 40 == 0:
                talk(address, b"garbage\r\n\r\n")
        connection.close()

    def reload():
        while time.monotonic() < end:
            changed = {
                "id": "r",
                "httpRequest": {"path": "/r"},
                "httpResponse": {"body": str(time.monotonic())},
            }
            assert get(address, "/mockserver/expectation", json.dumps(changed), "PUT")[0] == 201
            time.sleep(0.2)

    with concurrent.futures.ThreadPoolExecutor(17) as pool:
        work = [pool.submit(client, seed) for seed in range(16)] + [pool.submit(reload)]
        for one in work:
            one.result()
    assert wrong == []
    assert hits == [50] * 20
