"""Small real stacks for Terraform's built-in provider: they need no network and no account."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from automock_tui.domain.workspace import WorkspaceKind, WorkspaceRef
from automock_tui.provisioning.jobs import Job, JobKind, JobStore

SCRIPTS = Path(__file__).parent / "scripts"
WORKSPACE = WorkspaceRef(kind=WorkspaceKind.AWS, region="us-east-1")

ONE = """
resource "terraform_data" "one" {
  input = "x"
}
output "url" {
  value = "http://mock"
}
output "admin_password" {
  value     = "do not show me"
  sensitive = true
}
"""


def chain(count: int, command: str) -> str:
    """Resources that are created one after another, each by a shell command."""
    blocks = []
    for index in range(count):
        after = f"depends_on = [terraform_data.step{index - 1}]" if index else ""
        blocks.append(
            f'resource "terraform_data" "step{index}" {{\n  {after}\n'
            f'  provisioner "local-exec" {{\n    command = "{command}"\n  }}\n}}\n'
        )
    return "\n".join(blocks)


def write_stack(folder: Path, body: str) -> Path:
    """A stack over the local backend."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text('terraform {\n  backend "local" {}\n}\n' + body)
    return folder


def job_store(root: Path) -> JobStore:
    """A store whose jobs run the script of tests/provisioning/scripts."""
    return JobStore(root, module="terraform_job")


def script_environment(**extra: str) -> dict[str, str]:
    """The environment of a job's process that finds that script, without the caller's Terraform settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return kept | {"PYTHONPATH": str(SCRIPTS)} | extra


def new_job(store: JobStore, stack: Path | None = None, *, project: str = "petstore", **arguments) -> Job:
    """A deploy job of that script; `auto_approve` unless it is given as False."""
    auto_approve = arguments.pop("auto_approve", True)
    if stack is not None:
        arguments["stack"] = str(stack)
    return store.create(
        kind=JobKind.DEPLOY,
        project=project,
        workspace=WORKSPACE,
        arguments=arguments,
        auto_approve=auto_approve,
        by="ann@desk",
    )


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for something that has to happen."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"did not happen within {seconds} s: {what}"
        time.sleep(0.02)


def finished(store: JobStore, job: Job, seconds: float = 120) -> Job:
    """The job once its process is gone."""
    until(lambda: not store.load(job.id).is_active, "the job ends", seconds)
    return store.load(job.id)


def said(store: JobStore, job: Job) -> str:
    """All events so far, as one text."""
    path = store.files(job).events
    return path.read_text("utf-8") if path.exists() else ""
