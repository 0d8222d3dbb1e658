"""What an expectation asks of a request, in a form that two of them can be compared by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from automock_tui.domain.expectation import UNLIMITED, Expectation
from automock_tui.linting.words import LITERAL, OTHER, Word, word
from automock_tui.mocking.bodies.building import body_type
from automock_tui.mocking.bodies.json_bodies import json_value
from automock_tui.mocking.bodies.json_reading import NOT_JSON
from automock_tui.mocking.index import literal_ends
from automock_tui.mocking.paths import PathMatcher, is_variable

Atom = tuple[str, ...]
"""One thing that is asked for. Who asks for less than another asks for some of the other's atoms."""

_PLAIN = frozenset(("method", "path", "pathParameters", "queryStringParameters", "headers", "cookies", "body"))
_NOT_HTTP = frozenset(("specUrlOrPayload", "binaryData", "dnsName", "if"))
_OTHER_PROTOCOLS = frozenset(
    ("httpWebSocketResponse", "grpcStreamResponse", "grpcBidiResponse", "binaryResponse", "dnsResponse")
)
PAIRS = ("queryStringParameters", "headers", "cookies")
NAME = re.compile(r"\{([A-Za-z_][\w-]*)\}", re.ASCII)
"""A plain path parameter."""
_MOST_LEAVES = 64
"""Values of one JSON body that are told apart."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with its value to match; several are one that is comparable with its like alone."""

    name: Word
    value: Word


class Shape:
    """The request matcher of one expectation, and whether it always answers."""

    __slots__ = (
        "_entries",
        "_matcher",
        "_names",
        "_path_ends",
        "_segments",
        "_values",
        "always_answers",
        "atoms",
        "is_comparable",
        "is_negated",
        "is_off",
        "is_template",
        "method",
        "namespace",
        "parameters",
        "path",
        "scenario",
        "spec",
    )

    def __init__(self, expectation: Expectation) -> None:
        tree = expectation.tree
        spec = tree.get("httpRequest")
        self.spec: dict[str, Any] = spec if isinstance(spec, dict) else {}
        self.is_comparable = (
            (spec is None or isinstance(spec, dict))
            and "specUrlOrPayload" not in tree
            and _NOT_HTTP.isdisjoint(self.spec)
            and _OTHER_PROTOCOLS.isdisjoint(tree)
        )
        self.is_negated = self.spec.get("not") is True
        self.scenario = (tree.get("scenarioName") or "", tree.get("scenarioState"))
        self.namespace = tree.get("namespace")
        self.is_off = tree.get("percentage") == 0
        self.always_answers = self.is_comparable and not self.is_negated and _always_answers(tree)
        self.method: Word = word(self.spec.get("method"))
        self.path: Word = word(self.spec.get("path"))
        self.parameters: Any = self.spec.get("pathParameters") or None
        """The path parameters as they are written; None where there are none."""
        self.is_template = self.parameters is not None and "{" in self.path.text and self.path.is_plain
        """Whether `{name}` stands for a segment of the path."""
        self._entries: dict[str, tuple[Entry, ...] | None] = {}
        self._values: dict[str, Word] | bool | None = False
        self._segments: tuple[str, ...] | None = None
        self._names: tuple[str, ...] | None = None
        self._path_ends: tuple[str, str] | None = None
        self._matcher: PathMatcher | None = None
        self.atoms = tuple(_atoms(self)) if self.is_comparable else ()
        """Everything it asks for, as far as it has a name."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path as they are written."""
        if self._segments is None:
            self._segments = tuple(filter(None, self.path.text.split("/")))
        return self._segments

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each segment that is a plain path parameter; empty for any other segment."""
        if self._names is None:
            found = map(NAME.fullmatch, self.segments)
            self._names = tuple(one[1] if one else "" for one in found)
        return self._names

    @property
    def path_ends(self) -> tuple[str, str]:
        """The literal beginning and end of every path that matches, in lower case."""
        if self._path_ends is None:
            self._path_ends = _ends(self)
        return self._path_ends

    @property
    def path_matcher(self) -> PathMatcher:
        """What matches its path, parameters included."""
        if self._matcher is None:
            self._matcher = PathMatcher(self.spec.get("path"), self.parameters)
        return self._matcher

    @property
    def values(self) -> dict[str, Word] | None:
        """The value wanted for each path parameter; None where it is more than one plain value each."""
        if isinstance(self._values, bool):
            self._values = _values(self.parameters)
        return self._values

    @property
    def asks(self) -> bool:
        """Whether there is a request that it does not match."""
        return any(value not in (None, "", {}, []) for key, value in self.spec.items() if key != "not")

    @property
    def others(self) -> dict[str, Any]:
        """Fields beside the usual ones; compared by what they say."""
        return {key: value for key, value in self.spec.items() if key not in _PLAIN and key != "not"}

    def entries(self, field: str) -> tuple[Entry, ...] | None:
        """The entries of headers, query or cookies; None where they are more than names and texts."""
        if field not in self.spec:
            return ()
        if field not in self._entries:
            self._entries[field] = _entries(field, self.spec[field])
        return self._entries[field]

    def cuts(self) -> Iterator[Atom]:
        """The beginnings and ends, at each slash, under which one that takes its paths may be filed."""
        if self.path.is_plain and not self.path.is_any:
            begins, ends = self.path_ends
            at = begins.find("/")
            while at >= 0:
                yield "begins", begins[: at + 1]
                at = begins.find("/", at + 1)
            at = ends.find("/")
            while at >= 0:
                yield "ends", ends[at:]
                at = ends.find("/", at + 1)


def _atoms(shape: Shape) -> Iterator[Atom]:
    if shape.method.kind is LITERAL:
        yield "method", shape.method.text.lower()
    path = shape.path
    if path.kind is LITERAL and path.is_plain and not shape.is_template:
        yield "path", path.text.lower()
    elif path.is_plain and not path.is_any:
        begins, ends = shape.path_ends
        if "/" in begins:
            yield "begins", begins[: begins.rfind("/") + 1]
        if "/" in ends:
            yield "ends", ends[ends.find("/") :]
    for field in PAIRS:
        for one in shape.entries(field) or ():
            yield field, one.name.text.lower()
            if one.value.kind is LITERAL:
                yield field, one.name.text.lower(), one.value.text.lower()
    if "body" in shape.spec:
        yield from _body_atoms(shape.spec["body"])


def _always_answers(tree: dict[str, Any]) -> bool:
    times, lives = tree.get("times"), tree.get("timeToLive")
    percentage = tree.get("percentage")
    return (
        (times is None or (isinstance(times, dict) and times.get(UNLIMITED) is True))
        and (lives is None or (isinstance(lives, dict) and lives.get(UNLIMITED) is True))
        and (percentage is None or (isinstance(percentage, int | float) and percentage >= 100))
        and (tree.get("scenarioState") is None or bool(tree.get("scenarioName")))
    )


def _values(parameters: Any) -> dict[str, Word] | None:
    if not isinstance(parameters, dict) or "keyMatchStyle" in parameters:
        return None
    found = {}
    for name, value in parameters.items():
        values = value if isinstance(value, list) else [value]
        key = word(name)
        if len(values) != 1 or key.kind is not LITERAL or key.is_optional:
            return None
        found[name] = word(values[0])
        if not found[name].is_plain:
            return None
    return found


def _entries(field: str, spec: Any) -> tuple[Entry, ...] | None:
    found = []
    for name, value in _named(spec):
        values = value if isinstance(value, list) and field != "cookies" else [value]
        key = word(name)
        if any(isinstance(one, dict) for one in values) or name == "keyMatchStyle" or not key.is_usable_key:
            return None
        found.append(Entry(key, word(values[0]) if len(values) == 1 else Word(values, kind=OTHER)))
    return tuple(found)


def _named(spec: Any) -> Iterator[tuple[Any, Any]]:
    """Names and values, from an object or from a list of objects with `name` and `values`."""
    if isinstance(spec, dict):
        yield from spec.items()
    elif spec:
        for one in spec if isinstance(spec, list) else [spec]:
            known = isinstance(one, dict) and one.keys() in ({"name", "values"}, {"name", "value"})
            yield (one["name"], one.get("values", one.get("value"))) if known else ("keyMatchStyle", None)


def _ends(shape: Shape) -> tuple[str, str]:
    lowered = shape.path.text.lower()
    if shape.path.kind is LITERAL and not shape.is_template:
        return lowered, lowered
    if shape.is_template:
        parts = lowered.split("/")
        lowered = "/".join(".*" if is_variable(part) else part for part in parts)
    return literal_ends(lowered)


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A JSON value that a body has to be like."""

    value: Any
    is_strict: bool
    has_placeholders: bool


def json_of(spec: Any) -> JsonBody | None:
    """The JSON value that a body asks for; None where it asks for something else."""
    if not isinstance(spec, dict | list) or body_type(spec) not in ("", "JSON"):
        return None
    if isinstance(spec, dict) and (spec.get("not") is True or spec.get("optional") is True):
        return None
    is_typed = body_type(spec) == "JSON"
    value = json_value(spec.get("json")) if is_typed and isinstance(spec, dict) else spec
    if value is NOT_JSON:
        return None
    is_strict = is_typed and isinstance(spec, dict) and spec.get("matchType") == "STRICT"
    return JsonBody(value, is_strict, "{json-unit." in json.dumps(value, default=str))


def _body_atoms(spec: Any) -> Iterator[Atom]:
    """What only the same body has; of a JSON one its values, of which another may ask for fewer."""
    found = json_of(spec)
    if found is None or found.is_strict or found.has_placeholders:
        yield "body", json.dumps(spec, sort_keys=True, default=str)
    if found is not None:
        yield from islice(_leaves(found.value, "$"), _MOST_LEAVES)


def _leaves(value: Any, path: str) -> Iterator[Atom]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, f"{path}[]")
    elif not (isinstance(value, str) and "{json-unit." in value):
        yield "json", path, repr(value)
