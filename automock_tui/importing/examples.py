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
from automock_tui.importing.patterns import make_match
from automock_tui.importing.references import Node

_MAX_DEPTH = 12
_FULL_DEPTH = 6
"""Levels that have their optional parts; below them an example holds only what it must."""
_MAX_VALUES = 2_000
"""Values in one example; a schema of many optional parts ends here with what it must have."""
_MAX_TOTAL = 1_000_000
_LEAST_VALUES = 50
"""Values of all examples of a description, and of each one after that; a hostile one ends in bounded time."""
_CHOICES = ("oneOf", "anyOf")
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

    def parts(self, schema: Node) -> dict[str, Any]:
        """A schema with all that it is composed of, its properties and items as nodes."""
        self._left = _MAX_VALUES
        return self._merged(schema.resolved(), ())

    def _value(self, schema: Node, name: str, above: tuple[str, ...]) -> Any:
        self._left -= 1
        if self._left < 0:
            return _MISSING
        if schema.value is True or schema.value is False:
            return {}
        node = schema.resolved()
        again = node.where in above
        if len(above) > _MAX_DEPTH or above.count(node.where) > 1 or (again and not node.table.get("required")):
            return [] if _type(node.table) == "array" and not node.table.get("minItems") else _MISSING
        above = (*above, node.where)
        given = _given(node.table)
        if given is not _MISSING:
            return given
        merged = self._merged(node, above)
        _discriminate(node, _chosen(node, above) or node, merged)
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
        for key in ("additionalProperties", "contains", "propertyNames"):
            if isinstance(own.get(key), dict):
                own[key] = node.raw(key)
        own["prefixItems"] = list(node.each("prefixItems"))
        own["patternProperties"] = {
            key: node.raw("patternProperties").raw(key) for key in _table(own.get("patternProperties"))
        }
        self._left -= 1
        if depth > _MAX_DEPTH or self._left <= 0:
            return own
        parts = [part.resolved() for part in node.each("allOf")]
        parts += [one for kind in _CHOICES if (one := _choice(node, kind, above))]
        for part in parts:
            own = _joined(own, self._merged(part, (*above, part.where), depth + 1))
        return own

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
        if not found:
            found |= self._named_freely(schema, above, dice)
        return _enough(found, schema, dice)

    def _named_freely(
        self, schema: dict[str, Any], above: tuple[str, ...], dice: random.Random
    ) -> dict[str, Any]:
        """One property of an object that says how they are named, not which there are."""
        names, more = schema.get("propertyNames"), schema.get("additionalProperties")
        pattern = names.resolved().table.get("pattern") if isinstance(names, Node) else None
        free = {pattern or "": more} if isinstance(more, Node) else {}
        for wanted, part in (schema["patternProperties"] or free).items():
            value = self._value(part, "key", above)
            if value is not _MISSING:
                return {_name_like(wanted, dice): value}
        return {}

    def _array(self, schema: dict[str, Any], name: str, above: tuple[str, ...]) -> list[Any]:
        least = schema.get("minItems")
        count = max(1, least) if isinstance(least, int) else 1
        singular = name.removesuffix("s")
        items = schema.get("items")
        made = [self._part(one, singular, above) for one in schema.get("prefixItems", ())]
        if schema.get("contains") and schema.get("maxItems") != 0:
            made.append(self._part(schema["contains"], singular, above))
        if not isinstance(items, Node) or items.value is False or schema.get("maxItems") == 0:
            return made
        choices = items.resolved().table.get("enum")
        if schema.get("uniqueItems") and isinstance(choices, list):
            return [*made, *choices][:count]
        for index in range(len(made), min(count, 50)):
            value = self._value(items, singular if not index else f"{singular}{index + 1}", above)
            if value is not _MISSING and not (schema.get("uniqueItems") and value in made):
                made.append(value)
        return made

    def _part(self, schema: Node, name: str, above: tuple[str, ...]) -> Any:
        """A value that has a place of its own; null where it would hold itself."""
        value = self._value(schema, name, above)
        return None if value is _MISSING else value


def _choice(node: Node, kind: str, above: tuple[str, ...]) -> Node | None:
    """The one of `oneOf` or `anyOf` that is taken: the first that is not null and does not hold itself."""
    choices = [one.resolved() for one in node.each(kind)]
    real = [one for one in choices if one.table.get("type") != "null" and one.where not in above]
    return next(iter(real or choices), None)


def _chosen(node: Node, above: tuple[str, ...]) -> Node | None:
    return next((one for kind in _CHOICES if (one := _choice(node, kind, above))), None)


def _discriminate(node: Node, chosen: Node, merged: dict[str, Any]) -> None:
    """Let the property that tells schemas apart name the one of which the example is."""
    found = _table(merged.get("discriminator"))
    name = found.get("propertyName") if found else merged.get("discriminator")
    schema = chosen.pointer.rsplit("/", 1)[-1]
    if not isinstance(name, str) or chosen.pointer.rsplit("/", 2)[-2:-1] not in (["schemas"], ["definitions"]):
        return
    known = merged["properties"].get(name)
    if known is not None and _given(known.resolved().table) is not _MISSING:
        return
    mapping = {str(ref): key for key, ref in _table(found.get("mapping")).items()}
    value = mapping.get(chosen.where) or mapping.get(schema) or schema
    merged["properties"][name] = Node(
        node.documents, node.file, f"{node.pointer}/discriminator", {"const": value}
    )


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
    if "items" in schema or schema.get("prefixItems"):
        return "array"
    if {"minimum", "maximum", "multipleOf"} & schema.keys():
        return "number"
    is_text = {"pattern", "format", "minLength", "maxLength"} & schema.keys()
    return "string" if is_text else "object"


def _name_like(pattern: Any, dice: random.Random) -> str:
    """A name that a pattern describes; any name where there is no pattern, or none that can be used."""
    try:
        return make_match(pattern, dice) if isinstance(pattern, str) and pattern else "key"
    except ValueError:
        return "key"


def _joined(own: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    properties = part["properties"] | own["properties"]
    lists = [one.get("required") for one in (part, own)]
    required = [name for one in lists if isinstance(one, list) for name in one if isinstance(name, str)]
    found = part | own | {"properties": properties}
    for key in ("prefixItems", "patternProperties"):
        found[key] = own[key] or part[key]
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
