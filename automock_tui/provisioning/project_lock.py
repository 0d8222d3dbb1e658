"""One job at a time on a project of a workspace, on this machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from automock_tui.domain.document import INSTANT, TEXT, CorruptDocument, Document, stored
from automock_tui.domain.workspace import WorkspaceRef
from automock_tui.provisioning.files import make_private_folder, write_private
from automock_tui.provisioning.job import Job
from automock_tui.provisioning.locks import FileLock, is_held


@dataclass(frozen=True, kw_only=True)
class Holder(Document):
    """Who holds a project, for the message to whoever comes second."""

    job_id: str = stored(TEXT, "")
    kind: str = stored(TEXT, "")
    by: str = stored(TEXT, "")
    since: datetime | None = stored(INSTANT)

    @classmethod
    def of(cls, job: Job) -> Holder:
        """The holder that a job becomes now."""
        return cls(job_id=job.id, kind=job.kind.value, by=job.by, since=datetime.now(UTC))

    def describe(self) -> str:
        """One line: what, which, who, since when."""
        who = f" by {self.by}" if self.by else ""
        since = f", since {self.since.astimezone():%Y-%m-%d %H:%M:%S}" if self.since else ""
        return f"{self.kind} job {self.job_id}{who}{since}"


class ProjectLock:
    """The lock of one project of one workspace."""

    def __init__(self, root: Path, workspace: WorkspaceRef, project: str) -> None:
        name = hashlib.sha256(f"{workspace.identity}\n{project}".encode()).hexdigest()[:24]
        self._folder = root / "locks"
        self._lock = FileLock(self._folder / f"{name}.lock")
        self._note = self._folder / f"{name}.json"

    @property
    def descriptor(self) -> int:
        """The open file to hand to a child."""
        return self._lock.descriptor

    def acquire(self, holder: Holder) -> bool:
        """Take the lock and say who has it; False if somebody else does."""
        make_private_folder(self._folder)
        if not self._lock.acquire():
            return False
        write_private(self._note, holder.to_json())
        return True

    def adopt(self, descriptor: int) -> None:
        """Hold the lock that the parent process took and handed over."""
        self._lock = FileLock.adopt(self._lock.path, descriptor)

    def release(self) -> None:
        """Let go of this process's hold."""
        self._lock.release()

    def holder(self) -> Holder | None:
        """Who has the lock; None if nobody does (or is about to say so)."""
        if not is_held(self._lock.path):
            return None
        try:
            return Holder.from_json(self._note.read_bytes())
        except (OSError, CorruptDocument):
            return None
