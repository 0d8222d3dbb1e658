"""JSON as MockServer writes it: Jackson's pretty form, Java's numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

_STEP = "  "
_ESCAPE = re.compile(r"\\\\|\\u00[0-9a-f]{2}")


def pretty(value: Any, indent: str = "") -> str:
    """A JSON value over several lines: `"key" : value`, arrays of single values on one line."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return _object(value, indent)
    if isinstance(value, list | tuple):
        inside = ", ".join([pretty(one, indent) for one in value])
        return f"[ {inside} ]" if inside else "[ ]"
    return java_double(float(value)) if isinstance(value, float) else json.dumps(value)


def _object(value: Mapping[str, Any], indent: str) -> str:
    if not value:
        return "{ }"
    deeper = indent + _STEP
    inside = ",\n".join([f"{deeper}{_quoted(str(key))} : {pretty(one, deeper)}" for key, one in value.items()])
    return f"{{\n{inside}\n{indent}}}"


def _quoted(text: str) -> str:
    """A text in quotes; control characters are escaped with capital hex digits."""
    plain = encode_basestring(text)
    if "\\u00" not in plain:
        return plain
    return _ESCAPE.sub(lambda found: found[0][:2] + found[0][2:].upper(), plain)


def java_double(number: float) -> str:
    """A floating-point number as Java prints it: `1000.0`, `1.0E10`, `1.0E-4`."""
    if number != number or abs(number) == float("inf"):
        return '"NaN"' if number != number else '"Infinity"' if number > 0 else '"-Infinity"'
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    text = next(text for size in range(1, 18) if float(text := f"{number:.{size}e}") == number)
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}E{int(exponent)}"
