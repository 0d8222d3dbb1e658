"""What an expectation asks of a request, in a form that two of them can be compared by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from automock_tui.domain.expectation import UNLIMITED, Expectation
from automock_tui.linting.words import LITERAL, Word, word
from automock_tui.mocking.bodies.building import body_type
from automock_tui.mocking.bodies.json_bodies import json_value
from automock_tui.mocking.bodies.json_reading import NOT_JSON
from automock_tui.mocking.index import literal_ends
from automock_tui.mocking.paths import is_variable, split_path

Atom = tuple[str, ...]
"""One thing that is asked for. Who asks for less than another asks for some of the other's atoms."""

_PLAIN = frozenset(("method", "path", "pathParameters", "queryStringParameters", "headers", "cookies", "body"))
_NOT_HTTP = ("specUrlOrPayload", "binaryData", "dnsName", "if")
_OTHER_PROTOCOLS = (
    "httpWebSocketResponse",
    "grpcStreamResponse",
    "grpcBidiResponse",
    "binaryResponse",
    "dnsResponse",
)
PAIRS = ("queryStringParameters", "headers", "cookies")
_MOST_LEAVES = 64
"""Values of one JSON body that are told apart."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with one value to match."""

    name: Word
    value: Word


class Shape:
    """The request matcher of one expectation, and whether it always answers."""

    def __init__(self, expectation: Expectation) -> None:
        tree = expectation.tree
        spec = tree.get("httpRequest")
        self.spec: dict[str, Any] = spec if isinstance(spec, dict) else {}
        self.is_comparable = (
            (spec is None or isinstance(spec, dict))
            and not expectation.is_openapi
            and not any(name in self.spec for name in _NOT_HTTP)
            and not any(name in tree for name in _OTHER_PROTOCOLS)
        )
        self.is_negated = self.spec.get("not") is True
        self.scenario = (tree.get("scenarioName") or "", tree.get("scenarioState"))
        self.namespace = tree.get("namespace")
        self.is_off = tree.get("percentage") == 0
        self.always_answers = self.is_comparable and _always_answers(tree) and not self.is_negated

    @cached_property
    def method(self) -> Word:
        """The method."""
        return word(self.spec.get("method"))

    @cached_property
    def path(self) -> Word:
        """The path as it is written."""
        return word(self.spec.get("path"))

    @cached_property
    def parameters(self) -> Any:
        """The path parameters as they are written; None where there are none."""
        return self.spec.get("pathParameters") or None

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The segments of a path with parameters."""
        return split_path(self.path.text)

    @cached_property
    def is_template(self) -> bool:
        """Whether `{name}` stands for a segment of the path."""
        return self.parameters is not None and "{" in self.path.text and self.path.is_plain

    @cached_property
    def path_ends(self) -> tuple[str, str]:
        """The literal beginning and end of every path that matches, in lower case."""
        return _ends(self.path.text, self.is_template)

    @cached_property
    def asks(self) -> bool:
        """Whether there is a request that it does not match."""
        return any(value not in (None, "", {}, []) for key, value in self.spec.items() if key != "not")

    @cached_property
    def others(self) -> dict[str, Any]:
        """Fields beside the usual ones; compared by what they say."""
        return {key: value for key, value in self.spec.items() if key not in _PLAIN and key != "not"}

    def entries(self, field: str) -> tuple[Entry, ...] | None:
        """The entries of headers, query or cookies; None where they are more than names with one value each."""
        return _entries(field, self.spec.get(field))

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """Everything it asks for, as far as it has a name."""
        return tuple(self._atoms())

    def _atoms(self) -> Iterator[Atom]:
        if self.method.kind is LITERAL:
            yield "method", self.method.text.lower()
        yield from _path_atoms(self)
        for field in PAIRS:
            for one in self.entries(field) or () if field in self.spec else ():
                yield field, one.name.text.lower()
                if one.value.kind is LITERAL:
                    yield field, one.name.text.lower(), one.value.text.lower()
        if "body" in self.spec:
            yield from _body_atoms(self.spec["body"])


def _always_answers(tree: dict[str, Any]) -> bool:
    times, lives = tree.get("times"), tree.get("timeToLive")
    percentage = tree.get("percentage")
    return (
        (times is None or (isinstance(times, dict) and times.get(UNLIMITED) is True))
        and (lives is None or (isinstance(lives, dict) and lives.get(UNLIMITED) is True))
        and (percentage is None or (isinstance(percentage, int | float) and percentage >= 100))
        and (tree.get("scenarioState") is None or bool(tree.get("scenarioName")))
    )


def _entries(field: str, spec: Any) -> tuple[Entry, ...] | None:
    if not isinstance(spec, dict):
        return None if spec else ()
    found = []
    for name, value in spec.items():
        values = value if isinstance(value, list) and field != "cookies" else [value]
        key = word(name)
        if len(values) != 1 or isinstance(values[0], dict) or name == "keyMatchStyle" or not key.is_usable_key:
            return None
        found.append(Entry(key, word(values[0])))
    return tuple(found)


def _path_atoms(shape: Shape) -> Iterator[Atom]:
    path = shape.path
    if not path.is_plain or path.is_any:
        return
    if path.kind is LITERAL and not shape.is_template:
        yield "path", path.text.lower()
    begins, ends = shape.path_ends
    for at in [n for n, char in enumerate(begins) if char == "/"]:
        yield "begins", begins[: at + 1]
    for at in [n for n, char in enumerate(ends) if char == "/"]:
        yield "ends", ends[at:]


@lru_cache(maxsize=16384)
def _ends(path: str, is_template: bool) -> tuple[str, str]:
    """The literal beginning and end of every path that matches."""
    lowered = path.lower()
    if not is_template:
        return literal_ends(lowered)
    parts = path.split("/")
    plain = lowered
    for part in parts:
        if is_variable(part):
            plain = plain.replace(part.lower(), ".*", 1)
    return literal_ends(plain)


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
