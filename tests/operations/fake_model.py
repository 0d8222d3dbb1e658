"""A server that speaks OpenAI's protocol and answers what a test tells it to."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeModel:
    """Answers each call with the next of some answers (the last again and again); keeps what it was asked."""

    def __init__(self, *answers: Any, status: int = 200) -> None:
        self.answers, self.status = list(answers), status
        self.asked: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = json.dumps(model.reply()).encode()
                self.send_response(model.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> FakeModel:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply(self) -> dict[str, Any]:
        if self.status != 200:
            return {"error": {"message": "no, said the model", "type": "error"}}
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        tool = self.asked[-1]["tools"][0]["function"]["name"]
        call = {"id": "1", "type": "function", "function": {"name": tool, "arguments": json.dumps(answer)}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        return {
            "id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
        }  # fmt: skip


def one(identity: str, path: str, **response: Any) -> dict[str, Any]:
    """An expectation as a model writes it."""
    return {"id": identity, "request": {"path": path}, "response": {"status": 200} | response}


@contextmanager
def serving(answer, *, status=200, kind="application/json", location=""):
    """A server that answers the same bytes to whatever it is asked; waits first where these are an event."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.set()
            if isinstance(answer, threading.Event):
                answer.wait(30)
                return
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Location", location)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(answer)

        def log_message(self, *_):
            """Not to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = threading.Event()
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
