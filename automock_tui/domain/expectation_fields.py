"""The fields of a MockServer 8.0.0 expectation: their names, types and limits.

The tables say what MockServer's own JSON schema says (version 8.0.0, checked against the running server). What
it does not check, such as the fields of a typed body, is not checked here either.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from automock_tui.domain.json_text import NumberLiteral, Path
from automock_tui.domain.problems import Severity

MOCKSERVER_VERSION = "8.0.0"
ACTIONS = (
    "httpResponse",
    "httpResponses",
    "httpResponseTemplate",
    "httpResponseClassCallback",
    "httpResponseObjectCallback",
    "httpForward",
    "httpForwardTemplate",
    "httpForwardClassCallback",
    "httpForwardObjectCallback",
    "httpOverrideForwardedRequest",
    "httpForwardValidateAction",
    "httpForwardWithFallback",
    "httpError",
    "httpSseResponse",
    "httpLlmResponse",
    "httpWebSocketResponse",
    "grpcStreamResponse",
    "grpcBidiResponse",
    "binaryResponse",
    "dnsResponse",
    "steps",
)
FORWARDS = tuple(
    name for name in ACTIONS if name.startswith("httpForward") or name == "httpOverrideForwardedRequest"
)
"""The actions that send a request on to another host."""
_REFUSED = (
    f"MockServer {MOCKSERVER_VERSION} refuses the whole document, and then serves none of its expectations."
)

Report = Callable[[str, Severity, Path, str, str, str], None]
"""Takes a finding: rule, severity, path, message, why, fix."""
Check = Callable[[Any, Path, Report], None]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {
        str: "a text",
        dict: "an object",
        list: "an array",
        int: "a whole number",
        NumberLiteral: "a number",
    }
    return names.get(type(value), type(value).__name__)


def _name(path: Path) -> str:
    return f"{path[-2]}[{path[-1]}]" if len(path) > 1 and isinstance(path[-1], int) else str(path[-1])


def _wrong(path: Path, value: Any, wanted: str, report: Report, fix: str = "") -> None:
    message = f"{_name(path)} is {_kind(value)}; it must be {wanted}."
    report("wrong-type", Severity.ERROR, path, message, _REFUSED, fix or f"Make it {wanted}, or remove it.")


def _out(path: Path, value: Any, wanted: str, report: Report) -> None:
    message = f"{_name(path)} is {value}; it must be {wanted}."
    report("out-of-range", Severity.ERROR, path, message, _REFUSED, f"Write {wanted}.")


def text(value: Any, path: Path, report: Report) -> None:
    """A text."""
    if not isinstance(value, str):
        fix = f'Write "{value}" in quotes.' if isinstance(value, int | float) else ""
        _wrong(path, value, "a text", report, fix)


def base64_text(value: Any, path: Path, report: Report) -> None:
    """Bytes in base64; MockServer fails on anything else."""
    text(value, path, report)
    if isinstance(value, str):
        try:
            base64.b64decode(value, validate=True)
        except ValueError:
            message = f"{_name(path)} is not base64."
            report("wrong-type", Severity.ERROR, path, message, _REFUSED, "Encode the bytes in base64.")


def flag(value: Any, path: Path, report: Report) -> None:
    """True or false."""
    if not isinstance(value, bool):
        fix = f"Write {value} without quotes." if value in ("true", "false") else ""
        _wrong(path, value, "true or false", report, fix)


def anything(value: Any, path: Path, report: Report) -> None:
    """Any JSON value."""


def _is_whole(value: Any) -> bool:
    return type(value) is int or (isinstance(value, NumberLiteral) and value.is_integer())


def whole(minimum: int | None = None, maximum: int | None = None) -> Check:
    """A whole number; MockServer takes 200.0 for 200. Without limits it must fit 32 bits, as in Java."""
    low = -(2**31) if minimum is None else minimum
    high = 2**31 - 1 if maximum is None else maximum

    def check(value: Any, path: Path, report: Report) -> None:
        if not _is_whole(value):
            fix = (
                f"Write {value} without quotes."
                if isinstance(value, str) and value.lstrip("-").isdigit()
                else ""
            )
            _wrong(path, value, "a whole number", report, fix)
        elif not low <= value <= high:
            _out(path, value, f"a whole number from {low} to {high}", report)

    return check


_MAX_LONG = 2**63 - 1
integer = whole()
long_integer = whole(-(2**63), _MAX_LONG)
positive = whole(1, _MAX_LONG)
natural = whole(0, _MAX_LONG)


def number(minimum: float | None = None, maximum: float | None = None) -> Check:
    """A number within limits."""

    def check(value: Any, path: Path, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            _wrong(path, value, "a number", report)
        elif (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
            wanted = f"from {minimum} to {maximum}" if maximum is not None else f"at least {minimum}"
            _out(path, value, f"a number {wanted}", report)

    return check


fraction = number(0, 1)


def one_of(*names: str) -> Check:
    """One of these words, spelled exactly so."""

    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, str) or value not in names:
            shown = f'"{value}"' if isinstance(value, str) else _kind(value)
            message = f"{_name(path)} is {shown}; MockServer knows {', '.join(names)}."
            same = next(
                (name for name in names if isinstance(value, str) and name.lower() == value.lower()), None
            )
            fix = f'Write "{same or names[0]}".' if same else "Choose one of them."
            report("unknown-word", Severity.ERROR, path, message, _REFUSED, fix)

    return check


def list_of(item: Check, minimum: int = 0) -> Check:
    """An array of things of one kind."""

    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, list):
            _wrong(path, value, "an array", report)
            return
        if len(value) < minimum:
            message = f"{_name(path)} is empty; it needs at least {minimum}."
            report("out-of-range", Severity.ERROR, path, message, _REFUSED, "Fill it, or remove it.")
        for index, one in enumerate(value):
            item(one, (*path, index), report)

    return check


def one_or_more(item: Check) -> Check:
    """One thing, or an array of them."""
    many = list_of(item, 1)

    def check(value: Any, path: Path, report: Report) -> None:
        (many if isinstance(value, list) else item)(value, path, report)

    return check


def fields(
    known: Mapping[str, Check], required: tuple[str, ...] = (), exactly_one: tuple[str, ...] = ()
) -> Check:
    """An object with these fields; another one is a warning, because a later MockServer may know it."""

    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            _wrong(path, value, "an object", report)
            return
        for key, part in value.items():
            inner = known.get(key)
            if inner is None:
                unknown_field(key, known, (*path, key), report)
            else:
                inner(part, (*path, key), report)
        for key in required:
            if key not in value:
                message = f"{_name(path) if path else 'The expectation'} has no {key}."
                report("missing-field", Severity.ERROR, path, message, _REFUSED, f"Add {key}.")
        if exactly_one and sum(key in value for key in exactly_one) != 1:
            message = f"{_name(path)} must have exactly one of {', '.join(exactly_one)}."
            report("missing-field", Severity.ERROR, path, message, _REFUSED, "Keep or add one of them.")

    return check


def unknown_field(key: str, known: Mapping[str, Check], path: Path, report: Report) -> None:
    """Report a field that MockServer's schema does not name."""
    same = next((name for name in known if name.lower() == key.lower()), None)
    fix = f"Did you mean {same}?" if same else "Remove it, unless your MockServer is newer and knows it."
    message = f"MockServer {MOCKSERVER_VERSION} does not know the field {key}."
    report("unknown-field", Severity.WARNING, path, message, _REFUSED, fix)


def later(find: Callable[[], Check]) -> Check:
    """A check that is defined further down, for objects that hold their own kind."""

    def check(value: Any, path: Path, report: Report) -> None:
        find()(value, path, report)

    return check
