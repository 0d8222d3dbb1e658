"""Bodies: what type it is, and the fields of each type, for matching and for answering. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.ui.editing.form.cells import Cell, Line, choice_line, flag_line, key_of, text_line
from automock_tui.ui.editing.form.pairs import pair_lines
from automock_tui.ui.editing.form.values import Kind, has, value_at

Change = Callable[[Path, str, str, Any], Callable[[Expectation], Expectation]]
NONE, TEXT, BARE = "none", "plain text", "plain JSON"
"""A body that is not there, one that is a text, and one that is any JSON, each without `type`."""
TEMPLATE_TYPES = ("VELOCITY", "MUSTACHE", "JAVASCRIPT")


class Field(NamedTuple):
    """A field of a body type: its name, its label, how it is shown, and the words it may have."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    words: tuple[str, ...] = ()


_CONTENT_TYPE = Field("contentType", "Content type")
_PAIRS = Kind.BUTTON
"""Marks a field of names with values; no such field is a button."""
_TYPES: dict[str, tuple[Field, ...]] = {
    "STRING": (
        Field("string", "Text", Kind.LINES),
        Field("subString", "Part of it", Kind.CHOICE),
        _CONTENT_TYPE,
    ),
    "JSON": (
        Field("json", "JSON", Kind.JSON),
        Field("matchType", "Match", Kind.CHOICE, ("ONLY_MATCHING_FIELDS", "STRICT")),
        _CONTENT_TYPE,
    ),
    "JSON_SCHEMA": (Field("jsonSchema", "Schema", Kind.JSON),),
    "JSON_PATH": (Field("jsonPath", "JSON path"),),
    "REGEX": (Field("regex", "Regex"),),
    "PARAMETERS": (Field("parameters", "Parameters", _PAIRS),),
    "MULTIPART": (
        Field("fields", "Fields", _PAIRS),
        Field("filenames", "File names", _PAIRS),
        Field("partContentTypes", "Content types", _PAIRS),
    ),
    "XML": (Field("xml", "XML", Kind.LINES), _CONTENT_TYPE),
    "XML_SCHEMA": (Field("xmlSchema", "Schema", Kind.LINES),),
    "XPATH": (Field("xpath", "XPath"),),
    "BINARY": (Field("base64Bytes", "Base64"), _CONTENT_TYPE),
    "FUZZY": (
        Field("fuzzy", "Text", Kind.LINES),
        Field("threshold", "Threshold", Kind.NUMBER),
        Field("ignoreCase", "Ignore case", Kind.CHOICE),
    ),
    "JSON_RPC": (Field("method", "Method"), Field("paramsSchema", "Params schema", Kind.JSON)),
    "GRAPHQL": (
        Field("query", "Query", Kind.LINES),
        Field("operationName", "Operation name"),
        Field("variablesSchema", "Variables", Kind.JSON),
        Field(
            "selectionSetMatchType",
            "Compare by",
            Kind.CHOICE,
            ("NORMALISED_STRING", "AST_EXACT", "AST_SUBSET"),
        ),
        Field("fields", "Fields", Kind.JSON_LINE),
        Field("schema", "Schema", Kind.LINES),
    ),
    "FILE": (
        Field("filePath", "File"),
        Field("templateType", "Template", Kind.CHOICE, TEMPLATE_TYPES),
        _CONTENT_TYPE,
    ),
    "ALL_OF": (Field("bodyAllOf", "All of these", Kind.JSON),),
}
TO_MATCH = (NONE, TEXT, BARE, *_TYPES)
TO_ANSWER = (NONE, TEXT, BARE, "STRING", "JSON", "XML", "BINARY", "FILE", "PARAMETERS")
_MEANS = {
    NONE: "no body is looked at",
    TEXT: "exactly this text",
    BARE: "this JSON; fields that are not named may be there",
    "STRING": "a text, or a part of it",
    "JSON": "this JSON, strictly or by the fields that are named",
    "JSON_SCHEMA": "any JSON that the schema allows",
    "JSON_PATH": "any JSON in which the path finds something",
    "REGEX": "a text that the regular expression matches as a whole",
    "PARAMETERS": "form parameters",
    "MULTIPART": "a form with files",
    "XML": "this XML; white space and the order of attributes do not matter",
    "XML_SCHEMA": "any XML that the schema allows",
    "XPATH": "any XML in which the path finds something",
    "BINARY": "exactly these bytes",
    "FUZZY": "a text that is much like this one",
    "JSON_RPC": "a JSON-RPC call of this method",
    "GRAPHQL": "a GraphQL operation; see the step GraphQL",
    "FILE": "what a file of the server holds",
    "ALL_OF": "all of several",
}


def type_of(expectation: Expectation, path: Path) -> str:
    """The type of a body."""
    if not has(expectation, path):
        return NONE
    body = value_at(expectation, path)
    if isinstance(body, str):
        return TEXT
    kind = body.get("type") if isinstance(body, dict) else None
    return kind if isinstance(kind, str) and kind in _TYPES else BARE


def body_lines(expectation: Expectation, path: Path, types: tuple[str, ...], change: Change) -> list[Line]:
    """The lines of a body.

    Args:
        expectation: What is edited.
        path: Where the body is.
        types: The types to choose from.
        change: Remembers what a type held when another one is chosen, so that choosing it again brings it back.
    """
    kind = type_of(expectation, path)
    words = types if kind in types else (*types, kind)
    chosen = Cell((*path, "type"), Kind.CHOICE, kind, partial(_retype, path, kind, change), words)
    matches = types is TO_MATCH
    means = _MEANS.get(kind, "") if matches else ""
    head = Line(key_of((*path, "type"), Kind.CHOICE), "Body", (chosen,), means, covers=((*path, "type"),))
    if kind == TEXT:
        return [head, text_line(expectation, path, "Text", kind=Kind.LINES)]
    if kind == BARE:
        return [head, text_line(expectation, path, "JSON", kind=Kind.JSON)]
    more = _flags(expectation, path) if matches and kind != NONE else []
    return [head, *fields_of(expectation, path, kind), *more]


def _flags(expectation: Expectation, path: Path) -> list[Line]:
    return [
        flag_line(expectation, (*path, "not"), "Not", "Match everything but this"),
        flag_line(expectation, (*path, "optional"), "Optional", "Match a request without a body too"),
    ]


def fields_of(expectation: Expectation, path: Path, kind: str) -> list[Line]:
    """The lines of the fields of a body type."""
    return [line for field in _TYPES.get(kind, ()) for line in _field(expectation, (*path, field.name), field)]


def _field(expectation: Expectation, path: Path, field: Field) -> list[Line]:
    if field.kind is _PAIRS:
        return pair_lines(expectation, path, field.label)
    if field.kind is Kind.CHOICE and field.words:
        return [choice_line(expectation, path, field.label, field.words)]
    if field.kind is Kind.CHOICE:
        return [flag_line(expectation, path, field.label)]
    kind = field.kind
    if kind is Kind.JSON and isinstance(value_at(expectation, path), str):
        kind = Kind.LINES  # JSON in a text, which MockServer takes too
    return [text_line(expectation, path, field.label, kind=kind)]


def _retype(path: Path, before: str, change: Change, expectation: Expectation, kind: str) -> Expectation:
    fresh = None if kind == NONE else _fresh(kind, _main(value_at(expectation, path), before))
    return change(path, before, kind, fresh)(expectation)


def _main(body: Any, kind: str) -> str:
    """What a body says, as a text, whatever its type."""
    if isinstance(body, dict) and kind in _TYPES:
        body = body.get(_TYPES[kind][0].name)
    if isinstance(body, str):
        return body
    if body is None or body in ({}, []):
        return ""  # nothing was said yet: `{}` as a regex or an XPath would be no such thing
    return json.dumps(body, ensure_ascii=False, indent=2)


def _fresh(kind: str, said: str) -> Any:
    """A new body of a type that says the same, where it can."""
    if kind == TEXT:
        return said
    if kind == BARE:
        return _json(said)
    main = _TYPES[kind][0]
    values: dict[Kind, Any] = {Kind.JSON: [] if kind == "ALL_OF" else _json(said), _PAIRS: {}}
    return {"type": kind, main.name: values.get(main.kind, said)}


def _json(said: str) -> Any:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict | list) else {}
