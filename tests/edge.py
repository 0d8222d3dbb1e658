"""An endpoint in front of another that refuses some of what it is asked, as AWS would."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_OWN = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}
Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Request:
    """What somebody asks of AWS."""

    method: str
    path: str
    """Without the query."""
    service: str
    """As it is in the signature: `s3`, `elasticloadbalancing`."""


@contextmanager
def edge(target: str, refuse: Callable[[Request], Answer | None]) -> Iterator[str]:
    """Hand requests on to another endpoint, unless `refuse` has an answer; yields its address."""
    there = urlsplit(target).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, answer = refuse(_asked(self)) or _hand_on(there, self, body)
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

        def log_message(self, *arguments: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def refusal(service: str, code: str, message: str) -> Answer:
    """As each protocol of AWS says no; `code` as S3 has it, to which JSON adds `Exception`."""
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if service == "ec2":
        text = f"<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"
    elif service == "s3":
        text = error
    elif service in ("iam", "sts", "elasticloadbalancing", "sns", "monitoring"):
        text = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
    else:
        body = json.dumps({"__type": f"{code}Exception", "message": message}).encode()
        named = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-errortype", f"{code}Exception")]
        return 403, named, body
    return 403, [("Content-Type", "text/xml")], text.encode()


def _asked(handler: BaseHTTPRequestHandler) -> Request:
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", handler.headers.get("Authorization", ""))
    return Request(handler.command, urlsplit(handler.path).path, scope[1] if scope else "")


def _hand_on(there: str, handler: BaseHTTPRequestHandler, body: bytes) -> Answer:
    onward = http.client.HTTPConnection(there, timeout=120)
    onward.request(handler.command, handler.path, body, dict(handler.headers))
    answer = onward.getresponse()
    text = answer.read()
    kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN]
    kept += [("Date", value) for name, value in answer.getheaders() if name.lower() == "date"]
    onward.close()
    return answer.status, kept, text
