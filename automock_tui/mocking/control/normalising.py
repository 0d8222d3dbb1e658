"""Expectations as MockServer shows them: defaults filled in, names and values in one form."""

from __future__ import annotations

from typing import Any

from automock_tui.domain.expectation_fields import ACTIONS

_REQUEST_ORDER = (
    "not", "secure", "keepAlive", "method", "path", "pathParameters", "queryStringParameters", "headers",
    "cookies", "protocol", "body",
)  # fmt: skip
_FIRST = tuple(sorted([*ACTIONS, "httpRequest"]))
_MULTI = ("pathParameters", "queryStringParameters", "headers")


def normal_expectation(tree: dict[str, Any], identity: str, remaining: int | None) -> dict[str, Any]:
    """An expectation with its id, priority, times and time to live; the action and the request come first.

    Args:
        tree: The expectation as it was given.
        identity: Its id.
        remaining: The times that are left; None for without end.
    """
    first = {name: tree[name] for name in _FIRST if name in tree}
    if isinstance(first.get("httpRequest"), dict):
        first["httpRequest"] = normal_request(first["httpRequest"])
    rest = {name: value for name, value in tree.items() if name not in first}
    rest |= {
        "id": identity,
        "priority": int(tree.get("priority") or 0),
        "timeToLive": _time_to_live(tree.get("timeToLive")),
        "times": {"unlimited": True} if remaining is None else {"remainingTimes": remaining},
    }
    return first | {name: rest[name] for name in sorted(rest)}


def _time_to_live(spec: Any) -> dict[str, Any]:
    if not isinstance(spec, dict) or spec.get("unlimited") is True or "timeUnit" not in spec:
        return {"unlimited": True}
    return {name: spec[name] for name in ("timeUnit", "timeToLive") if name in spec}


def normal_request(spec: dict[str, Any]) -> dict[str, Any]:
    """A request definition with its fields in MockServer's order, names with lists of values."""
    names = [
        *[name for name in _REQUEST_ORDER if name in spec],
        *[name for name in spec if name not in _REQUEST_ORDER],
    ]
    return {name: _field(name, spec[name]) for name in names}


def _field(name: str, value: Any) -> Any:
    if name in ("method", "path"):
        return _text(value)
    if name in _MULTI:
        return _multi(value)
    if name == "cookies" and isinstance(value, list):
        return {_text(one.get("name")): _text(one.get("value")) for one in value if isinstance(one, dict)}
    return value


def _text(value: Any) -> Any:
    """A text in its short spelling; a schema stays as it is."""
    if not isinstance(value, dict) or "schema" in value:
        return value
    marks = ("?" if value.get("optional") else "") + ("!" if value.get("not") else "")
    return f"{marks}{value.get('value', '')}"


def _multi(value: Any) -> Any:
    if isinstance(value, list):
        value = {_text(one.get("name")): one.get("values", []) for one in value if isinstance(one, dict)}
    if not isinstance(value, dict):
        return value
    return {name: _values(name, one) for name, one in value.items()}


def _values(name: str, value: Any) -> Any:
    if name == "keyMatchStyle" or (isinstance(value, dict) and "values" in value):
        return value
    return [_text(one) for one in (value if isinstance(value, list) else [value])]
