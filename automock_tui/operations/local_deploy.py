"""Deploy and destroy in the local workspace: a mock is a process of this machine, and so costs nothing."""

from __future__ import annotations

import signal
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automock_tui.domain.deployment import (
    DeploymentMetadata,
    begin_deploy,
    begin_destroy,
    check_ttl_hours,
    fail,
)
from automock_tui.domain.errors import AutomockError, InvalidInput
from automock_tui.operations.local_state import is_alive, job_of
from automock_tui.operations.serve import HOST, read_set
from automock_tui.operations.tls import Certificate
from automock_tui.provisioning.job import JobKind, JobStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from automock_tui.domain.problems import Problem
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.job import Job

START_SECONDS = 30.0
"""How long a mock may take to come up; it takes half a second on an idle machine."""
END_SECONDS = 10.0
"""How long its process may take to end before it is killed: it has nothing to save."""
MAX_PORT = 65535
_POLL_SECONDS = 0.03


@dataclass(frozen=True, kw_only=True)
class LocalBasis:
    """What a local deploy starts from. `port` and `certificate` are those that were asked for the last time.

    Port 0 is a free one.
    """

    version: str
    expectation_count: int
    problems: Sequence[Problem]
    metadata: DeploymentMetadata
    is_running: bool
    ttl_hours: float
    port: int
    certificate: Certificate | None = None


def local_basis(workspace: Workspace, name: str) -> LocalBasis:
    """What a deploy of a project starts from.

    Raises:
        NotFound: no such project.
        InvalidInput: its expectations cannot be served.
    """
    current = workspace.projects.read_expectations(name)
    metadata = workspace.projects.deployment(name)
    _, loaded = read_set(current.body)
    return LocalBasis(
        version=current.version,
        expectation_count=loaded.count,
        problems=loaded.problems,
        metadata=metadata,
        is_running=metadata.is_deployed and is_alive(job_of(workspace, metadata)),
        ttl_hours=workspace.settings.ttl_hours,
        port=_port_asked(metadata),
        certificate=certificate_in(metadata.options),
    )


def start_local_deploy(
    workspace: Workspace, name: str, ttl_hours: float, *, port: int = 0, certificate: Certificate | None = None
) -> Job:
    """Start the process that serves a project; one that serves it already is replaced by it.

    Args:
        workspace: The local one.
        name: The project.
        ttl_hours: How long it lives, 0 for ever.
        port: Where it listens; 0 for the port it had before, or a free one.
        certificate: What it answers with over https; None for plain http.

    Raises:
        InvalidInput: the TTL, the port, the certificate or the expectations cannot be used.
        NotFound: no such project.
        LostRace: somebody else is deploying it or taking it down.
    """
    ttl = check_ttl_hours(ttl_hours)
    current = workspace.projects.read_expectations(name)
    read_set(current.body)
    if certificate is not None:
        certificate.for_server()
    before = workspace.projects.deployment(name)
    check_port(port, except_for=_port_of(before) if is_alive(job_of(workspace, before)) else 0)
    job = workspace.jobs.create(
        kind=JobKind.DEPLOY,
        project=name,
        workspace=workspace.ref,
        bucket=workspace.projects.find(name),
        arguments={"port": port, "port_before": _port_of(before), "ttl_seconds": ttl.total_seconds()}
        | _paths(certificate),
        auto_approve=True,
        by=workspace.by,
    )

    replaced: list[Job | None] = []

    def begun(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        replaced[:] = [old := job_of(workspace, metadata)]
        return begin_deploy(
            metadata,
            ttl=ttl,
            options=({"port": port} if port else {}) | _paths(certificate),
            job_id=job.id,
            by=workspace.by,
            now=now,
            expectations_version=current.version,
            takes_over="" if is_alive(old) else metadata.job_id,
        )

    try:
        workspace.projects.update_deployment(name, begun)
    except AutomockError:
        workspace.jobs.drop(job)
        raise
    return _launch(workspace, job, replaced[-1])


def _launch(workspace: Workspace, job: Job, old: Job | None) -> Job:
    try:
        if old is not None:
            end_process(workspace, old)
        return workspace.jobs.start(job)
    except AutomockError as error:
        reason = f"{error.title}: {error.message}"
        workspace.projects.update_deployment(
            job.project, lambda metadata, now: fail(metadata, reason=reason, job_id=job.id, by=job.by)
        )
        raise


def deploy_and_wait(
    workspace: Workspace, name: str, ttl_hours: float, *, port: int = 0, certificate: Certificate | None = None
) -> Job:
    """Deploy, and return when the mock answers.

    Raises:
        AutomockError: as `start_local_deploy`, or what its process failed for.
    """
    job = start_local_deploy(workspace, name, ttl_hours, port=port, certificate=certificate)
    end = time.monotonic() + START_SECONDS
    while job.is_active and time.monotonic() < end:
        time.sleep(_POLL_SECONDS)
        job = workspace.jobs.load(job.id)
    if job.error is not None:
        failure = AutomockError(job.error.title, job.error.message, job.error.hint)
        failure.exit_code = job.error.exit_code
        raise failure
    if job.status is not JobStatus.SERVING:
        raise AutomockError(
            f"{name} does not come up",
            f"Its process said nothing of it within {START_SECONDS:.0f} s.",
            f"Look at: automock-tui logs {job.id}",
        )
    return job


def destroy_local(workspace: Workspace, name: str) -> str:
    """End a mock, wait until its port is closed, and say so in a sentence; its project stays.

    Raises:
        NotFound: no such project, or nothing of it is deployed.
        AutomockError: its port stays open.
    """
    from automock_tui.operations.local_mock import is_port_open, record_destroyed

    before = workspace.projects.deployment(name)
    port = _port_of(before)

    def begun(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
        return begin_destroy(metadata, job_id=metadata.job_id, by=workspace.by)

    workspace.projects.update_deployment(name, begun)
    job = job_of(workspace, before)
    is_ours = is_alive(job)
    if job is not None:
        end_process(workspace, job)
    if is_ours and port and is_port_open(port):
        raise AutomockError(
            f"Port {port} is still open", f"The mock of {name} has ended.", "Look who listens there."
        )
    proof = f"{name} has ended: nothing of it listens" + (f"; port {port} is closed" if port else "")
    record_destroyed(workspace, name, proof, port)
    return proof


def end_process(workspace: Workspace, job: Job) -> None:
    """Wait until the process of a mock that its record has given up is gone; kill it if it does not go.

    Raises:
        AutomockError: not even that ends it.
    """
    if _has_ended(workspace, job.id, END_SECONDS):
        return
    from automock_tui.provisioning.processes import send_signal

    fresh = workspace.jobs.load(job.id)
    if fresh.process is not None:
        send_signal(fresh.process, signal.SIGKILL)
    if not _has_ended(workspace, job.id, END_SECONDS):
        raise AutomockError(
            f"The mock of {job.project} does not end",
            f"Its process {fresh.pid} is still there.",
            "End that process, then try again.",
        )


def _has_ended(workspace: Workspace, job_id: str, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while is_alive(workspace.jobs.load(job_id)):
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def check_can_serve() -> None:
    """Whether the engine is installed and this machine has a loopback address to listen at.

    Raises:
        AutomockError: it is not so.
    """
    try:
        import automock_tui.mocking.server  # noqa: F401 - whether it can be imported is the question

        with socket.create_server((HOST, 0)):
            pass
    except (ImportError, OSError) as error:
        raise AutomockError(
            "No mock can run on this machine",
            str(error),
            "Install automock-tui again; check the loopback address.",
        ) from error


def check_port(port: int, *, except_for: int = 0) -> None:
    """Whether a port can be had; 0 always can.

    Args:
        port: The port.
        except_for: One that is ours to give up.

    Raises:
        InvalidInput: no port, or one that is taken or not allowed.
    """
    if not 0 <= port <= MAX_PORT:
        raise InvalidInput("No such port", f"{port} is not 0 to {MAX_PORT}.", "Give another one, or 0 for any.")
    if port in (0, except_for):
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InvalidInput(
                f"Port {port} cannot be had",
                f"{HOST}:{port}: {error.strerror or error}.",
                "Choose another port, or 0 for a free one.",
            ) from error


def _port_of(metadata: DeploymentMetadata) -> int:
    """The port of a mock's address, 0 where it has none."""
    return urlsplit(metadata.infrastructure.mockserver_url).port or 0


def _port_asked(metadata: DeploymentMetadata) -> int:
    asked = metadata.options.get("port", 0)
    return asked if isinstance(asked, int) else 0


_CERTIFICATE, _KEY = "tls_cert", "tls_key"


def _paths(certificate: Certificate | None) -> dict[str, str]:
    """Where a certificate is, for a record; not what is in it."""
    if certificate is None:
        return {}
    found = {_CERTIFICATE: str(certificate.path)}
    return found | {_KEY: str(certificate.key)} if certificate.key else found


def certificate_in(record: Mapping[str, Any]) -> Certificate | None:
    """The certificate that a deployment's options or a job's arguments name; None for plain http."""
    return Certificate.given(str(record.get(_CERTIFICATE) or ""), str(record.get(_KEY) or ""))
