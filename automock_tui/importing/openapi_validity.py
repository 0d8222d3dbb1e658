"""Whether an example satisfies its schema, by the dialect of the description's version."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from automock_tui.importing.references import Node

_BASE = "urn:description:"
_LONGEST = 300


class Validity:
    """Validates values against the schemas of one description."""

    def __init__(self, root: Node) -> None:
        self._root = root

    def fault(self, schema: Node, value: Any) -> str:
        """What is wrong with a value, empty if nothing is; a schema that is itself broken says so."""
        from jsonschema.exceptions import SchemaError, UnknownType, _WrappedReferencingError
        from referencing.exceptions import Unresolvable

        try:
            found = next(iter(self._validator(schema).iter_errors(value)), None)
        except (Unresolvable, _WrappedReferencingError):
            return "not checked: a $ref of the schema leads nowhere"
        except (SchemaError, UnknownType, TypeError, ValueError, AttributeError, KeyError) as error:
            return f"not checked: the schema is broken ({type(error).__name__})"
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

        version = str(self._root.table.get("openapi") or "2.0")
        if version.startswith(("2.", "3.0")):
            return dialects.OAS30ReadValidator
        return dialects.OAS31Validator

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


def _quoted(pointer: str) -> str:
    from urllib.parse import quote

    return quote(pointer, safe="/~")
