"""Real answers for requests that were saved without one: against a real server on this machine."""

import base64
import json
import os
import socket
import subprocess
import sys
from collections import Counter

import pytest

from automock_tui.domain.errors import AutomockError, InvalidInput, NotFound
from automock_tui.importing.exchange import Request
from automock_tui.importing.imported import Options
from automock_tui.importing.source import open_source
from automock_tui.operations import execute
from automock_tui.operations.execute import Execution
from automock_tui.operations.http_call import CallFailed, call
from automock_tui.operations.importing import convert_document, create_from, import_into
from tests.operations.real_api import LOGIN_SCRIPT, PASSWORD, TOKEN, item, postman, serving, shop, source


@pytest.fixture(scope="module")
def server():
    with serving() as served:
        yield served


@pytest.fixture
def api(server):
    server.seen = []
    return server


@pytest.fixture
def base(api):
    return f"http://127.0.0.1:{api.server_port}"


@pytest.fixture(scope="module")
def dead():
    """A port that nobody listens on, held so that nobody else takes it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def run(document, *, agrees=True, variables=None, **options):
    """The expectations by the name of their path, the outcomes, and what was asked."""
    asked = []

    def agree(preview):
        asked.append(preview)
        return agrees

    made = convert_document(document, "auto", Options(**options), Execution(agree, variables=variables or {}))
    return json.loads(made.text), made, asked


def by_path(expectations):
    return {one["httpRequest"]["path"]: one for one in expectations}


def found(made, text):
    return [str(one) for one in made.report if text in str(one)]


def test_calls_follow_the_order_and_carry_variables(api, base):
    expectations, made, [preview] = run(shop(base))
    assert [(one[0], one[1]) for one in api.seen] == [
        ("POST", "/login"), ("GET", "/users/42"), ("GET", "/users/7"),
    ]  # fmt: skip
    assert api.seen[1][2]["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(api.seen[0][3]) == {"user": "ann", "password": PASSWORD}
    assert api.seen[0][2]["Content-Type"] == "application/json"
    host = base.removeprefix("http://")
    assert preview.hosts == {host: Counter(GET=2, POST=1)}
    assert preview.unsafe == Counter(POST=1)
    assert preview.skipped == [("lost", "not known: nobody")]
    assert [(one.where, one.status) for one in made.calls] == [
        ("log in", 200), ("me", 200), ("other", 200), ("lost", None),
    ]  # fmt: skip
    assert by_path(expectations)["/users/42"]["httpResponse"]["body"]["path"] == "/users/42"


def test_what_was_not_called_keeps_a_made_up_answer_and_says_so(api, base):
    expectations, made, _ = run(shop(base))
    assert by_path(expectations)["/users/{nobody}"]["httpResponse"] == {"statusCode": 204}
    assert found(made, "lost: no real answer: not known: nobody")
    assert found(made, "lost: no saved response: a plausible 204 was made up")
    assert not found(made, "me: variable")
    assert not found(made, "me: no saved response")


def test_secrets_are_used_and_not_kept(api, base):
    expectations, made, _ = run(shop(base))
    kept = json.dumps(expectations) + "".join(map(str, (*made.report, *made.calls)))
    assert TOKEN not in kept
    assert PASSWORD not in kept
    body = by_path(expectations)["/login"]["httpResponse"]["body"]
    assert body == {"access_token": "***", "user": {"id": 42, "name": "Ann"}}
    assert "s3ss10n" not in kept


def test_secrets_are_kept_where_that_is_asked_for(api, base):
    expectations, _, _ = run(shop(base), keep_secrets=True)
    assert by_path(expectations)["/login"]["httpResponse"]["body"]["access_token"] == TOKEN
    assert by_path(expectations)["/users/42"]["httpResponse"]["body"]["authorization"] == f"Bearer {TOKEN}"


def test_a_carried_secret_is_hidden_under_any_name(api, base):
    document = postman(
        base,
        item("log in", "POST", "{{base}}/login", script=LOGIN_SCRIPT),
        item("check", "GET", "{{base}}/check/{{token}}/now?r={{token}}&n=1"),
        item("check 2", "GET", "{{base}}/check2?n=2", X_Other="a {{token}}"),
        item("send", "POST", "{{base}}/send", body={"r": "{{token}}", "n": 1}),
        item("send 2", "POST", "{{base}}/send", body={"r": "x", "n": 2}),
        item("text", "PUT", "{{base}}/text", body="plain {{token}}"),
    )
    expectations, made, _ = run(document)
    assert api.seen[1][1] == f"/check/{TOKEN}/now?r={TOKEN}&n=1"
    assert TOKEN not in json.dumps(expectations) + "".join(map(str, (*made.report, *made.calls)))
    assert by_path(expectations)["/check/{value2}/now"]["httpRequest"]["pathParameters"] == {"value2": [".+"]}
    bodies = [
        one["httpRequest"]["body"]["json"] for one in expectations if one["httpRequest"]["path"] == "/send"
    ]
    assert {"r": "${json-unit.any-string}", "n": 1} in bodies


def test_values_that_clients_make_up_are_sent_and_match_any(api, base):
    document = postman(
        base,
        item("a", "POST", "{{base}}/made", body={"id": "{{$guid}}", "at": "{{$isoTimestamp}}", "n": 1}),
        item("b", "POST", "{{base}}/made", body={"id": "{{$guid}}", "at": "{{$isoTimestamp}}", "n": 2}),
    )
    expectations, _, _ = run(document)
    first, second = (json.loads(one[3]) for one in api.seen)
    assert len(first["id"]) == 36 != second["id"] != first["id"]
    assert [one["httpRequest"]["body"]["json"]["id"] for one in expectations] == ["${json-unit.any-string}"] * 2


def test_nothing_is_called_without_consent(api, base):
    with pytest.raises(AutomockError, match="Not confirmed"):
        run(shop(base), agrees=False)
    assert api.seen == []


def test_a_saved_answer_is_not_asked_for_again(api, base):
    one = item("kept", "GET", "{{base}}/kept") | {"response": [{"name": "ok", "code": 200, "body": "saved"}]}
    expectations, made, asked = run(postman(base, one))
    assert (api.seen, asked, made.calls) == ([], [], ())
    assert expectations[0]["httpResponse"]["body"] == "saved"


def test_a_host_out_of_reach_is_tried_once(api, base, dead):
    document = postman(
        dead, item("a", "GET", "{{base}}/a"), item("b", "GET", "{{base}}/b"), item("c", "GET", f"{base}/c")
    )
    expectations, made, _ = run(document)
    first, second, third = made.calls
    assert first.status is None
    assert first.reason.startswith("no connection: ")
    assert (second.status, second.reason) == (None, "its host could not be reached before")
    assert third.status == 200
    assert by_path(expectations)["/a"]["httpResponse"]["statusCode"] == 200
    assert found(made, "a: no saved response: a plausible 200 was made up")


def test_a_host_that_an_answer_names_was_not_agreed_to(api, base):
    script = "pm.environment.set('next', 'http://localhost:1')"
    document = postman(base, item("a", "GET", "{{base}}/a", script=script), item("b", "GET", "{{next}}/b"))
    _, made, [preview] = run(document)
    assert list(preview.hosts) == [base.removeprefix("http://")]
    assert made.calls[1].reason == "its host was not among those that were agreed to"
    changed = "pm.environment.set('base', 'http://localhost:1')"
    document = postman(base, item("a", "GET", "{{base}}/a", script=changed), item("b", "GET", "{{base}}/b"))
    _, made, _ = run(document)
    assert made.calls[1].reason == "its host was not among those that were agreed to"


def test_a_request_that_was_not_shown_is_not_called_where_it_turns_out_to_be_possible(api, base):
    script = f"pm.environment.set('next', '{base}')"
    document = postman(base, item("a", "GET", "{{base}}/a", script=script), item("b", "DELETE", "{{next}}/b"))
    _, made, [preview] = run(document)
    assert preview.methods == Counter(GET=1)
    assert made.calls[1].reason == "its host was not among those that were agreed to"
    assert [one[1] for one in api.seen] == ["/a"]


def test_variables_are_given_that_the_collection_lacks(api, base):
    document = postman("", item("a", "GET", "{{server}}/a", Authorization="Bearer {{token}}"))
    _, made, asked = run(document)
    assert (made.calls[0].reason, asked) == ("not known: server, token", [])
    expectations, made, _ = run(document, variables={"server": base, "token": TOKEN})
    assert made.calls[0].status == 200
    assert api.seen[0][2]["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in json.dumps(expectations)


def test_what_a_script_does_beyond_reading_is_named(api, base):
    script = (
        "pm.environment.set('sum', hash(pm.response.json()));\npm.environment.set('x', pm.response.json().no)"
    )
    _, made, _ = run(postman(base, item("a", "GET", "{{base}}/a", script=script)))
    assert found(made, "script: pm.environment.set('sum', hash(pm.response.json())): not understood")
    assert found(made, "carried variable x: not in the answer (200)")


def test_what_cannot_be_sent_whole_is_not_sent(api, base):
    files = {"mode": "formdata", "formdata": [{"key": "file", "type": "file", "src": "/etc/passwd"}]}
    upload = {"name": "up", "request": {"method": "POST", "url": f"{base}/up", "body": files}}
    signed = {"name": "in", "request": {"method": "GET", "url": f"{base}/in", "auth": {"type": "oauth2"}}}
    _, made, asked = run(postman(base, upload, signed, item("id", "GET", "{{base}}/x/:id")))
    assert [one.reason for one in made.calls] == [
        "formdata body is not sent", "sign-in by oauth2 is not sent", "not known: :id",
    ]  # fmt: skip
    assert (api.seen, asked) == ([], [])


def test_insomnia_carries_by_tags_and_scripts_in_the_order_it_shows(api, base):
    path = base64.b64encode(b"$.user.id").decode()
    tag = f"{{% response 'body', 'req_login', 'b64::{path}::46b', 'never', 60 %}}"
    document = source(
        {
            "_type": "export",
            "__export_format": 4,
            "resources": [
                {"_id": "env", "_type": "environment", "parentId": "wrk", "data": {"base": base, "uid": tag}},
                {"_id": "req_me", "_type": "request", "parentId": "wrk", "name": "me", "method": "GET",
                 "url": "{{ _.base }}/users/{{ _.uid }}", "metaSortKey": 20,
                 "headers": [{"name": "Authorization", "value": "Bearer {{ _.token }}"}]},
                {"_id": "req_login", "_type": "request", "parentId": "wrk", "name": "login", "method": "POST",
                 "url": "{{ _.base }}/login", "metaSortKey": 10, "afterResponseScript":
                 "insomnia.environment.set('token', insomnia.response.json().access_token)"},
            ],
        }
    )  # fmt: skip
    _, made, _ = run(document)
    assert [one.status for one in made.calls] == [200, 200], made.calls
    assert [one[1] for one in api.seen] == ["/login", "/users/42"]
    assert api.seen[1][2]["Authorization"] == f"Bearer {TOKEN}"


def test_bruno_carries_by_its_own_variables_in_its_own_order(api, base, tmp_path):
    (tmp_path / "bruno.json").write_text('{"version": "1", "name": "c", "type": "collection"}')
    (tmp_path / "a-me.bru").write_text(
        f"meta {{\n  name: me\n  type: http\n  seq: 2\n}}\n\n"
        f"get {{\n  url: {base}/users/{{{{uid}}}}\n  body: none\n"
        "  auth: bearer\n}\n\nauth:bearer {\n  token: {{token}}\n}\n"
    )
    (tmp_path / "b-login.bru").write_text(
        f"meta {{\n  name: login\n  type: http\n  seq: 1\n}}\n\n"
        f"post {{\n  url: {base}/login\n  body: none\n}}\n\n"
        "vars:post-response {\n  uid: res.body.user.id\n  ~off: res.body.x\n}\n\n"
        "script:post-response {\n  bru.setVar('token', res.body.access_token);\n}\n"
    )
    _, made, _ = run(open_source(tmp_path))
    assert [one.status for one in made.calls] == [200, 200], made.calls
    assert [one[1] for one in api.seen] == ["/login", "/users/42"]
    assert api.seen[1][2]["Authorization"] == f"Bearer {TOKEN}"


def test_opencollection_carries_by_actions(api, base):
    action = {"type": "set-variable", "phase": "after-response",
              "selector": {"expression": "res.body.user.id", "method": "jsonq"},
              "variable": {"name": "uid", "scope": "runtime"}}  # fmt: skip
    login = {"info": {"name": "login", "type": "http", "seq": 1}, "runtime": {"actions": [action]},
             "http": {"method": "POST", "url": f"{base}/login"}}  # fmt: skip
    user = {"info": {"name": "user", "type": "http", "seq": 2},
            "http": {"method": "GET", "url": f"{base}/users/{{{{uid}}}}"}}  # fmt: skip
    run(source({"opencollection": "1.0.0", "info": {"name": "c"}, "items": [user, login]}))
    assert [one[1] for one in api.seen] == ["/login", "/users/42"]


def test_curl_commands_are_called_as_they_are(api, base):
    script = (
        f"curl {base}/moved\ncurl -L {base}/moved\ncurl {base}/form -d 'a=1&b=two words'\n"
        f'curl {base}/mine -H "X-Key: $API_KEY"\ncurl {base}/up --data @file.json\n'
        f"curl -u ann:{PASSWORD} {base}/basic\n"
    )
    expectations, made, _ = run(source(script, "calls.sh"))
    assert [(one[0], one[1]) for one in api.seen] == [
        ("GET", "/moved"), ("GET", "/moved"), ("GET", "/there"), ("POST", "/form"), ("GET", "/basic"),
    ]  # fmt: skip
    assert api.seen[3][2]["Content-Type"] == "application/x-www-form-urlencoded"
    assert [one.status for one in made.calls] == [302, 200, 200, None, None, 200]
    assert made.calls[3].reason == "not known: $API_KEY"
    assert made.calls[4].reason == "the content of a file is not sent"
    basic = base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    assert api.seen[4][2]["Authorization"] == f"Basic {basic}"
    assert basic not in json.dumps(expectations)


def test_a_user_in_an_address_signs_in_and_is_not_shown(api, base):
    host = base.removeprefix("http://")
    expectations, made, [preview] = run(source(f"curl http://ann:{PASSWORD}@{host}/basic", "call.sh"))
    basic = base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    assert api.seen[0][2]["Authorization"] == f"Basic {basic}"
    assert list(preview.hosts) == [host]
    kept = json.dumps(expectations) + str(made.calls) + str(made.report)
    assert PASSWORD not in kept
    assert basic not in kept


def ask(base, path, **options):
    return call(Request("GET", path, origin=base), **options)


def test_redirects_stay_at_their_host(api, base):
    assert ask(base, "/moved").status == 200
    assert [one[1] for one in api.seen] == ["/moved", "/there"]
    assert ask(base, "/moved", follows=False).status == 302
    api.seen.clear()
    answer = ask(base, "/away")
    assert (answer.status, answer.data) == (302, b"gone")
    assert [one[1] for one in api.seen] == ["/away"]
    with pytest.raises(CallFailed, match="redirects more than"):
        ask(base, "/circle")


def test_a_post_that_is_sent_on_becomes_a_get(api, base):
    assert call(Request("POST", "/moved", body='{"a": 1}', origin=base)).status == 200
    assert [(one[0], one[1], one[3]) for one in api.seen] == [
        ("POST", "/moved", '{"a": 1}'),
        ("GET", "/there", ""),
    ]


def test_an_answer_is_bounded(api, base):
    assert ask(base, "/packed").data == b'{"packed": true}'
    for path in ("/large", "/bomb"):
        with pytest.raises(CallFailed, match="larger than 5,120 KiB"):
            ask(base, path)
    with pytest.raises(CallFailed, match="broke off"):
        ask(base, "/broken")
    with pytest.raises(CallFailed, match="status 799"):
        ask(base, "/odd")


def test_a_server_that_never_ends_is_left_in_time(api, base):
    api.hung_up.clear()
    with pytest.raises(CallFailed, match=r"no whole answer within 0\.5 s"):
        ask(base, "/drip", timeout=0.5)
    assert api.hung_up.wait(30)


def test_a_server_that_says_nothing_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(CallFailed, match=r"no whole answer within 0\.3 s"):
            ask(base, "/", timeout=0.3)


def test_an_error_does_not_quote_what_was_sent(base, api):
    request = Request("GET", "/", headers=[("X-Key", f"{TOKEN}\nInjected: 1")], origin=base)
    with pytest.raises(CallFailed) as caught:
        call(request)
    assert TOKEN not in caught.value.reason
    assert api.seen == []


def test_an_answer_that_nests_too_deep_is_kept_as_text(api, base):
    expectations, _, _ = run(postman(base, item("deep", "GET", "{{base}}/deep")))
    assert expectations[0]["httpResponse"]["body"] == "[" * 400 + "]" * 400


def test_answers_are_bounded_together(api, base, monkeypatch):
    monkeypatch.setattr(execute, "MAX_RECORDED", 10)
    _, made, _ = run(postman(base, item("a", "GET", "{{base}}/a"), item("b", "GET", "{{base}}/b")))
    assert [one.status for one in made.calls] == [200, None]
    assert "are recorded already" in made.calls[1].reason
    assert len(api.seen) == 1


@pytest.mark.parametrize("path", ["/half", "/half?a=\ud800"])
def test_half_a_letter_is_sent_as_a_whole_one(api, base, path):
    document = postman(base, item("half", "POST", "{{base}}" + path, body="\ud800 and", X_Half="\ud800"))
    _, made, _ = run(document)
    assert made.calls[0].status == 200
    assert api.seen[0][3] == "\ufffd and"
    assert "\ud800" not in made.text


def test_half_a_letter_cannot_be_sent(base):
    with pytest.raises(CallFailed, match="cannot be sent"):
        call(Request("POST", "/half", body="\ud800 and", origin=base))


def test_a_head_and_no_cookie_and_no_proxy(api, base, monkeypatch, dead):
    monkeypatch.setenv("http_proxy", dead)
    assert ask(base, "/login").status == 200
    assert call(Request("HEAD", "/login", origin=base)).data == b""
    assert "Cookie" not in api.seen[1][2]


def test_formats_with_answers_of_their_own_have_nothing_to_call(api):
    with pytest.raises(InvalidInput, match="no requests to call"):
        run(source({"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {}}))


def test_a_project_that_cannot_be_made_is_told_before_any_call(workspace, api, base):
    execution = Execution(lambda _: True)
    create_from(workspace, "shop", shop(base), execution=execution)
    done = import_into(workspace, "shop", shop(base), execution=execution)
    assert (done.added, done.replaced, len(done.calls)) == (0, 4, 4)
    api.seen.clear()
    for name in ("shop", "Bad Name"):
        with pytest.raises(InvalidInput):
            create_from(workspace, name, shop(base), execution=execution)
    with pytest.raises(NotFound):
        import_into(workspace, "nowhere", shop(base), execution=execution)
    assert api.seen == []


def automock(home, *arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "AUTOMOCK_"))}
    return subprocess.run(
        [sys.executable, "-m", "automock_tui", "--workspace", "local", *arguments],
        env=kept | {"AUTOMOCK_HOME": str(home), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_command_asks_and_has_nobody_to_ask(api, base, tmp_path):
    document = tmp_path / "shop.json"
    document.write_bytes(shop(base).data)
    words = ["init", "--project", "shop", "--from", str(document), "--execute"]
    refused = automock(tmp_path / "home", *words)
    assert (refused.returncode, refused.stdout, api.seen) == (2, "", [])
    assert "--yes" in refused.stderr
    bad = automock(tmp_path / "home", *words, "--yes", "--variable", "nobody")
    assert (bad.returncode, api.seen) == (2, [])
    done = automock(tmp_path / "home", *words, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [one["status"] for one in said["calls"]] == [200, 200, 200, None]
    assert said["calls"][3]["reason"] == "not known: nobody"
    for line in ("GET 2, POST 1", "1 of 3 are not safe", "not called: lost", "Recorded 3 of 4"):
        assert line in done.stderr
    assert TOKEN not in done.stdout + done.stderr


@pytest.mark.parametrize("typed", ["yes", "y", ""])
def test_only_a_typed_yes_is_consent(api, base, typed, monkeypatch, capsys):
    import click

    from automock_tui.cli import executing

    monkeypatch.setattr(executing.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: typed)
    execution = executing.execution_of(execute=True, yes=False)
    if typed == "yes":
        assert convert_document(shop(base), execution=execution).calls
    else:
        with pytest.raises(AutomockError, match="Not confirmed"):
            convert_document(shop(base), execution=execution)
        assert api.seen == []
    assert "1 of 3 are not safe: they may change data there (POST 1)." in capsys.readouterr().err
