"""Terraform's S3 backend on a real S3 server: locks that a crash leaves, and a server that goes away."""

import os
import signal
from pathlib import Path

import pytest

from automock_tui.provisioning.engine_discovery import ask_engine
from automock_tui.provisioning.environment import terraform_environment
from automock_tui.provisioning.terraform import Terraform
from automock_tui.provisioning.terraform_errors import StateLocked, StateNotSaved, TerraformError
from tests import parts
from tests.provisioning.stacks import chain, script_environment, until

pytestmark = [pytest.mark.part("terraform"), pytest.mark.part("seaweedfs")]


@pytest.fixture
def server(tmp_path):
    with parts.start_seaweedfs(tmp_path / "seaweedfs") as server:
        server.client().create_bucket(Bucket="states")
        yield server


def terraform_on(server, folder: Path, lines: list[str], body: str) -> Terraform:
    folder.mkdir()
    options = "skip_requesting_account_id = true, skip_s3_checksum = true, use_path_style = true"
    settings = "\n    ".join(options.split(", "))
    (folder / "main.tf").write_text(f'terraform {{\n  backend "s3" {{\n    {settings}\n  }}\n}}\n{body}')
    environment = script_environment(**server.environment)
    terraform = Terraform(
        ask_engine((parts.terraform(),)),
        folder,
        environment=terraform_environment(environment, cache=None),
        on_line=lines.append,
    )
    terraform.init({"bucket": "states", "key": "t.tfstate", "region": server.region, "use_lockfile": "true"})
    return terraform


def test_a_killed_run_leaves_a_lock_that_names_it_and_can_be_released(server, tmp_path):
    lines: list[str] = []
    terraform = terraform_on(server, tmp_path / "one", lines, chain(20, "sleep 0.5"))
    terraform.plan()
    pids: list[int] = []

    def kill_half_way(line: str) -> None:
        if '"apply_complete"' in line and not pids:
            pids.extend(_children_named("terraform"))
            for pid in pids:
                os.kill(pid, signal.SIGKILL)

    terraform._on_line = kill_half_way
    with pytest.raises(TerraformError, match="killed by signal 9"):
        terraform.apply()
    second = terraform_on(server, tmp_path / "two", lines, chain(20, "true"))
    with pytest.raises(StateLocked) as told:
        second.plan()
    assert told.value.lock.operation == "OperationTypeApply"
    assert told.value.lock.who.count("@") == 1
    second.force_unlock(told.value.lock.id)
    assert second.plan().has_changes
    with pytest.raises(TerraformError):
        second.force_unlock(told.value.lock.id)


def test_a_server_that_goes_away_leaves_the_state_in_a_file_that_can_be_saved_later(server, tmp_path):
    lines: list[str] = []
    terraform = terraform_on(server, tmp_path / "one", lines, chain(3, "sleep 1"))
    terraform.plan()

    def stop_half_way(line: str) -> None:
        if '"apply_complete"' in line and server.process is not None:
            server.kill()

    terraform._on_line = stop_half_way
    with pytest.raises(StateNotSaved) as told:
        terraform.apply()
    terraform._on_line = lines.append
    assert told.value.path == terraform.errored_state
    server.start()
    with pytest.raises(StateNotSaved):
        terraform.plan()
    with pytest.raises(StateLocked) as locked:
        terraform.push_errored_state()
    terraform.force_unlock(locked.value.lock.id)
    terraform.push_errored_state()
    assert len(terraform.state_list()) == 3
    assert not terraform.plan().has_changes
    assert not terraform.errored_state.exists()


def _children_named(name: str) -> list[int]:
    """Our own child processes whose program has this name."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        program, fields = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2 :].split()
        if program == name and int(fields[1]) == os.getpid():
            found.append(int(entry.name))
    return found


def test_the_helper_finds_only_our_own_children():
    until(lambda: True, "always")
    assert _children_named("terraform") == []
