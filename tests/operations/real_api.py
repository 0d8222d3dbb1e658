"""A real server on this machine, and collections of requests to it that were saved without answers."""

from __future__ import annotations

import gzip
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from automock_tui.importing.source import Source

TOKEN = "tok-e8f1c2d3a4b5"
PASSWORD = "correct-horse-battery"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


class Handler(BaseHTTPRequestHandler):
    """Answers by path, and notes what it was asked."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        made = getattr(self, "on_" + self.path.strip("/").split("/")[0].split("?")[0], None)
        if made:
            made()
        else:
            said = {"path": self.path, "authorization": self.headers.get("Authorization"), "sent": body}
            self.reply(200, json.dumps(said).encode())

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

    def reply(self, status, data=b"", kind="application/json", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if data:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def on_login(self):
        said = {"access_token": TOKEN, "user": {"id": 42, "name": "Ann"}}
        self.reply(200, json.dumps(said).encode(), X_Trace="t-1", Set_Cookie="sid=s3ss10n-value; Path=/")

    def on_held(self):
        self.server.gate.wait(30)
        self.reply(200, b'{"held": true}')

    def on_moved(self):
        self.reply(302, Location="/there")

    def on_away(self):
        self.reply(302, b"gone", "text/plain", Location=f"http://localhost:{self.server.server_port}/there")

    def on_circle(self):
        self.reply(302, Location="/circle")

    def on_packed(self):
        self.reply(200, gzip.compress(b'{"packed": true}'), Content_Encoding="gzip")

    def on_bomb(self):
        self.reply(200, gzip.compress(b"0" * 6_000_000), Content_Encoding="gzip")

    def on_large(self):
        self.reply(200, b"x" * (5 * 1024 * 1024 + 1), "text/plain")

    def on_broken(self):
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"only this")
        self.close_connection = True

    def on_drip(self):
        """A byte now and then, without end, until the other side hangs up."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            self.server.hung_up.set()

    def on_deep(self):
        self.reply(200, b"[" * 400 + b"]" * 400)

    def on_odd(self):
        self.reply(799, b"{}")

    def log_message(self, *_):
        """Not to the terminal."""


@contextmanager
def serving():
    """The server; `seen` is what it was asked, `gate` what the answers to `/held` wait for."""
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.daemon_threads = True
    served.hung_up, served.gate, served.seen = threading.Event(), threading.Event(), []
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.gate.set()
        served.shutdown()
        served.server_close()


def item(name, method, url, *, body=None, script=None, **headers):
    request = {"method": method, "url": url}
    request["header"] = [{"key": key.replace("_", "-"), "value": value} for key, value in headers.items()]
    if body is not None:
        request["body"] = {"mode": "raw", "raw": body if isinstance(body, str) else json.dumps(body)}
    events = [{"listen": "test", "script": {"exec": script.splitlines()}}] if script else []
    return {"name": name, "request": request} | ({"event": events} if events else {})


def postman(base, *items, **variables):
    values = [{"key": key, "value": value} for key, value in ({"base": base} | variables).items()]
    return source({"info": {"name": "c", "schema": SCHEMA}, "variable": values, "item": list(items)})


def source(tree, name="collection.json"):
    return Source(name, (tree if isinstance(tree, str) else json.dumps(tree)).encode())


LOGIN_SCRIPT = """const data = pm.response.json();
pm.environment.set("token", data.access_token);
pm.environment.set("uid", data.user.id);"""


def shop(base):
    return postman(
        base,
        item(
            "log in", "POST", "{{base}}/login", body={"user": "ann", "password": PASSWORD}, script=LOGIN_SCRIPT
        ),
        item("me", "GET", "{{base}}/users/{{uid}}", Authorization="Bearer {{token}}"),
        item("other", "GET", "{{base}}/users/7", Authorization="Bearer {{token}}"),
        item("lost", "DELETE", "{{base}}/users/{{nobody}}"),
    )
