"""Documents that are broken, hostile or nothing at all: an error that says so, in bounded time."""

import gzip
import json
import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automock_tui.domain.errors import AutomockError
from automock_tui.importing import source as source_module
from automock_tui.importing import trees
from automock_tui.importing.convert import convert
from automock_tui.importing.source import Source, open_source
from automock_tui.operations.importing import convert_document
from tests.importing.documents import DOCUMENTS, from_text

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)
MERGE_BOMB = "a: &a {k0: 1, k1: 1}\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [{','.join(['*' + chr(97 + n)] * 20)}]}}\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text document"),
        (b"\xff\xfe\x00", "not a text document"),
        ('{"openapi": "3.0.0", "paths": {', "not JSON"),
        ("openapi: 3.0.0\npaths: [", "neither JSON nor YAML"),
        ("openapi: 3.0.0\n\tpaths: 1", "neither JSON nor YAML"),
        ("just words", "not a format that is known"),
        ("[1, 2]", "not a format that is known"),
        ("{}", "not a format that is known"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ("openapi: " + "[" * 5_000, "nested too deep"),
        ("openapi:\n" + "".join(" " * n + "- \n" for n in range(1, 1_000)), "nested too deep"),
        ("- " * 20_000 + "x", "nested too deep"),
        (BOMB, "aliases"),
        (MERGE_BOMB, "merged"),
        ("a: &a [*a]", "alias holds itself"),
        (b"x" * (32 * 1024 * 1024 + 1), "too large"),
        ("a: !!python/object/apply:os.system [ls]", "neither JSON nor YAML"),
        ("a: {b: 1}\n---\na: 1\n", "expected a single document in the stream but found another"),
        ("1" * 10_000, "not a format that is known"),
        ('{"openapi": ' + "9" * 5_000 + "}", "A number of 5,000 digits"),
        (gzip.compress(b"{}"), "packed (gzip)"),
        (b"PK\x03\x04rest", "packed (zip)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b'{"openapi": "caf\xe9"}', "Byte 17 is no UTF-8"),
    ],
    ids=range(27),
)
def test_an_error_says_what_is_wrong(text, words):
    started = time.monotonic()
    with pytest.raises(AutomockError) as raised:
        from_text(text)
    assert words in str(raised.value)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("text", ["- 1\n" * 600, "a: [" + "1," * 600 + "]", "- - 1\n" * 300])
def test_yaml_of_more_parts_than_memory_is_for_is_refused_before_it_is_read(text, monkeypatch):
    monkeypatch.setattr(trees, "MAX_YAML", 500)
    with pytest.raises(AutomockError, match="over 500 keys and values"):
        from_text(text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_the_first_bytes_say_the_encoding(encoding):
    text = '{"openapi": "3.0.0", "paths": {"/ü": {"get": {"responses": {"200": {}}}}}}'
    made = convert(Source("x", text.encode(encoding)))
    assert made.expectations[0]["httpRequest"]["path"] == "/%C3%BC"


def test_half_a_letter_is_replaced_and_said():
    tree = {"openapi": "3.0.0", "paths": {"/a\ud800": {"get": {"responses": {"200": {}}}}}}
    made = convert(Source("x", json.dumps(tree).encode()))
    assert made.expectations[0]["httpRequest"]["path"] == "/a%EF%BF%BD"
    assert [one.construct for one in made.report] == ["half of a letter (a lone surrogate)"]
    tree["paths"] = {"/\U0001f600 \\\\ud800": {"get": {"responses": {"200": {}}}}}
    assert not convert(Source("x", json.dumps(tree).encode())).report


@pytest.mark.parametrize(
    "reference",
    ["a%00b.json", "a\0b.json", "x" * 5_000, "pipe.json", "..%2fx.json", "/etc/passwd", "#name", "sub"],
)
def test_a_reference_to_what_cannot_be_read_is_reported(tmp_path, reference):
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "sub").mkdir()
    answer = {"description": "", "content": {"application/json": {"schema": {"$ref": reference}}}}
    tree = {"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {"200": answer}}}}}
    (tmp_path / "x.json").write_text(json.dumps(tree))
    made = convert(open_source(tmp_path / "x.json"))
    assert any("$ref to a" in one.construct and one.done.startswith("left out") for one in made.report)


@pytest.mark.parametrize("name", ["a\0b", "pipe", "x" * 5_000, "../x.json"])
def test_a_body_of_a_file_that_cannot_be_read_is_reported(tmp_path, name):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "__files").mkdir()
    os.mkfifo(tmp_path / "__files" / "pipe")
    stub = {"request": {"url": "/a"}, "response": {"status": 200, "bodyFileName": name}}
    (tmp_path / "mappings" / "a.json").write_text(json.dumps(stub))
    made = convert(open_source(tmp_path))
    assert any(one.construct.startswith("bodyFileName") for one in made.report)
    assert "body" not in made.expectations[0]["httpResponse"]


def test_names_that_are_no_text_and_paths_that_are_no_paths(tmp_path):
    odd = tmp_path / os.fsdecode(b"\xff.json")
    odd.write_text('{"openapi": "3.0.0", "paths": {}}')
    assert open_source(odd).name == "\ufffd.json"
    for path in (tmp_path / ("x" * 300), tmp_path / "a\0b", tmp_path / "none"):
        with pytest.raises(AutomockError, match="cannot be read"):
            open_source(path)


def test_a_folder_of_too_many_bytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "MAX_FOLDER_BYTES", 100)
    for name in "ab":
        (tmp_path / f"{name}.bru").write_text("get {\n  url: http://x/\n}\n" + " " * 60)
    with pytest.raises(AutomockError, match="too large"):
        convert(open_source(tmp_path))


def test_numbers_without_end_in_no_expectation_are_told_of():
    text = '{"openapi": "3.0.0", "x": %s}' % ("9" * 5_000)
    with pytest.raises(AutomockError, match="5,000 digits"):
        convert_document(Source("x", text.encode()))
    mock = '[{"httpRequest": {"path": "/a"}, "httpResponse": {"body": {"x": %s}}}]' % ("9" * 5_000)
    assert convert_document(Source("x", mock.encode())).count == 1


def test_values_that_are_no_expectations_are_named():
    made = convert(Source("x", b"- httpRequest: {path: /a}\n- just words\n"))
    assert [str(one) for one in made.report] == [
        "item 2: a value that is no object: left out: it is no expectation"
    ]


FILES = [path for path in DOCUMENTS if path.is_file()]


@pytest.mark.parametrize("path", FILES, ids=lambda one: one.name)
def test_a_document_cut_off_anywhere_is_an_error_or_less_of_it(path):
    data = path.read_bytes()
    for size in range(0, len(data), max(1, len(data) // 25)):
        try:
            convert(Source(path.name, data[:size]))
        except AutomockError as error:
            assert error.title


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 700) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def replaced(tree, dice, junk):
    """The same tree with one of its values replaced."""
    if isinstance(tree, dict) and tree and dice.randrange(6):
        key = dice.choice(sorted(tree))
        return tree | {key: replaced(tree[key], dice, junk)}
    if isinstance(tree, list) and tree and dice.randrange(6):
        index = dice.randrange(len(tree))
        return [*tree[:index], replaced(tree[index], dice, junk), *tree[index + 1 :]]
    return junk


NO_TREES = (".sh", ".bru")
TREES = [open_source(path) for path in FILES if path.suffix not in NO_TREES and path.stat().st_size < 20_000]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(TREES), st.randoms(use_true_random=False), st.lists(JSON, min_size=1, max_size=3))
def test_any_value_in_any_place_is_no_traceback(source, dice, junk):
    tree = source.tree
    for one in junk:
        tree = replaced(tree, dice, one)
    try:
        made = convert(Source("x", json.dumps(tree).encode()))
    except AutomockError:
        return
    assert all(isinstance(one, dict) for one in made.expectations)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="curl -XHdFG'\"\\$@:=/?&{}[]\n;|abc0%", max_size=80))
def test_any_curl_command_is_no_traceback(text):
    try:
        convert(Source("x", ("curl " + text).encode()), "curl")
    except AutomockError as error:
        assert error.title


def bomb(keyword, width=10, depth=12):
    """A description whose schema refers to so many others that following them all would not end."""
    schemas = {f"s{n}": {keyword: [{"$ref": f"#/components/schemas/s{n + 1}"}] * width} for n in range(depth)}
    schemas[f"s{depth}"] = {"type": "object", "properties": {"a": {"const": 1}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/s0"}}}
    operation = {"responses": {"200": {"description": "", "content": content}}}
    paths = {f"/a{n}": {"get": operation} for n in range(50)}
    return {"openapi": "3.1.0", "info": {}, "paths": paths, "components": {"schemas": schemas}}


def wide(width=40):
    """A schema of many parts, each of which is that schema again."""
    tree = bomb("allOf", 1, 1)
    again = {"$ref": "#/components/schemas/s1"}
    tree["components"]["schemas"]["s1"] = {
        "type": "object",
        "required": [f"p{n}" for n in range(width)],
        "properties": {f"p{n}": again for n in range(width)},
    }
    return tree


@pytest.mark.parametrize("tree", [bomb("allOf"), bomb("anyOf"), bomb("oneOf"), wide()], ids=range(4))
def test_a_schema_of_endless_references_ends(tree):
    started = time.monotonic()
    made = from_text(json.dumps(tree))
    assert len(made.expectations) == 50
    assert len(json.dumps(made.expectations)) < 20_000_000
    assert time.monotonic() - started < 30


def test_many_answers_to_one_request_take_no_longer_than_they_should():
    request = {"method": "GET", "url": "https://a.test/a"}
    entries = [
        {"request": request, "response": {"status": 200, "content": {"text": str(n)}}} for n in range(5_000)
    ]
    started = time.monotonic()
    (one,) = from_text(json.dumps({"log": {"entries": entries}})).expectations
    assert len(one["httpResponses"]) == 5_000
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("line", [" " * 300_000, "a" * 300_000, "a " * 150_000, "'''" * 100_000, '"' * 300_000])
def test_long_lines_of_bru_take_no_longer_than_they_should(line):
    started = time.monotonic()
    from_text("get {\n  url: https://a.test/a\n}\n\nheaders {\n  " + line + "\n}\n")
    assert time.monotonic() - started < 10


def test_a_folder_of_too_many_files_is_refused(tmp_path):
    (tmp_path / "bruno.json").write_text("{}")
    for number in range(2_001):
        (tmp_path / f"{number}.bru").touch()
    with pytest.raises(AutomockError, match="too many files"):
        convert(open_source(tmp_path))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^(a+)+$", "example": "a" * 40 + "!"},
        {"type": "string", "pattern": "((((a*)*)*)*)*"},
        {"type": "string", "pattern": "((x{999}){999}){999}"},
        {"type": "string", "pattern": "["},
        {"type": "integer", "minimum": 1e308, "multipleOf": 1e-300},
        {"type": "number", "maximum": -1e308, "exclusiveMinimum": 1e308},
        {"type": "object", "required": [[], {}, 1], "properties": {"a": {}}},
    ],
    ids=range(7),
)
def test_a_schema_that_nothing_satisfies_is_no_traceback(schema):
    tree = bomb("allOf", 1, 1)
    tree["components"]["schemas"]["s1"] = schema
    started = time.monotonic()
    assert len(from_text(json.dumps(tree)).expectations) == 50
    assert time.monotonic() - started < 10
