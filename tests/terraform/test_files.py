"""The stack's files by themselves: format, validity, and what they must not contain."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import hcl2
import pytest

from automock_tui.provisioning.stack import stack_folder
from tests.parts import require_provider, run_terraform

FILES = sorted(stack_folder().glob("*.tf"))
TASK_DEFINITION_BYTES = 64 * 1024
"""The most that ECS takes; the copier's script is part of it."""


@pytest.mark.part("terraform")
def test_files_are_formatted():
    run_terraform(stack_folder(), "fmt", "-check", "-recursive", "-diff")


@pytest.mark.part("aws-provider")
def test_files_are_valid(tmp_path):
    stack = Path(shutil.copytree(stack_folder(), tmp_path / "mock"))
    run_terraform(stack, "init", "-backend=false", f"-plugin-dir={require_provider()}")
    run_terraform(stack, "validate")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_python_reads_every_file(path):
    """The janitor's test and the form read them this way."""
    assert hcl2.loads(path.read_text())


def test_nothing_changes_by_itself():
    """Whatever differs from one plan to the next would make each second plan show changes."""
    text = "".join(path.read_text() for path in FILES)
    assert not re.search(r"\b(timestamp|plantimestamp|uuid|bcrypt)\(", text)
    assert "random_" not in text


def test_only_the_tested_provider():
    [block] = hcl2.loads((stack_folder() / "versions.tf").read_text())["terraform"]
    [required] = block["required_providers"]
    assert required["aws"] == {"source": '"hashicorp/aws"', "version": '"~> 5.100"'}
    assert {name for name in required if not name.startswith("__")} == {"aws"}


def test_the_script_leaves_room_in_the_task_definition():
    script = stack_folder() / "files" / "sync_expectations.py"
    assert script.stat().st_size < TASK_DEFINITION_BYTES / 4
