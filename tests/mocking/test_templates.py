"""Templates by themselves: bounds, files, what cannot be reached, and values that change each time."""

import json
import re
import time

import pytest

from automock_tui.mocking.engine import Engine
from automock_tui.mocking.request import Request
from automock_tui.mocking.services import Services
from automock_tui.mocking.templates.formats import format_number
from automock_tui.mocking.templates.members import MAX_TEXT
from automock_tui.mocking.templates.rendering import compile_template
from automock_tui.mocking.templates.scope import MAX_STEPS
from automock_tui.mocking.templates.values import TemplateError


def render(text, kind="VELOCITY", request=None, **more):
    return compile_template(kind, text, Services(**more))(request or Request("GET", "/a/b?q=1"), None)


def answer(action, request=None, **services):
    engine = Engine(services=Services(**services))
    engine.put({"id": "t", "httpRequest": {}} | action)
    return engine.answer(request or Request("GET", "/a"))[0]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("uuid", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("now", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
        ("now_iso_8601", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
        ("now_rfc_1123", r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
        ("now_epoch", r"\d{10}"),
        ("rand_int", r"\d"),
        ("rand_int_100", r"\d{1,2}"),
        ("rand_bytes_32", r"[A-Za-z0-9+/]{43}="),
    ],
)
def test_functions_make_a_new_value_each_time(name, pattern):
    for text, kind in ((f"${name}", "VELOCITY"), (f"{{{{{name}}}}}", "MUSTACHE")):
        assert re.fullmatch(pattern, render(text, kind).replace("&#x3D;", "="))
    assert render("$uuid $uuid").split()[0] != render("$uuid $uuid").split()[1]


@pytest.mark.parametrize(
    "chain",
    ["name().firstName()", "internet().emailAddress()", "address().city()", "number().numberBetween(1,5)",
     "company().name()", "lorem().word()", "phoneNumber().phoneNumber()", "bool().bool()"],
)  # fmt: skip
def test_faker_makes_values(chain):
    made = render(f"$faker.{chain}")
    assert made
    assert "$" not in made


@pytest.mark.parametrize(
    "text",
    [
        "#foreach($i in [1..100000])#foreach($j in [1..100000])x#end#end",
        "#macro(m)#m()#m()#end#m()",
        "#set($s='x')#foreach($i in [1..1000])#set($s=\"$s$s\")#end$s",
        "#foreach($i in [1..10000000000])x#end",
        "$display.space(100000000)",
        "$request.path.repeat(2000000000)",
        "#foreach($i in [1..99999])$request.path.repeat(999)#end",
        "$regex.matches('" + "a" * 40 + "!', '(a+)+b')",
        "$math.pow(10,100000)",
        "$calc.format(1.0, '" + "0" * 5000 + "')",
    ],
)  # fmt: skip
def test_a_template_that_does_not_end_is_ended(text):
    start = time.process_time()
    try:
        made = render(text)
    except TemplateError:
        made = ""
    assert len(made) <= MAX_TEXT
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("VELOCITY", "#if(" * 500),
        ("VELOCITY", "(" * 5000),
        ("VELOCITY", "#set($a=" + "(" * 3000 + "1" + ")" * 3000 + ")"),
        ("VELOCITY", "#if(true)" * 3000 + "#end" * 3000),
        ("VELOCITY", "$a" + "[0" * 3000 + "]" * 3000),
        ("MUSTACHE", "{{#a}}" * 3000 + "{{/a}}" * 3000),
        ("MUSTACHE", "{{" * 5000),
    ],
)
def test_deep_templates_are_no_accident(kind, text):
    try:
        assert isinstance(render(text, kind), str)
    except TemplateError as error:
        assert str(error)


@pytest.mark.parametrize(
    "text",
    [
        "$request.class", "$request.__class__", "$strings.__class__", "$request.path.__class__.__mro__",
        "$request.getClass().forName('java.lang.Runtime')", "$strings.methods", "$request.path.format('%s')",
    ],
)  # fmt: skip
def test_nothing_of_python_can_be_reached(text):
    assert render(text) == text


def test_many_steps_are_counted():
    with pytest.raises(TemplateError, match="steps"):
        render(f"#foreach($i in [1..{MAX_STEPS // 4}])#foreach($j in [1..10])#set($x=1)#end#end")


def test_numbers_by_pattern():
    assert [format_number(1234567.891, one) for one in ("#,##0.00", "0", "0.#", "$#,##0")] == [
        "1,234,567.89", "1234568", "1234567.9", "$1,234,568",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no pattern"):
        format_number(1, "nope")


def test_a_template_that_fails_says_why_in_the_header_of_a_miss():
    found = answer({"httpResponseTemplate": {"templateType": "VELOCITY", "template": "no JSON"}})
    assert found.status == 404
    assert "the template failed" in dict(found.headers)["x-mockserver-closest-match-hint"]


def test_bodies_and_templates_come_from_files_beside_the_set(tmp_path):
    (tmp_path / "a.txt").write_text("hé $request.method")
    (tmp_path / "a.vm").write_text('{"statusCode": 203, "body": "$request.path"}')
    body = {"type": "FILE", "filePath": "a.txt", "contentType": "text/plain"}
    plain = answer({"httpResponse": {"body": body}}, folder=tmp_path)
    assert (plain.body.decode(), plain.content_type) == ("hé $request.method", "text/plain")
    made = answer({"httpResponse": {"body": body | {"templateType": "VELOCITY"}}}, folder=tmp_path)
    assert made.body.decode() == "hé GET"
    whole = {"httpResponseTemplate": {"templateType": "VELOCITY", "templateFile": "a.vm"}}
    found = answer(whole, folder=tmp_path)
    assert (found.status, found.body) == (203, b"/a")


def test_a_body_is_matched_by_a_file(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    tree = {"httpRequest": {"body": {"type": "FILE", "filePath": "a.txt"}}, "httpResponse": {}}
    assert answer(tree, Request("POST", "/a", body=b"hello"), folder=tmp_path).status == 200
    assert answer(tree, Request("POST", "/a", body=b"other"), folder=tmp_path).status == 404


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "link.txt", "nope.txt", "a\0b", "."])
def test_files_outside_of_the_folder_stay_there(tmp_path, name):
    folder = tmp_path / "set"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    found = answer({"httpResponse": {"body": {"type": "FILE", "filePath": name}}}, folder=folder)
    assert (found.status, found.body) == (500, b"Error reading file for response body")


def test_a_scenario_is_set_by_a_template_and_known_to_others():
    engine = Engine()
    engine.put({"id": "set", "httpRequest": {"path": "/set"}, "httpResponseTemplate": {
        "templateType": "VELOCITY", "template": "$!scenario.set('s','on'){}"}})  # fmt: skip
    engine.put({"id": "on", "httpRequest": {"path": "/on"}, "scenarioName": "s", "scenarioState": "on",
                "httpResponse": {}})  # fmt: skip
    assert engine.answer(Request("GET", "/on"))[1] == ""
    assert engine.answer(Request("GET", "/set"))[1] == "set"
    assert engine.answer(Request("GET", "/on"))[1] == "on"


def test_yaml_descriptions_are_read_where_the_importers_are_lent(tmp_path):
    from automock_tui.operations.mock_services import equip

    paths = "paths: {/y: {get: {operationId: y, responses: {'201': {description: ''}}}}}"
    (tmp_path / "api.yaml").write_text(f"openapi: 3.0.0\ninfo: {{title: t, version: '1'}}\n{paths}\n")
    services = Services(folder=tmp_path)
    equip(services)
    engine = Engine(services=services)
    engine.load([{"specUrlOrPayload": "api.yaml"}, {"specUrlOrPayload": "https://a.test/api.yaml"}])
    assert engine.answer(Request("GET", "/y"))[0].status == 201
    assert len(engine) == 1
    (tmp_path / "api.yaml").write_text((tmp_path / "api.yaml").read_text().replace("201", "202"))
    engine.load([{"specUrlOrPayload": "api.yaml"}])
    assert engine.answer(Request("GET", "/y"))[0].status == 202


def test_a_template_sees_the_groups_and_the_call():
    body = json.dumps({"jsonrpc": "2.0", "method": "m", "id": "x"}).encode()
    request = Request("POST", "/a/12", body=body, addresses=("127.0.0.1:1", "127.0.0.1:2"))
    engine = Engine()
    engine.put({"id": "t", "httpRequest": {"path": "/a/(?<n>\\d+)"}, "httpResponseTemplate": {
        "templateType": "VELOCITY",
        "template": '{"body": "$request.pathGroups[1] $request.namedPathGroups.n $request.jsonRpcMethod '
                    '$request.jsonRpcId $request.remoteAddress"}'}})  # fmt: skip
    assert engine.answer(request)[0].body == b"12 12 m x 127.0.0.1:2"
