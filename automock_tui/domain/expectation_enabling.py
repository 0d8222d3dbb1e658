"""Switching an expectation off without losing it, in a way that MockServer itself understands.

`expectations.json` is exactly what MockServer reads, and it refuses fields of our own. So an expectation that
is off has `"percentage": 0`: MockServer 8.0.0 then never takes it and goes on to the next one that matches
(tried against the running server). A percentage it had before is kept in `timestamp`, which MockServer reads
and ignores. Switching on takes both away again, so off and on gives the same text byte for byte.
"""

from __future__ import annotations

import json
import re

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import locate, parse

_NOTE = "percentage when on: "
_KEPT = re.compile(rf"(?P<before>(?:.*; )?){_NOTE}(?P<percentage>\S+)", re.DOTALL)


def is_enabled(expectation: Expectation) -> bool:
    """Whether MockServer may answer with it."""
    percentage = expectation.tree.get("percentage")
    return isinstance(percentage, bool) or percentage != 0


def why_not_disabled(expectation: Expectation) -> str:
    """Why it cannot be switched off; empty where it can."""
    if expectation.is_openapi:
        return "MockServer cannot switch an OpenAPI description off"
    tree = expectation.tree
    if "percentage" in tree and not isinstance(tree.get("timestamp", ""), str):
        return "its timestamp is no text, so the percentage it has could not be kept there"
    return ""


def disabled(expectation: Expectation) -> Expectation:
    """The same, never answering; itself where it is off already."""
    if not is_enabled(expectation):
        return expectation
    span = locate(expectation.text, ("percentage",))
    if span is not None:
        was = expectation.text[span.start : span.end]
        expectation = _with_note(expectation, _NOTE + _one_word(was))
    return expectation.with_value(("percentage",), 0)


def enabled(expectation: Expectation) -> Expectation:
    """The same, answering again as often as it did; itself where it is on already."""
    if is_enabled(expectation):
        return expectation
    timestamp = expectation.tree.get("timestamp")
    kept = _KEPT.fullmatch(timestamp) if isinstance(timestamp, str) else None
    if kept is None:
        return expectation.without(("percentage",))
    on_again = expectation.with_value(("percentage",), parse(kept["percentage"]))
    before = kept["before"].removesuffix("; ")
    if not kept["before"]:
        return on_again.without(("timestamp",))
    return on_again.with_value(("timestamp",), before)


def _with_note(expectation: Expectation, note: str) -> Expectation:
    timestamp = expectation.tree.get("timestamp")
    before = f"{timestamp}; " if isinstance(timestamp, str) else ""
    return expectation.with_value(("timestamp",), before + note)


def _one_word(text: str) -> str:
    """The same JSON without a blank: what was there may be anything."""
    return text if re.fullmatch(r"\S+", text) else json.dumps(json.loads(text), separators=(",", ":"))
