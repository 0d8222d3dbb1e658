"""Actions and matchers beyond fixed answers: steps, schemas, files that are not there, tokens."""

import base64
import json

from tests.conformance.wire import Case, Sent, answering, get, matching


def part(tree):
    return base64.urlsafe_b64encode(json.dumps(tree).encode()).decode().rstrip("=")


TOKEN = f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'iss': 'me', 'aud': ['x', 'y'], 'sub': 's', 'n': 5, 't': True})}.sig"
BEARER = (
    get(Authorization=f"Bearer {TOKEN}"), get(Authorization=f"bearer {TOKEN}"), get(Authorization=TOKEN),
    get(X_T=TOKEN), get(Authorization="Bearer x"), get(Authorization="Bearer a.b"), get(),
)  # fmt: skip


def token(name, **jwt):
    return Case(f"jwt: {name}", matching({"jwt": jwt}), BEARER)


def schema(name, tree):
    return Case(f"schema: {name}", answering({"generateFromSchema": json.dumps(tree)}), (get("/x"),))


X = get("/x")
CASES = [
    token("claim", claims={"sub": "s"}), token("number", claims={"n": "5"}), token("flag", claims={"t": "true"}),
    token("other claim", claims={"sub": "q"}), token("regex", claims={"sub": "[a-z]"}), token("not", claims={"sub": "!s"}),
    token("not another", claims={"sub": "!q"}), token("not of none", claims={"zz": "!q"}), token("issuer", issuer="me"),
    token("audience", issuer="me", audience="y", algorithm="none"), token("not this audience", audience="!x"),
    token("other header", header="X-T", scheme="", issuer="me"), token("nothing", claims={}),
    schema("object", {"type": "object", "properties": {
        "a": {"type": "string"}, "n": {"type": "integer", "minimum": 3}, "l": {"type": "array", "items": {"type": "number"}},
        "e": {"enum": ["x", "y"]}, "s": {"type": "string", "enum": ["x", "y"]}, "d": {"type": "string", "format": "date-time"},
        "b": {"type": "boolean"}, "o": {"type": "object", "properties": {"x": {"type": "string", "format": "uuid"}}},
        "m": {"type": "string", "format": "email"}, "i": {"type": "integer", "format": "int64"}, "f": {"type": "number", "format": "float"},
        "v": {"type": "string", "default": "v"}}}),
    schema("list", {"type": "array", "items": {"type": "string"}, "minItems": 2}),
    schema("text", {"type": "string"}), schema("number", {"type": "number", "maximum": 1}),
    schema("several", {"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object", "properties": {"b": {"type": "integer"}}}]}),
    schema("one of", {"oneOf": [{"type": "integer"}, {"type": "string"}]}),
    schema("more members", {"type": "object", "additionalProperties": {"type": "integer"}}),
    Case("file: not there", answering({"body": {"type": "FILE", "filePath": "nope-nope.txt"}}), (X,)),
    Case("steps: one", {"httpRequest": {}, "steps": [{"httpResponse": {"body": "s"}, "responder": True}]}, (X, X)),
    Case("steps: error", {"httpRequest": {}, "steps": [{"httpError": {"dropConnection": True}, "responder": True}]}, (X,)),
    *(Case(f"responses: {mode} {more or ''}".rstrip(), {"httpRequest": {}, "httpResponses": [{"body": "a"}, {"body": "b"}, {"statusCode": 204}],
                                  "responseMode": mode} | more, (X,) * 7)
      for mode, more in (("SEQUENTIAL", {}), ("SWITCH", {}), ("SWITCH", {"switchAfter": 2}), ("WEIGHTED", {"responseWeights": [1]}))
      if mode != "WEIGHTED" or not more),
    Case("responses: RANDOM of one", {"httpRequest": {}, "httpResponses": [{"body": "a"}], "responseMode": "RANDOM"}, (X,) * 2),
    Case("responses: WEIGHTED of one", {"httpRequest": {}, "httpResponses": [{"body": "a"}], "responseMode": "WEIGHTED",
                                        "responseWeights": [3]}, (X,) * 2),
    Case("forward: refused", {"httpRequest": {}, "httpForward": {"host": "127.0.0.1", "port": 1}}, (X,)),
    Case("forward: template, refused", {"httpRequest": {}, "httpForwardTemplate": {"templateType": "VELOCITY",
        "template": '{"path": "/a", "headers": {"Host": ["127.0.0.1:1"]}}'}}, (X,)),
    Case("forward: template that fails", {"httpRequest": {}, "httpForwardTemplate": {"templateType": "VELOCITY", "template": "no"}}, (X,)),
    Case("forward: fallback", {"httpRequest": {}, "httpForwardWithFallback": {
        "httpForward": {"host": "127.0.0.1", "port": 1}, "fallbackResponse": {"statusCode": 203, "body": "b"}}}, (X,)),
    Case("actions: forward with a template for its delay", {"httpRequest": {}, "httpError": {"dropConnection": True, "delay": {
        "timeUnit": "MILLISECONDS", "template": "1", "templateType": "MUSTACHE"}}}, (Sent("/x"),)),
]  # fmt: skip
