"""One request at a time, and no failure without a name: what stands between the network and moto.

moto keeps an account in plain dictionaries and answers requests in threads. Its conditional writes look first
and write then, and a listing that meets a write fails. Real AWS does neither, so requests take turns here. That
costs nothing: moto is pure Python, which runs one thread at a time anyway.
"""

from __future__ import annotations

import io
import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from automock_tui.sandbox.clock import SandboxClock
from automock_tui.sandbox.info import REPORT_PATH, SPEED_HEADER, SPEED_PATH, SandboxReport
from automock_tui.sandbox.janitor_log import JanitorLog

StartResponse = Callable[..., Any]
Environ = dict[str, Any]
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]

UNSUPPORTED_STATUS = 501
"""SDKs send a 500 again, Terraform's for minutes; 501 is final, and true."""
FINISH_SECONDS = 2.0

log = logging.getLogger("automock.sandbox")


class Unsupported:
    """What was asked for and could not be done, by `service:Action`."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def note(self, operation: str, reason: BaseException | str) -> str:
        """Count and log one failure; returns the sentence for whoever asked."""
        self.counts[operation] += 1
        crash = None if isinstance(reason, str | NotImplementedError) else reason
        log.error("cannot do %s: %s", operation, _in_short(reason), exc_info=crash)
        return f"The sandbox, an emulated AWS account, cannot do {operation}"


class SandboxApplication:
    """A WSGI application around moto's.

    Args:
        moto: moto's own dispatcher.
        server_id: Tells this server from any other.
        clock: The time of its answers.
    """

    def __init__(self, moto: WsgiApplication, server_id: str, clock: SandboxClock | None = None) -> None:
        self.id = server_id
        self.clock = clock or SandboxClock()
        self.janitor_log = JanitorLog()
        self.requests = 0
        self.unsupported = Unsupported()
        self._moto = moto
        self._turn = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, in its turn."""
        if environ.get("PATH_INFO") == REPORT_PATH:
            return self._report(start_response)
        if environ.get("PATH_INFO") == SPEED_PATH:
            return self._set_speed(environ, start_response)
        _read_body(environ)
        with self._turn:
            self.requests += 1
            return self._answer(environ, start_response)

    def in_turn(self) -> AbstractContextManager[object]:
        """Keeps requests away while the block looks at moto's account."""
        return self._turn

    def finish(self) -> None:
        """Let the request under way end, and take no more."""
        self._turn.acquire(timeout=FINISH_SECONDS)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def watch(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if status.startswith("5") and not status.startswith(str(UNSUPPORTED_STATUS)):
                self.unsupported.note(_operation(environ), f"moto answered {status}")
            _keep_pace(self.clock, environ, status)
            return start_response(status, [*headers, *_pace_header(self.clock)], *rest)

        try:
            return self._moto(environ, watch)
        except (
            Exception
        ) as error:  # the edge of the process: whatever moto raises becomes an answer and a log entry
            operation = _operation(environ)
            return _refuse(environ, self.unsupported.note(operation, error), start_response)

    def _report(self, start_response: StartResponse) -> Iterable[bytes]:
        log = self.janitor_log
        found = SandboxReport(
            id=self.id,
            requests=self.requests,
            unsupported=dict(self.unsupported.counts),
            now=self.clock.now(),
            speed=self.clock.speed,
            janitor_ran_at=log.ran_at,
            janitor_runs=log.runs,
            janitor_failures=log.failures,
            janitor_failure=log.failure,
        )
        return _send(start_response, "200 OK", "application/json", found.to_json().decode())

    def _set_speed(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        _read_body(environ)
        try:
            if environ.get("REQUEST_METHOD") != "PUT":
                raise ValueError("PUT a number")
            self.clock.run_at(float(environ["wsgi.input"].read()))
        except ValueError as error:
            return _send(start_response, "400 Bad Request", "text/plain", str(error))
        return self._report(start_response)


def _keep_pace(clock: SandboxClock, environ: Environ, status: str) -> None:
    """Terraform works while it holds the lock of its state; what it does takes as long as it takes."""
    path, method = str(environ.get("PATH_INFO", "")), environ.get("REQUEST_METHOD")
    if not path.endswith(".tflock") or not status.startswith("2"):
        return
    if method == "PUT":
        clock.hold(path)
    elif method == "DELETE":
        clock.release(path)


def _pace_header(clock: SandboxClock) -> list[tuple[str, str]]:
    return [(SPEED_HEADER, f"{clock.pace:g}")] if clock.is_artificial else []


def _read_body(environ: Environ) -> None:
    """Read the request whole before it takes its turn, so that a slow sender holds up nobody."""
    stream = environ["wsgi.input"]
    if length := environ.get("CONTENT_LENGTH"):
        body = stream.read(int(length))
    else:
        body = stream.read() if environ.get("wsgi.input_terminated") else b""
    environ["wsgi.input"] = io.BytesIO(body)


def _operation(environ: Environ) -> str:
    """What was asked for, without any of the request's data: `ecs:RunTask` or `s3:PUT`."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0].split("/")
    service = scope[3] if len(scope) > 3 else "s3"
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    return f"{service}:{target or _form_action(environ) or environ.get('REQUEST_METHOD', 'GET')}"


def _form_action(environ: Environ) -> str:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return ""
    body = environ["wsgi.input"].getvalue() if isinstance(environ["wsgi.input"], io.BytesIO) else b""
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]


def _refuse(environ: Environ, sentence: str, start_response: StartResponse) -> Iterable[bytes]:
    status = f"{UNSUPPORTED_STATUS} Not Implemented"
    if "json" in environ.get("CONTENT_TYPE", "") or environ.get("HTTP_X_AMZ_TARGET"):
        answer = json.dumps({"__type": "NotImplemented", "message": sentence})
        return _send(start_response, status, "application/x-amz-json-1.1", answer)
    error = f"<Error><Code>NotImplemented</Code><Message>{escape(sentence)}</Message></Error>"
    if not _operation(environ).startswith("s3:"):
        error = f"<ErrorResponse>{error}</ErrorResponse>"
    return _send(start_response, status, "application/xml", error)


def _send(start_response: StartResponse, status: str, content_type: str, text: str) -> Iterable[bytes]:
    body = text.encode()
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def _in_short(reason: BaseException | str) -> str:
    text = reason if isinstance(reason, str) else f"{type(reason).__name__}: {reason}"
    return text if len(text) <= 200 else text[:199] + "…"
