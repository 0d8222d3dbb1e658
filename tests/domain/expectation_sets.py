"""Strategies for sets of expectations, and edits of them, as people make them."""

from __future__ import annotations

from hypothesis import strategies as st

from automock_tui.domain.expectation import Expectation, ExpectationSet

IDS = [f"e{n}" for n in range(8)]
PATHS = st.sampled_from(["/pets", "/pets/{id}", "/orders"])
VALUES = st.integers(0, 3) | st.sampled_from([True, False, None, "x", "y"])


def expectation(identity="", method="GET", path="/pets", status=200, **more):
    """One expectation from plain values."""
    value = {"id": identity} if identity else {}
    request = {"method": method, "path": path}
    return Expectation.of({**value, "httpRequest": request, "httpResponse": {"statusCode": status}, **more})


def a_set(*expectations):
    """A document of these."""
    return ExpectationSet.of(expectations)


@st.composite
def single(draw, identity):
    """One expectation with this id (empty for none)."""
    response = {"statusCode": draw(st.sampled_from([200, 404, 500])), "body": draw(VALUES)}
    request = {"method": draw(st.sampled_from(["GET", "POST"])), "path": draw(PATHS)}
    more = draw(st.dictionaries(st.sampled_from(["priority", "x-note"]), st.integers(0, 2), max_size=2))
    value = {"httpRequest": request, "httpResponse": response, **more}
    return Expectation.of({"id": identity, **value} if identity else value)


@st.composite
def sets(draw, *, nameless=False):
    """A set whose ids are distinct; with `nameless`, some have none."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=5))
    blanks = draw(st.integers(0, 3)) if nameless else 0
    return a_set(*[draw(single(one)) for one in [*ids, *[""] * blanks]])


@st.composite
def edits(draw, start, *, prefix="", reorder=True):
    """A set after some edits: changed fields, removed, moved, and added under ids with this prefix."""
    found = start
    for _ in range(draw(st.integers(0, 5))):
        found = draw(_edited(found, prefix, reorder))
    return found


@st.composite
def _edited(draw, found, prefix, reorder):
    kinds = [
        "add",
        *(["field", "remove", "whole"] if len(found) else []),
        *(["move"] * (reorder and len(found) > 1)),
    ]
    kind = draw(st.sampled_from(kinds))
    at = draw(st.integers(0, len(found) - 1)) if kind != "add" else draw(st.integers(0, len(found)))
    if kind == "add":
        free = [f"{prefix}{one}" for one in IDS if found.find(f"{prefix}{one}") is None]
        return found.inserted(at, draw(single(draw(st.sampled_from(free))))) if free else found
    if kind == "remove":
        return found.removed(at)
    if kind == "move":
        return found.moved(at, draw(st.integers(0, len(found) - 1)))
    if kind == "whole":
        return found.replaced(at, draw(single(found[at].id)))
    path = draw(
        st.sampled_from([("httpResponse", "statusCode"), ("httpResponse", "body"), ("priority",), ("x", "y")])
    )
    return found.replaced(at, found[at].with_value(path, draw(VALUES)))
