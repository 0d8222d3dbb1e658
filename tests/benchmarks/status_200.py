"""How long a refresh of 200 projects takes, against asking one after another, at 20 ms a request.

Run: python -m tests.benchmarks.status_200 [--projects 200] [--delay-ms 20] [--rounds 5]

A stub of S3 in a process of its own answers each request after the delay. Both ways use the same S3 store and
read the same two documents of each project. Prints the best round of each and their ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Callable

from automock_tui.domain.deployment import DeploymentMetadata, DeploymentStatus
from automock_tui.domain.project import ProjectRecord
from automock_tui.storage import deployments, versions
from automock_tui.storage.projects import Projects
from automock_tui.storage.s3 import S3Store

TARGET = 1 / 8


def _bucket(number: int) -> str:
    return f"auto-mock-project-{number:03}-abc123"


def _listing(count: int) -> bytes:
    rows = "".join(f"<Bucket><Name>{_bucket(number)}</Name></Bucket>" for number in range(count))
    return f"<ListAllMyBucketsResult><Buckets>{rows}</Buckets></ListAllMyBucketsResult>".encode()


async def _serve(count: int, delay: float) -> None:
    """Answer S3's ListBuckets and GetObject of the two documents, each after the delay."""
    listing = _listing(count)
    record = ProjectRecord(project_name="p", current_version="v3").to_json()
    metadata = DeploymentMetadata(project_name="p", deployment_status=DeploymentStatus.DEPLOYED).to_json()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                documents = {b"/deployment-metadata.json": metadata, b"/metadata.json": record}
                body = next((body for end, body in documents.items() if path.endswith(end)), listing)
                await asyncio.sleep(delay)
                writer.write(
                    b'HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\nETag: "e"\r\n'
                    b"Last-Modified: Sun, 22 Nov 2026 10:00:00 GMT\r\nContent-Length: %d\r\n\r\n"
                    % len(body)
                    + body
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _serially(store: S3Store) -> int:
    """The same refresh, one request after another."""
    buckets = store.buckets("auto-mock-")
    for bucket in buckets:
        versions.read_record(store, bucket)
        deployments.read(store, bucket)
    return len(buckets)


def _best(work: Callable[[], int], rounds: int, count: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
        assert found == count
    return min(times)


def _measure(port: int, count: int, rounds: int) -> tuple[float, float]:
    import boto3

    store = S3Store(
        lambda: boto3.Session("key", "secret"), "us-east-1", endpoint_url=f"http://127.0.0.1:{port}"
    )
    projects = Projects(store, "benchmark")
    projects.list_all()  # connections, and what boto3 loads on its first call
    ours = _best(lambda: len(projects.list_all()), rounds, count)
    return ours, _best(lambda: _serially(store), 1, count)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--delay-ms", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(_serve(options.projects, options.delay_ms / 1000))
        return
    stub = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.status_200", "--serve", *sys.argv[1:]],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert stub.stdout is not None
        ours, serial = _measure(int(stub.stdout.readline()), options.projects, options.rounds)
    finally:
        stub.terminate()
        stub.wait()
    print(
        f"{options.projects} projects, {options.delay_ms:g} ms a request, {2 * options.projects + 1} requests"
    )
    print(f"{'one after another':<22}{serial:8.2f} s")
    print(f"{'one refresh (ours)':<22}{ours:8.2f} s")
    verdict = "met" if ours / serial <= TARGET else "MISSED"
    print(f"{'ratio':<22}{ours / serial:8.3f}   target at most {TARGET:.3f}: {verdict}")


if __name__ == "__main__":
    main()
