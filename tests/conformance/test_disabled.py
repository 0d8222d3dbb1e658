"""An expectation that is switched off: MockServer and our engine take it, and go on to the next one."""

import json

import pytest

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.expectation_enabling import disabled, enabled
from tests.conformance.wire import control, get, send

pytestmark = pytest.mark.part("mockserver")

FIRST = {"id": "a", "httpRequest": {"path": "/x"}, "httpResponse": {"statusCode": 201}}
NEXT = {"id": "b", "httpRequest": {"path": "/x"}, "httpResponse": {"statusCode": 202}}


def status(address, *expectations):
    control(address, "reset")
    done, body = control(address, "expectation", list(expectations))
    assert done == 201, body
    return int(send(address, get("/x")).split()[1])


@pytest.mark.parametrize("first", [FIRST, FIRST | {"percentage": 100}])
def test_it_never_answers_and_the_next_one_does(real, ours, first):
    on = Expectation.of(first)
    off = json.loads(disabled(on).text)
    again = json.loads(enabled(disabled(on)).text)
    for address in (real, ours):
        assert status(address, first, NEXT) == 201
        assert status(address, off, NEXT) == 202
        assert status(address, off) == 404
        assert status(address, again, NEXT) == 201
