"""Values for schemas, as MockServer 8.0.0 makes them up: always the same, an `example` first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from automock_tui.mocking.bodies.json_reading import NOT_JSON, parse_json

NOTHING = object()
"""In place of a value where a schema says nothing that one could be made from."""
MAX_DEPTH = 40
MAX_VALUES = 20_000
"""How deep a value is nested, and of how many parts it is made."""
_ITEMS, _PROPERTIES, _ADDITIONAL = 5, 10, 3

Schema = dict[str, Any]
Resolve = Callable[[Any], Any]
"""Follows the `$ref` of a schema."""

_TEXTS = {
    "date": "2018-11-13", "date-time": "2018-11-13T20:20:39+00:00", "time": "20:20:39+00:00",
    "email": "some_email@mockserver.com", "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "byte": "c29tZV9ieXRlX3ZhbHVl",
}  # fmt: skip
_TEXT = "some_string_value"


class Samples:
    """Makes values for the schemas of one document."""

    def __init__(self, resolve: Resolve, match_pattern: Callable[[str], str] | None = None) -> None:
        """Make values.

        Args:
            resolve: Follows references.
            match_pattern: Makes a text for a pattern; raises ValueError where it cannot.
        """
        self._resolve = resolve
        self._match_pattern = match_pattern
        self._open: list[str] = []
        self._made = 0

    def make(self, schema: Any, depth: int = 0) -> Any:
        """A value for a schema; `NOTHING` where it says nothing, or goes round in a circle."""
        self._made += 1
        if not isinstance(schema, dict) or depth > MAX_DEPTH or self._made > MAX_VALUES:
            return NOTHING
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return self._with_additional(schema, self._of_schema(schema, depth), depth)
        if reference in self._open:
            return NOTHING
        self._open.append(reference)
        try:
            return self.make(self._resolve(schema), depth + 1)
        finally:
            self._open.pop()

    def _of_schema(self, schema: Schema, depth: int) -> Any:
        kind = primary_type(schema)
        if kind in ("string", "integer", "number", "boolean"):
            return self._single(kind, schema)
        if schema.get("example") is not None and (kind or "properties" in schema):
            return schema["example"]
        if any(isinstance(schema.get(name), list) for name in ("allOf", "anyOf", "oneOf")):
            return self._composed(schema, depth)
        if kind == "array":
            return self._list(schema, depth)
        if isinstance(schema.get("properties"), dict):
            return self._object(schema, depth)
        return NOTHING

    def _single(self, kind: str, schema: Schema) -> Any:
        if schema.get("example") is not None:
            return _as(kind, schema["example"])
        given = schema.get("default")
        if given is None and kind != "boolean":
            values = schema.get("enum")
            given = values[0] if isinstance(values, list) and values else None
        if given is not None:
            return given
        if kind == "string":
            return self._text(schema)
        return True if kind == "boolean" else _number(kind, schema)

    def _text(self, schema: Schema) -> Any:
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and pattern and self._match_pattern is not None:
            try:
                return self._match_pattern(pattern)
            except ValueError:
                return _TEXT
        return _TEXTS.get(str(schema.get("format")), _TEXT)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties = schema.get("properties")
        made = {
            str(name): self.make(one, depth + 1)
            for name, one in (properties if isinstance(properties, dict) else {}).items()
        }
        return {name: value for name, value in made.items() if value is not NOTHING}

    def _list(self, schema: Schema, depth: int) -> Any:
        items = schema.get("items")
        if not isinstance(items, dict):
            return NOTHING
        count = item_count(schema)
        made = [self.make(items, depth + 1) for _ in range(count)]
        found = [one for one in made if one is not NOTHING]
        return found if found or not count else NOTHING

    def _composed(self, schema: Schema, depth: int) -> Any:
        found: Any = NOTHING
        if isinstance(schema.get("allOf"), list):
            parts = [self.make(one, depth + 1) for one in schema["allOf"]]
            parts = [one for one in parts if one is not NOTHING]
            found = self._merged(schema, parts, depth)
        for name in ("anyOf", "oneOf"):
            several = schema.get(name)
            made = (self.make(one, depth + 1) for one in (several if isinstance(several, list) else []))
            found = next((one for one in made if one is not NOTHING), found)
        return found

    def _merged(self, schema: Schema, parts: list[Any], depth: int) -> Any:
        if parts and not schema.get("properties") and not any(isinstance(one, dict) for one in parts):
            return parts[0]
        merged = self._object(schema, depth)
        for part in parts:
            if isinstance(part, dict):
                merged |= part
        return merged

    def _with_additional(self, schema: Schema, value: Any, depth: int) -> Any:
        """A value with made-up members where the schema allows others of a kind."""
        others = schema.get("additionalProperties")
        if isinstance(others, bool):
            return {} if value is NOTHING else value
        if not isinstance(others, dict):
            return value
        least = schema.get("minProperties")
        needed = least - (len(value) if isinstance(value, dict) else 0) if isinstance(least, int) else 0
        count = min(needed, _PROPERTIES) if needed > _ADDITIONAL else _ADDITIONAL
        value = {} if value is NOTHING else value
        for number in range(1, count + 1):
            made = self.make(others, depth + 1)
            if made is not NOTHING and isinstance(value, dict):
                value.setdefault(f"additionalProp{number}", made)
        return value


def _as(kind: str, example: Any) -> Any:
    """An example as a value of its type, where it is spelled as another."""
    if kind == "string":
        return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
    if kind in ("integer", "number") and isinstance(example, str):
        try:
            return int(example) if kind == "integer" else float(example)
        except ValueError:
            return example
    return example


def primary_type(schema: Schema) -> str:
    """The type of a schema; of several the first that is not null."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((one for one in kinds if isinstance(one, str) and one != "null"), "")


def item_count(schema: Schema) -> int:
    """How many items a made-up list has."""
    least, most = schema.get("minItems"), schema.get("maxItems")
    count = min(least, _ITEMS) if isinstance(least, int) and least > 1 else 1
    return max(most, 0) if isinstance(most, int) and most < count else count


def _number(kind: str, schema: Schema) -> Any:
    form = schema.get("format")
    plain: dict[Any, Any] = {None: 0, "int32": 0, "int64": 0}
    if kind == "number":
        plain = {None: 1.5, "double": 1.1, "float": 1.1}
    if form not in plain:
        return NOTHING
    step = 1 if kind == "integer" else 0.01
    low, high = _bound(schema, "inimum", step), _bound(schema, "aximum", -step)
    value = plain[form]
    value = value if low is None or value >= low else low
    return value if high is None or value <= high else high


def _bound(schema: Schema, name: str, step: float) -> Any:
    """The least or the greatest value, a bound that is excluded moved by a step."""
    exclusive, plain = schema.get(f"exclusiveM{name}"), schema.get(f"m{name}")
    if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
        return exclusive + step
    if not isinstance(plain, int | float):
        return None
    return plain + step if exclusive is True else plain


def generated_body(text: str) -> dict[str, Any] | None:
    """The body of a response with `generateFromSchema`; none where the schema says nothing."""
    schema = parse_json(text)
    if schema is NOT_JSON:
        return None
    value = Samples(lambda one: local_reference(schema, one.get("$ref"))).make(schema)
    if value is NOTHING:
        return None
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return {"type": "JSON", "json": compact, "contentType": "application/json"}


def local_reference(root: Any, reference: Any) -> Any:
    """What a `$ref` inside of a document leads to; None where it leads nowhere."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    found = root
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        elif isinstance(found, dict) and key in found:
            found = found[key]
        else:
            return None
    return found
