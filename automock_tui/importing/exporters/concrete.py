"""A request that an expectation matches: its matchers with a value put in for each pattern."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from automock_tui.importing.exchange import Pairs
from automock_tui.importing.imported import Expectation
from automock_tui.importing.loose import table, text
from automock_tui.importing.patterns import is_match, make_match

BASE = "http://localhost:1080"
"""Where MockServer runs unless told otherwise."""
_PATTERN = re.compile(r"[\\^$*+?()\[\]{}|]|\.\*|\.\+")
_SHORT_FORMS = (
    (re.compile(r"(?<!\\)\.\*"), ""),
    (re.compile(r"(?<!\\)\.\+"), "value"),
    (re.compile(r"(?<!\\)\\s[*+]?"), " "),
)
"""What a sample has for the parts of a pattern that anything matches."""
_TRIES = 10
_SAFE = "/%:@!$&'()*+,;=~-._"


@dataclass
class Concrete:
    """A request as a client would send it."""

    method: str
    path: str
    query: Pairs = field(default_factory=list)
    headers: Pairs = field(default_factory=list)
    body: str = ""

    @property
    def url(self) -> str:
        """Its address on a MockServer of this machine."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{BASE}{self.path}{query}"


def concrete(expectation: Expectation) -> Concrete | None:
    """A request that the expectation matches; None where it has no HTTP request matcher."""
    request = expectation.get("httpRequest", {})
    if not isinstance(request, dict) or {"specUrlOrPayload", "binaryData", "dnsName", "if"} & request.keys():
        return None
    if request.get("not") is True:
        return None
    found = Concrete(_value(request.get("method")) or "GET", _path(request))
    found.query = values_of(request.get("queryStringParameters"))
    found.headers = values_of(request.get("headers"))
    cookies = values_of(request.get("cookies"))
    if cookies:
        found.headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    _set_body(found, request.get("body"))
    return found


def _path(request: dict[str, Any]) -> str:
    known = dict(values_of(request.get("pathParameters")))
    path = matcher_text(request.get("path")) or "/"
    if known:
        path = re.sub(r"\{([^{}]+)\}", lambda one: quote(known.get(one[1], "1"), safe=""), path)
    elif is_pattern(path):
        path = sample(path)
    return quote(path if path.startswith("/") else f"/{path}", safe=_SAFE)


def values_of(value: Any, *, are_patterns: bool = True) -> Pairs:
    """Names and values of headers or parameters, in any of MockServer's forms; not what must be absent.

    Args:
        value: As an expectation has it.
        are_patterns: Whether they are matchers; those of a response are sent as they are.
    """
    if isinstance(value, list):
        entries = [
            (text(one.get("name")), one.get("values", [one.get("value")]))
            for one in value
            if isinstance(one, dict)
        ]
    else:
        entries = [(name, one) for name, one in table(value).items() if name != "keyMatchStyle"]
    found: Pairs = []
    for name, values in entries:
        if name.startswith(("!", "?")) or not name:
            continue
        values = table(values).get("values", values) if isinstance(values, dict) else values
        for one in values if isinstance(values, list) else [values]:
            if not are_patterns:
                found.append((name, text(one)))
            elif not matcher_text(one).startswith("!"):
                found.append((sample(name) if is_pattern(name) else name, _value(one)))
    return found


def matcher_text(value: Any) -> str:
    """The text of a matcher, in its short or its object form."""
    if isinstance(value, dict):
        inner = matcher_text(value.get("value", ""))
        return f"!{inner}" if value.get("not") is True else inner
    return text(value)


def _value(value: Any) -> str:
    if isinstance(value, dict) and "schema" in value:
        return _of_schema(table(value, "schema"))
    said = matcher_text(value).lstrip("?")
    return sample(said) if is_pattern(said) else said


def _of_schema(schema: dict[str, Any]) -> str:
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return text(choices[0])
    return {"integer": "1", "number": "1.5", "boolean": "true"}.get(text(schema.get("type")), "value")


def is_pattern(value: str) -> bool:
    """Whether a text is a regular expression and not just itself."""
    return _PATTERN.search(value) is not None


def sample(pattern: str) -> str:
    """A short printable text that a regular expression matches; the pattern itself where none is found."""
    return _sampled(pattern, "") or _sampled(pattern, "value") or pattern


def _sampled(pattern: str, anything: str) -> str:
    """A text that the pattern matches, with `anything` for each part that anything matches; empty if none."""
    simple = pattern.replace("[\\s\\S]", ".")
    for meant, short in _SHORT_FORMS:
        simple = meant.sub(short or anything, simple)
    dice = random.Random(pattern)
    for _ in range(_TRIES):
        try:
            made = make_match(simple, dice)
            if is_match(pattern, made, whole=True) and made.isprintable() and made == made.strip():
                return made
        except ValueError:
            break
    return ""


def _set_body(request: Concrete, body: Any) -> None:
    from automock_tui.importing.exporters.bodies import sent_body

    said, kind = sent_body(body)
    request.body = said if isinstance(said, str) else ""
    if request.body and kind and not any(name.lower() == "content-type" for name, _ in request.headers):
        request.headers.append(("Content-Type", kind))
