"""A job's process for tests: Terraform's own steps over the local backend, as the real scripts do them."""

import json
import sys
from pathlib import Path

from automock_tui.provisioning.job import JobPhase
from automock_tui.provisioning.jobs import JobStore
from automock_tui.provisioning.runner import JobRun


def main(folder: Path) -> int:
    store = JobStore(folder.parent)
    job = store.load(folder.name)
    with JobRun(store, job) as run:
        _work(run)
    return run.exit_code


def _work(run: JobRun) -> None:
    wanted = run.job.arguments
    if wanted.get("raise"):
        raise ZeroDivisionError("token=abcdefgh1 broke it")
    if seconds := wanted.get("wait"):
        with run.stage("health"):
            run.wait(seconds)
        run.succeed("waited")
        return
    state = Path(wanted["stack"]) / "terraform.tfstate"
    terraform = run.terraform(setting=wanted.get("setting", ""))
    if run.job.phase is JobPhase.PLAN:
        with run.stage("init"):
            (run.files.work / "main.tf").write_bytes((Path(wanted["stack"]) / "main.tf").read_bytes())
            terraform.init({"path": str(state)})
        with run.stage("plan"):
            outcome = terraform.plan(destroy=wanted.get("destroy", False))
        run.update(changes=outcome.changes)
        if not run.job.auto_approve:
            run.planned(f"Plan: {outcome.changes}", outcome.changes)
            return
    with run.stage("apply"):
        changes = terraform.apply().changes
    run.update(changes=changes)
    run.succeed(f"Applied {changes.add}", terraform.output())
    run.log(json.dumps(run.job.outputs))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
