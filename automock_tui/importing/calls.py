"""Requests of a collection that could be made for real: a plan, without any network.

A call is prepared right before it is made, because what it sends may hang on the answers before it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode, urlsplit

from automock_tui.importing.captures import Answer, response_tag
from automock_tui.importing.exchange import Pairs, Request, json_or_none
from automock_tui.importing.imported import Report
from automock_tui.importing.scripts import Read

if TYPE_CHECKING:
    from automock_tui.importing.variables import Variables

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that by their definition (RFC 9110, 9.2.1) change nothing."""
_OWN_HEADERS = frozenset(
    {
        "host", "content-length", "connection", "transfer-encoding", "accept-encoding", "expect", "te",
        "upgrade", "keep-alive", "proxy-connection", "proxy-authorization", "trailer",
    }
)  # fmt: skip
"""Request headers that belong to a connection; ours has its own."""


@dataclass
class Carried:
    """What is known while calls are made: variables, and answers by the identity of their request."""

    values: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    def take(self, call: Call, answer: Answer) -> list[str]:
        """Keep what a call's answer is asked for; the names of what is not in it."""
        if call.identity:
            self.answers[call.identity] = answer
        absent = []
        for capture in call.read.captures:
            value = capture.value(answer)
            if value is None:
                absent.append(capture.name)
            else:
                self.values[capture.name] = value
        return absent


@dataclass(frozen=True)
class Prepared:
    """A request with all that is known filled in.

    Attributes:
        request: The request; None where it has no address.
        missing: Variables and tags whose value is not known.
    """

    request: Request | None
    missing: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it cannot be made; empty if it can."""
        if self.missing:
            return "not known: " + ", ".join(dict.fromkeys(name[:60] for name in self.missing))
        if self.request is None or not self.request.origin:
            return "no server in its address"
        empty = [name for name, value in self.request.parameters.items() if not value]
        if empty:
            return "not known: " + ", ".join(f":{name}" for name in empty)
        return f"{self.request.unsent} is not sent" if self.request.unsent else ""


@dataclass(frozen=True)
class Call:
    """How to make one request for real, and what its answer is asked for.

    Attributes:
        prepare: Makes the request of what is carried.
        reading: Reads the scripts for what they take from its answer; done only where calls are made.
        identity: By which others refer to its answer.
        follows: Whether a redirect to the same host is followed.
    """

    prepare: Callable[[Carried], Prepared]
    reading: Callable[[], Read] = Read
    identity: str = ""
    follows: bool = True

    @cached_property
    def read(self) -> Read:
        """The variables that its answer gives, and what cannot be told without running its scripts."""
        return self.reading()


def call_of(
    build: Callable[[Variables, Report], Request | None],
    variables: Variables,
    reading: Callable[[], Read],
    *,
    identity: str = "",
) -> Call:
    """The call of a request that is built of variables."""

    def prepare(carried: Carried) -> Prepared:
        report = Report()
        own = variables.for_call(carried.values, carried.answers, report)
        return Prepared(build(own, report), tuple(own.missing))

    return Call(prepare, reading, identity)


class Promise:
    """What the calls up to here will give to those after them, if they are answered as expected."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._identities: set[str] = set()

    def add(self, call: Call) -> None:
        """What one more call gives."""
        self._names.update(one.name for one in call.read.captures)
        self._identities.add(call.identity)

    def gives(self, missing: tuple[str, ...]) -> bool:
        """Whether all of this comes from an answer before."""
        return all(name in self._names or self._is_answer(name) for name in missing)

    def _is_answer(self, name: str) -> bool:
        tag = response_tag(name)
        return tag is not None and tag.identity in self._identities


def url_of(request: Request) -> str:
    """The address to send to; the user that it may name goes into a header instead."""
    scheme = urlsplit(request.origin).scheme
    return f"{scheme}://{host_of(request)}{_target(request)}"


def _target(request: Request) -> str:
    path = request.path
    for name, value in request.parameters.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return f"{path}?{urlencode(request.query, quote_via=quote)}" if request.query else path


def body_of(request: Request) -> bytes:
    """The body to send."""
    return urlencode(request.form).encode() if request.form is not None else request.body.encode()


def headers_of(request: Request) -> Pairs:
    """The headers to send; with the type that clients give to such a body."""
    found = [(name, value) for name, value in request.headers if name.lower() not in _OWN_HEADERS]
    if (request.body or request.form) and not request.content_type:
        found.append(("Content-Type", _type_of(request)))
    user = urlsplit(request.origin).netloc.rpartition("@")[0]
    if user and not request.header("authorization"):
        found.append(
            ("Authorization", "Basic " + base64.b64encode(unquote(user).encode(errors="replace")).decode())
        )
    return found


def _type_of(request: Request) -> str:
    if request.form is not None:
        return "application/x-www-form-urlencoded"
    if json_or_none(request.body) is not None:
        return "application/json"
    return "application/xml" if request.body.lstrip().startswith("<") else "text/plain"


def host_of(request: Request) -> str:
    """The host and port that it goes to, for people."""
    return urlsplit(request.origin).netloc.rpartition("@")[2]
