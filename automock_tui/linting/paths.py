"""Paths that no request has: `{name}` without its parameter, no slash at the start, a query string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from automock_tui.domain.expectation import UNLIMITED, Expectation
from automock_tui.domain.json_text import Path
from automock_tui.importing.grouping import literal
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.patterns import pattern_fault, shortened
from automock_tui.linting.walking import Found, matchers, pairs
from automock_tui.linting.words import ANY, word
from automock_tui.mocking.request import parse_parameters
from automock_tui.mocking.texts import Text, compile_text, has_meta

VARIABLE = re.compile(r"\{[.;]?([^*{}/]+)\*?\}")
"""A path parameter: the whole of a segment, with OpenAPI's marks for its style."""
_LITERAL = re.compile(r"/[\w/.~%@:&=,+-]*", re.ASCII)
_NAMED_SEGMENTS = re.compile(r"(?<=/)\{([\w-]+)\}(?=/|\Z)")
_NAME_INSIDE = re.compile(r"\{[A-Za-z_][\w.-]*\}")
_USABLE = re.compile(r"[^!?\s]\S*")
"""Names that can be added to pathParameters and mean what they say."""
_HOST = re.compile(r"(?:https?|wss?)://", re.IGNORECASE)
_GLOB = re.compile(r"/\*(?=/|\Z)")
_TO_ENCODE = re.compile(r"[^\x21-\x7e]+")
_VARIABLE_OR_TO_ENCODE = re.compile(r"(\{[^{}/]*\})|[^\x21-\x7e]+")
QUERY = re.compile(r"^(?P<path>/[^?*+\\()\[\]|]*)\?(?P<query>[A-Za-z_][\w.\[\]%-]*=[^()|\\]*)$")


def check_paths(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """What keeps every request from matching the path; and times of which none are left."""
    if "times" in expectation.tree:
        yield from _times(expectation.tree["times"])
    if _is_ordinary(expectation.request):
        return
    for matcher in matchers(expectation.tree):
        spec = matcher.value.get("path")
        if isinstance(spec, dict) and "schema" in spec:
            continue
        path = word(spec) if isinstance(spec, str | dict) else word(None)
        names = list(pairs(matcher.value.get("pathParameters"), ()))
        if path.kind is not ANY and (names or "{" in path.text):
            yield from _parameters(path.text, [compile_text(name.value) for name, _ in names], matcher)
        if path.kind is not ANY and path.is_plain:
            here = (*matcher.path, "path", *(("value",) if isinstance(spec, dict) else ()))
            yield from _impossible(path.text, here, matcher.value.get("queryStringParameters"))


def _is_ordinary(request: dict[str, Any]) -> bool:
    """Whether one look at the path shows that there is nothing to say about it; so for nearly all."""
    path, parameters = request.get("path"), request.get("pathParameters")
    if not isinstance(path, str):
        return False
    if parameters is None:
        return _LITERAL.fullmatch(path) is not None
    if _TO_ENCODE.search(path):
        return False
    names = _NAMED_SEGMENTS.findall(path)
    return isinstance(parameters, dict) and parameters.keys() == set(names) and path.count("{") == len(names)


def _times(spec: Any) -> Iterator[Finding]:
    if not isinstance(spec, dict) or spec.get(UNLIMITED) is True:
        return
    remaining = spec.get("remainingTimes", 0)
    if isinstance(remaining, int | float) and remaining <= 0:
        words = "times has none remaining, so that it never answers."
        yield Finding("never-answers", ("times",), words, can_fix=True)


def _parameters(path: str, given: list[Text], matcher: Found) -> Iterator[Finding]:
    here: Path = (*matcher.path, "path")
    variables = path_variables(path)
    if variables and not given:
        shown = ", ".join(f"{{{name}}}" for name in variables)
        words = f"{shown} in the path has no pathParameters, so that no request matches."
        yield Finding("path-parameters", here, words, can_fix=all(map(_USABLE.fullmatch, variables)))
    elif (part := _part_variable(path)) and (given or pattern_fault(path)):
        words = f"In {part} the name is a part of a segment; {{name}} stands for a whole one only."
        fix = "Match the path by a regex, such as /files/[^/]+\\.json."
        yield Finding("path-parameters", here, words, fix=fix)
        return
    needed = [one for one in given if not (one.optional or one.negated)]
    for extra in [one.value for one in needed if not any(one.test(name) for name in variables)]:
        words = f"The path has no {{{extra}}}, which pathParameters ask for, so that no request matches."
        fix = f"Write {{{extra}}} as a segment of the path, or remove it from pathParameters."
        yield Finding("path-parameters", (*matcher.path, "pathParameters"), words, fix=fix)


def path_variables(path: str) -> list[str]:
    """The names of the path parameters in a path."""
    found = (VARIABLE.fullmatch(part) for part in path.split("/"))
    return [one[1] for one in found if one]


def _part_variable(path: str) -> str:
    parts = (part for part in path.split("/") if not VARIABLE.fullmatch(part))
    return next((part for part in parts if _NAME_INSIDE.search(part)), "")


def _impossible(path: str, here: Path, query: Any) -> Iterator[Finding]:
    """Paths that are compared with what no client sends."""
    reason = _why_never(path)
    if reason:
        can_fix = mended_path(path, query) is not None
        yield Finding("impossible-path", here, f"{shortened(path)} {reason}.", can_fix=can_fix)
    elif _GLOB.search(path):
        words = (
            f"{shortened(path)} has a star after a slash, which repeats the slash and stands for nothing else."
        )
        yield Finding("glob-path", here, words)


def _why_never(path: str) -> str:
    if QUERY.match(path):
        return "holds a query string; the path is compared without it"
    if _HOST.match(path):
        return "holds a host; the path is compared without it"
    if not path.startswith("/") and (not has_meta(path) or pattern_fault(path)):
        return "does not begin with a slash; every path does"
    if "#" in path and not has_meta(path):
        return "holds a #; no client sends what comes after it"
    literals = VARIABLE.sub("x", path)
    if _TO_ENCODE.search(literals) and not has_meta(_TO_ENCODE.sub("x", literals)):
        return "holds what clients send percent-encoded; the path is compared as it is sent"
    return ""


def mended_path(path: str, query: Any) -> tuple[str, dict[str, list[str]]] | None:
    """A path that requests have, and what of it belongs to their query strings; None where nobody can say."""
    if _HOST.match(path) or "#" in path or path.startswith("*"):
        return None
    path = path if path.startswith("/") else f"/{path}"
    found = QUERY.match(path)
    given = parse_parameters(found["query"], semicolons=False) if found else []
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(literal(value))
    if given and not _has_room(query, values):
        return None
    plain = found["path"] if found else path
    return _VARIABLE_OR_TO_ENCODE.sub(lambda one: one[1] or quote(one[0]), plain), values


def _has_room(query: Any, names: Iterable[str]) -> bool:
    """Whether these parameters can be added to those that are asked for already."""
    return not query or (isinstance(query, dict) and not query.keys() & set(names))
