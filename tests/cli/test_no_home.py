"""A user whom the system does not know, without HOME, as containers have them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WITHOUT_HOME = """
import os, pwd, sys
def unknown(*_):
    raise KeyError("uid not found")
pwd.getpwuid = pwd.getpwnam = unknown
os.environ.pop("HOME", None)
from automock_tui.cli.main import main
main()
"""


@pytest.fixture
def automock():
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "AUTOMOCK_"))}

    def run(*arguments, **environment):
        line = [sys.executable, "-c", WITHOUT_HOME, *arguments]
        return subprocess.run(line, env=kept | environment, capture_output=True, text=True, timeout=60)

    return run


def test_it_is_told_what_to_set(automock):
    done = automock("status")
    assert done.returncode == 2
    assert "Set HOME, or AUTOMOCK_HOME" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["status"], ["doctor"], ["init", "--project", "petstore", "--blank"]])
def test_a_folder_of_its_own_is_enough(automock, arguments, tmp_path):
    done = automock(*arguments, AUTOMOCK_HOME=str(tmp_path))
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or arguments == ["doctor"], done.stderr
