"""What the engine cannot do is named when a set is loaded: each action, matcher and field left out."""

import json

import pytest

from automock_tui.domain.expectation import load_expectations
from automock_tui.domain.expectation_fields import ACTIONS
from automock_tui.mocking.responders import is_served
from automock_tui.mocking.support import unsupported

SERVED = {
    "httpResponse": {},
    "httpResponses": [{}],
    "httpError": {"dropConnection": True},
    "httpSseResponse": {"events": []},
    "httpForward": {"host": "a"},
    "httpForwardWithFallback": {"httpForward": {"host": "a"}, "fallbackResponse": {}},
    "httpOverrideForwardedRequest": {"requestOverride": {}},
    "httpResponseTemplate": {"templateType": "VELOCITY", "template": "{}"},
    "httpForwardTemplate": {"templateType": "MUSTACHE", "template": "{}"},
    "steps": [{"httpResponse": {}, "responder": True}],
}


def named(tree):
    return [(one.rule, one.place.pointer) for one in unsupported(load_expectations(json.dumps([tree])))]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_served_or_named(action):
    tree = {"httpRequest": {"path": "/a"}, action: SERVED.get(action, {})}
    assert is_served(tree, action) is (action in SERVED)
    assert named(tree) == ([] if action in SERVED else [("not-served", f"/0/{action}")])


@pytest.mark.parametrize(
    ("tree", "pointer"),
    [
        ({"httpRequest": {"specUrlOrPayload": "x"}, "httpResponse": {}}, "/0/httpRequest/specUrlOrPayload"),
        ({"httpRequest": {"binaryData": "eA=="}, "httpResponse": {}}, "/0/httpRequest/binaryData"),
        ({"httpRequest": {"clientCertificate": {}}, "httpResponse": {}}, "/0/httpRequest/clientCertificate"),
        ({"httpRequest": {"dnsName": "x"}, "httpResponse": {}}, "/0/httpRequest/dnsName"),
        ({"httpRequest": {"if": {"dnsName": "x"}}, "httpResponse": {}}, "/0/httpRequest/if/dnsName"),
        (
            {"httpRequest": {"body": {"type": "FILE", "filePath": "x"}}, "httpResponse": {}},
            "/0/httpRequest/body/filePath",
        ),
        ({"httpResponse": {"body": {"type": "FILE", "filePath": "x"}}}, "/0/httpResponse/body/filePath"),
        ({"httpResponseTemplate": {"templateType": "JAVASCRIPT", "template": "x"}}, "/0/httpResponseTemplate"),
        ({"httpResponseTemplate": {"templateType": "VELOCITY", "template": "#if("}}, "/0/httpResponseTemplate"),
        (
            {"httpResponseTemplate": {"templateType": "VELOCITY", "template": "$jwt.generate()"}},
            "/0/httpResponseTemplate/template",
        ),
        (
            {"httpResponseTemplate": {"templateType": "MUSTACHE", "template": "{{faker.pet.name}}"}},
            "/0/httpResponseTemplate/template",
        ),
        ({"steps": [{"httpResponse": {}, "responder": True}, {"httpResponse": {}}]}, "/0/steps"),
        ({"httpResponse": {}, "beforeActions": []}, "/0/beforeActions"),
        ({"httpResponse": {}, "capture": []}, "/0/capture"),
        ({"specUrlOrPayload": "x"}, "/0/specUrlOrPayload"),
        (
            {"httpOverrideForwardedRequest": {"responseTemplate": {}}},
            "/0/httpOverrideForwardedRequest/responseTemplate/templateType",
        ),
    ],
)
def test_what_is_left_out_is_named_with_its_place(tree, pointer):
    assert named(tree) == [("not-served", pointer)]
