"""The real MockServer in place of our engine: from a jar, Docker, or `mockserver-client`'s launcher."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.expectation_fields import MOCKSERVER_VERSION
from automock_tui.operations.serve import Loaded, check_set, shown_host

if TYPE_CHECKING:
    from automock_tui.operations.serve import Listener, ServeOptions, Source

JAR_VARIABLE = "AUTOMOCK_MOCKSERVER_JAR"
IMAGE = f"mockserver/mockserver:mockserver-{MOCKSERVER_VERSION}"
START_SECONDS = 90.0
"""How long MockServer may take until it answers; 2 s is usual, an image that is fetched first takes longer."""
_POLL_SECONDS = 0.2
_DOCKER_PORT = 1080
_GONE_SECONDS = 10.0
_HOW = (
    f"Give one of three: --jar FILE or {JAR_VARIABLE} with mockserver-netty-{MOCKSERVER_VERSION}-jar-with-"
    "dependencies.jar (Maven Central, or npm's mockserver-node) and Java 17; Docker; or "
    "'pip install mockserver-client', whose launcher downloads MockServer."
)


@dataclass(frozen=True)
class RealEngine:
    """How to run MockServer: the command for a port, and where it sees the folder with the expectations."""

    kind: str
    command: Callable[[ServeOptions, int, Path], list[str]]
    seen_folder: str = ""


def find_engine(jar: Path | None = None) -> RealEngine:
    """The first that is there: a jar with Java, Docker, the launcher.

    Args:
        jar: A jar that the user named.

    Raises:
        AutomockError: none is there; says how to get each.
    """
    named = jar or (Path(os.environ[JAR_VARIABLE]) if os.environ.get(JAR_VARIABLE) else None)
    if named is not None:
        return _from_jar(named)
    found = _from_docker() or _from_launcher()
    if found is None:
        raise AutomockError("MockServer is not here", "There is no jar, no Docker and no launcher.", _HOW)
    return found


def _from_jar(jar: Path) -> RealEngine:
    if not jar.is_file():
        raise InvalidInput("The jar is not there", str(jar), _HOW)
    java = shutil.which("java")
    if java is None:
        raise AutomockError("Java is missing", "A jar needs java on the PATH.", "Install Java 17 or newer.")
    path = str(jar.resolve())
    return RealEngine("jar", lambda _options, _port, _folder: [java, "-jar", path])


def _from_docker() -> RealEngine | None:
    """Docker, where its server answers."""
    docker = shutil.which("docker")
    if docker is None:
        return None
    try:
        done = subprocess.run([docker, "version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None

    def command(options: ServeOptions, port: int, folder: Path) -> list[str]:
        variables = _variables("/automock/expectations.json", _DOCKER_PORT, "0.0.0.0")
        given = [part for name, value in variables.items() for part in ("-e", f"{name}={value}")]
        published = f"{shown_host(options.host)}:{port}:{_DOCKER_PORT}"
        mounted = f"{folder}:/automock:ro"
        return [docker, "run", "--rm", "--init", "-p", published, "-v", mounted, *given, IMAGE]

    return RealEngine("docker", command, "/automock")


def _from_launcher() -> RealEngine | None:
    """The launcher of `mockserver-client`, where that is installed; it downloads MockServer once."""
    try:
        from mockserver.launcher import ensure_binary
    except ImportError:
        return None
    try:
        launcher = str(ensure_binary(MOCKSERVER_VERSION, log=False))
    except (RuntimeError, OSError) as error:
        words = f"The launcher of mockserver-client cannot get MockServer: {error}"
        raise AutomockError("MockServer is not here", words, _HOW) from error
    return RealEngine("launcher", lambda _options, port, _folder: [launcher, "-serverPort", str(port)])


def _variables(expectations: str, port: int, host: str) -> dict[str, str]:
    return {
        "MOCKSERVER_SERVER_PORT": str(port),
        "MOCKSERVER_LOCAL_BOUND_IP": host,
        "MOCKSERVER_LOG_LEVEL": "WARN",
        "MOCKSERVER_INITIALIZATION_JSON_PATH": expectations,
        "MOCKSERVER_WATCH_INITIALIZATION_JSON": "true",
        "MOCKSERVER_ATTEMPT_TO_PROXY_IF_NO_MATCHING_EXPECTATION": "false",
    }


def serve_real(source: Source, options: ServeOptions, listener: Listener, engine: RealEngine) -> None:
    """Serve with MockServer until a signal, its own end, or the end of the time to live.

    A changed set reaches it by the file that it watches, within about five seconds.

    Raises:
        AutomockError: the expectations cannot be read, or MockServer does not start.
    """
    content = source.read()
    loaded = _checked(content if content is not None else b"[]")
    with tempfile.TemporaryDirectory(prefix="automock-mockserver-") as name:
        folder = Path(name)
        _write(folder, content if content is not None else b"[]")
        port = options.port or _free_port(options.host)
        with _running(engine, options, port, folder) as process:
            listener.started(f"http://{shown_host(options.host)}:{port}", loaded)
            reason = _until_over(process, source, options, listener, folder)
    listener.stopped(reason)


def _checked(content: bytes) -> Loaded:
    found, warnings = check_set(content)
    return Loaded(len(found), warnings)


def _write(folder: Path, content: bytes) -> None:
    """Put the expectations where MockServer watches, never half of them."""
    fresh = folder / "expectations.json.new"
    fresh.write_bytes(content)
    fresh.replace(folder / "expectations.json")


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def _running(
    engine: RealEngine, options: ServeOptions, port: int, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """MockServer's process, once it answers; its working folder is ours, for it leaves files there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOCKSERVER_")}
    if not engine.seen_folder:
        environment |= _variables(str(folder / "expectations.json"), port, options.host)
    log = folder / "mockserver.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            engine.command(options, port, folder),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_ready(process, options.host, port, log)
        yield process
    finally:
        _end(process)


def _wait_ready(process: subprocess.Popen[bytes], host: str, port: int, log: Path) -> None:
    address = f"http://{shown_host(_reachable(host))}:{port}/mockserver/status"
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        request = urllib.request.Request(address, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(_POLL_SECONDS)
    words = log.read_text("utf-8", "replace").strip()[-1000:] or "It said nothing."
    raise AutomockError(
        "MockServer does not start", words, "Choose another port with --port; check Java or Docker."
    )


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GONE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until_over(
    process: subprocess.Popen[bytes], source: Source, options: ServeOptions, listener: Listener, folder: Path
) -> str:
    """Follow the source until the end; why it ended."""
    end = time.time() + options.ttl_hours * 3600 if options.ttl_hours else None
    asked, follow = _signals(), _Follower(source, listener, folder)
    while True:
        if asked:
            return asked[0]
        if process.poll() is not None:
            return f"MockServer ended with {process.returncode}"
        if end is not None and time.time() >= end:
            return "its time to live is over"
        follow.look()
        time.sleep(_POLL_SECONDS)


def _signals() -> list[str]:
    """A list that gets the name of the first signal that asks to stop."""
    asked: list[str] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return asked


class _Follower:
    """Gives MockServer a changed set; says so once where that cannot be."""

    def __init__(self, source: Source, listener: Listener, folder: Path) -> None:
        self._source, self._listener, self._folder = source, listener, folder
        self._next = time.monotonic() + source.poll_seconds
        self._last = ""

    def look(self) -> None:
        """Read the source again where it is time."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._source.poll_seconds
        try:
            content = self._source.read()
            if content is not None:
                loaded = _checked(content)
                _write(self._folder, content)
                self._listener.reloaded(loaded)
            self._last = ""
        except AutomockError as error:
            if str(error) != self._last:
                self._listener.refused(error)
            self._last = str(error)
