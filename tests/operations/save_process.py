"""A program for race tests: opens a project, waits for a line on stdin, saves expectations one by one.

Usage: save_process.py HOME WHO (folder | s3 ENDPOINT ACCESS_KEY SECRET_KEY)
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from automock_tui.bootstrap import open_workspace
from automock_tui.operations.save import open_expectations, save_expectations
from automock_tui.operations.workspace import Workspace
from automock_tui.settings import Settings, find_folders
from automock_tui.storage.projects import Projects
from automock_tui.storage.s3 import S3Store

TIMES = 3


def workspace_of(home: str, who: str, kind: str, *where: str) -> Workspace:
    """A workspace on a folder, or on an S3 server."""
    found = open_workspace(Settings(author=who), find_folders({"AUTOMOCK_HOME": home}), kind="local")
    if kind == "folder":
        return found
    import boto3

    endpoint, *keys = where
    store = S3Store(lambda: boto3.Session(*keys), "us-east-1", endpoint_url=endpoint)
    return replace(found, projects=Projects(store, who))


def main() -> None:
    """Save, each time from what was opened before the line came."""
    home, who, *place = sys.argv[1:]
    workspace = workspace_of(home, who, *place)
    for number in range(TIMES):
        opened = open_expectations(workspace, "petstore")
        print(opened.version, flush=True)
        sys.stdin.readline()
        found = [*json.loads(opened.text), {"id": f"{who}-{number}", "httpResponse": {"statusCode": 200}}]
        text = json.dumps(found, indent=1)
        save_expectations(workspace, "petstore", text, base_version=opened.version, message="")
        print("saved", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
