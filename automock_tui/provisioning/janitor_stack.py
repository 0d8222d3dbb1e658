"""The janitor's Terraform files and its code: packed for the Lambda, or loaded to run here."""

from __future__ import annotations

import base64
import hashlib
import importlib
import importlib.util
import io
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from automock_tui.domain.errors import AutomockError
from automock_tui.provisioning.files import make_private_folder, readable_errors, write_private
from automock_tui.provisioning.stack import TFVARS_FILE, stack_folder

STACK = "janitor"
PACKAGE = "automock_janitor"
ZIP_FILE = "janitor.zip"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def code_folder() -> Path:
    """Where the source of the Lambda is.

    Raises:
        AutomockError: the installation lacks it.
    """
    return stack_folder(STACK) / "lambda" / PACKAGE


def packed_code() -> bytes:
    """The Lambda's zip; the same source gives the same bytes, on any machine and at any time."""
    packed = io.BytesIO()
    folder = code_folder()
    with readable_errors(folder), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.py")):
            entry = zipfile.ZipInfo(f"{PACKAGE}/{path.name}", _ZIP_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return packed.getvalue()


def code_hash() -> str:
    """SHA-256 of the zip in base64, as Lambda tells it of an installed function."""
    return base64.b64encode(hashlib.sha256(packed_code()).digest()).decode()


def lay_out(destination: Path, variables: Mapping[str, Any]) -> None:
    """Make the working directory of a run: the stack's files, the zip and the variables, private to the user.

    Raises:
        AutomockError: the folder cannot be written.
    """
    archive = destination / ZIP_FILE
    # Relative: the state keeps it, and another folder's name would look like a change.
    chosen = {**variables, "lambda_zip": ZIP_FILE}
    with readable_errors(destination):
        make_private_folder(destination)
        for path in stack_folder(STACK).glob("*.tf"):
            write_private(destination / path.name, path.read_bytes())
        write_private(archive, packed_code())
        write_private(destination / TFVARS_FILE, json.dumps(chosen, indent=2).encode() + b"\n")


def load_code(module: str) -> Any:
    """One module of the Lambda's own source, to run it on this machine.

    Raises:
        AutomockError: it cannot be loaded.
    """
    if PACKAGE not in sys.modules:
        _load_package(code_folder())
    return importlib.import_module(f"{PACKAGE}.{module}")


def _load_package(folder: Path) -> None:
    start = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(PACKAGE, start, submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None or not start.is_file():
        raise AutomockError(
            "The janitor's code is missing", f"There is no {start}.", "Install automock-tui again."
        )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
