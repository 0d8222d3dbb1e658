"""Serve: the engine on a port of this machine, with a file or a project that it follows as that changes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.domain.expectation import ExpectationSet, load_expectations
from automock_tui.domain.expectation_check import check_expectations

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from automock_tui.domain.problems import Problem
    from automock_tui.mocking.engine import Engine
    from automock_tui.mocking.server import Server
    from automock_tui.mocking.services import Services
    from automock_tui.operations.tls import Certificate
    from automock_tui.operations.workspace import Workspace

HOST = "127.0.0.1"
"""Where what nobody asked to publish listens."""
LOOPBACK = (HOST, "localhost", "::1")
_SHOWN = 5
"""Problems that are named when a set is refused."""


class Source(Protocol):
    """Where expectations come from."""

    name: str
    poll_seconds: float
    folder: Path | None
    """Where the set's own files are: bodies, templates, OpenAPI descriptions; None where it has none."""

    def read(self) -> bytes | None:
        """The expectations as they are now; None where they have not changed since the last call."""


class FileSource:
    """A file; it is read again when its size, time or place on the disk changes."""

    poll_seconds = 0.5

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.folder: Path | None = path.resolve().parent
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> bytes | None:
        """The file, where it has changed.

        Raises:
            InvalidInput: it cannot be read.
        """
        try:
            found = self._path.stat()
            state = (found.st_ino, found.st_mtime_ns, found.st_size)
            if state == self._seen:
                return None
            content = self._path.read_bytes()
        except OSError as error:
            raise InvalidInput(
                "The file cannot be read", f"{self._path}: {error.strerror or error}", "Check the path."
            ) from error
        self._seen = state
        return content


class ProjectSource:
    """A project of a workspace; asked for its current version every two seconds."""

    poll_seconds = 2.0
    folder: Path | None = None

    def __init__(self, workspace: Workspace, project: str) -> None:
        self.name = f"project {project}"
        self._workspace, self._project = workspace, project
        self._seen: bytes | None = None

    def read(self) -> bytes | None:
        """The project's expectations, where they have changed.

        Raises:
            AutomockError: no such project, or its store cannot be reached.
        """
        content = self._workspace.projects.read_expectations(self._project).body
        if content == self._seen:
            return None
        self._seen = content
        return content


@dataclass(frozen=True)
class ServeOptions:
    """How to serve. `ttl_hours` 0 is for ever; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 1080
    ttl_hours: float = 0.0
    control: bool = True
    certificate: Certificate | None = None

    @property
    def scheme(self) -> str:
        """http or https."""
        return "https" if self.certificate else "http"


@dataclass(frozen=True)
class Loaded:
    """A set that is served now, and what of it is served differently or not at all."""

    count: int
    problems: tuple[Problem, ...]


class Listener(Protocol):
    """Who is told what happens while the engine serves."""

    def started(self, url: str, loaded: Loaded) -> None:
        """The engine listens."""

    def reloaded(self, loaded: Loaded) -> None:
        """A changed set is served."""

    def refused(self, error: AutomockError) -> None:
        """A changed set cannot be served; the one before it goes on."""

    def stopped(self, reason: str) -> None:
        """The engine has ended, for this reason."""


def read_set(content: bytes, services: Services | None = None) -> tuple[ExpectationSet, Loaded]:
    """The expectations of a document, checked as MockServer would check them.

    Args:
        content: The document.
        services: What the engine may use, to say what it cannot serve; nothing by default.

    Raises:
        InvalidInput: no JSON, or something in it that MockServer refuses; says where.
    """
    from automock_tui.mocking.support import unsupported

    found, warnings = check_set(content)
    return found.with_ids(), Loaded(len(found), (*warnings, *unsupported(found, services)))


def check_set(content: bytes) -> tuple[ExpectationSet, tuple[Problem, ...]]:
    """The expectations of a document, and what about them MockServer would not refuse but is odd.

    Raises:
        InvalidInput: as `read_set`.
    """
    found = load_expectations(content)
    problems = check_expectations(found)
    errors = [one for one in problems if one.is_error]
    if errors:
        lines = [f"line {one.place.line}: {one.message}" for one in errors[:_SHOWN]]
        more = [f"and {len(errors) - _SHOWN} more"] if len(errors) > _SHOWN else []
        raise InvalidInput("These expectations cannot be served", "\n".join([*lines, *more]), errors[0].fix)
    return found, tuple(one for one in problems if not one.is_error)


def said_of(loaded: Loaded) -> list[str]:
    """What of a set is served differently or not at all, a line each."""
    return said_of_problems(loaded.problems)


def said_of_problems(problems: Iterable[Problem]) -> list[str]:
    """Findings in a set, a line each."""
    return [f"line {one.place.line}: {one.message} {one.why}".rstrip() for one in problems]


def load_into(engine: Engine, content: bytes) -> Loaded:
    """Serve these expectations in place of those before; what did not change keeps its counts.

    For a process that does nothing else: the garbage collector is told to leave alone what is there now.

    Raises:
        InvalidInput: as `read_set`; the engine goes on with what it had.
    """
    from automock_tui.mocking.pauses import settle, undisturbed
    from automock_tui.operations.mock_services import equip

    equip(engine.services)
    rereads, before = engine.services.is_stale, engine.services.files
    if rereads:
        engine.services.files = {}
    with undisturbed():
        try:
            found, loaded = read_set(content, engine.services)
        except InvalidInput:
            engine.services.files = before
            raise
        engine.load([one.tree for one in found], rereads=rereads)
    settle()
    return loaded


def serve(source: Source, options: ServeOptions, listener: Listener) -> None:
    """Serve until a signal, a stop over the control plane, or the end of the time to live.

    Raises:
        AutomockError: the expectations cannot be read, or the address cannot be had.
    """
    from automock_tui.mocking.engine import Engine

    engine = Engine()
    engine.services.folder = source.folder
    found = source.read()
    content = found if found is not None else b"[]"
    loaded = load_into(engine, content)
    tls = options.certificate.for_server() if options.certificate else None
    asyncio.run(_serve(engine, source, options, listener, (content, loaded), tls))


async def _serve(
    engine: Engine,
    source: Source,
    options: ServeOptions,
    listener: Listener,
    first: tuple[bytes, Loaded],
    tls: ssl.SSLContext | None,
) -> None:
    from automock_tui.mocking.server import Server

    content, loaded = first
    server = Server(engine, control=options.control)
    await listen(server, options.host, options.port, tls)
    reasons: list[str] = []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C ends the process as it is
            loop.add_signal_handler(number, _note, server, reasons, number.name)
    listener.started(f"{options.scheme}://{shown_host(options.host)}:{server.port}", loaded)
    follower = loop.create_task(_follow(engine, source, listener, content))
    await _wait(server, options.ttl_hours, reasons)
    follower.cancel()
    await server.stop()
    listener.stopped(reasons[0] if reasons else "stopped over the control plane")


async def listen(server: Server, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
    """Let a server listen; port 0 takes a free one.

    Raises:
        AutomockError: the address cannot be had.
    """
    try:
        await server.start(host, port, tls)
    except (OSError, OverflowError) as error:
        raise AutomockError(
            f"Cannot listen on {host}:{port}",
            str(error),
            "Choose another port with --port, or 0 for a free one.",
        ) from error


def _note(server: Server, reasons: list[str], reason: str) -> None:
    reasons.append(reason)
    server.stopped.set()


async def _wait(server: Server, ttl_hours: float, reasons: list[str]) -> None:
    """Until the server is asked to stop, or its time is over by the wall clock."""
    end = time.time() + ttl_hours * 3600 if ttl_hours else None
    while not server.stopped.is_set():
        if end is not None and time.time() >= end:
            reasons.append("its time to live is over")
            return
        step = 1.0 if end is None else min(1.0, max(0.01, end - time.time()))
        try:
            await asyncio.wait_for(server.stopped.wait(), step)
        except TimeoutError:
            continue


async def _follow(engine: Engine, source: Source, listener: Listener, served: bytes) -> None:
    """Load the source again whenever it, or a file that it names, changes; say so once where that cannot be."""
    last = ""
    while True:
        await asyncio.sleep(source.poll_seconds)
        try:
            content = await asyncio.to_thread(_changed, source, engine, served)
            if content is not None:
                listener.reloaded(load_into(engine, content))
                served = content
            last = ""
        except AutomockError as error:
            if str(error) != last:
                listener.refused(error)
            last = str(error)


def _changed(source: Source, engine: Engine, served: bytes) -> bytes | None:
    """What is to be served now; None where nothing has changed."""
    content = source.read()
    return served if content is None and engine.services.is_stale else content


def shown_host(host: str) -> str:
    """A host as addresses have it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
