"""A program for race tests: waits for a line on stdin, extends a TTL, and says on stdout what it was told.

Usage: extend_process.py (folder ROOT | s3 ENDPOINT ACCESS_KEY SECRET_KEY) PROJECT HOURS TIMES
"""

from __future__ import annotations

import sys
from pathlib import Path

from automock_tui.domain.errors import AutomockError
from automock_tui.storage.folder import FolderStore
from automock_tui.storage.objects import ObjectStore
from automock_tui.storage.projects import Projects
from automock_tui.storage.s3 import S3Store


def _store(kind: str, where: list[str]) -> ObjectStore:
    if kind == "folder":
        return FolderStore(Path(where[0]))
    import boto3

    endpoint, access_key, secret_key = where
    return S3Store(lambda: boto3.Session(access_key, secret_key), "us-east-1", endpoint_url=endpoint)


def main() -> None:
    """Extend so many times; `ok` for each that counts, `failed` and why for each that does not."""
    kind, *where, project, hours, times = sys.argv[1:]
    projects = Projects(_store(kind, where), "racer")
    projects.find(project)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(times)):
        try:
            projects.extend_ttl(project, float(hours))
        except AutomockError as error:
            print("failed", type(error).__name__, error.title, flush=True)
        else:
            print("ok", flush=True)


if __name__ == "__main__":
    main()
