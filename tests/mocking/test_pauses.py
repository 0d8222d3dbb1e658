"""The garbage collector leaves a loaded set alone, and still frees the one before."""

import gc
import json
import weakref

import pytest

from automock_tui.mocking.engine import Engine
from automock_tui.operations.serve import load_into


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def content(word):
    return json.dumps(
        [{"id": "a", "httpRequest": {"path": f"/{word}"}, "httpResponse": {"body": word}}]
    ).encode()


def test_what_was_loaded_is_not_walked():
    engine = Engine()
    load_into(engine, content("one"))
    walked = {id(one) for one in gc.get_objects()}
    assert id(engine.find("a")) not in walked
    assert gc.get_freeze_count() > 0


def test_what_a_set_before_left_in_a_circle_is_freed():
    engine = Engine()
    load_into(engine, content("one"))
    old = engine.find("a")
    old.itself = old
    load_into(engine, content("two"))
    gone = weakref.ref(old)
    del old
    load_into(engine, content("three"))
    assert gone() is None
