"""JSON schemas: compiled once, without network, with MockServer's formats and with bounded patterns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from automock_tui.mocking.java_regex import compile_pattern

if TYPE_CHECKING:
    from automock_tui.mocking.texts import Text

_EMAIL = re.compile(r"[^@\s]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})")


class Schema:
    """A JSON schema. One that is itself broken matches nothing."""

    __slots__ = ("_validator",)

    def __init__(self, schema: Any) -> None:
        """Compile a schema given as an object or as its JSON text."""
        self._validator = _validator(schema)

    def matches(self, value: Any) -> bool:
        """Whether the value satisfies the schema."""
        return self._validator is not None and next(self.faults(value), None) is None

    def faults(self, value: Any) -> Iterator[str]:
        """What is wrong with the value, in words."""
        if self._validator is None:
            yield "the schema itself cannot be used"
            return
        import jsonschema
        from referencing.exceptions import Unresolvable

        try:
            for error in self._validator.iter_errors(value):
                yield f"{error.json_path}: {error.message}"
        except (Unresolvable, jsonschema.exceptions.UnknownType, RecursionError) as error:
            yield f"the schema cannot be followed: {error}"


def _validator(schema: Any) -> Any:
    import jsonschema
    from jsonschema.validators import validator_for
    from referencing import Registry

    try:
        found = json.loads(schema) if isinstance(schema, str) else schema
        kind = _bounded(validator_for(found, default=jsonschema.Draft7Validator))
        kind.check_schema(found)
        return kind(found, registry=Registry(), format_checker=_formats())
    except (ValueError, TypeError, RecursionError, jsonschema.exceptions.SchemaError):
        return None


@lru_cache(maxsize=16)
def _bounded(kind: Any) -> Any:
    """The validator class with patterns that cannot take for ever."""
    from jsonschema import validators
    from jsonschema.exceptions import ValidationError

    def pattern(_validator: Any, wanted: Any, value: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(value, str) and not _found(wanted, value):
            yield ValidationError(f"{value!r} does not match {wanted!r}")

    def pattern_properties(validator: Any, wanted: Any, value: Any, _schema: Any) -> Iterator[Any]:
        for expression, schema in wanted.items() if isinstance(value, dict) else ():
            for name in [name for name in value if _found(expression, name)]:
                yield from validator.descend(value[name], schema, path=name, schema_path=expression)

    return validators.extend(kind, {"pattern": pattern, "patternProperties": pattern_properties})


def _found(expression: Any, value: str) -> bool:
    compiled = compile_pattern(expression, False) if isinstance(expression, str) else None
    return compiled is not None and compiled.finds(value)


@lru_cache(maxsize=1)
def _formats() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(("date", "time", "ipv4", "ipv6", "regex"))
    for name, expression in (("email", _EMAIL), ("uuid", _UUID), ("date-time", _DATE_TIME)):
        checker.checkers[name] = (_full_match(expression), ())
    return checker


def _full_match(expression: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or expression.fullmatch(value) is not None


def text_schema(schema: Any) -> tuple[str, Callable[[str], bool]]:
    """A schema for a text on the wire: shown as JSON, and its test.

    The text is read as JSON first, except where the schema wants a string.
    """
    plain = (
        {key: value for key, value in schema.items() if key != "not"} if isinstance(schema, dict) else schema
    )
    compiled = Schema(plain)
    wanted = plain.get("type") if isinstance(plain, dict) else None
    nullable = isinstance(plain, dict) and plain.get("nullable") in (True, "true")

    def test(actual: str) -> bool:
        if not actual.strip():
            return nullable
        found, value = _read(actual, wanted)
        return found and compiled.matches(value)

    return json.dumps(schema, default=str), test


def _read(actual: str, wanted: Any) -> tuple[bool, Any]:
    if wanted == "string" and not actual.startswith('"') and not actual.endswith('"'):
        return True, actual
    try:
        return True, json.loads(actual)
    except (ValueError, RecursionError):
        return False, None


def list_matches(text: Text, values: list[str]) -> bool:
    """Whether all values of a key together satisfy a schema for an array."""
    return text.test(json.dumps(values)) is not text.negated
