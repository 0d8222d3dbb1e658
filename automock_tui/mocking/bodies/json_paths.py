"""JSON paths as the Jayway library of MockServer reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_FUNCTION = re.compile(r"\.(length|size|min|max|avg|sum|stddev|keys|first|last)\(\)$")
_NUMERIC = ("min", "max", "avg", "sum", "stddev")


def compile_path(path: str) -> Callable[[Any], bool] | None:
    """A test for whether a value has something at a path; None where the path cannot be read."""
    import jsonpath

    function = _FUNCTION.search(path)
    try:
        compiled = jsonpath.compile(path[: function.start()] if function else path)
    except (jsonpath.JSONPathError, RecursionError):
        return None
    name = function[1] if function else ""
    single = isinstance(compiled, jsonpath.JSONPath) and compiled.singular_query()

    def has(value: Any) -> bool:
        if isinstance(value, str):  # jsonpath would read it as a JSON document
            return single and not function and path.strip() == "$"
        try:
            found = compiled.findall(value)
        except (jsonpath.JSONPathError, RecursionError, TypeError, ValueError):
            return False
        return _is_something(found, single, name)

    return has


def _is_something(found: list[Any], single: bool, function: str) -> bool:
    if not single:
        return bool(found)
    value = found[0] if found else None
    if function in _NUMERIC:
        return isinstance(value, list) and any(isinstance(one, int | float) for one in value)
    if function in ("length", "size"):
        return isinstance(value, list | dict | str)
    return value is not None and value != []


def read_path(path: str, value: Any) -> Any:
    """What a path finds: one value, or a list where it may find several; None where it finds nothing."""
    import jsonpath

    function = _FUNCTION.search(path)
    try:
        compiled = jsonpath.compile(path[: function.start()] if function else path)
        found = [] if isinstance(value, str) else compiled.findall(value)
    except (jsonpath.JSONPathError, RecursionError, TypeError, ValueError):
        return None
    several = not (isinstance(compiled, jsonpath.JSONPath) and compiled.singular_query())
    result: Any = found if several else found[0] if found else None
    return _apply(function[1], result) if function else result


def _apply(name: str, value: Any) -> Any:
    """The function at the end of a path."""
    if name in ("length", "size"):
        return len(value) if isinstance(value, list | dict | str) else None
    if name == "keys":
        return list(value) if isinstance(value, dict) else None
    if not isinstance(value, list) or not value:
        return None
    if name in ("first", "last"):
        return value[0 if name == "first" else -1]
    numbers = [float(one) for one in value if isinstance(one, int | float)]
    return _statistic(name, numbers) if numbers else None


def _statistic(name: str, numbers: list[float]) -> float:
    import statistics

    work: dict[str, Callable[[list[float]], float]] = {
        "min": min,
        "max": max,
        "sum": sum,
        "avg": statistics.fmean,
        "stddev": statistics.pstdev,
    }
    return float(work[name](numbers))
