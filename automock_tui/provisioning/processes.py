"""Who a process is: a number alone is reused, so its start and the machine's boot belong to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from automock_tui.domain.document import INTEGER, TEXT, Document, stored


@dataclass(frozen=True, kw_only=True)
class ProcessIdentity(Document):
    """One process for all time: `started` is its start in the kernel's own words, `boot` the machine's boot."""

    pid: int = stored(INTEGER, 0)
    started: str = stored(TEXT, "")
    boot: str = stored(TEXT, "")
    host: str = stored(TEXT, "")


def identify(pid: int) -> ProcessIdentity | None:
    """The process that has this number now, or None if there is none."""
    started = _linux_start(pid) if sys.platform == "linux" else _posix_start(pid)
    if not started:
        return None
    return ProcessIdentity(pid=pid, started=started, boot=_boot_id(), host=socket.gethostname())


def is_running(process: ProcessIdentity) -> bool:
    """Whether exactly this process still exists on this machine (a zombie does not count)."""
    return identify(process.pid) == process


def send_signal(process: ProcessIdentity, number: signal.Signals) -> bool:
    """Signal exactly this process; False if it is gone."""
    if not is_running(process):
        return False
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return False
    return True


def _linux_start(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The name in parentheses may itself hold spaces and parentheses: count from the last one.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def _posix_start(pid: int) -> str:
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()


@cache
def _boot_id() -> str:
    if sys.platform == "linux":
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    answer = subprocess.run(["sysctl", "-n", "kern.boottime"], capture_output=True, text=True, check=False)
    return answer.stdout.strip()
