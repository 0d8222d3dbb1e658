"""What keeps answers from being held up: no garbage collector over a loaded set, no regex before its time."""

import gc
import json
import weakref

import pytest

from automock_tui.mocking import texts
from automock_tui.mocking.control.plane import ControlPlane
from automock_tui.mocking.engine import Engine
from automock_tui.mocking.java_regex import compile_pattern
from automock_tui.mocking.request import Request
from automock_tui.mocking.server import Server, _Connection
from automock_tui.operations.serve import load_into


@pytest.fixture(autouse=True)
def thawed():
    gc.unfreeze()
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


def test_a_set_over_the_control_plane_is_not_walked_either_an_addition_costs_no_pause():
    engine = Engine()
    control = ControlPlane(engine, list, lambda: None)
    control.answer(Request("PUT", "/mockserver/expectation", body=content("one")))
    assert gc.get_freeze_count() == 0
    trees = [{"id": str(n), "httpRequest": {"path": f"/{n}"}, "httpResponse": {}} for n in range(500)]
    control.answer(Request("PUT", "/mockserver/expectation", body=json.dumps(trees).encode()))
    assert gc.isenabled()
    assert id(engine.find("499")) not in {id(one) for one in gc.get_objects()}


def test_a_connection_that_is_over_needs_no_collector():
    class Wire:
        def get_extra_info(self, _name):
            return None

    connection = _Connection(Server(Engine()), secure=False)
    connection.connection_made(Wire())
    gone = weakref.ref(connection)
    gc.disable()
    try:
        connection.connection_lost(None)
        del connection
        assert gone() is None
    finally:
        gc.enable()


def test_a_regex_is_compiled_when_it_is_first_asked(monkeypatch):
    compiled = []

    def note(pattern):
        compiled.append(pattern)
        return compile_pattern(pattern)

    monkeypatch.setattr(texts, "compile_pattern", note)
    engine = Engine()
    for n in range(3):
        engine.put(
            {
                "httpRequest": {"path": f"/first-asked-{n}/[0-9]+"},
                "httpResponse": {"headers": {"a": "first.asked"}},
            }
        )
    assert compiled == []
    for _ in range(2):
        assert engine.answer(Request("GET", "/first-asked-1/7"))[0].status == 200
    assert compiled == ["/first-asked-1/[0-9]+"]
