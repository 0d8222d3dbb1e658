"""A description becomes expectations: by a server that speaks OpenAI's protocol, over real HTTP."""

from __future__ import annotations

import json
import threading

import pytest

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.expectation import load_expectations
from automock_tui.operations import bounded_http
from automock_tui.operations import describe as describing
from automock_tui.operations.describe import choose_model, describe, prompt_of
from automock_tui.operations.described_mock import DescribedMock
from automock_tui.settings import Settings
from tests.operations.fake_model import FakeModel, one, serving

GOOD = {"expectations": [one("list", "/pets", body=[{"id": 1}]), one("get", "/pets/{petId}", body={"id": 1})]}
TWICE = {"expectations": [one("list", "/pets"), one("list", "/pets/1")]}


def ask(model, sentence="a pet shop", **more):
    choice = choose_model(Settings(model="openai:some", model_url=model.url), {})
    return describe(choice, sentence, environ={}, **more)


def test_writes_expectations_that_the_linter_likes():
    with FakeModel(GOOD) as model:
        made = ask(model)
    found = load_expectations(made.text)
    assert [one.id for one in found] == ["list", "get"] and made.count == 2
    assert found[1].value(("httpRequest", "pathParameters", "petId")) == [".+"]
    assert found[0].value(("httpResponse", "body", "json")) == [{"id": 1}]
    assert (made.input_tokens, made.output_tokens, made.requests, made.cost) == (100, 50, 1, None)
    assert "100 tokens in, 50 out, 1 call, cost unknown" in made.said


def test_tells_the_model_what_is_wrong_and_asks_again():
    with FakeModel(TWICE, GOOD) as model:
        made = ask(model)
    assert made.requests == 2
    assert "duplicate-id" in json.dumps(model.asked[1])


def test_gives_up_after_a_few_answers_that_stay_wrong():
    with FakeModel(TWICE) as model, pytest.raises(AutomockError, match="stay wrong"):
        ask(model)
    assert len(model.asked) == 1 + describing.RETRIES


def test_no_secret_leaves():
    document = json.dumps([{"httpRequest": {"headers": {"Authorization": ["Bearer abcdef.ghijkl"]}}}])
    with FakeModel(GOOD) as model:
        ask(model, "the key is AKIAIOSFODNN7EXAMPLE and password=hunter2secret", document=document)
    sent = json.dumps(model.asked)
    for secret in ("AKIAIOSFODNN7EXAMPLE", "hunter2secret", "abcdef.ghijkl"):
        assert secret not in sent
    assert "the key is" in sent


@pytest.mark.parametrize(
    ("status", "title"), [(401, "refuses the key"), (404, "has no model"), (429, "no more requests")]
)
def test_says_what_the_model_server_refuses(status, title):
    with FakeModel(status=status) as model, pytest.raises(AutomockError, match=title) as error:
        ask(model)
    assert "no, said the model" in error.value.message


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"<html>hello</html>", "text/html"),
        (b'{"id": ', "application/json"),
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b'{"id": "x", "object": "chat.completion", "choices": null}', "application/json"),
        (b" " * (bounded_http.MAX_ANSWER + 1), "application/json"),
    ],
    ids=["page", "cut off", "empty", "list", "no choices", "huge"],
)
def test_an_address_that_is_no_model_is_told_apart_from_a_model_that_is_wrong(answer, kind):
    with (
        serving(answer, kind=kind) as server,
        pytest.raises(AutomockError, match="not answer as a model") as error,
    ):
        ask(server)
    assert "model_url" in error.value.hint


def test_a_server_in_trouble_is_to_be_asked_again_later():
    with serving(b"boom", status=503) as server, pytest.raises(AutomockError, match="trouble of its own"):
        ask(server)


def test_a_redirect_takes_no_key_along():
    with serving(b"{}") as other, serving(b"", status=307, location=other.url) as server:
        with pytest.raises(AutomockError):
            ask(server)
        assert server.asked.is_set() and not other.asked.is_set()


def test_a_server_that_says_nothing_is_left_in_time(monkeypatch):
    monkeypatch.setattr(describing, "TIMEOUT_SECONDS", 0.5)
    held = threading.Event()
    with serving(held) as server, pytest.raises(AutomockError, match="did not answer"):
        ask(server)
    held.set()


def test_it_can_be_given_up_half_way():
    held = threading.Event()
    with serving(held) as server, pytest.raises(AutomockError, match="Given up"):
        ask(server, is_stopped=server.asked.is_set)
    held.set()


def test_a_refusal_is_none_of_the_linter():
    message = {"role": "assistant", "content": None, "refusal": "I will not"}
    choice = {"index": 0, "finish_reason": "content_filter", "message": message}
    answer = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    with serving(json.dumps(answer).encode()) as server, pytest.raises(AutomockError, match="refuses") as error:
        ask(server)
    assert error.value.message == "Content filter triggered. Refusal: 'I will not'"


def test_numbers_that_json_does_not_have_are_told_to_the_model():
    endless = {"expectations": [one("a", "/a", body={"n": float("inf")})]}
    with FakeModel(endless, GOOD) as model:
        assert ask(model).requests == 2
    assert "cannot be written as JSON" in json.dumps(model.asked[1])


def test_a_server_that_is_not_there_is_named():
    choice = choose_model(Settings(model="ollama:some", model_url="http://127.0.0.1:9/v1"), {})
    with pytest.raises(AutomockError, match="cannot be asked"):
        describe(choice, "x", environ={})


def test_says_what_to_set_without_a_key():
    with pytest.raises(InvalidInput, match="ANTHROPIC_API_KEY or OPENAI_API_KEY"):
        choose_model(Settings(), {})
    with pytest.raises(InvalidInput, match="needs OPENAI_API_KEY"):
        choose_model(Settings(model="openai:x"), {})
    with pytest.raises(InvalidInput, match="Unknown model"):
        choose_model(Settings(model="mine"), {"OPENAI_API_KEY": "k"})


def test_takes_the_provider_whose_key_is_there():
    assert choose_model(Settings(), {"OPENAI_API_KEY": "k"}).name.startswith("openai:")
    both = {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"}
    assert choose_model(Settings(), both).name.startswith("anthropic:")
    assert choose_model(Settings(model="ollama:x"), {}).base_url.startswith("http://127.0.0.1")


def test_says_to_install_the_extra(monkeypatch):
    monkeypatch.setattr(describing, "find_spec", lambda name: None)
    with pytest.raises(InvalidInput, match=r"pip install 'automock-tui\[ai\]'"):
        choose_model(Settings(), {"OPENAI_API_KEY": "k"})


def test_sends_neither_nothing_nor_too_much():
    with pytest.raises(InvalidInput):
        prompt_of("  ")
    with pytest.raises(InvalidInput, match="Too much"):
        prompt_of("x" * (describing.MAX_CHARACTERS + 1))


def test_knows_prices_of_the_default_models():
    for name in list(describing.DEFAULTS.values())[:2]:
        assert describing._cost(describing.ModelChoice(name), 1_000_000, 0) > 0
    assert describing._cost(describing.ModelChoice("openai:nobody-knows"), 1, 1) is None


def test_every_field_of_a_described_expectation_is_taken_over():
    made = DescribedMock.model_validate(
        {
            "expectations": [
                {
                    "id": "a", "priority": 5,
                    "request": {
                        "method": "POST", "path": "/a/{x}", "path_parameters": {"x": "[0-9]+"},
                        "query": {"q": ".+"}, "headers": {"h": "v"}, "body_contains": {"k": 1},
                    },
                    "response": {"status": 201, "headers": {"X": "y"}, "body": "text", "delay_milliseconds": 5},
                }
            ]
        }
    )  # fmt: skip
    assert made.trees() == [
        {
            "id": "a", "priority": 5,
            "httpRequest": {
                "method": "POST", "path": "/a/{x}", "pathParameters": {"x": ["[0-9]+"]},
                "queryStringParameters": {"q": [".+"]}, "headers": {"h": ["v"]},
                "body": {"type": "JSON", "json": {"k": 1}, "matchType": "ONLY_MATCHING_FIELDS"},
            },
            "httpResponse": {
                "statusCode": 201, "headers": {"X": ["y"]}, "body": "text",
                "delay": {"timeUnit": "MILLISECONDS", "value": 5},
            },
        }
    ]  # fmt: skip
