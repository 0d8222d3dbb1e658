"""Where in an expectation the things are that rules look at: matchers, texts, bodies, responses, templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from automock_tui.domain.json_text import Path

_NOT_HTTP = ("specUrlOrPayload", "binaryData", "dnsName")
_BRANCHES = ("if", "then", "else")
PAIR_FIELDS = ("pathParameters", "queryStringParameters", "headers", "cookies")
_RESPONSES = (
    ("httpResponse",),
    ("httpForwardWithFallback", "fallbackResponse"),
    ("httpOverrideForwardedRequest", "responseOverride"),
    ("httpOverrideForwardedRequest", "httpResponse"),
    ("httpResponseTemplate", "responseOverride"),
    ("httpSseResponse",),
)


class Found(NamedTuple):
    """A value and where it is."""

    path: Path
    value: Any


def matchers(tree: dict[str, Any]) -> Iterator[Found]:
    """The HTTP request matchers: of a conditional one, its branches."""
    yield from _matchers(tree.get("httpRequest"), ("httpRequest",))


def _matchers(spec: Any, path: Path) -> Iterator[Found]:
    if not isinstance(spec, dict):
        return
    if "if" in spec:
        for name in _BRANCHES:
            yield from _matchers(spec.get(name), (*path, name))
    elif not any(name in spec for name in _NOT_HTTP):
        yield Found(path, spec)


def pairs(spec: Any, path: Path) -> Iterator[tuple[Found, list[Found]]]:
    """The names of headers, parameters or cookies, each with its values."""
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name != "keyMatchStyle":
                yield Found((*path, name), name), _values(value, (*path, name))
    elif isinstance(spec, list):
        for index, one in enumerate(spec):
            if isinstance(one, dict):
                field = "values" if "values" in one else "value"
                here = (*path, index)
                yield Found((*here, "name"), one.get("name")), _values(one.get(field, ""), (*here, field))


def _values(value: Any, path: Path) -> list[Found]:
    if isinstance(value, dict) and "values" in value:
        value, path = value["values"], (*path, "values")
    if isinstance(value, list):
        return [Found((*path, index), one) for index, one in enumerate(value)]
    return [Found(path, value)]


def texts(matcher: Found) -> Iterator[Found]:
    """Every text of a matcher that MockServer tries as a regular expression; the path is left out."""
    spec = matcher.value
    if "method" in spec:
        yield Found((*matcher.path, "method"), spec["method"])
    for field in PAIR_FIELDS:
        if field in spec:
            for name, values in pairs(spec[field], (*matcher.path, field)):
                yield name
                yield from values


def responses(tree: dict[str, Any]) -> Iterator[Found]:
    """Every response that is written down, those for failures too."""
    for path in _RESPONSES:
        found = _at(tree, path)
        if found is not None:
            yield from _with_failure(Found(path, found))
    several = tree.get("httpResponses")
    for index, one in enumerate(several if isinstance(several, list) else ()):
        yield from _with_failure(Found(("httpResponses", index), one))
    steps = tree.get("steps")
    for index, one in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(one, dict) and "httpResponse" in one:
            yield from _with_failure(Found(("steps", index, "httpResponse"), one["httpResponse"]))


def _with_failure(response: Found) -> Iterator[Found]:
    if not isinstance(response.value, dict):
        return
    yield response
    failure = _at(response.value, ("recoverAfter", "failResponse"))
    if isinstance(failure, dict):
        yield Found((*response.path, "recoverAfter", "failResponse"), failure)


def _at(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def objects_with(tree: Any, key: str, path: Path = ()) -> Iterator[Found]:
    """Every object that has this key, wherever it is."""
    todo: list[Found] = [Found(path, tree)]
    while todo:
        here = todo.pop()
        if isinstance(here.value, dict):
            if key in here.value:
                yield here
            todo += [Found((*here.path, name), one) for name, one in here.value.items()]
        elif isinstance(here.value, list):
            todo += [Found((*here.path, index), one) for index, one in enumerate(here.value)]
