"""The process of a job: `python -m automock_tui.job_process FOLDER`. Only `JobStore.start` starts it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from automock_tui.bootstrap import reopen_workspace
from automock_tui.domain.workspace import WorkspaceKind
from automock_tui.provisioning.job import Job, JobKind
from automock_tui.provisioning.jobs import JobStore
from automock_tui.provisioning.runner import JobRun
from automock_tui.settings import find_folders, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from automock_tui.operations.workspace import Workspace


def main() -> int:
    """Run the job of a folder; its exit code is the job's."""
    folder = Path(sys.argv[1])
    store = JobStore(folder.parent)
    with JobRun(store, store.load(folder.name)) as run:
        folders = find_folders()
        workspace = reopen_workspace(run.job.workspace, load_settings(folders), folders)
        _script(run.job)(run, workspace)
    return run.exit_code


def _script(job: Job) -> Callable[[JobRun, Workspace], None]:
    """What a job does, imported when it is known: a local mock is up in a blink and needs no Terraform."""
    if job.workspace.kind is WorkspaceKind.LOCAL:
        from automock_tui.operations.local_mock import run_local_mock

        return run_local_mock
    from automock_tui.operations.deploy_script import run_deploy
    from automock_tui.operations.destroy_script import run_destroy

    return {JobKind.DEPLOY: run_deploy, JobKind.DESTROY: run_destroy}[job.kind]


if __name__ == "__main__":
    sys.exit(main())
