"""What is still at work of a run whose job died: Terraform after its interrupt, or its provider alone.

They are found by their working directory, which is the job's own: it needs no note that a killed job could not
make, and no process of anybody else's is ever in there.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

_PROVIDER = "terraform-provider"


@dataclass(frozen=True)
class LeftProcess:
    """A process in a job's working directory. A provider only serves a Terraform and cannot save a state."""

    pid: int
    name: str

    @property
    def is_provider(self) -> bool:
        """Whether it is a provider's and not Terraform's own."""
        return self.name.startswith(_PROVIDER)


def processes_in(folders: Collection[Path]) -> list[LeftProcess]:
    """The living processes whose working directory is one of these; those of other users are not seen."""
    if not folders:
        return []
    found = _linux(folders) if sys.platform == "linux" else _by_lsof(folders)
    return [LeftProcess(pid, _name(pid)) for pid in found if pid != os.getpid()]


def end_providers(left: list[LeftProcess]) -> None:
    """Kill providers that have lost their Terraform: nobody hears any more what they do."""
    for process in left:
        if process.is_provider:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def _linux(folders: Collection[Path]) -> Iterator[int]:
    wanted = {str(folder.resolve()) for folder in folders}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        # Others' processes, and those that end just now, cannot be read.
        with contextlib.suppress(OSError):
            if str((entry / "cwd").readlink()) in wanted and _is_alive(entry):
                yield int(entry.name)


def _is_alive(entry: Path) -> bool:
    return (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0] not in "ZX"


def _by_lsof(folders: Collection[Path]) -> Iterator[int]:
    command = ["lsof", "-t", "-a", "-d", "cwd", *map(str, folders)]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return
    yield from map(int, told.stdout.split())


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        if sys.platform == "linux":
            return Path(
                Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode("utf-8", "replace")
            ).name
        told = subprocess.run(
            ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return Path(told.stdout.strip()).name
    return ""
