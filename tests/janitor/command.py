"""The command line, and the packed function, run as processes of their own against an emulated account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.janitor.stack import Account
from tests.parts import python, require_provider

LAMBDA = """
import sys
sys.path.insert(0, sys.argv[1])
from automock_janitor.handler import handler

class Context:
    def get_remaining_time_in_millis(self):
        return int(sys.argv[2])

print("answer", handler({}, Context()))
"""


def run_zip(account, archive, milliseconds: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python(), "-c", LAMBDA, str(archive), str(milliseconds)],
        env={"PATH": os.environ["PATH"], **account.environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Cli:
    """The command line in a home of its own, in an emulated account."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, account: Account, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        mirror = {"AUTOMOCK_TF_PLUGIN_DIR": str(require_provider())}
        homes = {f"XDG_{kind}_HOME": str(self.home / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
        return subprocess.run(
            [sys.executable, "-m", "automock_tui", "--workspace", "aws", *arguments],
            env={**kept, **mirror, **homes, "HOME": str(self.home), **account.environment},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
