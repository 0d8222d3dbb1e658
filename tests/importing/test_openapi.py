"""API descriptions: operations, statuses, examples, references, and generated values that fit their schema."""

import json

import pytest
from openapi_spec_validator import validate as validate_description

from automock_tui.importing.imported import Options
from automock_tui.importing.openapi import choices
from automock_tui.importing.source import Source, open_source
from automock_tui.operations.exporting import export
from tests.importing.documents import DATA, from_tree, imported

OPENAPI = sorted((DATA / "openapi").iterdir())


def description(schema=None, *, version="3.1.0", path="/things", **operation):
    content = {"application/json": {"schema": schema}} if schema is not None else {}
    operation.setdefault("responses", {"200": {"description": "", "content": content}})
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": {path: {"get": operation}}}


def body_of(schema, **options):
    made = from_tree(description(schema), **options)
    body = made.expectations[0]["httpResponse"]["body"]
    typed = isinstance(body, dict) and body.get("type") == "JSON"
    return json.loads(body["json"] if typed else body) if typed or isinstance(body, str) else body


def said(made):
    return [(one.construct, one.done) for one in made.report]


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ({"type": "integer", "minimum": 5, "maximum": 6}, lambda v: v in (5, 6)),
        ({"type": "integer", "exclusiveMinimum": 5, "maximum": 6}, lambda v: v == 6),
        ({"type": "number", "minimum": 0.5, "maximum": 0.6}, lambda v: 0.5 <= v <= 0.6),
        ({"type": "integer", "multipleOf": 7, "minimum": 8}, lambda v: v == 14),
        ({"type": "string", "minLength": 40}, lambda v: len(v) >= 40),
        ({"type": "string", "maxLength": 2}, lambda v: len(v) <= 2),
        ({"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"}, lambda v: v[3] == "-" and len(v) == 8),
        ({"type": "string", "format": "uuid"}, lambda v: len(v) == 36),
        ({"enum": ["b", "a"]}, lambda v: v == "b"),
        ({"const": 3}, lambda v: v == 3),
        ({"type": ["null", "boolean"]}, lambda v: isinstance(v, bool)),
        ({"type": "array", "minItems": 3, "items": {"type": "string"}}, lambda v: len(v) == 3),
        ({"type": "string", "default": "d", "example": "e"}, lambda v: v == "e"),
        ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]},
         lambda v: v == {"a": 1, "b": 2}),
        ({"oneOf": [{"type": "null"}, {"const": "x"}]}, lambda v: v == "x"),
        ({"type": "object", "additionalProperties": {"const": 1}}, lambda v: v == {"key": 1}),
    ],
)  # fmt: skip
def test_a_generated_value_fits_its_schema(schema, fits):
    value = body_of(schema)
    assert fits(value), value


def test_the_seed_decides():
    schema = {"type": "object", "properties": {n: {"type": "integer"} for n in "abcdef"}}
    assert body_of(schema, seed=1) == body_of(schema, seed=1) != body_of(schema, seed=2)


def test_an_example_that_breaks_its_schema_is_reported():
    tree = description({"type": "integer"})
    tree["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["example"] = "seven"
    assert ("example breaks its schema", "'seven' is not of type 'integer'") in said(from_tree(tree))


def test_a_schema_that_holds_itself_ends():
    tree = description({"$ref": "#/components/schemas/Node"})
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "id": {"const": 1}}}
    tree["components"] = {"schemas": {"Node": node}}
    assert from_tree(tree).expectations[0]["httpResponse"]["body"]["id"] == 1


@pytest.mark.parametrize(
    "loop",
    [
        {"a": {"$ref": "#/components/schemas/b"}, "b": {"$ref": "#/components/schemas/a"}},
        {"a": {"allOf": [{"$ref": "#/components/schemas/a"}]}},
    ],
)
def test_references_in_a_circle_are_reported_or_end(loop):
    tree = description({"$ref": "#/components/schemas/a"})
    tree["components"] = {"schemas": loop}
    assert len(from_tree(tree).expectations) == 1


def test_every_status_answers_and_the_success_comes_by_default():
    responses = {code: {"description": ""} for code in ("404", "200", "5XX", "default")}
    made = from_tree(description(responses=responses)).expectations
    by_status = {one["httpResponse"]["statusCode"]: one for one in made}
    assert set(by_status) == {200, 404, 500}
    assert "headers" not in by_status[200]["httpRequest"]
    assert by_status[404]["httpRequest"]["headers"] == {"x-mock-response-code": ["404"]}
    assert by_status[404]["priority"] > by_status[200].get("priority", 0)


def test_statuses_can_be_picked():
    responses = {code: {"description": ""} for code in ("200", "404")}
    made = from_tree(description(responses=responses), statuses=frozenset({"404"})).expectations
    assert [one["httpResponse"]["statusCode"] for one in made] == [404]


def test_parameters_become_matchers():
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        {"name": "kind", "in": "query", "required": True, "schema": {"enum": ["a", "b.c"]}},
        {"name": "page", "in": "query", "schema": {"type": "integer"}},
        {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}},
    ]
    made = from_tree(description(path="/t/{id}", parameters=parameters)).expectations[0]["httpRequest"]
    assert made["path"] == "/t/{id}"
    assert made["pathParameters"] == {"id": ["-?\\d+"]}
    assert made["queryStringParameters"] == {"kind": ["a|b\\.c"]}
    assert made["headers"] == {"X-Trace": [".+"]}


def test_a_parameter_within_a_segment_becomes_a_regular_expression():
    made = from_tree(description(path="/t/{id}.json"))
    assert made.expectations[0]["httpRequest"]["path"] == "/t/[^/]+\\.json"
    assert "path parameter within a segment" in dict(said(made))


def test_files_of_the_folder_are_read_and_no_others(tmp_path):
    folder = tmp_path / "api"
    folder.mkdir()
    (tmp_path / "secret.json").write_text('{"const": "secret"}')
    (folder / "parts.yaml").write_text("Id: {const: 7}\nAgain: {$ref: 'api.json#/components/schemas/Root'}\n")
    tree = description({"properties": {
        "id": {"$ref": "parts.yaml#/Id"},
        "out": {"$ref": "../secret.json"},
        "net": {"$ref": "https://example.com/x.json"},
        "again": {"$ref": "parts.yaml#/Again"},
    }})  # fmt: skip
    tree["components"] = {"schemas": {"Root": {"const": "root"}}}
    (folder / "api.json").write_text(json.dumps(tree))
    made = imported(folder / "api.json")
    body = made.expectations[0]["httpResponse"]["body"]
    assert (body["id"], body["again"]) == (7, "root")
    assert "secret" not in json.dumps(made.expectations)
    said = {(one.construct, one.done) for one in made.report}
    assert ("$ref to another file", "left out: It leads out of the folder") in said
    assert "remote $ref" in {construct for construct, _ in said}


def test_swagger_takes_its_base_path_and_examples():
    made = imported(DATA / "openapi" / "swagger2-petstore-expanded.json").expectations
    assert made[0]["httpRequest"]["path"] == "/api/pets"


def test_secrets_in_examples_are_masked_unless_kept():
    tree = description({"type": "object", "example": {"password": "hunter2-hunter2", "user": "ann"}})
    assert "hunter2" in json.dumps(from_tree(tree, keep_secrets=True).expectations)
    tree["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["example"] = {
        "password": "hunter2-hunter2", "user": "ann",
    }  # fmt: skip
    made = from_tree(tree)
    assert made.expectations[0]["httpResponse"]["body"] == {"password": "***", "user": "ann"}
    assert "secret in the body" in {one.construct for one in made.report}


@pytest.mark.parametrize("path", OPENAPI, ids=lambda one: one.name)
def test_what_is_exported_is_a_valid_description(path):
    from automock_tui.operations.importing import convert_document

    text, _ = export(convert_document(open_source(path), options=Options()).text, "openapi")
    tree = json.loads(text)
    validate_description(tree)
    assert tree["paths"]


def posting(schema, *responses, required=True, kind="application/json"):
    """A description with one POST whose body has a schema."""
    body = {"required": required, "content": {kind: {"schema": schema}}}
    answers = {code: {"description": code} for code in responses}
    tree = description(path="/things", requestBody=body, responses=answers)
    tree["paths"]["/things"] = {"post": tree["paths"]["/things"]["get"]}
    return tree


PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string", "format": "x"}},
}


def test_a_required_body_is_matched_and_another_gets_the_documented_error():
    first, asked, other = from_tree(posting(PET, "201", "400")).expectations
    wanted = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    assert first["httpRequest"]["body"] == {"type": "JSON_SCHEMA", "jsonSchema": wanted}
    assert asked["httpRequest"]["headers"] == {"x-mock-response-code": ["400"]}
    assert (other["httpResponse"]["statusCode"], other["priority"]) == (400, -1)
    assert "body" not in other["httpRequest"]
    assert other["id"] == "post-things-400-invalid-request"


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        (posting(PET, "201"), "no 400 or 422 is documented"),
        (posting(PET, "201", "400", required=False), "it need not fit"),
        (posting(PET, "201", "400", kind="application/xml"), "it need not fit"),
        (posting(PET, "404", "400"), "no 400 or 422"),
    ],
)
def test_where_a_body_is_not_matched_the_report_says_why(tree, why):
    made = from_tree(tree)
    assert all("body" not in one["httpRequest"] for one in made.expectations)
    assert any(one.construct == "request body" and why in one.done for one in made.report)


def test_a_form_is_matched_by_its_required_fields():
    made = from_tree(posting(PET, "201", "422", kind="application/x-www-form-urlencoded"))
    assert made.expectations[0]["httpRequest"]["body"] == {"type": "PARAMETERS", "parameters": {"name": [".*"]}}


def test_a_missing_required_parameter_gets_the_documented_error():
    tree = description(
        parameters=[{"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}}]
    )
    tree["paths"]["/things"]["get"]["responses"]["400"] = {"description": "no q"}
    *_, other = from_tree(tree).expectations
    assert other["httpRequest"] == {"method": "GET", "path": "/things"}
    assert other["httpResponse"]["statusCode"] == 400


def test_a_body_that_holds_itself_or_much_stays_bounded():
    node = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#/components/schemas/Node"}},
    }
    wide = {"type": "object", "properties": {f"p{n}": {"$ref": "#/components/schemas/Wide"} for n in range(40)}}
    for schema in (node, wide):
        tree = posting({"$ref": "#/components/schemas/Node"}, "201", "400")
        tree["components"] = {"schemas": {"Node": schema, "Wide": wide}}
        body = from_tree(tree).expectations[0]["httpRequest"]["body"]
        assert len(json.dumps(body)) < 20_000


def test_statuses_and_examples_can_be_picked():
    tree = description(schema={"type": "string"})
    answers = tree["paths"]["/things"]["get"]["responses"]
    answers["200"]["content"]["application/json"]["examples"] = {n: {"value": n} for n in ("a", "b", "c")}
    answers["404"] = {"description": "none"}
    assert len(from_tree(tree).expectations) == 4
    one, two = from_tree(tree, statuses=frozenset({"200"}), examples=frozenset({"b", "c"})).expectations
    assert (one["httpResponse"]["body"], two["httpResponse"]["body"]) == ('"b"', '"c"')
    (only,) = from_tree(tree, statuses=frozenset({"404"})).expectations
    assert only["httpResponse"] == {"statusCode": 404}
    assert "headers" not in only["httpRequest"]
    assert choices(Source("d", json.dumps(tree).encode())) == (["200", "404"], ["a", "b", "c"])


def test_an_optional_parameter_must_fit_where_another_value_has_an_answer():
    asked = [
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        {"name": "order", "in": "query", "schema": {"enum": ["up", "down"]}},
        {"name": "q", "in": "query", "schema": {"type": "string"}},
    ]
    tree = description(parameters=asked)
    assert "queryStringParameters" not in from_tree(tree).expectations[0]["httpRequest"]
    tree["paths"]["/things"]["get"]["responses"]["400"] = {"description": "bad"}
    first, *_, other = from_tree(tree).expectations
    wanted = {"?limit": ["-?\\d+"], "?order": ["up|down"]}
    assert first["httpRequest"]["queryStringParameters"] == wanted
    assert other["httpRequest"] == {"method": "GET", "path": "/things"}
