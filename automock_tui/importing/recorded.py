"""What is kept of real answers: exchanges as a document saves them, without the secrets of the calls.

A secret that was sent or carried is hidden wherever it comes up again, under whatever name.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from automock_tui.domain.redaction import MASK, SHORTEST_VALUE, redact
from automock_tui.importing.bodies import binary_body
from automock_tui.importing.calls import headers_of
from automock_tui.importing.captures import Answer
from automock_tui.importing.exchange import Exchange, Pairs, Request, Response, json_or_none
from automock_tui.importing.imported import Options, Report
from automock_tui.importing.loose import status
from automock_tui.importing.secrets import Secrets

_ANY = "${json-unit.any-string}"
_MAX_DEPTH = 100
_SCHEME = re.compile(r"^\w[\w-]* (?=\S)")


class Recording(NamedTuple):
    """A request as it was sent, what was answered, and values that were made up for this one call."""

    exchange: Exchange
    sent: Request
    answer: Answer
    made_up: tuple[str, ...] = ()


def keep(recordings: list[Recording], carried: dict[str, str], options: Options, report: Report) -> None:
    """Give each exchange its real answer, and its request as it was sent."""
    secrets = Secrets(options, Report())
    hidden = _long(value for name, value in carried.items() if secrets.is_secret(name, value))
    for one in recordings:
        hidden |= _long(_secrets_of(one.sent, secrets))
    for one in recordings:
        _hide_in_request(one, hidden | set(one.made_up), secrets, report)
        one.exchange.request = one.sent
        one.exchange.response = _response(one, hidden, report)
        one.exchange.is_generated = False
        report.forget(one.exchange.where, "variable ", "template tag ")


def path_told(request: Request, carried: dict[str, str]) -> str:
    """The path of a request for people: as sent, without the secrets in it."""
    secrets = Secrets(Options(), Report())
    hidden = _long(value for name, value in carried.items() if secrets.is_secret(name, value))
    hidden |= _long(_secrets_of(request, secrets))
    path = redact(unquote(request.path))
    for name, value in request.parameters.items():
        path = path.replace(f"{{{name}}}", value or f":{name}")
    for value in hidden:
        path = path.replace(value, MASK)
    return path


def _long(values: Iterable[str]) -> set[str]:
    return {value for value in values if len(value) >= SHORTEST_VALUE}


def _secrets_of(request: Request, secrets: Secrets) -> Iterator[str]:
    for name, value in (*headers_of(request), *request.query, *(request.form or ())):
        if secrets.is_secret(name, value):
            yield from _parts(value)
    yield from _in_tree(json_or_none(request.body), secrets)


def _parts(value: str) -> Iterator[str]:
    """A secret as sent, without its scheme, and the password in it."""
    bare = _SCHEME.sub("", value)
    yield from (value, bare)
    if value[:6].lower() == "basic ":
        try:
            yield base64.b64decode(bare).decode().partition(":")[2]
        except ValueError:
            return


def _in_tree(value: Any, secrets: Secrets) -> Iterator[str]:
    stack = [("", value)]
    while stack:
        name, one = stack.pop()
        if isinstance(one, dict):
            stack += one.items()
        elif isinstance(one, list):
            stack += [(name, part) for part in one]
        elif isinstance(one, str) and name and secrets.is_secret(name, one):
            yield one


def _hide_in_request(one: Recording, hidden: set[str], secrets: Secrets, report: Report) -> None:
    sent, where = one.sent, one.exchange.where

    def kept(pairs: Pairs) -> Pairs:
        """Without those that hold such a value under a name by which it would not be masked."""
        dropped = [pair for pair in pairs if _holds(pair[1], hidden) and not secrets.is_secret(*pair)]
        for name, _ in dropped:
            report.add(where, f"secret or random value in {name}", "not matched: any value is accepted")
        return [pair for pair in pairs if pair not in dropped]

    _hide_in_path(sent, hidden)
    sent.query, sent.headers = kept(sent.query), kept(sent.headers)
    sent.form = None if sent.form is None else kept(sent.form)
    tree = json_or_none(sent.body)
    if isinstance(tree, dict | list) and not _is_deep(tree):
        cleaned = _masked(tree, hidden)
        sent.body = sent.body if cleaned == tree else json.dumps(cleaned, ensure_ascii=False)
    elif _holds(sent.body, hidden):
        report.add(where, "body with a secret or a random value", "not matched: any body is accepted")
        sent.body = ""


def _hide_in_path(sent: Request, hidden: set[str]) -> None:
    """A segment with such a value becomes a parameter that takes any."""
    segments = sent.path.split("/")
    for place, segment in enumerate(segments):
        if not segment.startswith("{") and _holds(unquote(segment), hidden):
            name = f"value{place}"
            segments[place] = f"{{{name}}}"
            sent.parameters[name] = ""
    sent.path = "/".join(segments)
    for name, value in sent.parameters.items():
        if _holds(value, hidden):
            sent.parameters[name] = ""


def _holds(text: str, hidden: set[str]) -> bool:
    return any(value in text for value in hidden)


def _masked(value: Any, hidden: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _masked(one, hidden) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, hidden) for one in value]
    return _ANY if isinstance(value, str) and _holds(value, hidden) else value


def _response(one: Recording, hidden: set[str], report: Report) -> Response:
    answer, data = one.answer, one.answer.data
    headers = answer.headers
    for value in sorted(hidden, key=len, reverse=True):
        for written in {value, json.dumps(value)[1:-1], quote(value, safe="")}:
            data = data.replace(written.encode(), MASK.encode())
        headers = [(name, said.replace(value, MASK)) for name, said in headers]
    if data != answer.data or headers != answer.headers:
        report.add(one.exchange.where, "secret of the call in its answer", f"redacted: {MASK}")
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    is_deep = _is_deep(json_or_none(data.decode("utf-8", "replace")))
    body = data.decode("utf-8", "replace") if is_deep else binary_body(data, kind)
    return Response(status(answer.status), headers, body)


def _is_deep(value: Any) -> bool:
    """Whether JSON nests deeper than any that is meant; such an answer is kept as text."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [part for one in level for part in _inner(one)]
        if not level:
            return False
    return True


def _inner(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
