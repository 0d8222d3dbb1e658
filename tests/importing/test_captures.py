"""What is carried from an answer to the requests after it, read from scripts, expressions and tags."""

import base64
import json
import time

import pytest

from automock_tui.importing.captures import Answer, Capture, path_of, response_tag
from automock_tui.importing.scripts import MAX_SCRIPT, read_expression, read_script

ANSWER = Answer(
    201,
    [("Location", "/users/7"), ("Set-Cookie", "sid=abc123; Path=/; HttpOnly"), ("X-Id", "x7")],
    json.dumps(
        {"token": "t0", "user": {"id": 7, "tags": ["a", "b"]}, "odd-key": {"x y": True}, "none": None}
    ).encode(),
)


def carried(script):
    read = read_script(script)
    return {one.name: one.value(ANSWER) for one in read.captures}, read.unread


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('pm.environment.set("t", pm.response.json().token);', {"t": "t0"}),
        ("pm.collectionVariables.set('id', pm.response.json().user.id)", {"id": "7"}),
        ('pm.globals.set("tag", pm.response.json().user.tags[1]);', {"tag": "b"}),
        ('pm.variables.set("odd", pm.response.json()["odd-key"]["x y"]);', {"odd": "true"}),
        ('var jsonData = JSON.parse(responseBody);\npostman.setEnvironmentVariable("t", jsonData.token);',
         {"t": "t0"}),
        ("const r = pm.response.json();\nconst u = r.user;\npm.environment.set('id', u.id.toString());",
         {"id": "7"}),
        ("const { token, user: who } = pm.response.json()\npm.environment.set('a', token)\n"
         "pm.environment.set('b', who.id)", {"a": "t0", "b": "7"}),
        ("pm.environment.set('l', pm.response.headers.get('location'))", {"l": "/users/7"}),
        ("pm.environment.set('s', pm.cookies.get('sid'))", {"s": "abc123"}),
        ("pm.environment.set('c', pm.response.code); pm.environment.set('k', 'fixed, \\'too\\'');",
         {"c": "201", "k": "fixed, 'too'"}),
        ("if (pm.response.code === 201) {\n  pm.environment.set(\n    'id',\n"
         "    pm.response.json()?.user?.id\n  );\n}",
         {"id": "7"}),
        ("// pm.environment.set('no', 1)\n/* pm.environment.set('nor', 1) */\n"
         "pm.environment.set('u', 'http://h/x') // then", {"u": "http://h/x"}),
        ("bru.setVar('id', res.body.user.id); bru.setEnvVar('h', res.getHeader('x-id'))",
         {"id": "7", "h": "x7"}),
        ("insomnia.environment.set('t', insomnia.response.json().token)", {"t": "t0"}),
    ],
)  # fmt: skip
def test_plain_settings_are_read_without_running_the_script(script, expected):
    assert carried(script) == (expected, ())


@pytest.mark.parametrize(
    "script",
    [
        "pm.environment.set('x', CryptoJS.SHA1(pm.response.json().token))",
        "pm.environment.set('x', 'Bearer ' + pm.response.json().token)",
        "pm.environment.set(name, pm.response.json().token)",
        "pm.environment.set('x', jsonData.token)",
        "let a = pm.response.json().token; a = other(); pm.environment.set('x', a)",
        "pm.environment.set('x', pm.response.json().user.tags.map(t => t.id)[0])",
        "pm.environment.set('x', `n${pm.response.code}`)",
        "pm.environment.set('x'",
    ],
)
def test_what_only_running_could_tell_is_named_and_not_guessed(script):
    values, unread = carried(script)
    assert values == {}
    assert len(unread) == 1
    assert unread[0].startswith("pm.environment.set(")


def test_a_value_that_the_answer_lacks_is_not_carried():
    values, _ = carried(
        "pm.environment.set('x', pm.response.json().none); pm.environment.set('y', responseBody)"
    )
    assert values == {"x": None, "y": ANSWER.text}
    assert Capture("x", "body", ("user", "tags", 9)).value(ANSWER) is None
    assert Capture("x", "body", ("token", "deeper")).value(ANSWER) is None
    assert Capture("x", "body", ("a",)).value(Answer(200, [], b"<html>")) is None
    assert Capture("x", "cookie", ("other",)).value(ANSWER) is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("res.body.user.tags[0]", "a"),
        ("res('user.tags[1]')", "b"),
        ("res.status", "201"),
        ("res.headers.location", "/users/7"),
        ('res.headers["x-id"]', "x7"),
        ("res.body", ANSWER.text),
    ],
)
def test_expressions_of_bruno(expression, expected):
    found = read_expression("v", expression).value(ANSWER)
    assert found == expected or json.loads(found) == json.loads(expected)


@pytest.mark.parametrize(
    "expression", ["", "res.bodyguard", "res.body.items.length()", "Date.now()", "req.body.x"]
)
def test_other_expressions_are_not_guessed(expression):
    assert read_expression("v", expression) is None


def test_tags_of_insomnia():
    coded = f"b64::{base64.b64encode(b'$.user.id').decode()}::46b"
    tag = response_tag(f"{{% response 'body', 'req_1', '{coded}', 'never', 60 %}}")
    assert tag.identity == "req_1"
    assert tag.capture.value(ANSWER) == "7"
    assert response_tag("{% response 'header', 'req_1', 'X-Id' %}").capture.value(ANSWER) == "x7"
    assert response_tag("{% response 'raw', 'req_1', '' %}").capture.value(ANSWER) == ANSWER.text
    assert response_tag("{% response 'body', 'req_1', '$..id' %}") is None
    assert response_tag("{% response 'body', 'req_1', 'b64::%%::46b' %}") is None
    assert response_tag("{% uuid 'v4' %}") is None


def test_paths():
    assert path_of("") == ()
    assert path_of(".a[0]['b c']?.d") == ("a", 0, "b c", "d")
    assert path_of(".a(1)") is None
    assert path_of(".a + 1") is None


@pytest.mark.parametrize(
    "hostile", ["\\`", "'\\'", "/*", "a=", "pm.environment.set(", "const {", '"', "res.body[", "`${"]
)
def test_a_hostile_script_takes_no_time_that_grows_without_end(hostile):
    """Processor time of a script of 200,000 letters: well under a second, where a square would be minutes."""
    begun = time.process_time()
    read_script(hostile * (MAX_SCRIPT * 4 // len(hostile)))
    assert time.process_time() - begun < 5
