"""The engine under load: nobody gets a wrong answer, `times` is exact, memory stays where it is.

    python -m tests.benchmarks.load [--seconds 60] [--connections 64]

One `serve` process, and clients that keep so many connections busy: hits whose answers are checked byte by
byte, misses, malformed requests, clients that send a few bytes at a time, 10 MB bodies, a hostile path, and a
file that is rewritten twenty times meanwhile; what is used up begins anew with it, as with MockServer. Prints
what was sent and found, and memory over time; ends with 1 where anything was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TIMES = 5_000
"""How often the limited expectation answers."""
BIG = 10 * 1024 * 1024
STABLE = 200
"""Expectations that are the same in every version of the file."""
MALFORMED = (
    b"garbage\r\n\r\n",
    b"GET /stable/1 HTTP/9.9\r\nHost: a\r\n\r\n",
    b"GET /stable/1 HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    b"POST /stable/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    b"\x00\x01\x02\xff" * 100,
    b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 400_000 + b"\r\n\r\n",
)

Address = tuple[str, int]


@dataclass
class Found:
    """What came of a run."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    """Resident memory in MiB, over time."""
    limited: int = 0

    def check(self, kind: str, good: bool, what: object) -> None:
        """Count a request, and keep what was wrong with its answer."""
        self.counts[kind] += 1
        if not good and len(self.wrong) < 20:
            self.wrong.append(f"{kind}: {what!r:.300}")


def expectations(version: int) -> list[dict[str, Any]]:
    """The file's expectations: most are always the same, one tells the version, one answers so many times."""
    stable = [
        {"id": f"s{n}", "httpRequest": spell(n), "httpResponse": {"body": {"n": n}}} for n in range(STABLE)
    ]
    template = '{"body": "$request.queryStringParameters.q[0]"}'
    limited = {"httpRequest": {"path": "/limited"}, "httpResponse": {}, "times": {"remainingTimes": TIMES}}
    return [
        *stable,
        {"id": "version", "httpRequest": {"path": "/version"}, "httpResponse": {"body": str(version)}},
        {"id": "limited"} | limited,
        {"id": "size", "httpRequest": {"path": "/big", "method": "POST"}, "httpResponse": {"body": "taken"}},
        {"id": "echo", "httpRequest": {"path": "/echo"},
         "httpResponseTemplate": {"templateType": "VELOCITY", "template": template}},
        {"id": "slow", "httpRequest": {"path": "/slow"},
         "httpResponse": {"body": "slow", "delay": {"timeUnit": "MILLISECONDS", "value": 50}}},
        {"id": "hostile", "httpRequest": {"path": "/hostile/(a+)+b"}, "httpResponse": {}},
    ]  # fmt: skip


def spell(n: int) -> dict[str, Any]:
    """Paths of each kind in turn: literal, template, regex."""
    kinds = (
        {"path": f"/stable/{n}"},
        {"path": f"/{{kind}}/{n}", "pathParameters": {"kind": ["stable"]}},
        {"path": f"/stable/0*{n}"},
    )
    return kinds[n % 3]


def request(target: str, method: str = "GET", body: bytes = b"", keep: bool = True) -> bytes:
    """A request on the wire."""
    head = f"{method} {target} HTTP/1.1\r\nHost: load.test\r\nContent-Length: {len(body)}\r\n"
    return (head + ("" if keep else "Connection: close\r\n") + "\r\n").encode() + body


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next answer."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
    status = int(head.split(b" ", 2)[1])
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    return status, await asyncio.wait_for(reader.readexactly(length), 60)


@dataclass
class Load:
    """A run against one address, until `end` by the monotonic clock."""

    address: Address
    end: float
    found: Found = field(default_factory=Found)

    async def ordinary(self, dice: random.Random) -> None:
        """Hits, misses and limited ones over connections that are used again."""
        while time.monotonic() < self.end:
            reader, writer = await asyncio.open_connection(*self.address)
            with contextlib.closing(writer):
                for _ in range(dice.randrange(1, 200)):
                    if time.monotonic() >= self.end:
                        return
                    await self._one(reader, writer, dice)

    async def _one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dice: random.Random
    ) -> None:
        kind = dice.choices(("hit", "miss", "limited", "version", "echo", "slow"), (50, 15, 25, 5, 4, 1))[0]
        n, word = dice.randrange(STABLE), str(dice.randrange(10**9))
        target = {
            "hit": f"/stable/{n}", "miss": f"/none/{word}", "limited": "/limited", "version": "/version",
            "echo": f"/echo?q={word}", "slow": "/slow",
        }[kind]  # fmt: skip
        writer.write(request(target))
        status, body = await read_answer(reader)
        good = {
            "hit": status == 200 and body == b'{\n  "n" : %d\n}' % n,
            "miss": status == 404 and body == b"",
            "limited": status in (200, 404),
            "version": status == 200 and body.isdigit(),
            "echo": status == 200 and body == word.encode(),
            "slow": status == 200 and body == b"slow",
        }[kind]
        self.found.limited += kind == "limited" and status == 200
        self.found.check(kind, good, (status, body))

    async def malformed(self, dice: random.Random) -> None:
        """What is no HTTP: an error or a closed connection, within a bound."""
        while time.monotonic() < self.end:
            reader, writer = await asyncio.open_connection(*self.address)
            with contextlib.closing(writer):
                writer.write(dice.choice(MALFORMED))
                received = b""
                with contextlib.suppress(ConnectionError):
                    received = await asyncio.wait_for(reader.read(65536), 60)
                good = received == b"" or received[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431", b"HTTP/1.1 404")
                self.found.check("malformed", good, received[:80])

    async def slow_clients(self, dice: random.Random) -> None:
        """Requests a few bytes at a time, answers that are read late."""
        while time.monotonic() < self.end:
            reader, writer = await asyncio.open_connection(*self.address)
            with contextlib.closing(writer):
                n = dice.randrange(STABLE)
                content = request(f"/stable/{n}", keep=False)
                for at in range(0, len(content), 7):
                    writer.write(content[at : at + 7])
                    await asyncio.sleep(0.02)
                status, body = await read_answer(reader)
                self.found.check(
                    "slow client", (status, body) == (200, b'{\n  "n" : %d\n}' % n), (status, body)
                )

    async def big_bodies(self, _: random.Random) -> None:
        """10 MB at once."""
        content = request("/big", "POST", b"x" * BIG, keep=False)
        while time.monotonic() < self.end:
            reader, writer = await asyncio.open_connection(*self.address, limit=1 << 20)
            with contextlib.closing(writer):
                writer.write(content)
                await writer.drain()
                self.found.check("10 MB body", await read_answer(reader) == (200, b"taken"), "another answer")
            await asyncio.sleep(0.3)

    async def hostile(self, _: random.Random) -> None:
        """A path that makes a bad regular expression run for ever, if it may."""
        while time.monotonic() < self.end:
            reader, writer = await asyncio.open_connection(*self.address)
            with contextlib.closing(writer):
                writer.write(request("/hostile/" + "a" * 3000, keep=False))
                self.found.check("hostile regex", (await read_answer(reader))[0] == 404, "another answer")
            await asyncio.sleep(0.2)


def memory_of(process: int) -> float:
    """Resident memory of a process in MiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def reload(path: Path, seconds: float, times: int) -> None:
    """Rewrite the file so many times, spread over the run."""
    for version in range(1, times + 1):
        await asyncio.sleep(seconds / (times + 1))
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(expectations(version)))
        fresh.replace(path)


async def watch(process: int, found: Found, seconds: float) -> None:
    """Note the memory ten times a run."""
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        found.memory.append(memory_of(process))


async def drive(
    address: Address, process: int, path: Path, seconds: float, connections: int, reloads: int
) -> Found:
    """Put the load on a server."""
    load = Load(address, time.monotonic() + seconds)
    workers: list[Callable[[random.Random], Awaitable[None]]] = [
        *[load.malformed] * 4, *[load.slow_clients] * 8, *[load.big_bodies] * 2, load.hostile,
    ]  # fmt: skip
    workers += [load.ordinary] * max(1, connections - len(workers))
    await asyncio.gather(
        *(worker(random.Random(at)) for at, worker in enumerate(workers)),
        reload(path, seconds, reloads),
        watch(process, load.found, seconds),
    )
    return load.found


async def finish(address: Address, found: Found, reloads: int) -> None:
    """Take what is left of the limited expectation, and see that everything still answers.

    Each version of the file lets one that is used up begin anew: the answers are so many times TIMES, exactly.
    """
    reader, writer = await asyncio.open_connection(*address)
    with contextlib.closing(writer):
        for _ in range(TIMES + 1):
            writer.write(request("/limited"))
            status, _body = await read_answer(reader)
            if status != 200:
                break
            found.limited += 1
    rounds, rest = divmod(found.limited, TIMES)
    good = rest == 0 and 1 <= rounds <= reloads + 1
    found.check("times", good, f"{found.limited} answers where {TIMES} are allowed in each of {rounds} rounds")


def run(folder: Path, seconds: float, connections: int, reloads: int) -> Found:
    """Start a server, put the load on it, and end it."""
    path = folder / "load.json"
    path.write_text(json.dumps(expectations(0)))
    command = [sys.executable, "-m", "automock_tui", "serve", str(path), "--port", "0"]
    environment = os.environ | {"AUTOMOCK_HOME": str(folder)}
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        address = ("127.0.0.1", port)
        found = asyncio.run(_all(address, process.pid, path, seconds, connections, reloads))
        alive = process.poll() is None
        process.send_signal(signal.SIGTERM)
        found.check("graceful end", alive and process.wait(30) == 0, process.returncode)
        said = (folder / "serve.log").read_text()
        found.check("reloads", said.count("Reloaded") >= min(reloads, 1), said[-300:])
        found.check("no traceback", "Traceback" not in said, said[-1000:])
    finally:
        process.kill()
        process.wait()
    return found


async def _all(
    address: Address, process: int, path: Path, seconds: float, connections: int, reloads: int
) -> Found:
    found = await drive(address, process, path, seconds, connections, reloads)
    await finish(address, found, reloads)
    return found


def leaks(memory: list[float]) -> bool:
    """Whether memory still grows in the second half of a run, by over a fifth."""
    half = len(memory) // 2
    return bool(memory) and max(memory[half:]) > max(memory[:half]) * 1.2 + 20


def main() -> None:
    """Run the load test."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--reloads", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), given.seconds, given.connections, given.reloads)
    for kind, count in found.counts.most_common():
        print(f"{kind:16}{count:>10,}")
    total = sum(found.counts.values())
    print(
        f"{total / given.seconds:,.0f} requests a second; MiB: "
        + " ".join(f"{one:.0f}" for one in found.memory)
    )
    for one in found.wrong:
        print("WRONG", one)
    if leaks(found.memory):
        print("WRONG memory grows")
    raise SystemExit(1 if found.wrong or leaks(found.memory) else 0)


if __name__ == "__main__":
    main()
