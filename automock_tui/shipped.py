"""What is shipped beside the Python modules: the Terraform stacks and the source of the janitor's Lambda."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from automock_tui.domain.errors import AutomockError

JANITOR_PACKAGE = "automock_janitor"
_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "_terraform", _PACKAGE.parent / "terraform")


def stack_folder(name: str) -> Path:
    """Where the files of a stack are: inside an installed package, else in the repository.

    Raises:
        AutomockError: they are in neither.
    """
    for folder in _FOLDERS:
        if (folder / name / "variables.tf").is_file():
            return folder / name
    raise AutomockError(
        "The Terraform files are missing",
        f"There is no stack {name!r} in {' or '.join(map(str, _FOLDERS))}.",
        "Install automock-tui again.",
    )


def janitor_folder() -> Path:
    """Where the source of the janitor's Lambda is.

    Raises:
        AutomockError: the installation lacks it.
    """
    return stack_folder("janitor") / "lambda" / JANITOR_PACKAGE


def load_janitor(module: str) -> Any:
    """One module of the Lambda's own source, to run it on this machine.

    Raises:
        AutomockError: it cannot be loaded.
    """
    if JANITOR_PACKAGE not in sys.modules:
        _load_package(janitor_folder())
    return importlib.import_module(f"{JANITOR_PACKAGE}.{module}")


def _load_package(folder: Path) -> None:
    start = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        JANITOR_PACKAGE, start, submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None or not start.is_file():
        raise AutomockError(
            "The janitor's code is missing", f"There is no {start}.", "Install automock-tui again."
        )
    package = importlib.util.module_from_spec(spec)
    sys.modules[JANITOR_PACKAGE] = package
    spec.loader.exec_module(package)
