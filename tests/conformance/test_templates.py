"""The templates: MockServer loads them, and answers every request that they describe as our engine does."""

import json

import pytest

from automock_tui.operations.templates import read_template, template_names
from tests.conformance.tables.template_sets import AT_RANDOM, REQUESTS
from tests.conformance.wire import Case, comparable, control, run, send

pytestmark = pytest.mark.part("mockserver")
TRIES = 60
CHANGED = ("chaos", "rateLimit", "httpResponses", "httpError")
"""Actions whose answer is not always the one response of the expectation."""


def expectations(name):
    return json.loads(read_template(name))


def test_every_template_has_its_requests():
    assert list(REQUESTS) == template_names()


@pytest.mark.parametrize("name", REQUESTS)
def test_every_expectation_is_asked_for(name):
    asked = {identity for identity, _ in REQUESTS[name]} | {AT_RANDOM.get(name, ("", None))[0]} - {""}
    assert asked == {one["id"] for one in expectations(name)}


@pytest.mark.parametrize("name", REQUESTS)
def test_it_answers_as_described_here_and_in_mockserver(real, ours, name):
    asked = REQUESTS[name]
    case = Case(name, expectations(name), tuple(sent for _, sent in asked))
    wanted, found = run(real, case), run(ours, case)
    assert wanted[0] == found[0] == 201
    for (identity, sent), one, other in zip(asked, wanted[1:], found[1:], strict=True):
        assert other == one, f"{identity} {sent}\nMockServer: {one}\nours:       {other}"
    described = {one["id"]: one for one in case.expectations}
    for (identity, sent), answer in zip(asked, wanted[1:], strict=True):
        check_answer(described[identity], sent, answer)


def check_answer(expectation, sent, answer):
    """An answer is the one of this expectation."""
    if any(name in expectation for name in CHANGED) or sent.waits < 1:
        return
    response = expectation["httpResponse"]
    status, _, body = answer
    assert f" {response['statusCode']} " in f"{status} ", f"{expectation['id']}: {sent}\n{answer}"
    if isinstance(response.get("body"), dict | list) and "base64Bytes" not in response["body"]:
        assert json.loads(body) == response["body"], expectation["id"]


@pytest.mark.parametrize("name", AT_RANDOM)
def test_what_answers_by_chance_gives_the_same_answers(real, ours, name):
    seen = []
    for address in (real, ours):
        control(address, "reset")
        control(address, "expectation", expectations(name))
        seen.append({repr(comparable(send(address, AT_RANDOM[name][1]))) for _ in range(TRIES)})
    assert seen[0] == seen[1]
    assert len(seen[0]) == 2
