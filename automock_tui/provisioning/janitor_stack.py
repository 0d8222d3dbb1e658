"""The janitor's Terraform files, and its code packed for the Lambda."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from automock_tui import __version__
from automock_tui.provisioning.files import make_private_folder, readable_errors, write_private
from automock_tui.provisioning.stack import TFVARS_FILE
from automock_tui.shipped import JANITOR_PACKAGE, janitor_folder, stack_folder

STACK = "janitor"
ZIP_FILE = "janitor.zip"
FINGERPRINT_FILE = "stack.sha256"
VERSION_VARIABLE = "AUTOMOCK_VERSION"
"""In the function's environment: the version of this program that installed it."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def packed_code() -> bytes:
    """The Lambda's zip; the same source gives the same bytes, on any machine and at any time.

    It carries a fingerprint of the stack's files: another role or alarm is another version, too.
    """
    packed = io.BytesIO()
    folder = janitor_folder()
    with readable_errors(folder), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.py")):
            archive.writestr(_entry(path.name), path.read_bytes())
        archive.writestr(_entry(FINGERPRINT_FILE), _fingerprint())
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{JANITOR_PACKAGE}/{name}", _ZIP_TIME)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _fingerprint() -> str:
    found = hashlib.sha256()
    for path in sorted(stack_folder(STACK).glob("*.tf")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def code_hash() -> str:
    """SHA-256 of the zip in base64, as Lambda tells it of an installed function."""
    return base64.b64encode(hashlib.sha256(packed_code()).digest()).decode()


def is_newer(version: str) -> bool:
    """Whether an installed janitor is of a later version of this program, which an older one leaves alone."""
    return _numbers(version) > _numbers(__version__)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def lay_out(destination: Path, variables: Mapping[str, Any]) -> None:
    """Make the working directory of a run: the stack's files, the zip and the variables, private to the user.

    Raises:
        AutomockError: the folder cannot be written.
    """
    archive = destination / ZIP_FILE
    # Relative: the state keeps it, and another folder's name would look like a change.
    chosen = {**variables, "lambda_zip": ZIP_FILE, "product_version": __version__}
    with readable_errors(destination):
        make_private_folder(destination)
        for path in stack_folder(STACK).glob("*.tf"):
            write_private(destination / path.name, path.read_bytes())
        write_private(archive, packed_code())
        write_private(destination / TFVARS_FILE, json.dumps(chosen, indent=2).encode() + b"\n")
