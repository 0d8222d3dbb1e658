"""The process of a job: `python -m automock_tui.job_process FOLDER`. Only `JobStore.start` starts it."""

from __future__ import annotations

import sys
from pathlib import Path

from automock_tui.bootstrap import reopen_workspace
from automock_tui.operations.deploy_script import run_deploy
from automock_tui.operations.destroy_script import run_destroy
from automock_tui.provisioning.job import JobKind
from automock_tui.provisioning.jobs import JobStore
from automock_tui.provisioning.runner import JobRun
from automock_tui.settings import find_folders, load_settings

SCRIPTS = {JobKind.DEPLOY: run_deploy, JobKind.DESTROY: run_destroy}


def main() -> int:
    """Run the job of a folder; its exit code is the job's."""
    folder = Path(sys.argv[1])
    store = JobStore(folder.parent)
    with JobRun(store, store.load(folder.name)) as run:
        folders = find_folders()
        workspace = reopen_workspace(run.job.workspace, load_settings(folders), folders)
        SCRIPTS[run.job.kind](run, workspace)
    return run.exit_code


if __name__ == "__main__":
    sys.exit(main())
