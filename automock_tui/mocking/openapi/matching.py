"""Requests matched by the operations of an OpenAPI description, as MockServer turns them into matchers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from automock_tui.mocking.openapi.description import Description, Operation
from automock_tui.mocking.openapi.samples import primary_type

_STYLES = {
    "matrix": "MATRIX", "label": "LABEL", "form": "FORM", "simple": "SIMPLE",
    "spaceDelimited": "SPACE_DELIMITED", "pipeDelimited": "PIPE_DELIMITED", "deepObject": "DEEP_OBJECT",
}  # fmt: skip
_PLACES = {
    "path": "pathParameters", "query": "queryStringParameters", "header": "headers", "cookie": "cookies",
}  # fmt: skip
_SPECIAL = re.compile(r"[_ :;.,/\"'?!(){}\[\]@<>=\-+*#$&`|~^%]")

Spec = dict[str, Any]


def request_specs(description: Description, identity: str, prefix: str) -> list[Spec]:
    """The `httpRequest`s of which one has to match.

    Args:
        description: The description.
        identity: The id of the operation; empty for all of them.
        prefix: What comes before every path.
    """
    wanted = [one for one in description.operations if not identity or one.identity == identity]
    return [spec for one in wanted for spec in _of_operation(description, one, normal_prefix(prefix))]


def normal_prefix(prefix: str) -> str:
    """A prefix of paths with one slash before it and none after it."""
    inside = re.sub(r"/+", "/", prefix.strip()).strip("/")
    return f"/{inside}" if inside else ""


def _of_operation(description: Description, operation: Operation, prefix: str) -> Iterator[Spec]:
    body = description.table(operation.tree.get("requestBody"))
    content = description.table(body.get("content"))
    required = body.get("required") is True
    if not content:
        yield _base(description, operation, prefix)
    for kind, media in content.items():
        yield _with_body(
            _base(description, operation, prefix), description, kind, description.table(media), required
        )


def _base(description: Description, operation: Operation, prefix: str) -> Spec:
    spec: Spec = {"method": operation.method, "path": prefix + operation.path}
    for parameter in operation.parameters:
        place = _PLACES.get(str(parameter.get("in")))
        schema = _parameter_schema(description, parameter)
        if place is None or schema is None:
            continue
        name = str(parameter["name"])
        key = name if parameter.get("required") is True else f"?{name}"
        value = {"schema": schema}
        if place == "cookies":
            spec.setdefault(place, {})[key] = value
        else:
            target = spec.setdefault(place, {"keyMatchStyle": "MATCHING_KEY"})
            target[key] = {"values": [value], **_style(parameter, schema)}
    _secure(description, operation, spec)
    return spec


def _parameter_schema(description: Description, parameter: Spec) -> Spec | None:
    schema = parameter.get("schema")
    if schema is None:
        content = description.table(parameter.get("content"))
        schema = next((description.table(one).get("schema") for one in content.values()), None)
    if schema is None:
        return None
    found = usable_schema(description, description.table(schema))
    return found | {"nullable": True} if parameter.get("allowEmptyValue") is True else found


def _style(parameter: Spec, schema: Spec) -> Spec:
    """How several values are spelled in one; only lists are."""
    if primary_type(schema) != "array":
        return {}
    given = parameter.get("style") or {"query": "form", "cookie": "form"}.get(
        str(parameter.get("in")), "simple"
    )
    style = _STYLES.get(str(given), "SIMPLE")
    explodes = parameter.get("explode", given == "form")
    return {"parameterStyle": f"{style}_EXPLODED" if explodes and style != "DEEP_OBJECT" else style}


def _with_body(spec: Spec, description: Description, kind: str, media: Spec, required: bool) -> Spec:
    schema = description.table(media.get("schema"))
    if kind == "multipart/form-data":
        names = schema.get("required")
        if isinstance(names, list) and names:
            fields = {str(name): [".*"] for name in names}
            spec["body"] = {"type": "MULTIPART", "fields": fields, "optional": not required}
        return spec
    if required and kind != "*/*":
        escaped = _SPECIAL.sub(lambda one: f"\\{one[0]}", kind).replace("\\*", ".*") + ".*"
        headers = spec.setdefault("headers", {})
        headers["content-type"] = [escaped]
    if schema:
        usable = usable_schema(description, schema)
        spec["body"] = {"type": "JSON_SCHEMA", "jsonSchema": usable, "optional": not required}
    return spec


def _secure(description: Description, operation: Operation, spec: Spec) -> None:
    """Ask for what the security schemes of an operation name: present, whatever it holds."""
    given = operation.tree.get("security", description.tree.get("security"))
    schemes = description.table(description.table(description.tree.get("components")).get("securitySchemes"))
    found: dict[str, dict[str, set[str]]] = {}
    for requirement in given if isinstance(given, list) else []:
        for name in requirement if isinstance(requirement, dict) else ():
            _add_scheme(found, description.table(schemes.get(name)))
    for place, names in found.items():
        several = len(found) > 1 or len(names) > 1
        target = spec.setdefault(place, {})
        for name, values in names.items():
            target[f"?{name}" if several else name] = _one_or_list(place, "|".join(sorted(values)))
        if len(names) > 1:
            target["|".join(names)] = _one_or_list(place, ".*")


def _one_or_list(place: str, value: str) -> Any:
    return value if place == "cookies" else [value]


def _add_scheme(found: dict[str, dict[str, set[str]]], scheme: Spec) -> None:
    place = _PLACES.get(str(scheme.get("in") or "header"), "headers")
    if scheme.get("type") == "apiKey":
        name, value = str(scheme.get("name") or ""), ".+"
    elif scheme.get("type") in ("http", "oauth2", "openIdConnect"):
        name, value = "authorization", f"{scheme.get('scheme') or ''}.+"
    else:
        return
    if name:
        found.setdefault(place, {}).setdefault(name, set()).add(value)


def usable_schema(description: Description, schema: Spec) -> Spec:
    """A schema of OpenAPI as a JSON schema by itself: with what it refers to, and 3.0's words translated."""
    found = _translated(schema, 0)
    if not isinstance(found, dict):
        return {}
    if "$ref" in str(found):
        found["components"] = description.translated_components
    return found


_MAX_DEPTH = 60


def _translated(node: Any, depth: int) -> Any:
    """Words of OpenAPI 3.0 in JSON schema's: `nullable`, and bounds that are excluded."""
    if isinstance(node, list):
        return [_translated(one, depth + 1) for one in node]
    if not isinstance(node, dict) or depth > _MAX_DEPTH:
        return node
    found = {key: _translated(one, depth + 1) for key, one in node.items() if key not in ("example", "xml")}
    for side in ("inimum", "aximum"):
        flag = found.get(f"exclusiveM{side}")
        if isinstance(flag, bool):
            del found[f"exclusiveM{side}"]
            if flag and f"m{side}" in found:
                found[f"exclusiveM{side}"] = found.pop(f"m{side}")
    if found.get("nullable") is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
        if isinstance(found.get("enum"), list):
            found["enum"] = [*found["enum"], None]
    return found


def translate(node: Any) -> Any:
    """A tree of schemas as JSON schemas."""
    return _translated(node, 0)
