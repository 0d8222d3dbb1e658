"""Switching expectations off and on loses nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from automock_tui.domain.expectation import Expectation, load_expectations
from automock_tui.domain.expectation_check import check_expectations
from automock_tui.domain.expectation_enabling import disabled, enabled, is_enabled, why_not_disabled

_PLAIN = '{\n    "id": "a", "httpResponse": {"statusCode": 200.0}\n  }'


@pytest.mark.parametrize(
    "text",
    [
        _PLAIN,
        '{"percentage": 30, "httpResponse": {}}',
        '{"percentage":3.0e1,"httpResponse":{}}',
        '{"httpResponse": {}, "timestamp": "2026-01-01", "percentage": 100}',
        '{"httpResponse": {}, "timestamp": "a; percentage when on: 7; b", "percentage": [1,  2]}',
        "{}",
    ],
)
def test_off_and_on_is_the_same_text(text: str):
    on = Expectation.parse(text)
    off = disabled(on)
    assert not is_enabled(off)
    assert off.tree["percentage"] == 0
    assert disabled(off) == off
    back = enabled(off)
    assert is_enabled(back)
    assert back.tree == on.tree
    assert back.text.replace(" ", "") == on.text.replace(" ", "")


_SIMPLE = some.none() | some.booleans() | some.integers(0, 100) | some.text(max_size=5)
_FIELDS = some.dictionaries(
    some.sampled_from(["id", "priority", "httpRequest", "times", "timestamp", "percentage", "x"]),
    _SIMPLE | some.dictionaries(some.text(max_size=3), _SIMPLE, max_size=3),
    max_size=7,
)


@given(_FIELDS, some.sampled_from([None, 2]))
def test_off_and_on_keeps_every_value(fields, indent):
    one = Expectation.parse(json.dumps(fields, indent=indent))
    if why_not_disabled(one):
        assert not isinstance(fields["timestamp"], str)
    elif is_enabled(one):
        assert enabled(disabled(one)).tree == one.tree
    else:
        assert disabled(one) == one


def test_one_that_is_off_is_what_mockserver_takes():
    found = load_expectations(f"[{disabled(Expectation.parse(_PLAIN)).text}]")
    assert [one for one in check_expectations(found) if one.is_error] == []


def test_an_api_description_cannot_be_switched_off():
    assert why_not_disabled(Expectation.parse('{"specUrlOrPayload": "x.yaml"}'))
    assert not why_not_disabled(Expectation.parse("{}"))
