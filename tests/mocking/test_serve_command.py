"""`serve` and `explain` as a user runs them, in processes of their own."""

import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.certificates import write_certificate
from tests.parts import mockserver_jar

EXAMPLE = Path(__file__).parents[2] / "examples" / "petstore.json"
ONE = '[{"id": "a", "httpRequest": {"path": "/a"}, "httpResponse": {"body": "%s"}}]'


@pytest.fixture
def environment(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AUTOMOCK_"))}
    return kept | {"AUTOMOCK_HOME": str(tmp_path / "home")}


def command(*arguments):
    return [sys.executable, "-m", "automock_tui", *map(str, arguments)]


def run(environment, *arguments, text=""):
    return subprocess.run(
        command(*arguments), env=environment, input=text, capture_output=True, text=True, timeout=30
    )


@pytest.fixture
def serving(environment):
    """Starts `serve` on a free port; gives the process and its address."""

    @contextlib.contextmanager
    def start(*arguments, cwd=None):
        process = subprocess.Popen(
            command("serve", *arguments, "--port", "0"), env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=cwd,
        )  # fmt: skip
        try:
            url = process.stdout.readline().strip()
            assert url.startswith("http"), process.stderr.read()
            yield process, url
        finally:
            process.kill()
            process.wait()

    return start


def fetch(url, context=None):
    try:
        with urllib.request.urlopen(url, timeout=5, context=context) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def becomes(url, wanted, seconds=5):
    end = time.monotonic() + seconds
    while (found := fetch(url)) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_a_file_is_served_and_followed(serving, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text(ONE % "one")
    with serving(path) as (process, url):
        assert fetch(url + "/a") == (200, "one")
        path.write_text(ONE % "two")
        assert becomes(url + "/a", (200, "two")) == (200, "two")
        path.write_text('[{"broken')
        time.sleep(1.2)
        assert fetch(url + "/a") == (200, "two")
        path.write_text(ONE % "three")
        assert becomes(url + "/a", (200, "three")) == (200, "three")
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Not valid JSON" in words
    assert "Stopped: SIGTERM." in words


def test_files_that_a_set_names_are_followed(serving, tmp_path):
    description = {
        "openapi": "3.0.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/old": {"get": {"responses": {"200": {"description": "ok"}}}}},
    }
    (tmp_path / "api.json").write_text(json.dumps(description))
    (tmp_path / "answer.vm").write_text('{"statusCode": 200, "body": "one"}')
    templated = {"templateType": "VELOCITY", "templateFile": "answer.vm"}
    own = {"id": "t", "httpRequest": {"path": "/t"}, "httpResponseTemplate": templated}
    (tmp_path / "mocks.json").write_text(json.dumps([{"specUrlOrPayload": "api.json"}, own]))
    with serving(tmp_path / "mocks.json") as (_process, url):
        assert fetch(url + "/old")[0] == 200
        assert fetch(url + "/t") == (200, "one")
        description["paths"]["/new"] = description["paths"].pop("/old")
        (tmp_path / "api.json").write_text(json.dumps(description))
        assert becomes(url + "/old", (404, ""), 10)[0] == 404
        assert fetch(url + "/new")[0] == 200
        (tmp_path / "answer.vm").write_text('{"statusCode": 200, "body": "two"}')
        assert becomes(url + "/t", (200, "two"), 10) == (200, "two")


def test_it_ends_when_its_time_is_over(serving, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text(ONE % "one")
    with serving(path, "--ttl-hours", "0.0005") as (process, _url):
        _, words = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "its time to live is over" in words


def test_a_project_is_served_and_followed(serving, environment, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text(ONE % "one")
    made = subprocess.run(
        command("init", "--project", "shop", "--from", path),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert made.returncode == 0, made.stderr
    with serving("--project", "shop") as (_process, url):
        assert fetch(url + "/a") == (200, "one")
        stored = next((tmp_path / "home").rglob("expectations.json"))
        stored.write_text(ONE % "two")
        assert becomes(url + "/a", (200, "two"), 8) == (200, "two")


def test_the_control_plane_can_be_closed(serving, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text(ONE % "one")
    with serving(path, "--no-control") as (_process, url):
        request = urllib.request.Request(url + "/mockserver/reset", method="PUT")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(request, timeout=5)
        assert fetch(url + "/a") == (200, "one")


def test_a_key_with_a_password_is_refused_and_nobody_is_asked(environment, tmp_path):
    write_certificate(tmp_path / "cert.pem", tmp_path / "key.pem", password=b"secret")
    done = run(
        environment, "serve", EXAMPLE, "--tls-cert", tmp_path / "cert.pem", "--tls-key", tmp_path / "key.pem"
    )
    assert done.returncode == 2
    assert "has a password" in done.stderr


def test_stop_over_the_control_plane(serving, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text(ONE % "one")
    with serving(path) as (process, url):
        urllib.request.urlopen(
            urllib.request.Request(url + "/mockserver/stop", method="PUT"), timeout=5
        ).close()
        _, words = process.communicate(timeout=10)
    assert "stopped over the control plane" in words


def test_https(serving, tmp_path):
    path, key, certificate = tmp_path / "mocks.json", tmp_path / "key.pem", tmp_path / "cert.pem"
    path.write_text('[{"httpRequest": {"secure": true}, "httpResponse": {"body": "safe"}}]')
    write_certificate(certificate, key)
    with serving(path, "--tls-cert", certificate, "--tls-key", key) as (_process, url):
        assert url.startswith("https://")
        assert fetch(url + "/a", ssl.create_default_context(cafile=certificate)) == (200, "safe")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["serve"], 2, "FILE or --project"),
        (["serve", "/nowhere.json"], 2, "cannot be read"),
        (["serve", "--project", "nobody"], 3, "nobody"),
        (["serve", EXAMPLE, "--tls-key", "x"], 2, "--tls-cert"),
        (["serve", EXAMPLE, "--tls-cert", "/nowhere.pem"], 2, "certificate"),
        (["serve", EXAMPLE, "--host", "203.0.113.1"], 1, "Cannot listen"),
        (["explain", EXAMPLE, "--request", "nonsense"], 2, "Not a request"),
        (["explain", EXAMPLE, "--request", "curl"], 2, "Not a request"),
        (["explain", EXAMPLE, "--request", "curl -X"], 2, "-X has no value"),
        (["explain", EXAMPLE, "--request", '{"a": 1}'], 2, "HAR"),
    ],
)
def test_bad_input_says_what_to_do(environment, arguments, code, words):
    done = subprocess.run(command(*arguments), env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_what_mockserver_refuses_is_not_served(environment, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text('[{"httpResponse": {"statusCode": "x"}}]')
    done = subprocess.run(command("serve", path), env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "line 1: statusCode is a text" in done.stderr


@pytest.mark.parametrize(
    ("given", "winner"),
    [
        ("GET /pets", "list-pets"),
        ("curl -s 'http://localhost:1080/pets?limit=2' -H 'Accept: application/json'", "list-pets"),
        ('{"request": {"method": "GET", "url": "http://x/pets", "headers": []}}', "list-pets"),
        ('{"log": {"entries": [{"request": {"method": "GET", "url": "http://x/pets"}}]}}', "list-pets"),
    ],
)
def test_explain_names_the_winner(environment, given, winner):
    done = run(environment, "explain", EXAMPLE, "--request", given, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["winner"] == winner


def test_explain_names_each_field_of_a_near_miss(environment, tmp_path):
    path = tmp_path / "mocks.json"
    wanted = {
        "method": "POST", "path": "/orders/{id}", "pathParameters": {"id": ["[0-9]+"]},
        "queryStringParameters": {"dry": ["true"]}, "headers": {"X-Key": ["k.*"]}, "cookies": {"s": "1"},
        "body": {"items": [{"sku": "a"}], "total": 3},
    }  # fmt: skip
    far = {"path": "/something/else"}
    path.write_text(json.dumps([{"id": "far", "httpRequest": far, "httpResponse": {}},
                                {"id": "near", "httpRequest": wanted, "httpResponse": {}}]))  # fmt: skip
    request = (
        "PUT /orders/x?dry=no\nX-Key: z\nCookie: s=2\nContent-Type: application/json\n\n"
        + '{"items": [], "total": "3"}'
    )
    done = run(environment, "explain", path, "--request", "-", "--json", text=request)
    found = json.loads(done.stdout)
    assert (found["matched"], [one["expectation_id"] for one in found["near_misses"]]) == (
        False,
        ["near", "far"],
    )
    fields = {one["field"]: (one["expected"], one["actual"]) for one in found["near_misses"][0]["differences"]}
    assert fields["method"] == ("POST", "PUT")
    assert fields["pathParameters.id"] == ("[0-9]+", "x")
    assert fields["queryStringParameters.dry"] == ("true", "no")
    assert fields["headers.X-Key"] == ("k.*", "z")
    assert fields["cookies.s"] == ("1", "2")
    reasons = found["near_misses"][0]["differences"][1]["reason"]
    assert "$.items[0]" in reasons
    assert '$.total: expected 3, found "3"' in reasons


def test_explain_says_who_would_match_but_may_not_answer(environment, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text(json.dumps([
        {"id": "later", "httpRequest": {"path": "/a"}, "httpResponse": {},
         "scenarioName": "S", "scenarioState": "two"},
        {"id": "now", "httpRequest": {"path": "/.*"}, "httpResponse": {}},
        {"id": "spare", "httpRequest": {}, "httpResponse": {}},
    ]))  # fmt: skip
    done = subprocess.run(
        command("explain", path, "--request", "GET /a"),
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Answered by now")
    assert "would match too: spare" in lines[1]
    assert "scenario S is in state Started, not two" in done.stdout


@pytest.mark.part("mockserver")
def test_the_real_mockserver_by_choice(serving, tmp_path):
    path = tmp_path / "mocks.json"
    path.write_text(ONE % "one")
    with serving(path, "--engine", "mockserver", "--jar", mockserver_jar(), cwd=tmp_path) as (process, url):
        assert fetch(url + "/a") == (200, "one")
        status = urllib.request.Request(url + "/mockserver/status", method="PUT")
        with urllib.request.urlopen(status, timeout=5) as response:
            assert "mockserver" in json.load(response)["artifactId"]
        path.write_text(ONE % "two")
        assert becomes(url + "/a", (200, "two"), seconds=30) == (200, "two")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert "Stopped: SIGTERM" in process.stderr.read()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url + "/a", timeout=5)
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".pem"] == []


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--jar", "x.jar"], 2, "--jar needs --engine mockserver"),
        (["--engine", "mockserver", "--jar", "nowhere.jar"], 2, "The jar is not there"),
        (["--engine", "mockserver", "--no-control"], 2, "--no-control"),
        (["--engine", "mockserver", "--tls-cert", "a.pem"], 2, "its own certificate"),
    ],
)
def test_the_real_mockserver_says_what_is_wrong(environment, options, code, words):
    done = run(environment, "serve", EXAMPLE, *options)
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr


def test_without_any_mockserver_it_says_how_to_get_each(environment, monkeypatch, tmp_path):
    from automock_tui.domain.errors import AutomockError
    from automock_tui.operations import real_engine

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(real_engine.JAR_VARIABLE, raising=False)
    monkeypatch.setenv("MOCKSERVER_SKIP_BINARY_DOWNLOAD", "1")
    monkeypatch.setenv("MOCKSERVER_BINARY_CACHE", str(tmp_path))
    with pytest.raises(AutomockError, match="MockServer is not here") as found:
        real_engine.find_engine()
    assert all(word in found.value.hint for word in ("--jar", "Docker", "mockserver-client"))
