"""How long headless commands take to start, against `import click` and what boto3 itself costs.

    python -m tests.benchmarks.startup

The limit: `--help` and `status --json` take at most twice `python -c "import click"`, plus, for a workspace on
S3, what importing boto3 and making one client costs.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROUNDS = 15
CLIENT = "import boto3; boto3.Session().client('s3', region_name='us-east-1')"


class _NoBuckets(BaseHTTPRequestHandler):
    """An S3 that has no buckets and answers at once: what is left is our own time."""

    def do_GET(self):
        body = b'<?xml version="1.0"?><ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Silence."""


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The fastest run of a command, in seconds: what the command needs, not what the machine was doing."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print the table."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _NoBuckets)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    program = str(Path(sys.executable).with_name("automock-tui"))
    with tempfile.TemporaryDirectory() as home:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment = kept | {
            "AUTOMOCK_HOME": home,
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        }
        nothing = seconds([sys.executable, "-c", "pass"], environment)
        click = seconds([sys.executable, "-c", "import click"], environment)
        boto3 = seconds([sys.executable, "-c", CLIENT], environment) - nothing
        rows = [
            ("--help", [program, "--help"], 2 * click),
            ("status --json (local)", [program, "status", "--json"], 2 * click),
            ("status --json (aws)", [program, "--workspace", "aws", "status", "--json"], 2 * click + boto3),
        ]
        print(f"python -c 'import click' {click * 1000:5.0f} ms; boto3 and a client cost {boto3 * 1000:.0f} ms")
        print(f"{'command':<24}{'ms':>6}{'limit':>8}{'of limit':>10}")
        for name, command, limit in rows:
            took = seconds(command, environment)
            print(f"{name:<24}{took * 1000:>6.0f}{limit * 1000:>8.0f}{took / limit:>10.2f}")
    server.shutdown()


if __name__ == "__main__":
    main()
