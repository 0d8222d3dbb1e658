"""Before a run, what earlier ones left half done: processes, locks, unsaved states. How to go on after a death.

A run that died is dead for sure only if it ran on this machine: its job's lock is free, and no process is left
in its working directory. Only then its lock on the state is removed without asking.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from automock_tui import __version__
from automock_tui.domain.deployment import DeploymentStatus
from automock_tui.domain.errors import InvalidInput, LostRace
from automock_tui.domain.project import DEPLOYMENT_KEY, LOCK_KEY, STATE_KEY
from automock_tui.operations.half_done import UNDER_WAY, describe_lock, way_on
from automock_tui.operations.janitor_notes import took
from automock_tui.provisioning.dead_runs import LeftProcess, end_providers, processes_in
from automock_tui.provisioning.job import Job, JobKind
from automock_tui.storage.deployments import LockInfo
from automock_tui.storage.objects import ObjectNotFound, PreconditionFailed

if TYPE_CHECKING:
    from pathlib import Path

    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.workspace import Workspace
    from automock_tui.provisioning.terraform import Terraform

SETTLE_SECONDS = 15 * 60.0
"""How long to wait for a Terraform that lost its job; after its interrupt it takes seconds."""
START_GRACE = timedelta(minutes=10)
"""How long a deploy may take from its first word to its lock: it may have to download the provider."""
_POLL_SECONDS = 1.0
_UNFIT = re.compile(r"cannot (import|overwrite) .{0,40}state", re.DOTALL)
"""What Terraform says of a state that is older than the one in the bucket, or of another stack."""

Log = Callable[[str], None]


def resume(workspace: Workspace, name: str) -> Job:
    """Carry on what died or failed, as it was asked for then; returns the job that does.

    Raises:
        NotFound: no such project.
        InvalidInput: nothing of it is half done.
        LostRace: somebody is at work on it.
    """
    from automock_tui.operations.deploy import start_deploy
    from automock_tui.operations.destroy import start_destroy
    from automock_tui.operations.options import stored_options

    metadata = workspace.projects.deployment(name)
    found = way_on(workspace, metadata)
    if found is None:
        raise _nothing_to_resume(metadata)
    if found.kind is JobKind.DESTROY:
        return start_destroy(workspace, name)
    options = stored_options(metadata.options)
    return start_deploy(workspace, name, options, found.ttl_hours, auto_approve=True, problems=())


def resume_deploy(workspace: Workspace, name: str) -> Job:
    """Carry on a deploy that died or failed; `resume` for whoever does not want a teardown to go on.

    Raises:
        NotFound: no such project.
        InvalidInput: nothing of it is half done, or it is a teardown.
        LostRace: somebody is at work on it.
    """
    found = way_on(workspace, workspace.projects.deployment(name))
    if found is not None and found.kind is JobKind.DESTROY:
        raise InvalidInput(
            f"It is the destroy of {name} that did not end",
            found.why,
            f"Carry that on with: automock-tui destroy --project {name}; or deploy it anew.",
        )
    return resume(workspace, name)


def settle(workspace: Workspace, project: str, log: Log, wait: Callable[[float], None]) -> None:
    """Wait until nothing is at work any more of what died on this machine.

    A Terraform whose job was killed got an interrupt and is saving its state; a provider without its Terraform
    can save nothing, and is ended.

    Raises:
        LostRace: a Terraform goes on and on.
    """
    folders = [workspace.jobs.files(job).work for job in _over(workspace, project)]
    end = time.monotonic() + SETTLE_SECONDS
    told = False
    while left := processes_in(folders):
        terraform = [process for process in left if not process.is_provider]
        if not terraform:
            end_providers(left)
        elif time.monotonic() > end:
            raise _does_not_end(project, terraform)
        if not told:
            log("Waiting for what an earlier run left at work: " + ", ".join(map(_named, left)))
            told = True
        wait(_POLL_SECONDS)


def dead_holder(workspace: Workspace, project: str, lock: LockInfo) -> Job | None:
    """The job of this machine that took a lock and is provably dead; None where it may live."""
    if lock.Created is None or lock.Who != terraform_user():
        return None
    began = [job for job in _jobs(workspace, project) if job.started_at and job.started_at <= lock.Created]
    if not began or not began[0].is_final:
        return None
    return None if processes_in([workspace.jobs.files(began[0]).work]) else began[0]


def release_dead_lock(workspace: Workspace, project: str, log: Log) -> None:
    """Remove the lock of a run that is provably dead; any other one stays, and stops Terraform by itself."""
    lock = workspace.projects.lock_info(project)
    if lock is None or (job := dead_holder(workspace, project, lock)) is None:
        return
    log(f"Removing the lock that job {job.id} left behind ({lock.ID})")
    release(workspace, project)


def release(workspace: Workspace, project: str) -> None:
    """Remove the lock of the state, whoever holds it: first be sure that it is dead.

    Raises:
        NotFound: no such project.
    """
    workspace.projects.store.delete(workspace.projects.find(project), LOCK_KEY)


@contextmanager
def holding_state(workspace: Workspace, project: str) -> Iterator[None]:
    """Hold the lock of the state as Terraform would, so that no Terraform of anybody's starts meanwhile.

    Raises:
        LostRace: somebody holds it; says who, and since when.
    """
    import uuid

    bucket = workspace.projects.find(project)
    store = workspace.projects.store
    lock = LockInfo(
        ID=str(uuid.uuid4()),
        Operation="OperationTypeDestroy",
        Info="automock-tui sweeps what is left",
        Who=terraform_user(),
        Version=__version__,
        Created=datetime.now(UTC),
        Path=f"{bucket}/{STATE_KEY}",
    )
    try:
        store.put(bucket, LOCK_KEY, lock.to_json(), if_match="")
    except PreconditionFailed:
        held = workspace.projects.lock_info(project)
        if held is None or held.ID != lock.ID:  # the same: written, although the answer was lost
            raise state_is_locked(project, held) from None
    try:
        yield
    finally:
        store.delete(bucket, LOCK_KEY)


def state_is_locked(project: str, lock: LockInfo | None) -> LostRace:
    """The error for a run that somebody else's, alive or dead, keeps from the state."""
    return LostRace(
        f"Somebody is at work on {project}",
        f"{describe_lock(lock)}." if lock else "The lock of its state was taken a moment ago.",
        f"Wait for it. If that run is dead: automock-tui doctor --fix --project {project}",
    )


def push_unsaved_state(workspace: Workspace, project: str, terraform: Terraform, log: Log) -> None:
    """Save the state that an earlier job could not, so that Terraform knows what it made.

    One that is older than what the bucket has is put aside: what only it knew will be swept. So is any of a
    deployment that is destroyed by now, as by the janitor: nothing of what it knows is there.

    Raises:
        AutomockError: it cannot be pushed.
    """
    from automock_tui.provisioning.terraform_errors import TerraformError

    unsaved = workspace.jobs.unsaved_states(workspace.ref, project)
    if unsaved and workspace.projects.deployment(project).status is DeploymentStatus.DESTROYED:
        put_states_aside(workspace, project)
        return
    for newest in unsaved[:1]:
        log(f"Saving the state that an earlier job could not save ({newest})")
        try:
            terraform.push_errored_state(newest)
        except TerraformError as error:
            if not _UNFIT.search(f"{error.title}\n{error.message}"):
                raise
            log("It is older than the state in the bucket, which stays")
            _put_aside(newest)
    for older in unsaved[1:]:
        _put_aside(older)


def refuse_while_deploying(workspace: Workspace, metadata: DeploymentMetadata) -> None:
    """Keep a teardown from somebody else's deploy that lives, or may: it would go on making things.

    Raises:
        LostRace: it holds the state, or began so lately that it may not hold it yet.
    """
    name = metadata.project_name
    lock = workspace.projects.lock_info(name)
    if lock is not None and dead_holder(workspace, name, lock) is None:
        raise state_is_locked(name, lock)
    age = workspace.projects.store.now() - written_at(workspace, name)
    if lock is None and age < START_GRACE:
        raise LostRace(
            f"{name} is being deployed",
            f"{metadata.updated_by or 'Somebody'} started that {took(age)} ago (job {metadata.job_id}, "
            f"generation {metadata.generation}).",
            f"Wait for it, or cancel it there. If that job is dead: automock-tui doctor --fix --project {name}",
        )


def written_at(workspace: Workspace, project: str) -> datetime:
    """When the record of a deployment was last written, by the store's clock."""
    bucket = workspace.projects.find(project)
    return workspace.projects.store.get(bucket, DEPLOYMENT_KEY).last_modified


def locked_for(workspace: Workspace, project: str) -> timedelta:
    """How long the state has been locked, by the store's clock; no time where it is not.

    What the lock itself says is by the clock of whoever took it, which may be hours off.
    """
    store = workspace.projects.store
    try:
        taken = store.get(workspace.projects.find(project), LOCK_KEY).last_modified
    except ObjectNotFound:
        return timedelta(0)
    return store.now() - taken


def put_states_aside(workspace: Workspace, project: str) -> None:
    """Nothing is left of a deployment: states that nobody could save tell of nothing any more."""
    for path in workspace.jobs.unsaved_states(workspace.ref, project):
        _put_aside(path)


def mends(metadata: DeploymentMetadata) -> bool:
    """Whether a run on this deployment may meet things that no state knows."""
    return metadata.status in (*UNDER_WAY, DeploymentStatus.FAILED)


def terraform_user() -> str:
    """`user@host`, as Terraform writes it into its locks."""
    import getpass
    import socket

    return f"{getpass.getuser()}@{socket.gethostname()}"


def _jobs(workspace: Workspace, project: str) -> list[Job]:
    place = workspace.ref.identity
    return [job for job in workspace.jobs.all() if job.project == project and job.workspace.identity == place]


def _over(workspace: Workspace, project: str) -> list[Job]:
    return [job for job in _jobs(workspace, project) if job.is_final]


def _put_aside(path: Path) -> None:
    path.replace(path.with_name(path.name + ".superseded"))


def _named(process: LeftProcess) -> str:
    return f"{process.name} (process {process.pid})"


def _nothing_to_resume(metadata: DeploymentMetadata) -> InvalidInput:
    who = f" {metadata.updated_by} is at it (job {metadata.job_id})." if metadata.status in UNDER_WAY else ""
    return InvalidInput(
        f"Nothing of {metadata.project_name} is half done",
        f"Its status is {metadata.status.value}.{who}",
        f"See: automock-tui status --project {metadata.project_name}; if that job is dead: automock-tui doctor",
    )


def _does_not_end(project: str, left: list[LeftProcess]) -> LostRace:
    return LostRace(
        f"An earlier Terraform of {project} is still at work",
        ", ".join(map(_named, left)) + f" did not end within {SETTLE_SECONDS / 60:.0f} minutes.",
        "Let it finish, or end that process; then try again.",
    )
