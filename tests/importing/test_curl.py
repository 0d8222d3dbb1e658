"""curl commands: the options that say something of the request, and the shells that they are written for."""

from __future__ import annotations

import base64

import pytest

from automock_tui.importing.convert import collect
from automock_tui.importing.source import Source


def read(text: str):
    """The requests of a script, and what is said of it."""
    collected = collect(Source("x.sh", text.encode()), "curl")
    return [one.request for one in collected.exchanges], [str(one) for one in collected.report.findings]


def one(text: str):
    [request], report = read(text)
    return request, report


@pytest.mark.parametrize(
    "option",
    [
        "--proto '=https'", "--tlsv1.2", "--connect-to a:1:b:2", "--max-filesize 10", "--retry-all-errors",
        "--proxy-header 'A: b'", "--rate 2/s", "-sSfLk", "-so /dev/null", "-w '%{http_code}'", "-Z",
        "--resolve x:1:1.2.3.4", "-z file", "-Q pwd", "-t a", "-m5", "--compressed", "-4", "--unix-socket /s",
        "--ciphers A", "> out.json", "2>&1", ">> out.json 2>/dev/null", "--variable a=b", "-#", "-N",
    ],
)  # fmt: skip
def test_an_option_that_says_nothing_of_the_request_takes_no_address_away(option):
    for text in (f"curl {option} http://h/p", f"curl http://h/p {option}"):
        request, report = one(text)
        assert (request.method, request.path, request.origin) == ("GET", "/p", "http://h")
        assert report == []


@pytest.mark.parametrize(
    ("text", "method", "body"),
    [
        ("curl h -d a=1 -d b=2", "POST", [("a", "1"), ("b", "2")]),
        ("curl h --data-urlencode 'q=a b&c'", "POST", [("q", "a b&c")]),
        ("curl h --data-urlencode '=a b'", "POST", "a+b"),
        ("curl h --data-urlencode 'plain text'", "POST", "plain+text"),
        ("curl h --json '{\"a\":1}' --json ' '", "POST", '{"a":1} '),
        ("curl h --data-raw '@not-a-file'", "POST", "@not-a-file"),
        ("curl h -X PURGE", "PURGE", ""),
        ("curl -XPUT h -d x", "PUT", "x"),
        ("curl -I h", "HEAD", ""),
        ("curl --request=PATCH h --data=x", "PATCH", "x"),
        ('curl h -d @- <<\'EOF\'\n{"it\'s": "$HOME"}\nEOF\n', "POST", '{"it\'s": "$HOME"}'),
        ("curl h --data-binary @- <<-END | jq .\n\ta\n\tb\n\tEND\n", "POST", "\ta\n\tb"),
        ("curl h -d @- <<< 'here'", "POST", "here"),
        ("curl h -d '<a/>'", "POST", "<a/>"),
        ("curl h -d $'\\u00e9\\xc3\\xa9\\n\\'\\101'", "POST", "éé\n'A"),
        ("curl h -d $'\\ud83d\\ude00'", "POST", "😀"),
        ('curl h -d "{\\"a\\": \\"b\\"}"', "POST", '{"a": "b"}'),
        ("curl.exe h `\n  -d 'x'", "POST", "x"),
    ],
)
def test_what_is_sent(text, method, body):
    request, report = one(text)
    assert request.method == method
    assert (request.form if isinstance(body, list) else request.body) == body
    assert [line for line in report if "shell variable" not in line] == []


def test_a_query_is_put_together():
    request, _ = one("curl -G 'http://h/p?a=1' -d b=2 --data-urlencode 'c=x y' --url-query d=4")
    assert request.query == [("a", "1"), ("d", "4"), ("b", "2"), ("c", "x y")]
    assert request.method == "GET"


def test_headers_and_users():
    request, report = one(
        "curl http://h -H 'A: 1' -H 'Empty;' -H 'Accept:'"
        " -H @file -A me -e http://r -b a=1 -b jar.txt -u ann:pw"
    )
    basic = base64.b64encode(b"ann:pw").decode()
    assert request.headers == [
        ("A", "1"), ("Empty", ""), ("User-Agent", "me"), ("Referer", "http://r"), ("Cookie", "a=1"),
        ("Authorization", f"Basic {basic}"),
    ]  # fmt: skip
    assert report == [
        "command 1: headers of the file file: not read",
        "command 1: cookies of the file jar.txt: not read",
    ]


def test_other_sign_in_is_not_taken_for_basic():
    request, report = one("curl --digest -u ann:pw http://h")
    assert (request.headers, request.unsent) == ([], "sign-in by digest")
    assert report == ["command 1: sign-in by digest: not matched: the mock answers with and without it"]


def test_several_requests_of_one_command():
    requests, _ = read("curl http://h/a http://h/b -d x --next -X DELETE http://h/c\ncurl http://h/d & wait")
    assert [(each.method, each.path) for each in requests] == [
        ("POST", "/a"), ("POST", "/b"), ("DELETE", "/c"), ("GET", "/d"),
    ]  # fmt: skip


def test_what_a_shell_or_curl_would_fill_in_is_said():
    _, report = one('curl "$BASE_URL/items/{1,2}" -H "A: ${TOKEN}" -d @body.json -K opts --request-target /x')
    assert report == [
        "command 1: file body.json: not read: any body is accepted",
        "command 1: options of the file opts: not read",
        "command 1: request target /x: left out: the path of the address is matched",
        "command 1: shell variable $BASE_URL: not known: its name is used as its value",
        "command 1: shell variable ${TOKEN}: not known: its name is used as its value",
        "command 1: several addresses {1,2}: not written out: taken as it is",
    ]


CHROME_CMD = r"""curl ^"https://example.com/a?b=1^&c=2^" ^
  -H ^"accept: application/json^" ^
  -X ^"PUT^" ^
  --data-raw ^"^{^\^"name^\^":^\^"O'Neil ^%^41 ^^^\^",^\^"path^\^":^\^"C:^\^\^\^\x^\^"^

^}^"
"""


def test_what_browsers_copy_for_windows():
    request, report = one(CHROME_CMD)
    assert (request.method, request.path, request.query) == ("PUT", "/a", [("b", "1"), ("c", "2")])
    assert request.header("accept") == "application/json"
    assert request.body == '{"name":"O\'Neil %41 ^","path":"C:\\\\x"\n}'
    assert report == []


def test_commands_of_cmd_without_carets_in_their_quotes():
    request, _ = one('curl -X POST "http://h/a?x=^1" ^\r\n -H "A: \'b\'" ^\r\n -d "{\\"a\\": ""b""}"\r\n')
    assert (request.query, request.header("a"), request.body) == ([("x", "^1")], "'b'", '{"a": "b"}')


def test_a_caret_before_a_quote_is_no_sign_of_windows():
    request, _ = one('curl http://h -d \'{"re": "^"}\'')
    assert request.body == '{"re": "^"}'


@pytest.mark.parametrize(
    "text",
    ["<<A\n" * 20_000, "curl h -d @- <<A\n" * 5_000, "curl " + "^" * 200_000 + '" ^"', "curl -" * 50_000],
)
def test_hostile_scripts_end(text):
    read("curl h\n" + text)
