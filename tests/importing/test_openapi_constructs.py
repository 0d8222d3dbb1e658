"""Constructs of OpenAPI 3.1, 3.2 and Swagger 2, one by one, against what is answered."""

from __future__ import annotations

import base64
import json
from xml.etree import ElementTree

import pytest

from tests.importing.documents import from_tree


def description(paths, **more):
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths} | more


def answering(schema, kind="application/json", **more):
    content = {kind: {"schema": schema} | more}
    return {"get": {"responses": {"200": {"description": "", "content": content}}}}


def body_of(schema, kind="application/json", **components):
    made = from_tree(description({"/x": answering(schema, kind)}, components={"schemas": components}))
    [one] = made.expectations
    body = one["httpResponse"].get("body")
    body = json.loads(body["json"]) if isinstance(body, dict) and body.get("type") == "JSON" else body
    return body, [f"{each.construct}: {each.done}" for each in made.report]


PET = {"type": "object", "required": ["kind"], "discriminator": {"propertyName": "kind"},
       "properties": {"kind": {"type": "string"}}}  # fmt: skip
CAT = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"paw": {"const": 4}}}]}
MAPPED = {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"$ref": "#/components/schemas/Pet"}, "Pet"),
        ({"$ref": "#/components/schemas/Cat"}, "Cat"),
        ({"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": MAPPED}, "cat"),
        ({"anyOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": "kind"}}, "Cat"),
    ],
)
def test_a_discriminator_names_the_schema_of_the_example(schema, kind):
    assert body_of(schema, Pet=PET, Cat=CAT)[0]["kind"] == kind


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ({"prefixItems": [{"const": 1}, {"const": "a"}], "items": False}, lambda made: made == [1, "a"]),
        ({"type": "array", "contains": {"const": 5}}, lambda made: made == [5]),
        ({"type": "array", "uniqueItems": True, "minItems": 2, "items": {"enum": ["a", "b", "c"]}},
         lambda made: made == ["a", "b"]),
        ({"type": "object", "minProperties": 1, "additionalProperties": False,
          "patternProperties": {"^x-[a-z]{3}$": {"const": 1}}},
         lambda made: list(made.values()) == [1] and len(next(iter(made))) == 5),
        ({"type": "object", "propertyNames": {"pattern": "^[A-Z]{2}$"}, "additionalProperties": {"const": 2}},
         lambda made: list(made.values()) == [2] and next(iter(made)).isupper()),
        ({"type": "string", "contentEncoding": "base64"}, lambda made: base64.b64decode(made, validate=True)),
    ],
)  # fmt: skip
def test_what_json_schema_says_of_parts_is_kept_to(schema, fits):
    body, report = body_of({"type": "object", "required": ["it"], "properties": {"it": schema}})
    assert fits(body["it"]), body
    assert report == []


def test_a_list_that_must_be_there_ends_empty_where_it_would_hold_itself():
    parts = {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    tree = {"type": "object", "required": ["parts"], "properties": {"parts": parts}}
    assert body_of({"$ref": "#/components/schemas/Tree"}, Tree=tree) == ({"parts": [{"parts": []}]}, [])


XML_PET = {
    "type": "object",
    "xml": {"name": "pet", "namespace": "http://ns", "prefix": "p"},
    "properties": {
        "id": {"const": 7, "xml": {"attribute": True}},
        "tags": {"type": "array", "xml": {"wrapped": True, "name": "all"},
                 "items": {"const": "a<b", "xml": {"name": "tag"}}},
        "plain": {"type": "array", "items": {"const": 1}},
        "kind": {"allOf": [{"$ref": "#/components/schemas/Kind"}]},
        "note": {"const": "x & y", "xml": {"nodeType": "text"}},
        "2nd": {"const": None},
    },
}  # fmt: skip


def test_xml_is_as_the_schema_names_it():
    kind = {"type": "object", "properties": {"code": {"const": "q", "xml": {"name": "c", "attribute": True}}}}
    body, _ = body_of(XML_PET, "application/xml", Kind=kind)
    assert body == (
        '<?xml version="1.0" encoding="UTF-8"?><p:pet xmlns:p="http://ns" id="7"><all><tag>a&lt;b</tag></all>'
        '<plain>1</plain><kind c="q"></kind>x &amp; y<_2nd></_2nd></p:pet>'
    )
    ElementTree.fromstring(body)


def test_an_example_in_xml_is_as_the_schema_names_it_too():
    schema = {"type": "array", "xml": {"name": "pets"}, "items": {"type": "object", "xml": {"name": "pet"}}}
    made = from_tree(description({"/x": answering(schema, "text/xml", example=[{"a": 1}, {"a": 2}])}))
    assert made.expectations[0]["httpResponse"]["body"].endswith(
        "<pets><pet><a>1</a></pet><pet><a>2</a></pet></pets>"
    )


def test_streams_are_answered_with_one_item():
    content = {
        "text/event-stream": {"itemSchema": {"properties": {"event": {"const": "t"}, "data": {"const": 5}}}}
    }
    lines = {"application/jsonl": {"itemSchema": {"properties": {"n": {"const": 1}}}}}
    paths = {
        f"/{name}": {"get": {"responses": {"200": {"content": one}}}}
        for name, one in (("sse", content), ("lines", lines))
    }
    made = from_tree(description(paths, openapi="3.2.0"))
    assert [one["httpResponse"]["body"] for one in made.expectations] == ["event: t\ndata: 5\n\n", '{"n": 1}\n']
    assert [one.construct for one in made.report] == [
        "stream of text/event-stream", "stream of application/jsonl",
    ]  # fmt: skip


def test_examples_of_openapi_32():
    examples = {"a": {"dataValue": {"n": 1}}, "b": {"serializedValue": '{"n": 2}'}}
    made = from_tree(description({"/x": answering({"type": "object"}, examples=examples)}, openapi="3.2.0"))
    assert [one["httpResponse"]["body"] for one in made.expectations] == [{"n": 1}, {"n": 2}]
    assert made.report == []


def test_what_holds_for_all_and_is_not_matched_is_said_once():
    servers = [{"url": "https://a.test/v1"}, {"url": "https://b.test"}]
    image = answering({"type": "string"}, "image/png")
    made = from_tree(description({"/x": image, "/y": image}, servers=servers, security=[{"key": []}]))
    assert [str(one) for one in made.report][:3] == [
        "#: server https://b.test: left out: the paths are those of the first one",
        "#: security: not matched: the mock answers with and without signing in",
        "GET /x 200: body of image/png: answered with a made-up text, which is none",
    ]
    assert sum(one.construct == "security" for one in made.report) == 1
    open_to_all = answering({"type": "string"})
    open_to_all["get"]["security"] = []
    assert from_tree(description({"/x": open_to_all}, security=[{"key": []}])).report == []


def test_a_form_of_swagger_is_matched_by_its_required_fields():
    fields = [{"name": "n", "in": "formData", "type": "string", "required": True},
              {"name": "m", "in": "formData", "type": "string"}]  # fmt: skip
    post = {"parameters": fields, "responses": {"201": {"description": ""}, "400": {"description": ""}}}
    made = from_tree({"swagger": "2.0", "paths": {"/x": {"post": post}}})
    assert made.expectations[0]["httpRequest"]["body"] == {"type": "PARAMETERS", "parameters": {"n": [".*"]}}
    assert made.expectations[-1]["httpResponse"]["statusCode"] == 400
    fields[0]["type"] = "file"
    made = from_tree({"swagger": "2.0", "paths": {"/x": {"post": post}}})
    assert "body" not in made.expectations[0]["httpRequest"]
    assert "multipart form" in {one.construct for one in made.report}


def test_media_types_of_swagger_that_are_not_answered_are_said():
    answer = {"description": "", "examples": {"application/json": {"a": 1}, "text/csv": "a"}}
    made = from_tree({"swagger": "2.0", "paths": {"/x": {"get": {"responses": {"200": answer}}}}})
    assert [str(one) for one in made.report] == [
        "GET /x 200: media type text/csv: left out: application/json is answered"
    ]


def test_a_parameter_may_be_empty_or_written_in_a_style_of_its_own():
    get = {
        "parameters": [
            {
                "name": "on",
                "in": "query",
                "required": True,
                "allowEmptyValue": True,
                "schema": {"type": "boolean"},
            },
            {"name": "id", "in": "path", "required": True, "style": "matrix", "schema": {"type": "integer"}},
        ],
        "responses": {"200": {"description": ""}},
    }
    [one] = from_tree(description({"/x/{id}": {"get": get}})).expectations
    assert one["httpRequest"]["queryStringParameters"] == {"on": ["true|false|"]}
    assert one["httpRequest"]["pathParameters"] == {"id": [".+"]}


def test_a_schema_that_cannot_be_checked_is_said_to_be_broken():
    assert body_of({"type": "number", "multipleOf": 0})[1] == [
        "example breaks its schema: not checked: the schema is broken (ZeroDivisionError)"
    ]
