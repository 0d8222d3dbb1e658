"""Whether an example satisfies its schema, by the dialect of the description's version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from automock_tui.importing.patterns import is_match
from automock_tui.importing.references import Node

_BASE = "urn:description:"
_LONGEST = 300
_MAX_STEPS = 50_000
_MAX_TOTAL = 1_000_000
"""References and combinations that are followed for one value, and for all of a description."""


class _TooMany(Exception):
    """The schema refers to so much that checking it does not end in time."""


class Validity:
    """Validates values against the schemas of one description."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._steps = 0
        self._total = 0

    def fault(self, schema: Node, value: Any) -> str:
        """What is wrong with a value, empty if nothing is; a schema that is itself broken says so."""
        from jsonschema.exceptions import SchemaError, UnknownType, _WrappedReferencingError
        from referencing.exceptions import Unresolvable

        self._steps = 0
        try:
            found = next(iter(self._validator(schema).iter_errors(value)), None)
        except (Unresolvable, _WrappedReferencingError):
            return "not checked: a $ref of the schema leads nowhere"
        except (
            SchemaError,
            UnknownType,
            TypeError,
            ValueError,
            AttributeError,
            LookupError,
            ArithmeticError,
        ) as error:
            return f"not checked: the schema is broken ({type(error).__name__})"
        except _TooMany:
            return "not checked: the schema is too large once its references are followed"
        except RecursionError:
            return "not checked: the schema goes round in a circle"
        if found is None:
            return ""
        place = "/".join(map(str, found.absolute_path))
        return f"{place}: {found.message}"[:_LONGEST] if place else found.message[:_LONGEST]

    def _validator(self, schema: Node) -> Any:
        reference = f"{_BASE}{schema.file}#{_quoted(schema.pointer)}"
        return self._class({"$ref": reference}, registry=self._registry)

    @cached_property
    def _class(self) -> Any:
        import openapi_schema_validator as dialects
        from jsonschema.validators import extend

        version = str(self._root.table.get("openapi") or "2.0")
        is_old = version.startswith(("2.", "3.0"))
        dialect = dialects.OAS30ReadValidator if is_old else dialects.OAS31Validator
        names = ("$ref", "allOf", "anyOf", "oneOf")
        counted = {
            name: self._counted(dialect.VALIDATORS[name]) for name in names if name in dialect.VALIDATORS
        }
        return extend(dialect, validators=counted | {"pattern": _pattern})

    def _counted(self, keyword: Any) -> Any:
        """The same keyword, which ends the check after too many steps."""

        def check(*arguments: Any) -> Iterator[Any]:
            self._steps += 1
            self._total += 1
            if self._steps > _MAX_STEPS or self._total > _MAX_TOTAL:
                raise _TooMany
            yield from keyword(*arguments) or ()

        return check

    @property
    def _registry(self) -> Any:
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        trees = self._root.documents.trees()
        if len(trees) != self._known[0]:
            resources = [(_BASE + name, DRAFT202012.create_resource(tree)) for name, tree in trees.items()]
            self._known = (len(trees), Registry().with_resources(resources))
        return self._known[1]

    _known: tuple[int, Any] = (0, None)


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """The keyword `pattern` with a time limit; one that is no regular expression is not checked."""
    from jsonschema.exceptions import ValidationError

    if not isinstance(instance, str) or not isinstance(pattern, str):
        return
    try:
        is_wrong = not is_match(pattern, instance)
    except ValueError:
        return
    if is_wrong:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _quoted(pointer: str) -> str:
    from urllib.parse import quote

    return quote(pointer, safe="/~")
