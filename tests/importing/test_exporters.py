"""Exports: what comes back is what was there, and what has no place in a format is said."""

import json
import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automock_tui.domain.errors import InvalidInput
from automock_tui.importing.curl import read_command
from automock_tui.importing.curl_words import commands
from automock_tui.importing.imported import Report
from automock_tui.operations.exporting import export
from tests.importing.documents import DATA, from_text, imported

SET = imported(DATA / "postman" / "21-petstore-expanded.json").expectations
TEXT = json.dumps(SET)


def test_json_is_the_text_itself():
    odd = '[ {"httpRequest": {"path":  "/a"}, "httpResponse": {"delay": {"value": 1.50}} } ]\n'
    assert export(odd, "json") == (odd, ())


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_yaml_comes_back_as_the_same(body):
    one = {"id": "a", "httpRequest": {"path": "/a"}, "httpResponse": {"body": {"x": body}}}
    text, report = export(json.dumps([one]), "yaml")
    assert not report
    assert from_text(text).expectations == [one]


@pytest.mark.parametrize(
    "word", ["yes", "no", "1e3", "0x1F", "012", "1_000", "2024-01-01", "~", "=", "<<", "12:30:00"]
)
def test_yaml_keeps_texts_that_look_like_something_else(word):
    one = {"id": "a", "httpRequest": {"path": "/a"}, "httpResponse": {"body": word, "headers": {word: [word]}}}
    assert from_text(export(json.dumps([one]), "yaml")[0]).expectations == [one]


def test_a_har_export_can_be_imported_again():
    text, _ = export(TEXT, "har")
    again = from_text(text).expectations
    wanted = sorted(json.dumps(one["httpResponse"], sort_keys=True) for one in SET)
    found = []
    for one in again:
        found += [
            json.dumps(part, sort_keys=True) for part in one.get("httpResponses", [one.get("httpResponse")])
        ]
    assert sorted(found) == wanted


def test_curl_commands_say_what_the_expectation_matches():
    hard = {
        "id": "it's",
        "httpRequest": {
            "method": "POST",
            "path": "/a b",
            "queryStringParameters": {"q": ["x & 'y'"]},
            "headers": {"X-A": ['"quoted" $HOME']},
            "body": {"type": "JSON", "json": {"a": "it's"}},
        },
        "httpResponse": {"statusCode": 200},
    }
    text, _ = export(json.dumps([hard]), "curl")
    (words,) = commands(text)
    assert words == shlex.split(text.splitlines()[1])[1:]
    [request] = read_command(words, "", Report())
    assert (request.method, request.path, request.query) == ("POST", "/a%20b", [("q", "x & 'y'")])
    assert request.header("x-a") == '"quoted" $HOME'
    assert json.loads(request.body) == {"a": "it's"}


def test_what_has_no_place_is_said():
    odd = [
        {"id": "fwd", "httpRequest": {"path": "/a"}, "httpForward": {"host": "h"}},
        {"id": "re", "httpRequest": {"path": "/a/.*"}, "httpResponse": {}},
        {"id": "any", "httpResponse": {"statusCode": 200}},
        {"id": "dns", "httpRequest": {"dnsName": "x"}, "dnsResponse": {}},
    ]
    text, report = export(json.dumps(odd), "openapi")
    assert json.loads(text)["paths"] == {}
    assert {one.where for one in report} == {"fwd", "re", "any", "dns"}
    assert json.loads(export(json.dumps(odd), "har")[0])["log"]["entries"][0]["comment"] == "re"


def test_an_unknown_format_is_refused():
    with pytest.raises(InvalidInput, match="No format"):
        export("[]", "xml")


def test_values_of_a_response_are_no_patterns():
    answer = {"headers": {"X-A": ["!a.*", "?[b]"]}, "cookies": {"c": "(x)"}, "body": "^y$"}
    one = {"id": "a", "httpRequest": {"path": "/a"}, "httpResponse": answer}
    (entry,) = json.loads(export(json.dumps([one]), "har")[0])["log"]["entries"]
    sent = [(pair["name"], pair["value"]) for pair in entry["response"]["headers"]]
    assert sent == [("X-A", "!a.*"), ("X-A", "?[b]"), ("Set-Cookie", "c=(x)")]
    assert entry["response"]["content"]["text"] == "^y$"
