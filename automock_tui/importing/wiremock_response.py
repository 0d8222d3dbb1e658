"""WireMock's responses, faults, delays and proxies as actions."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from automock_tui.domain.errors import AutomockError
from automock_tui.importing.bodies import binary_body, json_body, response_body
from automock_tui.importing.exchange import Pairs, Response
from automock_tui.importing.grouping import response_of
from automock_tui.importing.imported import Expectation, Report
from automock_tui.importing.loose import status, table, text, whole
from automock_tui.importing.secrets import Secrets
from automock_tui.importing.source import path_below, read_limited

_FAULTS: dict[str, Expectation] = {
    "CONNECTION_RESET_BY_PEER": {"dropConnection": True},
    "EMPTY_RESPONSE": {"dropConnection": True},
    "MALFORMED_RESPONSE_CHUNK": {"dropConnection": True, "responseBytes": "SFRUUC8xLjEgMjAwIE9LDQoNCg=="},
    "RANDOM_DATA_THEN_CLOSE": {"dropConnection": True, "responseBytes": "bGskYXMjZDhzZmE="},
}
"""`responseBytes` are a status line without a body, and a few bytes that are no HTTP."""
_NOT_MAPPED = (
    "chunkedDribbleDelay",
    "fromConfiguredStub",
    "proxyUrlPrefixToRemove",
    "additionalProxyRequestHeaders",
    "removeProxyRequestHeaders",
)


class Answers:
    """Makes the actions of mappings.

    Args:
        files: The folder that `bodyFileName` is in.
    """

    def __init__(self, files: Path | None, secrets: Secrets, report: Report) -> None:
        self._files = files.resolve() if files else None
        self._secrets = secrets
        self._report = report

    def of(self, response: dict[str, Any], where: str) -> Expectation | None:
        """The action of a response; None (and a finding) where there is no such action."""
        for name in _NOT_MAPPED:
            if response.get(name):
                self._report.add(where, name, "left out")
        fault = text(response.get("fault"))
        if fault:
            known = _FAULTS.get(fault)
            done = "the connection is dropped" if known else "left out: no such fault in MockServer"
            self._report.add(where, f"fault {fault}", done)
            return {"httpError": known} if known else None
        if text(response.get("proxyBaseUrl")):
            return self._forward(text(response["proxyBaseUrl"]), where)
        return {"httpResponse": self._response(response, where)}

    def _forward(self, url: str, where: str) -> Expectation | None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            port = None
            parts = urlsplit("")
        if not parts.hostname:
            self._report.add(where, f"proxyBaseUrl {url[:80]}", "left out: not an address")
            return None
        if parts.path.strip("/"):
            self._report.add(
                where, f"path {parts.path[:80]} of proxyBaseUrl", "left out: paths are sent on as they are"
            )
        scheme = "HTTPS" if parts.scheme == "https" else "HTTP"
        port = port or (443 if scheme == "HTTPS" else 80)
        return {"httpForward": {"host": parts.hostname, "port": port, "scheme": scheme}}

    def _response(self, response: dict[str, Any], where: str) -> Expectation:
        headers = self._headers(response, where)
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        body = self._body(response, kind, where)
        if "{{" in json.dumps([headers, body]):
            self._report.add(where, "response template", "sent as it is: MockServer has no Handlebars")
        given = Response(status(response.get("status")), [], None, text(response.get("statusMessage")))
        made = response_of(given, headers, body)
        delay = self._delay(response, where)
        return made | ({"delay": delay} if delay else {})

    def _headers(self, response: dict[str, Any], where: str) -> Pairs:
        found: Pairs = []
        for name, value in table(response, "headers").items():
            for one in value if isinstance(value, list) else [value]:
                found.append((name, self._secrets.text(where, name, text(one))))
        return found

    def _body(self, response: dict[str, Any], kind: str, where: str) -> Any:
        if "jsonBody" in response:
            value = self._secrets.tree(where, response["jsonBody"])
            return json_body(value) if isinstance(value, dict | list) else json.dumps(value)
        if text(response.get("base64Body")):
            try:
                return binary_body(base64.b64decode(text(response["base64Body"]), validate=True), kind)
            except ValueError:
                self._report.add(where, "base64Body", "left out: not base64")
                return None
        if text(response.get("bodyFileName")):
            return self._file(text(response["bodyFileName"]), kind, where)
        return response_body(self._secrets.body(where, text(response.get("body"))), kind)

    def _file(self, name: str, kind: str, where: str) -> Any:
        try:
            return binary_body(read_limited(path_below(self._files, name)), kind)
        except AutomockError as error:
            self._report.add(where, f"bodyFileName {name[:80]}", f"left out: {error.title}")
            return None

    def _delay(self, response: dict[str, Any], where: str) -> Expectation | None:
        fixed = whole(response.get("fixedDelayMilliseconds"), 0)
        if fixed > 0:
            return {"timeUnit": "MILLISECONDS", "value": fixed}
        given = table(response, "delayDistribution")
        kind = text(given.get("type"))
        if kind == "uniform":
            spread = {"min": whole(given.get("lower"), 0), "max": whole(given.get("upper"), 0)}
            return {"timeUnit": "MILLISECONDS", "distribution": {"type": "UNIFORM"} | spread}
        if kind == "fixed":
            return {"timeUnit": "MILLISECONDS", "value": whole(given.get("milliseconds"), 0)}
        if kind == "lognormal":
            return _log_normal(given)
        if given:
            self._report.add(where, f"delay {kind}", "left out")
        return None


def _log_normal(given: dict[str, Any]) -> Expectation:
    """WireMock gives sigma; MockServer wants the 99th percentile, which is median * exp(2.326 sigma)."""
    import math

    sigma = given.get("sigma")
    sigma = min(float(sigma), 5.0) if isinstance(sigma, int | float) and sigma > 0 else 0.1
    median = max(whole(given.get("median"), 100), 1)
    p99 = max(int(median * math.exp(2.326 * sigma)), median + 1)
    return {"timeUnit": "MILLISECONDS", "distribution": {"type": "LOG_NORMAL", "median": median, "p99": p99}}
