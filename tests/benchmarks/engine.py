"""Our engine and the real MockServer side by side, under wrk on loopback, in one run.

    python -m tests.benchmarks.engine [--seconds 5] [--connections 32] [--counts 100,1000,5000]

Needs wrk, Java 17 and npm (for the jar). MockServer runs with -Xmx512m and log level WARN; each server is
warmed up before every row that is measured. `ceiling` is a bare server on asyncio and httptools with one fixed
answer (`bare_server.py`). `cpu us` is the processor time of a server for one request: it says more than the
rate where wrk shares the machine. `of ceil.` is the bare server's by ours: how much of what one Python process
can do ours does.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.parts import free_ports, mockserver_jar

KINDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "literal": lambda n: {"method": "GET", "path": f"/api/item{n}/x"},
    "template": lambda n: {
        "method": "GET",
        "path": f"/api/item{n}/{{id}}",
        "pathParameters": {"id": ["[0-9]+"]},
    },
    "regex": lambda n: {"method": "GET", "path": f"/api/item{n}/[0-9]+"},
}
TAILS = {"literal": "x", "template": "7", "regex": "7"}
_LATENCY = re.compile(r"(\d+)%\s+([\d.]+)(us|ms|s)")
_MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass
class Row:
    """One measurement; latencies in ms, memory in MiB, `cpu` in microseconds of the server for a request."""

    rate: float
    p50: float
    p99: float
    errors: int
    memory: float
    cpu: float


@dataclass
class Served:
    """A server that runs."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    start_seconds: float

    @property
    def memory(self) -> float:
        """Resident memory in MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far, in user and kernel."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def put(self, path: str, body: bytes = b"") -> None:
        """Send something to the control plane."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/mockserver/{path}", body, method="PUT")
        urllib.request.urlopen(request, timeout=120).close()


def start(name: str, command: list[str], port: int, **variables: str) -> Served:
    """Start a server; returns when its status answers."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=variables.get("AUTOMOCK_HOME") or tempfile.mkdtemp(prefix="mockserver-"),  # it leaves keys there
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    served = Served(name, process, port, 0.0)
    while True:
        try:
            served.put("status")
            served.start_seconds = time.perf_counter() - begin
            return served
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None or time.perf_counter() - begin > 60:
                raise SystemExit(f"{name} does not start") from None
            time.sleep(0.01)


def start_all(folder: Path) -> tuple[list[Served], Served]:
    """Ours and the real one, and the bare one, each on a free port."""
    ours, real, bare = free_ports(3)
    empty = folder / "empty.json"
    empty.write_text("[]")
    serve = [sys.executable, "-m", "automock_tui", "serve", str(empty), "--port", str(ours)]
    java = ["java", "-Xmx512m", "-jar", str(mockserver_jar())]
    settings = {"SERVER_PORT": str(real), "LOCAL_BOUND_IP": "127.0.0.1", "LOG_LEVEL": "WARN"}
    both = [
        start("ours", serve, ours, AUTOMOCK_HOME=str(folder)),
        start("MockServer", java, real, **{f"MOCKSERVER_{name}": value for name, value in settings.items()}),
    ]
    bare_server = Path(__file__).with_name("bare_server.py")
    return both, start("ceiling", [sys.executable, str(bare_server), str(bare)], bare)


def wrk(url: str, seconds: float, connections: int) -> tuple[float, float, float, int, int]:
    """Requests per second, p50 and p99 in ms, socket errors, and the number of requests."""
    command = [
        "wrk",
        "-t2",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        "--timeout",
        "10s",
        "--latency",
        url,
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {name: float(value) * _MILLISECONDS[unit] for name, value, unit in _LATENCY.findall(text)}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    lost = sum(map(int, errors.groups())) if errors else 0
    sent = re.search(r"(\d+) requests in", text)
    count = int(sent[1]) if sent else 0
    return float(rate[1]) if rate else 0.0, found.get("50", 0.0), found.get("99", 0.0), lost, count


def measure(served: Served, target: str, seconds: float, connections: int) -> Row:
    """Warm up, then measure one address."""
    url = f"http://127.0.0.1:{served.port}{target}"
    wrk(url, max(2.0, seconds / 2), connections)
    begin = served.cpu_seconds
    rate, p50, p99, errors, count = wrk(url, seconds, connections)
    cpu = (served.cpu_seconds - begin) / count * 1e6 if count else 0.0
    return Row(rate, p50, p99, errors, served.memory, cpu)


def load(served: Served, kind: str, count: int) -> float:
    """Replace all expectations; the seconds it took."""
    trees = [
        {"id": str(n), "httpRequest": KINDS[kind](n), "httpResponse": {"body": {"id": n}}} for n in range(count)
    ]
    served.put("reset")
    begin = time.perf_counter()
    served.put("expectation", json.dumps(trees).encode())
    return time.perf_counter() - begin


def wait_until_idle(servers: list[Served]) -> None:
    """Let servers finish what they were asked before: a slow one works long after wrk has gone."""
    for _ in range(120):
        before = [one.cpu_seconds for one in servers]
        time.sleep(0.5)
        if all(one.cpu_seconds - was < 0.05 for one, was in zip(servers, before, strict=True)):
            return


def report(servers: list[Served], bare: Served, counts: list[int], seconds: float, connections: int) -> None:
    """Print a row for each kind of path, number of expectations, and place of the match."""
    print(f"{'':26}" + "".join(f"{one.name:>42}" for one in servers) + f"{'ratio':>8}{'of ceil.':>10}")
    print(f"{'':26}" + f"{'req/s':>10}{'p50 ms':>8}{'p99 ms':>8}{'MiB':>8}{'cpu us':>8}" * len(servers))
    for kind in KINDS:
        ceiling = measure(bare, "/", seconds, connections)
        print(f"{'ceiling':26}{_cells(ceiling)}")
        for count in counts:
            wait_until_idle(servers)
            loads = [load(one, kind, count) for one in servers]
            print(f"{kind} {count}: loaded in " + ", ".join(f"{took:.2f} s" for took in loads))
            places = {
                "first": f"/api/item0/{TAILS[kind]}",
                "last": f"/api/item{count - 1}/{TAILS[kind]}",
                "none": "/no",
            }
            for place, target in places.items():
                rows = [measure(one, target, seconds, connections) for one in servers]
                _print_row(f"  {place}", rows, ceiling)


def _print_row(label: str, rows: list[Row], ceiling: Row) -> None:
    ratio = rows[0].rate / rows[1].rate if rows[1].rate else float("inf")
    lost = f"  errors: {[row.errors for row in rows]}" if any(row.errors for row in rows) else ""
    share = ceiling.cpu / rows[0].cpu if rows[0].cpu else 0.0
    print(f"{label:26}" + "".join(map(_cells, rows)) + f"{ratio:>8.2f}{share:>10.0%}{lost}", flush=True)


def _cells(row: Row) -> str:
    return f"{row.rate:>10,.0f}{row.p50:>8.2f}{row.p99:>8.1f}{row.memory:>8.0f}{row.cpu:>8.1f}"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--counts", default="100,1000,5000")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not on PATH: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        servers, bare = start_all(Path(folder))
        try:
            for one in servers:
                print(f"{one.name}: first answer after {one.start_seconds:.2f} s, {one.memory:.0f} MiB")
            counts = [int(count) for count in given.counts.split(",")]
            report(servers, bare, counts, given.seconds, given.connections)
        finally:
            for one in (*servers, bare):
                one.process.terminate()
                one.process.wait(20)


if __name__ == "__main__":
    main()
