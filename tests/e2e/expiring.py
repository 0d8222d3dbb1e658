"""An endpoint whose caller's credentials expire at a moment of the test's choice."""

from __future__ import annotations

import http.client
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_EXPIRED = "The security token included in the request is expired"
_OWN = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class Expiring:
    """Hands requests on to another endpoint, until the credentials have expired."""

    def __init__(self, target: str, port: int) -> None:
        self.target = urlsplit(target).netloc
        self.url = f"http://127.0.0.1:{port}"
        self.expired = threading.Event()
        self.refused: set[str] = set()
        """The services that refused a request."""


@contextmanager
def expiring(target: str):
    """A running one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, answer = self.refuse() if made.expired.is_set() else self.hand_on(body)
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

        def hand_on(self, body: bytes):
            onward = http.client.HTTPConnection(made.target, timeout=120)
            onward.request(self.command, self.path, body, dict(self.headers))
            answer = onward.getresponse()
            text = answer.read()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN]
            kept += [("Date", value) for name, value in answer.getheaders() if name.lower() == "date"]
            onward.close()
            return answer.status, kept, text

        def refuse(self):
            scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", self.headers.get("Authorization", ""))
            service = scope[1] if scope else ""
            made.refused.add(service)
            return 403, *_refusal(service)

        def log_message(self, *arguments) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Expiring(target, server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def _refusal(service: str) -> tuple[list[tuple[str, str]], bytes]:
    """As each protocol of AWS says that a token has expired."""
    error = f"<Error><Code>%s</Code><Message>{_EXPIRED}</Message></Error>"
    if service == "ec2":
        # EC2 itself says RequestExpired, which the provider takes for a wrong clock and repeats for minutes.
        text = f"<Response><Errors>{error % 'ExpiredToken'}</Errors><RequestID>1</RequestID></Response>"
    elif service == "s3":
        text = error % "ExpiredToken"
    elif service in ("iam", "sts", "elasticloadbalancing", "sns", "monitoring"):
        text = f"<ErrorResponse>{error % 'ExpiredToken'}<RequestId>1</RequestId></ErrorResponse>"
    else:
        body = {"__type": "ExpiredTokenException", "message": _EXPIRED}
        return [("Content-Type", "application/x-amz-json-1.1")], json.dumps(body).encode()
    return [("Content-Type", "text/xml")], text.encode()
