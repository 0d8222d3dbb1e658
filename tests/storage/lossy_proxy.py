"""An HTTP proxy in front of an S3 server that passes writes on, and loses the answers to some of them."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LossyProxy(ThreadingHTTPServer):
    """Loses the first `losses` answers to PUTs of `key`: it makes the write and closes without a word.

    Args:
        upstream: Port of the S3 server on loopback.
        key: The end of the path whose writes are unlucky.
        losses: How many answers are lost.
        only_success: Lose only answers that say that the write was made, not refusals.
    """

    daemon_threads = True

    def __init__(self, upstream: int, key: str, losses: int, *, only_success: bool = True):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream, self.key, self.only_success = upstream, key, only_success
        self.lost: list[int] = []
        self._losses = losses
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        """Address to use in place of the S3 server's."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def loses(self, method: str, path: str, status: int) -> bool:
        """Whether this answer is lost; counts it if so."""
        unlucky = method == "PUT" and path.endswith(self.key) and (status == 200 or not self.only_success)
        with self._lock:
            if not unlucky or len(self.lost) >= self._losses:
                return False
            self.lost.append(status)
            return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LossyProxy

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            content = answer.read()
        finally:
            upstream.close()
        if self.server.loses(self.command, self.path, answer.status):
            self.close_connection = True
            return
        self._reply(answer, content)

    def _reply(self, answer: http.client.HTTPResponse, content: bytes):
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on

    def log_message(self, *args):
        """Say nothing."""


@contextlib.contextmanager
def lossy_proxy(upstream: int, key: str, losses: int, *, only_success: bool = True) -> Iterator[LossyProxy]:
    """A running proxy, ended with the block."""
    proxy = LossyProxy(upstream, key, losses, only_success=only_success)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
