"""Start a job's process so that nothing which happens to this one reaches it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping

from automock_tui.provisioning.files import open_private
from automock_tui.provisioning.job import JobFolder

LOCKS_VARIABLE = "AUTOMOCK_JOB_LOCKS"
"""Tells the job's process the open files of its two locks: the job's own, then the project's."""


JOB_PROCESS = "automock_tui.job_process"
"""The module that is a job's process; its one argument is the job's folder."""


def launch(
    module: str, files: JobFolder, *, locks: tuple[int, int], environment: Mapping[str, str] | None
) -> None:
    """Run `python -m MODULE FOLDER` in its own session, with its own output, and the locks.

    Raises:
        OSError: the operating system refuses.
    """
    inherited = dict(os.environ if environment is None else environment)
    inherited[LOCKS_VARIABLE] = ",".join(map(str, locks))
    output = open_private(files.process_output, os.O_WRONLY | os.O_APPEND)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(files.path)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=files.path,
            env=inherited,
            pass_fds=locks,
            start_new_session=True,
        )
    finally:
        os.close(output)
    # Somebody has to take note of its end, or it stays in the process table until this process ends.
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
