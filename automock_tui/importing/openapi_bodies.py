"""Request bodies of a description as matchers: a JSON schema of what must be there, or the fields of a form.

The schema is looser than the description's own: references are written out up to a bound, and what only says
how a value looks (`format`, `pattern`) or only concerns answers (`readOnly`) is left out. A request that fits
the description fits the matcher.
"""

from __future__ import annotations

from typing import Any

from automock_tui.importing.exchange import has_name
from automock_tui.importing.imported import Expectation, Report
from automock_tui.importing.loose import table, text
from automock_tui.importing.references import Node

_MAX_DEPTH = 8
_MAX_PARTS = 300
"""Levels and parts of one schema; what is below or beyond is any value."""
_KEPT = ("type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
_CHOICES = ("allOf", "anyOf", "oneOf")
_FORM = "application/x-www-form-urlencoded"


class RequestBodies:
    """Makes the body matchers of one description's operations."""

    def __init__(self, root: Node, report: Report, *, is_swagger: bool) -> None:
        self._root = root
        self._report = report
        self._is_swagger = is_swagger

    def matcher(self, operation: Node, parameters: list[Node], where: str) -> Expectation | None:
        """What a body must be; None where there need not be one, or any will do."""
        fields = [one for one in parameters if one.table.get("in") == "formData"]
        if self._is_swagger and fields:
            return self._of_fields(fields, operation, where)
        schema, kind = self._documented(operation, parameters)
        if not kind:
            return None
        if schema is None or ("json" not in kind and kind != _FORM):
            self._report.add(where, f"request body of {kind}", "not matched: any body is accepted")
            return None
        made = _Plain().of(schema)
        if kind == _FORM:
            return _form(made)
        return {"type": "JSON_SCHEMA", "jsonSchema": made} if made else None

    def _documented(self, operation: Node, parameters: list[Node]) -> tuple[Node | None, str]:
        """The schema of the body that must be sent, and its media type; no type where it need not be."""
        if self._is_swagger:
            return self._of_swagger(operation, parameters)
        body = operation.get("requestBody")
        if body.table.get("required") is not True:
            return None, ""
        media = list(body.get("content").items())
        if not media:
            return None, ""
        kind, chosen = min(media, key=lambda one: _rank(one[0]))
        if len(media) > 1 and "json" in kind and any("json" not in other for other, _ in media):
            return None, f"several media types ({', '.join(name for name, _ in media)[:80]})"
        return (chosen.raw("schema") if "schema" in chosen.table else None), _bare(kind)

    def _consumed(self, operation: Node) -> list[str]:
        consumed = operation.table.get("consumes") or self._root.table.get("consumes")
        return [text(kind) for kind in consumed] if isinstance(consumed, list) else []

    def _of_fields(self, fields: list[Node], operation: Node, where: str) -> Expectation | None:
        """The fields of a form that must be sent, as Swagger 2 has them."""
        kinds = self._consumed(operation)
        if any(one.table.get("type") == "file" for one in fields) or any("multipart" in one for one in kinds):
            self._report.add(where, "multipart form", "not matched: any body is accepted")
            return None
        wanted = [text(one.table.get("name")) for one in fields if one.table.get("required") is True]
        return _form({"required": wanted})

    def _of_swagger(self, operation: Node, parameters: list[Node]) -> tuple[Node | None, str]:
        for one in parameters:
            if one.table.get("in") == "body" and one.table.get("required") is True:
                kinds = self._consumed(operation)
                kind = min(kinds or ["application/json"], key=_rank)
                if len(kinds) > 1 and any("json" not in other for other in kinds):
                    return None, f"several media types ({', '.join(kinds)[:80]})"
                return (one.raw("schema") if "schema" in one.table else None), _bare(kind)
        return None, ""


def _rank(kind: str) -> int:
    return 0 if "json" in kind.lower() else 1 if kind.lower().startswith(_FORM) else 2


def _bare(kind: str) -> str:
    return kind.split(";")[0].strip().lower()


def _form(schema: dict[str, Any]) -> Expectation | None:
    wanted = [name for name in schema.get("required", []) if has_name(name)]
    return {"type": "PARAMETERS", "parameters": {name: [".*"] for name in wanted}} if wanted else None


class _Plain:
    """Writes one schema out without references, bounded."""

    def __init__(self) -> None:
        self._left = _MAX_PARTS

    def of(self, node: Node, above: tuple[str, ...] = ()) -> dict[str, Any]:
        """The schema; empty, which any value satisfies, where it is too deep or holds itself."""
        self._left -= 1
        found = node.resolved()
        if self._left < 0 or len(above) >= _MAX_DEPTH or found.where in above:
            return {}
        above = (*above, found.where)
        made = {key: found.table[key] for key in _KEPT if _is_sound(key, found.table.get(key))}
        self._add_object(made, found, above)
        if isinstance(found.table.get("items"), dict):
            items = self.of(found.raw("items"), above)
            made |= {"items": items} if items else {}
        for name in _CHOICES:
            self._add_choices(made, name, found, above)
        return _nullable(made) if found.table.get("nullable") is True else made

    def _add_object(self, made: dict[str, Any], node: Node, above: tuple[str, ...]) -> None:
        properties = {str(key): node.raw("properties").raw(str(key)) for key in table(node.table, "properties")}
        answered = {key for key, one in properties.items() if one.resolved().table.get("readOnly") is True}
        wanted = node.table.get("required")
        required = [key for key in wanted if isinstance(key, str)] if isinstance(wanted, list) else []
        if required := [key for key in required if key not in answered]:
            made["required"] = required
        parts = {key: self.of(one, above) for key, one in properties.items() if key not in answered}
        if parts := {key: one for key, one in parts.items() if one}:
            made["properties"] = parts

    def _add_choices(self, made: dict[str, Any], name: str, node: Node, above: tuple[str, ...]) -> None:
        choices = [self.of(one, above) for one in node.each(name)]
        if name == "allOf":
            choices = [one for one in choices if one]
        if choices and all(choices):
            # `oneOf` may fit several once the schemas are looser.
            made["allOf" if name == "allOf" else "anyOf"] = choices


def _is_sound(key: str, value: Any) -> bool:
    """Whether a keyword has a value that no schema reader stumbles over."""
    if key == "type":
        return isinstance(value, str | list) and bool(value) and value != "file"
    if key == "enum":
        return isinstance(value, list) and bool(value)
    if key == "const":
        return value is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _nullable(made: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [made, {"type": "null"}]} if made else made
