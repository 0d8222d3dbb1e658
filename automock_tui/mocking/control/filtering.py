"""Which expectations a filter means: two request definitions are compared, in both directions."""

from __future__ import annotations

from typing import Any

from automock_tui.mocking.pairs import PairsMatcher, compile_pairs, compile_single_pairs
from automock_tui.mocking.paths import PathMatcher
from automock_tui.mocking.texts import Text, compile_text


def means(wanted: dict[str, Any], definition: dict[str, Any]) -> bool:
    """Whether a filter means an expectation with this request definition.

    Texts match in both directions: `/c/.*` means `/c/1`, and `/c/1` means an expectation of `/c/.*`.
    """
    if "specUrlOrPayload" in wanted or "specUrlOrPayload" in definition:
        return _same_operation(wanted, definition)
    found = (
        _texts(compile_text(wanted.get("method") or ""), compile_text(definition.get("method") or ""))
        and _paths(wanted, definition)
        and _bodies(wanted.get("body"), definition.get("body"))
        and all(_pairs(name, wanted, definition) for name in ("headers", "queryStringParameters", "cookies"))
        and all(wanted.get(name) in (None, definition.get(name)) for name in ("secure", "keepAlive"))
    )
    return found is not (wanted.get("not") is True)


def _same_operation(wanted: dict[str, Any], definition: dict[str, Any]) -> bool:
    names = ("specUrlOrPayload", "operationId")
    return all(wanted.get(name) in (None, definition.get(name)) for name in names)


def _texts(wanted: Text, given: Text) -> bool:
    if wanted.is_blank or given.is_blank:
        return True
    both = wanted.test(given.value) or given.test(wanted.value)
    return both is (wanted.negated is given.negated)


def _paths(wanted: dict[str, Any], definition: dict[str, Any]) -> bool:
    one = PathMatcher(wanted.get("path"), wanted.get("pathParameters"))
    other = PathMatcher(definition.get("path"), definition.get("pathParameters"))
    return _texts(one.text, other.text) or _texts(one.given, other.given)


def _pairs(name: str, wanted: dict[str, Any], definition: dict[str, Any]) -> bool:
    build = compile_single_pairs if name == "cookies" else compile_pairs
    one: PairsMatcher = build(wanted.get(name))
    other: PairsMatcher = build(definition.get(name))
    if not one:
        return True
    if not other:
        return all(key.negated for key, _ in one.entries) or all(key.optional for key, _ in one.entries)
    return all(
        any(_texts(key, found) and _texts(value, actual) for found, actual in other.entries) or key.optional
        for key, value in one.entries
    )


def _bodies(wanted: Any, given: Any) -> bool:
    if wanted is None or wanted == given:
        return True
    if isinstance(wanted, dict) and wanted.get("type") == "REGEX" and isinstance(given, str):
        return compile_text(str(wanted.get("regex", ""))).matches(given)
    return False
