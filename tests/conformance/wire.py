"""Requests as bytes to two servers, and what came back taken apart for comparison."""

from __future__ import annotations

import json
import re
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

Address = tuple[str, int]
HINT = "x-mockserver-closest-match-hint"
VARYING = ("x-ratelimit-reset", "retry-after")
"""Headers whose values depend on the clock."""


@dataclass(frozen=True)
class Sent:
    """One request to send. `waits` is how long to wait where the answer leaves the connection open."""

    target: str = "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    waits: float = 5.0

    def encode(self) -> bytes:
        names = {name.lower() for name, _ in self.headers}
        headers = list(self.headers)
        if "host" not in names:
            headers.insert(0, ("Host", "mock.test"))
        if self.body and not names & {"content-length", "transfer-encoding"}:
            headers.append(("Content-Length", str(len(self.body))))
        if "connection" not in names:
            headers.append(("Connection", "close"))
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join([*lines, "", ""]).encode() + self.body

    def __str__(self) -> str:
        shown = f"{self.method} {self.target}"
        if self.headers:
            shown += " " + ", ".join(f"{name}: {value}" for name, value in self.headers)
        return shown + (f" {self.body[:60]!r}" if self.body else "")


@dataclass(frozen=True)
class Case:
    """A set of expectations, and requests sent one after another."""

    name: str
    expectations: Any
    requests: tuple[Sent, ...]
    ignoring: frozenset[str] = field(default_factory=frozenset)
    """Headers that are not compared in this case."""
    route: str = "expectation"
    """Where the set is put."""


def get(target: str = "/", **headers: str) -> Sent:
    return Sent(target, headers=named(headers))


def post(body: str | bytes, kind: str | None = "application/json", target: str = "/") -> Sent:
    content = body.encode() if isinstance(body, str) else body
    return Sent(target, "POST", (("Content-Type", kind),) if kind else (), content)


def named(headers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), value) for name, value in headers.items())


def matching(request: Any, **more: Any) -> dict[str, Any]:
    """An expectation that says `ok` to what this matches."""
    return {"httpRequest": request, "httpResponse": {"body": "ok"}} | more


def answering(response: Any, **more: Any) -> dict[str, Any]:
    """An expectation that answers everything with this."""
    return {"httpRequest": {"path": "/x"}, "httpResponse": response} | more


def control(address: Address, path: str, body: Any = None) -> tuple[int, bytes]:
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://{address[0]}:{address[1]}/mockserver/{path}",
        data=data,
        method="PUT",
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def send(address: Address, sent: Sent) -> bytes:
    with socket.create_connection(address, timeout=sent.waits) as client:
        client.sendall(sent.encode())
        received = b""
        while True:
            try:
                piece = client.recv(65536)
            except TimeoutError:
                return received + b"<left open>"
            except ConnectionError:
                return received
            if not piece:
                return received
            received += piece


def comparable(raw: bytes, ignoring: frozenset[str] = frozenset()) -> Any:
    """An answer without what may differ: the hint of a miss, and values of the clock."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    if not separator or not raw.startswith(b"HTTP/"):
        return raw
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = []
    for line in lines:
        name, _, value = line.partition(": ")
        if name.lower() == HINT or name.lower() in ignoring:
            continue
        headers.append((name, re.sub(r"\d+", "N", value) if name.lower() in VARYING else value))
    return status, headers, body


def run(address: Address, case: Case) -> list[Any]:
    """What a server answers to the requests of a case; first what it says to the expectations."""
    control(address, "reset")
    status, _ = control(address, case.route, case.expectations)
    return [status, *(comparable(send(address, one), case.ignoring) for one in case.requests)]
