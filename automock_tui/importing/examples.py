"""Examples of a schema: what the description gives, else generated, seeded, and valid against the schema.

Order: example, examples, default, const, enum, then by type. `allOf` is merged, of `oneOf` and `anyOf` the
first that is not null is taken, and a schema that holds itself ends as soon as it may.
"""

from __future__ import annotations

import math
import random
import zlib
from typing import Any

from automock_tui.importing.example_texts import make_text
from automock_tui.importing.references import Node

_MAX_DEPTH = 12
_FULL_DEPTH = 6
"""Levels that have their optional parts; below them an example holds only what it must."""
_MAX_VALUES = 2_000
"""Values in one example; a schema of many optional parts ends here with what it must have."""
_MAX_TOTAL = 1_000_000
_LEAST_VALUES = 50
"""Values of all examples of a description, and of each one after that; a hostile one ends in bounded time."""
_MISSING = object()


class Examples:
    """Makes the examples of one description."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._left = 0
        self._total = _MAX_TOTAL

    def make(self, schema: Node, name: str = "") -> Any:
        """An example of a schema."""
        granted = min(_MAX_VALUES, max(self._total, _LEAST_VALUES))
        self._left = granted
        found = self._value(schema, name, ())
        self._total -= granted - self._left
        return None if found is _MISSING else found

    def _value(self, schema: Node, name: str, above: tuple[str, ...]) -> Any:
        self._left -= 1
        if self._left < 0:
            return _MISSING
        if schema.value is True or schema.value is False:
            return {}
        node = schema.resolved()
        again = node.where in above
        if len(above) > _MAX_DEPTH or above.count(node.where) > 1 or (again and not node.table.get("required")):
            return _MISSING
        above = (*above, node.where)
        given = _given(node.table)
        if given is not _MISSING:
            return given
        merged = self._merged(node, above)
        given = _given(merged)
        return given if given is not _MISSING else self._typed(node, merged, name, above)

    def _merged(self, node: Node, above: tuple[str, ...], depth: int = 0) -> dict[str, Any]:
        """The schema with its parts in one: `allOf` all of them, of the others the first that can be."""
        own = {key: value for key, value in node.table.items() if key not in ("allOf", "oneOf", "anyOf")}
        own["properties"] = {
            key: Node(node.documents, node.file, f"{node.pointer}/properties/{_escaped(key)}", value)
            for key, value in _table(own.get("properties")).items()
        }
        if isinstance(own.get("items"), dict | bool):
            own["items"] = node.raw("items")
        if isinstance(own.get("additionalProperties"), dict):
            own["additionalProperties"] = node.raw("additionalProperties")
        self._left -= 1
        if depth > _MAX_DEPTH or self._left <= 0:
            return own
        parts = [part.resolved() for part in node.each("allOf")]
        for kind in ("oneOf", "anyOf"):
            choices = [one.resolved() for one in node.each(kind)]
            real = [one for one in choices if one.table.get("type") != "null" and one.where not in above]
            parts += (real or choices)[:1]
        for part in parts:
            own = _joined(own, self._merged(part, (*above, part.where), depth + 1))
        self._discriminate(node, parts, own)
        return own

    def _discriminate(self, node: Node, parts: list[Node], own: dict[str, Any]) -> None:
        found = _table(own.get("discriminator"))
        name = found.get("propertyName") if found else own.get("discriminator")
        if not isinstance(name, str) or not parts:
            return
        mapping = {str(ref): key for key, ref in _table(found.get("mapping")).items()}
        for part in parts[-1:]:
            value = mapping.get(part.where) or mapping.get(part.pointer.rsplit("/", 1)[-1])
            chosen = value or part.pointer.rsplit("/", 1)[-1]
            known = own["properties"].get(name)
            if known is None or _given(known.resolved().table) is _MISSING:
                pointer = f"{node.pointer}/discriminator"
                own["properties"][name] = Node(node.documents, node.file, pointer, {"const": chosen})

    def _typed(self, node: Node, schema: dict[str, Any], name: str, above: tuple[str, ...]) -> Any:
        kind = _type(schema)
        dice = random.Random(zlib.crc32(f"{self._seed}:{node.where}:{name}".encode()))
        if kind == "object":
            return self._object(schema, above, dice)
        if kind == "array":
            return self._array(schema, name, above)
        if kind in ("integer", "number"):
            return make_number(schema, kind, dice)
        if kind == "boolean":
            return dice.random() < 0.5
        if kind == "null":
            return None
        return make_text(schema, name, dice)

    def _object(self, schema: dict[str, Any], above: tuple[str, ...], dice: random.Random) -> dict[str, Any]:
        wanted = schema.get("required")
        required = {one for one in wanted if isinstance(one, str)} if isinstance(wanted, list) else set()
        found: dict[str, Any] = {}
        for name, node in schema["properties"].items():
            part = node.resolved().table
            if part.get("writeOnly") is True and name not in required:
                continue
            if name not in required and (self._left <= 0 or len(above) > _FULL_DEPTH):
                continue
            value = self._value(node, name, above)
            if value is not _MISSING:
                found[name] = value
            elif name in required:
                found[name] = None
        more = schema.get("additionalProperties")
        if isinstance(more, Node) and not found:
            value = self._value(more, "key", above)
            found |= {} if value is _MISSING else {"key": value}
        return _enough(found, schema, dice)

    def _array(self, schema: dict[str, Any], name: str, above: tuple[str, ...]) -> list[Any]:
        least = schema.get("minItems")
        count = max(1, least) if isinstance(least, int) else 1
        items = schema.get("items")
        if not isinstance(items, Node) or schema.get("maxItems") == 0:
            return []
        singular = name.removesuffix("s")
        made: list[Any] = []
        for index in range(min(count, 50)):
            value = self._value(items, singular if not index else f"{singular}{index + 1}", above)
            if value is not _MISSING and not (schema.get("uniqueItems") and value in made):
                made.append(value)
        return made


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _given(schema: dict[str, Any]) -> Any:
    """What the schema itself says; null only where it may be null."""
    examples = schema.get("examples")
    for key in ("example", "x-example"):
        if key in schema and (schema[key] is not None or _may_be_null(schema)):
            return schema[key]
    if isinstance(examples, list) and examples:
        return examples[0]
    if schema.get("default") is not None:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return next((one for one in choices if one is not None), None)
    return _MISSING


def _may_be_null(schema: dict[str, Any]) -> bool:
    kind = schema.get("type")
    return schema.get("nullable") is True or kind == "null" or (isinstance(kind, list) and "null" in kind)


def _type(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if isinstance(kind, str):
        return kind
    if schema.get("properties") or isinstance(schema.get("additionalProperties"), Node):
        return "object"
    if "items" in schema:
        return "array"
    if {"minimum", "maximum", "multipleOf"} & schema.keys():
        return "number"
    is_text = {"pattern", "format", "minLength", "maxLength"} & schema.keys()
    return "string" if is_text else "object"


def _joined(own: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    properties = part["properties"] | own["properties"]
    lists = [one.get("required") for one in (part, own)]
    required = [name for one in lists if isinstance(one, list) for name in one if isinstance(name, str)]
    found = part | own | {"properties": properties}
    return found | ({"required": list(dict.fromkeys(required))} if required else {})


def _enough(found: dict[str, Any], schema: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    least = schema.get("minProperties")
    if isinstance(least, int) and not isinstance(schema.get("additionalProperties"), Node):
        for index in range(len(found), min(least, 50)):
            found[f"property{index + 1}"] = f"value{dice.randrange(100)}"
    return found


def make_number(schema: dict[str, Any], kind: str, dice: random.Random) -> int | float:
    """A number between the schema's limits, a multiple of its step; 1 where they are beyond all numbers."""
    try:
        return _number(schema, kind, dice)
    except (OverflowError, ValueError):
        return 1


def _number(schema: dict[str, Any], kind: str, dice: random.Random) -> int | float:
    low, high = _limit(schema, "minimum", 1), _limit(schema, "maximum", -1)
    low = low if low is not None else (1 if high is None or high >= 1 else high - 100)
    high = high if high is not None else low + 999
    step = schema.get("multipleOf")
    if isinstance(step, int | float) and step > 0 and math.isfinite(step):
        found = math.ceil(low / step) * step
        return int(found) if kind == "integer" or isinstance(step, int) else round(found, 10)
    if kind == "integer":
        return dice.randint(math.ceil(low), max(math.ceil(low), math.floor(high)))
    made = round(dice.uniform(low, high), 2)
    return made if low <= made <= high else low


def _limit(schema: dict[str, Any], name: str, inward: int) -> float | None:
    """A limit that may be reached: an exclusive one is moved inward."""
    limit, exclusive = schema.get(name), schema.get(f"exclusive{name.capitalize()}")
    step = inward if _type(schema) == "integer" else inward * 0.01
    if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
        return exclusive + step
    if not isinstance(limit, int | float) or isinstance(limit, bool):
        return None
    return limit + step if exclusive is True else limit
