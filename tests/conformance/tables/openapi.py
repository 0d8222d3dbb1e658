"""Requests matched by the operations of an OpenAPI description, and expectations made from one."""

import json

from tests.conformance.wire import Case, Sent, get

PETS = {
    "openapi": "3.0.3",
    "info": {"title": "Pets & more", "version": "1"},
    "servers": [{"url": "https://pets.test/v1"}],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "list",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}},
                    {"name": "X-R", "in": "header", "required": True, "schema": {"type": "string", "format": "uuid"}},
                    {"name": "s", "in": "cookie", "schema": {"type": "string", "minLength": 2}},
                ],
                "responses": {"200": {"description": "", "headers": {"X-N": {"schema": {"type": "integer"}}}, "content": {
                    "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}}}},
            },
            "post": {
                "operationId": "create",
                "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "responses": {"201": {"description": ""}, "400": {"description": "", "content": {
                    "text/plain": {"schema": {"type": "string"}, "example": "bad"}}}},
            },
            "put": {
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {
                    "type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}}}},
                "responses": {"default": {"description": "", "content": {"application/json": {"examples": {
                    "one": {"value": {"x": 1}}, "two": {"value": {"x": 2}}}}}}},
            },
        },
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": "one", "responses": {"200": {"description": "", "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}},
            "delete": {"security": [{"key": []}, {"token": []}], "responses": {"204": {"description": ""}}},
        },
        "/secret": {"get": {"operationId": "secret", "security": [{"token": []}], "responses": {"2XX": {"description": ""}}}},
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-K"}, "token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Pet": {"type": "object", "required": ["name"], "properties": {
                "id": {"type": "integer", "format": "int64"}, "name": {"type": "string"}, "born": {"type": "string", "format": "date"},
                "owner": {"$ref": "#/components/schemas/Owner"}, "kind": {"type": "string", "enum": ["cat", "dog"]},
                "weight": {"type": "number"}, "tags": {"type": "array", "items": {"type": "string"}}}},
            "Owner": {"type": "object", "properties": {"mail": {"type": "string", "format": "email"}, "vip": {"type": "boolean"}}},
        },
    },
}  # fmt: skip
SPEC = json.dumps(PETS)
UUID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def sent(target, method="GET", body=None, kind="application/json", **headers):
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Sent(target, method, given + ((("Content-Type", kind),) if content and kind else ()), content)


LISTS = (
    sent("/v1/pets", X_R=UUID), sent("/v1/pets"), sent("/pets", X_R=UUID), sent("/v1/pets", X_R="no"), sent("/v1/pets?limit=2", X_R=UUID),
    sent("/v1/pets?limit=0", X_R=UUID), sent("/v1/pets?limit=x", X_R=UUID), sent("/v1/pets?tags=a&tags=b", X_R=UUID),
    sent("/v1/pets?tags=c", X_R=UUID), sent("/v1/pets?other=1", X_R=UUID), sent("/v1/pets", X_R=UUID, Cookie="s=ab"),
    sent("/v1/pets", X_R=UUID, Cookie="s=a"), sent("/v1/pets/", X_R=UUID), sent("/v1/PETS", X_R=UUID),
)  # fmt: skip
CREATES = (
    sent("/v1/pets", "POST", {"name": "a"}), sent("/v1/pets", "POST", {"name": 1}), sent("/v1/pets", "POST", {}), sent("/v1/pets", "POST"),
    sent("/v1/pets", "POST", {"name": "a", "more": 1}), sent("/v1/pets", "POST", {"name": "a"}, kind=None),
    sent("/v1/pets", "POST", {"name": "a"}, kind="application/json; charset=utf-8"), sent("/v1/pets", "POST", {"name": "a"}, kind="text/plain"),
    sent("/v1/pets", "POST", {"name": "a", "owner": {"vip": "x"}}), sent("/v1/pets", "POST", {"name": "a", "kind": "cow"}),
    sent("/v1/pets", "POST", "no"),
)  # fmt: skip
ONES = (sent("/v1/pets/1"), sent("/v1/pets/x"), sent("/v1/pets/1.5"), sent("/v1/pets/1/2"), sent("/v1/pets/-1"))
FORMS = (
    sent("/v1/pets", "PUT", "a=1", "application/x-www-form-urlencoded"), sent("/v1/pets", "PUT", "a=x", "application/x-www-form-urlencoded"),
    sent("/v1/pets", "PUT"), sent("/v1/pets", "PUT", "b=1", "application/x-www-form-urlencoded"),
)  # fmt: skip
SAFE = (
    sent("/v1/secret"), sent("/v1/secret", Authorization="Bearer x"), sent("/v1/secret", Authorization="basic x"),
    sent("/v1/pets/1", "DELETE"), sent("/v1/pets/1", "DELETE", X_K="k"), sent("/v1/pets/1", "DELETE", Authorization="bearer x"),
)  # fmt: skip
ALL = (*LISTS, *CREATES, *ONES, *FORMS, *SAFE)


def operation(name, *requests, **more):
    request = {"specUrlOrPayload": SPEC, "operationId": name} | more
    return Case(
        f"openapi: {name or 'all'} {more or ''}".rstrip(),
        {"httpRequest": request, "httpResponse": {"body": "ok"}},
        requests,
    )


def made(name, *requests, **more):
    return Case(f"openapi: made, {name}", {"specUrlOrPayload": SPEC} | more, requests, route="openapi")


CASES = [
    operation("list", *LISTS), operation("create", *CREATES), operation("one", *ONES), operation("PUT /pets", *FORMS),
    operation("secret", *SAFE[:3]), operation("DELETE /pets/{id}", *SAFE[3:]), operation("", *ALL), operation("nope", *LISTS[:2]),
    operation("one", sent("/api/v1/pets/1"), sent("/v1/pets/1"), contextPathPrefix="/api/"),
    Case("openapi: not", {"httpRequest": {"specUrlOrPayload": SPEC, "operationId": "one", "not": True}, "httpResponse": {"body": "ok"}},
         ONES),
    Case("openapi: as an object", {"httpRequest": {"specUrlOrPayload": PETS, "operationId": "one"}, "httpResponse": {"body": "ok"}}, ONES),
    made("all", *ALL), made("with a prefix", sent("/api/v1/pets/1"), sent("/v1/pets/1"), contextPathPrefix="api"),
    made("some", *CREATES[:1], *ONES[:1], *FORMS[:1], operationsAndResponses={"create": "400", "one": "200"}),
    made("an example", *FORMS[:1], operationsAndResponses={"PUT /pets": {"statusCode": "default", "exampleName": "two"}}),
    made("a status that is not there", *CREATES[:1], operationsAndResponses={"create": "500"}),
    made("an operation that is not there", *CREATES[:1], operationsAndResponses={"nope": "200"}),
    Case("openapi: no paths", {"specUrlOrPayload": '{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}}'}, (get("/"),), route="openapi"),
    Case("openapi: in the expectations", [{"specUrlOrPayload": SPEC, "operationsAndResponses": {"one": "200"}}], ONES),
]  # fmt: skip
