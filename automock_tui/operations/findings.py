"""What is wrong in an account, and the fix of each: orphans, stale locks, records that nobody will finish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from automock_tui.domain.deployment import DeploymentStatus, fail
from automock_tui.domain.errors import AutomockError, LostRace
from automock_tui.operations.half_done import UNDER_WAY, describe_lock, way_on
from automock_tui.operations.janitor_notes import is_elsewhere, is_janitors, overdue, took

if TYPE_CHECKING:
    from datetime import datetime

    from automock_tui.domain.deployment import DeploymentMetadata
    from automock_tui.operations.half_done import WayOn
    from automock_tui.operations.orphans import Orphan
    from automock_tui.operations.workspace import Workspace
    from automock_tui.storage.deployments import LockInfo

LOCK_LIFE = timedelta(hours=1)
"""A younger lock of another machine is taken for that of a run that lives; no apply takes as long."""
_UNMOVED = timedelta(minutes=10)
"""A record that is under way, without a lock, for so long: a deploy has its lock within this time."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a project.

    `question` asks for the fix, empty where there is none to offer; `fix` does it and says what it did. `hint`
    says what else can be done.
    """

    project: str
    text: str
    hint: str = ""
    question: str = ""
    fix: Callable[[Callable[[str], None]], str] | None = None


def findings(workspace: Workspace, project: str = "") -> Iterator[Finding]:
    """Everything that is wrong, of one project or of all.

    Raises:
        NotFound: no such project.
        AutomockError: the store or AWS cannot be asked.
    """
    if workspace.account is None:
        return
    names = [project] if project else workspace.projects.names()
    from automock_tui.storage.parallel import in_parallel

    for found in in_parallel(lambda name: list(_of_project(workspace, name)), names):
        yield from found
    from automock_tui.operations.orphans import find_orphans

    try:
        orphans = find_orphans(workspace, project=project)
    except AutomockError as error:
        yield Finding("AWS", f"what is left over is not known: {error.title}. {error.message}", error.hint)
        return
    for orphan in orphans:
        yield _orphan(workspace, orphan)


def _of_project(workspace: Workspace, name: str) -> Iterator[Finding]:
    try:
        metadata = workspace.projects.deployment(name)
        lock = workspace.projects.lock_info(name)
    except AutomockError as error:
        yield Finding(name, f"{error.title}. {error.message}", error.hint)
        return
    now = workspace.projects.store.now()
    age = None
    if lock is not None:
        from automock_tui.operations.recovery import locked_for

        age = locked_for(workspace, name)
        yield from _locked(workspace, name, lock, age)
    if (found := way_on(workspace, metadata)) is not None:
        yield _half_done(found)
    elif metadata.status in UNDER_WAY and (age is None or age >= LOCK_LIFE):
        yield from _unmoved(workspace, metadata, now)
    elif (late := overdue(metadata, now, workspace.projects.store.clock_pace())) is not None:
        yield _overdue(workspace, name, metadata, late)


def _half_done(found: WayOn) -> Finding:
    destroy = f"automock-tui destroy --project {found.project}"
    resume = f"automock-tui deploy --resume --project {found.project}"
    hint = (
        f"Carry on: {resume}; clean up: {destroy}" if found.kind.value == "deploy" else f"Carry on: {destroy}"
    )
    why = found.why.partition("\n")[0]
    return Finding(found.project, f"its {found.kind.value} did not end: {why}", hint)


def _overdue(workspace: Workspace, name: str, metadata: DeploymentMetadata, late: timedelta) -> Finding:
    region = metadata.infrastructure.region
    text = f"its time was over {took(late)} ago, and nothing has ended it"
    if is_elsewhere(metadata, workspace.region):
        return Finding(
            name, f"{text}; it is in {region}", f"There: automock-tui --region {region} doctor --fix"
        )
    return Finding(
        name,
        text,
        "See why: automock-tui janitor status",
        question=f"Take {name} down now?",
        fix=_reaps(workspace, name),
    )


def _reaps(workspace: Workspace, name: str) -> Callable[[Callable[[str], None]], str]:
    from automock_tui.operations.reap import reap

    def fix(log: Callable[[str], None]) -> str:
        for done in reap(workspace, project=name, on_line=log):
            if not done.is_finished:
                raise AutomockError(f"{name} is not down yet", done.detail, "Run it again.")
            return f"{name}: {done.action}. {done.detail}"
        return f"{name}: nothing is due any more"

    return fix


def _locked(workspace: Workspace, name: str, lock: LockInfo, age: timedelta) -> Iterator[Finding]:
    from automock_tui.operations.recovery import dead_holder

    job = dead_holder(workspace, name, lock)
    text = describe_lock(lock, age)
    if job is None and age < LOCK_LIFE:
        active = workspace.jobs.active(workspace.ref, name)
        if active is None:
            yield Finding(
                name, text, "It may be alive. Look there; after an hour its lock can be removed here."
            )
        return
    why = f"job {job.id} of this machine, which is dead" if job else "nothing takes as long"
    question = f"Remove the lock of {lock.Who or 'somebody'} on {name} ({why})?"
    yield Finding(name, f"{text}: {why}", question=question, fix=_unlocks(workspace, name, lock))


def _unlocks(workspace: Workspace, name: str, lock: LockInfo) -> Callable[[Callable[[str], None]], str]:
    from automock_tui.operations.recovery import release

    def fix(log: Callable[[str], None]) -> str:
        del log
        now = workspace.projects.lock_info(name)
        if now is not None and now.ID != lock.ID:
            raise LostRace(f"The lock of {name} is another one by now", describe_lock(now), "Look again.")
        release(workspace, name)
        return f"{name}: the lock is removed"

    return fix


def _unmoved(workspace: Workspace, metadata: DeploymentMetadata, now: datetime) -> Iterator[Finding]:
    from automock_tui.operations.recovery import written_at

    name = metadata.project_name
    age = now - written_at(workspace, name)
    if age < _UNMOVED or workspace.jobs.active(workspace.ref, name) is not None:
        return
    who = metadata.updated_by or "somebody"
    if is_janitors(metadata):
        text = f"{who} began to take it down and has not gone on for {took(age)}"
        yield Finding(name, text, question=f"Take {name} down from here?", fix=_reaps(workspace, name))
        return
    yield Finding(
        name,
        f"{metadata.status.value} since {took(age)} by {who} (job {metadata.job_id or 'unknown'}, generation "
        f"{metadata.generation}), and nobody holds its state",
        f"Ask {who}. If that job is dead, let it count as failed; then deploy or destroy it from here.",
        question=f"Record that the {_verb(metadata)} of {name} by {who} failed?",
        fix=_gives_up(workspace, metadata),
    )


def _verb(metadata: DeploymentMetadata) -> str:
    return "deploy" if metadata.status is DeploymentStatus.DEPLOYING else "destroy"


def _gives_up(workspace: Workspace, seen: DeploymentMetadata) -> Callable[[Callable[[str], None]], str]:
    def fix(log: Callable[[str], None]) -> str:
        del log

        def change(metadata: DeploymentMetadata, now: datetime) -> DeploymentMetadata:
            reason = f"its {_verb(seen)} by {seen.updated_by} did not end; {workspace.by} gave it up"
            del now
            return fail(metadata, reason=reason, job_id=seen.job_id, by=workspace.by)

        workspace.projects.update_deployment(seen.project_name, change)
        return f"{seen.project_name}: failed; deploy it again to carry on, or destroy it"

    return fix


def _orphan(workspace: Workspace, orphan: Orphan) -> Finding:
    from automock_tui.operations.orphans import sweep_orphan

    def fix(log: Callable[[str], None]) -> str:
        return f"{orphan.project}: {len(sweep_orphan(workspace, orphan, log))} deleted, 0 left"

    some = ", ".join(orphan.resources[:3]) + (", ..." if len(orphan.resources) > 3 else "")
    return Finding(
        orphan.project,
        orphan.text,
        some,
        question=f"Delete {len(orphan.resources)} resources that are left of {orphan.project}?",
        fix=fix,
    )
