"""Regular expressions that Java refuses, where one was clearly meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from automock_tui.domain.expectation import Expectation
from automock_tui.domain.json_text import Path
from automock_tui.linting.context import LintContext
from automock_tui.linting.finding import Finding
from automock_tui.linting.walking import PAIR_FIELDS, Found, matchers, texts
from automock_tui.mocking.java_reading import BadPattern
from automock_tui.mocking.java_regex import MAX_LENGTH, Pattern
from automock_tui.mocking.texts import has_meta

_SIMPLE_PATH = re.compile(r"(?:[\w/~%@:&=,!-]|\.[*+]?|\{[\w-]+\}|\[(?:0-9|a-z|A-Z|[\w^/])+\][*+?]?)*")
_SEGMENT_VARIABLE = re.compile(r"\{[^{}/]*\}")
_MEANT = re.compile(
    r"\.[*+]|\\[dDwWsSbB]|\(\?|\[\^|\[\^?\w-\w|[\])][*+?]|^\^|[^\\]\$$|\([^()]*\||\\[.\[\]{}()*+?^$|]"
)
"""What nobody writes into a text that is to be taken literally, such as `*/*`."""


def check_patterns(expectation: Expectation, context: LintContext) -> Iterator[Finding]:
    """Texts of the request matcher that are neither a regular expression nor look like a plain text."""
    if _is_ordinary(expectation.request):
        return
    for matcher in matchers(expectation.tree):
        yield from _path(matcher)
        for one in texts(matcher):
            yield from _text(one)


def _is_ordinary(request: dict[str, Any]) -> bool:
    """Whether all its texts are known to be right; so for nearly all."""
    path, method = request.get("path", ""), request.get("method", "")
    if not (isinstance(path, str) and isinstance(method, str) and _is_simple(path) and _is_known(method)):
        return False
    for field in PAIR_FIELDS:
        if field not in request:
            continue
        given = request[field]
        if not isinstance(given, dict):
            return False
        for name, values in given.items():
            if not _is_known(name) or not _are_known(values):
                return False
    return "if" not in request


def _are_known(values: Any) -> bool:
    if isinstance(values, str):
        return _is_known(values)
    return isinstance(values, list) and all(isinstance(one, str) and _is_known(one) for one in values)


def _is_simple(path: str) -> bool:
    """Whether a path is a literal, a template, or a regular expression without anything that can be wrong."""
    return _SIMPLE_PATH.fullmatch(path) is not None


@lru_cache(maxsize=16384)
def _is_known(text: str) -> bool:
    """Whether there is nothing to say about a text; the same few come again and again."""
    return not has_meta(text) or next(_finding((), text), None) is None


def _path(matcher: Found) -> Iterator[Finding]:
    spec = matcher.value.get("path")
    value = spec.get("value") if isinstance(spec, dict) else spec
    if isinstance(value, str) and has_meta(value):
        yield from _finding((*matcher.path, "path"), _SEGMENT_VARIABLE.sub("x", value))


def _text(found: Found) -> Iterator[Finding]:
    value: Any = found.value
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str) and has_meta(value):
        yield from _finding(found.path, value)


def _finding(path: Path, value: str) -> Iterator[Finding]:
    value = value.lstrip("!?")
    if (fault := pattern_fault(value)) and _MEANT.search(value):
        yield Finding("invalid-regex", path, f"{shortened(value)} is no regular expression: {fault}.")


@lru_cache(maxsize=4096)
def pattern_fault(pattern: str) -> str:
    """Why Java refuses a pattern; empty where it takes it."""
    if len(pattern) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} characters"
    try:
        Pattern(pattern)
    except BadPattern as error:
        return str(error)
    return ""


def shortened(text: str, size: int = 60) -> str:
    """A text on one line, short enough for a message."""
    plain = " ".join(text.split())
    return plain if len(plain) <= size else plain[: size - 1] + "…"
