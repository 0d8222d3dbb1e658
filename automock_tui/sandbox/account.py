"""The sandbox account: start it, join it, find it, end it.

The account lives in one detached process per state folder. That process holds a lock on `server.lock` for as
long as it lives, so the kernel, not a process id that may by now be somebody else's, says whether it is there.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from automock_tui.domain.document import CorruptDocument
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.sandbox.info import MAX_SPEED, REPORT_PATH, SPEED_PATH, SandboxInfo, SandboxReport

if TYPE_CHECKING:
    import subprocess
    from urllib.request import OpenerDirector

INFO_FILE = "sandbox.json"
LOG_FILE = "sandbox.log"
START_LOG_FILE = "sandbox-start.log"
SERVER_LOCK = "server.lock"
START_LOCK = "start.lock"
START_SECONDS = 60.0
"""How long a start may take; it takes about two seconds on an idle machine."""
STOP_SECONDS = 10.0
"""How long a server may take to end by itself before it is killed."""
INSTALL_COMMAND = "pip install 'automock-tui[sandbox]'"

EXIT_HELD = 75
"""The server's exit code when another one holds the lock (EX_TEMPFAIL)."""
_POLL_SECONDS = 0.03
ANSWER_SECONDS = 5.0
_LOCK_TRIES = 30
_JOIN_SECONDS = 5.0
"""How long a server that is starting or ending may leave a question unanswered."""
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH")
_started: list[subprocess.Popen[bytes]] = []
"""Servers that this process started: a Popen that is forgotten warns, and leaves a zombie."""


def up(state_dir: Path, region: str = "us-east-1") -> SandboxInfo:
    """Join the sandbox of this state folder, or start it and wait until it answers.

    Any number of callers at once end up with the same one.

    Raises:
        AutomockError: the extra is not installed, the folder cannot be written, or the server does not start.
    """
    _require_extra()
    try:
        _make_private(state_dir)
        with _one_starter(state_dir):
            running = _join(state_dir) or _start(state_dir, region)
    except OSError as error:
        raise AutomockError(
            "The sandbox cannot use its folder",
            f"{state_dir}: {error.strerror or error}",
            "Make that folder writable, or free some space there, and try again.",
        ) from error
    return replace(running, region=region)


def run_at(info: SandboxInfo, speed: float) -> None:
    """Let the sandbox's time run this many times as fast as the world's, from now on.

    Raises:
        InvalidInput: not 1 to 3600.
        AutomockError: the sandbox does not answer.
    """
    import http.client
    import urllib.request

    if not 1 <= speed <= MAX_SPEED:
        raise InvalidInput("Speed out of range", f"It is {speed:g}.", f"Give 1 to {MAX_SPEED:g}.")
    request = urllib.request.Request(info.endpoint_url + SPEED_PATH, f"{speed}".encode(), method="PUT")
    try:
        with _direct().open(request, timeout=ANSWER_SECONDS):
            pass
    except (OSError, http.client.HTTPException) as error:
        raise _does_not_answer(info) from error


def status(state_dir: Path) -> SandboxInfo | None:
    """The sandbox of this state folder if it is alive and answers, else None."""
    if not _is_held(state_dir):
        return None
    info = _read_info(state_dir)
    return info if info is not None and _report(info) is not None else None


def report(info: SandboxInfo) -> SandboxReport:
    """What the sandbox was asked for and could not do.

    Raises:
        AutomockError: it does not answer.
    """
    found = _report(info)
    if found is None:
        raise _does_not_answer(info)
    return found


def down(state_dir: Path) -> bool:
    """End the sandbox and everything in it; False where none was running.

    A server that does not end within ten seconds is killed: it has nothing to save.

    Raises:
        AutomockError: a server holds the folder but did not say which process it is.
    """
    if not _is_held(state_dir):
        return False
    with _one_starter(state_dir):
        info = _read_info(state_dir)
        if info is None:
            raise _unknown_holder(state_dir)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if _end(state_dir, info.pid, number):
                break
        (state_dir / INFO_FILE).unlink(missing_ok=True)
    return True


def hold_server_lock(state_dir: Path) -> IO[bytes] | None:
    """Take the server's lock while the file stays open; None where another server has it (for the server)."""
    file = _open_private(state_dir / SERVER_LOCK)
    for _ in range(_LOCK_TRIES):  # whoever asks whether it is held holds it himself for a moment
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (state_dir / INFO_FILE).unlink(missing_ok=True)
            return file
        time.sleep(_POLL_SECONDS)
    file.close()
    return None


def write_info(state_dir: Path, info: SandboxInfo) -> None:
    """Publish the running server, whole or not at all (for the server)."""
    path = state_dir / INFO_FILE
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_bytes(info.to_json())
    draft.replace(path)


def missing_packages() -> list[str]:
    """The packages of the extra `sandbox` that are not installed."""
    return [name for name in ("moto", "flask", "flask_cors") if importlib.util.find_spec(name) is None]


def _require_extra() -> None:
    if missing := missing_packages():
        raise AutomockError(
            "The sandbox is not installed",
            f"It needs Python packages that are not here: {', '.join(missing)}.",
            f"Install it with: {INSTALL_COMMAND}",
        )


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


@contextlib.contextmanager
def _one_starter(state_dir: Path) -> Iterator[None]:
    with _open_private(state_dir / START_LOCK) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_held(state_dir: Path) -> bool:
    if not (state_dir / SERVER_LOCK).exists():
        return False
    with (state_dir / SERVER_LOCK).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _read_info(state_dir: Path) -> SandboxInfo | None:
    try:
        info = SandboxInfo.from_json((state_dir / INFO_FILE).read_bytes())
    except (OSError, CorruptDocument):
        return None
    # A signal to process 0 or 1 would reach more than one server.
    return info if info.pid > 1 and info.endpoint_url.startswith("http://") else None


def _report(info: SandboxInfo) -> SandboxReport | None:
    import http.client

    try:
        with _direct().open(info.endpoint_url + REPORT_PATH, timeout=ANSWER_SECONDS) as answer:
            found = SandboxReport.from_json(answer.read())
    except (OSError, http.client.HTTPException, CorruptDocument):
        return None
    return found if found.id == info.id else None


def _direct() -> OpenerDirector:
    """No proxy: a proxy of the user's knows nothing of this machine's loopback."""
    import urllib.request

    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _does_not_answer(info: SandboxInfo) -> AutomockError:
    return AutomockError(
        "The sandbox does not answer",
        f"Nothing of ours listens at {info.endpoint_url}.",
        "Start it with: automock-tui sandbox up",
    )


def _join(state_dir: Path) -> SandboxInfo | None:
    end = time.monotonic() + _JOIN_SECONDS
    while _is_held(state_dir):
        if found := status(state_dir):
            return found
        if time.monotonic() > end:
            raise _unknown_holder(state_dir)
        time.sleep(_POLL_SECONDS)
    return None


def _start(state_dir: Path, region: str) -> SandboxInfo:
    process = _spawn(state_dir, region)
    _started.append(process)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if found := status(state_dir):
            return found
        if process.poll() is not None:
            raise _did_not_start(state_dir, process.returncode)
        time.sleep(_POLL_SECONDS)
    process.kill()
    process.wait()
    raise _did_not_start(state_dir, None)


def _spawn(state_dir: Path, region: str) -> subprocess.Popen[bytes]:
    import subprocess

    # -P: a package named like one of ours in the user's folder must not be imported instead.
    module = [sys.executable, "-P", "-m", "automock_tui.sandbox.server"]
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    with _open_private(state_dir / START_LOG_FILE, "wb") as log:
        return subprocess.Popen(
            [*module, "--state-dir", str(state_dir.resolve()), "--region", region],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=kept,
            cwd=state_dir,
            start_new_session=True,
        )


def _open_private(path: Path, mode: str = "ab") -> IO[bytes]:
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))


def _end(state_dir: Path, pid: int, number: signal.Signals) -> bool:
    """Whether the server has ended after this signal."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
    end = time.monotonic() + STOP_SECONDS
    while _is_held(state_dir):
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    for process in [child for child in _started if child.pid == pid]:
        process.wait()
        _started.remove(process)
    return True


def _did_not_start(state_dir: Path, returncode: int | None) -> AutomockError:
    if returncode == EXIT_HELD:
        return _unknown_holder(state_dir)
    log = state_dir / START_LOG_FILE
    tail = log.read_text(errors="replace").strip().splitlines()[-5:] if log.exists() else []
    how = f"gave up after {START_SECONDS:.0f} s" if returncode is None else f"ended with code {returncode}"
    return AutomockError(
        "The sandbox did not start",
        "\n".join([f"Its process {how}.", *tail]),
        f"Read {log}; if a package is missing, install it with: {INSTALL_COMMAND}",
    )


def _unknown_holder(state_dir: Path) -> AutomockError:
    return AutomockError(
        "The sandbox does not answer",
        f"A process holds {state_dir / SERVER_LOCK}, but it does not answer from here "
        "(it hangs, or runs in a container that shares this folder).",
        "End that process, or run `automock-tui sandbox down`, and try again.",
    )
