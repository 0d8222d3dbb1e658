"""Our deploy against bare Terraform: `terraform plan` and `apply` of the same files, in the same sandbox.

    python -m tests.benchmarks.deploy_overhead

The limit is 1.05: everything that a deploy does beside Terraform's own plan and apply (starting, `init`,
reading the plan, outputs, health, the record) may add a twentieth. The emulator loads a service when it is
first asked for one; it has loaded all of them before anything is measured. Takes about four minutes.
"""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from automock_tui.sandbox.account import down, status, up
from automock_tui.sandbox.info import environment
from tests import parts
from tests.e2e.conftest import EXAMPLE, Home

_FIRST_CALLS = {
    "application-autoscaling": ("describe_scalable_targets", {"ServiceNamespace": "ecs"}),
    "cloudwatch": ("list_dashboards", {}),
    "ec2": ("describe_vpcs", {}),
    "ecs": ("list_clusters", {}),
    "elbv2": ("describe_load_balancers", {}),
    "iam": ("list_roles", {}),
    "logs": ("describe_log_groups", {}),
    "sts": ("get_caller_identity", {}),
}


def warm_up(home: Home) -> None:
    """Let the emulator load the services that a deploy asks for."""
    for service, (call, arguments) in _FIRST_CALLS.items():
        getattr(home.client(service), call)(**arguments)


def bare(home: Home, work: Path) -> dict[str, float]:
    """Seconds of each command by hand, in a copy of the folder that our deploy laid out."""
    env = parts.terraform_env(**environment(status(home.folders.sandbox)))
    steps = {
        "init": ["init", f"-plugin-dir={parts.require_provider()}", "-backend=false"],
        "plan": ["plan", "-input=false", "-out=plan.tfplan"],
        "apply": ["apply", "-input=false", "plan.tfplan"],
    }
    (work / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    steps["init"][-1:] = ["-reconfigure"]
    taken = {}
    for name, command in steps.items():
        start = time.perf_counter()
        parts.run_terraform(work, *command, env=env)
        taken[name] = time.perf_counter() - start
    return taken


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder, "home"))
        up(home.folders.sandbox)
        try:
            warm_up(home)
            home.run("init", "--project", "petstore", "--from", str(EXAMPLE))
            start = time.perf_counter()
            home.run("deploy", "--project", "petstore", "--yes")
            ours = time.perf_counter() - start
            job = json.loads(home.run("jobs", "--json"))[0]
            home.run("destroy", "--project", "petstore", "--yes")
            work = Path(folder, "bare")
            subprocess.run(["cp", "-r", home.folders.jobs / job["id"] / "work", work], check=True)
            for left in (".terraform", ".terraform.lock.hcl"):
                subprocess.run(["rm", "-rf", work / left], check=True)
            taken = bare(home, work)
        finally:
            down(home.folders.sandbox)
    plain = taken["plan"] + taken["apply"]
    print(*(f"{name} {seconds:.1f} s" for name, seconds in taken.items()), sep=", ")
    print(f"{'bare plan + apply':<24}{plain:>8.1f} s")
    print(f"{'our deploy':<24}{ours:>8.1f} s")
    print(f"{'ratio':<24}{ours / plain:>8.3f}     limit 1.05")


if __name__ == "__main__":
    main()
