"""Secrets are found wherever people leave them, and examples are left alone."""

import base64
import json

import pytest

from tests.linting.sets import answering, found

RANDOM = "Zk3vQ9xW1pR7tL5mB2nH8c"


def body(value):
    return {"httpRequest": {"path": "/b"}, "httpResponse": {"body": value}}


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def token(**claims):
    parts = (json.dumps({"alg": "HS256", "typ": "JWT"}), json.dumps(claims))
    return ".".join([*(encoded(one).rstrip("=") for one in parts), RANDOM])


REAL = {
    "JSON text": body(json.dumps({"apiKey": RANDOM})),
    "JSON text of a JSON body": body({"type": "JSON", "json": json.dumps({"user": {"password": RANDOM}})}),
    "a form": body(f"api_key={RANDOM}&x=1"),
    "a form that is matched": answering({"path": "/x", "body": f"a=1&client_secret={RANDOM}"}),
    "an address": body(f"postgres://svc:{RANDOM}@db.acme.io:5432/x"),
    "a connection string": body(f"AccountName=a;AccountKey={RANDOM}{RANDOM}==;"),
    "a hook": body(f"https://hooks.slack.com/services/T03KQ9ZPL/B04MX2QWE/{RANDOM}"),
    "a live key": body(f"sk_live_{RANDOM}"),
    "a Google key": body("AIzaSyD9tK3pQ2wR8vB5nM1xL7cF4hJ6gS0aZqW"),
    "a package token": body(f"npm_{RANDOM}"),
    "a signed token": body(token(sub="7f3k", iss="acme")),
    "a cookie that is sent": answering({"path": "/x", "headers": {"Cookie": [f"sid={RANDOM}; a=b"]}}),
    "a cookie that is set": {"httpResponse": {"headers": {"Set-Cookie": [f"id={RANDOM}; Path=/"]}}},
    "credentials": answering({"headers": {"Authorization": [f"Basic {encoded('billing:Zk3vQ9xW1pR7')}"]}}),
    "a template": {
        "httpRequest": {"path": "/x"},
        "httpResponseTemplate": {
            "templateType": "VELOCITY",
            "template": json.dumps({"body": json.dumps({"token": RANDOM})}),
        },
    },
    "a query": answering({"path": "/x", "queryStringParameters": {"api_key": [RANDOM]}}),
    "what is forwarded": {
        "httpOverrideForwardedRequest": {"requestOverride": {"headers": {"X-Api-Key": [RANDOM]}}}
    },
}
MADE_UP = {
    "a type": body({"password": "string", "token": "string"}),
    "a blank to fill": answering({"headers": {"Authorization": ["Bearer <token>"], "x-key": ["{{apiKey}}"]}}),
    "a pattern": answering({"headers": {"Authorization": ["Basic [A-Za-z0-9+/=]{20,40}", "Bearer .+"]}}),
    "user and password": answering({"headers": {"Authorization": [f"Basic {encoded('user:password')}"]}}),
    "the token of jwt.io": body({"token": token(sub="1234567890", name="John Doe")}),
    "a session's UUID": body({"sessionId": "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}),
    "a policy": body({"passwordPolicy": "min8-upper1-digit1-special1"}),
    "an address": body({"token_endpoint": "https://login.acme.io/oauth2/v1/token/9f8e7d6c5b4a"}),
    "a path": body({"credentialsUrl": "/v1/users/42/credentials/a1b2c3d4e5f6"}),
    "a time": body({"passwordChangedAt": "2024-01-01T10:00:00.000Z"}),
    "a test key": body({"stripeKey": "sk_test_4eC39HqLyjWDarjtT1zdp7dc"}),
    "AWS's examples": body(
        {"id": "AKIAIOSFODNN7EXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    ),
    "a short cookie": {"httpResponse": {"headers": {"Set-Cookie": ["session=abc123; Path=/; HttpOnly"]}}},
    "an address without a password": body("mailto://jane@acme.io ssh://git@acme.io/x.git a:b@c"),
    "a random id": body({"id": RANDOM, "etag": RANDOM}),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_secret_is_found(name):
    assert [rule for rule, _ in found([REAL[name]])] == ["secret"]


@pytest.mark.parametrize("name", MADE_UP)
def test_an_example_is_left_alone(name):
    assert found([MADE_UP[name]]) == []
