"""Whether one JSON value is like another, as the json-unit library of MockServer says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from automock_tui.mocking.java_regex import compile_pattern

_PREFIXES = ("${json-unit.", "#{json-unit.")
_KINDS: dict[str, tuple[type, ...]] = {
    "any-string": (str,),
    "any-number": (int, float),
    "any-boolean": (bool,),
}
_IGNORING = ("ignore", "ignore-element")


def is_like(expected: Any, actual: Any, *, strict: bool) -> bool:
    """Whether the actual value is what is expected.

    Args:
        expected: May hold placeholders such as `${json-unit.any-string}`.
        actual: The value of the request.
        strict: Whether extra fields, extra items and another order of items count.
    """
    return next(differences(expected, actual, strict=strict), None) is None


def differences(expected: Any, actual: Any, *, strict: bool, path: str = "$") -> Iterator[str]:
    """Where and how the actual value differs, one sentence each."""
    if isinstance(expected, str) and expected.startswith(_PREFIXES):
        yield from _placeholder(expected, actual, path)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        yield from _objects(expected, actual, strict, path)
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _arrays(expected, actual, strict, path)
    elif not _same(expected, actual):
        yield f"{path}: expected {shown(expected)}, found {shown(actual)}"


def _placeholder(expected: str, actual: Any, path: str) -> Iterator[str]:
    name, _, rest = expected[len(_PREFIXES[0]) :].partition("}")
    if name in _IGNORING:
        return
    if name == "regex":
        pattern = compile_pattern(rest, False)
        fits = isinstance(actual, str) and pattern is not None and pattern.matches(actual)
    elif name in _KINDS:
        fits = isinstance(actual, _KINDS[name]) and (name == "any-boolean") is isinstance(actual, bool)
    else:
        fits = _same(expected, actual)
    if not fits:
        yield f"{path}: expected {expected}, found {shown(actual)}"


def _objects(expected: dict[str, Any], actual: dict[str, Any], strict: bool, path: str) -> Iterator[str]:
    for name, value in expected.items():
        if name in actual:
            yield from differences(value, actual[name], strict=strict, path=f"{path}.{name}")
        elif not _may_be_absent(value):
            yield f"{path}.{name}: expected {shown(value)}, is not there"
    if strict:
        for name in actual.keys() - expected.keys():
            yield f"{path}.{name}: is there and not expected"


def _may_be_absent(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_PREFIXES) and value[12:] == "ignore-element}"


def _arrays(expected: list[Any], actual: list[Any], strict: bool, path: str) -> Iterator[str]:
    if strict:
        if len(expected) != len(actual):
            yield f"{path}: expected {len(expected)} items, found {len(actual)}"
        for n, (wanted, found) in enumerate(zip(expected, actual, strict=False)):
            yield from differences(wanted, found, strict=True, path=f"{path}[{n}]")
        return
    taken: dict[int, int] = {}
    for n, wanted in enumerate(expected):
        if not _place(n, expected, actual, taken, set()):
            yield f"{path}[{n}]: expected {shown(wanted)}, no item left that is like it"


def _place(n: int, expected: list[Any], actual: list[Any], taken: dict[int, int], tried: set[int]) -> bool:
    """Find an item for the expected one, moving others to other items where that helps."""
    for at, value in enumerate(actual):
        if at in tried or not is_like(expected[n], value, strict=False):
            continue
        tried.add(at)
        if at not in taken or _place(taken[at], expected, actual, taken, tried):
            taken[at] = n
            return True
    return False


def _same(expected: Any, actual: Any) -> bool:
    """Equal and of one kind: 1, 1.0, true and "1" all differ."""
    if isinstance(expected, float):
        return isinstance(actual, float) and float(expected) == float(actual)
    return type(expected) is type(actual) and bool(expected == actual)


def shown(value: Any) -> str:
    """A value on one short line."""
    import json

    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"
