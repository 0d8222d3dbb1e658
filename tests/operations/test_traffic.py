"""Traffic of a real mock in a process of its own: the feed, why, recording, verification."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from automock_tui.domain.errors import AutomockError, InvalidInput, NotFound
from automock_tui.operations import recording, traffic
from automock_tui.operations.importing import convert_document
from automock_tui.operations.local_run import LocalRun
from automock_tui.operations.verification import Count, matcher_of, read_count, verification_of

SET = [
    {"id": "list", "httpRequest": {"method": "GET", "path": "/pets"}, "httpResponse": {"body": "[]"}},
    {
        "id": "slow",
        "httpRequest": {"path": "/slow"},
        "httpResponse": {"statusCode": 201, "delay": {"timeUnit": "MILLISECONDS", "value": 1500}},
    },
    {"id": "once", "httpRequest": {"path": "/once"}, "httpResponse": {}, "times": {"remainingTimes": 1}},
    {"id": "cut", "httpRequest": {"path": "/cut"}, "httpError": {"dropConnection": True}},
]


@pytest.fixture(scope="module")
def run():
    mock = LocalRun.start(json.dumps(SET))
    yield mock
    mock.stop()


@pytest.fixture
def feed(run):
    found = traffic.open_feed(run.url)
    found.record("")
    found.clear()
    while found.poll().new:
        pass
    return found


@pytest.fixture(scope="module")
def api():
    """A real API that a mock stands before."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            body = json.dumps({"path": self.path, "asked": asked, "access_token": "s3cr3t-abcdef"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(run, path, data=None, **headers):
    request = urllib.request.Request(run.url + path, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_tells_each_request_once_with_its_expectation(run, feed):
    ask(run, "/pets?limit=2")
    ask(run, "/nothing", b"x")
    hit, miss = feed.poll().new
    assert (hit.method, hit.target, hit.status, hit.expectation) == ("GET", "/pets?limit=2", 200, "list")
    assert (miss.method, miss.status, miss.expectation, miss.is_miss) == ("POST", 404, "", True)
    assert not hit.is_miss and hit.took is not None and hit.path == "/pets"
    assert not feed.poll().new


def test_a_slow_answer_is_pending_and_then_told_again(run, feed):
    asking = threading.Thread(target=ask, args=(run, "/slow"))
    asking.start()
    while not (batch := feed.poll()).new:
        pass
    (pending,) = batch.new
    assert pending.is_pending and pending.status is None and not pending.is_miss
    asking.join()
    while not (done := [one for one in feed.poll().changed if not one.is_pending]):
        pass
    assert (done[0].number, done[0].status) == (pending.number, 201)
    assert done[0].took >= 1.4, "the pause counts"


def test_a_dropped_connection_is_no_status(run, feed):
    with pytest.raises((ConnectionError, OSError)):
        ask(run, "/cut")
    (cut,) = feed.poll().new
    assert cut.is_dropped and cut.status is None and cut.expectation == "cut"


def test_another_process_at_the_same_address_begins_anew():
    first = LocalRun.start(json.dumps(SET))
    port = int(first.url.rpartition(":")[2])
    feed = traffic.open_feed(first.url)
    ask(first, "/pets")
    assert feed.poll().new[0].number == 1
    first.stop()
    with pytest.raises(AutomockError, match="does not answer"):
        feed.poll()
    second = LocalRun.start(json.dumps(SET), port=port)
    try:
        ask(second, "/once")
        batch = feed.poll()
        assert batch.is_fresh and [one.expectation for one in batch.new] == ["once"]
    finally:
        second.stop()


def test_why_knows_that_times_are_used_up(run, feed):
    ask(run, "/once")
    ask(run, "/once")
    missed = [one for one in feed.poll().new if one.is_miss]
    found = feed.why(missed[0].number)
    assert not found["winner"]
    assert "list" in {one["expectation_id"] for one in found["near_misses"]}


def test_an_expectation_from_a_miss_answers_that_request(run, feed):
    body = json.dumps({"name": "Rex", "password": "hunter2"}).encode()
    ask(run, "/new/7?full=yes", body, **{"Content-Type": "application/json", "Authorization": "Bearer abc.def"})
    (miss,) = feed.poll().new
    made = recording.expectation_for(feed.exchange(miss.number))
    text = json.dumps(made)
    assert "hunter2" not in text and "abc.def" not in text
    assert made["httpRequest"]["path"] == "/new/7" and made["httpResponse"]["statusCode"] == 200
    with_it = LocalRun.start(json.dumps([made]))
    try:
        assert ask(with_it, "/new/7?full=yes", body, **{"Content-Type": "application/json"})[0] == 200
        assert ask(with_it, "/new/7?full=no", body, **{"Content-Type": "application/json"})[0] == 404
    finally:
        with_it.stop()


def test_recording_keeps_what_the_real_api_answers(run, feed, api):
    feed.record(api + "/base")
    status, body = ask(run, "/real?a=1", b'{"q": 1}', **{"Content-Type": "application/json"})
    assert status == 200 and json.loads(body)["path"] == "/base/real?a=1"
    assert ask(run, "/pets")[1] == b"[]", "what matches is not forwarded"
    batch = feed.poll()
    assert batch.recording == api + "/base"
    numbers = [one.number for one in (*batch.new, *batch.changed) if one.is_recorded]
    assert len(numbers) == 1
    made = convert_document(recording.recorded_document(feed, numbers, api), "har")
    assert made.count == 1 and "s3cr3t-abcdef" not in made.text
    feed.record("")
    assert ask(run, "/real?a=1", b"{}")[0] == 404


def test_recording_from_nowhere_is_a_bad_gateway_and_from_no_address_refused(run, feed):
    with pytest.raises(InvalidInput, match="no base address"):
        feed.record("ftp://x")
    feed.record("http://127.0.0.1:9")
    assert ask(run, "/real")[0] == 502
    feed.record("")


def test_verifies_counts(run, feed):
    for _ in range(3):
        ask(run, "/pets?limit=1")
    matcher = matcher_of("GET /pets")
    assert feed.verify(verification_of(matcher, read_count("3"))) == ""
    failure = feed.verify(verification_of(matcher, read_count("4-5")))
    assert failure.startswith("Request not found")
    assert failure.endswith("; it came 3 times")
    assert "expected:" not in feed.verify(verification_of(matcher, read_count("4")))
    assert feed.verify(verification_of(matcher_of('{"path": "/p.*"}'), Count())) == ""
    with pytest.raises(InvalidInput):
        feed.verify({"httpRequest": 7})


@pytest.mark.parametrize(
    ("text", "count"), [("", (1, -1)), ("2", (2, 2)), ("2+", (2, -1)), ("-2", (0, 2)), ("1-3", (1, 3))]
)
def test_reads_counts(text, count):
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["x", "3-1", "1--2", "+"])
def test_refuses_what_is_no_count(text):
    with pytest.raises(InvalidInput):
        read_count(text)


def test_a_forgotten_request_is_not_found(feed):
    with pytest.raises(NotFound):
        feed.exchange(999_999)


def test_who_is_no_mock_is_named(api):
    with pytest.raises(AutomockError, match="No mock answers there"):
        traffic.open_feed(api)
    for url in ("ftp://a", "http://127.0.0.1:99999", "http://"):
        with pytest.raises(InvalidInput):
            traffic.open_feed(url)


def test_a_curl_command_sends_the_request_again(run, feed):
    ask(run, "/x?q=a%20b", b'{"it\'s": 1}', **{"Content-Type": "application/json"})
    (seen,) = feed.poll().new
    command = recording.curl_of(feed.exchange(seen.number), run.url)
    from automock_tui.mocking.request_reading import read_request

    again = read_request(command)
    assert (again.method, again.path, again.query, json.loads(again.body)) == (
        "POST", "/x", [("q", "a b")], {"it's": 1},
    )  # fmt: skip
