"""What the process of a local mock does: serve a project until its time is over or somebody ends it.

The deployment's record is the only thing that it obeys, read four times a second: an extension, a destroy or a
newer deploy by whoever it was is seen there. Time is the wall clock's, so that a machine that slept through the
end of the TTL ends the mock as soon as it wakes.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import (
    DeploymentMetadata,
    DeploymentStatus,
    Infrastructure,
    begin_destroy,
    fail,
    finish_deploy,
    finish_destroy,
    format_remaining,
)
from automock_tui.domain.errors import AutomockError, LostRace, NotFound
from automock_tui.domain.project import EventKind
from automock_tui.operations.history import tell
from automock_tui.operations.local_deploy import certificate_in
from automock_tui.operations.local_state import TTL_KEEPER, certificate_file
from automock_tui.operations.serve import HOST, Loaded, listen, load_into, said_of
from automock_tui.provisioning.files import write_private
from automock_tui.provisioning.runner import Cancelled

if TYPE_CHECKING:
    import ssl

    from automock_tui.mocking.server import Server
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.runner import JobRun
    from automock_tui.storage.versions import Expectations

LOOK_SECONDS = 0.25
"""How often the record and the clock are looked at."""
FOLLOW_SECONDS = 1.0
"""How often the project's expectations are."""
_GRACE_SECONDS = 1.0


class End(Enum):
    """Why a mock ends."""

    EXPIRED = "its TTL is over"
    DESTROYED = "it was destroyed"
    REPLACED = "another deploy took its place"
    DELETED = "its project was deleted"
    STOPPED = "somebody stopped it over its control plane"
    SIGNALLED = "its process was told to stop"


class _Extended(Exception):
    """The TTL that seemed to be over is not: somebody was faster."""


def run_local_mock(run: JobRun, workspace: Workspace) -> None:
    """The whole life of the mock of a project.

    Raises:
        AutomockError: it cannot be served; the deployment's record says so too.
    """
    try:
        with run.stage("serve"):
            asyncio.run(_LocalMock(run, workspace).live())
    except (Cancelled, LostRace):
        raise  # the record is whose change came first: who destroys a mock that comes up waits for our end
    except AutomockError as error:
        _record_failure(run, workspace, error)
        raise


def _record_failure(run: JobRun, workspace: Workspace, error: AutomockError) -> None:
    reason = f"{error.title}: {error.message}".strip(": ")
    try:
        workspace.projects.update_deployment(
            run.job.project,
            lambda metadata, now: fail(metadata, reason=reason, job_id=run.job.id, by=run.job.by),
        )
    except AutomockError as lost:
        run.log(f"Not recorded: {lost.title}", level="warn")
        return
    tell(workspace, run.job.project, EventKind.FAILED, reason)


@dataclass
class _Known:
    """What was last read of the deployment's record, and what was last said about trouble with it."""

    metadata: DeploymentMetadata
    trouble: str = ""


class _LocalMock:
    """One mock, from its first to its last moment."""

    def __init__(self, run: JobRun, workspace: Workspace) -> None:
        from automock_tui.mocking.engine import Engine
        from automock_tui.mocking.server import Server

        self._run, self._workspace = run, workspace
        self._name = run.job.project
        self._served: Expectations = workspace.projects.read_expectations(self._name)
        self._server: Server = Server(Engine())
        self._certificate = certificate_in(run.job.arguments)

    async def live(self) -> None:
        """Serve until the end."""
        loaded = load_into(self._server.engine, self._served.body)
        await self._listen()
        try:
            known = _Known(self._record_deployed(loaded))
        except AutomockError:
            await self._server.stop(0)
            raise
        follower = asyncio.create_task(self._follow())
        try:
            end = await self._until_over(known)
        finally:
            follower.cancel()
        await self._finish(end)

    # --- Coming up

    async def _listen(self) -> None:
        """Listen at the port that was asked for; else at the one it had before, where that is free."""
        arguments, tls = self._run.job.arguments, self._tls()
        if arguments.get("port"):
            await listen(self._server, HOST, int(arguments["port"]), tls)
            return
        if before := int(arguments.get("port_before") or 0):
            with contextlib.suppress(AutomockError):
                await listen(self._server, HOST, before, tls)
                return
        await listen(self._server, HOST, 0, tls)

    def _tls(self) -> ssl.SSLContext | None:
        """What is needed to answer over https; what it shows is kept for our own connections to know it by."""
        if self._certificate is None:
            return None
        context = self._certificate.for_server()
        write_private(certificate_file(self._workspace, self._run.job.id), self._certificate.text().encode())
        return context

    @property
    def _url(self) -> str:
        return f"{'https' if self._certificate else 'http'}://{HOST}:{self._server.port}"

    def _record_deployed(self, loaded: Loaded) -> DeploymentMetadata:
        ttl = timedelta(seconds=float(self._run.job.arguments.get("ttl_seconds", 0)))

        def deployed(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
            return finish_deploy(
                metadata,
                ttl=ttl,
                outputs={"mockserver_url": self._url},
                infrastructure=Infrastructure(mockserver_url=self._url),
                job_id=self._run.job.id,
                by=self._run.job.by,
                now=now,
            )

        metadata = self._workspace.projects.update_deployment(self._name, deployed)
        life = f"for {format_remaining(ttl)}" if ttl else "for ever"
        self._tell(EventKind.DEPLOYED, f"Deployed {life} at {self._url}")
        for note in said_of(loaded):
            self._run.log(note, level="warn")
        self._run.serve(
            f"{self._name} answers at {self._url} with {loaded.count} expectations {life}",
            {"mockserver_url": self._url},
        )
        return metadata

    # --- Living

    async def _follow(self) -> None:
        """Serve what is saved; what cannot be served leaves what was there, and is told once."""
        told = ""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                current = await asyncio.to_thread(self._workspace.projects.read_expectations, self._name)
                if current.body != self._served.body:
                    self._served = current  # a bad one is not looked at again
                    await self._reload(current)
                told = ""
            except AutomockError as error:
                if str(error) != told:
                    self._run.log(f"The change is not served: {error}", level="warn")
                told = str(error)

    async def _reload(self, current: Expectations) -> None:
        loaded = load_into(self._server.engine, current.body)
        self._run.log(f"Serves {current.version} now: {loaded.count} expectations")
        for note in said_of(loaded):
            self._run.log(note, level="warn")
        await asyncio.to_thread(self._record_version, current.version)

    def _record_version(self, version: str) -> None:
        def served(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
            return replace(metadata, expectations_version=version) if self._is_ours(metadata) else metadata

        self._workspace.projects.update_deployment(self._name, served)

    def _is_ours(self, metadata: DeploymentMetadata) -> bool:
        return metadata.job_id == self._run.job.id and metadata.is_deployed

    async def _until_over(self, known: _Known) -> End:
        while True:
            if self._run.is_cancelled:
                return End.SIGNALLED
            if self._server.stopped.is_set():
                return End.STOPPED
            if end := await asyncio.to_thread(self._look, known):
                return end
            await asyncio.sleep(self._pause(known.metadata))

    def _pause(self, metadata: DeploymentMetadata) -> float:
        if metadata.ttl_expiry is None:
            return LOOK_SECONDS
        left = metadata.ttl_expiry.timestamp() - time.time()
        return min(LOOK_SECONDS, max(0.01, left))

    def _look(self, known: _Known) -> End | None:
        """Read the record; why the mock must end now, or None."""
        try:
            metadata = self._workspace.projects.deployment(self._name)
        except NotFound:
            return End.DELETED
        except AutomockError as error:
            self._complain(known, error)
            metadata = known.metadata
        else:
            self._note_extension(known.metadata, metadata)
            known.metadata, known.trouble = metadata, ""
        if metadata.job_id != self._run.job.id:
            return End.REPLACED
        if metadata.status is not DeploymentStatus.DEPLOYED:
            return End.DESTROYED
        return self._expire(known) if self._is_over(metadata) else None

    def _is_over(self, metadata: DeploymentMetadata) -> bool:
        return metadata.ttl_expiry is not None and metadata.ttl_expiry <= self._workspace.projects.store.now()

    def _note_extension(self, before: DeploymentMetadata, after: DeploymentMetadata) -> None:
        if before.ttl_expiry != after.ttl_expiry and after.ttl_expiry is not None and after.is_deployed:
            left = format_remaining(after.remaining(self._workspace.projects.store.now()))
            self._run.log(f"{after.updated_by} extended it: {left} left")

    def _complain(self, known: _Known, error: AutomockError) -> None:
        if known.trouble != str(error):
            self._run.log(f"The deployment's record cannot be used; the mock goes on: {error}", level="warn")
        known.trouble = str(error)

    def _expire(self, known: _Known) -> End | None:
        """Take the step to `destroying`, unless somebody extends at this very moment."""

        def over(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
            if metadata.ttl_expiry is None or metadata.ttl_expiry > now:
                raise _Extended
            return begin_destroy(metadata, job_id=self._run.job.id, by=TTL_KEEPER)

        try:
            self._workspace.projects.update_deployment(self._name, over)
        except _Extended:
            return None
        except (LostRace, NotFound):
            return None  # somebody else's change came first: the next look sees it
        except AutomockError as error:
            # The TTL holds even where that cannot be written, on a full disk for one.
            self._complain(known, error)
        return End.EXPIRED

    # --- Going down

    async def _finish(self, end: End) -> None:
        port = self._server.port
        if end is End.STOPPED:
            self._begin_destroy("its control plane")
        await self._server.stop(_GRACE_SECONDS)
        if is_port_open(port):
            raise AutomockError(
                f"Port {port} is still open", f"{self._name} no longer serves it.", "Look who listens there."
            )
        proof = f"{self._name} has ended: {end.value}; port {port} is closed"
        if end is End.SIGNALLED:
            raise Cancelled("Stopped by a signal", proof, "Deploy it again, or destroy it.")
        if end in (End.EXPIRED, End.DESTROYED, End.STOPPED):
            self._record_destroyed(end, proof, port)
        self._run.succeed(proof)

    def _begin_destroy(self, by: str) -> None:
        self._workspace.projects.update_deployment(
            self._name, lambda metadata, now: begin_destroy(metadata, job_id=self._run.job.id, by=by)
        )

    def _record_destroyed(self, end: End, proof: str, port: int) -> None:
        record_destroyed(self._workspace, self._name, proof, port, expired=end is End.EXPIRED)

    def _tell(self, event: EventKind, summary: str) -> None:
        if warning := tell(self._workspace, self._name, event, summary):
            self._run.log(warning, level="warn")


def record_destroyed(workspace: Workspace, name: str, proof: str, port: int, *, expired: bool = False) -> None:
    """Write that nothing of a mock is left, whoever was to write it; once.

    Raises:
        AutomockError: it cannot be written.
    """
    done: list[bool] = []

    def destroyed(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        done[:] = [metadata.status is DeploymentStatus.DESTROYING]
        if not done[0]:
            return metadata
        return finish_destroy(metadata, job_id=metadata.job_id, by=metadata.updated_by, now=now)

    workspace.projects.update_deployment(name, destroyed)
    if done == [True]:
        event = EventKind.EXPIRED if expired else EventKind.DESTROYED
        tell(workspace, name, event, proof, {"port": port, "port_closed": True})


def is_port_open(port: int) -> bool:
    """Whether somebody on this machine takes connections there."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex((HOST, port)) == 0
